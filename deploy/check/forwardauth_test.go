package check

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"
)

// TestForwardAuthHandsOnEveryIdentityHeader looks at those who ask ferngate
// before they forward: a header that they do not set themselves is the client's.
func TestForwardAuthHandsOnEveryIdentityHeader(t *testing.T) {
	asked := 0
	for _, u := range everyUse(t) {
		for _, d := range all[*appsv1.Deployment](u.objects) {
			want := identityHeaders(t, configOf(t, u.objects, d))
			for _, i := range all[*networkingv1.Ingress](u.objects) {
				if i.Annotations[annotation+"auth-url"] == "" {
					continue
				}
				asked++
				for _, problem := range checkAnnotations(u.objects, i, want) {
					t.Errorf("%s: Ingress %s: %s", u.name, i.Name, problem)
				}
			}
			for _, filter := range externalAuths(u.objects) {
				asked++
				for _, problem := range checkExternalAuth(u.objects, filter, want) {
					t.Errorf("%s: %s", u.name, problem)
				}
			}
		}
	}
	if asked == 0 {
		t.Error("nobody asks")
	}
}

// TestNotesHaveTheAnnotations reads what the chart says after an installation.
func TestNotesHaveTheAnnotations(t *testing.T) {
	values := readValues(t, "../helm/examples/forward-auth.yaml")
	files, err := renderFiles(loadChart(t), values)
	if err != nil {
		t.Fatal(err)
	}
	rendered, err := renderChart(loadChart(t), values)
	if err != nil {
		t.Fatal(err)
	}
	o, err := decode(rendered)
	if err != nil {
		t.Fatal(err)
	}
	i := &networkingv1.Ingress{}
	i.Annotations = map[string]string{}
	for line := range strings.Lines(files["ferngate/templates/NOTES.txt"]) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), ": "); found && strings.HasPrefix(name, annotation) {
			i.Annotations[name] = strings.Trim(value, `"`)
		}
	}
	identity := identityHeaders(t, configOf(t, o, all[*appsv1.Deployment](o)[0]))
	for _, problem := range checkAnnotations(o, i, identity) {
		t.Error(problem)
	}
}

