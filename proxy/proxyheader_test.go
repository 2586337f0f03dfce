package proxy

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"
)

// v2 is a header of version 2: a command, family and transport, and what follows.
func v2(command, family byte, body string) string {
	head := append([]byte(proxyV2), 0x20|command, family)
	return string(binary.BigEndian.AppendUint16(head, uint16(len(body)))) + body
}

// endsOf are the addresses and ports of a header of version 2.
func endsOf(source, destination string) string {
	from, to := netip.MustParseAddrPort(source), netip.MustParseAddrPort(destination)
	both := append(from.Addr().AsSlice(), to.Addr().AsSlice()...)
	both = binary.BigEndian.AppendUint16(both, from.Port())
	return string(binary.BigEndian.AppendUint16(both, to.Port()))
}

const (
	v1Header = "PROXY TCP4 203.0.113.9 192.0.2.1 51234 443\r\n"
	tlvs     = "\x04\x00\x03abc\x01\x00\x02h2" // a NOOP, and an ALPN
)

var v2Header = v2(proxyOn, 0x11, endsOf("203.0.113.9:51234", "192.0.2.1:443"))

func TestReadProxyHeader(t *testing.T) {
	for name, c := range map[string]struct {
		header string
		source string // "": none
		local  bool
	}{
		"v1, IPv4":                  {v1Header, "203.0.113.9:51234", false},
		"v1, IPv6":                  {"PROXY TCP6 2001:db8::9 2001:db8::1 51234 443\r\n", "[2001:db8::9]:51234", false},
		"v1, IPv4 in IPv6":          {"PROXY TCP6 ::ffff:203.0.113.9 ::1 1 2\r\n", "203.0.113.9:1", false},
		"v1, unknown":               {"PROXY UNKNOWN\r\n", "", false},
		"v1, unknown, and more":     {"PROXY UNKNOWN ffff:f...f:ffff 65535 whatever  \r\n", "", false},
		"v1, as long as can be":     {"PROXY UNKNOWN " + strings.Repeat("x", proxyV1Size-16) + "\r\n", "", false},
		"v2, IPv4":                  {v2Header, "203.0.113.9:51234", false},
		"v2, IPv6":                  {v2(proxyOn, 0x21, endsOf("[2001:db8::9]:51234", "[::1]:443")), "[2001:db8::9]:51234", false},
		"v2, IPv4 in IPv6":          {v2(proxyOn, 0x21, endsOf("[::ffff:203.0.113.9]:1", "[::1]:443")), "203.0.113.9:1", false},
		"v2, over UDP":              {v2(proxyOn, 0x12, endsOf("203.0.113.9:51234", "192.0.2.1:443")), "203.0.113.9:51234", false},
		"v2, with TLVs":             {v2(proxyOn, 0x11, endsOf("203.0.113.9:51234", "192.0.2.1:443")+tlvs), "203.0.113.9:51234", false},
		"v2, as long as can be":     {v2(proxyOn, 0x11, endsOf("203.0.113.9:51234", "192.0.2.1:443")+strings.Repeat("x", 65535-12)), "203.0.113.9:51234", false},
		"v2, unspecified":           {v2(proxyOn, 0x00, ""), "", false},
		"v2, unspecified, and TLVs": {v2(proxyOn, 0x00, tlvs), "", false},
		"v2, unix sockets":          {v2(proxyOn, 0x31, strings.Repeat("/run/app", 27)+tlvs), "", false},
		"v2, local":                 {v2(proxyLocal, 0x00, ""), "", true},
		"v2, local, with addresses": {v2(proxyLocal, 0x11, endsOf("203.0.113.9:51234", "192.0.2.1:443")), "", true},
		"v2, local, with too few":   {v2(proxyLocal, 0x21, "abc"), "", true},
	} {
		t.Run(name, func(t *testing.T) {
			const rest = "GET / HTTP/1.1\r\n"
			r := bufio.NewReaderSize(strings.NewReader(c.header+rest), proxyBuffer)
			h, err := readProxyHeader(r)
			if err != nil {
				t.Fatal(err)
			}
			want := proxyHeader{local: c.local}
			if c.source != "" {
				want.source = netip.MustParseAddrPort(c.source)
			}
			if h != want {
				t.Errorf("it says %+v, want %+v", h, want)
			}
			if behind, err := io.ReadAll(r); string(behind) != rest || err != nil {
				t.Errorf("what follows is %q, %v", behind, err)
			}
		})
	}
}

