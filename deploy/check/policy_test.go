package check

import (
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func TestEveryUseKeepsThePolicy(t *testing.T) {
	for _, u := range everyUse(t) {
		t.Run(u.name, func(t *testing.T) {
			for _, problem := range violations(u.objects) {
				t.Error(problem)
			}
		})
	}
}

// violations are all the ways in which a use is not what it must be.
func violations(o objects) []string {
	var found report
	for _, s := range all[*corev1.Secret](o) {
		found.add("Secret %s is written out: it must be made on the cluster, and named here", s.Name)
	}
	workloads := all[*appsv1.Deployment](o)
	if len(workloads) == 0 {
		found.add("there is no Deployment")
	}
	for _, d := range workloads {
		checkPod(&found, d)
	}
	checkReferences(&found, o)
	return found
}

// report collects problems.
type report []string

func (r *report) add(format string, args ...any) { *r = append(*r, fmt.Sprintf(format, args...)) }

// want adds the problem unless it is ok.
func (r *report) want(ok bool, format string, args ...any) {
	if !ok {
		r.add(format, args...)
	}
}

// checkPod wants the pods of a Deployment as Kubernetes' restricted profile has
// them, without a token for its API, and each container with all that it needs.
func checkPod(r *report, d *appsv1.Deployment) {
	pod := d.Spec.Template.Spec
	name := "Deployment " + d.Name
	r.want(is(pod.AutomountServiceAccountToken, false), "%s: its pods get a token for the API", name)
	r.want(pod.ServiceAccountName != "", "%s: its pods have the default service account", name)
	r.want(!pod.HostNetwork && !pod.HostPID && !pod.HostIPC, "%s: its pods share the node's namespaces", name)
	for _, v := range pod.Volumes {
		r.want(v.ConfigMap != nil || v.Secret != nil || v.EmptyDir != nil, "%s: the volume %s is neither config nor secret", name, v.Name)
		if v.Secret != nil {
			r.want(is(v.Secret.DefaultMode, 0o440), "%s: the Secret %s is not readable by ferngate's group alone", name, v.Secret.SecretName)
		}
	}
	r.want(len(pod.TopologySpreadConstraints) > 0 || isOne(d.Spec.Replicas), "%s: its pods may all be on one node", name)
	for _, c := range append(pod.InitContainers, pod.Containers...) {
		checkContainer(r, fmt.Sprintf("%s, container %s", name, c.Name), pod, c)
	}
}

func checkContainer(r *report, name string, pod corev1.PodSpec, c corev1.Container) {
	r.want(isPinned(c.Image), "%s: the image %s says no version", name, c.Image)
	for _, e := range c.Env {
		r.want(e.Value == "", "%s: the variable %s is written out", name, e.Name)
	}
	r.want(!c.Resources.Requests.Cpu().IsZero() && !c.Resources.Requests.Memory().IsZero(), "%s: requests no CPU or no memory", name)
	r.want(!c.Resources.Limits.Memory().IsZero(), "%s: has no limit on memory", name)
	for _, p := range c.Ports {
		r.want(p.ContainerPort >= 1024, "%s: port %d needs a privilege", name, p.ContainerPort)
		r.want(p.HostPort == 0, "%s: port %d is the node's", name, p.ContainerPort)
	}
	r.want(c.ReadinessProbe != nil, "%s: no readiness probe", name)
	checkRestricted(r, name, pod, c)
	if c.Name == "ferngate" {
		checkFerngate(r, name, c)
	}
}

// checkFerngate wants the probes at what answers them, and a root that nothing can be written to.
func checkFerngate(r *report, name string, c corev1.Container) {
	for _, p := range []struct {
		what, path string
		probe      *corev1.Probe
	}{
		{"startup", "/healthz", c.StartupProbe},
		{"liveness", "/healthz", c.LivenessProbe},
		{"readiness", "/readyz", c.ReadinessProbe},
	} {
		get := p.probe != nil && p.probe.HTTPGet != nil
		r.want(get && p.probe.HTTPGet.Path == p.path && p.probe.HTTPGet.Port.StrVal == "admin", "%s: the %s probe is not %s at the port admin", name, p.what, p.path)
	}
	security := c.SecurityContext
	r.want(security != nil && is(security.ReadOnlyRootFilesystem, true), "%s: the root can be written to", name)
	r.want(security != nil && is(security.RunAsUser, 65532), "%s: the user is not the image's, 65532", name)
	for _, m := range c.VolumeMounts {
		r.want(m.ReadOnly && m.SubPath == "", "%s: the mount at %s is writable, or would not see a change", name, m.MountPath)
	}
}

// checkRestricted is the profile "restricted" of the Pod Security Standards, as far as there are fields for it here.
func checkRestricted(r *report, name string, pod corev1.PodSpec, c corev1.Container) {
	own, shared := c.SecurityContext, pod.SecurityContext
	if own == nil || shared == nil {
		r.add("%s: no security context", name)
		return
	}
	r.want(is(own.RunAsNonRoot, true) || is(shared.RunAsNonRoot, true), "%s: may run as root", name)
	r.want(own.RunAsUser != nil && *own.RunAsUser > 0, "%s: no user, or root", name)
	r.want(is(own.AllowPrivilegeEscalation, false), "%s: may gain privileges", name)
	r.want(own.Privileged == nil, "%s: privileged is set", name)
	r.want(own.Capabilities != nil && len(own.Capabilities.Add) == 0 && len(own.Capabilities.Drop) == 1 && own.Capabilities.Drop[0] == "ALL", "%s: has capabilities", name)
	r.want(shared.SeccompProfile != nil && shared.SeccompProfile.Type == corev1.SeccompProfileTypeRuntimeDefault, "%s: no seccomp profile", name)
}

// isPinned says whether an image has a tag, other than latest, or a digest.
func isPinned(image string) bool {
	if strings.Contains(image, "@sha256:") {
		return true
	}
	_, last, _ := strings.Cut(image[strings.LastIndex(image, "/")+1:], ":")
	return last != "" && last != "latest"
}

// is says whether an optional field is there, and has this value.
func is[T comparable](field *T, value T) bool { return field != nil && *field == value }

// isOne says whether there is to be one pod, which absent replicas mean, too.
func isOne(replicas *int32) bool { return replicas == nil || *replicas == 1 }
