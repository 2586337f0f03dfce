package inspect

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/ferngate/ferngate/config"
)

// tokenForm is the beginning of a token: the encoded { of a JSON object, and
// what may follow it, up to the first dot.
var tokenForm = regexp.MustCompile(`^e[wy][A-Za-z0-9+/=_-]*\.`)

// ContainsToken tells whether a text has a token in it, which is not to be shown.
func ContainsToken(text string) bool { return strings.Contains(text, "eyJ") }

// unwrap finds the token in what was pasted, and says what was around it; the
// empty string where there is none.
func (v *Verdict) unwrap(pasted string) string {
	text := v.withoutHead(strings.TrimSpace(strings.TrimPrefix(pasted, "\ufeff")))
	text = withoutPrefix(withoutPrefix(text, "Authorization:"), "Bearer ")
	bare := strings.TrimSpace(strings.Trim(text, "\"'`"))
	switch {
	case bare == "":
		v.noToken("there is nothing to inspect: an endpoint that answers with an empty body has sent no token", "see what the token path answers in the browser's network panel: status, and body")
		return ""
	case text[0] == '<':
		v.noToken("this is a page (HTML), not a token: the app answered in the endpoint's place",
			"look at the path that the page fetches: it must be ferndesk.token_path, on the host that ferngate serves")
		return ""
	case text[0] == '{':
		return v.unwrapJSON(text)
	case bare != text:
		v.remark("there are quotes around the token, which were left out here: where the endpoint sends them, Ferndesk refuses it", "send the token alone as the body, not as JSON")
	}
	if joined := strings.Join(strings.Fields(bare), ""); joined != bare && tokenForm.MatchString(joined) {
		v.remark("there are blanks or line breaks within the token, which were left out here: where the endpoint sends them, Ferndesk refuses it", "copy the token from the endpoint's answer itself, not from a terminal or a mail")
		bare = joined
	}
	return bare
}

// withoutHead cuts off the head of an HTTP answer, which curl -i shows.
func (v *Verdict) withoutHead(text string) string {
	if !strings.HasPrefix(text, "HTTP/") {
		return text
	}
	status, rest, _ := strings.Cut(text, "\n")
	_, body, _ := strings.Cut("\n"+strings.ReplaceAll(rest, "\r\n", "\n"), "\n\n")
	if fields := strings.Fields(status); len(fields) > 1 && fields[1] != "200" && isNumber(fields[1]) {
		v.noToken("the endpoint answered with status "+fields[1]+", and only 200 has a token", "call identify only where the answer's ok is true")
	}
	return strings.TrimSpace(body)
}

func isNumber(s string) bool { return len(s) == 3 && strings.Trim(s, "0123456789") == "" }

// withoutPrefix cuts off a word, in upper or lower case, that a header has before the token.
func withoutPrefix(text, prefix string) string {
	if len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix) {
		return strings.TrimSpace(text[len(prefix):])
	}
	return text
}

// unwrapJSON looks into a JSON object, in which some endpoints put the token, and
// errors come.
func (v *Verdict) unwrapJSON(text string) string {
	const readAsText = "send the token alone as the body: pages read it with r.text()"
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		v.noToken("this begins as JSON does, but is not JSON, and no token", readAsText)
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if token, ok := object[name].(string); ok && tokenForm.MatchString(token) {
			v.noToken(fmt.Sprintf("the token is in a JSON object, as %q, and not the body alone", printable(name)), readAsText)
			return token
		}
	}
	switch reason, _ := object["error"].(string); {
	case reason == "Not authenticated":
		v.noToken("the endpoint says that nobody is signed in (status 401)", howToSignIn(v.terms.SignIn)+". Pages must call identify only where the answer's ok is true")
	case reason != "" && !ContainsToken(reason):
		v.noToken("the endpoint answered with an error: "+printable(reason), "mend what it says; with its request_id the log of ferngate says more")
	default:
		v.noToken("this is a JSON object without a token", readAsText)
	}
	return ""
}

// howToSignIn is what to do to be somebody at the token path.
func howToSignIn(ways *config.SignIn) string {
	switch {
	case ways == nil:
		return "add sign_in to the site: without it nobody is ever signed in"
	case ways.App != nil:
		return "sign in to the app, and fetch it with the page's cookies; whoami shows how ferngate tells who somebody is"
	case ways.Password != nil:
		return "sign in on the site's own page, /.ferngate/sign-in, and fetch it with that page's cookies"
	}
	return "fetch it through the proxy in front that signs people in, whose assertion sign_in.assertion asks for"
}

// noToken says that what came is not the token alone.
func (v *Verdict) noToken(problem, mend string) {
	v.Findings = append(v.Findings, Finding{NoToken, problem, mend})
}

// printable shortens a text of others' and takes out what a terminal would obey.
func printable(text string) string {
	const most = 120
	shown := []rune(strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return -1
	}, text))
	if len(shown) > most {
		return string(shown[:most]) + "…"
	}
	return string(shown)
}
