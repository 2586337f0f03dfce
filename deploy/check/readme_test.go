package check

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
)

// TestReadmeTakesTheConfigOut has the sed of the chart's README make of the rendered
// ConfigMap what the pod's ferngate.yaml is.
func TestReadmeTakesTheConfigOut(t *testing.T) {
	m := regexp.MustCompile(`sed '([^']+)' \| ferngate check`).FindSubmatch(readFile(t, "../helm/README.md"))
	if m == nil {
		t.Fatal("the README has no such command")
	}
	for _, file := range found(t, "../helm/examples/*.yaml") {
		files, err := renderFiles(loadChart(t), readValues(t, file))
		if err != nil {
			t.Fatal(err)
		}
		const configMap = "ferngate/templates/configmap.yaml"
		sed := exec.Command("sed", string(m[1]))
		sed.Stdin = strings.NewReader("---\n# Source: " + configMap + "\n" + files[configMap])
		got, err := sed.Output()
		if err != nil {
			t.Fatal(err)
		}
		o := newUse(t, file, files[configMap]+"\n---\n"+files["ferngate/templates/deployment.yaml"]).objects
		if want := configOf(t, o, all[*appsv1.Deployment](o)[0]); strings.TrimSpace(string(got)) != strings.TrimSpace(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
		}
	}
}
