package check

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write deploy/helm/values.schema.json anew")

const valuesSchema = "../helm/values.schema.json"

func TestValuesSchemaIsCurrent(t *testing.T) {
	want := chartSchema(t)
	if *update {
		if err := os.WriteFile(valuesSchema, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := readFile(t, valuesSchema); !bytes.Equal(got, want) {
		t.Error("deploy/helm/values.schema.json is not what values.schema.yaml and config/schema.json make: go -C deploy/check test -run Schema -update .")
	}
}

// TestValuesAreAllThere wants values.yaml to have each value that there is. It has
// no others: it is held to the schema whenever the chart is rendered.
func TestValuesAreAllThere(t *testing.T) {
	var schema map[string]any
	if err := yaml.UnmarshalStrict(readFile(t, "values.schema.yaml"), &schema); err != nil {
		t.Fatal(err)
	}
	for _, path := range missing(schema, readValues(t, "../helm/values.yaml"), "") {
		if path != "global" { // Helm's own
			t.Errorf("values.yaml does not have %s", path)
		}
	}
}

// missing are the properties of a schema that values do not have, unless the schema is shared.
func missing(schema, values map[string]any, at string) []string {
	var paths []string
	properties, _ := schema["properties"].(map[string]any)
	for name, property := range properties {
		value, ok := values[name]
		if !ok {
			paths = append(paths, at+name)
			continue
		}
		inner, _ := value.(map[string]any)
		paths = append(paths, missing(property.(map[string]any), inner, at+name+".")...)
	}
	return paths
}

// chartSchema is values.schema.yaml with the config's own schema in it.
func chartSchema(t *testing.T) []byte {
	t.Helper()
	var values, config map[string]any
	if err := yaml.UnmarshalStrict(readFile(t, "values.schema.yaml"), &values); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(readFile(t, "../../config/schema.json"), &config); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(config, func(key string, _ any) bool { return key == "$schema" || key == "title" })
	inPods(config, "")
	values["properties"].(map[string]any)["config"] = config
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(values); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	// mounted is a file of a Secret or a ConfigMap where the chart mounts it.
	mounted = `/run/(secrets|configmaps)/[a-z0-9]([a-z0-9.-]{0,51}[a-z0-9])?/[A-Za-z0-9._-]+`
	// mountedSecret is a secret that is such a file: variables do not change in a pod that runs.
	mountedSecret = `file:/run/secrets/[a-z0-9]([a-z0-9.-]{0,51}[a-z0-9])?/[A-Za-z0-9._-]+`
	// openPort is all addresses of the pod, and a port that needs no privilege.
	openPort = `(0\.0\.0\.0|\[::\])?:(102[4-9]|10[3-9][0-9]|1[1-9][0-9]{2}|[2-9][0-9]{3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])`
)

// inPods makes the config's schema stricter, as far as files and ports of a pod
// go. key is the name of the schema's property, or that of the list that it is in.
func inPods(schema map[string]any, key string) {
	switch {
	case isSecret(schema):
		delete(schema, "pattern")
		restrict(schema, mountedSecret, "file:/run/secrets/NAME/KEY")
	case schema["type"] == "string" && (key == "file" || strings.HasSuffix(key, "_file")):
		restrict(schema, mounted, "/run/secrets/NAME/KEY or /run/configmaps/NAME/KEY")
	case schema["type"] == "string" && (key == "listen" || strings.HasSuffix(key, "_listen")):
		restrict(schema, openPort, ":PORT, from 1024 to 65535")
	}
	if properties, ok := schema["properties"].(map[string]any); ok {
		delete(properties, "acme") // its folder must outlive a pod, and be that of all replicas
		for name, property := range properties {
			inPods(property.(map[string]any), name)
		}
	}
	for _, keyword := range []string{"items", "additionalProperties"} {
		if inner, ok := schema[keyword].(map[string]any); ok {
			inPods(inner, key)
		}
	}
	for _, keyword := range []string{"oneOf", "anyOf", "allOf"} {
		if inner, ok := schema[keyword].([]any); ok {
			for _, one := range inner {
				inPods(one.(map[string]any), key)
			}
		}
	}
}

// restrict wants a text to match. Of one that does not Helm says what it must be,
// and does not repeat it, as it does where a pattern stands alone: it might be a secret.
func restrict(schema map[string]any, pattern, form string) {
	schema["if"] = map[string]any{"pattern": "^" + pattern + "$"}
	schema["else"] = map[string]any{"const": form}
}

// isSecret tells the schema of a reference to a secret by its pattern.
func isSecret(schema map[string]any) bool {
	pattern, _ := schema["pattern"].(string)
	return strings.HasPrefix(pattern, "^(env:")
}
