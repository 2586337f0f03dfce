package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The commands as a person and a service manager use them: testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"app":       scriptApp,
			"freeport":  scriptFreePort,
			"holdport":  scriptHoldPort,
			"expand":    scriptExpand,
			"waitfor":   scriptWaitFor,
			"waitsaid":  scriptWaitSaid,
			"waitgone":  scriptWaitGone,
			"sighup":    scriptSignal(syscall.SIGHUP),
			"sigterm":   scriptSignal(syscall.SIGTERM),
			"base64len": scriptBase64Len,
			"json":      scriptJSON,
		},
	})
}

// scriptApp (app NAME) runs an app and puts its address into the variable. Its
// /slow begins to answer, and ends only after a request for /release; /waiting
// is 200 while somebody waits for /slow, else 404.
func scriptApp(ts *testscript.TestScript, _ bool, args []string) {
	waiting, release := make(chan struct{}, 1), make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "begun")
		_ = http.NewResponseController(w).Flush()
		waiting <- struct{}{}
		select {
		case <-release:
			fmt.Fprintln(w, "finished")
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("/waiting", func(w http.ResponseWriter, r *http.Request) {
		if len(waiting) == 0 {
			http.NotFound(w, r)
		}
	})
	mux.HandleFunc("/release", func(http.ResponseWriter, *http.Request) { close(release) })
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "the app") })
	server := httptest.NewServer(mux)
	ts.Defer(server.Close)
	ts.Setenv(args[0], server.URL)
}

// scriptFreePort (freeport NAME…) puts a free port into each of the variables.
func scriptFreePort(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		port, err := freePort()
		ts.Check(err)
		ts.Setenv(name, port)
	}
}

// scriptHoldPort (holdport NAME) listens on a port until the script ends.
func scriptHoldPort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

// scriptExpand (expand FILE…) puts the variables' values into the files.
func scriptExpand(ts *testscript.TestScript, _ bool, args []string) {
	for _, file := range args {
		text := os.Expand(ts.ReadFile(file), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o600))
	}
}

// scriptWaitFor (waitfor URL STATUS) waits until a GET is answered so.
func scriptWaitFor(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(poll(func() error {
		got, err := status(args[0])
		if err == nil && strconv.Itoa(got) != args[1] {
			err = fmt.Errorf("%s answers %d, want %s", args[0], got, args[1])
		}
		return err
	}))
}

// scriptWaitSaid (waitsaid URL TEXT) waits until the answer to a GET has the text.
func scriptWaitSaid(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(poll(func() error {
		res, err := http.Get(args[0])
		if err != nil {
			return err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err == nil && !strings.Contains(string(body), args[1]) {
			err = fmt.Errorf("%s says %s, want %s", args[0], body, args[1])
		}
		return err
	}))
}

// scriptWaitGone (waitgone HOST:PORT) waits until nobody listens there.
func scriptWaitGone(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(poll(func() error {
		conn, err := net.Dial("tcp", args[0])
		if err != nil {
			return nil
		}
		conn.Close()
		return fmt.Errorf("%s is still listened on", args[0])
	}))
}

// scriptSignal (sigterm PROGRAM) sends the signal to every program of that name
// that was started in the background since the last wait.
func scriptSignal(sig syscall.Signal) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		sent := 0
		for _, c := range ts.BackgroundCmds() {
			if filepath.Base(c.Path) == args[0] {
				ts.Check(c.Process.Signal(sig))
				sent++
			}
		}
		if sent == 0 {
			ts.Fatalf("no %s runs in the background", args[0])
		}
	}
}

// scriptBase64Len (base64len FILE N) wants base64 of N bytes and one newline.
func scriptBase64Len(ts *testscript.TestScript, _ bool, args []string) {
	line, ended := strings.CutSuffix(ts.ReadFile(args[0]), "\n")
	raw, err := base64.StdEncoding.Strict().DecodeString(line)
	ts.Check(err)
	if !ended || strconv.Itoa(len(raw)) != args[1] {
		ts.Fatalf("%s: %d bytes, ended by a newline: %v", args[0], len(raw), ended)
	}
}

// scriptJSON (json FILE) wants one JSON object.
func scriptJSON(ts *testscript.TestScript, _ bool, args []string) {
	var object map[string]any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &object))
}