// identityHeaders are the headers of all sites that tell the app who it is, sorted.
func identityHeaders(t *testing.T, config string) []string {
	t.Helper()
	var c struct {
		Sites []struct {
			IdentityHeaders map[string]string `json:"identity_headers"`
		} `json:"sites"`
	}
	if err := yaml.Unmarshal([]byte(config), &c); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range c.Sites {
		for _, name := range s.IdentityHeaders {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// annotation is what ingress-nginx's annotations begin with.
const annotation = "nginx.ingress.kubernetes.io/"

// safeAnnotations are those that an example may have, with the characters that
// ingress-nginx admits in each. No snippet, which could be any configuration; no
// cache, by which one person's identity would be another's.
var safeAnnotations = map[string]*regexp.Regexp{
	annotation + "auth-url":                   regexp.MustCompile(`^http://[a-z0-9.-]+(:80)?/\.ferngate/auth\?host=[a-z0-9.-]+$`),
	annotation + "auth-signin":                regexp.MustCompile(`^https://[a-z0-9.-]+/\.ferngate/sign-in\?return_to=\$escaped_request_uri$`),
	annotation + "auth-signin-redirect-param": regexp.MustCompile(`^return_to$`),
	annotation + "auth-response-headers":      regexp.MustCompile(`^[A-Za-z0-9-]+(, [A-Za-z0-9-]+)*$`),
	annotation + "auth-always-set-cookie":     regexp.MustCompile(`^true$`),
}

func checkAnnotations(o objects, i *networkingv1.Ingress, identity []string) []string {
	var r report
	for name, value := range i.Annotations {
		form := safeAnnotations[name]
		r.want(form != nil && form.MatchString(value), "%s: %s is not known to be safe", name, value)
	}
	for name := range safeAnnotations {
		r.want(i.Annotations[name] != "", "%s is missing", name)
	}
	u, err := url.Parse(i.Annotations[annotation+"auth-url"])
	service, _, _ := strings.Cut(u.Hostname(), ".")
	r.want(err == nil && leads(o, service, "", 80), "auth-url leads to %s, which is no Service", service)
	signIn, err := url.Parse(i.Annotations[annotation+"auth-signin"])
	r.want(err == nil && u.Query().Get("host") == signIn.Hostname(), "auth-url asks for %s, and sign-in is at %s", u.Query().Get("host"), i.Annotations[annotation+"auth-signin"])
	handedOn := strings.Split(i.Annotations[annotation+"auth-response-headers"], ", ")
	slices.Sort(handedOn)
	r.want(slices.Equal(handedOn, identity), "hands on %v, and identity_headers are %v", handedOn, identity)
	return r
}

// externalAuths are the filters of all routes that ask somebody else.
func externalAuths(o objects) []*gatewayv1.HTTPExternalAuthFilter {
	var filters []*gatewayv1.HTTPExternalAuthFilter
	for _, route := range all[*gatewayv1.HTTPRoute](o) {
		for _, rule := range route.Spec.Rules {
			for _, f := range rule.Filters {
				if f.ExternalAuth != nil {
					filters = append(filters, f.ExternalAuth)
				}
			}
		}
	}
	return filters
}

func checkExternalAuth(o objects, f *gatewayv1.HTTPExternalAuthFilter, identity []string) []string {
	var r report
	r.want(f.BackendRef.Port != nil && leads(o, string(f.BackendRef.Name), "", *f.BackendRef.Port), "ExternalAuth: no Service %s has that port", f.BackendRef.Name)
	if f.HTTPAuthConfig == nil {
		r.add("ExternalAuth: it is not asked by HTTP")
		return r
	}
	r.want(f.HTTPAuthConfig.Path == "/.ferngate/auth", "ExternalAuth: asks at %s", f.HTTPAuthConfig.Path)
	r.want(slices.Contains(f.HTTPAuthConfig.AllowedRequestHeaders, "Cookie"), "ExternalAuth: nobody is signed in without a cookie")
	for _, name := range []string{"HTTP2-Settings", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL"} {
		r.want(slices.Contains(f.HTTPAuthConfig.AllowedRequestHeaders, name), "ExternalAuth: ferngate cannot refuse %s, which it does not see", name)
	}
	handedOn := slices.Sorted(slices.Values(f.HTTPAuthConfig.AllowedResponseHeaders))
	r.want(slices.Equal(handedOn, identity), "ExternalAuth: hands on %v, and identity_headers are %v", handedOn, identity)
	return r
}

// TestAnnotationsRefuse breaks those of an Ingress that is good.
func TestAnnotationsRefuse(t *testing.T) {
	good := map[string]string{
		annotation + "auth-url":                   "http://wiki/.ferngate/auth?host=wiki.example.com",
		annotation + "auth-signin":                "https://wiki.example.com/.ferngate/sign-in?return_to=$escaped_request_uri",
		annotation + "auth-signin-redirect-param": "return_to",
		annotation + "auth-response-headers":      "X-Forwarded-User",
		annotation + "auth-always-set-cookie":     "true",
	}
	identity := []string{"X-Forwarded-User"}
	for _, test := range []struct{ name, annotation, value, want string }{
		{"nothing broken", "auth-always-set-cookie", "true", ""},
		{"a snippet", "configuration-snippet", "proxy_pass http://a;", "not known to be safe"},
		{"a cache", "auth-cache-key", "$remote_user", "not known to be safe"},
		{"configuration in a URL", "auth-url", "http://wiki/.ferngate/auth?host=wiki.example.com#;}", "not known to be safe"},
		{"any host's question", "auth-url", "http://wiki/.ferngate/auth", "not known to be safe"},
		{"another site's question", "auth-url", "http://wiki/.ferngate/auth?host=other.example.com", "asks for other.example.com"},
		{"another host's sign-in", "auth-signin", "https://$http_host/.ferngate/sign-in?return_to=$escaped_request_uri", "not known to be safe"},
		{"an identity header that stays the client's", "auth-response-headers", "X-Forwarded-Email", "identity_headers are"},
		{"nobody who is asked", "auth-url", "http://other.apps.svc/.ferngate/auth?host=wiki.example.com", "no Service"},
		{"no place to sign in", "auth-signin", "", "is missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			i := &networkingv1.Ingress{}
			i.Annotations = map[string]string{}
			for name, value := range good {
				i.Annotations[name] = value
			}
			i.Annotations[annotation+test.annotation] = test.value
			got := strings.Join(checkAnnotations(nil, i, identity), "\n")
			if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
				t.Errorf("problems:\n%s\nwant one with %q", got, test.want)
			}
		})
	}
}

// TestExternalAuthRefuses breaks a filter that is good.
func TestExternalAuthRefuses(t *testing.T) {
	for _, test := range []struct {
		name, want string
		change     func(*gatewayv1.HTTPExternalAuthFilter)
	}{
		{"nothing broken", "", func(*gatewayv1.HTTPExternalAuthFilter) {}},
		{"an identity header that stays the client's", "identity_headers are", func(f *gatewayv1.HTTPExternalAuthFilter) { f.HTTPAuthConfig.AllowedResponseHeaders = nil }},
		{"no cookie", "without a cookie", func(f *gatewayv1.HTTPExternalAuthFilter) { f.HTTPAuthConfig.AllowedRequestHeaders = nil }},
		{"a header that ferngate would refuse", "cannot refuse X-Rewrite-URL", func(f *gatewayv1.HTTPExternalAuthFilter) {
			f.HTTPAuthConfig.AllowedRequestHeaders = f.HTTPAuthConfig.AllowedRequestHeaders[:4]
		}},
		{"another path", "asks at /", func(f *gatewayv1.HTTPExternalAuthFilter) { f.HTTPAuthConfig.Path = "/" }},
		{"gRPC", "not asked by HTTP", func(f *gatewayv1.HTTPExternalAuthFilter) { f.HTTPAuthConfig = nil }},
		{"nobody who is asked", "no Service", func(f *gatewayv1.HTTPExternalAuthFilter) { f.BackendRef.Name = "other" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			port := gatewayv1.PortNumber(80)
			f := &gatewayv1.HTTPExternalAuthFilter{
				BackendRef: gatewayv1.BackendObjectReference{Name: appService, Port: &port},
				HTTPAuthConfig: &gatewayv1.HTTPAuthConfig{
					Path:                   "/.ferngate/auth",
					AllowedRequestHeaders:  []string{"Cookie", "HTTP2-Settings", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL"},
					AllowedResponseHeaders: []string{"X-Forwarded-User"},
				},
			}
			test.change(f)
			got := strings.Join(checkExternalAuth(nil, f, []string{"X-Forwarded-User"}), "\n")
			if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
				t.Errorf("problems:\n%s\nwant one with %q", got, test.want)
			}
		})
	}
}
