package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// manager is what a service that systemd has started speaks to.
type manager struct {
	*net.UnixConn
	socket string
}

func startManager(t *testing.T) manager {
	t.Helper()
	dir, err := os.MkdirTemp("", "ferngate") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	return manager{conn, socket}
}

// next is what the service says next; signs of life only if they are wanted.
func (m manager) next(t *testing.T, signs bool) string {
	t.Helper()
	buffer := make([]byte, 1000)
	for {
		n, err := m.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		if state := string(buffer[:n]); signs || state != "WATCHDOG=1" {
			return state
		}
	}
}

// systemd is told when ferngate serves, that it lives, and when it ends; with
// whatever a connection to it needs. How often it is told is tested in its package.
func TestNotify(t *testing.T) {
	for name, keys := range map[string]string{
		"plain":              "",
		"without an admin":   "admin: { listen: '' }",
		"TLS and PROXY":      "tls: { cert_file: crt, key_file: key }\ntrusted_proxies: [127.0.0.1]\nproxy_protocol: true",
		"PROXY of elsewhere": "trusted_proxies: [192.0.2.1]\nproxy_protocol: true",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			port, err := freePort()
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(keys, "admin") {
				keys += "\nadmin: { listen: '127.0.0.1:0' }"
			}
			dir, systemd := t.TempDir(), startManager(t)
			cert := newCertificate(t, "a.example.com")
			writeFiles(t, dir, map[string]string{
				"ferngate.yaml": fmt.Sprintf("listen: 127.0.0.1:%s\nlog: { level: debug }\nsites: [{ upstream: http://127.0.0.1:9, public_url: https://a.example.com }]\n%s\n", port, keys),
				"crt":           cert.chain, "key": cert.key,
			})
			p := startWith(t, dir, func(cmd *exec.Cmd) {
				cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+systemd.socket, "WATCHDOG_USEC=30000000")
			}, "ferngate", "serve")
			if state := systemd.next(t, true); state != "READY=1\nSTATUS=Serving at 127.0.0.1:"+port {
				t.Errorf("at first it says %q", state)
			}
			if state := systemd.next(t, true); state != "WATCHDOG=1" {
				t.Errorf("then it says %q", state)
			}
			_ = p.cmd.Process.Signal(syscall.SIGHUP) // next tells
			if state := systemd.next(t, false); !strings.HasPrefix(state, "RELOADING=1\nMONOTONIC_USEC=") {
				t.Errorf("of a reload it says %q", state)
			}
			if state := systemd.next(t, false); state != "READY=1\nSTATUS=Serving at 127.0.0.1:"+port {
				t.Errorf("after it it says %q", state)
			}
			if err := p.terminate(t); err != nil {
				t.Error(err)
			}
			if state := systemd.next(t, false); !strings.HasPrefix(state, "STOPPING=1\n") {
				t.Errorf("at last it says %q", state)
			}
			for _, trace := range []string{`"level":"warn"`, `"level":"error"`, `"msg":"request"`} { // of the watchdog's checks
				if strings.Contains(p.output.String(), trace) {
					t.Errorf("the log has %s: %s", trace, p.output.String())
				}
			}
		})
	}
}

// A config that is refused is no end of the reload: systemctl status has it.
func TestNotify_RefusedReload(t *testing.T) {
	dir, systemd := t.TempDir(), startManager(t)
	writeFiles(t, dir, map[string]string{"ferngate.yaml": "listen: 127.0.0.1:0\nadmin: { listen: '' }\nsites: [{ upstream: http://127.0.0.1:9 }]\n"})
	p := startWith(t, dir, func(cmd *exec.Cmd) { cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+systemd.socket) }, "ferngate", "serve")
	if state := systemd.next(t, false); !strings.HasPrefix(state, "READY=1\nSTATUS=Serving at ") {
		t.Errorf("at first it says %q", state)
	}
	writeFiles(t, dir, map[string]string{"ferngate.yaml": "sites: []\n"})
	_ = p.cmd.Process.Signal(syscall.SIGHUP) // next tells
	for refused := false; !refused; {        // the file may have been seen while it was written
		refused = strings.HasPrefix(systemd.next(t, false), "READY=1\nSTATUS=The config is refused")
	}
}
