package main

import (
	"crypto/tls"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// frontIdentity are the headers that the files in deploy hand on to the app.
const frontIdentity = "identity_headers: { user_id: X-Forwarded-User, email: X-Forwarded-Email, name: X-Forwarded-Name, groups: X-Forwarded-Groups }"

const frontConfig = `listen: 127.0.0.1:{port}
admin: { listen: "" }
{front}
session: { keys: [{keys}] }
sites:
  - host: app.example.com
    upstream: {upstream}
    {site}
    ferndesk:
      jwt_secret: file:jwt.secret
      help_center: help.example.com
      widget_id: widget_01TEST
    sign_in:
      password: { users_file: users.yaml }
    {identity_headers}
    access:
      - { path: /private/, require: required }
      - { path: /staff/, require: required, groups: [staff] }
      - { path: /reports/, require: required, methods: [GET] }
      - { path: /reports/, require: required, methods: [PUT, DELETE], groups: [staff] }
      - { path: /open/, require: public }
`

const frontUsers = gateUsers + `  - login: bob
    user_id: "1002"
    email: bob.sawyer@example.test
    name: Bob Sawyer & Søn
    groups: [staff, sales]
    password_hash: $2a$04$fL99BXCN9K4PLQwHlVKsl.01cRwM4vqNrXhdECUY0z6DP9qtBmu8y
`

// What differs between the configs of ferngate.
const (
	withTLS  = "tls: { cert_file: tls.crt, key_file: tls.key }"
	bothKeys = "file:session.key, file:old.key"
)

// gate runs ferngate with these lines of its config, for all and for the site,
// and these session keys, and returns its address.
func (s *fronts) gate(t *testing.T, front, site, keys string) string {
	t.Helper()
	at := serveGate(t, strings.NewReplacer("{front}", front, "{site}", site, "{keys}", keys, "{upstream}", s.app.url, "{identity_headers}", frontIdentity).Replace(s.config), map[string]string{
		"tls.crt": s.certificate.chain, "tls.key": s.certificate.key, "users.yaml": frontUsers,
		"old.key": "b2xkOiBhIHNlc3Npb24ga2V5IG9mIGV4YWN0bHkgc2l4dHktZm91ciBieXRlcywgYW5kIG5vdCBvbmUgbW9yZSE=",
	})
	return strings.TrimPrefix(at, "http://")
}

// behind runs the ferngate that is behind a front of this kind.
func (s *fronts) behind(t *testing.T, kind frontKind) string {
	t.Helper()
	return s.gate(t, strings.ReplaceAll(kind.config, "127.0.0.1", kind.from), kind.site, bothKeys)
}

// deployed writes files of a folder of deploy into a new one, as an operator
// does who changes in them what is their own: old, new, old, new. Each old must be there.
func (s *fronts) deployed(t *testing.T, folder string, changes ...string) string {
	t.Helper()
	dir := t.TempDir()
	entries, err := os.ReadDir(filepath.Join("../../deploy", folder))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"app.example.com.crt": s.certificate.chain, "app.example.com.key": s.certificate.key}
	all := ""
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join("../../deploy", folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
		files[entry.Name()] = strings.NewReplacer(append([]string{"/etc/" + folder, dir}, changes...)...).Replace(string(text))
	}
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(all, changes[i]) {
			t.Errorf("deploy/%s has no %q", folder, changes[i])
		}
	}
	writeFiles(t, dir, files)
	return dir
}

// startProxy runs a proxy until the test's end, and waits until it takes HTTPS at port.
func (s *fronts) startProxy(t *testing.T, dir, port, name string, args ...string) string {
	t.Helper()
	proxy := start(t, dir, name, args...)
	addr := "127.0.0.1:" + port
	eventually(t, name, func() error {
		select {
		case <-proxy.exited:
			t.Fatalf("%s ended: %v", name, proxy.err)
		default:
		}
		conn, err := tls.Dial("tcp", addr, s.client)
		if err == nil {
			err = conn.Close()
		}
		return err
	})
	return addr
}

// needProgram returns where a program is, and skips the test where it is not.
func needProgram(t *testing.T, name string) string {
	t.Helper()
	for _, at := range []string{name, "/usr/sbin/" + name} { // sbin is not on everybody's path
		if path, err := exec.LookPath(at); err == nil {
			return path
		}
	}
	need(t, name)
	return ""
}

// frontPort is where a front is to listen.
func frontPort(t *testing.T) string {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}
