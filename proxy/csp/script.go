package csp

import (
	"slices"
	"strings"
)

const (
	// longestNonce is the longest nonce that the element takes: it has to stay short.
	longestNonce = 100
	// longestBeside is the longest one that it takes beside its integrity.
	longestBeside = 50
)

// scriptSources is what a list of script sources lacks. URLs and hashes are never
// mixed: a hash would switch off an 'unsafe-inline' that works, and under
// 'strict-dynamic' no URL counts. What the script itself loads, 'strict-dynamic'
// allows already. A path counts for nothing after a redirect, so a script that
// its nonce allows is not named besides.
func (e *extension) scriptSources(list []string) ([]string, error) {
	hasNonce := e.nonce != "" && has(list, "'nonce-", e.nonce)
	if contains(list, "'strict-dynamic'") {
		if hasNonce || e.late {
			return nil, nil
		}
		e.integrity = true
		algorithm, hash, _ := strings.Cut(e.needs.Integrity, "-")
		if has(list, "'"+algorithm+"-", hash) {
			return nil, nil
		}
		return []string{"'" + e.needs.Integrity + "'"}, nil
	}
	if !hasNonce && hasURLHash(list) {
		return nil, &Refusal{urlHashes}
	}
	if hasNonce {
		return e.urls(list, e.sources)
	}
	return e.urls(list, slices.Concat(e.scripts, e.sources))
}

// chooseNonce picks the nonce that the element will carry: the one that most
// lists with 'strict-dynamic' have, and then most lists at all. The script hands
// it on to the SDK, where a nonce may count for more than scripts.
func (e *extension) chooseNonce(all []*policy) {
	type nonce struct {
		value           string
		dynamic, others int
	}
	var nonces []nonce
	dynamic := 0
	for _, p := range all {
		d, _ := p.governing(&extended[0])
		if d == nil {
			continue
		}
		words := list(d.value)
		isDynamic := contains(words, "'strict-dynamic'")
		if isDynamic {
			dynamic++
		}
		for i, word := range words {
			value, ok := parseNonce(word)
			if !ok || has(words[:i], "'nonce-", value) {
				continue
			}
			at := 0
			for at < len(nonces) && nonces[at].value != value {
				at++
			}
			if at == len(nonces) {
				nonces = append(nonces, nonce{value: value})
			}
			if isDynamic {
				nonces[at].dynamic++
			} else {
				nonces[at].others++
			}
		}
	}
	var best nonce
	for _, n := range nonces {
		if len(n.value) > longestBeside && n.dynamic < dynamic {
			continue // its place goes to the integrity, which then serves all of them
		}
		if n.dynamic > best.dynamic || n.dynamic == best.dynamic && n.others > best.others {
			best = n
		}
	}
	e.nonce = best.value
}

// parseNonce reads a nonce-source that the element can take. One of other
// characters than CSP's is none, so that no nonce means anything to HTML
// (TestNoncesAreNoMarkup).
func parseNonce(word string) (string, bool) {
	value, ok := base64Value(word, "'nonce-")
	return value, ok && len(value) <= longestNonce
}

// base64Value reads the value of a nonce-source or hash-source.
func base64Value(word, prefix string) (string, bool) {
	if len(word) <= len(prefix) || !strings.EqualFold(word[:len(prefix)], prefix) {
		return "", false
	}
	value, quoted := strings.CutSuffix(word[len(prefix):], "'")
	digits := strings.TrimRight(value, "=")
	if !quoted || digits == "" || len(value)-len(digits) > 2 {
		return "", false
	}
	for _, c := range []byte(digits) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("+/-_", c) >= 0:
		default:
			return "", false
		}
	}
	return value, true
}

// has reports whether a list has a quoted word of a prefix, whose case does not
// matter, and a value, whose case does.
func has(list []string, prefix, value string) bool {
	for _, word := range list {
		if len(word) == len(prefix)+len(value)+1 && strings.EqualFold(word[:len(prefix)], prefix) && word[len(prefix):] == value+"'" {
			return true
		}
	}
	return false
}

// hasURLHash reports whether a list has a hash of a script's URL, which
// Chromium tries out: origins then count for nothing beside it.
func hasURLHash(list []string) bool {
	for _, word := range list {
		if len(word) > 8 && strings.EqualFold(word[:8], "'url-sha") {
			return true
		}
	}
	return false
}

// hasNonceOrHash reports whether a list has one of those that switch
// 'unsafe-inline' off.
func hasNonceOrHash(list []string) bool {
	for _, word := range list {
		for _, prefix := range []string{"'nonce-", "'sha256-", "'sha384-", "'sha512-"} {
			if _, ok := base64Value(word, prefix); ok {
				return true
			}
		}
	}
	return false
}
