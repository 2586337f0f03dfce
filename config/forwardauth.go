package config

// ForwardAuth lets a proxy that forwards to the app by itself ask, before it
// does, whether it may and for whom: nginx's auth_request, Traefik's ForwardAuth,
// Caddy's forward_auth, Envoy's ext_authz.
type ForwardAuth struct {
	// Source is the headers by which the proxy says which request it asks about, and the only ones that count: x_original is X-Original-URL and X-Original-Method, x_forwarded is X-Forwarded-Method, -Proto, -Host and -Uri.
	Source ForwardAuthSource `yaml:"source" required:"true" enum:"x_original,x_forwarded"`
}

// ForwardAuthSource is a family of headers that say which request a proxy asks about.
type ForwardAuthSource string

const (
	// XOriginal is X-Original-URL and X-Original-Method, as nginx is made to send them.
	XOriginal ForwardAuthSource = "x_original"
	// XForwarded is X-Forwarded-Method, -Proto, -Host and -Uri, as Traefik and Caddy send them.
	XForwarded ForwardAuthSource = "x_forwarded"
)
