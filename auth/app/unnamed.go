package app

import (
	"sync/atomic"

	"go.uber.org/zap"
)

// unnamed tells the operator once of a cookie that looks like a session's and
// that no pattern names, as long as none has been seen that one does: with a
// wrong name in session_cookies nobody is ever followed, and nothing else says so.
type unnamed struct{ said atomic.Bool }

// sayOnce speaks of a cookie that script cannot read, as sessions' are.
func (u *unnamed) sayOnce(c setCookie, log *zap.Logger) {
	if c.httpOnly && !c.gone && u.said.CompareAndSwap(false, true) {
		log.Info("the app sets a cookie that session_cookies does not name: if it is the session's, nobody is followed", zap.String("cookie", c.name))
	}
}

// never says that there is no need to: one was seen that is named.
func (u *unnamed) never() {
	if !u.said.Load() {
		u.said.Store(true)
	}
}
