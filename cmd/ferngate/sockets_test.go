package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// activated is a program of the tests': ferngate with the sockets that its parent
// has passed, as systemd starts it. Only the process itself knows its number.
func activated() {
	os.Setenv("LISTEN_PID", strconv.Itoa(os.Getpid()))
	main()
}

// passed is a socket that systemd would listen at.
func passed(t *testing.T, l net.Listener) *os.File {
	t.Helper()
	t.Cleanup(func() { l.Close() })
	file, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func listenAt(t *testing.T, network, address string) net.Listener {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// runActivated starts ferngate with the sockets, by their names.
func runActivated(t *testing.T, config, names string, sockets ...*os.File) *process {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/ferngate.yaml", []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return startWith(t, dir, func(cmd *exec.Cmd) {
		cmd.ExtraFiles = sockets
		cmd.Env = append(os.Environ(), "LISTEN_FDS="+strconv.Itoa(len(sockets)), "LISTEN_FDNAMES="+names)
	}, "activated", "serve")
}

// The sockets that systemd passes are served, and outlive the process: who
// connects while no ferngate runs is served by the next one.
func TestSocketActivation(t *testing.T) {
	people, admin := listenAt(t, "tcp", "127.0.0.1:0"), listenAt(t, "tcp", "127.0.0.1:0")
	config := fmt.Sprintf("listen: %s\nadmin: { listen: %s }\nsites: [{ upstream: http://127.0.0.1:9 }]\n", people.Addr(), admin.Addr())
	files := []*os.File{passed(t, admin), passed(t, people)}
	for range 2 {
		waiting, err := net.Dial("tcp", people.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprint(waiting, "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		p := runActivated(t, config, "admin.listen:listen", files...)
		p.answers(t, "http://"+admin.Addr().String()+"/healthz")
		answer := make([]byte, 1000)
		n, err := waiting.Read(answer)
		if err != nil || !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 204 ") {
			t.Errorf("answered %q, %v", answer[:n], err)
		}
		waiting.Close()
		if err := p.terminate(t); err != nil {
			t.Error(err)
		}
	}
}

// A socket that is not where the config listens is refused, before anything is served.
func TestSocketActivation_Elsewhere(t *testing.T) {
	elsewhere := listenAt(t, "tcp", "127.0.0.1:0")
	p := runActivated(t, "listen: 127.0.0.1:8080\nadmin: { listen: '' }\nsites: [{ upstream: http://127.0.0.1:9 }]\n", "listen", passed(t, elsewhere))
	<-p.exited
	want := "listen: is 127.0.0.1:8080, and the socket \"listen\" of systemd is at " + elsewhere.Addr().String()
	if p.err == nil || !strings.Contains(p.output.String(), want) || strings.Contains(p.output.String(), `"serving"`) {
		t.Errorf("%v: %s", p.err, p.output.String())
	}
}

// The address of a socket that systemd holds is not to be changed in the config
// alone: people would go on to connect to one that nobody serves.
func TestSocketActivation_AnotherAddress(t *testing.T) {
	people, admin := listenAt(t, "tcp", "127.0.0.1:0"), listenAt(t, "tcp", "127.0.0.1:0")
	const config = "listen: %s\nadmin: { listen: %s }\nsites: [{ upstream: http://127.0.0.1:9 }]\n"
	p := runActivated(t, fmt.Sprintf(config, people.Addr(), admin.Addr()), "admin.listen:listen", passed(t, admin), passed(t, people))
	p.answers(t, "http://"+admin.Addr().String()+"/healthz")
	writeFiles(t, p.cmd.Dir, map[string]string{"ferngate.yaml": fmt.Sprintf(config, "127.0.0.1:0", admin.Addr())})
	want := "listen: is 127.0.0.1:0 now, and the socket \\\"listen\\\" of systemd stays at " + people.Addr().String()
	eventually(t, "the refusal", func() error {
		if said := p.output.String(); !strings.Contains(said, want) {
			return fmt.Errorf("%s is not in %s", want, said)
		}
		return nil
	})
	if got, err := status("http://" + people.Addr().String()); err != nil || got != 502 {
		t.Errorf("%d %v", got, err)
	}
}
