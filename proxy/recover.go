package proxy

import (
	"errors"
	"net/http"
	"runtime/debug"

	"go.uber.org/zap"
)

// recover, deferred, makes a panic a 500. It lets http.ErrAbortHandler through,
// by which ReverseProxy breaks the answer off when the app broke off its own.
func (g *Gateway) recover(x *exchange, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		x.aborted = true
		panic(v)
	}
	g.log.Error("a fault in ferngate: please report it",
		zap.String("request_id", x.id), zap.Any("panic", v), zap.ByteString("stack", debug.Stack()))
	if x.status != 0 {
		panic(http.ErrAbortHandler) // a broken answer must not look like a whole one
	}
	x.proxied = false
	clear(x.Header())
	g.pages.fail(x, r, errInternal)
}
