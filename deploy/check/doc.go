// Package check holds the strict checks of deploy/helm and deploy/kubernetes,
// which are all tests: `go -C deploy/check test ./...`. Every documented use of
// the chart and every folder of manifests is rendered, decoded without mercy
// into the API's own types, and held to what a pod here must and must not have.
package check
