package explain

import (
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// userAgent is a common browser's.
const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

// copied are the headers that ferngate copies from the browser's request, and
// those that it says who asks with.
var copied = []string{
	"User-Agent", "Accept-Language", "Accept-Encoding",
	"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host",
}

var errHeader = errors.New("want 'Name: value'")

// Likeness is what the app is told about a browser on this machine whose
// address bar shows origin, in the headers that ferngate would send. Each of
// lines is a header in place of one of these; with bearer, Authorization too.
// The first three are left out where their line has no value.
func Likeness(origin *url.URL, bearer bool, lines []string) (http.Header, error) {
	h := http.Header{
		"User-Agent":        {userAgent},
		"Accept-Language":   {"en-US,en;q=0.5"},
		"Accept-Encoding":   {"gzip, deflate"},
		"X-Forwarded-For":   {"127.0.0.1"},
		"X-Forwarded-Proto": {origin.Scheme},
		"X-Forwarded-Host":  {origin.Host},
	}
	if origin.Scheme == "https" {
		h["Accept-Encoding"] = []string{"gzip, deflate, br, zstd"} // browsers ask for more where no old proxy can meddle
	}
	for _, line := range lines {
		name, value, found := strings.Cut(line, ":")
		name, value = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value)
		switch {
		case !found || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value):
			return nil, errHeader
		case value == "" && slices.Contains(copied[:3], name):
			delete(h, name) // as a browser that sends none
		case value != "" && (slices.Contains(copied, name) || name == "Authorization" && bearer):
			h[name] = []string{value}
		default:
			return nil, refuseHeader(name)
		}
	}
	h["Forwarded"] = []string{forwarded(h)}
	return h, nil
}

// refuseHeader says why a header is none to ask with: what it shows must be
// what ferngate would do.
func refuseHeader(name string) error {
	switch name {
	case "Cookie":
		return errors.New("give cookies by --cookie or --cookie-jar")
	case "Host":
		return errors.New("the host is that of --site")
	}
	return fmt.Errorf("ferngate copies no %s from a browser to the app (it does %s); one that the app always needs stands in the step's headers in the config",
		name, strings.Join(copied[:3], ", "))
}

// forwarded says the same as X-Forwarded-* (RFC 7239).
func forwarded(h http.Header) string {
	node := h.Get("X-Forwarded-For")
	if strings.Contains(node, ":") {
		node = `"[` + node + `]"` // section 6: the colons want quotes
	}
	return fmt.Sprintf("for=%s;proto=%s;host=%q", node, h.Get("X-Forwarded-Proto"), h.Get("X-Forwarded-Host"))
}
