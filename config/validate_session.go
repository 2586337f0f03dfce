package config

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"time"
)

// newKey is the mend for a session key that cannot be used.
const newKey = "put a key there that ferngate keygen made"

// checkSession checks the session's keys and times.
func checkSession(c *Config, r *Report) {
	s := c.Session
	checkPositive("session.idle_timeout", s.IdleTimeout, r)
	checkPositive("session.lifetime", s.Lifetime, r)
	if s.IdleTimeout > s.Lifetime && r.sound("session.idle_timeout", "session.lifetime") {
		r.Reject("session.idle_timeout", "is longer than session.lifetime", "write at most the lifetime")
	}
	if r.Has("session.keys") && len(s.Keys) == 0 {
		r.Reject("session.keys", "is an empty list", "write - env:FERNGATE_SESSION_KEY below it, and put a key there that ferngate keygen made")
	}
	for i := range c.Sites {
		if !r.Has("session.keys") && c.Sites[i].SignIn != nil {
			r.Reject("session.keys", "is missing, although "+itemKey("sites", i)+" has a sign_in",
				"add keys: [env:FERNGATE_SESSION_KEY] below session, and put a key there that ferngate keygen made")
			break
		}
	}
	checkKeys(s.Keys, r)
	tokens := slices.ContainsFunc(c.Sites, func(s Site) bool { return s.Ferndesk != nil })
	if shortest := 5 * time.Minute; tokens && s.IdleTimeout < shortest && r.sound("session.idle_timeout") {
		r.Warn("session.idle_timeout", "leaves little time for tokens: none is made in a session's last minute", "write at least 5m")
	}
}

// checkKeys checks that every session key is one, and a different one.
func checkKeys(keys []Secret, r *Report) {
	var decoded [][]byte
	for i, k := range keys {
		at := itemKey("session.keys", i)
		key, err := DecodeKey(k)
		if err != nil {
			r.Reject(at, "is "+err.Error(), newKey)
			continue
		}
		for j, other := range decoded {
			if bytes.Equal(key, other) {
				r.Reject(at, "is the same key as "+itemKey("session.keys", j), "leave it out, or "+newKey)
			}
		}
		decoded = append(decoded, key)
	}
}

// siteSecret is a secret that a site shares with somebody, and what to put in its place.
type siteSecret struct {
	key, mend string
	value     Secret
}

// siteSecrets are the secrets of a site that are there.
func siteSecrets(s *Site, at string) (ferndesk, app []siteSecret) {
	if s.Ferndesk != nil && len(s.Ferndesk.JWTSecret.Reveal()) > 0 {
		ferndesk = append(ferndesk, siteSecret{at + ".ferndesk.jwt_secret", "put the help centre's own JWT secret here", s.Ferndesk.JWTSecret})
	}
	if s.SignIn != nil && s.SignIn.App != nil && s.SignIn.App.CookieJWT != nil && len(s.SignIn.App.CookieJWT.Keys.Secret.Reveal()) > 0 {
		app = append(app, siteSecret{at + ".sign_in.app.cookie_jwt.keys.secret", "put the secret that the app signs its own JWTs with here", s.SignIn.App.CookieJWT.Keys.Secret})
	}
	return ferndesk, app
}

// checkSecretsDiffer refuses a JWT secret that is a session key too: who holds
// the one (the help centre's owner, the app) could then make sessions. And it
// refuses the help centre's secret for the app's own JWTs: every page gets
// tokens that it signs, and each would be a login.
func checkSecretsDiffer(c *Config, r *Report) {
	var ferndesk, app []siteSecret
	for i := range c.Sites {
		f, a := siteSecrets(&c.Sites[i], itemKey("sites", i))
		ferndesk, app = append(ferndesk, f...), append(app, a...)
	}
	for _, s := range slices.Concat(ferndesk, app) {
		for j, key := range c.Session.Keys {
			if sameSecret(s.value, key) {
				r.Reject(s.key, "is the same as "+itemKey("session.keys", j), s.mend+", and "+strings.Replace(newKey, "there", "in session.keys", 1))
				break
			}
		}
	}
	for _, a := range app {
		if i := slices.IndexFunc(ferndesk, func(f siteSecret) bool { return sameSecret(a.value, f.value) }); i >= 0 {
			r.Reject(a.key, "is the same as "+ferndesk[i].key+", so that a token for the help centre would sign people in", a.mend+", and the help centre's own there")
		}
	}
}

// sameSecret compares a JWT secret with a session key or another secret, as texts and as what they stand for.
func sameSecret(secret, key Secret) bool {
	if bytes.Equal(bytes.TrimSpace(secret.Reveal()), bytes.TrimSpace(key.Reveal())) {
		return true
	}
	k, err := DecodeKey(key)
	if err != nil {
		return false
	}
	s, err := DecodeKey(secret)
	return bytes.Equal(secret.Reveal(), k) || !errors.Is(err, ErrKey) && bytes.Equal(s, k)
}
