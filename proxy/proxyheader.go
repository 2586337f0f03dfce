package proxy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// What the headers of the PROXY protocol begin with.
const (
	proxyV1 = "PROXY "
	proxyV2 = "\r\n\r\n\x00\r\nQUIT\n"
)

// proxyV1Size is the longest header of version 1, in bytes with its end of line.
const proxyV1Size = 107

// Errors of readProxyHeader.
var (
	errSilent        = errors.New("nothing was sent")
	errNoProxyHeader = errors.New("it does not begin with a PROXY header")
	errProxyHeader   = errors.New("its PROXY header is malformed")
)

// proxyHeader is what a header of HAProxy's PROXY protocol tells of a connection.
// See https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt, section 2.
type proxyHeader struct {
	// source is the client, as its own connection to the proxy has it; invalid
	// where the header names no IP address.
	source netip.AddrPort
	// local says that the proxy speaks for itself, as its health checks do.
	local bool
}

// readProxyHeader reads a header of either version and nothing beyond it; r holds
// at least proxyV1Size. Of version 2 what follows the addresses (TLVs) is ignored.
func readProxyHeader(r *bufio.Reader) (proxyHeader, error) {
	start, err := r.Peek(len(proxyV1))
	switch {
	case len(start) == 0:
		return proxyHeader{}, fmt.Errorf("%w: %w", errSilent, err)
	case err == nil && string(start) == proxyV1:
		return readProxyV1(r)
	case strings.HasPrefix(proxyV2, string(start)) && err == nil:
		return readProxyV2(r)
	case strings.HasPrefix(proxyV1, string(start)) || strings.HasPrefix(proxyV2, string(start)):
		return proxyHeader{}, cutOff(err)
	}
	return proxyHeader{}, errNoProxyHeader
}

// cutOff is the error of a header whose rest did not come.
func cutOff(err error) error {
	return fmt.Errorf("%w: it is cut off: %w", errProxyHeader, err)
}

// malformed is the error of a header that says what none can.
func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errProxyHeader, fmt.Sprintf(format, args...))
}

// readProxyV1 reads such as "PROXY TCP4 192.0.2.1 192.0.2.2 51234 443\r\n".
func readProxyV1(r *bufio.Reader) (proxyHeader, error) {
	raw, err := r.ReadSlice('\n')
	if len(raw) > proxyV1Size || errors.Is(err, bufio.ErrBufferFull) {
		return proxyHeader{}, malformed("its line is longer than %d bytes", proxyV1Size)
	}
	if err != nil {
		return proxyHeader{}, cutOff(err)
	}
	line, ended := strings.CutSuffix(string(raw), "\r\n")
	if !ended {
		return proxyHeader{}, malformed("its line does not end with CR LF")
	}
	fields := strings.Split(line, " ")
	switch {
	case fields[1] == "UNKNOWN":
		return proxyHeader{}, nil // whatever follows
	case fields[1] != "TCP4" && fields[1] != "TCP6":
		return proxyHeader{}, malformed("%q is no protocol of version 1", fields[1])
	case len(fields) != 6:
		return proxyHeader{}, malformed("its line has %d words, not 6", len(fields))
	}
	source, ok1 := proxyV1Addr(fields[1], fields[2], fields[4])
	_, ok2 := proxyV1Addr(fields[1], fields[3], fields[5])
	if !ok1 || !ok2 {
		return proxyHeader{}, malformed("its line has no two addresses and ports of %s", fields[1])
	}
	return proxyHeader{source: source}, nil
}

func proxyV1Addr(protocol, host, port string) (netip.AddrPort, bool) {
	addr, err := netip.ParseAddr(host)
	n, errPort := strconv.ParseUint(port, 10, 16)
	return netip.AddrPortFrom(addr.Unmap(), uint16(n)),
		err == nil && errPort == nil && addr.Zone() == "" && addr.Is4() == (protocol == "TCP4")
}

// The fields of version 2.
const (
	proxyLocal = 0x0 // commands
	proxyOn    = 0x1

	proxyUnspecified = 0x0 // families
	proxyIPv4        = 0x1
	proxyIPv6        = 0x2
	proxyUnix        = 0x3

	proxyDatagram = 0x2 // the last of the transports, which make no difference here
)

// proxyV2Addrs is how many bytes the two addresses of a family take, ports included.
var proxyV2Addrs = [...]int{proxyUnspecified: 0, proxyIPv4: 12, proxyIPv6: 36, proxyUnix: 216}

// readProxyV2 reads the binary header: the fixed part, the addresses, TLVs.
func readProxyV2(r *bufio.Reader) (proxyHeader, error) {
	const fixed = len(proxyV2) + 4
	head, err := r.Peek(fixed)
	if !strings.HasPrefix(string(head), proxyV2[:min(len(head), len(proxyV2))]) {
		return proxyHeader{}, errNoProxyHeader
	}
	if err != nil {
		return proxyHeader{}, cutOff(err)
	}
	version, command := head[12]>>4, head[12]&0xf
	family, transport := int(head[13]>>4), head[13]&0xf
	length := int(binary.BigEndian.Uint16(head[14:]))
	switch {
	case version != 2:
		return proxyHeader{}, malformed("it is of version %d", version)
	case command > proxyOn:
		return proxyHeader{}, malformed("its command is %#x", command)
	case family >= len(proxyV2Addrs) || transport > proxyDatagram:
		return proxyHeader{}, malformed("its family is %#x", head[13])
	case command == proxyOn && length < proxyV2Addrs[family]:
		return proxyHeader{}, malformed("its addresses have %d bytes, not %d", length, proxyV2Addrs[family])
	}
	_, _ = r.Discard(fixed) // it is buffered
	h := proxyHeader{local: command == proxyLocal}
	if !h.local && (family == proxyIPv4 || family == proxyIPv6) {
		size := proxyV2Addrs[family]
		both, err := r.Peek(size)
		if err != nil {
			return proxyHeader{}, cutOff(err)
		}
		// Source and destination address, source and destination port.
		addr, _ := netip.AddrFromSlice(both[:(size-4)/2])
		h.source = netip.AddrPortFrom(addr.Unmap(), binary.BigEndian.Uint16(both[size-4:]))
	}
	if _, err := r.Discard(length); err != nil {
		return proxyHeader{}, cutOff(err)
	}
	return h, nil
}
