package proxy

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy/metrics"
)

// authPath is where a proxy that forwards to the app by itself asks first whether
// it may, and for whom: nginx's auth_request, Traefik's ForwardAuth, Caddy's
// forward_auth, Envoy's ext_authz.
const authPath = ownPrefix + "auth"

// isForwardAuth reports whether a request of this path is a proxy's, which asks about another.
func (s *site) isForwardAuth(path string) bool {
	switch s.forwardAuth {
	case "":
		return false
	case config.RequestLine:
		return strings.HasPrefix(path, authPath+"/")
	}
	return path == authPath
}

// forwardAuthRequest returns the request that a proxy asks about, which is judged from
// here on in place of the one that asks. It belongs to the same site: its host is
// the one that readClient took. What it returns with an error is r itself.
func (g *Gateway) forwardAuthRequest(x *exchange, r *http.Request) (*http.Request, error) {
	x.forwardAuth = true
	x.noteAccess(metrics.ForwardAuth)
	x.awaitNoBody(r)
	if !x.client.trusted {
		return r, errNotAProxy
	}
	o, err := x.site.readOriginal(x, r)
	if err != nil {
		return r, err
	}
	if name, ok := hostname(r.Host); ok && g.sites.byHost[name] != nil && g.sites.byHost[name] != x.site {
		return r, errForwardAuthTwo("Host", o[originalHost].header) // a proxy that has one Host alone is pinned to a site by it
	}
	if err := x.site.checkForwarded(r.Header); err != nil {
		return r, err
	}
	if x.site.forwardAuth != config.RequestLine && !asksForSite(x.target.query, o[originalHost].value) {
		return r, errForwardAuthSite
	}
	about, err := o.request(r)
	if err != nil {
		return r, err
	}
	target, err := readTarget(about)
	if err == errPath {
		err = errForwardAuthMalformed(o[originalTarget].header)
	}
	if err != nil {
		return r, err
	}
	x.request, x.target = about, target
	return about, nil
}

// asksForSite reports whether a proxy that names its site by ?host= in the address
// where it asks means the host of the request. It need not name one, but nothing
// else can be there. What is asked by the request's own line has no such address:
// its query is the request's.
func asksForSite(query, host string) bool {
	if query == "" {
		return true
	}
	values, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil || len(values) != 1 || len(values["host"]) != 1 {
		return false
	}
	site, ok := hostname(values["host"][0])
	asked, _ := hostname(host)
	return ok && site == asked
}

// awaitNoBody answers at once where a proxy copied the length of a body that it
// does not send: net/http would wait for it.
func (x *exchange) awaitNoBody(r *http.Request) {
	if r.ContentLength != 0 && r.ProtoMajor == 1 {
		x.Header().Set("Connection", "close")
		x.interruptBody()
	}
}

// allow tells a proxy that it may forward what it asked about. Of the app's answer
// nothing will be seen: what the request may have changed there is taken in now.
func (s *site) allow(x *exchange) {
	s.observeApp(x, 0, x.Header())
	s.allowAs(x)
}

// allowAs tells the proxy who asks. All identity headers are there, empty where
// there is nothing to say, since proxies exist that keep the client's own in place
// of one that is not (GHSA-7r4p-vjf4-gxv4; TestForwardAuth_IdentityHeaders).
func (s *site) allowAs(x *exchange) {
	h := x.Header()
	ownAnswer(h)
	for _, header := range s.identity {
		h[header.name] = emptyValue
	}
	if x.session != nil {
		s.identity.set(h, x.session.Identity)
	}
	x.WriteHeader(http.StatusOK)
}

// emptyValue is the value of a header that has none, shared between all of them.
var emptyValue = []string{""}

// leadToSignIn answers with where to sign in, a path of this site. The location
// is absolute: a proxy that asks might resolve it against the address that it asked.
func (s *site) leadToSignIn(x *exchange, r *http.Request, location string) {
	if x.forwardAuth {
		location = s.publicNameFor(x).origin + location
	}
	if x.forwardAuth && s.forwardAuth == config.XOriginal { // which nginx sends
		x.Header().Set("Location", location) // it hands on no redirect, but can make one of a 401
		s.pages.fail(x, r, errSignInNeeded)
		return
	}
	seeOther(x, location)
}
