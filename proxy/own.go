package proxy

import (
	"net/http"
	"slices"
	"strings"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy/widget"
)

// ownPrefix is where the gateway's own endpoints live, but for the token paths.
const ownPrefix = "/.ferngate/"

const (
	signInPath  = ownPrefix + "sign-in"
	signOutPath = ownPrefix + "sign-out"
)

// endpoint is one of the gateway's own: what it does, by method.
type endpoint map[string]func(x *exchange, r *http.Request)

// newEndpoints lists a site's own endpoints by their exact path.
func (s *site) newEndpoints(cfg *config.Ferndesk) map[string]endpoint {
	endpoints := map[string]endpoint{}
	if cfg != nil {
		for _, path := range cfg.TokenPath {
			endpoints[path] = endpoint{http.MethodGet: s.serveToken, http.MethodHead: s.serveToken}
		}
		endpoints[widget.WhoamiPath] = endpoint{http.MethodGet: s.serveWhoami, http.MethodHead: s.serveWhoami}
	}
	if s.injector != nil {
		endpoints[widget.Path] = endpoint{http.MethodGet: s.serveWidget, http.MethodHead: s.serveWidget}
	}
	if s.sessions != nil {
		endpoints[signOutPath] = endpoint{http.MethodGet: s.askSignOut, http.MethodHead: s.askSignOut, http.MethodPost: s.signOut}
	}
	if s.appSignInURL != "" {
		endpoints[signInPath] = endpoint{http.MethodGet: s.leadToApp, http.MethodHead: s.leadToApp}
	}
	if s.password != nil {
		endpoints[signInPath] = endpoint{http.MethodGet: s.askSignIn, http.MethodHead: s.askSignIn, http.MethodPost: s.signIn}
	}
	return endpoints
}

// serveOwn answers an own endpoint. Only the path as sent is one; another
// spelling of it is 404, and so is what there is not below ownPrefix. A proxy
// that asks about one may send it on: to here, where it is answered.
func (s *site) serveOwn(x *exchange, r *http.Request) {
	e, found := s.endpoints[x.target.path]
	if !found {
		s.pages.fail(x, r, errNoSuchEndpoint)
		return
	}
	if x.forwardAuth {
		s.allowAs(x)
		return
	}
	serve, allowed := e[r.Method]
	if !allowed {
		x.Header().Set("Allow", strings.Join(e.methods(), ", "))
		s.pages.fail(x, r, errMethod)
		return
	}
	if r.Method == http.MethodPost && s.crossOrigin.Check(x.withClientHost(r)) != nil {
		publicURL := ""
		if s.publicly != nil {
			publicURL = s.publicly.origin
		}
		s.log.Warn("a form from another origin was refused: if it was our own, public_url or the proxy in front is wrong",
			zap.String("request_id", x.id), zap.String("origin", r.Header.Get("Origin")),
			zap.String("expected", schemeOf(x.secure)+"://"+x.client.host), zap.String("public_url", publicURL))
		s.pages.fail(x, r, errCrossOrigin)
		return
	}
	serve(x, r)
}

func (e endpoint) methods() []string {
	var methods []string
	for m := range e {
		methods = append(methods, m)
	}
	slices.Sort(methods)
	return methods
}

// withClientHost is the request with the host that the browser sent, which a
// proxy before us may have replaced: what an Origin header is compared with.
func (x *exchange) withClientHost(r *http.Request) *http.Request {
	sent := *r
	sent.Host = x.client.host
	return &sent
}

// The values of headers that own answers have, shared between all of them.
var (
	noStore    = []string{"no-store"}
	nosniff    = []string{"nosniff"}
	sameOrigin = []string{"same-origin"}
	varyCookie = []string{"Cookie"}
	textType   = []string{"text/plain; charset=utf-8"}
	jsonType   = []string{"application/json"}
)

// ownAnswer sets the headers of every answer that the gateway makes itself.
func ownAnswer(h http.Header) {
	h["Cache-Control"] = noStore
	h["X-Content-Type-Options"] = nosniff
}

// writeBody writes an answer of the gateway's own. The request may be a HEAD.
func writeBody(x *exchange, status int, contentType []string, body string) {
	x.Header()["Content-Type"] = contentType
	x.WriteHeader(status)
	_, _ = x.WriteString(body) // a client that is gone is not our fault
}
