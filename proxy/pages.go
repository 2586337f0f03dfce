package proxy

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy/language"
)

//go:embed pages/*.html
var pageFiles embed.FS

// pages are the gateway's own pages, and the only place where an error becomes
// a page or JSON.
type pages struct {
	signIn, signOut, signedOut, failure *template.Template
	plain                               *look // where there is no site
}

// page is what every page knows. Its texts are those of the language.
type page struct {
	*language.Language
	Look      *look
	RequestID string
}

type link struct {
	Href, Text string
	NewTab     bool
}

func newPages() (*pages, error) {
	p := &pages{plain: newLook("", config.DefaultBranding())}
	for name, t := range map[string]**template.Template{
		"sign-in": &p.signIn, "sign-out": &p.signOut, "signed-out": &p.signedOut, "error": &p.failure,
	} {
		var err error
		if *t, err = template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"); err != nil {
			return nil, fmt.Errorf("own pages: %w", err)
		}
	}
	return p, nil
}

// common is what x's pages share.
func (p *pages) common(x *exchange) page {
	c := page{Language: language.Of(x.request.Header), Look: p.plain, RequestID: x.id}
	if x.site != nil {
		c.Look = x.site.look
	}
	return c
}

// Strong is a text about a name, which stands out in it.
func (p page) Strong(english, name string) template.HTML {
	return strong(p.Text(english), name)
}

func strong(text, name string) template.HTML {
	before, after, _ := strings.Cut(text, "%s")
	esc := template.HTMLEscapeString
	return template.HTML(esc(before) + "<strong>" + esc(name) + "</strong>" + esc(after))
}

// write answers with a page; c is what data has of every page.
func (p *pages) write(x *exchange, status int, t *template.Template, c page, data any) {
	h := x.Header()
	ownAnswer(h)
	h["Content-Security-Policy"] = c.Look.policy
	h.Set("Content-Language", c.Tag)
	h.Add("Vary", "Accept-Language")
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
	if !isNavigation(r) {
		p.failJSON(x, f)
		return
	}
	f.head(x)
	c := p.common(x)
	p.write(x, f.status, p.failure, c, struct {
		page
		Status      int
		Title, Mend string
		Message     template.HTML
		WayOut      *link
	}{c, f.status, c.Text(f.title), c.Text(f.mend), x.explain(f, c.Language), x.wayOut(f, c.Language)})
}

// failJSON answers with an error as JSON, for what only scripts ask for.
func (p *pages) failJSON(x *exchange, f *failure) {
	f.head(x)
	body, err := json.Marshal(struct {
		Error     string `json:"error"`
		RequestID string `json:"request_id"`
	}{f.Error(), x.id})
	if err != nil {
		panic(err) // two texts always marshal
	}
	writeBody(x, f.status, jsonType, string(body))
}

// head sets the headers of an answer that tells of f.
func (f *failure) head(x *exchange) {
	x.reason = f.Error()
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

// explain says on a page what failed, and names whom a page is not open to.
func (x *exchange) explain(f *failure, l *language.Language) template.HTML {
	if f == errNotAllowed && x.session != nil {
		return strong(l.Text("You are signed in as %s, but this page is not open to you."), nameOf(x.session))
	}
	return template.HTML(template.HTMLEscapeString(l.Text(f.message, f.about...)))
}

// wayOut is where a failure leaves a person to go; nil for nowhere.
func (x *exchange) wayOut(f *failure, l *language.Language) *link {
	if x.site == nil || x.site.sessions == nil {
		return nil
	}
	switch f {
	case errSignInNeeded:
		if at := x.site.signInURL(x.target.String()); at != "" {
			return &link{at, l.Text("Sign in"), true}
		}
	case errNotAllowed:
		return &link{signOutPath, l.Text("Sign out"), false}
	}
	return nil
}

// seconds rounds up to whole seconds.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
