package proxy

import (
	"cmp"
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/ferngate/ferngate/config"
)

// connector connects to one app, which is at one place, whatever the URL of a
// request says.
type connector struct {
	network, address string
	dialer           net.Dialer
}

func newConnector(cfg *config.Upstream) *connector {
	c := &connector{dialer: net.Dialer{Timeout: cfg.Timeouts.Dial}}
	if c.address = cfg.Socket(); c.address != "" {
		c.network = "unix"
		return c
	}
	port := cmp.Or(cfg.URL.Port(), map[string]string{"http": "80", "https": "443"}[cfg.URL.Scheme])
	c.network, c.address = "tcp", net.JoinHostPort(cfg.URL.Hostname(), port)
	return c
}

// fullQueueWait is the pause before the next attempt to connect to a socket
// whose queue was full.
const fullQueueWait = 5 * time.Millisecond

// dial connects within the time-out. A TCP connection waits in the app's queue,
// or for room in it; a unix socket whose queue is full refuses at once, so that
// a burst that the app would master is waited out here. It is a dialFunc, but
// there is only one place to go to.
func (c *connector) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	end := time.Now().Add(c.dialer.Timeout)
	for {
		conn, err := c.dialer.DialContext(ctx, c.network, c.address)
		if !errors.Is(err, syscall.EAGAIN) {
			return conn, err
		}
		if time.Now().After(end) {
			return nil, &net.OpError{Op: "dial", Net: c.network, Addr: &net.UnixAddr{Name: c.address, Net: c.network}, Err: os.ErrDeadlineExceeded}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(fullQueueWait):
		}
	}
}
