package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/mapping"
	"github.com/ferngate/ferngate/config"
)

// StatusError is returned where the app's answer says that it cannot tell at
// the moment: 5xx, 408, 425 or 429.
type StatusError struct {
	// Path is the step's path as the config has it.
	Path string
	// Status is the answer's.
	Status int
}

// Error implements error.
func (e *StatusError) Error() string {
	return fmt.Sprintf("whoami %s was answered %d", e.Path, e.Status)
}

// Whoami asks the app who is signed in, in the steps of the config.
type Whoami struct {
	url       *url.URL
	transport http.RoundTripper
	steps     []step
	composer  *mapping.Composer
	table     *mapping.Table // nil without enrich
}

// step is one GET, and what is read from its answer.
type step struct {
	config.WhoamiStep
	path       config.Template
	accept     string
	extraction *mapping.Extraction
	anonymous  *mapping.Condition
}

// Answer is what the app said, and how that was found.
type Answer struct {
	// Identity is who is signed in; nil for nobody.
	Identity *auth.Identity
	// Nobody is why there is no identity.
	Nobody string
	// Stranger says that the answer is clearly one to a stranger: a redirect, 401,
	// 403, or one that anonymous_when names. Any other may be a fault that passes.
	Stranger bool
	// Suspect is what looks as if the mapping were wrong, "" for nothing: a page that
	// is not there, or one that has some of the values but not all.
	Suspect string
	// Refused says that the app named a person who cannot be one.
	Refused bool
	// SetCookies are the Set-Cookie lines of the answers.
	SetCookies []string
	// Values are those that were found, in all steps.
	Values mapping.Values
	// Steps are those that were asked.
	Steps []StepAnswer
}

// StepAnswer is how one step went.
type StepAnswer struct {
	// Target is the path and query that was asked for; "" where it could not be composed.
	Target string
	// Request are the headers that were sent, Cookie among them.
	Request http.Header
	// Status and Header are the answer's; 0 and nil without one.
	Status int
	Header http.Header
	// Duration is how long the answer took, its body included.
	Duration time.Duration
	// Anonymous is what of anonymous_when held, "" if nothing did.
	Anonymous string
	// Findings are what each extractor found.
	Findings []mapping.Finding
}

// NewWhoami prepares the steps of cfg. The error is that of the table of enrich.
func NewWhoami(cfg config.App, upstream config.Upstream, transport http.RoundTripper) (*Whoami, error) {
	w := &Whoami{url: upstream.Base(), transport: transport}
	for _, s := range cfg.Whoami {
		path, err := config.ParseTemplate(s.Path)
		if err != nil {
			return nil, fmt.Errorf("sign_in.app.whoami: %w", err)
		}
		w.steps = append(w.steps, step{s, path, acceptOf(s), mapping.NewExtraction(s.Extract), mapping.NewCondition(s.AnonymousWhen)})
	}
	if cfg.Enrich != nil {
		table, err := mapping.NewTable(*cfg.Enrich, extracted(cfg))
		if err != nil {
			return nil, err
		}
		w.table = table
	}
	w.composer = mapping.NewComposer(cfg.Identity, w.table)
	return w, nil
}

// extracted are the names of the values that cfg extracts; none where every claim
// of a JWT is a value.
func extracted(cfg config.App) []string {
	var names []string
	for _, s := range cfg.Whoami {
		names = slices.AppendSeq(names, maps.Keys(s.Extract))
	}
	if cfg.CookieJWT != nil {
		names = slices.AppendSeq(names, maps.Keys(cfg.CookieJWT.Extract))
	}
	return names
}

// acceptOf is the Accept header of a step that sets none: what it reads.
func acceptOf(s config.WhoamiStep) string {
	for _, list := range s.Extract {
		for _, e := range list {
			switch {
			case !e.JSON.IsZero():
				return "application/json"
			case !e.CSS.IsZero():
				return "text/html,application/xhtml+xml"
			}
		}
	}
	return "*/*"
}

// Ask asks the app whose browser sends these headers to this host. The error
// says that the app cannot tell: *StatusError, that of a request that failed or
// took too long, or of an answer that could not be read.
func (w *Whoami) Ask(ctx context.Context, host string, like http.Header) (*Answer, error) {
	a := &Answer{Values: mapping.Values{}}
	for i := range w.steps {
		nobody, err := w.steps[i].ask(ctx, w, host, like, a)
		if err != nil || nobody != "" {
			a.Nobody = nobody
			return a, err
		}
	}
	identity, err := w.composer.Compose(a.Values)
	if err != nil {
		a.Nobody, a.Refused = err.Error(), true
		return a, nil
	}
	a.Identity = identity
	return a, nil
}

