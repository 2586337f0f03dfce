package proxy

import (
	"bufio"
	"crypto/tls"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tlsGateway is a gateway that serves TLS by itself, as serve has it.
type tlsGateway struct {
	*gateway
	addr string
}

// startListening runs a gateway whose config has tls; {tls} in its text stands
// for a folder of PEM files, which fill makes.
func startListening(t *testing.T, text, upstream string, fill func(dir string)) *tlsGateway {
	t.Helper()
	dir := t.TempDir()
	fill(dir)
	g := newGateway(t, strings.ReplaceAll(text, "{tls}", dir), upstream)
	return &tlsGateway{g, g.serveTLS()}
}

// anyPort listens at a free port of this machine.
func anyPort(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serveTLS serves the gateway that is in force until the test is over, and returns
// the address.
func (g *gateway) serveTLS() string {
	g.t.Helper()
	return g.serveTLSAt(anyPort(g.t))
}

// serveTLSAt is serveTLS at a listener.
func (g *gateway) serveTLSAt(l net.Listener) string {
	g.t.Helper()
	set := peopleSettings(g.config(), g.logger)
	s, err := newService(set, g.noting(&g.live), g.live.configForClient)
	if err != nil {
		g.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.server.ServeTLS(newPeopleListener(l, set), "", "") }()
	g.t.Cleanup(func() {
		_ = s.server.Close()
		if err := <-ended; err != http.ErrServerClosed {
			g.t.Error(err)
		}
	})
	return l.Addr().String()
}

// pairs fills a folder with a certificate for each host: host.pem and host.key.
func pairs(t *testing.T, hosts ...string) func(dir string) {
	return func(dir string) {
		for _, host := range hosts {
			writePair(t, filepath.Join(dir, host+".pem"), filepath.Join(dir, host+".key"), testAuthority.issue(t, host))
		}
	}
}

// oneCertificate is testConfig behind a certificate of its host's.
const oneCertificate = "tls: { cert_file: '{tls}/app.test.pem', key_file: '{tls}/app.test.key' }\n" + testConfig

// handshake connects and sends a request for a host, and returns how the
// connection was agreed on, with the answer's status. That a server refuses a
// client's certificate shows with the answer only (RFC 8446, section 4.4.2.4).
func handshake(addr, host string, client *tls.Config) (tls.ConnectionState, int, error) {
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		return tls.ConnectionState{}, 0, err
	}
	defer raw.Close()
	_ = raw.SetDeadline(time.Now().Add(20 * time.Second))
	conn := tls.Client(raw, client)
	if err := conn.Handshake(); err != nil {
		return tls.ConnectionState{}, 0, err
	}
	if _, err := conn.Write([]byte("GET /public/ HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")); err != nil {
		return tls.ConnectionState{}, 0, err
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return tls.ConnectionState{}, 0, err
	}
	defer res.Body.Close()
	return conn.ConnectionState(), res.StatusCode, nil
}

// unverified is a client that takes any certificate, to look at it, and asks for a host.
func unverified(serverName string) *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, ServerName: serverName}
}

// verified is a client that believes the tests' authority.
func verified(t *testing.T, serverName string) *tls.Config {
	return &tls.Config{RootCAs: testAuthority.pool(t), ServerName: serverName}
}

// replace writes a file as an operator would who is careful: it is never half there.
func replace(t *testing.T, file string, write func(file string)) {
	t.Helper()
	write(file + ".new")
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}
