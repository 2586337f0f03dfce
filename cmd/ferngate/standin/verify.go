package standin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/golang-jwt/jwt/v5"
)

// maxToken is more than any token is long.
const maxToken = 64 << 10

// verifier is the help centre's JWT secret.
type verifier []byte

// person is whom a token names.
type person struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Name  string `json:"name"`
}

// serve answers {"user": …} for a good token, and {"user": null} with the reason
// for any other. It is 200 either way: a browser would report another status
// itself, beside what the SDK is to report.
func (v verifier) serve(w http.ResponseWriter, r *http.Request) {
	var answer struct {
		User   *person `json:"user"`
		Reason string  `json:"reason,omitempty"`
	}
	token, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxToken))
	if err == nil {
		answer.User, err = v.verify(string(token))
	}
	if err != nil {
		answer.Reason = err.Error()
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*") // any page may ask; which may identify, the SDK knows
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(answer) // a browser that is gone needs none
}

// verify is whom a token names, which must satisfy both editions of the contract.
func (v verifier) verify(token string) (*person, error) {
	claims := jwt.MapClaims{}
	parsed, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return []byte(v), nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired(), jwt.WithIssuedAt())
	if err != nil {
		return nil, err
	}
	if parsed.Header["typ"] != "JWT" {
		return nil, fmt.Errorf("typ is %v", parsed.Header["typ"])
	}
	var texts = map[string]string{}
	for _, name := range []string{"sub", "userId", "email"} {
		text, ok := claims[name].(string)
		if !ok || text == "" {
			return nil, fmt.Errorf("%s is no text: %v", name, claims[name])
		}
		texts[name] = text
	}
	if texts["sub"] != texts["userId"] {
		return nil, errors.New("sub and userId differ")
	}
	name, present := claims["name"]
	if text, ok := name.(string); present && (!ok || text == "") {
		return nil, fmt.Errorf("name is no text: %v", name)
	}
	attributes, present := claims["customAttributes"]
	if object, ok := attributes.(map[string]any); present && (!ok || len(object) == 0) {
		return nil, fmt.Errorf("customAttributes is no object: %v", attributes)
	}
	text, _ := name.(string)
	return &person{ID: texts["sub"], Email: texts["email"], Name: text}, nil
}
