package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience bounds every wait for another process. Nothing takes so long on a
// machine that works.
const patience = 60 * time.Second

// TestMain makes the test binary stand in for ferngate, and for the small
// programs that the scripts need, wherever one is started by its name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"ferngate":  main,
		"activated": activated,
		"fetch":     fetch,
		"oldapp":    oldApp,
	})
}

// need skips a test whose tools this machine lacks: missing names them, or is
// "". Where FERNGATE_E2E=1 says that they have been installed, it fails; where
// FERNGATE_E2E=0 wants to know how it is with Go alone, it skips in any case.
func need(t *testing.T, missing string) {
	t.Helper()
	if os.Getenv("FERNGATE_E2E") == "0" {
		t.Skip("left out: FERNGATE_E2E=0")
	}
	if missing == "" {
		return
	}
	if os.Getenv("FERNGATE_E2E") == "1" {
		t.Fatal("FERNGATE_E2E=1, but missing: " + missing)
	}
	t.Skip("missing: " + missing)
}

// unless returns what is missing: name, unless it was found.
func unless(found bool, name string) string {
	if found {
		return ""
	}
	return name
}

// eventually waits until check returns nil, and fails the test with its last error.
func eventually(t testing.TB, what string, check func() error) {
	t.Helper()
	if err := poll(check); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// poll calls check until it returns nil, or returns its last error when patience is over.
func poll(check func() error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; <-tick.C {
		err := check()
		if err == nil || time.Now().After(end) {
			return err
		}
	}
}

// freePort finds a port to listen on. It lies below those that systems pick by
// themselves, so that no other test's connection or listener takes it meanwhile.
func freePort() (string, error) {
	for range 100 {
		port := strconv.Itoa(15_000 + rand.IntN(10_000))
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err == nil {
			return port, l.Close()
		}
	}
	return "", errors.New("no free port found")
}

// process is a program that a test started, and ends at the test's end if it
// has not ended by then.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	err    error // of Wait, once exited is closed
	output output
}

func start(t *testing.T, dir, name string, args ...string) *process {
	t.Helper()
	return startWith(t, dir, func(*exec.Cmd) {}, name, args...)
}

// startWith is start with changes to how the program is started.
func startWith(t *testing.T, dir string, change func(*exec.Cmd), name string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.CommandContext(context.Background(), name, args...), exited: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, &p.output, &p.output
	p.cmd.WaitDelay = 5 * time.Second // a child of its own may hold the output open
	change(p.cmd)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.terminate(t)
		if t.Failed() {
			t.Logf("%s %s printed:\n%s", name, strings.Join(args, " "), p.output.String())
		}
	})
	return p
}

// terminate sends SIGTERM and returns what the program exits with.
func (p *process) terminate(t *testing.T) error {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	select {
	case <-p.exited:
	case <-time.After(patience):
		_ = p.cmd.Process.Kill()
		<-p.exited
		t.Errorf("%s did not end on SIGTERM", p.cmd.Path)
	}
	return p.err
}

// answers waits until something answers at url at all, and gives up when the program ends.
func (p *process) answers(t *testing.T, url string) {
	t.Helper()
	eventually(t, p.cmd.Path, func() error {
		select {
		case <-p.exited:
			t.Fatalf("%s ended: %v", p.cmd.Path, p.err)
		default:
		}
		_, err := status(url)
		return err
	})
}

// output is what a program printed so far.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// status is the status of the answer to a GET on a connection of its own.
func status(url string) (int, error) {
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       patience,
	}
	res, err := client.Get(url)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// fetch is a program: it prints the status and the body of what it got from the
// address that is its argument.
func fetch() {
	res, err := http.Get(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer res.Body.Close()
	fmt.Println(res.Status)
	if _, err := io.Copy(os.Stdout, res.Body); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// writeFiles writes files that only their owner may read.
func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
