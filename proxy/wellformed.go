package proxy

import (
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// checkWellFormed refuses what net/http lets HTTP/2 clients say, and HTTP forbids: a
// method that is no name, another host beside :authority, and a length that is
// none, or two (RFC 9113, sections 8.1.1 and 8.3.1). Of HTTP/1.1 it lets none of it through.
func checkWellFormed(r *http.Request) error {
	if !httpguts.ValidHeaderFieldName(r.Method) { // both are tokens
		return errMethodName
	}
	for _, host := range r.Header["Host"] {
		if !strings.EqualFold(host, r.Host) {
			return errHost
		}
	}
	for _, length := range r.Header["Content-Length"] {
		if length != r.Header["Content-Length"][0] || strings.Trim(length, "0123456789") != "" || length == "" {
			return errLength
		}
	}
	return checkTrailers(r)
}

// checkTrailers refuses announced trailers whose names are no names.
func checkTrailers(r *http.Request) error {
	for name := range r.Trailer {
		if !httpguts.ValidHeaderFieldName(name) {
			return errTrailer
		}
	}
	return nil
}
