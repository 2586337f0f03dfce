package proxy

import (
	"crypto/tls"
	"fmt"
	"net/http"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// headerSlack is what net/http takes beyond MaxHeaderBytes.
const headerSlack = 4 << 10

// NewServer serves h to people, over HTTP/1.1, and HTTP/2 too where there is
// TLS. It reads the certificate. There is no limit on how long an answer may
// take: downloads and event streams have none.
func NewServer(cfg *config.Config, h http.Handler, log *zap.Logger) (*http.Server, error) {
	errorLog, err := zap.NewStdLogAt(log.Named("server"), zap.DebugLevel)
	if err != nil {
		return nil, err
	}
	srv := &http.Server{
		Handler:                      h,
		ReadHeaderTimeout:            cfg.Limits.HeaderTimeout,
		IdleTimeout:                  cfg.Limits.IdleTimeout,
		ConnContext:                  withPacedConn,
		MaxHeaderBytes:               max(int(cfg.Limits.HeaderSize)-headerSlack, 1),
		DisableGeneralOptionsHandler: true, // OPTIONS * is answered, and logged, by the gateway
		ErrorLog:                     errorLog,
	}
	if cfg.TLS != nil {
		cert, err := tls.LoadX509KeyPair(cfg.TLS.CertFile, cfg.TLS.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("tls: %w", err)
		}
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
	}
	return srv, nil
}
