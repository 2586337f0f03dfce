package config

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
)

// keySources are the keys of JWTKeys of which it has exactly one.
var keySources = []string{"secret", "public_key_file", "jwks_url"}

// checkJWTKeys checks how the signature of somebody else's JWT is verified.
// shared is whether it may be by a secret that is shared with its signer.
func checkJWTKeys(k *JWTKeys, key string, shared bool, r *Report) {
	if !r.sound(key) {
		return
	}
	sources := keySources
	if !shared {
		sources = sources[1:]
	}
	var given []string
	for _, name := range sources {
		if r.Has(key + "." + name) {
			given = append(given, name)
		}
	}
	switch {
	case !shared && r.Has(key+".secret"):
		r.Reject(key+".secret", "a proxy signs with a key of its own, which no secret is shared for", "leave it out, and write jwks_url or public_key_file")
	case len(given) == 0:
		r.Reject(key, "names no key to verify the signature with", "add one of "+listed(sources, "and")+" below keys")
	case len(given) > 1:
		r.Reject(key, "names "+listed(given, "and")+", and the signature is verified with one of them", "leave all but one out")
	}
	checkAlgorithm(k, key, shared, r)
	if k.PublicKeyFile != "" {
		checkPublicKey(k, key+".public_key_file", r)
	}
	if k.JWKSURL != nil {
		checkJWKS(k.JWKSURL, key+".jwks_url", r)
	}
}

// checkAlgorithm checks that the algorithm is fixed, and fits the key.
func checkAlgorithm(k *JWTKeys, key string, shared bool, r *Report) {
	at := key + ".algorithm"
	hash, symmetric := strings.CutPrefix(k.Algorithm, "HS")
	switch {
	case !r.Has(at):
		r.Reject(at, "is missing: were it left to the JWT, its forger could choose it", "add algorithm: with the one that it is signed with, such as RS256")
	case !r.sound(at):
	case symmetric && !shared:
		r.Reject(at, k.Algorithm+" signs with a shared secret", "write the algorithm of the proxy's own key, such as RS256 or ES256")
	case symmetric && (r.Has(key+".public_key_file") || r.Has(key+".jwks_url")):
		r.Reject(at, k.Algorithm+" signs with a secret: with a public key in its place anybody could", "write the algorithm of the key, such as RS256, or secret in place of the key")
	case !symmetric && r.Has(key+".secret"):
		r.Reject(at, k.Algorithm+" signs with a key pair and not with a secret", "write HS256, HS384 or HS512, or public_key_file or jwks_url in place of secret")
	case symmetric:
		checkSharedSecret(k.Secret, hash, key+".secret", r)
	}
}

// checkSharedSecret warns of a secret that is shorter than its hash (RFC 7518,
// section 3.2), or was copied with something around it.
func checkSharedSecret(secret Secret, hash, key string, r *Report) {
	value := secret.Reveal()
	need := map[string]int{"256": 32, "384": 48, "512": 64}[hash]
	if len(value) == 0 {
		return // a fault already
	}
	if len(value) < need {
		r.Warn(key, fmt.Sprintf("the secret has %d bytes, fewer than HS%s needs to be safe (%d)", len(value), hash, need), "let the app sign with a longer one")
	}
	if len(bytes.TrimSpace(value)) != len(value) {
		r.Warn(key, "the secret has white space around it, which is taken as part of it", "take the white space away, unless the app has it too")
	}
}

// checkJWKS checks where an issuer's keys are fetched. Who could change them on the way could be anybody.
func checkJWKS(u *url.URL, key string, r *Report) {
	like := "https://" + u.Host + u.EscapedPath()
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		r.Reject(key, "does not begin with https://", "write it as https://id.example.com/jwks.json")
	case u.Hostname() == "" || !isHostOfURL(u):
		r.Reject(key, "has no host that could be reached", "write it as https://id.example.com/jwks.json")
	case u.User != nil:
		r.Reject(key, "holds a user name or a password", "write "+like)
	case u.Fragment != "":
		r.Reject(key, "holds a fragment (#), which is never sent", "write "+like)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		r.Reject(key, "fetches keys over plain HTTP, where somebody on the way could give their own", "write "+like)
	}
}
