package config

// ForwardAuth lets a proxy that forwards to the app by itself ask, before it
// does, whether it may and for whom: nginx's auth_request, Traefik's ForwardAuth,
// Caddy's forward_auth, Envoy's ext_authz.
type ForwardAuth struct {
	// Source is what says which request the proxy asks about, and all that counts: x_original is X-Original-URL and X-Original-Method, x_forwarded is X-Forwarded-Method, -Proto, -Host and -Uri, request_line is the request's own method and Host, and its path behind /.ferngate/auth.
	Source ForwardAuthSource `yaml:"source" required:"true" enum:"x_original,x_forwarded,request_line"`
}

// ForwardAuthSource is what says which request a proxy asks about.
type ForwardAuthSource string

const (
	// XOriginal is X-Original-URL and X-Original-Method, as nginx is made to send them.
	XOriginal ForwardAuthSource = "x_original"
	// XForwarded is X-Forwarded-Method, -Proto, -Host and -Uri, as Traefik and Caddy send them, and HAProxy is made to.
	XForwarded ForwardAuthSource = "x_forwarded"
	// RequestLine is the request's own method, Host and path, with /.ferngate/auth before it, as Envoy sends them.
	RequestLine ForwardAuthSource = "request_line"
)

// ForwardAuthHeaders are the headers by which a proxy asks, in canonical form, but
// for those that every proxy sends. The request that it asks about has none of them.
func ForwardAuthHeaders() [5]string {
	return [...]string{"X-Original-Url", "X-Original-Uri", "X-Original-Method", "X-Forwarded-Method", "X-Forwarded-Uri"}
}
