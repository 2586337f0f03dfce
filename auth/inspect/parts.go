package inspect

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// split cuts a token at its dots, and says what a text is that is none.
func (v *Verdict) split(token string) (parts []string, ok bool) {
	const copyAll = "copy the whole body that the token path answers with"
	parts = strings.Split(token, ".")
	switch {
	case strings.ContainsAny(token, " \t\r\n"):
		v.noToken("this is a text and no token, which has no blanks in it", copyAll)
	case len(parts) == 3:
		return parts, true
	case len(parts) == 5 && tokenForm.MatchString(token):
		v.refuse("this is an encrypted token (JWE), which Ferndesk cannot read", "sign the token with HS256, and do not encrypt it")
	case tokenForm.MatchString(token + "."):
		v.refuse("a token has three parts with dots between, and this has "+strconv.Itoa(len(parts)), copyAll)
	default:
		v.refuse("this is no token (JWT), which is three parts with dots between", copyAll+"; a session's cookie or an API key is none")
	}
	return nil, false
}

// decode reads one part of a token, which is a JSON object, and returns the
// object too as it was written.
func (v *Verdict) decode(part, name string) (raw json.RawMessage, object map[string]any) {
	decoded, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		problem := "the token's " + name + " cannot be read: not base64url"
		if strings.ContainsAny(part, "+/=") {
			problem = "the token's " + name + " cannot be read: base64, and not base64url, which has - and _ for + and /, and no ="
		}
		v.refuse(problem, "copy the token anew; if it is like that, make it with a JWT library")
		return nil, nil
	}
	if err := json.Unmarshal(decoded, &object); err != nil || object == nil {
		v.refuse("the token's "+name+" cannot be read: not a JSON object", "make the token with a JWT library, from an object")
		return nil, nil
	}
	return bytes.TrimSpace(decoded), object
}

// checkHeader tells whether the token is signed as Ferndesk wants it.
func (v *Verdict) checkHeader(part string) bool {
	raw, header := v.decode(part, "header")
	if header == nil {
		return false
	}
	v.Header = raw
	if typ, present := header["typ"]; typ != "JWT" {
		problem := "the header's typ is " + shown(typ) + ", and not JWT"
		if !present {
			problem = "the header has no typ"
		}
		v.refuse(problem, `make the header { "alg": "HS256", "typ": "JWT" }`)
	}
	const mend = "sign it with HS256 and the help centre's JWT secret"
	switch alg, _ := header["alg"].(string); {
	case alg == "HS256":
		return true
	case strings.EqualFold(alg, "none"):
		v.refuse("the token is not signed (alg: none)", mend)
	case alg == "":
		v.refuse("the header does not say how the token is signed (alg)", mend)
	case strings.HasPrefix(alg, "HS"):
		v.refuse("the token is signed with "+printable(alg)+", and Ferndesk takes HS256 alone", mend)
	default:
		v.refuse("the token is signed with "+printable(alg)+", and Ferndesk takes HS256 alone: is it a token of your identity provider's?", mend+"; ferngate's token path does")
	}
	return false
}

// shown is a value of the token's as messages show it.
func shown(value any) string {
	switch value := value.(type) {
	case string:
		return strconv.Quote(printable(value))
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case nil:
		return "null"
	case bool:
		return fmt.Sprint(value)
	case map[string]any:
		return "an object"
	}
	return "a list"
}
