package check

import (
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// checkReferences wants every name, label and port that one object has of another to lead there.
func checkReferences(r *report, o objects) {
	for _, d := range all[*appsv1.Deployment](o) {
		r.want(selects(d.Spec.Selector, d.Spec.Template.Labels), "Deployment %s: its selector does not select its own pods", d.Name)
		checkVolumes(r, o, d)
		if account := d.Spec.Template.Spec.ServiceAccountName; account != "" {
			r.want(hasNamed(all[*corev1.ServiceAccount](o), account), "Deployment %s: there is no ServiceAccount %s", d.Name, account)
		}
	}
	for _, a := range all[*corev1.ServiceAccount](o) {
		r.want(is(a.AutomountServiceAccountToken, false), "ServiceAccount %s: pods get its token", a.Name)
	}
	for _, s := range all[*corev1.Service](o) {
		pods := podsOf(o, &metav1.LabelSelector{MatchLabels: s.Spec.Selector})
		r.want(len(pods) == 1, "Service %s: selects the pods of %d Deployments, want 1", s.Name, len(pods))
		for _, p := range s.Spec.Ports {
			for _, pod := range pods {
				r.want(hasPort(pod, p.TargetPort), "Service %s: no container has its port %s", s.Name, p.TargetPort.String())
			}
		}
	}
	for _, b := range all[*policyv1.PodDisruptionBudget](o) {
		r.want(len(podsOf(o, b.Spec.Selector)) == 1, "PodDisruptionBudget %s: selects no pods", b.Name)
	}
	for _, h := range all[*autoscalingv2.HorizontalPodAutoscaler](o) {
		r.want(hasNamed(all[*appsv1.Deployment](o), h.Spec.ScaleTargetRef.Name), "HorizontalPodAutoscaler %s: there is no Deployment %s", h.Name, h.Spec.ScaleTargetRef.Name)
		for _, d := range all[*appsv1.Deployment](o) {
			r.want(d.Spec.Replicas == nil, "Deployment %s: has replicas of its own beside an autoscaler", d.Name)
		}
	}
	for _, p := range all[*networkingv1.NetworkPolicy](o) {
		for _, pod := range podsOf(o, &p.Spec.PodSelector) {
			for _, rule := range p.Spec.Ingress {
				for _, port := range rule.Ports {
					r.want(port.Port != nil && hasPort(pod, *port.Port), "NetworkPolicy %s: no container has its port %v", p.Name, port.Port)
				}
			}
		}
	}
	for _, m := range all[*monitoringv1.ServiceMonitor](o) {
		checkMonitor(r, o, m)
	}
	checkRoutes(r, o)
}

// checkVolumes wants each mount to be a volume, and each ConfigMap of ferngate's own to be there.
func checkVolumes(r *report, o objects, d *appsv1.Deployment) {
	volumes := map[string]bool{}
	for _, v := range d.Spec.Template.Spec.Volumes {
		volumes[v.Name] = true
		if v.Name == "config" && v.ConfigMap != nil {
			r.want(hasNamed(all[*corev1.ConfigMap](o), v.ConfigMap.Name), "Deployment %s: there is no ConfigMap %s", d.Name, v.ConfigMap.Name)
		}
	}
	for _, c := range d.Spec.Template.Spec.Containers {
		for _, m := range c.VolumeMounts {
			r.want(volumes[m.Name], "Deployment %s: %s mounts %s, which is no volume", d.Name, c.Name, m.Name)
			delete(volumes, m.Name)
		}
	}
	for name := range volumes {
		r.add("Deployment %s: nothing mounts the volume %s", d.Name, name)
	}
}

func checkMonitor(r *report, o objects, m *monitoringv1.ServiceMonitor) {
	var services []*corev1.Service
	for _, s := range all[*corev1.Service](o) {
		if selects(&m.Spec.Selector, s.Labels) {
			services = append(services, s)
		}
	}
	r.want(len(services) == 1, "ServiceMonitor %s: selects %d Services, want 1", m.Name, len(services))
	for _, s := range services {
		for _, e := range m.Spec.Endpoints {
			r.want(hasServicePort(s, e.Port, 0), "ServiceMonitor %s: Service %s has no port %s", m.Name, s.Name, e.Port)
		}
	}
}

// checkRoutes wants the ways in to lead to Services that are there, unless to an app's that is somebody else's.
func checkRoutes(r *report, o objects) {
	for _, i := range all[*networkingv1.Ingress](o) {
		for _, rule := range i.Spec.Rules {
			for _, p := range rule.HTTP.Paths {
				b := p.Backend.Service
				r.want(leads(o, b.Name, b.Port.Name, b.Port.Number), "Ingress %s: no Service %s has the port %s%d", i.Name, b.Name, b.Port.Name, b.Port.Number)
			}
		}
	}
	for _, route := range all[*gatewayv1.HTTPRoute](o) {
		r.want(len(route.Spec.ParentRefs) > 0, "HTTPRoute %s: is part of no Gateway", route.Name)
		for _, rule := range route.Spec.Rules {
			for _, b := range rule.BackendRefs {
				r.want(b.Port != nil && leads(o, string(b.Name), "", *b.Port), "HTTPRoute %s: no Service %s has that port", route.Name, b.Name)
			}
		}
	}
}

// leads says whether a Service has a port, by name or number. A Service that is not there is the app's own.
func leads(o objects, name, port string, number int32) bool {
	for _, s := range all[*corev1.Service](o) {
		if s.Name == name {
			return hasServicePort(s, port, number)
		}
	}
	return name == appService
}

// appService is what examples call the Service of an app that is somebody else's.
const appService = "wiki"

func hasServicePort(s *corev1.Service, name string, number int32) bool {
	for _, p := range s.Spec.Ports {
		if (name != "" && p.Name == name) || (number != 0 && p.Port == number) {
			return true
		}
	}
	return false
}

// podsOf are the pods that a selector selects, one for each Deployment.
func podsOf(o objects, s *metav1.LabelSelector) []corev1.PodTemplateSpec {
	var pods []corev1.PodTemplateSpec
	for _, d := range all[*appsv1.Deployment](o) {
		if selects(s, d.Spec.Template.Labels) {
			pods = append(pods, d.Spec.Template)
		}
	}
	return pods
}

// selects says whether a selector selects these labels, and is not one that selects everything.
func selects(s *metav1.LabelSelector, l map[string]string) bool {
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && !selector.Empty() && selector.Matches(labels.Set(l))
}

func hasPort(pod corev1.PodTemplateSpec, port intstr.IntOrString) bool {
	for _, c := range pod.Spec.Containers {
		for _, p := range c.Ports {
			if p.Name == port.StrVal || (port.IntVal != 0 && p.ContainerPort == port.IntVal) {
				return true
			}
		}
	}
	return false
}

func hasNamed[T metav1.Object](some []T, name string) bool {
	for _, o := range some {
		if o.GetName() == name {
			return true
		}
	}
	return false
}
