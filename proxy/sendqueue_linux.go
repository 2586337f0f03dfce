package proxy

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// sendQueue is how many bytes the kernel keeps for the other end, which has not
// acknowledged them; 0 where that cannot be told.
func sendQueue(conn net.Conn) int {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return 0
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return 0
	}
	queue := 0
	_ = raw.Control(func(fd uintptr) { queue, _ = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) })
	return queue
}
