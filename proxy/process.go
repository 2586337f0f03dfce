package proxy

import (
	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/password"
	"github.com/ferngate/ferngate/proxy/metrics"
)

// process is what is there once, whatever the config becomes.
type process struct {
	ended    *auth.Ended
	gate     *password.Gate
	pages    *pages
	metrics  *metrics.Metrics
	tunnels  *tunnels
	standing *standing
}

func newProcess() (*process, error) {
	pages, err := newPages()
	if err != nil {
		return nil, err
	}
	ended := auth.NewEnded()
	return &process{
		ended:    ended,
		gate:     password.NewGate(),
		pages:    pages,
		metrics:  metrics.New(ended.Len),
		tunnels:  newTunnels(),
		standing: &standing{},
	}, nil
}
