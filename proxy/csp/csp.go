// Package csp extends the Content-Security-Policy of pages by what the widget
// needs, and by nothing else: what a policy forbids otherwise stays forbidden
// (TestCSPInABrowser). A policy's text is kept byte for byte where it is not
// extended.
package csp

import (
	"net/http"
	"strings"
)

// Needs is what the widget needs of a page's policies (CSP Level 3).
type Needs struct {
	// Self is the page's origin: what 'self' means.
	Self string
	// Script is the absolute URL of the inserted script. A query is no part of any policy.
	Script string
	// Loads are absolute URLs of scripts that it loads from the page's own origin.
	Loads []string
	// Integrity is the script's hash as an integrity attribute has it: sha256-….
	Integrity string
	// Fetches are absolute URLs that the script fetches: the token and whoami.
	Fetches []string
	// Sources are the origins of the SDK and the help centre, and further ones; the
	// page's own is best left out, which would allow whatever people upload there.
	// Each is a host-source of CSP: one without a host, like https: or *, is never added.
	Sources []string
}

// Marks are what the inserted element must carry for the policies to let it run.
type Marks struct {
	// Nonce is one of the page's own, or empty. It consists of letters, digits and +/-_= alone.
	Nonce string
	// Integrity is whether the element needs Needs.Integrity as its integrity attribute.
	Integrity bool
}

// Refusal is why policies cannot be extended: in short, as logs and counters show it.
type Refusal struct {
	Reason string
}

// Error implements error.
func (r *Refusal) Error() string { return r.Reason }

// The reasons.
const (
	sandboxed    = "csp-sandbox"       // no scripts, or not as the page's origin
	trustedTypes = "csp-trusted-types" // the SDK is not known to run under them
	malformed    = "csp-malformed"     // browsers read it differently
	urlHashes    = "csp-url-hash"      // newer browsers look at no origins there, older ones at nothing else
	unwritable   = "csp-source"        // a need that no policy can name: IPv6 addresses, hosts with _
)

// kind is how a policy reaches the browser.
type kind int

const (
	enforced kind = iota
	reportOnly
	inMeta
)

// headers are those that carry policies. Browsers stopped reading the ones
// with X- long ago, but apps still send them.
var headers = [...]struct {
	name string
	kind kind
}{
	{"Content-Security-Policy", enforced},
	{"Content-Security-Policy-Report-Only", reportOnly},
	{"X-Content-Security-Policy", enforced},
	{"X-Content-Security-Policy-Report-Only", reportOnly},
	{"X-Webkit-Csp", enforced},
	{"X-Webkit-Csp-Report-Only", reportOnly},
}

// Extend works out how the policies of an answer's headers, and of its <meta>
// elements (their decoded content attributes), have to read, and what the
// inserted element must carry. It returns the headers that change, with all
// their values, or nil; and the metas in order, changed or not. An error is a *Refusal. Equal input has equal output.
func (n *Needs) Extend(h http.Header, metas []string) (http.Header, []string, Marks, error) {
	if len(metas) == 0 && !In(h) {
		return nil, metas, Marks{}, nil // as nearly always: without an allocation
	}
	var all []*policy
	for _, header := range headers {
		for _, line := range h[header.name] {
			for text := range strings.SplitSeq(line, ",") {
				all = append(all, parsePolicy(text, header.kind))
			}
		}
	}
	for _, text := range metas {
		all = append(all, parsePolicy(text, inMeta))
	}

	e := newExtension(n)
	e.chooseNonce(all)
	for _, p := range all {
		if err := e.extend(p); err != nil {
			return nil, metas, Marks{}, err
		}
	}

	changed, all := changedHeaders(h, all)
	extended := make([]string, len(metas))
	for i, p := range all {
		extended[i] = p.String()
	}
	return changed, extended, Marks{e.nonce, e.integrity}, nil
}

// ExtendMeta extends the policy of one <meta> element that came to light after
// the script's element was sent. It governs what the script does from then on.
func (n *Needs) ExtendMeta(text string) (string, error) {
	e := newExtension(n)
	e.late = true
	p := parsePolicy(text, inMeta)
	if err := e.extend(p); err != nil {
		return text, err
	}
	return p.String(), nil
}

// In reports whether an answer's headers have a policy.
func In(h http.Header) bool {
	for i := range headers {
		if len(h[headers[i].name]) > 0 {
			return true
		}
	}
	return false
}

// changedHeaders puts the headers' lines together again from their policies,
// in the order of Extend. It returns the headers that changed, and the policies
// that are no header's.
func changedHeaders(h http.Header, all []*policy) (http.Header, []*policy) {
	var changed http.Header
	for _, header := range headers {
		old := h[header.name]
		lines := make([]string, len(old))
		differs := false
		for i, line := range old {
			count := strings.Count(line, ",") + 1
			lines[i] = joinPolicies(all[:count])
			all = all[count:]
			differs = differs || lines[i] != line
		}
		if differs {
			if changed == nil {
				changed = http.Header{}
			}
			changed[header.name] = lines
		}
	}
	return changed, all
}
