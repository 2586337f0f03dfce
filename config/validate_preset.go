package config

import (
	"net/url"
	"regexp"
	"strings"
)

// preset is what is known of a proxy, to refuse what contradicts it. Package
// auth/assertion fills it in.
type preset struct {
	header, algorithm, issuer string
	// addAudience says where the audience is found; audienceForm is what it looks like.
	addAudience  string
	audienceForm *regexp.Regexp
}

// presets are the proxies that preset can name.
var presets = map[string]preset{
	"cloudflare_access": {
		header: "Cf-Access-Jwt-Assertion", algorithm: "RS256",
		addAudience:  "add audience: with the Application Audience (AUD) Tag that Cloudflare shows for the application",
		audienceForm: regexp.MustCompile(`^[0-9a-f]{64}$`),
	},
	"google_iap": {
		header: "X-Goog-IAP-JWT-Assertion", algorithm: "ES256", issuer: "https://cloud.google.com/iap",
		addAudience:  "add audience: with the Signed Header JWT Audience that Google shows, such as /projects/123/global/backendServices/456",
		audienceForm: regexp.MustCompile(`^/projects/[0-9]+/`),
	},
	"aws_alb": {
		header: "X-Amzn-Oidc-Data", algorithm: "ES256",
		addAudience:  "add audience: with the ARN of the load balancer, such as arn:aws:elasticloadbalancing:eu-west-1:123:loadbalancer/app/name/456",
		audienceForm: regexp.MustCompile(`^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]+:loadbalancer/`),
	},
}

// albWithKeys is the ARN of a load balancer whose keys are at an address that
// package auth/jwks can tell.
var albWithKeys = regexp.MustCompile(`^arn:(aws|aws-us-gov):elasticloadbalancing:[a-z]+(-[a-z]+)+-[0-9]+:[0-9]+:loadbalancer/.+$`)

// checkPreset checks what stands beside a preset.
func checkPreset(a *Assertion, key string, r *Report) {
	p, known := presets[a.Preset]
	if !known {
		return // a fault already
	}
	if at := key + ".header"; r.Has(at) && !strings.EqualFold(a.Header, p.header) {
		r.Reject(at, "is another than that of "+a.Preset+", which is "+p.header, "leave it out, or leave preset out")
	}
	if at := key + ".keys.algorithm"; r.Has(at) && a.Keys.Algorithm != p.algorithm {
		r.Reject(at, "is another than that of "+a.Preset+", which is "+p.algorithm, "leave it out, or leave preset out")
	}
	for _, k := range []string{"secret", "public_key_file"} {
		if at := key + ".keys." + k; r.Has(at) {
			r.Reject(at, a.Preset+" changes its keys from time to time, and they are fetched", "leave it out; jwks_url may name another place to fetch them from")
		}
	}
	if a.Keys.JWKSURL != nil {
		checkJWKS(a.Keys.JWKSURL, key+".keys.jwks_url", r)
	}
	checkPresetIssuer(a, p, key+".issuer", r)
	checkAudienceGiven(a, key, p.addAudience, r)
	for i, audience := range a.Audience {
		switch at := itemKey(key+".audience", i); {
		case !r.sound(at):
		case !p.audienceForm.MatchString(audience):
			r.Reject(at, quoted(audience)+" is not what "+a.Preset+" writes there", strings.Replace(p.addAudience, "add audience: with", "write", 1))
		case a.Preset == "aws_alb" && !r.Has(key+".keys.jwks_url") && !albWithKeys.MatchString(audience):
			r.Reject(at, quoted(audience)+" is a load balancer whose keys are not at an address that ferngate knows", "add keys: { jwks_url: … } with the address below which AWS says that the keys of its region are")
		}
	}
}

// checkPresetIssuer checks the issuer that a preset has, or asks for.
func checkPresetIssuer(a *Assertion, p preset, key string, r *Report) {
	given := r.Has(key)
	switch {
	case a.Preset == "cloudflare_access" && !given:
		r.Reject(key, "is missing: each team has its own", "add issuer: https://TEAM.cloudflareaccess.com, with the name of your team")
	case a.Preset == "cloudflare_access":
		checkTeam(a.Issuer, key, r)
	case a.Preset == "aws_alb" && !given:
		r.Reject(key, "is missing: it is that of the identity provider which the load balancer signs people in with", "add issuer: with the issuer that the listener's rule names")
	case p.issuer != "" && given && a.Issuer != p.issuer:
		r.Reject(key, "is another than that of "+a.Preset+", which is "+p.issuer, "leave it out, or leave preset out")
	default:
		checkIssuer(a.Issuer, key, r)
	}
}

// checkTeam checks the issuer of Cloudflare Access: the origin of a team's domain.
func checkTeam(issuer, key string, r *Report) {
	const domain = ".cloudflareaccess.com"
	u, err := url.Parse(issuer)
	host := strings.TrimSuffix(strings.TrimPrefix(issuer, "https://"), "/")
	switch {
	case err == nil && u.Scheme == "https" && issuer == "https://"+u.Hostname() && strings.HasSuffix(u.Hostname(), domain) && isName(u.Hostname()):
	case strings.HasSuffix(host, domain) && isName(host):
		r.Reject(key, quoted(issuer)+" is not how Cloudflare writes it", "write https://"+host)
	default:
		r.Reject(key, quoted(issuer)+" is not the address of a team", "write https://TEAM.cloudflareaccess.com, with the name of your team")
	}
}
