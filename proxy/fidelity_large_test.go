package proxy

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"testing"
)

// endless generates a body of any size: blocks of which no two are the same. It
// keeps how much memory was in use while it was read.
type endless struct {
	left  int64
	block [1 << 20]byte
	rest  []byte // of the block that is being read
	count uint64

	before, peak uint64
}

// Read implements io.Reader.
func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	if len(e.rest) == 0 {
		binary.BigEndian.PutUint64(e.block[:], e.count)
		if e.rest = e.block[:]; e.count%64 == 0 {
			e.peak = max(e.peak, heapInUse())
		}
		e.count++
	}
	n := copy(p[:min(int64(len(p)), e.left)], e.rest)
	e.rest = e.rest[n:]
	e.left -= int64(n)
	return n, nil
}

// heapInUse is how much memory there is in the heap, what nobody needs any more included.
func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// sum takes a whole body, and returns its length and checksum.
func sum(r io.Reader) (string, error) {
	h := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	n, err := io.Copy(h, r)
	return strconv.FormatInt(n, 10) + " " + strconv.FormatUint(uint64(h.Sum32()), 16), err
}

// Uploads and downloads of any size pass whole, and through little memory: here
// 2 GB each way, of which a few megabytes may be in the heap of client, gateway
// and app together. The race detector makes all slow; under it they are 200 MB.
func TestFidelity_OfTwoGigabytes(t *testing.T) {
	size := int64(2 << 30)
	if raceDetector || testing.Short() {
		size /= 10
	}
	want, err := sum(&endless{left: size})
	if err != nil {
		t.Fatal(err)
	}
	var down endless
	g := startGateway(t, plainSite, startApp(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.Copy(w, &down)
			return
		}
		got, err := sum(r.Body)
		fmt.Fprint(w, got, err)
	}))

	t.Run("up", func(t *testing.T) {
		body := &endless{left: size, before: heapInUse()}
		res := g.ask(t, http.MethodPost, body, size)
		if got, err := io.ReadAll(res.Body); string(got) != want+"<nil>" {
			t.Errorf("%d: arrived %s %v, want %s", res.StatusCode, got, err, want)
		}
		body.wantLittle(t)
	})
	t.Run("down", func(t *testing.T) {
		down = endless{left: size, before: heapInUse()}
		res := g.ask(t, http.MethodGet, http.NoBody, 0)
		if got, err := sum(res.Body); got != want {
			t.Errorf("%d: arrived %s %v, want %s", res.StatusCode, got, err, want)
		}
		down.wantLittle(t)
	})
}

// ask sends a request whose body is of this length.
func (g *gateway) ask(t *testing.T, method string, body io.Reader, length int64) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, g.url+"/file", body)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = length
	res, err := testTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// wantLittle fails the test if much memory was in use at any time.
func (e *endless) wantLittle(t *testing.T) {
	t.Helper()
	const room = 24 << 20
	if e.peak > e.before+room {
		t.Errorf("%d MB in the heap, and %d before", e.peak>>20, e.before>>20)
	}
}
