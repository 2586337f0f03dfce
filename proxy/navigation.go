package proxy

import (
	"net/http"
	"path"
	"strings"
)

// isNavigation reports whether a person is opening a page. Browsers say so in
// Sec-Fetch-Mode, but not over plain HTTP, where an Accept of HTML has to do.
func isNavigation(r *http.Request) bool {
	if mode := r.Header["Sec-Fetch-Mode"]; len(mode) > 0 {
		return mode[0] == "navigate"
	}
	if len(r.Header["Sec-Fetch-Site"]) > 0 || len(r.Header["Sec-Fetch-Dest"]) > 0 ||
		len(r.Header["X-Requested-With"]) > 0 || len(r.Header["Upgrade"]) > 0 {
		return false
	}
	for _, accept := range r.Header["Accept"] {
		if strings.Contains(accept, "text/html") {
			return true
		}
	}
	return false
}

// saysNothing reports whether a GET says nothing of what it is for, as those of
// simple clients: no Sec-Fetch header, and any answer is accepted.
func saysNothing(r *http.Request) bool {
	if r.Method != http.MethodGet || isAsset(r) {
		return false
	}
	for _, name := range [...]string{"Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-Dest", "X-Requested-With", "Upgrade"} {
		if len(r.Header[name]) > 0 {
			return false
		}
	}
	accept := r.Header["Accept"]
	return len(accept) == 0 || len(accept) == 1 && accept[0] == "*/*"
}

// isAsset reports whether a page's own parts are being fetched: images, styles,
// scripts, fonts. Nobody signs in or out by them, and there are many to a page.
func isAsset(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if dest := r.Header["Sec-Fetch-Dest"]; len(dest) > 0 {
		switch dest[0] {
		case "empty", "document", "iframe", "frame", "fencedframe", "websocket":
			return false
		}
		return true
	}
	for _, accept := range r.Header["Accept"] {
		for _, kind := range [...]string{"image/", "text/css", "font/", "audio/", "video/"} {
			if strings.HasPrefix(accept, kind) {
				return true
			}
		}
	}
	return assetNames[strings.ToLower(path.Ext(r.URL.Path))]
}

// assetNames are the endings of assets' names, for browsers that say no more
// than */* of a script.
var assetNames = map[string]bool{
	".js": true, ".mjs": true, ".css": true, ".map": true, ".woff": true, ".woff2": true, ".ttf": true, ".png": true, ".jpg": true,
	".jpeg": true, ".gif": true, ".svg": true, ".webp": true, ".avif": true, ".ico": true,
}
