package app

import (
	"context"
	"errors"
	"time"

	"github.com/ferngate/ferngate/auth"
)

// Identify finds out who is signed in to the app in the browser that sent r.
// f is what its session remembers (nil: nothing).
func (m *Method) Identify(ctx context.Context, r *Request, f *auth.Followed, need Freshness) Outcome {
	now := time.Now()
	cookies := m.cookies.in(r.Header["Cookie"])
	exact := cookies.digest(r.Host)
	seen := m.signals.known(r.SessionID, exact)
	if f == nil || f.Host != r.Host {
		f = &auth.Followed{Host: r.Host}
	}
	late := seen.outdates(f)
	if late && len(cookies) > 0 && seen.ended.dead == exact {
		// It is a copy from before the person signed out, or of a browser that has
		// not heard of it.
		return Outcome{Followed: &auth.Followed{Host: r.Host, Changed: seen.changed, Touched: seen.touched, Digest: exact.String()}}
	}
	f = lifted(withSignals(f, seen), f, seen)
	var out Outcome
	if f.Identity != nil && absent(f, cookies, r) {
		f = &auth.Followed{Host: r.Host, Changed: after(now, f), Touched: f.Touched}
		m.signals.record(r.SessionID, digest{}, f, seen.ended)
		out.Followed = f
	}
	known := f.Identity != nil && counts(f, need)
	about := m.isAbout(f, cookies, exact) || need == Remembered && !appeared(f, cookies)
	switch {
	// Without a cookie what is remembered is of one that is not sent here.
	case known && age(f, now) < m.recheck && (about || len(cookies) == 0):
		out.Identity, out.Asked = f.Identity, f.Asked
		return out
	case len(cookies) == 0, need == Remembered, need == Learnt && known && about, m.nobody(f, about, exact, now):
		return out
	}
	return m.ask(ctx, r, question{f, cookies, exact, need, late, about}, out)
}

// question is what the app is to be asked about.
type question struct {
	*auth.Followed        // what is remembered
	cookies        sent   // of the request
	exact          digest // of those
	need           Freshness
	late           bool // whether something happened that the browser does not know of yet
	about          bool // whether what is remembered is about these cookies
}

// ask finds out by asking, or by what was just answered to the same browser.
func (m *Method) ask(ctx context.Context, r *Request, q question, out Outcome) Outcome {
	started := time.Now()
	since := q.Changed
	if q.need == Exact {
		since = later(since, q.Touched)
	}
	a := m.answers.get(ctx, r, since, m.recheck)
	for tries := 1; !a.undecided() && m.overtaken(r, q, a); tries++ {
		if tries == maxTries {
			a = answer{err: errOvertaken}
			break
		}
		a = m.answers.get(ctx, r, a.asked, m.recheck)
	}
	out.Probed = time.Since(started)
	switch {
	case a.undecided():
		if q.Identity != nil && counts(q.Followed, q.need) && q.about && age(q.Followed, time.Now()) < m.recheck+m.staleFor {
			out.Identity, out.Asked = q.Identity, q.Asked
			return out
		}
		out.Undecided = true
		return out
	case m.relay:
		out.SetCookies = a.setCookies
	}
	out.Identity, out.Asked = a.identity, a.asked
	out.Followed = &auth.Followed{
		Identity: a.identity, Asked: a.asked, Changed: q.Changed, Touched: q.Touched, Host: r.Host,
		Cookies: m.remembered(q.Followed, q.cookies, r.Path), Digest: q.exact.String(),
		Rolls: a.identity == nil && q.rolls(), Late: q.late,
	}
	if !q.late && q.Identity != nil && a.identity != nil && q.Identity.UserID == a.identity.UserID &&
		counts(q.Followed, Rechecked) && q.Digest != q.exact.String() {
		m.rolling.confirm(a.identity.UserID)
	}
	if a.identity == nil && !a.stranger { // a fault that passes, perhaps: it counts for as long as the answer itself
		out.Followed.Digest, out.Followed.Rolls, out.Followed.Late = "", false, true
	}
	return out
}

// maxTries is how often the app is asked for one request, where somebody keeps
// signing in and out meanwhile.
const maxTries = 3

// errOvertaken is said of an answer that was out of date when it came.
var errOvertaken = errors.New("the session changed while the app was asked")

// overtaken reports whether the session may have changed hands while the app was
// asked: the steps of an answer may then be about two people.
func (m *Method) overtaken(r *Request, q question, a answer) bool {
	seen := m.signals.known(r.SessionID, q.exact)
	return seen.changed.After(a.asked) || (q.need == Exact || len(m.whoami.steps) > 1) && seen.touched.After(a.asked)
}

// rolls reports whether these cookies are a stranger's again who had others
// before, with no sign of a sign-in in between: their values do not matter.
func (q question) rolls() bool {
	return !q.late && q.Identity == nil && counts(q.Followed, Exact) && !appeared(q.Followed, q.cookies) &&
		(q.Rolls || q.Digest != q.exact.String())
}

// nobody reports whether the app need not be asked: the person of these cookies
// has signed out, or they were found to be nobody's not long ago, with no sign
// of a sign-in since.
func (m *Method) nobody(f *auth.Followed, about bool, exact digest, now time.Time) bool {
	switch {
	case f.Identity != nil:
		return false
	case f.Asked.IsZero():
		return f.Digest == exact.String()
	}
	return counts(f, Exact) && about && age(f, now) < anonymousFor
}
