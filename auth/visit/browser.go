// Package visit goes to an app as a person's browser does, as far as signing in
// there takes one: it keeps cookies, follows the app's redirects and fills in its
// form. It never leaves the app, wherever that leads.
package visit

import (
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

const (
	// maxPage is the most that is read of a page, in bytes.
	maxPage = 1 << 20
	// maxRedirects is how many redirects are followed, one after another.
	maxRedirects = 10
)

var (
	// ErrElsewhere is wrapped by the error of SignIn where the app hands people
	// over to another host.
	ErrElsewhere = errors.New("it leads to another site")
	errRedirects = fmt.Errorf("it redirects more than %d times", maxRedirects)
)

// Browser goes to one app. It is not for several goroutines at once.
type Browser struct {
	// Jar has the cookies that the app has set so far.
	Jar Jar
	// Exchanges are the requests that were made so far, and their answers.
	Exchanges []Exchange

	origin    *url.URL
	upstream  *config.Upstream
	transport http.RoundTripper
	header    http.Header
}

// Exchange is one request, and its answer.
type Exchange struct {
	// Method and URL are the request's; the URL is as the browser shows it.
	Method string
	URL    *url.URL
	// Fields are the names of what a form sent, in order.
	Fields []string
	// Status and Header are the answer's; 0 and nil without one.
	Status int
	Header http.Header
	// Duration is how long the answer took, its body included.
	Duration time.Duration
}

// New returns a browser whose address bar shows origin, scheme and host, while
// its requests go to upstream by transport, with the Host that upstream asks for.
// All of them carry header. The answers must be in gzip or in no encoding.
func New(origin *url.URL, upstream *config.Upstream, transport http.RoundTripper, header http.Header) *Browser {
	return &Browser{origin: origin, upstream: upstream, transport: transport, header: header}
}

// page is the answer where redirects have ended.
type page struct {
	url    *url.URL
	status int
	body   []byte
}

// SignIn opens the page at target, a path and query of the app, and sends the
// sign-in form that it finds there. What the app makes of it is for the cookies
// to tell; asksAgain reports whether the page after it asks for a password again,
// which mostly says that this one was wrong.
func (b *Browser) SignIn(ctx context.Context, target, login, password string) (asksAgain bool, err error) {
	at, err := b.origin.Parse(target)
	if err != nil {
		return false, errors.New("its address is malformed")
	}
	p, err := b.open(ctx, request{method: http.MethodGet, url: at})
	if err != nil {
		return false, err
	}
	forms, base := readForms(p.body)
	f, err := signInForm(forms)
	if err != nil {
		return false, fmt.Errorf("%s was answered %d: %w", p.url.Path, p.status, err)
	}
	to, err := f.target(p.url, base)
	if err != nil {
		return false, err
	}
	if !b.isApp(to) {
		return false, fmt.Errorf("the form at %s: %w", p.url.Path, elsewhere(to))
	}
	fields, body := f.fill(login, password)
	p, err = b.open(ctx, request{http.MethodPost, to, fields, body, p.url})
	if errors.Is(err, ErrElsewhere) {
		return false, nil // the cookies are there by now
	}
	if err != nil {
		return false, err
	}
	forms, _ = readForms(p.body)
	_, err = signInForm(forms)
	return err == nil, nil
}

// request is one that a browser makes: with a form's fields and body, from a page.
type request struct {
	method string
	url    *url.URL
	fields []string
	body   string
	from   *url.URL // nil where the address was typed
}

// open makes a request and follows the app's redirects.
func (b *Browser) open(ctx context.Context, r request) (page, error) {
	for range maxRedirects + 1 {
		p, location, err := b.send(ctx, r)
		if err != nil {
			return page{}, fmt.Errorf("%s %s: %w", r.method, r.url.Path, err)
		}
		if !isRedirect(p.status) || location == "" {
			return p, nil
		}
		to, err := r.url.Parse(location)
		if err != nil {
			return page{}, fmt.Errorf("%s redirects to a malformed address", r.url.Path)
		}
		if !b.isApp(to) {
			return page{}, fmt.Errorf("%s: %w", r.url.Path, elsewhere(to))
		}
		r.url = to
		if r.method == http.MethodPost && p.status != http.StatusTemporaryRedirect && p.status != http.StatusPermanentRedirect {
			r = request{method: http.MethodGet, url: to, from: r.from}
		}
	}
	return page{}, fmt.Errorf("%s: %w", r.url.Path, errRedirects)
}

// isApp reports whether an address is the app's, by any of the hosts that it may
// know itself by.
func (b *Browser) isApp(u *url.URL) bool {
	if u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	return strings.EqualFold(u.Host, b.origin.Host) || b.upstream.KnowsItselfAs(u.Scheme, u.Host)
}

// elsewhere is ErrElsewhere with where that is.
func elsewhere(u *url.URL) error {
	return fmt.Errorf("%w, %s", ErrElsewhere, cmp.Or(u.Host, u.Scheme+":"))
}

// send makes one request and keeps the cookies of its answer.
func (b *Browser) send(ctx context.Context, r request) (p page, location string, err error) {
	path := cmp.Or(r.url.EscapedPath(), "/")
	req, err := b.newRequest(ctx, r, path)
	if err != nil {
		return page{}, "", err
	}
	b.Exchanges = append(b.Exchanges, Exchange{Method: r.method, URL: r.url, Fields: r.fields})
	x := &b.Exchanges[len(b.Exchanges)-1]
	started := time.Now()
	res, err := b.transport.RoundTrip(req)
	if err != nil {
		return page{}, "", err
	}
	defer res.Body.Close()
	body, err := readPage(res)
	x.Status, x.Header, x.Duration = res.StatusCode, res.Header, time.Since(started)
	lines := res.Header["Set-Cookie"]
	if b.upstream.HostHeader != "" {
		for i, line := range lines { // as the browser gets them
			lines[i] = auth.WithoutForeignDomain(line, b.host())
		}
	}
	b.Jar.Take(b.host(), path, lines)
	return page{r.url, res.StatusCode, body}, res.Header.Get("Location"), err
}

// host is that of the cookies.
func (b *Browser) host() string { return strings.ToLower(b.origin.Hostname()) }

func (b *Browser) newRequest(ctx context.Context, r request, path string) (*http.Request, error) {
	u := *r.url
	base := b.upstream.Base()
	u.Scheme, u.Host, u.User, u.Fragment = base.Scheme, base.Host, nil, ""
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), strings.NewReader(r.body))
	if err != nil {
		return nil, errors.New("its address is malformed")
	}
	req.Host, req.Header = b.upstream.HostFor(b.origin.Host), b.header.Clone()
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	if cookies, _ := b.Jar.For([]string{b.host()}, path); len(cookies) > 0 {
		req.Header.Set("Cookie", Header(cookies))
	}
	// Apps refuse forms that do not come from their own pages.
	if r.from != nil {
		req.Header.Set("Referer", b.origin.Scheme+"://"+b.origin.Host+r.from.RequestURI())
	}
	if r.method == http.MethodPost {
		req.Header.Set("Origin", b.origin.Scheme+"://"+b.origin.Host)
		req.Header.Set("Content-Type", formType)
	}
	return req, nil
}

// readPage reads an answer's body, no more than maxPage of it.
func readPage(res *http.Response) ([]byte, error) {
	body := io.Reader(res.Body)
	switch coding := strings.ToLower(res.Header.Get("Content-Encoding")); {
	case res.ContentLength == 0, coding == "", coding == "identity":
	case coding == "gzip":
		unzipped, err := gzip.NewReader(res.Body)
		if errors.Is(err, io.EOF) {
			return nil, nil // redirects name the encoding that a body would have
		}
		if err != nil {
			return nil, fmt.Errorf("read the page: %w", err)
		}
		body = unzipped
	default:
		return nil, errors.New("the page is encoded in a way that was not asked for by default: only gzip can be read here")
	}
	page, err := io.ReadAll(io.LimitReader(body, maxPage))
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	return page, nil
}
