package proxy

import (
	"net/http"
	"strings"
)

var (
	javascriptType = []string{"text/javascript; charset=utf-8"}
	forEver        = []string{"public, max-age=31536000, immutable"}
	varyEncoding   = []string{"Accept-Encoding"}
	gzipCoding     = []string{"gzip"}
)

// serveWidget answers with the site's widget.js. What the address names by its
// hash never changes; a hash that is not this one's is of another replica or
// another time, and gets what there is now.
func (s *site) serveWidget(x *exchange, r *http.Request) {
	h := x.Header()
	ownAnswer(h)
	h["Vary"] = varyEncoding
	body := s.injector.script.Body()
	if hasToken(r.Header["Accept-Encoding"], ",", "gzip") {
		h["Content-Encoding"] = gzipCoding
		body = s.injector.script.Gzipped()
	}
	if hash, found := strings.CutPrefix(x.target.query, "?v="); found && hash == s.injector.script.Hash() {
		h["Cache-Control"] = forEver
	}
	writeBody(x, http.StatusOK, javascriptType, string(body))
}