// ask goes one step. It returns why nobody is signed in, "" if the answer may be a person's.
func (s *step) ask(ctx context.Context, w *Whoami, host string, like http.Header, a *Answer) (nobody string, err error) {
	a.Steps = append(a.Steps, StepAnswer{})
	report := &a.Steps[len(a.Steps)-1]
	target, err := mapping.PathOf(s.path, a.Values)
	if err != nil {
		a.Refused = true
		return err.Error(), nil
	}
	if s.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.Timeout)
		defer cancel()
	}
	req, err := s.request(ctx, w.url, host, target, like)
	if err != nil {
		return "", fmt.Errorf("whoami %s: %w", s.Path, err)
	}
	report.Target, report.Request = target, req.Header
	started := time.Now()
	doc, err := w.get(req)
	report.Duration = time.Since(started)
	if err != nil {
		return "", fmt.Errorf("whoami %s: %w", s.Path, err)
	}
	report.Status, report.Header = doc.Status, doc.Header
	a.SetCookies = append(a.SetCookies, doc.Header["Set-Cookie"]...)
	return s.read(doc, a, report)
}

// read takes the values out of an answer.
func (s *step) read(doc *mapping.Document, a *Answer, report *StepAnswer) (nobody string, err error) {
	if unable := doc.Status >= 500 || slices.Contains(busy, doc.Status); unable {
		return "", &StatusError{s.Path, doc.Status}
	}
	// A redirect is never followed: where it leads may clear every cookie. It
	// means that nobody is signed in, as seen from here.
	a.Stranger = doc.Status == http.StatusUnauthorized || doc.Status == http.StatusForbidden
	if doc.Status >= 300 && doc.Status < 400 {
		a.Stranger = true
		return fmt.Sprintf("%s was answered %d", s.Path, doc.Status), nil
	}
	if why, holds := s.anonymous.Holds(doc); holds {
		report.Anonymous, a.Stranger = why, true
		return s.Path + ": anonymous_when holds: " + why, nil
	}
	report.Findings = s.extraction.From(doc, a.Values)
	some := false
	for _, f := range report.Findings {
		some = some || f.Found
		if !f.Found && !f.Optional {
			nobody = cmp.Or(nobody, fmt.Sprintf("%s: %s was not found", s.Path, f.Name))
		}
	}
	switch {
	case doc.Status == http.StatusNotFound, doc.Status == http.StatusGone:
		a.Suspect = fmt.Sprintf("%s was answered %d", s.Path, doc.Status)
	case nobody != "" && some:
		a.Suspect = nobody + ", but others were"
	}
	return nobody, nil
}

// busy are the statuses below 500 that say nothing of who is signed in (RFC
// 9110, section 15.5.9; RFC 8470, section 5.2; RFC 6585, section 4).
var busy = []int{http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests}

// request makes a step's request as the browser would: with its cookies to the
// byte, and the headers that apps bind sessions to.
func (s *step) request(ctx context.Context, base *url.URL, host, target string, like http.Header) (*http.Request, error) {
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, errors.New("its path is malformed")
	}
	u.Scheme, u.Host = base.Scheme, base.Host
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "", nil)
	if err != nil {
		return nil, err
	}
	req.URL, req.Host, req.Header = u, host, like.Clone()
	req.Header.Set("Accept", s.accept)
	if len(req.Header["User-Agent"]) == 0 {
		req.Header["User-Agent"] = nil // net/http would send its own
	}
	for name, value := range s.Headers {
		req.Header.Set(name, value)
	}
	return req, nil
}

// get sends a request and reads its answer, within bounds.
func (w *Whoami) get(req *http.Request) (*mapping.Document, error) {
	res, err := w.transport.RoundTrip(req)
	if err != nil {
		return nil, unquoted(err)
	}
	defer res.Body.Close()
	return mapping.Read(res)
}

// unquoted is an error of the transport's without what it quotes of a broken
// answer, in which the app's cookies may be.
func unquoted(err error) error {
	_, network := errors.AsType[net.Error](err)
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	if network || certificate || alert || noTLS || errors.Is(err, context.Canceled) {
		return err
	}
	return errors.New("the answer is malformed or was broken off")
}
