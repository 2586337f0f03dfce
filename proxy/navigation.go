package proxy

import (
	"net/http"
	"strings"
)

// isNavigation reports whether a person is opening a page. Browsers say so in
// Sec-Fetch-Mode, but not over plain HTTP, where an Accept of HTML has to do.
func isNavigation(r *http.Request) bool {
	if mode := r.Header["Sec-Fetch-Mode"]; len(mode) > 0 {
		return mode[0] == "navigate"
	}
	if len(r.Header["Sec-Fetch-Site"]) > 0 || len(r.Header["Sec-Fetch-Dest"]) > 0 ||
		len(r.Header["X-Requested-With"]) > 0 || len(r.Header["Upgrade"]) > 0 {
		return false
	}
	for _, accept := range r.Header["Accept"] {
		if strings.Contains(accept, "text/html") {
			return true
		}
	}
	return false
}
