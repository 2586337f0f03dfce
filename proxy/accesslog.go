package proxy

import (
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// accessLog writes one line a request, when it ends.
type accessLog struct {
	log  *zap.Logger
	user func(id string) string // how a person is named in it

	lines *sync.Pool // of *[]zap.Field, which entries do not keep
}

func newAccessLog(cfg *config.Config, log *zap.Logger) (accessLog, error) {
	a := accessLog{log: log.Named("access"), user: func(string) string { return "" }}
	a.lines = &sync.Pool{New: func() any { return new([]zap.Field) }}
	switch {
	case cfg.Log.UserID == "plain":
		a.user = func(id string) string { return id }
	case cfg.Log.UserID == "hashed" && len(cfg.Session.Keys) > 0: // without a key nobody ever signs in
		names, err := auth.NewPseudonyms(cfg.Session.Keys[0], "in logs")
		if err != nil {
			return accessLog{}, err
		}
		a.user = names.Of
	}
	return a, nil
}

// end, deferred first, runs last: after a panic became an answer, or goes on.
func (a accessLog) end(x *exchange, r *http.Request) {
	entry := a.log.Check(zap.InfoLevel, "request")
	if entry == nil {
		return
	}
	if r.Method == http.MethodHead {
		x.bytes = 0 // net/http drops the body that a handler writes
	}
	line := a.lines.Get().(*[]zap.Field)
	fields := append((*line)[:0],
		zap.String("request_id", x.id),
		zap.String("site", x.site.label()),
		zap.String("client", x.client.addr.String()),
		zap.String("method", x.request.Method),
		zap.String("path", x.target.path),
		zap.Int("status", x.status),
		zap.Int64("bytes", x.bytes),
		zap.Duration("duration", time.Since(x.start)),
	)
	if x.forwardAuth {
		fields = append(fields, zap.Bool("forward_auth", true))
	}
	if !x.forwarded.IsZero() {
		fields = append(fields, zap.Duration("upstream_duration", x.upstreamTime))
	}
	if x.probed > 0 {
		fields = append(fields, zap.Duration("whoami_duration", x.probed))
	}
	if x.site == nil {
		fields = append(fields, zap.String("host", r.Host)) // the one that no site has
	}
	if x.reason != "" {
		fields = append(fields, zap.String("reason", x.reason))
	}
	if x.aborted {
		fields = append(fields, zap.Bool("aborted", true))
	}
	if x.session == nil {
		fields = append(fields, zap.String("identity", "none"))
	} else {
		fields = append(fields, zap.String("identity", x.session.Method), zap.String("user_id", a.user(x.session.Identity.UserID)))
	}
	entry.Write(fields...)
	*line = fields
	a.lines.Put(line)
}
