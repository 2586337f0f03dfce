package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// Servers of other makes, by each way in which they can be reached.

func TestUpstream_NginxBySocket(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "app.sock")
	runNginx(t, dir, "unix", socket, `server {
		listen unix:`+socket+`;
		location / { return 200 "$server_protocol $host $request_uri"; }
		location /public/moved { return 302 /elsewhere; }
	}`)
	g := startGateway(t, testConfig, "{ url: unix://"+socket+", host_header: app.internal }")
	if a := g.rawGet("/public/a%2Fb?x=1;y", "Host: app.test:8080"); a.body != "HTTP/1.1 app.internal /public/a%2Fb?x=1;y" {
		t.Errorf("%d %s", a.status, a.body)
	}
	// nginx makes the whole URL, of the Host that it was sent.
	if a := g.rawGet("/public/moved", "Host: app.test:8080"); a.header.Get("Location") != "http://app.test:8080/elsewhere" {
		t.Errorf("%d to %s", a.status, a.header.Get("Location"))
	}
}

func TestUpstream_NginxWithClientCertificates(t *testing.T) {
	dir := t.TempDir()
	testAuthority.write(t, dir, "app.internal")
	l := listenAs(t, appKinds["https"])
	addr := l.Addr().String()
	l.Close()
	runNginx(t, dir, "tcp", addr, fmt.Sprintf(`server {
		listen %[2]s ssl http2;
		ssl_certificate %[1]s/cert.pem; ssl_certificate_key %[1]s/key.pem;
		ssl_client_certificate %[1]s/ca.pem; ssl_verify_client on;
		location / { return 200 "$server_protocol $ssl_client_verify $ssl_client_s_dn"; }
	}`, dir, addr))
	for protocol, spoken := range map[string]string{"http/1.1": "HTTP/1.1", "h2": "HTTP/2.0"} {
		upstream := "{ url: https://" + addr + ", protocol: " + protocol + ", tls: { ca_file: ca.pem, server_name: app.internal%s } }"
		g := startGateway(t, testConfig, fmt.Sprintf(upstream, ", client_cert_file: cert.pem, client_key_file: key.pem"))
		for range 3 {
			if a := g.get("/public/x"); a.body != spoken+" SUCCESS CN=ferngate" {
				t.Errorf("%s: %d %s", protocol, a.status, a.body)
			}
		}
		g = startGateway(t, testConfig, fmt.Sprintf(upstream, ""))
		if a := g.get("/public/x"); a.status != http.StatusBadRequest || !strings.Contains(a.body, "No required SSL certificate was sent") {
			t.Errorf("%s, without a certificate: %d %s", protocol, a.status, a.body)
		}
	}
}

// Node speaks HTTP/2 with prior knowledge, sends trailers of its own and, as
// many servers do, speaks nothing else at that port.
func TestUpstream_NodeHTTP2(t *testing.T) {
	out := start(t, needs(t, "node"), "-e", `
		const server = require('http2').createServer()
		server.on('stream', (stream, headers) => {
			stream.respond({ ':status': 200, 'content-type': 'text/plain', trailer: 'x-sum' }, { waitForTrailers: true })
			stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42', 'x-ferngate-user': 'faked' }))
			stream.write(headers[':method'] + ' ' + headers[':authority'] + ' ' + headers[':path'] + ' ')
			stream.pipe(stream)
		})
		server.listen(0, '127.0.0.1', () => console.log(server.address().port))`)
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	g := startTLSGateway(t, testConfig, "{ url: http://127.0.0.1:"+strings.TrimSpace(port)+", protocol: h2 }")
	res := g.overHTTP2(http.MethodPost, "/public/a%2Fb?x=1;y", strings.NewReader("hello"))
	if a := read(t, res); a.body != "POST app.test /public/a%2Fb?x=1;y hello" || fmt.Sprint(res.Trailer) != "map[X-Sum:[42]]" {
		t.Errorf("%d %s, trailers %v", a.status, a.body, res.Trailer)
	}
	res = g.overHTTP2(http.MethodPost, "/public/x", io.LimitReader(zeros{}, 3<<20))
	if n, err := io.Copy(io.Discard, res.Body); err != nil || n != int64(len("POST app.test /public/x "))+3<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
}
