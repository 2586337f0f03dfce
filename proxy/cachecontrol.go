package proxy

import (
	"net/http"
	"strings"
)

// keepPrivate makes an answer that may be one person's stay out of shared
// caches (RFC 9111, section 5.2.2): public and s-maxage go, private comes, and
// what speaks to content delivery networks alone goes too. A browser's own
// cache is told what the app said.
func keepPrivate(h http.Header) {
	for name := range h {
		switch {
		case strings.HasSuffix(name, "Cdn-Cache-Control"): // RFC 9213
			delete(h, name)
		case name == "Surrogate-Control", name == "Edge-Control", name == "X-Accel-Expires":
			delete(h, name)
		}
	}
	if len(h["Cache-Control"]) == 0 {
		h["Cache-Control"] = []string{"private"} // a shared cache would guess how long to keep it
		return
	}
	directives := splitDirectives(strings.Join(h["Cache-Control"], ","))
	private, changed := false, false
	var kept []string
	for _, d := range directives {
		name, value, _ := strings.Cut(d, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "public", "s-maxage":
			changed = true
			continue
		case "private":
			private = private || value == "" // with a value it means those headers only
		case "no-store":
			private = true
		}
		kept = append(kept, d)
	}
	if !private {
		kept, changed = append([]string{"private"}, kept...), true
	}
	if changed {
		h["Cache-Control"] = []string{strings.Join(kept, ", ")}
	}
}

// splitDirectives splits at the commas that are not inside quotes.
func splitDirectives(s string) []string {
	var list []string
	quoted := false
	start := 0
	add := func(end int) {
		if d := strings.TrimSpace(s[start:end]); d != "" {
			list = append(list, d)
		}
		start = end + 1
	}
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '\\' && quoted:
			i++
		case s[i] == ',' && !quoted:
			add(i)
		}
	}
	if start < len(s) {
		add(len(s))
	}
	return list
}
