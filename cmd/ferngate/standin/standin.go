// Package standin stands in for Ferndesk where Ferndesk cannot be reached: in
// the demo, and in tests. It serves a small SDK with a widget of its own, and
// checks what pages call it with as Ferndesk would.
package standin

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"strings"
)

// SDKPath is where the SDK is loaded from.
const SDKPath = "/dist/sdk.js"

// source is the SDK with a name in place of what it knows of the help centre.
//
//go:embed sdk.js
var source string

// Handler serves the SDK of the help centre at a host, whose JWT secret is
// secret. The secret stays here: the SDK has its tokens verified.
func Handler(secret []byte, host string) http.Handler {
	center, err := json.Marshal(centerAt(host))
	if err != nil {
		panic(err) // two texts always marshal
	}
	sdk := strings.Replace(source, "HELP_CENTER", string(center), 1)

	mux := http.NewServeMux()
	mux.HandleFunc("GET "+SDKPath, func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/javascript; charset=utf-8")
		h.Set("Cache-Control", "no-cache") // it may have changed with the program
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		_, _ = w.Write([]byte(sdk)) // a browser that is gone needs none
	})
	mux.HandleFunc("POST /verify", verifier(secret).serve)
	return mux
}
