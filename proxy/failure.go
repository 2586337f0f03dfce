package proxy

import (
	"net/http"
	"time"

	"github.com/ferngate/ferngate/proxy/language"
)

// failure is an answer of the gateway's own that is not what was asked for: all
// that a person or a script is told. What went wrong inside is for the log. The
// texts are English; a page says them in the person's language, from package
// language's tables (TestEveryTextIsTranslated).
type failure struct {
	status  int
	title   string
	message string // with a verb for each of about, as in fmt.Sprintf
	about   []any
	mend    string        // what to do about it
	allow   string        // the Allow header of a 405 (RFC 9110, section 15.5.6)
	retry   time.Duration // the Retry-After header's (RFC 9110, section 10.2.3); 0: none
	closes  bool          // whether the connection cannot be used any more
}

// Error implements error.
func (f *failure) Error() string { return language.English.Text(f.message, f.about...) }

var (
	errPath = &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The address of this request is malformed.",
	}
	errMethodName = &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The method of this request is malformed.",
	}
	errLength = &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The length of this request is malformed.",
	}
	errTrailer = &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The Trailer header of this request names what cannot be a trailer.",
		closes:  true,
	}
	errConnect = &failure{
		status: http.StatusMethodNotAllowed, title: "Method not allowed",
		message: "This is no forward proxy: CONNECT is not served.",
		allow:   "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
	}
	errHost = &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The host name of this request is malformed.",
	}
	errForwardedHost = &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The X-Forwarded-Host header must be a host name, once.",
	}
	errForwardedProto = &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The X-Forwarded-Proto header must be http or https, once.",
		mend:    "If you run this site: have the proxy in front send it, or set public_url.",
	}
	errWrongHost = &failure{
		status: http.StatusMisdirectedRequest, title: "Not served here",
		message: "No site of this host name is served here.",
		mend:    "If you run this site: its host must be among the gateway's sites.",
	}
	errNoSuchEndpoint = &failure{
		status: http.StatusNotFound, title: "Not found",
		message: "There is no such page.",
	}
	errMethod = &failure{
		status: http.StatusMethodNotAllowed, title: "Method not allowed",
		message: "This address does not take requests of this method.",
	}
	errNotAProxy = &failure{
		status: http.StatusForbidden, title: "Refused",
		message: "Only proxies in front of this site may ask here.",
		mend:    "If you run this site: the proxy that asks must be in trusted_proxies.",
	}
	errForwardAuthSite = &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The proxy in front asks for another site than this request is for.",
		mend:    "If you run this site: the address where the proxy asks may name this site's host, in the parameter host.",
	}
	errCrossOrigin = &failure{
		status: http.StatusForbidden, title: "Refused",
		message: "This request came from a page of another site.",
	}
	errSignInNeeded = &failure{
		status: http.StatusUnauthorized, title: "Sign in first",
		message: "You are not signed in, or no longer.",
		mend:    "Nothing is lost: sign in in another tab, then come back here and send it again.",
	}
	errUndecided = &failure{
		status: http.StatusServiceUnavailable, title: "Try again in a moment",
		message: "It cannot be told at the moment who is signed in.",
		mend:    "Nothing is lost: try again in a moment.",
		retry:   retryUndecided,
	}
	errNotAllowed = &failure{
		status: http.StatusForbidden, title: "Not allowed",
		message: "You are signed in, but this page is not open to you.",
		mend:    "Sign out and in as somebody else, or ask those who run this site.",
	}
	errBodySize = &failure{
		status: http.StatusRequestEntityTooLarge, title: "Too large",
		message: "What you sent is larger than this site takes.",
		closes:  true,
	}
	errBody = &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The body of this request is malformed.",
		closes:  true,
	}
	errBodyTimeout = &failure{
		status: http.StatusRequestTimeout, title: "Too slow",
		message: "The rest of the request did not arrive in time.",
		closes:  true,
	}
	errInternal = &failure{
		status: http.StatusInternalServerError, title: "Something went wrong",
		message: "Something went wrong. It has been noted.",
		mend:    "Try again; if it stays, tell those who run this site the request id.",
	}
	errUpstream = &failure{
		status: http.StatusBadGateway, title: "The application cannot be reached",
		message: "The application behind this site does not answer.",
		mend:    "Try again in a moment.",
	}
)

// errMissingClaim tells of an identity that Ferndesk could not tell apart.
func errMissingClaim(claim string) *failure {
	return &failure{
		status: http.StatusForbidden, title: "No token",
		message: `No token can be made: this account has no value for the required claim "%s".`, about: []any{claim},
	}
}

// errForwardAuthAbsent names the header that a proxy has to say by what it asks about.
func errForwardAuthAbsent(header string) *failure {
	return &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The %s header is missing, which says what the proxy in front asks about.", about: []any{header},
		mend: "If you run this site: have the proxy in front set the headers of forward_auth.source.",
	}
}

// errForwardAuthMalformed names a header that does not say what a proxy asks about.
func errForwardAuthMalformed(header string) *failure {
	return &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The %s header, which says what the proxy in front asks about, is malformed, or there is more than one.", about: []any{header},
		mend: "If you run this site: have the proxy in front set the headers of forward_auth.source.",
	}
}

// errForwardAuthTwo names two headers by which a proxy asks about two requests at once.
func errForwardAuthTwo(header, other string) *failure {
	return &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The headers %s and %s differ in what the proxy in front asks about.", about: []any{header, other},
		mend: "If you run this site: have the proxy in front set the headers of forward_auth.source, and remove the others.",
	}
}

// errMisspelt names a header by which a client tried to say who it is.
func errMisspelt(header string) *failure {
	return &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The %s header might be taken for one that says who is signed in.", about: []any{header},
	}
}

// errForwardAuthTarget names a header by which a client tried to say what it asked for.
func errForwardAuthTarget(header string) *failure {
	return &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The %s header might be taken for one that says what was asked for.", about: []any{header},
		mend: "If you run this site: have the proxy in front remove it.",
	}
}

// errForwardAuthUpgrade names a header that asks for a connection past ferngate.
func errForwardAuthUpgrade(header string) *failure {
	return &failure{
		status: http.StatusBadRequest, title: "Bad request",
		message: "The %s header asks for another protocol than websockets.", about: []any{header},
		mend: "If you run this site: have the proxy in front remove it.",
	}
}

// errUpstreamTimeout tells which time-out of the upstream's passed.
func errUpstreamTimeout(key string, after time.Duration) *failure {
	return &failure{
		status: http.StatusGatewayTimeout, title: "The application takes too long",
		message: "The application behind this site did not answer in time (timeouts.%s: %v).", about: []any{key, after},
		mend: "Try again in a moment.",
	}
}
