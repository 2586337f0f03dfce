package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// isScalar tells whether values of the type are written as one text.
func isScalar(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[Secret](), reflect.TypeFor[netip.Prefix](), reflect.TypeFor[*url.URL](),
		reflect.TypeFor[Template](), reflect.TypeFor[Pointer](), reflect.TypeFor[Pattern](), reflect.TypeFor[Selector](),
		reflect.TypeFor[Color](), reflect.TypeFor[Image]():
		return true
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64: // Int64: time.Duration and Size
		return true
	}
	return false
}

// setText reads a scalar into v. The two texts are what is wrong and what to
// write instead; the first is empty when nothing is.
func setText(v reflect.Value, s string, f field, dir string) (problem, mend string) {
	var value any
	switch v.Interface().(type) {
	case time.Duration:
		value, problem, mend = parseDuration(s)
	case Size:
		value, problem, mend = parseSize(s)
	case netip.Prefix:
		value, problem, mend = parsePrefix(s)
	case *url.URL:
		value, problem, mend = parseURL(s, dir)
	case Template:
		value, problem, mend = parseTemplate(s)
	case Pointer:
		value, problem, mend = parsePointer(s)
	case Pattern:
		value, problem, mend = parsePattern(s)
	case Selector:
		value, problem, mend = parseSelector(s)
	case Color:
		value, problem, mend = parseColor(s)
	case Image:
		if s, problem, mend = parseString(s, f, dir); problem == "" {
			value, problem, mend = readImage(s)
		}
	case bool:
		value, problem, mend = parseBool(s)
	case int:
		value, problem, mend = parseInt(s)
	default:
		value, problem, mend = parseString(s, f, dir)
	}
	if problem == "" {
		v.Set(reflect.ValueOf(value).Convert(v.Type()))
	}
	return problem, mend
}

// parseURL reads a URL. The error of url.Parse repeats it, credentials and all, and is not shown.
func parseURL(s, dir string) (u *url.URL, problem, mend string) {
	u, err := url.Parse(s)
	if err == nil && u.Scheme == unixScheme {
		err = resolveSocket(u, dir)
	}
	if err != nil {
		return nil, "is not a URL", "write scheme://host, such as http://127.0.0.1:3000"
	}
	return u, "", ""
}

// parseBool reads true or false; yes, on and the like are not guessed at.
func parseBool(s string) (b bool, problem, mend string) {
	if s != "true" && s != "false" {
		return false, quoted(s) + " is neither true nor false", "write true or false"
	}
	return s == "true", "", ""
}

// parseInt reads a whole number.
func parseInt(s string) (n int, problem, mend string) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, quoted(s) + " is not a whole number", "write digits only"
	}
	return n, "", ""
}

// parseString reads a text, which may be one of a few or a file's name.
func parseString(s string, f field, dir string) (text, problem, mend string) {
	if len(f.enum) > 0 && !slices.Contains(f.enum, s) {
		shown := quoted(s)
		if f.secret {
			shown = hidden
		}
		return "", shown + " is not one of its values", "write " + listed(f.enum, "or")
	}
	if !f.path {
		return s, "", ""
	}
	if strings.TrimSpace(s) == "" {
		if f.folder {
			return "", "names no folder", "write the folder's name"
		}
		return "", "names no file", "write the file's name"
	}
	if filepath.IsAbs(s) {
		return filepath.Clean(s), "", ""
	}
	return filepath.Join(dir, s), "", ""
}

// parsePrefix reads a network such as 10.0.0.0/8, or one address.
func parsePrefix(s string) (p netip.Prefix, problem, mend string) {
	if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
		return netip.PrefixFrom(addr, addr.BitLen()), "", ""
	}
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return netip.Prefix{}, quoted(s) + " is not a network", "write address/bits, such as 10.0.0.0/8, or one address"
	case p.Masked() != p:
		return netip.Prefix{}, quoted(s) + " names a host within a network",
			fmt.Sprintf("write %s for the network, or %s for the one address", p.Masked(), p.Addr())
	}
	return p, "", ""
}

// fillDefaults sets every field of a struct that has a default, and those of the structs in it.
func fillDefaults(v reflect.Value) {
	for _, f := range fieldsOf(v.Type()) {
		fv := v.Field(f.index)
		switch {
		case f.hasDefault && fv.Kind() == reflect.Slice:
			fv.Set(reflect.MakeSlice(fv.Type(), 1, 1))
			fillDefault(fv.Index(0), f)
		case f.hasDefault:
			fillDefault(fv, f)
		case fv.Kind() == reflect.Struct && !isScalar(fv.Type()):
			fillDefaults(fv)
		}
	}
}

// fillDefault sets one field. A default that does not read is a mistake in the program.
func fillDefault(v reflect.Value, f field) {
	if problem, _ := setText(v, f.defaultText, f, ""); problem != "" {
		panic("config: the default of " + f.name + " does not read: " + problem)
	}
}
