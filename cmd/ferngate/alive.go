package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
)

// answers is what the watchdog asks: whether connections are still taken, and the
// admin's handler answers where there is one. It does not ask the apps: that one of
// them is down no new start would mend.
func (g *serving) answers(ctx context.Context) error {
	return answering(ctx, g.server.Addr(), g.server.AdminAddr())
}

func answering(ctx context.Context, people, admin net.Addr) error {
	if err := takesConnections(ctx, people.String()); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if admin == nil {
		return nil
	}
	if err := isHealthy(ctx, admin.String()); err != nil {
		return fmt.Errorf("admin.listen: %w", err)
	}
	return nil
}

// takesConnections opens a connection, says nothing, and waits until it is closed
// from the other side. That is no request, needs neither TLS nor a PROXY header,
// and yet takes all that stands before a request: accepting, and a goroutine that
// runs.
func takesConnections(ctx context.Context, address string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if isShortage(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer conn.Close()
	if end, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(end) // if that fails reading does
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, conn); !errors.Is(err, syscall.ECONNRESET) {
		return err
	}
	return nil
}

// isHealthy asks /healthz.
func isHealthy(ctx context.Context, address string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/healthz", nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(r)
	if isShortage(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("/healthz answers %s", res.Status)
	}
	return nil
}

// isShortage tells whether there are no more files or ports for a connection of
// our own. A crowd can bring that about, and starting anew would only cut off
// those who are served.
func isShortage(err error) bool {
	for _, shortage := range []error{syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS} {
		if errors.Is(err, shortage) {
			return true
		}
	}
	return false
}
