package systemd

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden file anew")

func TestIsAt(t *testing.T) {
	for _, c := range []struct {
		socket  string
		port    int
		address string
		want    bool
	}{
		{"::", 443, ":443", true},
		{"0.0.0.0", 443, ":443", true},
		{"::", 443, "0.0.0.0:443", true},
		{"127.0.0.1", 8080, "127.0.0.1:8080", true},
		{"127.0.0.1", 8080, "localhost:8080", true},
		{"::ffff:127.0.0.1", 8080, "127.0.0.1:8080", true},
		{"::1", 8080, "[::1]:8080", true},
		{"127.0.0.1", 8080, "127.0.0.1:0", true},
		{"127.0.0.1", 8080, "127.0.0.1:8081", false},
		{"127.0.0.1", 8080, ":8080", false},
		{"::", 8080, "127.0.0.1:8080", false}, // the config says this machine only
		{"::", 8080, "localhost:8080", false},
		{"192.0.2.1", 8080, "nowhere.invalid:8080", false},
		{"127.0.0.1", 8080, "8080", false},
	} {
		if got := isAt(&net.TCPAddr{IP: net.ParseIP(c.socket), Port: c.port}, c.address); got != c.want {
			t.Errorf("a socket at %s:%d for %s: %v", c.socket, c.port, c.address, got)
		}
	}
}

// What is passed to another process is left alone.
func TestInheritSockets_OfAnother(t *testing.T) {
	t.Setenv("LISTEN_FDS", "1")
	for _, pid := range []string{"", "1", "self"} {
		t.Setenv("LISTEN_PID", pid)
		if sockets, err := InheritSockets(); len(sockets) > 0 || err != nil {
			t.Errorf("with LISTEN_PID=%s: %v, %v", pid, sockets, err)
		}
	}
}

// A socket that was taken is nobody else's.
func TestSockets_Take(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	sockets := Sockets{}
	if err := sockets.add("listen", l, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := sockets.Take("listen", l.Addr().String()); got != l || err != nil {
		t.Error(got, err)
	}
	if got, err := sockets.Take("listen", l.Addr().String()); got != nil || err != nil {
		t.Error("it comes twice:", got, err)
	}
	if err := sockets.Unused("listen"); err != nil {
		t.Error(err)
	}
}

// Sockets that are not taken are closed.
func TestSockets_AddCloses(t *testing.T) {
	unix, err := net.Listen("unix", filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close()
	if err := (Sockets{}).add("listen", unix, nil); err == nil {
		t.Error("a unix socket is taken")
	}
	if _, err := unix.Accept(); err == nil {
		t.Error("it is still open")
	}
}

// TestFaultsOfSockets compares what is said of sockets that do not fit the config
// with testdata/sockets.want.
func TestFaultsOfSockets(t *testing.T) {
	ours := placed{net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}}
	other := placed{net.TCPAddr{IP: net.IPv4zero, Port: 9901}}
	unix, err := net.Listen("unix", "@ferngate-test-of-sockets")
	if err != nil {
		t.Fatal(err)
	}
	sockets := Sockets{}
	if err := sockets.add("listen", ours, nil); err != nil {
		t.Fatal(err)
	}
	_, elsewhere := sockets.Take("listen", ":8080")
	var said strings.Builder
	for _, err := range []error{
		sockets.add("admin.listen", nil, errors.New("file file+net 3: operation not supported")),
		sockets.add("admin.listen", unix, nil),
		sockets.add("listen", other, nil),
		elsewhere,
		sockets.Unused("listen", "admin.listen"),
		Sockets{"ferngate.socket": other}.Unused("listen", "admin.listen"),
	} {
		fmt.Fprintln(&said, err)
	}
	const golden = "testdata/sockets.want"
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

// placed is a listener at an address, and no more.
type placed struct{ at net.TCPAddr }

func (l placed) Accept() (net.Conn, error) { return nil, net.ErrClosed }
func (l placed) Close() error              { return nil }
func (l placed) Addr() net.Addr            { return &l.at }
