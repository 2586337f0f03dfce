package demoapp

import "testing"

func TestHelpHasTheElementsThatItsScriptFills(t *testing.T) {
	w := get(t, Handler(), "/help")
	wantBody(t, w,
		`id="token-status"`, `<pre id="token">`, `<pre id="token-header">`, `<pre id="token-claims">`,
		"fetch('/api/ferndesk-token')",
		"401 Not authenticated: nobody is signed in")
}
