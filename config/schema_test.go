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
	case reflect.TypeFor[Template]():
		return &jsonschema.Schema{Type: "string", Pattern: `^([^{}]|\{\{|\}\}|\{[A-Za-z0-9_-]+\})+$`}
	case reflect.TypeFor[Pointer]():
		return &jsonschema.Schema{Type: "string", Pattern: `^/([^~]|~[01])*$`}
	case reflect.TypeFor[Option]():
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "boolean"}, {Type: "number"}, {Type: "string"}}}
	case reflect.TypeFor[Color]():
		return &jsonschema.Schema{Type: "string", Pattern: colorForm.String()}
	case reflect.TypeFor[Image](), reflect.TypeFor[Pattern](), reflect.TypeFor[Selector]():
		return &jsonschema.Schema{Type: "string"}
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
		if f.hasDefault {
			property.Default = f.defaultText
			if ft.Type.Kind() == reflect.Bool {
				property.Default = f.defaultText == "true"
			}
		}
		s.Properties.Set(f.name, applyField(property, ft.Type, f))
	}
}

// applyField adds to the schema of a value what its field's tags and its type
// say, and returns it with its short form, if it has one.
func applyField(s *jsonschema.Schema, t reflect.Type, f field) *jsonschema.Schema {
	switch {
	case isScalar(t):
		for _, e := range f.enum {
			s.Enum = append(s.Enum, e)
		}
	case t.Kind() == reflect.Pointer:
		return applyField(s, t.Elem(), f)
	case t.Kind() == reflect.Slice:
		s.Items = applyField(s.Items, t.Elem(), f.member())
		if f.required {
			one := uint64(1)
			s.MinItems = &one
		}
		if f.shorthand {
			return orShort(s, s.Items)
		}
	case t.Kind() == reflect.Map:
		member := f.member()
		member.shorthand = f.shorthand
		s.AdditionalProperties = applyField(s.AdditionalProperties, t.Elem(), member)
	case t.Kind() == reflect.Struct:
		applyTags(s, t)
		if short := shorthandOf(t); short != nil {
			property, _ := s.Properties.Get(short.name)
			return orShort(s, property)
		}
	}
	return s
}

// describeKey puts the key in place of the Go name that a doc comment begins with.
func describeKey(comment, goName, key string) string {
	comment = strings.Join(strings.Fields(comment), " ")
	if rest, ok := strings.CutPrefix(comment, goName+" "); ok {
		return key + " " + rest
	}
	return comment
}

// orShort is the schema of what can be written in a short form or in the long one.
func orShort(long, short *jsonschema.Schema) *jsonschema.Schema {
	one := *short
	both := &jsonschema.Schema{OneOf: []*jsonschema.Schema{&one, long}, Description: long.Description, Default: long.Default}
	long.Description, long.Default = "", nil
	return both
}
