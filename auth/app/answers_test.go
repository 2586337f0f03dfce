package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// identify asks for a token's answer as a client without a session of ours.
func (m *Method) identify(t *testing.T, cookie, client string) Outcome {
	t.Helper()
	r := request("GET /", cookie)
	r.SessionID, r.Client = "", netip.MustParseAddr(client)
	return m.Identify(t.Context(), r, nil, Exact)
}

// The app's time-out begins when it is asked, not when somebody begins to wait
// for that: the last of a burst count against it no more than the first.
func TestWaitingForASlotIsNoFailureOfTheApp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.takes = 600 * time.Millisecond
		var burst sync.WaitGroup
		for i := range 100 {
			cookie := fmt.Sprint("sid=", i)
			app.is(cookie, "somebody")
			burst.Go(func() { m.identify(t, cookie, "192.0.2.1") })
		}
		burst.Wait()
		if app.asked >= 100 {
			t.Fatalf("asked %d times: nobody had to wait too long", app.asked)
		}
		if len(m.answers.breaker.failed) != 0 || !m.answers.breaker.until.IsZero() {
			t.Errorf("it counts as failing: %+v", m.answers.breaker.failed)
		}
		app.is("sid=x", "alice")
		if out := m.identify(t, "sid=x", "198.51.100.1"); out.Identity == nil {
			t.Errorf("elsewhere, after it: %+v", out)
		}
	})
}

// transport is an app by a function.
type transport func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// panics is a body that no decoder survives.
type panics struct{ io.ReadCloser }

// Read implements io.Reader.
func (panics) Read([]byte) (int, error) { panic("a decoder's fault") }

// A fault in reading what a stranger's app sent ends with that answer: those who
// wait for it are told, and neither its slot nor the try of the breaker is lost.
func TestAPanicIsAnAnswerThatCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "alice")
		broken := map[string]transport{
			"the transport": func(*http.Request) (*http.Response, error) { panic("a fault") },
			"the body": func(r *http.Request) (*http.Response, error) {
				time.Sleep(time.Second) // others come meanwhile
				res, err := app.RoundTrip(r)
				res.Body = panics{res.Body}
				return res, err
			},
		}
		for name, broken := range broken {
			for _, paused := range []bool{false, true} { // where it is the one try after the pause
				if paused {
					fail(&m.answers.breaker, errDown, breakerLimit)
				}
				time.Sleep(breakerPause)
				m.whoami.transport = broken
				var wg sync.WaitGroup
				for range 3 {
					wg.Go(func() {
						if out := m.identify(t, "sid=1", "192.0.2.1"); !out.Undecided {
							t.Errorf("%s: %+v", name, out)
						}
					})
				}
				wg.Wait()
				time.Sleep(failedFor)
			}
			m.whoami.transport = app
			if out := m.identify(t, "sid=1", "192.0.2.1"); out.Identity == nil {
				t.Errorf("%s, once it is well again: %+v", name, out)
			}
			time.Sleep(time.Minute) // recheck
		}
		if len(m.answers.flights) != 0 || m.answers.slots.waiting != 0 {
			t.Errorf("%d are still asked for, %d slots are taken", len(m.answers.flights), m.answers.slots.waiting)
		}
	})
}

// A replica whose clock is ahead says that something happened in the future:
// what is asked for after it is no younger for that.
func TestAnAnswerIsAsOldAsItIsWhateverTheClocksSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "alice")
		ahead := &auth.Followed{Changed: time.Now().Add(10 * time.Minute), Cookies: []auth.AppCookie{{Name: "sid", Path: "/"}}}
		who, f := m.step(t, request("GET /", "sid=1"), ahead, Exact, 200)
		want(t, "first", who, "alice")
		app.is("sid=1", "")
		time.Sleep(m.recheck)
		for _, f := range []*auth.Followed{f, ahead} { // by our cookie, and by what this process knows
			who, _ = m.step(t, request("GET /", "sid=1"), f, Exact, 200)
			want(t, "after recheck", who, "nobody")
		}
	})
}

// Who finds no answer, and then no one asking for it, is late by a moment only:
// the answer has just come.
func TestAnAnswerThatHasJustComeIsNotAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "alice")
		r := request("GET /", "sid=1")
		host, like := r.Like()
		key := keyOf(host, like, r.Client)
		s, before := m.answers, time.Now().Add(-time.Second)
		if _, found := s.find(key, before, m.recheck); found {
			t.Fatal("it is there already")
		}
		want(t, "meanwhile", s.get(context.Background(), r, before, m.recheck).identity.UserID, "alice")
		if f, mine := s.join(key, before, m.recheck); f != nil || mine {
			t.Error("the app is asked again")
		}
		if f, mine := s.join(key, time.Now(), m.recheck); f == nil || !mine {
			t.Error("the app is not asked for what happened since")
		}
	})
}

// The steps of one answer are about one person: when another signs in between
// two of them, the answer is nobody's.
func TestStepsAreNeverAboutTwoPeople(t *testing.T) {
	for name, c := range map[string]struct {
		signal *Request
		status int
	}{
		"a form":            {request("POST /login", "sid=1"), 200},
		"a sign-in request": {request("GET /sso", "sid=1"), 200},
	} {
		for what, need := range map[string]Freshness{"a first sign": Learnt, "a required path": Rechecked, "a token": Exact} {
			t.Run(name+" before "+what, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					_, m := newStub(t, inTwoSteps(t))
					user, asked := "alice", 0
					m.whoami.transport = transport(func(r *http.Request) (*http.Response, error) {
						value := map[string]string{"/me": `{"login":"` + user + `"}`, "/mail": `{"email":"` + user + `@corp.test"}`}[r.URL.Path]
						if asked++; asked == 1 { // it is bob's before the second step
							time.Sleep(time.Millisecond)
							user = "bob"
							c.signal.Began = time.Now()
							m.Begin(c.signal, nil)
							m.step(t, c.signal, nil, Remembered, c.status)
						}
						return &http.Response{
							StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(value)),
						}, nil
					})
					out := m.Identify(t.Context(), request("GET /x", "sid=1"), nil, need)
					if out.Identity == nil || out.Identity.UserID != "bob" || out.Identity.Email != "bob@corp.test" {
						t.Errorf("%+v", out.Identity)
					}
				})
			})
		}
	}
}

// inTwoSteps asks for the login first and for the address after it.
func inTwoSteps(t *testing.T) func(*config.App) {
	return func(c *config.App) {
		t.Helper()
		steps := c.Whoami[0].Extract
		c.Whoami = []config.WhoamiStep{
			{Path: "/me", Extract: map[string][]config.Extractor{"login": steps["login"]}},
			{Path: "/mail", Extract: map[string][]config.Extractor{"email": steps["email"]}},
		}
	}
}
