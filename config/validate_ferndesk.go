package config

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The shortest token that is ever made, and the longest that is sensible.
const (
	minTokenTTL  = time.Minute
	longTokenTTL = 24 * time.Hour
)

// checkFerndesk checks what the token endpoint signs, and for which page.
func checkFerndesk(s *Site, key string, r *Report) {
	f := s.Ferndesk
	checkJWTSecret(f.JWTSecret, key+".jwt_secret", r)
	checkTokenPaths(f.TokenPath, key+".token_path", r)
	switch {
	case f.TokenTTL < minTokenTTL:
		r.Reject(key+".token_ttl", "is under a minute, and no token is ever made for so short a time", "write 60s or more; 1h is common")
	case f.TokenTTL > longTokenTTL:
		r.Warn(key+".token_ttl", "a stolen token would be good for more than a day", "write 24h or less; 1h is common")
	}
	checkDomain(s, key, r)
	for _, claim := range slices.Sorted(maps.Keys(f.CustomAttributes)) {
		at := memberKey(key+".custom_attributes", claim)
		switch {
		case strings.TrimSpace(claim) == "":
			r.Reject(at, "the name of a claim is empty", "write claim: attribute")
		case strings.TrimSpace(f.CustomAttributes[claim]) == "":
			r.Reject(at, "names no identity attribute", "write the attribute whose value is sent as "+shorten(claim))
		}
	}
}

// checkJWTSecret warns of secrets that are weak, or were copied with something around them.
func checkJWTSecret(secret Secret, key string, r *Report) {
	value := secret.Reveal()
	if len(value) == 0 {
		return // a fault already
	}
	if len(value) < 32 {
		r.Warn(key, fmt.Sprintf("the secret has %d bytes, fewer than HS256 needs to be safe (32)", len(value)), "copy the whole secret from the Ferndesk dashboard, or make a new one there")
	}
	if len(bytes.TrimSpace(value)) != len(value) {
		r.Warn(key, "the secret has white space around it, which is taken as part of it", "take the white space away, unless the Ferndesk dashboard shows it")
	}
}

// checkTokenPaths checks where the page fetches its token.
func checkTokenPaths(paths []string, key string, r *Report) {
	if len(paths) == 0 && r.sound(key) {
		r.Reject(key, "is an empty list", "write a path, or leave the key out for /api/ferndesk-token")
	}
	for i, p := range paths {
		at := itemKey(key, i)
		problem, mend := checkPath(p)
		switch {
		case problem != "":
			r.Reject(at, problem, mend)
		case strings.ContainsFunc(p, func(c rune) bool { return c > '~' }):
			r.Reject(at, quoted(p)+" holds signs beyond ASCII, which browsers send in another spelling", "write a path of letters, digits and -, _ or .")
		case strings.HasSuffix(p, "/"):
			r.Reject(at, quoted(p)+" ends in /", "write the path of one endpoint, such as /api/ferndesk-token")
		case isOwn(p):
			r.Reject(at, quoted(p)+" is among ferngate's own pages", "write a path outside /.ferngate/")
		case slices.Contains(paths[:i], p):
			r.Reject(at, quoted(p)+" is given twice", "leave one of them out")
		}
	}
}
