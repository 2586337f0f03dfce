package proxy

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/ferngate/ferngate/auth/app"
	"github.com/ferngate/ferngate/config"
)

// newReverseProxy forwards to the site's app.
func (s *site) newReverseProxy() *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite:        s.rewrite,
		ModifyResponse: s.modifyResponse,
		ErrorHandler:   s.upstreamFailed,
		Transport:      s.transport,
		BufferPool:     newBufferPool(),
		// It would quote what the app sent, cookies and all; that an answer was
		// broken off is in the access log.
		ErrorLog: log.New(io.Discard, "", 0),
	}
}

// forward hands the request to the app and the app's answer to the client.
func (s *site) forward(x *exchange, r *http.Request) {
	refuseOtherUpgrades(r)
	if s.limits.BodySize > 0 && r.ContentLength > int64(s.limits.BodySize) {
		s.pages.fail(x, r, errBodySize)
		return
	}
	// net/http looks at the body of its own request when the answer begins, to
	// tell one that still waits for a 100: the wrapped one belongs to a copy.
	r = x.with(r)
	if x.body = newRequestBody(x, r, s.limits, s.strip); x.body != nil {
		r.Body = x.body
		defer x.body.over()
	}
	s.beginApp(x)
	r, stop := s.watchUpload(x, r)
	defer stop()
	r, stop = s.keepSocket(x, r)
	defer stop()
	s.proxy.ServeHTTP(x, r)
}

// rewrite makes the request to the app from the one that came. It runs after
// ReverseProxy removed the hop-by-hop headers, so that no Connection header can
// name one away that is set here (TestH7).
func (s *site) rewrite(pr *httputil.ProxyRequest) {
	x := exchangeOf(pr.In)
	x.forwarded = time.Now()
	pr.Out.URL.Scheme, pr.Out.URL.Host = s.base.Scheme, s.base.Host
	setTarget(pr.Out.URL, x.target)
	pr.Out.Host = s.upstream.HostFor(pr.In.Host)
	// Some apps answer HEAD with a body. On a connection that is used again it
	// would be taken for the answer to somebody else's request (TestG7_BodyOfAHead).
	// In HTTP/2 it belongs to its stream.
	pr.Out.Close = pr.Out.Method == http.MethodHead && s.upstream.Protocol != config.ProtocolHTTP2

	h := pr.Out.Header
	s.strip.from(h, x.client.trusted)
	removeSessionCookies(h)
	if agents := h["User-Agent"]; len(agents) != 1 || agents[0] == "" {
		respell(h, "User-Agent") // net/http would send the first of several, and no empty one
	}
	app.UpdateCookies(h, x.relayed)
	setForwarded(h, x)
	if s.injector != nil {
		x.unwanted = s.injector.unwantedIn(pr.In)
		x.revalidates = s.injector.conditions(pr.In, h, s.injector.wants(x))
	}
	if x.session != nil {
		s.identity.set(h, x.session.Identity)
	}
	if x.body != nil {
		pr.Out.Trailer = x.body.trailer
		if len(x.body.trailer) > 0 && pr.Out.ContentLength < 0 {
			// Without it net/http tries in another goroutine whether there is a body
			// at all, and reads the trailers here while those that came are added.
			pr.Out.TransferEncoding = []string{"chunked"}
		}
	}
}

// setTarget makes u the target as it was sent: not with the query that
// ReverseProxy cleaned and sorted (TestG1), nor with a path that url.URL
// would write otherwise.
func setTarget(u *url.URL, t target) {
	u.RawQuery = strings.TrimPrefix(t.query, "?")
	u.ForceQuery = t.query == "?"
	u.Opaque = ""
	if u.EscapedPath() != t.path {
		u.Opaque = t.path // which never begins with two slashes: it would be sent with a scheme before it
	}
}

// modifyResponse makes the answer to the client from the app's.
func (s *site) modifyResponse(res *http.Response) error {
	x := exchangeOf(res.Request)
	if res.StatusCode < 100 || res.StatusCode > 999 {
		return fmt.Errorf("the answer's status is %03d", res.StatusCode) // net/http reads it, and panics when it is to write it
	}
	x.upstreamTime = time.Since(x.forwarded)
	x.proxied = true
	dropOwnHeaders(res.Header)
	s.namePublicly(x, res.Header)
	filterTrailers(x, res)
	renewed := s.observeApp(x, res.StatusCode, res.Header)
	if !renewed && x.held != nil && x.held.Identity != nil && isNavigation(res.Request) {
		renewed = s.sessions.Renew(res.Header, x.held)
	}
	if renewed || x.session != nil && (x.verdict.Require == config.Required || s.identity.any()) {
		keepPrivate(res.Header)
	}
	if renewed {
		res.Header["Cache-Control"] = []string{"private, no-store"}
	}
	s.injector.into(x, res)
	s.endStreamWithSession(x, res)
	return nil
}
