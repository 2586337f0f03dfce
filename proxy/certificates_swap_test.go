package proxy

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestCertificates_SwapUnderLoad: while the certificate is exchanged again and
// again, no handshake fails; and from each exchange on the new one is shown.
func TestCertificates_SwapUnderLoad(t *testing.T) {
	const swaps, clients = 20, 8
	dir := t.TempDir()
	pairs(t, "app.test")(dir)
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(app.Close)
	g := newGateway(t, strings.ReplaceAll(oneCertificate, "{tls}", dir), app.URL)
	addr := g.serveTLS()

	var load sync.WaitGroup
	var over atomic.Bool
	var handshakes atomic.Int64
	client := verified(t, "app.test")
	for range clients {
		load.Go(func() {
			for !over.Load() {
				if _, status, err := handshake(addr, "app.test", client); err != nil || status != http.StatusOK {
					t.Errorf("got %d %v", status, err)
					return
				}
				handshakes.Add(1)
			}
		})
	}
	for range swaps {
		pair := testAuthority.issue(t, "app.test")
		writePair(t, filepath.Join(dir, "app.test.pem"), filepath.Join(dir, "app.test.key"), pair) // read by us alone
		if err := g.reload(); err != nil {
			t.Fatal(err)
		}
		state, _, err := handshake(addr, "app.test", client)
		if err != nil || !bytes.Equal(state.PeerCertificates[0].Raw, pair.Certificate[0]) {
			t.Errorf("%v: the certificate before is still shown", err)
		}
	}
	over.Store(true)
	load.Wait()
	t.Logf("%d handshakes during %d exchanges", handshakes.Load(), swaps)
}
