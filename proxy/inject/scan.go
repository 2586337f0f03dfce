package inject

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// scanner goes over the beginning of a document, token by token: for the place
// of the element, and from there to the end of the head for <meta> policies.
type scanner struct {
	xhtml bool
	mode  mode

	doctype, root bool // whether one was seen; root: <html>
	inert         int  // how deep in <template> and the like, where a policy is none

	open     bool     // whether the last token has not arrived whole
	place    int      // offset of the element's place, once mode is inHead or later
	policies []policy // the <meta> policies
	refusal  Reason   // why there is to be no element; "" while nothing speaks against it
}

// mode is what a scanner is looking for.
type mode uint8

const (
	beforeHead mode = iota // the place
	inHead                 // policies
	over                   // nothing more
)

// policy is a <meta> element with a Content-Security-Policy.
type policy struct {
	start, end int    // of the tag
	content    string // the attribute's value, decoded
}

// scan looks at doc, a part of the document that begins between two tokens and
// at offset base. It returns how much of doc it is through with: a token that
// may go on beyond doc is left for the next time, unless this is the last.
func (s *scanner) scan(doc []byte, base int, last bool) int {
	z := html.NewTokenizer(bytes.NewReader(doc))
	z.AllowCDATA(s.xhtml)
	at, through := 0, 0 // where the next token begins; what is done for good
	for raw, looked := false, s.xhtml; s.mode != over && s.refusal == ""; {
		if s.mode == inHead && s.inert == 0 && !raw && !looked {
			if looked = true; isPlain(doc[at:]) {
				s.mode = over
				break
			}
		}
		kind := z.Next()
		token := z.Raw()
		end := at + len(token)
		s.open = kind == html.ErrorToken && at < len(doc) || end == len(doc) && !isWhole(kind, token, raw)
		if kind == html.ErrorToken || s.open && !(last && kind == html.TextToken) {
			break
		}
		if s.xhtml && kind == html.CommentToken && !isXMLComment(token) {
			s.refusal = NoPlace // it ends elsewhere in XML
			break
		}
		t := tag{z: z, kind: kind, start: base + at, end: base + end}
		if t.isTag() && !raw {
			t.name = s.name(z)
		}
		if !raw {
			s.token(t, token)
		}
		// The text of a script is read in the tokenizer's raw state, which no
		// other one could take up: it is done when its end tag is.
		switch {
		case kind == html.EndTagToken:
			raw = false
		case !t.isTag():
		case s.xhtml:
			z.NextIsNotRawText() // XML has no such elements
		default:
			raw = isRawText(t.name)
		}
		at = end
		if !raw {
			through = at
		}
	}
	if last && s.mode == beforeHead && s.refusal == "" {
		s.ended(base + len(doc))
	}
	return through
}

// mayGoOn reports whether there is a new token to look at once more has arrived:
// one that is open ends with a >, so that slow ones are not looked at each time.
func (s *scanner) mayGoOn(more []byte) bool { return !s.open || bytes.IndexByte(more, '>') >= 0 }

// isWhole reports whether a token at the end of what is there cannot go on; of
// a text outside of scripts and the like any part is as good as all of it.
func isWhole(kind html.TokenType, token []byte, raw bool) bool {
	switch {
	case len(token) == 0:
		return true
	case kind == html.TextToken:
		return !raw && !bytes.HasSuffix(token, []byte("<")) && !bytes.HasSuffix(token, []byte("</"))
	case kind == html.CommentToken && bytes.HasPrefix(token, []byte("<!--")):
		return bytes.HasSuffix(token, []byte("-->")) || len(token) >= len("<!----!>") && bytes.HasSuffix(token, []byte("--!>"))
	}
	return token[len(token)-1] == '>'
}

// token takes one token in.
func (s *scanner) token(t tag, token []byte) {
	switch {
	case t.kind == html.CommentToken, t.kind == html.TextToken && isBlank(token):
	case s.mode == beforeHead:
		s.before(t, leadingBlanks(t.kind, token))
	default:
		s.within(t)
	}
}

// tag is the token at hand; its name is 0 if it is no tag, or none that matters.
type tag struct {
	z          *html.Tokenizer
	kind       html.TokenType
	name       atom.Atom
	start, end int // in the document
}

