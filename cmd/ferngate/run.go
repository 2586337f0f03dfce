package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy"
)

// serve runs a gateway until ctx is done: then it accepts nothing more, lets
// what runs finish within the shutdown time-out, and returns nil. It calls
// ready, if there is one, with the address that it listens at.
func serve(ctx context.Context, cfg *config.Config, log *zap.Logger, ready func(net.Addr)) error {
	// net/http speaks to the standard logger of what an app sends unasked, and quotes it.
	stdlog.SetOutput(io.Discard)
	gateway, err := proxy.New(ctx, cfg, log)
	if err != nil {
		return err
	}
	server, err := proxy.NewServer(cfg, gateway, log)
	if err != nil {
		return err
	}
	listener, err := listen(cfg.Listen, "listen")
	if err != nil {
		return err
	}
	defer listener.Close()
	listener = proxy.NewListener(listener, cfg.Limits)
	failed := make(chan error, 2)
	servers := []*http.Server{server}
	if cfg.Admin.Listen != "" {
		adminListener, err := listen(cfg.Admin.Listen, "admin.listen")
		if err != nil {
			return err
		}
		admin := &http.Server{Handler: gateway.Admin(), ReadHeaderTimeout: cfg.Limits.HeaderTimeout, ErrorLog: server.ErrorLog}
		servers = append(servers, admin)
		go func() { failed <- admin.Serve(adminListener) }()
	}
	go func() {
		if server.TLSConfig != nil {
			failed <- server.ServeTLS(listener, "", "")
		} else {
			failed <- server.Serve(listener)
		}
	}()
	logStart(log, cfg, listener.Addr())
	if ready != nil {
		ready(listener.Addr())
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return shutdown(servers, cfg.ShutdownTimeout, log)
	}
}

// shutdown lets running requests finish, the admin's last of all. What is still
// running after the time-out is cut off; that is no error.
func shutdown(servers []*http.Server, timeout time.Duration, log *zap.Logger) error {
	log.Info("stopping", zap.Duration("shutdown_timeout", timeout))
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	for _, s := range servers {
		if err := s.Shutdown(ctx); err != nil {
			log.Warn("the shutdown time-out is over: what still ran was cut off", zap.Duration("shutdown_timeout", timeout))
			if err := s.Close(); err != nil {
				return fmt.Errorf("stop: %w", err)
			}
		}
	}
	log.Info("stopped")
	return nil
}

// listen opens a listener; its errors name the key to change.
func listen(addr, key string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, &listenError{key, addr, err}
	}
	return l, nil
}

// listenError is an address that cannot be listened at, and what says so.
type listenError struct {
	key, addr string
	err       error
}

// Error implements error.
func (e *listenError) Error() string {
	switch {
	case errors.Is(e.err, syscall.EADDRINUSE):
		return fmt.Sprintf("%s: %s is in use: stop the program that has it, or choose another port", e.key, e.addr)
	case errors.Is(e.err, syscall.EACCES):
		return fmt.Sprintf("%s: %s is not allowed: ports below 1024 need the capability CAP_NET_BIND_SERVICE, or choose another port", e.key, e.addr)
	case errors.Is(e.err, syscall.EADDRNOTAVAIL):
		return fmt.Sprintf("%s: %s is no address of this machine: write one that it has, or leave the host out for all of them", e.key, e.addr)
	}
	if _, unknown := errors.AsType[*net.DNSError](e.err); unknown {
		return fmt.Sprintf("%s: %s has a host name that leads nowhere: write an address of this machine, or leave the host out for all of them", e.key, e.addr)
	}
	return fmt.Sprintf("%s: %s cannot be listened at (%v): write another address", e.key, e.addr, e.err)
}

// Unwrap returns the system's error.
func (e *listenError) Unwrap() error { return e.err }

// logStart says what is in force on every site: one may have limits of its own
// (sites[].limits), which are not shown. Secrets are not among it.
func logStart(log *zap.Logger, cfg *config.Config, addr net.Addr) {
	sites := make([]string, len(cfg.Sites))
	for i := range cfg.Sites {
		sites[i] = siteName(&cfg.Sites[i]) + " → " + cfg.Sites[i].Upstream.URL.String()
	}
	proxies := make([]string, len(cfg.TrustedProxies))
	for i, p := range cfg.TrustedProxies {
		proxies[i] = p.String()
	}
	log.Info("serving",
		zap.String("version", version()),
		zap.Stringer("listen", addr),
		zap.Bool("tls", cfg.TLS != nil),
		zap.String("admin", cfg.Admin.Listen),
		zap.Strings("sites", sites),
		zap.String("trusted_proxies", strings.Join(proxies, " ")),
		zap.Int("session_keys", len(cfg.Session.Keys)),
		zap.Duration("idle_timeout", cfg.Session.IdleTimeout),
		zap.Duration("lifetime", cfg.Session.Lifetime),
		zap.Int64("body_size", int64(cfg.Limits.BodySize)),
		zap.Duration("body_timeout", cfg.Limits.BodyTimeout),
		zap.Duration("send_timeout", cfg.Limits.SendTimeout),
		zap.Duration("shutdown_timeout", cfg.ShutdownTimeout),
	)
}
