// Package inspect tells whether Ferndesk would take a token, and if not, which
// of its error messages follows and what to do about it.
package inspect

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/ferngate/ferngate/config"
)

// Message is what Ferndesk writes to the browser's console when it refuses to identify.
type Message string

// Ferndesk's messages, in its own words.
const (
	// NoToken is for a call without a token.
	NoToken Message = "identify requires a token"
	// OtherDomain is for a page on a host that may not identify.
	OtherDomain Message = "must be called from same domain or 1-level subdomain"
	// InvalidToken is for a token that does not hold.
	InvalidToken Message = "Ferndesk: identify failed - invalid token"
)

// The longest token that is read, and the longest that is nothing to remark on, in bytes.
const (
	maxToken  = 64 << 10
	longToken = 4 << 10
)

// Terms are what a token is judged by.
type Terms struct {
	// Host is that of the page that calls identify; empty where it is not known.
	Host string
	// HelpCenter is the help centre's host; empty where it is not known.
	HelpCenter string
	// Secret is the help centre's JWT secret.
	Secret config.Secret
	// Others are further secrets that a token may be signed with by mistake.
	Others []Key
	// SignIn are the ways in which people sign in to the site; nil for none.
	SignIn *config.SignIn
	// Now is the time to judge at.
	Now time.Time
}

// Key is a secret and what it is for, such as "jwt_secret of wiki.example.com".
type Key struct {
	Name   string
	Secret config.Secret
}

// Finding is one thing to say of a token.
type Finding struct {
	// Message is Ferndesk's where the finding is a reason to refuse; empty for a remark.
	Message Message
	// Problem says what there is, without the token.
	Problem string
	// Mend is what to do about it.
	Mend string
}

// Verdict is what is to be said of a token.
type Verdict struct {
	// Size is that of the token itself, in bytes; 0 where there is none.
	Size int
	// Header and Claims are the token's two readable parts as they are in it:
	// JSON objects, or nil where they cannot be read.
	Header, Claims json.RawMessage
	// Times say what of iat, nbf and exp there is, as people read it.
	Times []string
	// Findings are what is wrong, in the order in which it was looked for.
	Findings []Finding

	terms Terms
}

// Accepted tells whether Ferndesk would take the token.
func (v *Verdict) Accepted() bool {
	return !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.Message != "" })
}

// Message is what Ferndesk's console message would be; empty for a good token.
func (v *Verdict) Message() Message {
	// The page's SDK looks for a token first, at its own page next, and has the token verified last.
	for _, m := range []Message{NoToken, OtherDomain, InvalidToken} {
		if slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.Message == m }) {
			return m
		}
	}
	return ""
}

// Inspect judges what somebody pasted: a token, or what came in place of one.
func Inspect(pasted string, terms Terms) *Verdict {
	v := &Verdict{terms: terms}
	if token := v.unwrap(pasted); token != "" {
		v.checkToken(token)
	}
	v.checkDomain()
	return v
}

// checkToken looks at a text that is said to be a token.
func (v *Verdict) checkToken(token string) {
	v.Size = len(token)
	parts, ok := v.split(token)
	if !ok {
		return
	}
	v.checkSize()
	if v.checkHeader(parts[0]) {
		v.checkSignature(parts)
	}
	v.checkClaims(parts[1])
}

// refuse adds a reason for which the token does not hold.
func (v *Verdict) refuse(problem, mend string) {
	v.Findings = append(v.Findings, Finding{InvalidToken, problem, mend})
}

// remark adds what is worth a word, but no reason to refuse.
func (v *Verdict) remark(problem, mend string) {
	v.Findings = append(v.Findings, Finding{"", problem, mend})
}

// checkSize looks at the token's length.
func (v *Verdict) checkSize() {
	switch {
	case v.Size > maxToken:
		v.refuse("the token is longer than 64 KiB", "send less in customAttributes")
	case v.Size > longToken:
		v.remark("the token is longer than 4 KiB, and every page fetches it", "send less in customAttributes")
	}
}

// checkDomain looks at the page that calls identify.
func (v *Verdict) checkDomain() {
	t := v.terms
	switch {
	case t.HelpCenter == "":
		v.remark("whether the page may identify was not looked at: the config does not say where the help centre is", "add ferndesk.help_center to the site")
	case t.Host == "":
		v.remark("whether the page may identify was not looked at: the site has no host", "name the host that people see with --site")
	default:
		if problem, mend := config.DomainRule(t.Host, t.HelpCenter); problem != "" {
			v.Findings = append(v.Findings, Finding{OtherDomain, problem, mend})
		}
	}
}
