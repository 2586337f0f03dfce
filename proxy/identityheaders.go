package proxy

import (
	"net/http"
	"net/textproto"
	"strings"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// identityHeader is one header that tells the app about the person.
type identityHeader struct {
	name  string // canonical
	value func(*auth.Identity) string
}

// identityHeaders are those of a site.
type identityHeaders []identityHeader

func newIdentityHeaders(cfg *config.IdentityHeaders) identityHeaders {
	if cfg == nil {
		return nil
	}
	var hs identityHeaders
	add := func(name string, value func(*auth.Identity) string) {
		if name != "" {
			hs = append(hs, identityHeader{textproto.CanonicalMIMEHeaderKey(name), value})
		}
	}
	add(cfg.UserID, func(id *auth.Identity) string { return id.UserID })
	add(cfg.Email, func(id *auth.Identity) string { return id.Email })
	add(cfg.Name, func(id *auth.Identity) string { return id.Name })
	add(cfg.Groups, func(id *auth.Identity) string { return strings.Join(id.Groups, ",") })
	for attribute, name := range cfg.Attributes {
		add(name, func(id *auth.Identity) string { return id.Attributes[attribute] })
	}
	return hs
}

func (hs identityHeaders) any() bool { return len(hs) > 0 }

func (hs identityHeaders) names() []string {
	var names []string
	for _, h := range hs {
		names = append(names, h.name)
	}
	return names
}

// set tells the app who asks. A value that the person has not is no header.
func (hs identityHeaders) set(h http.Header, id *auth.Identity) {
	values := make([]string, len(hs)) // one allocation for all of them
	for i, header := range hs {
		if values[i] = encodeControls(header.value(id)); values[i] != "" {
			h[header.name] = values[i : i+1 : i+1]
		}
	}
}

// IdentityHeaders are the headers that tell the app of a site with this config
// about a person.
func IdentityHeaders(cfg *config.IdentityHeaders, id *auth.Identity) http.Header {
	h := http.Header{}
	newIdentityHeaders(cfg).set(h, id)
	return h
}

// encodeControls percent-encodes control characters, so that no value can begin
// a header of its own (TestH15). All else is sent as it is, in UTF-8.
func encodeControls(value string) string {
	if strings.IndexFunc(value, isControl) < 0 {
		return value
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if c := value[i]; isControl(rune(c)) {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
