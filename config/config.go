// Package config is ferngate's one YAML file: its types, which are the JSON
// Schema too, the one walk that reads it and reports every fault together with
// its place, and the secrets that it refers to.
package config

import (
	"crypto/sha256"
	"net/netip"
	"net/url"
	"time"
)

// Config is the whole file: what one ferngate process does.
type Config struct {
	// Listen is the TCP address that people reach the gateway at.
	Listen string `yaml:"listen" default:":8080" example:"127.0.0.1:8080"`
	// Admin is the operators' own listener.
	Admin Admin `yaml:"admin"`
	// TLS serves HTTPS (HTTP/1.1 and HTTP/2) on listen; absent means plain HTTP, for a gateway behind a TLS terminator.
	TLS *TLS `yaml:"tls"`
	// TrustedProxies are the networks whose X-Forwarded-* headers are believed; empty means nobody's.
	TrustedProxies []netip.Prefix `yaml:"trusted_proxies"`
	// ProxyProtocol wants a PROXY protocol header, version 1 or 2, at the beginning of every connection from trusted_proxies, and takes the client's address from it; from any other peer none is read.
	ProxyProtocol bool `yaml:"proxy_protocol"`
	// Limits are what clients may send, and how slow they may be.
	Limits Limits `yaml:"limits"`
	// DrainDelay is how long ferngate goes on as before after SIGTERM, but for /readyz, which turns 503 at once.
	DrainDelay time.Duration `yaml:"drain_delay" default:"0s"`
	// DrainTimeout is how long requests and websockets may take to finish after that; then they are broken off.
	DrainTimeout time.Duration `yaml:"drain_timeout" default:"30s"`
	// Log is where and how ferngate speaks about itself.
	Log Log `yaml:"log"`
	// Session is how long a person stays signed in, and under which keys.
	Session Session `yaml:"session"`
	// Sites are the protected apps, one public host each.
	Sites []Site `yaml:"sites" required:"true"`

	certificates map[[sha256.Size]byte]bool // those of its files, by their hash
}

// has reports whether a certificate is one of the config's; nil has none.
func (c *Config) has(certificate [sha256.Size]byte) bool {
	return c != nil && c.certificates[certificate]
}

// Admin is the listener for health, readiness and metrics, never reachable through a site.
type Admin struct {
	// Listen is the TCP address of /healthz, /readyz and /metrics; an empty string turns it off.
	Listen string `yaml:"listen" default:"127.0.0.1:9901" example:"127.0.0.1:9901"`
}

// Limits are what clients may send, and how slow they may be; a site can have others for bodies.
type Limits struct {
	// HeaderSize is the most that a request's line and headers may take together.
	HeaderSize Size `yaml:"header_size" default:"64KiB"`
	// HeaderTimeout is how long a client may take to send them.
	HeaderTimeout time.Duration `yaml:"header_timeout" default:"10s"`
	// BodySize is the largest request body, 413 beyond it; 0 leaves the limit to the app.
	BodySize Size `yaml:"body_size" default:"0"`
	// BodyTimeout is the longest pause in a request body; a slower client gets a 408.
	BodyTimeout time.Duration `yaml:"body_timeout" default:"30s"`
	// SendTimeout is the longest pause in which a client takes in nothing of what is sent to it; then its connection, or its HTTP/2 stream, ends.
	SendTimeout time.Duration `yaml:"send_timeout" default:"60s"`
	// IdleTimeout is how long a connection may wait for its next request.
	IdleTimeout time.Duration `yaml:"idle_timeout" default:"2m"`
}

// SiteLimits bound the requests for one site; what is absent is as for every site.
type SiteLimits struct {
	// BodySize is the largest request body, 413 beyond it; 0 leaves the limit to the app.
	BodySize *Size `yaml:"body_size"`
	// BodyTimeout is the longest pause in a request body; a slower client gets a 408.
	BodyTimeout *time.Duration `yaml:"body_timeout"`
}

// Log is the one log, on standard error.
type Log struct {
	// Level is the least severe level that is written; the access log is written at info.
	Level string `yaml:"level" default:"info" enum:"debug,info,warn,error"`
	// Format is json for machines or console for people.
	Format string `yaml:"format" default:"json" enum:"json,console"`
	// UserID is how the access log names the signed-in person: hashed (stable under one session key), plain or none.
	UserID string `yaml:"user_id" default:"hashed" enum:"hashed,plain,none"`
}

