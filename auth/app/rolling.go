package app

import (
	"net/http"
	"slices"
	"sync/atomic"
)

// rolling is whether the app gives its sessions other cookie values with every
// page, as Rails and Laravel do. It is known when a page was seen to change them
// and the app says that both are the same person's: a page that signs somebody
// else in changes them as well.
type rolling struct {
	seen, sure atomic.Bool
}

// known reports whether the app is known to do so.
func (r *rolling) known() bool { return r.sure.Load() }

// see takes in the cookies that an answer sets, to a request that had these, if
// it is a page for a person whom the app knows.
func (r *rolling) see(request *Request, status int, set []setCookie, had sent) {
	if !request.Identified || status != http.StatusOK || isUnsafe(request.Method) || len(had) == 0 {
		return
	}
	rolled := slices.ContainsFunc(set, func(c setCookie) bool {
		return had.has(c.name) && !slices.Contains(had, c.name+"="+c.value)
	})
	if r.seen.Load() != rolled {
		r.seen.Store(rolled)
	}
	if !rolled && r.sure.Load() {
		r.sure.Store(false)
	}
}

// confirm says that the same person was found with other cookies, with no sign
// of a sign-in in between.
func (r *rolling) confirm() {
	if r.seen.Load() && !r.sure.Load() {
		r.sure.Store(true)
	}
}
