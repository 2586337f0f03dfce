package proxy

import (
	"errors"
	"io"
	"net"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// A queue that gets shorter, though it has no room yet, is progress.
func TestSendQueue(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	near, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	far, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	written := fill(t, near.(*net.TCPConn))
	before := sendQueue(near)
	if before == 0 || before > written {
		t.Fatalf("%d bytes wait of %d", before, written)
	}
	if _, err := io.CopyN(io.Discard, far, int64(written)); err != nil {
		t.Fatal(err)
	}
	for sendQueue(near) > 0 { // until the kernel has acknowledged it all
		runtime.Gosched()
	}
}

// fill writes until the kernel takes no more, and returns how much that was.
func fill(t *testing.T, conn *net.TCPConn) (written int) {
	t.Helper()
	raw, err := conn.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	piece, failed := make([]byte, 64<<10), error(nil)
	err = raw.Control(func(fd uintptr) {
		for failed == nil {
			var n int
			if n, failed = unix.Write(int(fd), piece); failed == nil {
				written += n
			}
		}
	})
	if err != nil || !errors.Is(failed, unix.EAGAIN) {
		t.Fatal(err, failed)
	}
	return written
}