// Session governs the session cookie.
type Session struct {
	// Keys seal the cookie: the first one seals, all of them open; base64 of at least 32 random bytes each (ferngate keygen).
	Keys []Secret `yaml:"keys"`
	// IdleTimeout ends a session in which no page was opened for so long; what pages fetch by themselves does not count.
	IdleTimeout time.Duration `yaml:"idle_timeout" default:"12h"`
	// Lifetime ends every session, however much it is used.
	Lifetime time.Duration `yaml:"lifetime" default:"7d"`
}

// Site is one public host: its app, its Ferndesk settings, its ways to sign in, its access rules.
type Site struct {
	// Host is the public host name; absent, the site answers for every host that no other site has.
	Host string `yaml:"host" example:"app.example.com"`
	// PublicURL is what the browser's address bar shows (scheme://host); absent, it follows from the request.
	PublicURL *url.URL `yaml:"public_url"`
	// HSTS has browsers reach the site by HTTPS alone; absent, that is left to the app.
	HSTS *HSTS `yaml:"hsts"`
	// Upstream is the app.
	Upstream Upstream `yaml:"upstream" required:"true"`
	// Limits bound the requests for this site, in place of those for every site.
	Limits SiteLimits `yaml:"limits"`
	// Ferndesk turns the token endpoint on, and with widget_id the widget.
	Ferndesk *Ferndesk `yaml:"ferndesk"`
	// Inject governs how the widget is put into the app's pages, with ferndesk.widget_id.
	Inject Inject `yaml:"inject"`
	// Branding makes ferngate's own pages look like the site's.
	Branding Branding `yaml:"branding"`
	// SignIn are the ways to sign in; without one nobody is ever signed in.
	SignIn *SignIn `yaml:"sign_in"`
	// IdentityHeaders name the request headers that tell the app who is signed in; sent by a client they are removed.
	IdentityHeaders *IdentityHeaders `yaml:"identity_headers"`
	// Access says who may reach which path; what no rule covers is optional.
	Access []Rule `yaml:"access"`
	// ForwardAuth lets a proxy in trusted_proxies that forwards to the app by itself ask at /.ferngate/auth whether it may, and for whom.
	ForwardAuth *ForwardAuth `yaml:"forward_auth"`
}

// Upstream is the app being protected. In the file it is a URL, or a mapping with url and more.
type Upstream struct {
	// URL is where the app listens: http:// or https:// and a host, nothing more, or unix: and a socket's path.
	URL *url.URL `yaml:"url" required:"true" shorthand:"true"`
	// Protocol is http/1.1 or h2; where there is no TLS, h2 is HTTP/2 with prior knowledge (RFC 9113, section 3.3). Websockets go by HTTP/1.1 in any case.
	Protocol string `yaml:"protocol" default:"http/1.1" enum:"http/1.1,h2"`
	// HostHeader is the Host that is sent in place of the browser's. What the app then says of itself in Location, Content-Location, Refresh and Set-Cookie is put right.
	HostHeader string `yaml:"host_header"`
	// TLS is how an https:// app is verified, and how ferngate is verified by it.
	TLS UpstreamTLS `yaml:"tls"`
	// Timeouts bound how long the app may keep a request waiting.
	Timeouts UpstreamTimeouts `yaml:"timeouts"`
}

// ProtocolHTTP2 is the Upstream.Protocol of an app that speaks HTTP/2.
const ProtocolHTTP2 = "h2"

// UpstreamTLS is how an https:// app is verified, and how ferngate is verified by it. The files are PEM.
type UpstreamTLS struct {
	// CAFile holds the certificates to verify the app's certificate with, in place of the system's.
	CAFile string `yaml:"ca_file" path:"true"`
	// ServerName is the host that the app's certificate must be for, and that is sent as SNI; absent, it is that of the URL.
	ServerName string `yaml:"server_name"`
	// ClientCertFile holds the certificate that the app asks for, with its chain, its own certificate first.
	ClientCertFile string `yaml:"client_cert_file" path:"true"`
	// ClientKeyFile holds the private key of that certificate.
	ClientKeyFile string `yaml:"client_key_file" path:"true"`
}

