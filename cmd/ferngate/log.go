package main

import (
	"io"
	"net"
	"strings"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/ferngate/ferngate/config"
)

// logs are the logs of a process, which one config after the other asks for, and
// where they all go.
type logs struct {
	sink *zapcore.BufferedWriteSyncer
	cfg  config.Log
	log  *zap.Logger // of cfg; nil at first
}

// newLogs prepares logs to w. Lines are buffered and written each second, at once
// from warnings on, and by flush, which the caller calls at exit: a write for every
// request would cost as much as a seventh of forwarding it.
func newLogs(w io.Writer) *logs {
	plain := struct{ io.Writer }{w} // without os.File's Sync, which is for disks
	return &logs{sink: &zapcore.BufferedWriteSyncer{WS: zapcore.AddSync(plain), FlushInterval: time.Second}}
}

// flush writes what is buffered, and ends the logs.
func (l *logs) flush() { _ = l.sink.Stop() }

// of returns the log of a config: the same one until that is another.
func (l *logs) of(cfg config.Log) *zap.Logger {
	if l.log == nil || l.cfg != cfg {
		l.cfg, l.log = cfg, l.build(cfg)
	}
	return l.log
}

func (l *logs) build(cfg config.Log) *zap.Logger {
	encoding := zap.NewProductionEncoderConfig()
	encoding.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	encoding.EncodeDuration = zapcore.SecondsDurationEncoder
	encoder := zapcore.NewJSONEncoder(encoding)
	if cfg.Format == "console" {
		encoding.EncodeTime = zapcore.TimeEncoderOfLayout("15:04:05.000")
		encoding.EncodeLevel = zapcore.CapitalLevelEncoder
		encoding.EncodeDuration = zapcore.StringDurationEncoder
		encoder = zapcore.NewConsoleEncoder(encoding)
	}
	level, err := zapcore.ParseLevel(cfg.Level)
	if err != nil {
		level = zapcore.InfoLevel // a valid config names a level
	}
	return zap.New(zapcore.RegisterHooks(zapcore.NewCore(encoder, l.sink, level), func(e zapcore.Entry) error {
		if e.Level < zapcore.WarnLevel {
			return nil
		}
		return l.sink.Sync() // what may be the last words waits for nothing
	}))
}

// placeOf says where in which file a warning is.
func placeOf(f config.Fault) []zap.Field {
	return []zap.Field{
		zap.String("file", f.File), zap.Int("line", f.Line), zap.Int("column", f.Column), zap.String("mend", f.Mend),
	}
}

// logInForce says what is in force on every site: one may have limits of its own
// (sites[].limits), which are not shown. Secrets are not among it.
func logInForce(log *zap.Logger, message string, cfg *config.Config, addr net.Addr) {
	sites := make([]string, len(cfg.Sites))
	for i := range cfg.Sites {
		sites[i] = siteName(&cfg.Sites[i]) + " → " + cfg.Sites[i].Upstream.URL.String()
	}
	redirect := ""
	if cfg.TLS != nil {
		redirect = cfg.TLS.RedirectListen
	}
	proxies := make([]string, len(cfg.TrustedProxies))
	for i, p := range cfg.TrustedProxies {
		proxies[i] = p.String()
	}
	log.Info(message,
		zap.String("version", version()),
		zap.Stringer("listen", addr),
		zap.Bool("tls", cfg.TLS != nil),
		zap.String("redirect", redirect),
		zap.String("admin", cfg.Admin.Listen),
		zap.Strings("sites", sites),
		zap.String("trusted_proxies", strings.Join(proxies, " ")),
		zap.Bool("proxy_protocol", cfg.ProxyProtocol),
		zap.Int("session_keys", len(cfg.Session.Keys)),
		zap.Duration("idle_timeout", cfg.Session.IdleTimeout),
		zap.Duration("lifetime", cfg.Session.Lifetime),
		zap.Int64("body_size", int64(cfg.Limits.BodySize)),
		zap.Duration("body_timeout", cfg.Limits.BodyTimeout),
		zap.Duration("send_timeout", cfg.Limits.SendTimeout),
		zap.Duration("drain_delay", cfg.DrainDelay),
		zap.Duration("drain_timeout", cfg.DrainTimeout),
	)
}