func TestReadProxyHeader_Malformed(t *testing.T) {
	addrs := endsOf("203.0.113.9:51234", "192.0.2.1:443")
	for name, c := range map[string]struct {
		sent string
		want error
		says string
	}{
		"nothing":                  {"", errSilent, "EOF"},
		"a request":                {"GET / HTTP/1.1\r\n", errNoProxyHeader, ""},
		"a short request":          {"GET", errNoProxyHeader, ""},
		"a TLS handshake":          {"\x16\x03\x01\x02\x00\x01\x00", errNoProxyHeader, ""},
		"almost v1":                {"PROXYS TCP4 1.2.3.4", errNoProxyHeader, ""},
		"lower case":               {strings.ToLower(v1Header), errNoProxyHeader, ""},
		"almost v2":                {"\r\n\r\n\x00\r\nQUIT\r" + "\x21\x11\x00\x0c" + addrs, errNoProxyHeader, ""},
		"the beginning of v1":      {"PRO", errProxyHeader, "cut off"},
		"the beginning of v2":      {"\r\n\r", errProxyHeader, "cut off"},
		"v1 without an end":        {"PROXY TCP4 203.0.113.9 192.0.2.1 51234", errProxyHeader, "cut off"},
		"v1 with a lone LF":        {"PROXY UNKNOWN\n", errProxyHeader, "CR LF"},
		"v1, too long":             {"PROXY UNKNOWN " + strings.Repeat("x", proxyV1Size-15) + "\r\n", errProxyHeader, "longer than 107"},
		"v1, much too long":        {"PROXY UNKNOWN " + strings.Repeat("x", 1<<20), errProxyHeader, "longer than 107"},
		"v1, no protocol":          {"PROXY \r\n", errProxyHeader, `"" is no protocol`},
		"v1, other protocol":       {"PROXY UDP4 203.0.113.9 192.0.2.1 51234 443\r\n", errProxyHeader, `"UDP4" is no protocol`},
		"v1, two spaces":           {"PROXY TCP4 203.0.113.9  192.0.2.1 51234 443\r\n", errProxyHeader, "7 words"},
		"v1, no ports":             {"PROXY TCP4 203.0.113.9 192.0.2.1\r\n", errProxyHeader, "4 words"},
		"v1, a name":               {"PROXY TCP4 localhost 192.0.2.1 51234 443\r\n", errProxyHeader, "TCP4"},
		"v1, IPv6 as TCP4":         {"PROXY TCP4 2001:db8::9 192.0.2.1 51234 443\r\n", errProxyHeader, "TCP4"},
		"v1, IPv4 as TCP6":         {"PROXY TCP6 203.0.113.9 192.0.2.1 51234 443\r\n", errProxyHeader, "TCP6"},
		"v1, a zone":               {"PROXY TCP6 fe80::1%eth0 ::1 51234 443\r\n", errProxyHeader, "TCP6"},
		"v1, a port too high":      {"PROXY TCP4 203.0.113.9 192.0.2.1 65536 443\r\n", errProxyHeader, "TCP4"},
		"v1, a port with a sign":   {"PROXY TCP4 203.0.113.9 192.0.2.1 51234 -1\r\n", errProxyHeader, "TCP4"},
		"v1, no destination":       {"PROXY TCP4 203.0.113.9 - 51234 443\r\n", errProxyHeader, "TCP4"},
		"v2 of another version":    {proxyV2 + "\x11\x11\x00\x0c" + addrs, errProxyHeader, "version 1"},
		"v2, a command":            {v2(2, 0x11, addrs), errProxyHeader, "command is 0x2"},
		"v2, a family":             {v2(proxyOn, 0x41, addrs), errProxyHeader, "family is 0x41"},
		"v2, a transport":          {v2(proxyOn, 0x13, addrs), errProxyHeader, "family is 0x13"},
		"v2, too few for IPv4":     {v2(proxyOn, 0x11, addrs[:11]), errProxyHeader, "11 bytes, not 12"},
		"v2, too few for IPv6":     {v2(proxyOn, 0x21, addrs), errProxyHeader, "12 bytes, not 36"},
		"v2, too few for unix":     {v2(proxyOn, 0x31, addrs), errProxyHeader, "12 bytes, not 216"},
		"v2 cut off before length": {v2Header[:14], errProxyHeader, "cut off"},
		"v2 cut off in addresses":  {v2Header[:20], errProxyHeader, "cut off"},
		"v2 cut off in TLVs":       {v2(proxyOn, 0x11, addrs+tlvs)[:30], errProxyHeader, "cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := readProxyHeader(bufio.NewReaderSize(strings.NewReader(c.sent), proxyBuffer))
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || h != (proxyHeader{}) {
				t.Errorf("%+v, %v", h, err)
			}
		})
	}
}

// FuzzReadProxyHeader: what a header says, and where it ends, does not depend on
// the pieces in which it arrives; what lies behind it is not touched; nobody but
// the peer itself is local; and a refused one says nothing.
func FuzzReadProxyHeader(f *testing.F) {
	for _, s := range []string{
		"", v1Header, v2Header, "PROXY UNKNOWN\r\n", "PROXY TCP6 ::1 ::ffff:1.2.3.4 0 65535\r\nrest", v2(proxyLocal, 0, ""), v2(proxyOn, 0, tlvs) + "rest",
		v2(proxyOn, 0x21, endsOf("[::1]:1", "[::2]:2")+tlvs), v2(proxyOn, 0x32, strings.Repeat("x", 216)), "GET / HTTP/1.1\r\n\r\n", proxyV2, proxyV1,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		type outcome struct {
			header proxyHeader
			err    string
			rest   string
		}
		read := func(stream io.Reader) outcome {
			r := bufio.NewReaderSize(stream, proxyBuffer)
			h, err := readProxyHeader(r)
			if err != nil {
				return outcome{h, err.Error(), ""}
			}
			rest, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			return outcome{h, "", string(rest)}
		}
		whole := read(bytes.NewReader(sent))
		for name, stream := range map[string]io.Reader{
			"byte by byte": iotest.OneByteReader(bytes.NewReader(sent)),
			"by halves":    iotest.HalfReader(bytes.NewReader(sent)),
			"with its end": iotest.DataErrReader(bytes.NewReader(sent)),
		} {
			if got := read(stream); got != whole {
				t.Errorf("%s: %+v, at once %+v", name, got, whole)
			}
		}
		switch {
		case whole.err != "" && whole.header != (proxyHeader{}):
			t.Errorf("refused with %q, and yet it says %+v", whole.err, whole.header)
		case whole.err == "" && (!bytes.HasSuffix(sent, []byte(whole.rest)) || len(sent)-len(whole.rest) < len("PROXY UNKNOWN\r\n")):
			t.Errorf("%q lies behind the header of %q", whole.rest, sent)
		case whole.header.local && (sent[12] != 0x20 || whole.header.source.IsValid()):
			t.Errorf("the peer does not speak for itself in %q", sent)
		}
	})
}