// UpstreamTimeouts bound how long the app may keep a request waiting. There is no limit on a whole answer.
type UpstreamTimeouts struct {
	// Dial is how long connecting may take, TLS included; 504 beyond it.
	Dial time.Duration `yaml:"dial" default:"5s"`
	// Send is the longest pause in which the app takes in nothing of a request, or of a websocket; beyond it a request is answered 504, and a websocket ends.
	Send time.Duration `yaml:"send" default:"60s"`
	// ResponseHeader is how long the app may take to begin its answer; 504 beyond it.
	ResponseHeader time.Duration `yaml:"response_header" default:"60s"`
	// Idle is how long an unused connection to the app is kept.
	Idle time.Duration `yaml:"idle" default:"90s"`
}

// Ferndesk is the contract with the help widget: what the token endpoint signs, and which widget pages get.
type Ferndesk struct {
	// JWTSecret is the help centre's JWT secret (Help Center › Access Control in the Ferndesk dashboard).
	JWTSecret Secret `yaml:"jwt_secret" required:"true"`
	// TokenPath is where the page fetches its token: one path or a list.
	TokenPath []string `yaml:"token_path" default:"/api/ferndesk-token" shorthand:"true"`
	// TokenTTL is how long a token is good for; never beyond the session's end.
	TokenTTL time.Duration `yaml:"token_ttl" default:"1h"`
	// HelpCenter is the help centre's host; the site's host must share its registrable domain. Required with widget_id.
	HelpCenter string `yaml:"help_center"`
	// WidgetID is the widget's id; with one the widget is put into the app's pages.
	WidgetID string `yaml:"widget_id"`
	// CustomAttributes are sent as customAttributes: claim name to identity attribute.
	CustomAttributes map[string]string `yaml:"custom_attributes"`
}

// SignIn are a site's ways to sign in.
type SignIn struct {
	// App follows the app's own login: whoever is signed in there is signed in here.
	App *App `yaml:"app"`
	// Assertion believes a proxy in front, which has signed the person in already.
	Assertion *Assertion `yaml:"assertion"`
	// Password asks for a login and a password on ferngate's own page.
	Password *Password `yaml:"password"`
}

// Password is the method that checks people against a users file.
type Password struct {
	// UsersFile is the YAML file of the people who may sign in; reloaded when it changes.
	UsersFile string `yaml:"users_file" required:"true" path:"true"`
}

// IdentityHeaders name the headers that carry the verified identity to the app.
// A value is UTF-8, its control characters percent-encoded.
type IdentityHeaders struct {
	// UserID carries the user id.
	UserID string `yaml:"user_id"`
	// Email carries the email address.
	Email string `yaml:"email"`
	// Name carries the display name.
	Name string `yaml:"name"`
	// Groups carries the groups, joined by commas.
	Groups string `yaml:"groups"`
	// Attributes carry one identity attribute each: attribute name to header.
	Attributes map[string]string `yaml:"attributes"`
}

// Require is what a path asks for.
type Require string

const (
	// Public paths are forwarded without a look at who asks.
	Public Require = "public"
	// Optional paths are forwarded with the identity, if there is one.
	Optional Require = "optional"
	// Required paths are for signed-in people only.
	Required Require = "required"
)

// Rule says who may reach a path. Of the rules that cover a path the most
// specific wins: exact before prefix, longer before shorter, with methods
// before without.
type Rule struct {
	// Path is matched by whole segments: /admin/ covers /admin and everything below it.
	Path string `yaml:"path" required:"true" example:"/admin/"`
	// Exact makes the rule cover this path alone.
	Exact bool `yaml:"exact"`
	// Methods narrows the rule to these methods; GET includes HEAD. Absent, all of them.
	Methods []string `yaml:"methods"`
	// Require is public, optional or required.
	Require Require `yaml:"require" required:"true" enum:"public,optional,required"`
	// Groups admits members of at least one of these groups.
	Groups []string `yaml:"groups"`
	// Emails admits these addresses, compared without case.
	Emails []string `yaml:"emails"`
	// EmailDomains admits addresses at exactly these domains. Every one of groups, emails and email_domains that is given must admit the person.
	EmailDomains []string `yaml:"email_domains"`
}
