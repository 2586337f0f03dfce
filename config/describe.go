package config

import (
	"net/netip"
	"net/url"
	"reflect"
	"time"
)

// describe says what a key must be, and how that is written.
func describe(t reflect.Type, f field) (what, how string) {
	switch t {
	case reflect.TypeFor[Secret]():
		return "env:NAME or file:PATH", "env:NAME or file:PATH"
	case reflect.TypeFor[time.Duration]():
		return "a duration", "a duration such as 90s, 1h30m or 7d"
	case reflect.TypeFor[Size]():
		return "a size", "a size such as 64KiB or 1MiB"
	case reflect.TypeFor[netip.Prefix]():
		return "a network", "a network such as 10.0.0.0/8"
	case reflect.TypeFor[*url.URL]():
		return "a URL", "a URL such as http://127.0.0.1:3000"
	case reflect.TypeFor[Option]():
		return "true, false, a number or a text", "one value; in quotes it is a text"
	case reflect.TypeFor[Template]():
		return `a text such as "{login}"`, `it in quotes, such as "{login}"`
	case reflect.TypeFor[Pointer]():
		return "a JSON Pointer", "a JSON Pointer such as /user/email"
	case reflect.TypeFor[Pattern]():
		return "a regular expression", `it in single quotes, such as 'User: (\w+)@'`
	case reflect.TypeFor[Selector]():
		return "a CSS selector", `it in quotes, such as "input[name=login]"`
	case reflect.TypeFor[Color]():
		return "a colour", `it in quotes, such as "#2c6a3e"`
	}
	switch t.Kind() {
	case reflect.Pointer:
		return describe(t.Elem(), f)
	case reflect.Struct:
		if short := shorthandOf(t); short != nil {
			what, how = describe(t.Field(short.index).Type, *short)
			return what + " or a mapping", how + ", or the keys " + listed(names(fieldsOf(t)), "and")
		}
		return "a mapping", "its keys on the lines below: " + listed(names(fieldsOf(t)), "and")
	case reflect.Map:
		return "a mapping", "a name: value on each line below"
	case reflect.Slice:
		if f.shorthand && !isScalar(t.Elem()) {
			what, how = describe(t.Elem(), f.member())
			return what + " or a list of " + plural(t.Elem()), how + ", or each member after a dash"
		}
		return "a list of " + plural(t.Elem()), "each member on a line below, after a dash"
	case reflect.Bool:
		return "true or false", "true or false"
	case reflect.Int:
		return "a whole number", "digits"
	}
	if len(f.enum) > 0 {
		return listed(f.enum, "or"), listed(f.enum, "or")
	}
	if f.folder {
		return "a folder's name", "a folder's name"
	}
	if f.path {
		return "a file's name", "a file's name"
	}
	if f.example != "" {
		return "a text such as " + f.example, "a text such as " + f.example
	}
	return "a text", "a text"
}

// missing says what to write for a key that is not there.
func missing(t reflect.Type, f field) string {
	what, how := describe(t, f)
	switch {
	case t == reflect.TypeFor[*url.URL]():
		return how
	case t.Kind() == reflect.Struct && !isScalar(t) && shorthandOf(t) == nil:
		return "with " + how
	}
	return what
}

// plural names what a list's members are.
func plural(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Secret]():
		return "secrets"
	case reflect.TypeFor[netip.Prefix]():
		return "networks"
	case reflect.TypeFor[string]():
		return "texts"
	case reflect.TypeFor[int]():
		return "whole numbers"
	}
	return "mappings"
}

// mendNull says what to do about a key without a value. What begins with # is a remark to YAML.
func mendNull(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Selector]():
		return `write a selector, in quotes where it begins with #, as in "#account"`
	case reflect.TypeFor[Color]():
		return mendColor
	}
	return "write a value, or leave the key out"
}
