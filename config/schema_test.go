package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/invopop/jsonschema"
)

// update rewrites what tests compare with: go test ./config -update.
var update = flag.Bool("update", false, "rewrite schema.json and the .want files")

// TestSchemaIsCurrent makes the schema anew from the types and compares it with schema.json.
func TestSchemaIsCurrent(t *testing.T) {
	r := &jsonschema.Reflector{
		FieldNameTag:               "yaml",
		RequiredFromJSONSchemaTags: true,
		DoNotReference:             true,
		Anonymous:                  true,
		Mapper:                     scalarSchema,
	}
	if err := r.AddGoComments("github.com/ferngate/ferngate/config", "."); err != nil {
		t.Fatal(err)
	}
	s := r.Reflect(&Config{})
	applyTags(s, reflect.TypeFor[Config]())
	s.Title = "ferngate's config file"
	s.Description = "What one ferngate process does."

	var made bytes.Buffer
	enc := json.NewEncoder(&made)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", made.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(made.Bytes(), Schema()) {
		t.Error("schema.json is not what the types make: run go test ./config -update")
	}
}

// scalarSchema is the schema of a type that the file writes as one text.
func scalarSchema(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[Secret]():
		return &jsonschema.Schema{Type: "string", Pattern: `^(env:[A-Za-z_][A-Za-z0-9_]*|file:.*\S.*)$`}
	case reflect.TypeFor[time.Duration]():
		return &jsonschema.Schema{Type: "string", Pattern: durationForm.String()}
	case reflect.TypeFor[Size]():
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{
			{Type: "integer", Minimum: "0"},
			{Type: "string", Pattern: sizeForm.String()},
		}}
	case reflect.TypeFor[netip.Prefix]():
		return &jsonschema.Schema{Type: "string"}
	case reflect.TypeFor[url.URL]():
		return &jsonschema.Schema{Type: "string", Format: "uri"}
	}
	return nil
}

// applyTags adds to a struct's schema what its fields' tags say.
func applyTags(s *jsonschema.Schema, t reflect.Type) {
	for _, f := range fieldsOf(t) {
		ft := t.Field(f.index)
		property, _ := s.Properties.Get(f.name)
		property.Description = describeKey(property.Description, ft.Name, f.name)
		if f.required {
			s.Required = append(s.Required, f.name)
		}
		inner := property
		if ft.Type.Kind() == reflect.Slice {
			inner = property.Items
			if f.required {
				one := uint64(1)
				property.MinItems = &one
			}
		}
		for _, e := range f.enum {
			inner.Enum = append(inner.Enum, e)
		}
		if f.hasDefault {
			property.Default = f.defaultText
		}
		if elem := structOf(ft.Type); elem != nil {
			applyTags(inner, elem)
		}
		if short := shortSchema(property, ft.Type, f); short != nil {
			s.Properties.Set(f.name, short)
		}
	}
}

// describeKey puts the key in place of the Go name that a doc comment begins with.
func describeKey(comment, goName, key string) string {
	comment = strings.Join(strings.Fields(comment), " ")
	if rest, ok := strings.CutPrefix(comment, goName+" "); ok {
		return key + " " + rest
	}
	return comment
}

// structOf returns the struct type that a field's schema goes on with, or nil.
func structOf(t reflect.Type) reflect.Type {
	for !isScalar(t) && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice) {
		t = t.Elem()
	}
	if isScalar(t) || t.Kind() != reflect.Struct {
		return nil
	}
	return t
}

// shortSchema is the schema of a key that can be written in a short form or in the long one, or nil.
func shortSchema(long *jsonschema.Schema, t reflect.Type, f field) *jsonschema.Schema {
	var short jsonschema.Schema
	switch st := structOf(t); {
	case f.shorthand && t.Kind() == reflect.Slice:
		short = *long.Items
	case st != nil && shorthandOf(st) != nil && t.Kind() == reflect.Struct:
		property, _ := long.Properties.Get(shorthandOf(st).name)
		short = *property
	default:
		return nil
	}
	both := &jsonschema.Schema{OneOf: []*jsonschema.Schema{&short, long}, Description: long.Description, Default: long.Default}
	long.Description, long.Default = "", nil
	return both
}
