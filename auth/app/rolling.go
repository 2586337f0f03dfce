package app

import (
	"net/http"
	"slices"
	"sync"
)

// rolling is whether the app gives its sessions other cookie values with every
// page, as Rails and Laravel do. It is known of a person when a page was seen to
// change the values and the app says that both are theirs: a page that signs
// somebody else in changes them as well. Of everybody it is known when it is of
// two. A page that leaves them as they are ends it.
type rolling struct {
	mu     sync.RWMutex
	seen   bool
	people [2]string // user ids; "" where there are fewer
}

// known reports whether the app is known to do so to this person's sessions.
func (r *rolling) known(userID string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.people[1] != "" || userID != "" && r.people[0] == userID
}

// see takes in the cookies that an answer sets, to a request that had these, if
// it is a page for a person whom the app knows.
func (r *rolling) see(request *Request, status int, set []setCookie, had sent) {
	if !request.Identified || status != http.StatusOK || isUnsafe(request.Method) || len(had) == 0 {
		return
	}
	rolled := slices.ContainsFunc(set, func(c setCookie) bool {
		return had.has(c.name) && !slices.Contains(had, c.name+"="+c.value)
	})
	r.mu.RLock()
	news := rolled != r.seen
	r.mu.RUnlock()
	if !news {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen = rolled; !rolled {
		r.people = [2]string{}
	}
}

// confirm says that this person was found with other cookies, with no sign of a
// sign-in in between.
func (r *rolling) confirm(userID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !r.seen, r.people[0] == userID:
	case r.people[0] == "":
		r.people[0] = userID
	default:
		r.people[1] = userID
	}
}
