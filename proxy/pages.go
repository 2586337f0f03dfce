package proxy

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"time"
)

//go:embed pages
var pageFiles embed.FS

// pages are the gateway's own pages, and the only place where an error becomes
// a page or JSON.
type pages struct {
	signIn, signOut, signedOut, failure *template.Template
	style                               template.CSS
	policy                              string
}

// page is what every page knows.
type page struct {
	Style     template.CSS
	Site      string
	RequestID string
}

type link struct {
	Href, Text string
	NewTab     bool
}

func newPages() (*pages, error) {
	style, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		return nil, fmt.Errorf("own pages: %w", err)
	}
	sum := sha256.Sum256(style)
	p := &pages{
		style: template.CSS(style),
		// No form-action: Chromium applies it to where the app redirects after
		// sign-in too, and the only form's target is our own. With no script,
		// nothing on these pages could write another form.
		policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
	}
	for name, t := range map[string]**template.Template{
		"sign-in": &p.signIn, "sign-out": &p.signOut, "signed-out": &p.signedOut, "error": &p.failure,
	} {
		if *t, err = template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"); err != nil {
			return nil, fmt.Errorf("own pages: %w", err)
		}
	}
	return p, nil
}

// common is what x's pages share.
func (p *pages) common(x *exchange) page {
	c := page{Style: p.style, RequestID: x.id}
	if x.site != nil {
		c.Site = x.site.host
	}
	return c
}

// write answers with a page.
func (p *pages) write(x *exchange, status int, t *template.Template, data any) {
	h := x.Header()
	ownAnswer(h)
	h.Set("Content-Security-Policy", p.policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin") // with no-referrer a form's Origin would be null
	h.Set("Content-Type", "text/html; charset=utf-8")
	x.WriteHeader(status)
	_ = t.ExecuteTemplate(x, "layout.html", data) // the templates are tested; what fails is the connection
}

// fail answers with an error: as a page for a navigation, else as JSON. What is
// no failure of ours is told as nothing but a fault.
func (p *pages) fail(x *exchange, r *http.Request, err error) {
	f, ok := errors.AsType[*failure](err)
	if !ok {
		f = errInternal
	}
	if isNavigation(r) {
		f.head(x)
		p.write(x, f.status, p.failure, struct {
			page
			Status               int
			Title, Message, Mend string
			Links                []link
		}{p.common(x), f.status, f.title, f.message, f.mend, x.links(f)})
		return
	}
	p.failJSON(x, f)
}

// failJSON answers with an error as JSON, for what only scripts ask for.
func (p *pages) failJSON(x *exchange, f *failure) {
	f.head(x)
	body, err := json.Marshal(struct {
		Error     string `json:"error"`
		RequestID string `json:"request_id"`
	}{f.message, x.id})
	if err != nil {
		panic(err) // two texts always marshal
	}
	writeBody(x, f.status, jsonType, string(body))
}

// head sets the headers of an answer that tells of f.
func (f *failure) head(x *exchange) {
	x.reason = f.message
	h := x.Header()
	ownAnswer(h)
	if f.allow != "" {
		h.Set("Allow", f.allow)
	}
	if f.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(seconds(f.retry)))
	}
	if f.closes {
		h.Set("Connection", "close")
	}
}

// links are the ways out of a failure.
func (x *exchange) links(f *failure) []link {
	if x.site == nil || x.site.sessions == nil {
		return nil
	}
	switch f {
	case errSignInNeeded:
		if at := x.site.signInURL(x.target.String()); at != "" {
			return []link{{at, "Sign in", true}}
		}
	case errNotAllowed:
		return []link{{signOutPath, "Sign out", false}}
	}
	return nil
}

// seconds rounds up to whole seconds.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
