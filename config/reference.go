package config

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// maxSecret is the most that is read of a secret.
const maxSecret = 64 << 10

// secret reads the value that a reference names. Only the reference is ever
// repeated in a message, and only when it is one: anything else may be the
// secret itself.
func (d *decoder) secret(ref string, v reflect.Value, key string) {
	const forms = "write env:NAME for an environment variable or file:PATH for a file"
	scheme, name, _ := strings.Cut(ref, ":")
	var value []byte
	var problem, mend string
	switch {
	case scheme == "env" && isVariable(name):
		value, problem, mend = fromEnvironment(name)
	case scheme == "file" && strings.TrimSpace(name) != "":
		if !filepath.IsAbs(name) {
			name = filepath.Join(d.dir, name)
		}
		d.r.named = append(d.r.named, name)
		value, problem, mend = d.fromFile(name, key)
	case scheme == "env":
		problem, mend = "what follows env: is not the name of an environment variable", "write env:NAME, a name of letters, digits and _"
	case scheme == "file":
		problem, mend = "file: is not followed by the name of a file", "write file:PATH"
	default:
		problem, mend = "a secret is never written here itself", forms
	}
	if problem == "" {
		problem, mend = checkSecret(value, scheme, name)
	}
	if problem != "" {
		d.fault(key, problem, mend)
		return
	}
	v.Set(reflect.ValueOf(NewSecret(trimNewline(value))))
}

// isVariable tells whether a name can be an environment variable's. A secret
// pasted after env: mostly cannot, and is then not repeated.
func isVariable(name string) bool {
	for i, c := range name {
		letter := c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// fromEnvironment reads a variable.
func fromEnvironment(name string) (value []byte, problem, mend string) {
	text, ok := os.LookupEnv(name)
	if !ok {
		return nil, "the environment variable " + shorten(name) + " is not set", "set it where ferngate is started"
	}
	return []byte(text), "", ""
}

// fromFile reads a file, and warns when everybody else can read it too.
func (d *decoder) fromFile(path, key string) (value []byte, problem, mend string) {
	value, mode, problem := readRegular(path, maxSecret)
	if problem != "" {
		return nil, problem, otherFile
	}
	d.r.warnReadable(key, path, mode)
	return value, "", ""
}

// checkSecret refuses values that are no secret.
func checkSecret(value []byte, scheme, name string) (problem, mend string) {
	what := "the environment variable " + shorten(name)
	if scheme == "file" {
		what = "the file " + quoted(name)
	}
	switch {
	case len(value) > maxSecret:
		return what + " is larger than 64 KiB", "put the secret alone in it"
	case len(bytes.TrimSpace(value)) == 0:
		return what + " is empty", "put the secret in it"
	}
	return "", ""
}

// trimNewline cuts the one line end that editors and echo leave after a secret.
func trimNewline(value []byte) []byte {
	if line, ok := bytes.CutSuffix(value, []byte("\r\n")); ok {
		return line
	}
	return bytes.TrimSuffix(value, []byte("\n"))
}
