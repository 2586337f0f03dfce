package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestFaults compares what a command says with the file want of each archive in
// testdata/faults; -update writes it anew. An archive begins with what it
// shows; its file command has the command lines, the others are the folder that
// they run in. Besides the keys of a config, which config/testdata/faults has,
// these are all the ways in which check and serve refuse to start.
func TestFaults(t *testing.T) {
	here, err := filepath.Abs("testdata/faults")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(here, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			commands, want := faultCase(t, archive)
			got := saidBy(t, archive, commands)
			if diff := cmp.Diff(string(want.Data), got); diff != "" && !*update {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
			if strings.Contains(got, "hunter") { // the word is in every secret of the cases
				t.Errorf("a secret is shown: %s", got)
			}
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestFaultsOfListening compares what is said of an address that the system does
// not let us listen at, for reasons that no test can give it, with
// testdata/faults/listening.want.
func TestFaultsOfListening(t *testing.T) {
	var said strings.Builder
	for _, err := range []error{syscall.EACCES, &net.DNSError{Err: "no such host", Name: "nowhere.invalid", IsNotFound: true}, errors.New("the network is on fire")} {
		fmt.Fprintln(&said, &listenError{"listen", "app.example.com:443", &net.OpError{Op: "listen", Err: err}})
	}
	const golden = "testdata/faults/listening.want"
	if *update {
		if err := os.WriteFile(golden, []byte(said.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), said.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}

// faultCase returns the command lines of a case, and its file want.
func faultCase(t *testing.T, archive *txtar.Archive) (commands string, want *txtar.File) {
	t.Helper()
	for i := range archive.Files {
		switch f := &archive.Files[i]; f.Name {
		case "command":
			commands = string(f.Data)
		case "want":
			want = f
		}
	}
	if commands == "" || want == nil {
		t.Fatal("an archive needs a file command and a file want")
	}
	return commands, want
}

// saidBy is what the command lines say when they run in a folder of the archive's
// files. Of the files /taken/ stands for a port that another program has.
func saidBy(t *testing.T, archive *txtar.Archive, commands string) string {
	t.Helper()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	t.Setenv("KEY", "aHVudGVyIGh1bnRlciBodW50ZXIgaHVudGVyIGh1bnRlcg==")
	t.Setenv("JWT", "hunter hunter hunter hunter hunter")
	for _, f := range archive.Files {
		if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.Name, bytes.ReplaceAll(f.Data, []byte("/taken/"), []byte(port)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("large.yaml", bytes.Repeat([]byte("#"), 4<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for line := range strings.Lines(commands) {
		said.WriteString("> ferngate " + line)
		root := newRoot()
		root.SetArgs(strings.Fields(line))
		root.SetOut(&said)
		root.SetErr(&said)
		if err := root.ExecuteContext(t.Context()); err != nil {
			said.WriteString(err.Error() + "\n")
		}
	}
	return strings.NewReplacer(dir, "/etc/ferngate", ":"+port, ":/taken/").Replace(said.String())
}
