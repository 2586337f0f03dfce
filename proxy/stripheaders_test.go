package proxy

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/http/httpguts"
)

// FuzzStripHeaders: an app that cannot tell the signs of a header's name apart,
// as CGI (RFC 3875, section 4.1.18), WSGI and PHP cannot, finds nothing of who
// the client says it is or where it comes from; and every other header is left
// as it was. What a trusted proxy may say, it may say in one spelling.
func FuzzStripHeaders(f *testing.F) {
	for _, name := range otherSpellings {
		f.Add(name, false)
	}
	for _, name := range []string{
		"X-Forwarded-For", "x_forwarded_for", "X-FORWARDED-ANYTHING", "Forwarded", "Remote-User", "remote_user", "Cf-Access-Jwt-Assertion", "cf.access_jwt-assertion",
		"X-Real-IP", "X-Original-URL", "X_Rewrite_URL", "X-Ferngate", "X-Ferngatex-User", "XFerngateUser", "Accept", "X-Plan", "Content-Type", "X-Forwarded", "-X-Forwarded-For",
	} {
		f.Add(name, true)
		f.Add(name, false)
	}
	identity := []string{"Remote-User", "X-Plan"}
	const asserted = "Cf-Access-Jwt-Assertion"
	strip := newStripHeaders(identity, []string{asserted})
	// cgi is the variable that an app behind CGI finds a header in.
	cgi := func(name string) string {
		return "HTTP_" + strings.Map(func(c rune) rune {
			switch {
			case 'a' <= c && c <= 'z':
				return c - 'a' + 'A'
			case 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
				return c
			}
			return '_'
		}, name)
	}
	never := []string{"HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_ORIGINAL_URL", "HTTP_X_REWRITE_URL"}
	for _, name := range identity {
		never = append(never, cgi(name))
	}
	ofTheWay := []string{"HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_CLIENT_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_X_CLUSTER_CLIENT_IP", "HTTP_CF_CONNECTING_IP",
		"HTTP_FASTLY_CLIENT_IP", "HTTP_X_FORWARDED", "HTTP_X_ORIGINAL_HOST", "HTTP_X_ORIGINAL_URI", "HTTP_X_URL_SCHEME", "HTTP_FRONT_END_HTTPS"}
	f.Fuzz(func(t *testing.T, name string, trusted bool) {
		if !httpguts.ValidHeaderFieldName(name) {
			return // net/http answers 400 itself
		}
		name = http.CanonicalHeaderKey(name)
		before := http.Header{"Accept": {"text/html"}, name: {"a", "b"}}
		h := maps.Clone(before)
		strip.from(h, trusted)
		variable := cgi(name)
		proxys := slices.Contains(ofTheWay, variable) || strings.HasPrefix(variable, "HTTP_X_FORWARDED_") || variable == cgi(asserted)
		gone := slices.Contains(never, variable) || strings.HasPrefix(variable, "HTTP_X_FERNGATE_") ||
			proxys && (!trusted || strings.ReplaceAll(variable[len("HTTP_"):], "_", "-") != strings.ToUpper(name))
		if _, there := h[name]; there == gone {
			t.Errorf("%s, which is %s, from a trusted proxy: %v, is still there: %v", name, variable, trusted, there)
		}
		if !gone && !slices.Equal(h[name], before[name]) || len(before) == 2 && len(h["Accept"]) != 1 {
			t.Errorf("%v became %v", before, h)
		}
	})
}
