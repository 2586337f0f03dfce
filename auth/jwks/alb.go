package jwks

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/zap"
)

// albAlgorithm is the one that load balancers sign with.
const albAlgorithm = "ES256"

// NewALB returns a verifier of what AWS Application Load Balancers say of people
// whom they signed in (X-Amzn-Oidc-Data). Such a token has no aud: the audience
// of claims is the ARNs of the load balancers, one of which must be its signer.
// Nor are the keys a JWK Set, but PEM documents below a URL by kid; a nil keys
// stands for the URL of each load balancer's region. The error says what is
// wrong with an ARN.
func NewALB(keys *url.URL, claims Claims, client *http.Client, log *zap.Logger) (*Verifier, error) {
	if len(claims.Audience) == 0 {
		return nil, errors.New("audience: it must be the load balancer's ARN")
	}
	folders := map[string]string{}
	for _, arn := range claims.Audience {
		if keys != nil {
			folders[arn] = strings.TrimSuffix(keys.String(), "/") + "/"
			continue
		}
		folder, err := keyFolder(arn)
		if err != nil {
			return nil, fmt.Errorf("audience: %w", err)
		}
		folders[arn] = folder
	}
	source := newPerKid(folders, albAlgorithm, newFetcher(client, log))
	// The load balancer pads its base64, against RFC 7515, section 2.
	return newVerifier(albAlgorithm, source, checkALB(claims.Issuer),
		jwt.WithIssuer(claims.Issuer), jwt.WithPaddingAllowed()), nil
}

var loadBalancerARN = regexp.MustCompile(`^arn:(aws|aws-us-gov):elasticloadbalancing:([a-z]+(?:-[a-z]+)+-[0-9]+):[0-9]+:loadbalancer/.+$`)

// keyFolder is where the keys of a load balancer's region are.
func keyFolder(arn string) (string, error) {
	match := loadBalancerARN.FindStringSubmatch(arn)
	if match == nil {
		return "", fmt.Errorf("%q is no load balancer's ARN (arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/…); outside of the partitions aws and aws-us-gov keys.jwks_url must be set", arn)
	}
	if partition, region := match[1], match[2]; partition == "aws-us-gov" {
		return fmt.Sprintf("https://s3-%[1]s.amazonaws.com/aws-elb-public-keys-prod-%[1]s/", region), nil
	}
	return fmt.Sprintf("https://public-keys.auth.elb.%s.amazonaws.com/", match[2]), nil
}

// checkALB is what the header of such a token must say besides: its signer is
// looked at with its kid.
func checkALB(issuer string) check {
	return func(header map[string]any) (time.Time, error) {
		if client, _ := header["client"].(string); client == "" {
			return time.Time{}, invalid("its header has no client")
		}
		if issuer != "" && header["iss"] != issuer {
			return time.Time{}, invalid("its header's iss is another than configured")
		}
		return numericDate(jwt.MapClaims(header).GetExpirationTime())
	}
}
