package main

import (
	"os/exec"
	"testing"
)

// traefikFront is Traefik with its ForwardAuth, as deploy/traefik has it.
//
// It is the one program that FERNGATE_E2E=1 does not ask for. Debian has none,
// and as a module it does not build from what module proxies serve: its go.mod
// replaces modules by folders and forks that are not among that. With stubs for
// those it takes ten minutes of one processor, which is more than all the rest.
// Who changes what a proxy is told puts a traefik (3.7.12 or later) on PATH and
// runs this by hand.
var traefikFront = frontKind{
	name:   "traefik",
	folder: "traefik",
	config: askedAt,
	site:   "forward_auth: { source: x_forwarded }",
	from:   "127.0.0.1",
	start:  startFrontTraefik,
	differs: differing(
		difference{
			why:  "Traefik of two protocols takes the websocket",
			in:   "an upgrade to .* or .*",
			more: `(?m)^Upgrade: websocket\n`,
		},
		difference{
			why:  "Traefik says more of where a request comes from",
			more: `(?m)^X-(?:Forwarded-Port: 443|Forwarded-Server: .*|Real-Ip: 127\.0\.0\.2)\n`,
		},
		difference{
			why:   "Traefik says wss where a websocket is asked for",
			in:    "a websocket.*|an upgrade to a websocket .*",
			alone: `Forwarded-Proto: https`, front: "Forwarded-Proto: wss",
		},
		difference{
			why:   "Traefik drops trailers, and not their names",
			in:    "a chunked body with a trailer",
			alone: `\nX-Forwarded-User: 1001`,
			front: "$0\ntrailer X-Forwarded-User: []",
		},
		difference{
			why:  "Traefik hands on what ferngate has nothing to say in, too",
			more: `(?m)^X-Forwarded-(?:User|Email|Name|Groups): \n`,
		},
		difference{
			why:  "Traefik can take no cookie out of a request",
			more: `(?m)^Cookie: __Host-ferngate=[^;\n]*\n|__Host-ferngate=nonsense; `,
		},
		difference{
			why:  "Traefik takes compressed answers, and decodes them",
			more: `(?m)^Accept-Encoding: gzip\n`,
		},
		difference{
			why:   "Traefik takes out what Connection names, identity, too: nobody, then",
			in:    "identity named away",
			alone: `X-Forwarded-(?:Email|Name|User): .*\n`,
		},
		difference{
			why:   "Traefik decodes %xx that need not be there, for ferngate and for the app",
			in:    "the token's path with an escape",
			alone: `(?s)^404\n.*`, front: "200", body: true,
		},
		difference{
			why:   "the same",
			in:    "odd spellings of a private path.*",
			alone: `%(?:25)?70rivate`, front: "private",
		},
		difference{
			why:   "the same",
			in:    "odd spellings of a private path",
			alone: `%252e%252e`, front: "..",
		},
		difference{
			why:   "the same",
			in:    "odd paths that are the app's",
			alone: `%7e`, front: "~",
		},
		difference{
			why:   "Traefik writes %xx in upper case",
			in:    "odd spellings of a private path.*",
			alone: `(%(?:25)?2)f`, front: "${1}F",
		},
		difference{
			why:   "Traefik writes \\ in a path as %5C, for ferngate and for the app",
			in:    "odd spellings of a private path",
			alone: `%5Cprivate`, front: "%255Cprivate",
		},
		difference{
			why:   "Traefik reads ; in a query as &, as some apps do",
			in:    "odd queries",
			alone: `a=1;b=2`, front: "a=1&b=2",
		},
		difference{
			why:   "what proxies ask is ferngate's to refuse, for want of a question",
			in:    "the endpoint for proxies",
			alone: `(?s)^404\n.*`, front: "400", body: true,
		},
		difference{
			why:   "Traefik knows no other host, and answers so by itself",
			in:    "an absolute target of another host",
			alone: `(?s)^421\n.*`, front: "404", body: true,
		},
		difference{
			why:   "the port that a client says is in the location",
			in:    "another spelling of the host",
			alone: `(https://app.example.com)(/.ferngate)`,
			front: "$1:443$2",
		},
	),
}

func startFrontTraefik(t *testing.T, s *fronts, ferngate string) string {
	t.Helper()
	traefik, err := exec.LookPath("traefik")
	if err != nil {
		t.Skip("missing: traefik") // even with FERNGATE_E2E=1, see traefikFront
	}
	port := frontPort(t)
	dir := s.deployed(t, "traefik", `address: ":443"`, `address: "127.0.0.1:`+port+`"`, "127.0.0.1:8080", ferngate, "127.0.0.1:3000", s.app.address())
	return s.startProxy(t, dir, port, traefik, "--configFile=traefik.yaml")
}
