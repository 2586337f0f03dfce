package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// step is one request of a walk, which every side sends.
type step struct {
	method  string
	path    string // and query
	page    bool   // a person opens it; otherwise it is fetched as part of a page, or by a script
	accept  string // what is accepted then
	gzip    bool   // by the browser that accepts that
	headers []string
	of      *step       // an earlier one, whose answer
	still   []condition // is asked for to be still good
	form    *post       // what is sent, if anything
}

func (s *step) String() string {
	return fmt.Sprintf("%s %s (page: %v, gzip: %v, %q %v)", s.method, s.path, s.page, s.gzip, s.headers, s.still)
}

// condition is a header that sends a validator back, which is one that the
// side itself got.
type condition struct{ header, validator string }

// post is a form that a person sends.
type post struct {
	page   string // where it is
	token  string // the name of its hidden field, if it has one
	meta   string // or of the page's meta element with the same
	path   string // where it goes
	fields map[string]string
}

// side is a way to the app, with two browsers of somebody's: an app may bind a
// session to what they accept.
type side struct {
	name        string
	plain, gzip *visitor
	replies     map[*step]*reply
}

// newSide is somebody to whom the app at url has the name that it has for all
// sides: it builds links, and names of cookies, of that.
func newSide(t *testing.T, name, url string) *side {
	t.Helper()
	browser := func(gzip bool) *visitor {
		v := newVisitor(t, "http://"+appHost)
		// Django's own server answers HEAD with a body, which would be taken for the next answer.
		v.client.Transport = &http.Transport{DialContext: inTurn(url), DisableCompression: !gzip, DisableKeepAlives: true}
		v.headers = []string{"User-Agent", "Mozilla/5.0 (compared)", "Accept-Language", "en"}
		return v
	}
	return &side{name, browser(false), browser(true), map[*step]*reply{}}
}

// What browsers say that they accept, of which ferngate tells pages from their parts.
const (
	acceptOfPages  = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	acceptOfImages = "image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8"
	acceptOfStyles = "text/css,*/*;q=0.1"
	acceptOfScript = "*/*"
)

// send sends a step and keeps the answer.
func (s *side) send(p *step) error {
	browser, headers := s.plain, append([]string{"Accept", cmp.Or(p.accept, acceptOfScript)}, p.headers...)
	if p.page {
		headers[1] = acceptOfPages
	}
	if p.gzip {
		browser, headers = s.gzip, append(headers, "Accept-Encoding", "gzip") // said by us, it is not undone
	}
	for _, c := range p.still {
		if value := s.replies[p.of].header.Get(c.validator); value != "" {
			headers = append(headers, c.header, value)
		}
	}
	var body io.Reader
	if p.form != nil {
		body = strings.NewReader(s.fill(p.form).Encode())
		headers = append(headers, "Content-Type", "application/x-www-form-urlencoded")
	}
	a, err := browser.try(p.method, p.path, body, headers...)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", p, s.name, err)
	}
	s.replies[p], err = newReply(a)
	return err
}

// fill is the form as the side fills it in.
func (s *side) fill(p *post) url.Values {
	values := url.Values{}
	if p.token != "" {
		values.Set(p.token, s.plain.open(p.page).field(s.plain.t, cmp.Or(p.meta, p.token)))
	}
	for name, value := range p.fields {
		values.Set(name, value)
	}
	return values
}

// reply is an answer: its body as it came, and the text that it is.
type reply struct {
	status int
	header http.Header
	body   []byte
	text   []byte
	edited bool // the text is without what ferngate put in
}

func newReply(a answer) (*reply, error) {
	r := &reply{status: a.status, header: a.header, body: a.body, text: a.body}
	if a.header.Get("Content-Encoding") != "gzip" || len(a.body) == 0 || a.status == http.StatusPartialContent {
		return r, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(a.body))
	if err != nil {
		return nil, err
	}
	r.text, err = io.ReadAll(z)
	return r, err
}

func (r *reply) isHTML() bool {
	kind, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
	return kind == "text/html" || kind == "application/xhtml+xml"
}
