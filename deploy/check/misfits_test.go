package check

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// TestPodMustFitItsConfig breaks a good pod, or the config that it gets.
func TestPodMustFitItsConfig(t *testing.T) {
	rendered, err := renderChart(loadChart(t), readValues(t, "../helm/examples/sidecar.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, config, want string
		change             func(*corev1.PodSpec)
	}{
		{name: "nothing broken"},
		{name: "a Secret that is not mounted", want: "/run/secrets/wiki/users.yaml is not mounted", change: func(p *corev1.PodSpec) { p.Containers[0].VolumeMounts = nil }},
		{name: "a port that is not open", want: "no port for :8080", change: func(p *corev1.PodSpec) { p.Containers[0].Ports[0].ContainerPort = 8081 }},
		{name: "a redirect that nobody reaches", config: "\ntls: { redirect_listen: ':8081' }\n", want: "no port for :8081"},
		{name: "no port for the probes", want: "no port for :9901", change: func(p *corev1.PodSpec) { p.Containers[0].Ports = p.Containers[0].Ports[:1] }},
		{name: "too little time to drain", config: "\ndrain_timeout: 2m\n", want: "killed before they have drained, which takes 1"},
		{name: "an app that goes first", want: "app ends before ferngate", change: func(p *corev1.PodSpec) { p.Containers[1].Lifecycle = nil }},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, err := decode(rendered)
			if err != nil {
				t.Fatal(err)
			}
			d := all[*appsv1.Deployment](o)[0]
			if test.change != nil {
				test.change(&d.Spec.Template.Spec)
			}
			got := strings.Join(misfits(t, d, configOf(t, o, d)+test.config), "\n")
			if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
				t.Errorf("misfits:\n%s\nwant one with %q", got, test.want)
			}
		})
	}
}
