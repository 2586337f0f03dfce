package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

// A day with an app that was written by nobody here and knows nothing of ferngate.
func TestDokuWikiBehindFerngate(t *testing.T) {
	wiki := startDokuWiki(t)
	alice := newVisitor(t, startGate(t, wiki.url))

	// Its pages are for signed-in people, its looks for everybody.
	a := alice.get("/doku.php?id=start")
	a.want(t, http.StatusSeeOther, "")
	if at := a.header.Get("Location"); at != "/.ferngate/sign-in?return_to=%2Fdoku.php%3Fid%3Dstart" {
		t.Fatalf("Location: %s", at)
	}
	wantStaticFile(t, alice)
	alice.signIn("/doku.php?id=start")
	alice.get("/doku.php?id=start").want(t, http.StatusOK, "Hello from an old wiki.")

	// Its own sign-in works as before; the two sessions live side by side.
	alice.loginToWiki()
	alice.get("/doku.php?id=start").want(t, http.StatusOK, "Alice Liddell")

	alice.editWikiPage(t)
	alice.uploadToWiki(t)

	// Its redirects arrive as it sends them: this one is relative, those of its
	// forms name the host that the browser asked for.
	a = alice.get("/")
	if at := a.header.Get("Location"); a.status != http.StatusFound || at != "/doku.php?id=start" {
		t.Errorf("its front page: %d to %q", a.status, at)
	}
	wiki.wantSeen()
}

// wantStaticFile fetches a file whole, in part, and not at all.
func wantStaticFile(t *testing.T, v *visitor) {
	t.Helper()
	whole := v.get(wikiLogo)
	whole.want(t, http.StatusOK, "PNG")
	onDisk, err := os.ReadFile("/usr/share/dokuwiki" + wikiLogo)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(whole.body, onDisk) || whole.header.Get("Content-Type") != "image/png" {
		t.Errorf("%s: %d bytes of %q, not the %d of the disk", wikiLogo, len(whole.body), whole.header.Get("Content-Type"), len(onDisk))
	}
	part := v.get(wikiLogo, "Range", "bytes=100-199")
	if want := fmt.Sprintf("bytes 100-199/%d", len(onDisk)); part.status != http.StatusPartialContent ||
		part.header.Get("Content-Range") != want || !bytes.Equal(part.body, onDisk[100:200]) {
		t.Errorf("range: %d %q, %d bytes", part.status, part.header.Get("Content-Range"), len(part.body))
	}
	for name, value := range map[string]string{
		"If-None-Match": whole.header.Get("ETag"), "If-Modified-Since": whole.header.Get("Last-Modified"),
	} {
		a := v.get(wikiLogo, name, value)
		if value == "" || a.status != http.StatusNotModified || len(a.body) != 0 || a.header.Get("ETag") != whole.header.Get("ETag") {
			t.Errorf("%s %q: %d %v", name, value, a.status, a.header)
		}
	}
}

// loginToWiki goes through DokuWiki's own form.
func (v *visitor) loginToWiki() {
	v.t.Helper()
	form := v.get("/doku.php?id=start&do=login").form(v.t, "dw__login")
	form.Set("u", "alice")
	form.Set("p", appPassword)
	a := v.post("/doku.php?id=start&do=login", form)
	a.want(v.t, http.StatusFound, "")
	if at := a.header.Get("Location"); at != v.base+"/doku.php?id=start" {
		v.t.Errorf("the wiki's login leads to %q", at)
	}
}

func (v *visitor) editWikiPage(t *testing.T) {
	t.Helper()
	form := v.get("/doku.php?id=garden&do=edit").form(t, "dw__editform")
	const text = "====== Garden ======\r\n\r\nRosen & Lärchen; 100% <echt>, a+b=c?\r\n"
	form.Set("wikitext", text)
	form.Set("do[save]", "Save")
	a := v.post("/doku.php?id=garden", form)
	a.want(t, http.StatusFound, "")
	if at := a.header.Get("Location"); at != v.base+"/doku.php?id=garden" && !strings.HasPrefix(at, v.base+"/doku.php?id=garden#") {
		t.Errorf("saving leads to %q", at)
	}
	v.get("/doku.php?id=garden").want(t, http.StatusOK, "Rosen &amp; Lärchen; 100% &lt;echt&gt;, a+b=c?")
	raw := v.get("/doku.php?id=garden&do=export_raw")
	raw.want(t, http.StatusOK, "")
	if got := strings.TrimSpace(string(raw.body)); got != strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) {
		t.Errorf("the page became %q", got)
	}
}

// uploadToWiki sends a file of every byte there is and fetches it again.
func (v *visitor) uploadToWiki(t *testing.T) {
	t.Helper()
	file := make([]byte, 1<<20+7)
	_, _ = rand.NewChaCha8([32]byte{}).Read(file) // never fails
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range v.get("/lib/exe/mediamanager.php?ns=").form(t, "dw__upload") {
		if name != "upload" && name != "mediaid" {
			_ = w.WriteField(name, values[0]) // a buffer takes everything
		}
	}
	_ = w.WriteField("mediaid", "sample.zip")
	part, err := w.CreateFormFile("upload", "sample.zip")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(file)
	_ = w.Close()
	v.send(http.MethodPost, "/lib/exe/mediamanager.php", &body, "Content-Type", w.FormDataContentType()).want(t, http.StatusOK, "sample.zip")

	a := v.get("/lib/exe/fetch.php?" + url.Values{"media": {"sample.zip"}}.Encode())
	a.want(t, http.StatusOK, "")
	if sha256.Sum256(a.body) != sha256.Sum256(file) {
		t.Errorf("%d bytes came back, not the %d that were sent", len(a.body), len(file))
	}
}

// wantSeen looks at what arrived at the app: who asks, and nothing of ferngate's cookie.
func (w *dokuwiki) wantSeen() {
	w.t.Helper()
	var log []byte
	eventually(w.t, "the app's log", func() (err error) {
		log, err = os.ReadFile(w.path("requests.log"))
		if err == nil && !bytes.Contains(log, []byte("fetch.php?media=sample.zip")) {
			err = fmt.Errorf("not complete:\n%s", log)
		}
		return err
	})
	if bytes.Contains(log, []byte("ferngate")) {
		w.t.Errorf("the app sees ferngate's cookie:\n%s", log)
	}
	for line := range strings.Lines(string(log)) {
		public := strings.Contains(line, " /lib/tpl/")
		if !public && !strings.Contains(line, " user=1001 ") || public && !strings.Contains(line, " user=- ") {
			w.t.Errorf("the app is told: %s", line)
		}
	}
}
