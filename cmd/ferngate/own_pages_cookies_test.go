package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
)

// Somebody whose browser keeps no cookies is told so after a sign-in, and not
// just asked to sign in again.
func TestSignInInABrowserWithoutCookies(t *testing.T) {
	b := newBrowser(t)
	gate, err := url.Parse(startOwnPagesGate(t, "plain"))
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(gate)
			r.Out.Host = r.In.Host
		},
		ModifyResponse: func(res *http.Response) error {
			res.Header.Del("Set-Cookie")
			return nil
		},
	})
	t.Cleanup(front.Close)
	b.open(front.URL + "/help")
	b.waitFocus("#login")
	b.keys("alice\t" + gatePassword + "\r")
	b.wait("/.ferngate/sign-in", "[role=alert]", "the browser did not keep the session cookie")
	if asks := b.js("document.querySelector('[name=return_to]').value"); asks != "/help" {
		t.Errorf("the way back became %q", asks)
	}
	b.wantQuiet()
}
