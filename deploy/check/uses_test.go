package check

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// A use is one documented way to deploy, with all that it renders to.
type use struct {
	name    string
	objects objects
}

// everyUse renders the chart with each file of deploy/helm/examples, and each
// folder of deploy/kubernetes.
func everyUse(t *testing.T) []use {
	t.Helper()
	var uses []use
	for _, file := range found(t, "../helm/examples/*.yaml") {
		rendered, err := renderChart(loadChart(t), readValues(t, file))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		uses = append(uses, newUse(t, file, rendered))
	}
	for _, file := range found(t, "../kubernetes/*/kustomization.yaml") {
		folder := filepath.Dir(file)
		resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
		if err != nil {
			t.Fatalf("%s: %v", folder, err)
		}
		rendered, err := resources.AsYaml()
		if err != nil {
			t.Fatalf("%s: %v", folder, err)
		}
		uses = append(uses, newUse(t, folder, string(rendered)))
	}
	return uses
}

func newUse(t *testing.T, name, rendered string) use {
	t.Helper()
	decoded, err := decode(rendered)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return use{strings.TrimPrefix(filepath.ToSlash(name), "../"), decoded}
}

// found are the files of a pattern, of which there must be some.
func found(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("no file is named %s", pattern)
	}
	return files
}

func loadChart(t *testing.T) *chart.Chart {
	t.Helper()
	c, err := loader.Load("../helm")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func readValues(t *testing.T, file string) map[string]any {
	t.Helper()
	values := map[string]any{}
	if err := yaml.UnmarshalStrict(readFile(t, file), &values); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return values
}

// renderFiles renders each template of the chart. The values are held to the schema first.
func renderFiles(c *chart.Chart, values map[string]any) (map[string]string, error) {
	if c.Schema == nil {
		return nil, errors.New("the chart has no schema")
	}
	release := common.ReleaseOptions{Name: "wiki", Namespace: "apps", Revision: 1, IsInstall: true}
	all, err := util.ToRenderValues(c, values, release, nil)
	if err != nil {
		return nil, err
	}
	return engine.Render(c, all)
}

// renderChart is `helm template`.
func renderChart(c *chart.Chart, values map[string]any) (string, error) {
	files, err := renderFiles(c, values)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for name, text := range files {
		if strings.HasSuffix(name, ".yaml") {
			out.WriteString("---\n" + text + "\n")
		}
	}
	return out.String(), nil
}
