// Package app is the method app: whoever is signed in to the app is signed in
// here. The app knows nothing of it. It is asked who the session cookies of a
// request belong to, as their browser would ask (whoami), and what its answers
// and the browser's requests tell of sign-in and sign-out is taken in at once.
// What is known of a session is kept in the session cookie (auth.Followed), so
// that all replicas know the same; what this process knows beside that only
// ever makes it doubt more, or ask less.
package app

import (
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/mapping"
	"github.com/ferngate/ferngate/config"
)

// Name is the method's name in the config and in logs.
const Name = "app"

// anonymousFor is how long a session that was found to be nobody's is not asked
// about again, with no sign of a sign-in. It ends because the person may sign in
// where it is not seen: on another host that the app's cookies are good for.
const anonymousFor = 5 * time.Minute

// Method is the method app of one site, where the app is asked (whoami). All of
// it may be used by many goroutines at once.
type Method struct {
	*memory
	cfg        config.App
	upstream   config.Upstream
	cookies    sessionCookies
	signIns    requestPatterns
	signOuts   requestPatterns
	recheck    time.Duration
	staleFor   time.Duration
	relay      bool
	signInPath string // of sign_in_url; "" without
	whoami     *Whoami
	answers    *answers
	log        *zap.Logger
}

// memory is what this process knows of the app's sessions, and of how the app
// treats them. It outlives a method: a request that is under way when another one
// takes its place may be just the one that signs somebody out.
type memory struct {
	scopes  scopes
	unnamed unnamed
	signals signals
	rolling rolling
}

// New builds the method, which asks through transport at the app's URL, and tells
// count how that went and how long the app took; 0 is one that was not asked. It
// knows what the method before it at the same site knows (nil: nothing), and what
// the app has answered, too, if it would ask the same. The error is config.Faults,
// with every fault in the table of enrich, or says why that cannot be read.
func New(cfg config.App, upstream config.Upstream, transport http.RoundTripper, before *Method, count func(Asked, time.Duration), log *zap.Logger) (*Method, error) {
	whoami, err := NewWhoami(cfg, upstream, transport)
	if err != nil {
		return nil, err
	}
	answers, known := newAnswers(whoami, cfg.Timeout, count, log), &memory{}
	if before != nil {
		known = before.memory
		if before.asksLike(cfg, upstream, whoami) {
			whoami, answers = before.whoami, before.answers
		}
	}
	signInPath, _, _ := strings.Cut(cfg.SignInURL, "?")
	return &Method{
		memory:     known,
		cfg:        cfg,
		upstream:   upstream,
		signInPath: signInPath,
		cookies:    cfg.SessionCookies,
		signIns:    cfg.SignInRequests,
		signOuts:   cfg.SignOutRequests,
		recheck:    cfg.Recheck,
		staleFor:   cfg.StaleFor,
		relay:      cfg.RelayCookies,
		whoami:     whoami,
		answers:    answers,
		log:        log,
	}, nil
}

// asksLike reports whether the method asks in every way as another would whose
// questions whoami are: then what was answered counts for both.
func (m *Method) asksLike(cfg config.App, upstream config.Upstream, whoami *Whoami) bool {
	return m.whoami.transport == whoami.transport && m.whoami.table.Equal(whoami.table) &&
		reflect.DeepEqual(m.cfg, cfg) && reflect.DeepEqual(m.upstream, upstream)
}

// Check reads the table of enrich, if there is one, and adds what is wrong in it
// to the report of the config that has cfg under key.
func Check(cfg config.App, key string, r *config.Report) {
	mapping.CheckTable(cfg.Enrich, extracted(cfg), key+".enrich", r)
}

// Request is what of a browser's request the method goes by.
type Request struct {
	// Method is the request's method.
	Method string
	// Path is the request's path as it was sent.
	Path string
	// Readings are the ways in which the app could read the path.
	Readings []string
	// Query is the request's query as it was sent, without a question mark.
	Query string
	// Header are the request's headers as they came.
	Header http.Header
	// Client is the browser's address.
	Client netip.Addr
	// SessionID is that of our own session, "" without one.
	SessionID string
	// Host is the host that the browser asked for, where the site has several; "" else.
	Host string
	// Began is when the request came.
	Began time.Time
	// Identified is whether it is a navigation, and the app's person was found.
	Identified bool
	// Like returns the host and the headers of the app's request for something
	// that this browser asks for: the Cookie header without our own, and who
	// asks as the app is told with every request.
	Like func() (host string, h http.Header)
}

// Freshness is how new an answer of the app's has to be.
type Freshness int

const (
	// Remembered is what is known; the app is not asked.
	Remembered Freshness = iota
	// Learnt is an answer newer than every sign that the session changed hands.
	// The app is asked where there is none; one that is older than recheck is
	// nobody's, and stays so.
	Learnt
	// Rechecked is one that is no older than recheck as well.
	Rechecked
	// Exact is one that is also newer than the last request that may have changed something.
	Exact
)

// Outcome is what Identify found out.
type Outcome struct {
	// Identity is who is signed in to the app; nil for nobody.
	Identity *auth.Identity
	// Asked is when the app said so.
	Asked time.Time
	// Undecided says that the app cannot tell at the moment.
	Undecided bool
	// Followed is what the session is to remember from now on; nil: what it does.
	Followed *auth.Followed
	// SetCookies are the Set-Cookie lines of the app's answer, where they are relayed.
	SetCookies []string
	// Probed is how long the request waited for the app to be asked; 0 if it did not.
	Probed time.Duration
}
