package config

import (
	"net/url"
	"time"
)

// App is the method that follows the app's own login. It asks the app who a
// request's cookies belong to (whoami), or reads it from a JWT that the app's
// own cookie is (cookie_jwt).
type App struct {
	// SessionCookies are the names of the cookies that the app keeps its sessions in; * stands for any letters.
	SessionCookies []string `yaml:"session_cookies"`
	// Whoami is how the app is asked who is signed in: one step or several, in order.
	Whoami []WhoamiStep `yaml:"whoami" shorthand:"true"`
	// CookieJWT reads the person from a JWT in the request instead of asking; one without exp does not count.
	CookieJWT *CookieJWT `yaml:"cookie_jwt"`
	// Identity composes the person from the values that were found.
	Identity IdentityMapping `yaml:"identity" required:"true"`
	// Enrich adds values from a table.
	Enrich *Enrich `yaml:"enrich"`
	// SignInURL is where a navigation that needs a person is sent: a path of this site that anybody may see; {return_to} in its query or fragment is the way back. Absent, it gets a 401 page.
	SignInURL string `yaml:"sign_in_url"`
	// SignOutURL is where ferngate's own sign-out sends the person, so that the app's session ends too; {return_to} as in sign_in_url.
	SignOutURL string `yaml:"sign_out_url"`
	// SignInRequests are those after which another person may be signed in, besides what the app's answers tell.
	SignInRequests []RequestPattern `yaml:"sign_in_requests"`
	// SignOutRequests are those after which nobody is signed in, besides what the app's answers tell.
	SignOutRequests []RequestPattern `yaml:"sign_out_requests"`
	// Recheck is how long an answer counts before the app is asked again.
	Recheck time.Duration `yaml:"recheck" default:"30s"`
	// Timeout is how long asking may take, all steps together.
	Timeout time.Duration `yaml:"timeout" default:"2s"`
	// StaleFor is how much longer than recheck the last answer counts while the app cannot tell; 0 is not at all.
	StaleFor time.Duration `yaml:"stale_for" default:"0s"`
	// RelayCookies hands the cookies that the app sets while it is asked on to the browser, and to the app with the request at hand.
	RelayCookies bool `yaml:"relay_cookies" default:"false"`
}

// WhoamiStep is one GET to the app, and what is read from its answer.
type WhoamiStep struct {
	// Path is the path and query to get; {name} in it is a value that an earlier step found.
	Path string `yaml:"path" required:"true" example:"/account"`
	// Headers are sent besides those that make the request look like the browser's.
	Headers map[string]string `yaml:"headers" secret:"true"`
	// Timeout bounds this step alone; 0 leaves it to the method's timeout.
	Timeout time.Duration `yaml:"timeout" default:"0s"`
	// Extract names values and says where in the answer each is found: one place, or a list of which the first that holds something counts.
	Extract map[string][]Extractor `yaml:"extract" shorthand:"true"`
	// AnonymousWhen says by what the app's answer to a stranger is known.
	AnonymousWhen *AnonymousWhen `yaml:"anonymous_when"`
}

// Extractor is one place to find a value in: exactly one of json, css, header,
// cookie and regex.
type Extractor struct {
	// JSON is a JSON Pointer (RFC 6901).
	JSON Pointer `yaml:"json"`
	// CSS is a CSS selector; the first element that it selects counts.
	CSS Selector `yaml:"css"`
	// Attr is the selected element's attribute; absent, its text.
	Attr string `yaml:"attr"`
	// Header is a header of the answer.
	Header string `yaml:"header"`
	// Cookie is a cookie that the answer sets.
	Cookie string `yaml:"cookie"`
	// Regex is a regular expression over the body; its first group is the value.
	Regex Pattern `yaml:"regex"`
	// Match is a regular expression over what was found; its first group, or all that it matches, is the value.
	Match Pattern `yaml:"match"`
	// Optional allows the value to be missing from the answer to a signed-in person.
	Optional bool `yaml:"optional" default:"false"`
}

// AnonymousWhen is what the app's answer to a stranger is known by; one of them is enough.
type AnonymousWhen struct {
	// Status is the answer's status: one or a list.
	Status []int `yaml:"status" shorthand:"true"`
	// JSON is a JSON Pointer (RFC 6901) to something that is there, and is not null or false.
	JSON Pointer `yaml:"json"`
	// CSS is a selector that selects something.
	CSS Selector `yaml:"css"`
	// Regex is a regular expression that the body matches.
	Regex Pattern `yaml:"regex"`
}

// IdentityMapping composes an identity from values: {name} stands for the value
// of that name, {{ and }} for braces.
type IdentityMapping struct {
	// UserID is the person's stable id.
	UserID Template `yaml:"user_id" required:"true"`
	// Email is the person's address.
	Email Template `yaml:"email" required:"true"`
	// Name is for display.
	Name Template `yaml:"name"`
	// Groups are the person's groups: one value that is a list, or a text that commas separate.
	Groups Template `yaml:"groups"`
	// Attributes are further facts by name.
	Attributes map[string]Template `yaml:"attributes"`
}

// Enrich is a table of further values, one row a person.
type Enrich struct {
	// File is the table: CSV with a row of column names, the first of which is the key's, or YAML as key: {column: value}. Reloaded when it changes.
	File string `yaml:"file" required:"true" path:"true"`
	// Key composes the key of a person's row.
	Key Template `yaml:"key" required:"true"`
}

// RequestPattern matches requests by method, path and query.
type RequestPattern struct {
	// Method is the request's method; absent, any.
	Method string `yaml:"method"`
	// Path is the whole path.
	Path string `yaml:"path" required:"true" example:"/logout"`
	// Query are parameters that the query must have, with these values.
	Query map[string]string `yaml:"query"`
}

// CookieJWT verifies a JWT (RFC 7519) that the app's browser session is.
type CookieJWT struct {
	// Cookie is the name of the cookie that holds it.
	Cookie string `yaml:"cookie"`
	// Bearer also takes it from the Authorization header (RFC 6750).
	Bearer bool `yaml:"bearer" default:"false"`
	// Keys verify its signature.
	Keys JWTKeys `yaml:"keys"`
	// Issuer is what its iss must be; absent, anything.
	Issuer string `yaml:"issuer"`
	// Audience is what its aud must name: one or a list, of which one is enough; absent, anything.
	Audience []string `yaml:"audience" shorthand:"true"`
	// Extract names values by JSON Pointers into the claims; absent, every claim at the top is a value of its own name.
	Extract map[string][]Extractor `yaml:"extract" shorthand:"true"`
}

// JWTKeys is how the signature of somebody else's JWT is verified.
type JWTKeys struct {
	// Algorithm is the only one that counts (RFC 7518, section 3.1).
	Algorithm string `yaml:"algorithm" enum:"HS256,HS384,HS512,RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA"`
	// Secret verifies HS256, HS384 and HS512.
	Secret Secret `yaml:"secret"`
	// PublicKeyFile is a PEM public key or certificate, for all other algorithms.
	PublicKeyFile string `yaml:"public_key_file" path:"true"`
	// JWKSURL is where the issuer publishes its keys (RFC 7517).
	JWKSURL *url.URL `yaml:"jwks_url"`
}
