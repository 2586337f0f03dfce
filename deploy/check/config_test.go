package check

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// TestEveryConfigIsValid has `ferngate check` read each config as the pod would,
// with files of its own in place of those that are only on the cluster.
func TestEveryConfigIsValid(t *testing.T) {
	ferngate := buildFerngate(t)
	for _, u := range everyUse(t) {
		t.Run(u.name, func(t *testing.T) {
			for _, d := range all[*appsv1.Deployment](u.objects) {
				text := configOf(t, u.objects, d)
				out, err := exec.Command(ferngate, "check", "--config", writeConfig(t, text)).CombinedOutput()
				if err != nil || !strings.Contains(string(out), "no warnings") {
					t.Errorf("%v\n%s\nof:\n%s", err, out, text)
				}
				for _, problem := range misfits(t, d, text) {
					t.Error(problem)
				}
			}
		})
	}
}

// buildFerngate builds the command of the module that this one lies in.
func buildFerngate(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ferngate")
	build := exec.Command("go", "build", "-o", file, "./cmd/ferngate")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}

// configOf is the ferngate.yaml that the pods of a Deployment get.
func configOf(t *testing.T, o objects, d *appsv1.Deployment) string {
	t.Helper()
	for _, v := range d.Spec.Template.Spec.Volumes {
		for _, m := range all[*corev1.ConfigMap](o) {
			if v.Name == "config" && v.ConfigMap != nil && v.ConfigMap.Name == m.Name {
				return m.Data["ferngate.yaml"]
			}
		}
	}
	t.Fatalf("Deployment %s: no ConfigMap with a config", d.Name)
	return ""
}

// mountedFile is a file of a Secret or a ConfigMap, as a config names it.
var mountedFile = regexp.MustCompile(mounted)

// writeConfig writes the config with all files that it names, each with content of its kind.
func writeConfig(t *testing.T, text string) string {
	t.Helper()
	root := t.TempDir()
	certificate, key := selfSigned(t)
	for _, name := range mountedFile.FindAllString(text, -1) {
		var content []byte
		switch filepath.Base(name) {
		case "users.yaml":
			content = []byte("users:\n- { login: ada, user_id: \"1\", email: ada@example.com, password_hash: \"$2y$05$abcdefghijklmnopqrstuuAb1Q2CzxGIV3Q5ieLLqHeyhgPOxPWUy\" }\n")
		case "tls.crt", "ca.crt":
			content = certificate
		case "tls.key":
			content = key
		case "logo.svg":
			content = []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`)
		default:
			content = []byte(base64.StdEncoding.EncodeToString(randomBytes(t, 32)))
		}
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, content, 0o440); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(root, "ferngate.yaml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "/run/", filepath.ToSlash(root)+"/run/")), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// selfSigned is a certificate for the hosts of all examples, and its key, in PEM.
func selfSigned(t *testing.T) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		DNSNames:     []string{"example.com", "*.example.com"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(90 * 24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

func randomBytes(t *testing.T, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return b
}

// misfits are the places in which a pod is not what its config needs: a file
// that is not mounted, a port that is not the container's, too little time to end.
func misfits(t *testing.T, d *appsv1.Deployment, text string) []string {
	t.Helper()
	var r report
	var config struct {
		Listen string `json:"listen"`
		Admin  struct {
			Listen string `json:"listen"`
		} `json:"admin"`
		TLS struct {
			RedirectListen string `json:"redirect_listen"`
		} `json:"tls"`
		DrainDelay   string `json:"drain_delay"`
		DrainTimeout string `json:"drain_timeout"`
	}
	if err := yaml.Unmarshal([]byte(text), &config); err != nil {
		t.Fatal(err)
	}
	pod := d.Spec.Template.Spec
	drain := seconds(t, config.DrainDelay, 0) + seconds(t, config.DrainTimeout, 30*time.Second)
	r.want(pod.TerminationGracePeriodSeconds != nil && *pod.TerminationGracePeriodSeconds > drain, "Deployment %s: its pods are killed before they have drained, which takes %d seconds", d.Name, drain)
	for _, c := range pod.Containers {
		if c.Name != "ferngate" {
			sleeps := c.Lifecycle != nil && c.Lifecycle.PreStop != nil && c.Lifecycle.PreStop.Sleep != nil
			r.want(sleeps && c.Lifecycle.PreStop.Sleep.Seconds >= drain, "Deployment %s: %s ends before ferngate has drained, which takes %d seconds", d.Name, c.Name, drain)
			continue
		}
		mounts := map[string]bool{}
		for _, m := range c.VolumeMounts {
			mounts[m.MountPath] = true
		}
		for _, name := range mountedFile.FindAllString(text, -1) {
			r.want(mounts[filepath.ToSlash(filepath.Dir(name))], "Deployment %s: %s is not mounted", d.Name, name)
		}
		for _, listen := range []string{config.Listen, config.TLS.RedirectListen, config.Admin.Listen} {
			r.want(listen == "" || opens(c, listen), "Deployment %s: ferngate has no port for %s", d.Name, listen)
		}
	}
	return r
}

// opens says whether a container has the port of an address.
func opens(c corev1.Container, listen string) bool {
	port, err := strconv.Atoi(listen[strings.LastIndex(listen, ":")+1:])
	return err == nil && slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return int(p.ContainerPort) == port })
}

// seconds are those of a duration without days, such as 1m30s.
func seconds(t *testing.T, text string, otherwise time.Duration) int64 {
	t.Helper()
	d := otherwise
	if text != "" {
		var err error
		if d, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	return int64(d / time.Second)
}
