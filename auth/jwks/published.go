package jwks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// published are the keys that an issuer publishes as a JWK Set (RFC 7517, section 5).
type published struct {
	document document[keySet]
}

var _ keySource = (*published)(nil)

// keySet are the keys of one algorithm by their kid.
type keySet map[string]*key

func newPublished(url, algorithm string, f *fetcher) *published {
	return &published{document[keySet]{fetch: func(ctx context.Context) (keySet, time.Duration, error) {
		keys, life, err := fetchSet(ctx, url, algorithm, f)
		f.note(err)
		return keys, life, err
	}}}
}

func fetchSet(ctx context.Context, url, algorithm string, f *fetcher) (keySet, time.Duration, error) {
	text, life, err := f.get(ctx, url)
	if err != nil {
		return nil, 0, err
	}
	keys, err := parseSet(text, algorithm)
	if err != nil {
		return nil, 0, fmt.Errorf("read %s: %w", url, err)
	}
	return keys, life, nil
}

// find implements keySource. A key that is not there may have been published
// since, but strangers ask for such keys too: they cause one fetch a minute
// altogether (TestS17_UnknownKeys).
func (p *published) find(ctx context.Context, h header) (*key, error) {
	keys, err := p.document.get(ctx)
	if err != nil {
		return nil, err
	}
	if k := keys.of(h.kid); k != nil {
		return k, nil
	}
	if keys, err = p.document.renewed(ctx); err != nil {
		return nil, err
	}
	if k := keys.of(h.kid); k != nil {
		return k, nil
	}
	return nil, invalid("its kid is none of the issuer's")
}

// of returns the key of a kid; of none, the only key that there is.
func (s keySet) of(kid string) *key {
	if k := s[kid]; k != nil || kid != "" || len(s) != 1 {
		return k
	}
	for _, only := range s {
		return only
	}
	return nil
}

// parseSet reads the keys of a JWK Set that can verify signatures of the
// algorithm. Others are left out, also those that are malformed: they may be of
// a kind that is yet to come (RFC 7517, section 5). Reading the set whole would
// refuse all of it for one of them. A set without any is an error, so that the
// page of a broken issuer does not replace its keys.
func parseSet(text []byte, algorithm string) (keySet, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, errors.New("it is no JWK Set")
	}
	keys := keySet{}
	for _, raw := range set.Keys {
		var jwk jose.JSONWebKey
		if err := json.Unmarshal(raw, &jwk); err != nil {
			continue
		}
		if jwk.Use != "" && jwk.Use != "sig" || jwk.Algorithm != "" && jwk.Algorithm != algorithm {
			continue
		}
		// A secret that was published ("oct") is none, and a private key no public one.
		k, err := newPublicKey(jwk.Key, algorithm)
		if err != nil {
			continue
		}
		if _, taken := keys[jwk.KeyID]; !taken {
			keys[jwk.KeyID] = k
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("it has no key for %s", algorithm)
	}
	return keys, nil
}
