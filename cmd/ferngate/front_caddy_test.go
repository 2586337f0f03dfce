package main

import "testing"

// caddyFront is Caddy with what its forward_auth is short for, as deploy/caddy has it.
var caddyFront = frontKind{
	name:   "caddy",
	folder: "caddy",
	config: askedAt,
	site:   "forward_auth: { source: x_forwarded }",
	from:   "127.0.0.1",
	start:  startFrontCaddy,
	differs: differing(
		difference{
			why:  "Caddy of two protocols takes the websocket",
			in:   "an upgrade to .* or .*",
			more: `(?m)^Upgrade: websocket\n`,
		},
		difference{
			why:   "Caddy answers by itself for what is its own alone, and knows it in every spelling",
			in:    "the endpoint for proxies.*",
			alone: `(?s)^404\n.*`, front: "404", body: true,
		},
		difference{
			why:   "Caddy writes \\ in a path as %5C, for ferngate and for the app",
			in:    "odd spellings of a private path",
			alone: `%5Cprivate`,
			front: "%255Cprivate",
		},
		difference{
			why:   "the port that a client says is in the location",
			in:    "another spelling of the host",
			alone: `(https://app.example.com)(/.ferngate)`,
			front: "$1:443$2",
		},
		difference{
			why:   "Caddy knows no other host, and answers so by itself",
			in:    "an absolute target of another host",
			alone: `(?s)^421\n.*`, front: "200", body: true,
		},
		difference{
			why:  "Caddy passes on trailers (2.11), or their names alone (2.6)",
			in:   "a chunked body with a trailer",
			more: `(?m)^trailer X-Forwarded-User: \[(?:admin)?\]\n`,
		},
	),
}

func startFrontCaddy(t *testing.T, s *fronts, ferngate string) string {
	t.Helper()
	caddy := needProgram(t, "caddy")
	port := frontPort(t)
	dir := s.deployed(t, "caddy", "app.example.com {", "https://app.example.com:"+port+" {",
		"127.0.0.1:8080", ferngate, "127.0.0.1:3000", s.app.address())
	writeFiles(t, dir, map[string]string{"main.caddyfile": "{\nadmin off\nauto_https disable_redirects\ndefault_bind 127.0.0.1\n}\nimport Caddyfile\n"})
	return s.startProxy(t, dir, port, "env", "HOME="+dir, caddy, "run", "--config", "main.caddyfile", "--adapter", "caddyfile")
}
