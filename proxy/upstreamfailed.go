package proxy

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/proxy/metrics"
)

// clientGone ends an exchange that nobody waits for any more. Returning would
// make an empty 200 of it.
func (x *exchange) clientGone() {
	x.status = metrics.StatusClientGone
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
	kind := upstreamErrorOf(err)
	s.counts.UpstreamErrors.Add(kind)
	f := s.upstreamFailure(kind)
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
// time-out it was.
func (s *site) upstreamFailure(kind metrics.UpstreamError) *failure {
	timeouts := s.upstream.Timeouts
	switch kind {
	case metrics.DialTimeout:
		return errUpstreamTimeout("dial", timeouts.Dial)
	case metrics.SendTimeout:
		return errUpstreamTimeout("send", timeouts.Send)
	case metrics.ResponseTimeout:
		return errUpstreamTimeout("response_header", timeouts.ResponseHeader)
	}
	return errUpstream
}
