package demoapp

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// identityHeaders are those that the help page shows, in its order. The app
// itself does not go by them.
var identityHeaders = [...]string{"X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Name", "X-Forwarded-Groups"}

// received is one identity header and every value that arrived under it.
type received struct {
	Name   string
	Values []string
}

// receivedHeaders are the identity headers of r, in the order of the list.
func receivedHeaders(r *http.Request) []received {
	rows := make([]received, len(identityHeaders))
	for i, name := range identityHeaders {
		rows[i] = received{Name: name, Values: headerValues(r, name)}
	}
	return rows
}

// headerValues reads a header as a CGI app would: there, "-", "_" and "." in a
// name are one sign, and a doubled header is two values. What a gateway fails
// to strip therefore shows up in this app.
func headerValues(r *http.Request, name string) []string {
	var values []string
	for _, sent := range slices.Sorted(maps.Keys(r.Header)) {
		if cgiName(sent) == cgiName(name) {
			values = append(values, r.Header[sent]...)
		}
	}
	return values
}

func cgiName(header string) string {
	return strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(header))
}
