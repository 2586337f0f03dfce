package check

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// TestChartRefuses changes values that are good by those that are not; want is
// part of what the schema says of it.
func TestChartRefuses(t *testing.T) {
	c := loadChart(t)
	for _, test := range []struct{ name, change, want string }{
		{"no image", "image: { repository: '' }", "/image/repository"},
		{"an image that says no version", "image: { tag: latest }", "/image/tag"},
		{"an app's image that says no version", "app: { image: wiki }", "/app/image"},
		{"no sites", "config: { sites: null }", "sites"},
		{"an unknown value", "replica: 3", "'replica'"},
		{"an unknown value below", "ingress: { class: nginx }", "'class'"},
		{"a key that the config does not have", "config: { sesion: {} }", "'sesion'"},
		{"a literal session key", "config: { session: { keys: [hunter2] } }", "/config/session/keys/0': value must be 'file:/run/secrets/NAME/KEY'"},
		{"a literal JWT secret", "config: { sites: [{ upstream: 'http://a', ferndesk: { jwt_secret: hunter2 } }] }", "/config/sites/0/ferndesk/jwt_secret"},
		{"a secret in a variable, which stays as it is while the pod runs", "config: { session: { keys: [env:KEY] } }", "/config/session/keys/0"},
		{"a secret in a ConfigMap", "config: { session: { keys: [file:/run/configmaps/a/key] } }", "/config/session/keys/0"},
		{"a file that nothing mounts", "config: { tls: { cert_file: /etc/tls.crt, key_file: /run/secrets/a/tls.key } }", "/config/tls/cert_file"},
		{"certificates that no pod keeps", "config: { tls: { acme: { storage: /acme } } }", "'acme'"},
		{"a port that needs a privilege", "config: { listen: ':443' }", "/config/listen': value must be ':PORT, from 1024 to 65535'"},
		{"an operators' port that needs a privilege", "config: { admin: { listen: ':80' } }", "/config/admin/listen"},
		{"an app's port that needs a privilege", "app: { port: 80 }", "/app/port"},
		{"an address that no Service reaches", "config: { listen: '127.0.0.1:8080' }", "/config/listen"},
		{"probes without a listener", "config: { admin: { listen: '' } }", "/config/admin/listen"},
		{"an app that runs as root", "app: { runAsUser: 0 }", "/app/runAsUser"},
		{"no limit on memory", "resources: { limits: { memory: null } }", "/resources/limits"},
		{"a route without a Gateway", "httpRoute: { parentRefs: [] }", "/httpRoute/parentRefs"},
		{"a policy for the app without its port", "networkPolicy: { app: { port: null } }", "/networkPolicy/app"},
		{"a peer that is everybody", "networkPolicy: { from: [{}] }", "/networkPolicy/from/0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			values := readValues(t, "../helm/examples/stand-alone.yaml")
			var change map[string]any
			if err := yaml.UnmarshalStrict([]byte(test.change), &change); err != nil {
				t.Fatal(err)
			}
			merge(values, change)
			_, err := renderChart(c, values)
			if err == nil {
				t.Fatal("is rendered")
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats the secret:\n%v", err)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error does not name %s:\n%v", test.want, err)
			}
		})
	}
}

// merge puts a change into values, map by map, as Helm does with several files.
func merge(values, change map[string]any) {
	for name, value := range change {
		inner, ok := value.(map[string]any)
		if old, both := values[name].(map[string]any); ok && both {
			merge(old, inner)
			continue
		}
		values[name] = value
	}
}

// TestPolicyRefuses breaks a good use in one place after the other.
func TestPolicyRefuses(t *testing.T) {
	for _, test := range []struct {
		name, want string
		change     func(*appsv1.Deployment, *objects)
	}{
		{"no liveness probe", "liveness probe", func(d *appsv1.Deployment, _ *objects) { ferngateOf(d).LivenessProbe = nil }},
		{"no readiness probe", "no readiness probe", func(d *appsv1.Deployment, _ *objects) { ferngateOf(d).ReadinessProbe = nil }},
		{"no startup probe", "startup probe", func(d *appsv1.Deployment, _ *objects) { ferngateOf(d).StartupProbe = nil }},
		{"readiness that is liveness", "readiness probe", func(d *appsv1.Deployment, _ *objects) { ferngateOf(d).ReadinessProbe.HTTPGet.Path = "/healthz" }},
		{"a literal secret in a variable", "is written out", func(d *appsv1.Deployment, _ *objects) {
			ferngateOf(d).Env = []corev1.EnvVar{{Name: "FERNDESK_JWT_SECRET", Value: "hunter2"}}
		}},
		{"a Secret with its content", "is written out", func(_ *appsv1.Deployment, o *objects) {
			*o = append(*o, &corev1.Secret{StringData: map[string]string{"key": "hunter2"}})
		}},
		{"a port that needs a privilege", "needs a privilege", func(d *appsv1.Deployment, _ *objects) { ferngateOf(d).Ports[0].ContainerPort = 80 }},
		{"a capability", "has capabilities", func(d *appsv1.Deployment, _ *objects) {
			ferngateOf(d).SecurityContext.Capabilities.Add = []corev1.Capability{"NET_BIND_SERVICE"}
		}},
		{"root", "no user, or root", func(d *appsv1.Deployment, _ *objects) { *ferngateOf(d).SecurityContext.RunAsUser = 0 }},
		{"a root that can be written to", "can be written to", func(d *appsv1.Deployment, _ *objects) {
			ferngateOf(d).SecurityContext.ReadOnlyRootFilesystem = nil
		}},
		{"no seccomp profile", "no seccomp profile", func(d *appsv1.Deployment, _ *objects) { d.Spec.Template.Spec.SecurityContext.SeccompProfile = nil }},
		{"no resources", "requests no CPU", func(d *appsv1.Deployment, _ *objects) { ferngateOf(d).Resources = corev1.ResourceRequirements{} }},
		{"an image without a tag", "says no version", func(d *appsv1.Deployment, _ *objects) { ferngateOf(d).Image = "registry.example.com:5000/ferngate" }},
		{"a token for the API", "token for the API", func(d *appsv1.Deployment, _ *objects) { d.Spec.Template.Spec.AutomountServiceAccountToken = nil }},
		{"a mount of one file", "would not see a change", func(d *appsv1.Deployment, _ *objects) { ferngateOf(d).VolumeMounts[0].SubPath = "ferngate.yaml" }},
		{"a port's other name", "no container has its port", func(d *appsv1.Deployment, _ *objects) { ferngateOf(d).Ports[0].Name = "web" }},
		{"other labels on the pods", "does not select its own pods", func(d *appsv1.Deployment, _ *objects) { clear(d.Spec.Template.Labels) }},
		{"a route to nowhere", "no Service wiki-ferngate", func(_ *appsv1.Deployment, o *objects) { all[*corev1.Service](*o)[0].Name = "other" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			rendered, err := renderChart(loadChart(t), readValues(t, "../helm/examples/stand-alone.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			o, err := decode(rendered)
			if err != nil {
				t.Fatal(err)
			}
			test.change(all[*appsv1.Deployment](o)[0], &o)
			if got := strings.Join(violations(o), "\n"); !strings.Contains(got, test.want) {
				t.Errorf("violations:\n%s\nwant one with %q", got, test.want)
			}
		})
	}
}

// ferngateOf is the container that ferngate is in.
func ferngateOf(d *appsv1.Deployment) *corev1.Container {
	for i, c := range d.Spec.Template.Spec.Containers {
		if c.Name == "ferngate" {
			return &d.Spec.Template.Spec.Containers[i]
		}
	}
	return nil
}
