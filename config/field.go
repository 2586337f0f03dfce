package config

import (
	"reflect"
	"strings"
)

// field is one key of a struct, as its tags declare it.
type field struct {
	name         string
	index        int
	defaultText  string
	hasDefault   bool
	enum         []string
	required     bool
	shorthand    bool
	path, secret bool
	folder       bool // a path, too
	example      string
}

// fieldsOf reads the tags of a struct's fields:
//
//	yaml:"key"        the key's name
//	default:"text"    what an absent key means, written as in the file
//	enum:"a,b"        the only values of a text
//	required:"true"   the key must be there; a list must have members
//	shorthand:"true"  in place of the struct, this field's value may be written alone; a list of one as its member,
//	                  and so each list in a mapping
//	path:"true"       a file's name, relative to the folder of the file that names it
//	folder:"true"     a folder's, likewise; what is in it is not part of the config
//	secret:"true"     a text that excerpts and messages do not show
//	example:"text"    one such text, for what is said of a missing or a wrong one
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		name, _, _ := strings.Cut(tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		f := field{name: name, index: i}
		f.defaultText, f.hasDefault = tag.Lookup("default")
		if e := tag.Get("enum"); e != "" {
			f.enum = strings.Split(e, ",")
		}
		f.required = tag.Get("required") == "true"
		f.shorthand = tag.Get("shorthand") == "true"
		f.folder = tag.Get("folder") == "true"
		f.path = f.folder || tag.Get("path") == "true"
		f.secret = tag.Get("secret") == "true"
		f.example = tag.Get("example")
		fields = append(fields, f)
	}
	return fields
}

// names returns the fields' keys.
func names(fields []field) []string {
	var ns []string
	for _, f := range fields {
		ns = append(ns, f.name)
	}
	return ns
}

// member is what a field's tags say of its list's or mapping's members.
func (f field) member() field {
	return field{name: f.name, enum: f.enum, path: f.path, secret: f.secret}
}

// shorthandOf returns the field that may stand for its whole struct, or nil.
func shorthandOf(t reflect.Type) *field {
	for _, f := range fieldsOf(t) {
		if f.shorthand && isScalar(t.Field(f.index).Type) {
			return &f
		}
	}
	return nil
}

// holdsSecret tells whether a value of the type has a secret somewhere in it.
func holdsSecret(t reflect.Type) bool {
	switch {
	case t == reflect.TypeFor[Secret]():
		return true
	case isScalar(t):
		return false
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
		return holdsSecret(t.Elem())
	case t.Kind() != reflect.Struct:
		return false
	}
	for _, f := range fieldsOf(t) {
		if f.secret || holdsSecret(t.Field(f.index).Type) {
			return true
		}
	}
	return false
}
