package proxy

import (
	"maps"
	"net/http"
)

// ofTheBytes are headers that speak of a body byte by byte, and would be wrong
// of an injected one (RFC 9530, and its forerunners; RFC 9110, section 14.3).
var ofTheBytes = [...]string{"Accept-Ranges", "Content-Digest", "Repr-Digest", "Digest", "Content-Md5"}

// setHeaders makes the headers of an injected page true.
func (p *injection) setHeaders(res *http.Response) {
	p.injector.trueOf(res.Header, p.policies)
	dropOfTheBytes(res.Trailer) // those that are announced
	p.x.injected = true
}

// notModified makes the headers of a 304 those that its page would have, which
// the browser takes over for its copy (RFC 9111, section 4.3.4).
func (i *injector) notModified(x *exchange, h http.Header) {
	addVary(h)
	policies, _, _, err := i.needsOf(x).Extend(h, nil)
	if err != nil {
		policies = nil
	}
	i.trueOf(h, policies)
	delete(h, "Content-Length") // the app's page's
	if len(h["Etag"]) == 0 {
		h["Etag"] = []string{x.revalidates} // an app that knows dates alone says none again
	}
}

func (i *injector) trueOf(h http.Header, policies http.Header) {
	maps.Copy(h, policies)
	i.tags.derive(h)
	dropOfTheBytes(h)
}

func dropOfTheBytes(h http.Header) {
	for _, name := range ofTheBytes {
		delete(h, name)
	}
}
