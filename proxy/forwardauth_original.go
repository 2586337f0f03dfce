package proxy

import (
	"maps"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/ferngate/ferngate/config"
)

// original is the request that a proxy asks about, as one source says it.
type original [4]part

// The parts of an original.
const (
	originalMethod = iota
	originalScheme
	originalHost
	originalTarget
)

// part is what one header says; its value is "" where there is no such header.
type part struct{ header, value string }

// readOriginal returns what the site's source says of the request that r asks
// about: all of it must be there. The other headers may be there too, as proxies
// let through what clients send, but not with anything else to say. The error names
// a header (TestForwardAuth_WhatIsAskedAbout).
func (s *site) readOriginal(x *exchange, r *http.Request) (original, error) {
	xOriginal, err := readXOriginal(r.Header)
	if err != nil {
		return original{}, err
	}
	xForwarded, err := readXForwarded(r.Header)
	if err != nil {
		return original{}, err
	}
	o := xOriginal
	switch s.forwardAuth {
	case config.XForwarded:
		o = xForwarded
	case config.RequestLine:
		o = readRequestLine(x, r)
	}
	for i, p := range o {
		if p.value == "" {
			return original{}, errForwardAuthAbsent(p.header)
		}
		for _, also := range []part{xOriginal[i], xForwarded[i]} {
			if also.value != "" && !same(i, p.value, also.value) {
				return original{}, errForwardAuthTwo(also.header, p.header)
			}
		}
	}
	return o, nil
}

// same reports whether two values of a part mean the same.
func same(i int, a, b string) bool {
	switch i {
	case originalScheme:
		httpsA, _ := readScheme(a)
		httpsB, _ := readScheme(b)
		return httpsA == httpsB
	case originalHost: // the port chooses no site
		a, _ = hostname(a)
		b, _ = hostname(b)
	}
	return a == b
}

// readXOriginal reads X-Original-URL, which is absolute, and X-Original-Method.
func readXOriginal(h http.Header) (original, error) {
	const name = "X-Original-Url"
	o := original{{header: "X-Original-Method"}, {header: name}, {header: name}, {header: name}}
	whole := part{header: name}
	if err := whole.read(h); err != nil {
		return o, err
	}
	if whole.value != "" {
		scheme, rest, found := strings.Cut(whole.value, "://")
		slash := strings.IndexByte(rest, '/')
		if !found || slash < 0 || isListOfURLs(whole.value) {
			return o, errForwardAuthMalformed(name)
		}
		o[originalScheme].value, o[originalHost].value, o[originalTarget].value = scheme, rest[:slash], rest[slash:]
		if scheme == "" || slash == 0 {
			return o, errForwardAuthMalformed(name)
		}
	}
	if err := o[originalMethod].read(h); err != nil {
		return o, err
	}
	return o, o.check()
}

// readRequestLine reads what Envoy's ext_authz sends: the request's own line with
// a prefix before its path, and its own Host: X-Forwarded-Host, by which the site
// was found if it is there, must say the same.
func readRequestLine(x *exchange, r *http.Request) original {
	return original{
		{"the method", r.Method},
		{"X-Forwarded-Proto", schemeOf(x.client.https)},
		{"Host", r.Host},
		{"the path", strings.TrimPrefix(x.target.String(), authPath)},
	}
}

// isListOfURLs reports whether a second URL was added to the first, as some
// proxies add what they say to what the client said.
func isListOfURLs(value string) bool {
	value = strings.ToLower(value)
	return strings.Contains(value, ",http://") || strings.Contains(value, ",https://")
}

// readXForwarded reads X-Forwarded-Method, -Proto, -Host and -Uri.
func readXForwarded(h http.Header) (original, error) {
	o := original{{header: "X-Forwarded-Method"}, {header: "X-Forwarded-Proto"}, {header: "X-Forwarded-Host"}, {header: "X-Forwarded-Uri"}}
	for i := range o {
		if err := o[i].read(h); err != nil {
			return o, err
		}
	}
	return o, o.check()
}

// read takes the value of the one header of this name, if there is any.
func (p *part) read(h http.Header) error {
	values := h[p.header]
	switch {
	case len(values) > 1, len(values) == 1 && values[0] == "":
		return errForwardAuthMalformed(p.header)
	case len(values) == 1:
		p.value = values[0]
	}
	return nil
}

// check checks the parts that are there, each as far as it can be told by itself.
func (o original) check() error {
	for i, p := range o {
		sound := true
		switch i {
		case originalMethod:
			sound = httpguts.ValidHeaderFieldName(p.value) // both are tokens
		case originalScheme:
			_, sound = readScheme(p.value)
		case originalHost:
			name, ok := hostname(p.value)
			sound = ok && name != ""
		case originalTarget:
			sound = p.value != "" && p.value[0] == '/'
		}
		if !sound && p.value != "" {
			return errForwardAuthMalformed(p.header)
		}
	}
	return nil
}

// request is the request that a proxy got and asks about by r, as far as it can
// be told: its line is o's, its headers are those that came along, without a body.
// That it asks for a websocket is known by the headers that no proxy takes for its
// own connection's (RFC 6455, section 4.1).
func (o original) request(r *http.Request) (*http.Request, error) {
	u, err := url.ParseRequestURI(o[originalTarget].value) // as net/http does, which refuses what is malformed
	if err != nil {
		return nil, errForwardAuthMalformed(o[originalTarget].header)
	}
	about := *r
	about.Method, about.URL, about.RequestURI, about.Host = o[originalMethod].value, u, o[originalTarget].value, o[originalHost].value
	about.Proto, about.ProtoMajor, about.ProtoMinor = "HTTP/1.1", 1, 1
	about.Body, about.ContentLength, about.TransferEncoding, about.Trailer = http.NoBody, 0, nil, nil
	about.Header = maps.Clone(r.Header)
	for _, name := range config.ForwardAuthHeaders() {
		delete(about.Header, name)
	}
	if len(r.Header["Sec-Websocket-Key"]) > 0 {
		about.Header["Upgrade"] = []string{"websocket"}
	}
	return &about, nil
}
