package main

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/proxy/csp"
)

// cspPage is an entry of the table of policies.
type cspPage struct {
	name    string
	header  http.Header
	metas   []string
	refused string
}

// cspOrigins serves the origins that the table names, and its pages at self.
type cspOrigins struct {
	self, sdk, help, third string
	needs                  csp.Needs
	script                 string
	pages                  []cspPage
}

func startCSPOrigins(t *testing.T) *cspOrigins {
	t.Helper()
	o := &cspOrigins{}
	for _, url := range []*string{&o.self, &o.sdk, &o.help, &o.third} {
		mux := http.NewServeMux()
		mux.HandleFunc("/", serveAnything)
		if url == &o.self {
			mux.HandleFunc("/original/{n}", o.servePage)
			mux.HandleFunc("/extended/{n}", o.servePage)
			mux.HandleFunc("/late/{n}", o.serveLatePage)
			mux.HandleFunc("/.ferngate/widget.js", func(w http.ResponseWriter, _ *http.Request) { serveScript(w, o.script) })
		}
		mux.HandleFunc("/sdk.js", func(w http.ResponseWriter, _ *http.Request) { serveScript(w, o.fill(cspSDK)) })
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		*url = server.URL
	}
	o.script = o.fill(cspScript)
	hash := sha256.Sum256([]byte(o.script))
	o.needs = csp.Needs{
		Self:      o.self,
		Script:    o.self + "/.ferngate/widget.js",
		Integrity: "sha256-" + base64.StdEncoding.EncodeToString(hash[:]),
		Fetches:   []string{o.self + "/api/ferndesk-token", o.self + "/.ferngate/whoami"},
		Sources:   []string{o.sdk, o.help},
	}

	file, err := os.ReadFile(filepath.Join("..", "..", "proxy", "csp", "testdata", "policies.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for i, entry := range strings.Split(o.fill(string(file)), "\n== ") {
		if i > 0 {
			o.pages = append(o.pages, readCSPPage(entry))
		}
	}
	return o
}

// readCSPPage reads an entry of the table: a line that begins with white space
// goes on with the one before.
func readCSPPage(entry string) cspPage {
	name, rest, _ := strings.Cut(entry, "\n")
	p := cspPage{name: name, header: http.Header{}}
	for line := range strings.SplitSeq(strings.ReplaceAll(rest, "\n ", " "), "\n") {
		word, value, _ := strings.Cut(line, " ")
		value = strings.Join(strings.Fields(value), " ")
		switch word {
		case "header":
			p.header.Add("Content-Security-Policy", value)
		case "report-only":
			p.header.Add("Content-Security-Policy-Report-Only", value)
		case "x-csp":
			p.header.Add("X-Content-Security-Policy", value)
		case "x-webkit":
			p.header.Add("X-WebKit-CSP", value)
		case "meta":
			p.metas = append(p.metas, value)
		case "refused":
			p.refused = value
		}
	}
	return p
}

// fill puts the origins for their names.
func (o *cspOrigins) fill(text string) string {
	return strings.NewReplacer("{self}", o.self, "{sdk}", o.sdk, "{help}", o.help, "{third}", o.third, "{hash}", o.needs.Integrity,
		"{script}", o.needs.Script).Replace(text)
}

// page is the page of the table that a request asks for.
func (o *cspOrigins) page(r *http.Request) cspPage {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n >= len(o.pages) {
		return cspPage{}
	}
	return o.pages[n]
}

// servePage serves a page of the table, as the app sends it or extended. Its
// <meta> policies come first, so that they govern the script, too.
func (o *cspOrigins) servePage(w http.ResponseWriter, r *http.Request) {
	p := o.page(r)
	header, metas, element := p.header.Clone(), p.metas, ""
	if strings.HasPrefix(r.URL.Path, "/extended/") {
		changed, extended, marks, err := o.needs.Extend(p.header, p.metas)
		if err == nil {
			for name, lines := range changed {
				header[name] = lines
			}
			metas, element = extended, o.element(marks)
		}
	}
	for name, lines := range header {
		w.Header()[name] = lines
	}
	o.write(w, metaElements(metas)+element)
}

// serveLatePage serves a page whose <meta> policies came to light when the
// script's element was sent.
func (o *cspOrigins) serveLatePage(w http.ResponseWriter, r *http.Request) {
	var metas []string
	for _, policy := range o.page(r).metas {
		extended, err := o.needs.ExtendMeta(policy)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		metas = append(metas, extended)
	}
	o.write(w, o.element(csp.Marks{})+metaElements(metas))
}

func (o *cspOrigins) write(w http.ResponseWriter, head string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<!doctype html><html><head>", head, o.fill(cspBody))
}

func metaElements(policies []string) string {
	elements := ""
	for _, policy := range policies {
		elements += fmt.Sprintf(`<meta http-equiv="Content-Security-Policy" content="%s">`, html.EscapeString(policy))
	}
	return elements
}

// element is the one that is put into pages.
func (o *cspOrigins) element(marks csp.Marks) string {
	e := `<script async="" src="/.ferngate/widget.js?v=0123456789abcdef"`
	if marks.Nonce != "" {
		e += ` nonce="` + marks.Nonce + `"`
	}
	if marks.Integrity {
		e += ` integrity="` + o.needs.Integrity + `"`
	}
	return e + "></script>"
}

func serveScript(w http.ResponseWriter, script string) {
	w.Header().Set("Content-Type", "text/javascript")
	fmt.Fprint(w, script)
}

// serveAnything answers whatever is asked for with something of its kind. A
// script notes that it ran, under its name.
func serveAnything(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	switch filepath.Ext(r.URL.Path) {
	case ".js":
		serveScript(w, "self.document ? ran.push("+strconv.Quote(r.URL.RawQuery)+") : postMessage(0)")
	case ".css":
		w.Header().Set("Content-Type", "text/css")
		fmt.Fprint(w, "i { color: red }")
	case ".svg":
		w.Header().Set("Content-Type", "image/svg+xml")
		fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`)
	case ".gif":
		w.Header().Set("Content-Type", "image/gif")
		fmt.Fprint(w, "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")
	case ".html":
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><title>x</title><script>parent.postMessage(location.origin, "*")</script>`)
	default:
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, "something")
	}
}