func (t tag) isTag() bool {
	return t.kind == html.StartTagToken || t.kind == html.EndTagToken || t.kind == html.SelfClosingTagToken
}

func (t tag) starts(name atom.Atom) bool { return t.name == name && t.kind != html.EndTagToken }

// closed reports whether XML would take the tag for a whole element.
func (t tag) closed() bool { return t.kind == html.SelfClosingTagToken }

// before takes in a token before the place is known. Where a head is implied
// (HTML standard, section 13.2.6.4.3) it begins with the first token that is
// none of those that come before it, less the blanks that it begins with.
func (s *scanner) before(t tag, blanks int) {
	known := s.doctype || s.root
	switch {
	case t.kind == html.DoctypeToken:
		s.doctype = true
		if s.xhtml && !isXMLDoctype(t.z.Raw()) {
			s.refusal = NoPlace
		}
	case t.starts(atom.Html) && (!s.xhtml || !s.root && !t.closed()):
		s.root = true
		if isAMP(t.z) {
			s.refusal = AMP
		}
	case t.starts(atom.Head) && (!s.xhtml || s.root && !t.closed()):
		s.found(t.end)
	case s.xhtml:
		s.refusal = NoPlace // XML implies nothing
	case known, t.starts(atom.Body), t.starts(atom.Frameset):
		s.found(t.start + blanks)
		s.within(t)
	default:
		s.refusal = NoDocument
	}
}

// found ends the search for the place.
func (s *scanner) found(at int) { s.place, s.mode = at, inHead }

// ended takes in that the document ended before the place was found.
func (s *scanner) ended(at int) {
	switch {
	case s.xhtml, s.open && (s.doctype || s.root):
		s.refusal = NoPlace
	case s.doctype || s.root:
		s.found(at)
		s.mode = over
	default:
		s.refusal = NoDocument
	}
}

// within takes in a token of the head, or the first one after it. </head> does
// not end it yet: what belongs in a head still goes there until a body begins
// (HTML standard, section 13.2.6.4.6).
func (s *scanner) within(t tag) {
	switch {
	case t.kind == html.DoctypeToken: // counts for nothing here
	case t.kind == html.EndTagToken:
		s.endTag(t.name)
	case t.name == atom.Frameset && s.inert == 0:
		s.refusal = Frameset
	case s.inert == 0 && !isOfHead(t.name):
		s.mode = over // a text is of no head, either
	case s.isInert(t.name):
		if !s.xhtml || !t.closed() {
			s.inert++
		}
	case t.name == atom.Meta && s.inert == 0:
		s.meta(readAttributes(t.z), t.start, t.end)
	}
}

// endTag takes in an end tag in the head. Those of what is open in it, and
// stray ones, leave the head open.
func (s *scanner) endTag(name atom.Atom) {
	switch {
	case s.isInert(name):
		s.inert = max(s.inert-1, 0)
	case s.inert == 0 && (name == atom.Html || name == atom.Body || name == atom.Br):
		s.mode = over
	}
}

// isInert reports whether what is in an element is not part of the head. In XML
// there is no raw text, and such elements have content as any other.
func (s *scanner) isInert(name atom.Atom) bool {
	return name == atom.Template || s.xhtml && isRawText(name)
}

// meta takes in a <meta> element: a policy, or the page's word against the widget.
func (s *scanner) meta(a attributes, at, end int) {
	switch {
	case equalFold(a.name, "ferngate") && equalFold(a.content, "off"):
		s.refusal = OptedOut
	case equalFold(a.httpEquiv, "content-security-policy"):
		s.policies = append(s.policies, policy{at, end, a.content})
	}
}

// name is the name of the tag at hand; XML's are in lower case alone.
func (s *scanner) name(z *html.Tokenizer) atom.Atom {
	if s.xhtml && bytes.ContainsFunc(z.Raw()[:tagNameEnd(z.Raw())], func(c rune) bool { return 'A' <= c && c <= 'Z' }) {
		return 0
	}
	name, _ := z.TagName()
	return atom.Lookup(name)
}
