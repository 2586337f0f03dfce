package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// startExpress runs the app of testdata/apps/express with its sessions in
// memory, redis or cookie.
func startExpress(t *testing.T, store string) *legacyApp {
	t.Helper()
	modules := nodeModules(t, "express", "express-session", "cookie-session", "connect-redis", "redis")
	s := newAppServer(t, "express")
	settings := map[string]any{"port": s.port, "store": store, "people": threePeople(), "log": s.path("requests.log")}
	app := expressApp(s)
	switch store {
	case "memory":
		app.expire = func() { s.stop(); s.start() }
	case "redis":
		address := startRedis(t, s.dir)
		settings["redis"] = "redis://" + address
		app.expire = func() { flushRedis(t, address) }
		app.keepsSessions = true
	case "cookie":
		app.keepsSessions = true
	}
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	writeFiles(t, s.dir, map[string]string{"settings.json": string(text)})
	program, err := filepath.Abs("testdata/apps/express/app.cjs")
	if err != nil {
		t.Fatal(err)
	}
	s.launch = func() []*process {
		node := start(t, s.dir, "env", "NODE_PATH="+modules, "node", program, "settings.json")
		node.answers(t, s.url)
		return []*process{node}
	}
	s.start()
	return app
}

// expressApp describes it to the story of the apps that are followed.
func expressApp(s *appServer) *legacyApp {
	return &legacyApp{
		appServer: s,
		mapping:   "express",
		numbered:  true,
		whoami:    "/api/me",
		tokens:    []string{"/api/ferndesk-token"},
		page:      "/",
		private:   "/account",
		asset:     "/assets/shop.css",
		switches:  true,
		greets:    func(p person) string { return "Hello, " + escaped(p.Name) },
		login: func(v *visitor, p person) answer {
			v.t.Helper()
			v.get("/login").want(v.t, http.StatusOK, "<form")
			return v.post("/login", url.Values{"login": {p.Login}, "password": {appPassword}})
		},
		logout: func(v *visitor) answer { return v.get("/logout") },
		pages:  []string{"/", "/login", "/api/me", "/basket", "/nothing/here"},
		varying: []varying{
			{"a rolling cookie's end, in seconds from now", regexp.MustCompile(`(Set-Cookie: .*; Expires=)[^;\n]*`)},
		},
	}
}

// startRedis runs one that keeps nothing on the disk and returns its address.
func startRedis(t *testing.T, dir string) string {
	t.Helper()
	_, err := exec.LookPath("redis-server")
	need(t, unless(err == nil, "redis-server"))
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	address := "127.0.0.1:" + port
	start(t, dir, "redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "")
	eventually(t, "redis-server", func() error {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			err = conn.Close()
		}
		return err
	})
	return address
}

// flushRedis drops all that it holds.
func flushRedis(t *testing.T, address string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "FLUSHALL\r\n")
	if line, err := bufio.NewReader(conn).ReadString('\n'); line != "+OK\r\n" {
		t.Fatalf("FLUSHALL: %q %v", line, err)
	}
}
