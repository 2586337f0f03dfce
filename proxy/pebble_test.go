package proxy

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// pebble is a CA that runs on this machine, and finds every host on it.
type pebble struct {
	directory string
	roots     *x509.CertPool // of the certificates that it issues
	stop      func()
}

// pebbleSettings are what its config file has of a test's.
type pebbleSettings struct {
	TLSPort                        int               `json:"tlsPort"`
	HTTPPort                       int               `json:"httpPort"`
	ExternalAccountBindingRequired bool              `json:"externalAccountBindingRequired"`
	ExternalAccountMACKeys         map[string]string `json:"externalAccountMACKeys,omitempty"`
	Validity                       int               `json:"certificateValidityPeriod"` // seconds
}

// startPebble runs one until the test ends. Its own certificate is the tests' authority's.
func startPebble(t *testing.T, s pebbleSettings) *pebble {
	t.Helper()
	program := needs(t, "pebble")
	dir, addr, admin := t.TempDir(), freeAddress(t), freeAddress(t)
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writePair(t, certFile, keyFile, testAuthority.issue(t, "localhost"))
	profiles := map[string]any{"default": map[string]any{"description": "the tests'", "validityPeriod": s.Validity}}
	text, err := json.Marshal(map[string]any{"pebble": struct {
		pebbleSettings
		ListenAddress, ManagementListenAddress, Certificate, PrivateKey string
		KeyAlgorithm                                                    string `json:"keyAlgorithm"`
		Profiles                                                        any    `json:"profiles"`
	}{s, addr, admin, certFile, keyFile, "ecdsa", profiles}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "pebble.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	t.Setenv("PEBBLE_AUTHZREUSE", "0") // each certificate is asked for anew
	cmd := exec.Command(program, "-config", file, "-dnsserver", startDNS(t))
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	t.Cleanup(stop)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: verified(t, "localhost"), DisableKeepAlives: true}}
	p := &pebble{directory: "https://localhost:" + portOf(t, addr) + "/dir", roots: x509.NewCertPool(), stop: stop}
	awaited(t, func() bool { return getBody(client, "https://"+addr+"/dir") != nil })
	awaited(t, func() bool { return p.roots.AppendCertsFromPEM(getBody(client, "https://"+admin+"/roots/0")) })
	return p
}

// freeAddress is one of this machine at which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l := anyPort(t)
	defer l.Close()
	return l.Addr().String()
}

func portOf(t *testing.T, addr string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// awaited returns once something has come true.
func awaited(t *testing.T, true func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); !true(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("it never came true")
		}
	}
}

// getBody is what a URL has; nil if that cannot be got.
func getBody(client *http.Client, url string) []byte {
	res, err := client.Get(url)
	if err != nil {
		return nil
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return nil
	}
	return body
}

// startDNS runs a name server, over TCP, for which every host is this machine,
// and returns its address.
func startDNS(t *testing.T) string {
	t.Helper()
	return strings.TrimPrefix(startSocket(t, func(conn net.Conn) {
		for {
			var length uint16 // of a message (RFC 1035, section 4.2.2)
			if binary.Read(conn, binary.BigEndian, &length) != nil {
				return
			}
			query := make([]byte, length)
			if _, err := io.ReadFull(conn, query); err != nil {
				return
			}
			answer := answerDNS(query)
			_, _ = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
		}
	}), "http://")
}

// answerDNS answers a query: with 127.0.0.1 for an A record, nothing for others.
func answerDNS(query []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	m.Response, m.Additionals = true, nil
	if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
		header := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1}
		m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
	}
	answer, err := m.Pack()
	if err != nil {
		return nil
	}
	return answer
}

// trusting is a client that believes the CA.
func (p *pebble) trusting(serverName string) *tls.Config {
	return &tls.Config{RootCAs: p.roots, ServerName: serverName}
}
