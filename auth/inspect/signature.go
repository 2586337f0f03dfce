package inspect

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// checkSignature tells whether the token is signed with the help centre's
// secret, and what else with.
func (v *Verdict) checkSignature(parts []string) {
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) != sha256.Size {
		v.refuse("the signature is not one of HS256: it was cut or changed", "copy the token anew, all of it")
		return
	}
	signing := parts[0] + "." + parts[1]
	signedWith := func(secret []byte) bool {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(signing))
		return hmac.Equal(signature, mac.Sum(nil))
	}
	secret := v.terms.Secret.Reveal()
	if signedWith(secret) {
		return
	}
	for _, other := range v.terms.Others {
		if key := other.Secret.Reveal(); len(key) > 0 && signedWith(key) {
			v.refuse("the token is signed with another secret: "+other.Name, "sign it with jwt_secret of this site; if the two sites share a help centre, give both its secret")
			return
		}
	}
	for _, spelling := range append(spellings(secret), careless...) {
		if signedWith(spelling.secret) {
			v.refuse("the token is signed with "+spelling.how, "give both sides the secret as the Ferndesk dashboard shows it, every character of it and no more")
			return
		}
	}
	v.refuse("the signature does not fit the secret: the token was signed with another one, or changed since",
		"compare jwt_secret with the Ferndesk dashboard (Help Center › Access Control): a new secret there makes the old one useless, and a running ferngate takes a new one from a file: at once, but from an env: only when it is started anew")
}

// spelling is what somebody else may take the same secret for.
type spelling struct {
	secret []byte
	how    string
}

// careless are secrets that are none: anybody can sign with them.
var careless = []spelling{
	{nil, "an empty secret: whoever signed did not find theirs, perhaps since an environment variable is not set"},
	{[]byte("undefined"), "the word undefined: whoever signed did not find their secret, perhaps since an environment variable is not set"},
	{[]byte("your-256-bit-secret"), "the example secret of a web page about JWTs"},
	{[]byte("a-string-secret-at-least-256-bits-long"), "the example secret of a web page about JWTs"},
}

// spellings are what a secret becomes on the way through files, environments and
// libraries.
func spellings(secret []byte) []spelling {
	bare := bytes.TrimSpace(secret)
	all := []spelling{
		{bare, "the secret of the config without the white space around it: jwt_secret has some that the other side does not"},
		{append(bytes.Clone(bare), '\n'), "the secret and a line end after it: whoever signed read it from a file and kept the line end"},
		{append(bytes.Clone(bare), "\r\n"...), "the secret and a line end (CR LF) after it: whoever signed read it from a file and kept the line end"},
		{bytes.Trim(bare, `"'`), "the secret of the config without the quotes around it"},
		{[]byte(`"` + string(bare) + `"`), "the secret and quotes around it"},
		{[]byte(base64.StdEncoding.EncodeToString(bare)), "the secret in base64: whoever signed encoded it, or jwt_secret is what it decodes to"},
		{[]byte(hex.EncodeToString(bare)), "the secret in hexadecimal: whoever signed encoded it, or jwt_secret is what it decodes to"},
	}
	unpadded := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(string(bare)), "=")
	if decoded, err := base64.RawStdEncoding.DecodeString(unpadded); err == nil {
		all = append(all, spelling{decoded, "what the secret decodes to as base64: Ferndesk takes the text itself"})
	}
	if decoded, err := hex.DecodeString(string(bare)); err == nil {
		all = append(all, spelling{decoded, "what the secret decodes to as hexadecimal: Ferndesk takes the text itself"})
	}
	return all
}
