package proxy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"go.uber.org/zap"
)

// statusClientGone is what the access log shows where nobody was left to answer.
const statusClientGone = 499

// clientGone ends an exchange that nobody waits for any more. Returning would
// make an empty 200 of it.
func (x *exchange) clientGone() {
	x.status = statusClientGone
	panic(http.ErrAbortHandler)
}

// upstreamFailed answers where the app could not: for what the client did wrong
// while its body was read, for an app that is down, and for one that is slow.
func (s *site) upstreamFailed(_ http.ResponseWriter, r *http.Request, err error) {
	x := exchangeOf(r)
	x.upstreamTime = time.Since(x.forwarded)
	s.observeApp(x, 0, x.Header()) // the app may have done what was asked all the same
	if fault := x.body.failed(); fault != nil {
		s.log.Debug("request body broken off", zap.String("request_id", x.id), zap.Error(fault))
		s.pages.fail(x, r, bodyFailure(fault))
		return
	}
	if errors.Is(context.Cause(r.Context()), errNotTakenIn) {
		err = errNotTakenIn
	} else if errors.Is(r.Context().Err(), context.Canceled) { // net/http does so for a body that breaks off, too
		x.clientGone()
	}
	f := s.upstreamFailure(err)
	s.log.Warn("the upstream failed", zap.String("request_id", x.id),
		zap.Stringer("upstream", s.upstream.URL), zap.Int("status", f.status), zap.String("cause", cause(err)))
	s.pages.fail(x, r, f)
}

// cause is what an operator is told of an error. What net/http says of a broken
// answer quotes it, and the app's cookies may be in it; what it says of a GOAWAY
// quotes the app, too.
func cause(err error) string {
	text := err.Error()
	if before, _, broken := strings.Cut(text, "transport connection broken"); broken {
		return before + "the answer is malformed or was broken off"
	}
	text, _, _ = strings.Cut(text, ", debug=")
	text, _, _ = strings.Cut(text, "; define Request.GetBody") // advice for who writes Go
	return text
}

func bodyFailure(err error) *failure {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return errBodySize
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errBodyTimeout
	}
	return errBody
}

// upstreamFailure tells a slow app from one that is not there, and which
// time-out it was. Of a TLS handshake's net/http has only the text to tell by.
func (s *site) upstreamFailure(err error) *failure {
	if timeout, ok := errors.AsType[net.Error](err); !ok || !timeout.Timeout() {
		return errUpstream
	}
	op := ""
	if e, ok := errors.AsType[*net.OpError](err); ok {
		op = e.Op
	}
	switch {
	case op == "dial", strings.Contains(err.Error(), "TLS handshake timeout"):
		return errUpstreamTimeout("dial", s.upstream.Timeouts.Dial)
	case op == "write":
		return errUpstreamTimeout("send", s.upstream.Timeouts.Send)
	}
	return errUpstreamTimeout("response_header", s.upstream.Timeouts.ResponseHeader)
}
