package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestAnswering(t *testing.T) {
	healthy := httptest.NewServer(http.NotFoundHandler())
	defer healthy.Close()
	admin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			http.NotFound(w, r)
		}
	}))
	defer admin.Close()
	deaf := listenAt(t, "tcp", "127.0.0.1:0") // the system connects, and nobody accepts
	defer deaf.Close()
	closed := listenAt(t, "tcp", "127.0.0.1:0")
	closed.Close()
	at := func(s *httptest.Server) net.Addr { return s.Listener.Addr() }
	for name, c := range map[string]struct {
		people, admin net.Addr
		want          string // "": alive
	}{
		"alive":               {at(healthy), at(admin), ""},
		"without an admin":    {at(healthy), nil, ""},
		"nobody accepts":      {deaf.Addr(), at(admin), "listen: "},
		"nobody listens":      {closed.Addr(), at(admin), "listen: "},
		"a deaf admin":        {at(healthy), deaf.Addr(), "admin.listen: "},
		"no admin there":      {at(healthy), closed.Addr(), "admin.listen: "},
		"an admin that fails": {at(healthy), at(healthy), "admin.listen: /healthz answers 404 Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			if strings.Contains(name, "accepts") || strings.Contains(name, "deaf") {
				ctx, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond) // they take as long as they are given
			}
			defer cancel()
			err := answering(ctx, c.people, c.admin)
			if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// Being out of files or ports is not hanging; anything else may be.
func TestIsShortage(t *testing.T) {
	for err, want := range map[error]bool{
		&net.OpError{Op: "dial", Err: syscall.EMFILE}:        true,
		&net.OpError{Op: "dial", Err: syscall.EADDRNOTAVAIL}: true,
		&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}:  false,
		context.DeadlineExceeded:                             false,
		nil:                                                  false,
	} {
		if isShortage(err) != want {
			t.Errorf("%v: %v", err, !want)
		}
	}
}
