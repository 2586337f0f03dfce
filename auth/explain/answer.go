package explain

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ferngate/ferngate/auth/app"
	"github.com/ferngate/ferngate/auth/mapping"
)

// Answer reports how each step of a whoami went, which asked host.
func (r *Report) Answer(host string, a *app.Answer) {
	for i, s := range a.Steps {
		if s.Target == "" {
			r.section("Step %d", i+1)
			r.line("not asked: its path cannot be composed of what was found before")
			continue
		}
		r.section("Step %d: GET %s", i+1, s.Target)
		r.line("Host: %s", host)
		for _, name := range slices.Sorted(maps.Keys(s.Request)) {
			for _, value := range s.Request[name] {
				r.line("%s: %s", name, maskHeader(name, value))
			}
		}
		if s.Status == 0 {
			r.line("→ no answer that could be read, after %s", rounded(s.Duration))
			continue
		}
		r.answered(s.Status, s.Header, s.Duration)
		if s.Anonymous != "" {
			r.line("anonymous_when holds: %s", s.Anonymous)
		}
		for _, f := range s.Findings {
			r.finding(f)
		}
	}
}

// answered reports the status and what of the headers says more.
func (r *Report) answered(status int, h http.Header, took time.Duration) {
	r.line("→ %d %s, %s, in %s", status, http.StatusText(status), cmp.Or(h.Get("Content-Type"), "no Content-Type"), rounded(took))
	if to := h.Get("Location"); to != "" {
		r.line("  Location: %s", location(to))
	}
	var names []string
	for _, line := range h["Set-Cookie"] {
		name, _, _ := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		r.line("  Set-Cookie: %s", strings.Join(names, ", "))
	}
}

// finding reports what one value's extractors found, or what is there instead.
func (r *Report) finding(f mapping.Finding) {
	switch {
	case f.Found && f.Value.IsList:
		r.line("%s: [%s] (%s)", f.Name, strings.Join(f.Value.List, " | "), f.Source)
	case f.Found:
		r.line("%s: %s (%s)", f.Name, f.Value.Text, f.Source)
	case f.Optional:
		r.line("%s: not found, and optional: %s", f.Name, f.Problem)
	default:
		r.line("%s: NOT FOUND: %s", f.Name, f.Problem)
	}
}

// rounded is a duration as a person reads it.
func rounded(d time.Duration) time.Duration {
	if d < time.Millisecond {
		return d.Round(time.Microsecond)
	}
	return d.Round(time.Millisecond)
}
