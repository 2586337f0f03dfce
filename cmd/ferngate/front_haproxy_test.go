package main

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"
)

// haproxyFront is HAProxy with the Lua action of deploy/haproxy.
var haproxyFront = frontKind{
	name:   "haproxy",
	folder: "haproxy",
	config: askedAt,
	site:   "forward_auth: { source: x_forwarded }",
	from:   "127.0.0.1",
	start:  startFrontHAProxy,
	differs: differing(
		difference{
			why:   "HAProxy refuses what offers a websocket and has no key for one",
			in:    "an upgrade to (?:h2c or .*|.*, in one line)",
			alone: `(?s)^200\n.*got --\nGET .*`, front: "400", body: true,
		},
		difference{
			why:  "HAProxy of two protocols takes the websocket",
			in:   "an upgrade to .* or .*",
			more: `(?m)^(?:Upgrade: websocket|Sec-Websocket-Key: .*)\n`,
		},
		difference{
			why:   "what proxies ask is not for others, and HAProxy says so by itself",
			in:    "the endpoint for proxies",
			alone: `(?s)^404\n.*`, front: "404", body: true,
		},
		difference{
			why:   "who writes no HTTP gets no page of ferngate's, but HAProxy takes it for HTTP",
			in:    "paths that are none",
			alone: `^400\nContent-Type: text/plain; charset=utf-8\n\n400 Bad Request$`, front: "400", body: true,
		},
		difference{
			why:   "HAProxy refuses two hosts in one request",
			in:    "an absolute target of another host",
			alone: `(?s)^421\n.*`, front: "400", body: true,
		},
		difference{
			why:   "HAProxy passes an absolute target on as it is",
			in:    "an absolute target",
			alone: `GET /page`,
			front: "GET https://app.example.com/page",
		},
		difference{
			why:   "the port that a client says is in the location",
			in:    "another spelling of the host",
			alone: `(https://app.example.com)(/.ferngate)`,
			front: "$1:443$2",
		},
		difference{
			why:   "HAProxy passes trailers on, and can take none out",
			in:    "a chunked body with a trailer",
			alone: `\nX-Forwarded-User: 1001`,
			front: "$0\ntrailer X-Forwarded-User: [admin]",
		},
	),
}

func startFrontHAProxy(t *testing.T, s *fronts, ferngate string) string {
	t.Helper()
	return startHAProxy(t, s, ferngate)
}

// startHAProxy starts it with more changes of its files.
func startHAProxy(t *testing.T, s *fronts, ferngate string, more ...string) string {
	t.Helper()
	haproxy := needProgram(t, "haproxy")
	port := frontPort(t)
	dir := s.deployed(t, "haproxy", append(more, "bind :443", "bind 127.0.0.1:"+port,
		"127.0.0.1:8080", ferngate, "127.0.0.1:3000", s.app.address())...)
	writeFiles(t, dir, map[string]string{"app.example.com.pem": s.certificate.chain + s.certificate.key})
	return s.startProxy(t, dir, port, haproxy, "-db", "-f", "haproxy.cfg")
}

// A ferngate that is there and answers nothing holds nobody for longer than the
// four times that HAProxy's client tries, as ferngate.lua reckons.
func TestFronts_HAProxyOfAHungFerngate(t *testing.T) {
	hung, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hung.Close()
	var asked atomic.Int32
	go func() {
		for {
			conn, err := hung.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			asked.Add(1)
		}
	}()
	s := newFronts(t, frontConfig, answerByPath)
	f := s.at(startHAProxy(t, s, hung.Addr().String(), "timeout = 7500", "timeout = 100"))
	answer := f.do(t, "hung", opened("/open/page"), cookies{})
	if !strings.HasPrefix(answer, "504\n") || strings.Contains(answer, "the app") || asked.Load() > 4 {
		t.Errorf("after it was asked %d times:\n%s", asked.Load(), answer)
	}
}

// tcpFront is HAProxy that passes connections on, and says by PROXY protocol
// whose they are. ferngate does all the rest, so that nothing differs.
var tcpFront = frontKind{
	name:   "haproxy, TCP alone",
	folder: "haproxy",
	config: "trusted_proxies: [127.0.0.1]\nproxy_protocol: true\n" + withTLS,
	from:   "127.0.0.3", // from 127.0.0.1 serveGate asks whether it is there, without PROXY protocol
	start:  startFrontTCP,
}

func startFrontTCP(t *testing.T, s *fronts, ferngate string) string {
	t.Helper()
	haproxy := needProgram(t, "haproxy")
	port := frontPort(t)
	dir := s.deployed(t, "haproxy", "bind :443", "bind 127.0.0.1:"+port, "127.0.0.1:8443 send-proxy-v2", ferngate+" send-proxy-v2 source 127.0.0.3")
	return s.startProxy(t, dir, port, haproxy, "-db", "-f", "haproxy-tcp.cfg")
}
