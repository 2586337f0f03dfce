package assertion

import (
	"cmp"
	"net/url"

	"github.com/ferngate/ferngate/config"
)

// awsALB is the preset whose tokens are none of RFC 7519: jwks.NewALB says how.
const awsALB = "aws_alb"

// presets are the headers, algorithms, issuers and keys of proxies, as they
// document them; what is empty the config has to give.
var presets = map[string]struct{ header, algorithm, issuer, keys string }{
	"cloudflare_access": {header: "Cf-Access-Jwt-Assertion", algorithm: "RS256"},
	"google_iap": {
		header: "X-Goog-IAP-JWT-Assertion", algorithm: "ES256",
		issuer: "https://cloud.google.com/iap", keys: "https://www.gstatic.com/iap/verify/public_key-jwk",
	},
	awsALB: {header: "X-Amzn-Oidc-Data", algorithm: "ES256"},
}

// certificates is where a Cloudflare team's keys are, below its issuer.
const certificates = "/cdn-cgi/access/certs"

// withPreset fills in what the preset knows. Where the keys are may be said
// otherwise: a mirror, for a gateway that reaches nothing else.
func withPreset(cfg config.Assertion) config.Assertion {
	p, found := presets[cfg.Preset]
	if !found {
		return cfg
	}
	cfg.Header, cfg.Keys.Algorithm, cfg.Issuer = p.header, p.algorithm, cmp.Or(p.issuer, cfg.Issuer)
	keys := p.keys
	if cfg.Preset == "cloudflare_access" {
		keys = cfg.Issuer + certificates
	}
	if u, err := url.Parse(keys); cfg.Keys.JWKSURL == nil && keys != "" && err == nil {
		cfg.Keys.JWKSURL = u
	}
	return cfg
}

// standardClaims makes an identity of claims of OpenID Connect Core, section 5.1.
func standardClaims() (identity config.IdentityMapping, err error) {
	for text, field := range map[string]*config.Template{
		"{sub}": &identity.UserID, "{email}": &identity.Email, "{name}": &identity.Name,
	} {
		if *field, err = config.ParseTemplate(text); err != nil {
			return config.IdentityMapping{}, err
		}
	}
	return identity, nil
}
