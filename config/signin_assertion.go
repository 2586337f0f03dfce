package config

// Assertion is the method that believes a proxy in front: a JWT that the proxy
// signs, or headers of a trusted proxy.
type Assertion struct {
	// Preset fills in header, algorithm, issuer and jwks_url for a known proxy.
	Preset string `yaml:"preset" enum:"cloudflare_access,google_iap,aws_alb"`
	// Header is the request header that holds the JWT.
	Header string `yaml:"header"`
	// Keys verify its signature.
	Keys JWTKeys `yaml:"keys"`
	// Issuer is what its iss must be.
	Issuer string `yaml:"issuer"`
	// Audience is what its aud must name, with aws_alb its signer: one or a list, of which one is enough.
	Audience []string `yaml:"audience" shorthand:"true"`
	// Extract names values by JSON Pointers into the claims; absent, every claim at the top is a value of its own name.
	Extract map[string][]Extractor `yaml:"extract" shorthand:"true"`
	// TrustedHeader takes values from headers of a proxy in trusted_proxies, in place of a JWT: value name to header. It may be one of identity_headers too: the app then gets ferngate's own value.
	TrustedHeader map[string]string `yaml:"trusted_header"`
	// Identity composes the person from the values. Absent with a JWT, it is user_id "{sub}", email "{email}" and name "{name}"; this package leaves it nil then.
	Identity *IdentityMapping `yaml:"identity"`
	// Enrich adds values from a table.
	Enrich *Enrich `yaml:"enrich"`
}
