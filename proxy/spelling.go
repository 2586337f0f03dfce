package proxy

import (
	"net/http"
	"strings"
)

// respell keeps a header from net/http, which goes by the one spelling that it
// knows: of some it sends one value or none, and others it takes out. In lower
// case it sends them as any other; their names mean the same (RFC 9110, section 5.1).
func respell(h http.Header, name string) {
	if values := h[name]; len(values) > 0 {
		delete(h, name)
		h[strings.ToLower(name)] = values
	}
}
