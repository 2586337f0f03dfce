package config

import _ "embed" // for schema.json

// schema is made from the types by the test of its currency: go test ./config -update.
//
//go:embed schema.json
var schema string

// Schema returns the JSON Schema of the config file, for editors and other checkers.
func Schema() []byte { return []byte(schema) }
