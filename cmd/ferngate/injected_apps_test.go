package main

import (
	"encoding/json"
	"path/filepath"
	"testing"
)

// startNodeApp runs testdata/apps/KIND/server.cjs with settings of its own.
func startNodeApp(t *testing.T, kind, modules string, own map[string]any) *appServer {
	t.Helper()
	s := newAppServer(t, kind)
	settings := map[string]any{"port": s.port, "people": threePeople(), "log": s.path("requests.log")}
	for key, value := range own {
		settings[key] = value
	}
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	writeFiles(t, s.dir, map[string]string{"settings.json": string(text)})
	program, err := filepath.Abs(filepath.Join("testdata/apps", kind, "server.cjs"))
	if err != nil {
		t.Fatal(err)
	}
	s.launch = func() []*process {
		node := start(t, s.dir, "env", "NODE_PATH="+modules, "node", program, "settings.json")
		node.answers(t, s.url)
		return []*process{node}
	}
	s.start()
	return s
}

// startSPA builds the React app of testdata/apps/spa with Vite and runs it.
func startSPA(t *testing.T) *injectedApp {
	t.Helper()
	modules := nodeModules(t, "express", "express-session", "compression", "react", "react-dom", "vite", "@vitejs/plugin-react")
	built := newAppServer(t, "vite")
	source, err := filepath.Abs("testdata/apps/spa")
	if err != nil {
		t.Fatal(err)
	}
	// Modules are looked for beside the file that imports them.
	built.run("cp", "-r", source+"/.", ".")
	built.run("ln", "-s", modules, "node_modules")
	built.run("node_modules/.bin/vite", "build", "--configLoader", "native", "--logLevel", "warn", "--outDir", "dist")
	app := ownApp(startNodeApp(t, "spa", modules, map[string]any{"dist": built.path("dist")}))
	app.signInBy += `  sign_in_requests: [{ method: POST, path: /api/session }]
  sign_out_requests: [{ method: DELETE, path: /api/session }]
`
	app.stays = true
	// It came compressed, and was compressed again.
	app.works = "((page) => page.encodedBodySize < page.decodedBodySize)(performance.getEntriesByType('navigation')[0])"
	return app
}

// startSwapped runs the app of testdata/apps/turbo with turbo or htmx.
func startSwapped(t *testing.T, library string) *injectedApp {
	t.Helper()
	modules := nodeModules(t, "express", "express-session", "@hotwired/turbo", "htmx.org")
	app := ownApp(startNodeApp(t, "turbo", modules, map[string]any{"library": library}))
	app.stays = true
	app.fetches = []string{"/part", "/one"}
	return app
}

// startStrict runs the app of testdata/apps/policies with a policy of nonces or hashes.
func startStrict(t *testing.T, policy string) *injectedApp {
	t.Helper()
	modules := nodeModules(t, "express", "express-session")
	app := ownApp(startNodeApp(t, "policies", modules, map[string]any{"policy": policy}))
	app.strict = true
	app.works = "document.getElementById('own').textContent === 'The own script ran.'"
	return app
}

// ownApp describes the apps that were written for these tests, which look alike.
func ownApp(s *appServer) *injectedApp {
	return &injectedApp{
		appServer: s,
		signInBy: `app:
  recheck: 1h
  timeout: 10s
  session_cookies: [connect.sid]
  whoami:
    path: /api/me
    extract: { id: { json: /user/id }, email: { json: /user/email }, name: { json: /user/name } }
  identity: { user_id: "{id}", email: "{email}", name: "{name}" }
`,
		numbered: true,
		kept:     true,
		home:     "/",
		links:    []link{{`nav a[href="/one"]`, "/one", "Page one"}, {`nav a[href="/two"]`, "/two", "Page two"}, {`nav a[href="/three"]`, "/three", "Page three"}},
		signIn: func(b *browser, p person) {
			b.t.Helper()
			b.press("#sign-in")
			b.wait("/sign-in", "h1", "Sign in")
			b.fill("#login", p.Login)
			b.fill("#password", p.Password)
			b.press("#enter")
			b.wait("/", "#greeting", "Hello, "+p.Name+".")
		},
		signOut: func(b *browser) {
			b.t.Helper()
			b.press("#sign-out")
			b.wait("/", "#greeting", "Hello, guest.")
		},
	}
}
