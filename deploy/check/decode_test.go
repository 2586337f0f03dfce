package check

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// objects are what one use renders to.
type objects []runtime.Object

// decode reads YAML documents into the types of their API. A field that the type
// does not have, or that is there twice, is an error, as is a kind that is not known.
func decode(rendered string) (objects, error) {
	kinds := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		appsv1.AddToScheme, autoscalingv2.AddToScheme, corev1.AddToScheme, networkingv1.AddToScheme,
		policyv1.AddToScheme, gatewayv1.Install, monitoringv1.AddToScheme,
	} {
		if err := add(kinds); err != nil {
			return nil, err
		}
	}
	decoder := serializer.NewCodecFactory(kinds, serializer.EnableStrict).UniversalDeserializer()
	var all objects
	documents := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(rendered)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if isEmpty(document) {
			continue
		}
		object, _, err := decoder.Decode(document, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("%w in:\n%s", err, document)
		}
		all = append(all, object)
	}
}

// isEmpty says whether a document has nothing but remarks, as a template that is off leaves behind.
func isEmpty(document []byte) bool {
	for line := range bytes.Lines(document) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && !bytes.Equal(line, []byte("---")) {
			return false
		}
	}
	return true
}

// all returns those objects that are of one type.
func all[T runtime.Object](from objects) []T {
	var some []T
	for _, o := range from {
		if one, ok := o.(T); ok {
			some = append(some, one)
		}
	}
	return some
}

func TestDecodingIsStrict(t *testing.T) {
	for name, rendered := range map[string]string{
		"unknown field":    "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { selektor: { app: a } }\n",
		"duplicate field":  "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { type: NodePort, type: ClusterIP }\n",
		"wrong type":       "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: http }] }\n",
		"unknown kind":     "apiVersion: v1\nkind: Servise\nmetadata: { name: a }\n",
		"another version":  "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata: { name: a }\n",
		"a route's field":  "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: a }\nspec: { hosts: [a] }\n",
		"a monitor's":      "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: a }\nspec: { endpoints: [{ ports: a }] }\n",
		"second document":  "apiVersion: v1\nkind: Service\nmetadata: { name: a }\n---\napiVersion: v1\nkind: Service\nmeta: {}\n",
		"no kind":          "metadata: { name: a }\n",
		"text, not object": "just words\n",
	} {
		if decoded, err := decode(rendered); err == nil {
			t.Errorf("%s: decoded as %v, want an error", name, decoded)
		}
	}
}
