package widget

// maxElement keeps a page's <meta charset> within the first 1,024 bytes, where
// browsers look for it.
const maxElement = 200

// Element is the script element for a page, in HTML and XHTML alike. The nonce,
// of the base64 grammar and at most 100 characters, and the integrity are for
// policies that ask for them. Where both do not fit into 200 bytes it is empty.
func (s *Script) Element(nonce string, integrity bool) string {
	element := `<script async="" src="` + Path + `?v=` + s.Hash() + `"`
	if nonce != "" {
		element += ` nonce="` + nonce + `"`
	}
	if integrity {
		element += ` integrity="` + s.Integrity() + `"`
	}
	element += `></script>`
	if len(element) > maxElement {
		return ""
	}
	return element
}
