package auth

import (
	"strings"
)

// maxReturnTo is the longest return path that is kept, in bytes.
const maxReturnTo = 2048

// ReturnTo returns where to send a person after sign-in or sign-out: raw, if it
// is a path of this origin however a browser reads it, else "/". It is asked at
// every use, not when a path is stored. Tested with testdata/returnto.txt.
func ReturnTo(raw string) string {
	if len(raw) > maxReturnTo {
		return "/"
	}
	for i := 0; i < len(raw); i++ {
		// Browsers drop tabs and newlines and cut spaces off before they look at a URL.
		if raw[i] <= ' ' || raw[i] >= 0x7f || raw[i] == '#' {
			return "/"
		}
	}
	path, _, _ := strings.Cut(raw, "?")
	readings, err := Readings(path)
	if err != nil {
		return "/"
	}
	for _, p := range readings {
		// Two slashes begin a host name. Own pages are no place to return to.
		if strings.HasPrefix(p, "//") || strings.HasPrefix(p, `/\`) || strings.HasPrefix(p, "/.ferngate/") {
			return "/"
		}
	}
	return raw
}
