package main

import (
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// bareProxyOf makes this test a bare ReverseProxy in front of what it names.
const bareProxyOf = "FERNGATE_TEST_BARE_PROXY_OF"

// costTarget is a program that is measured.
type costTarget struct {
	*process
	name string
	addr string
}

// takes reports whether a target does something to compare with pages of a form.
func (c *costTarget) takes(form string) bool {
	plain := strings.HasPrefix(form, "plain")
	switch c.name {
	case "nginx sub_filter":
		return plain
	case "nginx gunzip+sub_filter+gzip":
		return strings.HasPrefix(form, "gzip")
	}
	return true
}

// startCost starts a program with one processor, as nginx has one worker.
func startCost(t *testing.T, name, port, dir string, args ...string) *costTarget {
	t.Helper()
	p := start(t, dir, "env", append([]string{"GOMAXPROCS=1"}, args...)...) // which becomes the program
	p.answers(t, "http://127.0.0.1:"+port+"/plain/8")
	return &costTarget{p, name, "127.0.0.1:" + port}
}

func startCostFerngate(t *testing.T, app string, widget bool) *costTarget {
	t.Helper()
	dir, port := t.TempDir(), costPort(t)
	name, inject := "ferngate, not injected", ""
	if widget {
		name, inject = "ferngate, injected", "    ferndesk: { jwt_secret: file:jwt.secret, help_center: help.app.test, widget_id: widget_01test }\n"
	}
	writeFiles(t, dir, map[string]string{
		"jwt.secret":    "a help centre's secret, only for tests",
		"ferngate.yaml": fmt.Sprintf("listen: 127.0.0.1:%s\nadmin: { listen: \"\" }\nlog: { level: warn }\nsites:\n  - upstream: %s\n    public_url: http://help.app.test\n%s", port, app, inject),
	})
	return startCost(t, name, port, dir, "ferngate", "serve")
}

func startBareProxy(t *testing.T, app string) *costTarget {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	port := costPort(t)
	return startCost(t, "ReverseProxy", port, t.TempDir(), "GOGC="+strconv.Itoa(gcPercent), bareProxyOf+"="+app+" "+port, self, "-test.run=^TestInjectionCost$")
}

func serveBareProxy(t *testing.T, args string) {
	app, port, _ := strings.Cut(args, " ")
	upstream, err := url.Parse(app)
	if err != nil {
		t.Fatal(err)
	}
	buffers := &costBuffers{sync.Pool{New: func() any { return new(make([]byte, 32<<10)) }}}
	err = http.ListenAndServe("127.0.0.1:"+port, &httputil.ReverseProxy{
		Rewrite:    func(r *httputil.ProxyRequest) { r.SetURL(upstream); r.SetXForwarded() },
		Transport:  &http.Transport{MaxIdleConnsPerHost: 1024, DisableCompression: true},
		BufferPool: buffers,
	})
	t.Fatal(err)
}

// costBuffers implements httputil.BufferPool.
type costBuffers struct{ pool sync.Pool }

func (b *costBuffers) Get() []byte  { return *b.pool.Get().(*[]byte) }
func (b *costBuffers) Put(p []byte) { b.pool.Put(&p) }

// What nginx does besides forwarding. It undoes gzip only for a client that
// takes none, so that a second server has to do it again.
const (
	subFilter = `sub_filter '<head>' '<head><script async="" src="/.ferngate/widget.js?v=0123456789abcdef"></script>'; sub_filter_once on;`
	regzip    = "gzip on; gzip_comp_level 1; gzip_min_length 0; gzip_proxied any;"
)

func startCostNginx(t *testing.T, app, name, does string) *costTarget {
	t.Helper()
	dir, port := t.TempDir(), costPort(t)
	outer, inner := "app", ""
	if does == regzip {
		outer, inner = "inner", strings.NewReplacer("{dir}", dir, "{does}", "gunzip on; "+subFilter).Replace(`
  upstream inner { server unix:{dir}/inner.sock; keepalive 64; keepalive_requests 10000000; }
  server { listen unix:{dir}/inner.sock; location / { {does} proxy_pass http://app; } }`)
	}
	writeFiles(t, dir, map[string]string{"nginx.conf": strings.NewReplacer("{dir}", dir, "{port}", port, "{app}", strings.TrimPrefix(app, "http://"),
		"{outer}", outer, "{inner}", inner, "{does}", does).Replace(costNginx)})
	return startCost(t, name, port, dir, nginxPath(), "-e", filepath.Join(dir, "error.log"), "-c", filepath.Join(dir, "nginx.conf"))
}

const costNginx = `daemon off;
master_process off;
pid {dir}/nginx.pid;
events {}
http {
  access_log off;
  keepalive_requests 10000000;
  client_body_temp_path {dir}/body;
  fastcgi_temp_path {dir}/fastcgi;
  proxy_temp_path {dir}/proxy;
  scgi_temp_path {dir}/scgi;
  uwsgi_temp_path {dir}/uwsgi;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Accept-Encoding "";
  proxy_set_header X-Forwarded-For $remote_addr;
  upstream app { server {app}; keepalive 64; keepalive_requests 10000000; }{inner}
  server { listen 127.0.0.1:{port}; location / { {does} proxy_pass http://{outer}; } }
}
`

func costPort(t *testing.T) string {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// cpu is what the threads of the program used so far. The kernel counts it in
// nanoseconds here, and in hundredths of a second for the process as a whole.
func (c *costTarget) cpu(t *testing.T) time.Duration {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", c.cmd.Process.Pid))
	if err != nil || len(threads) == 0 {
		t.Fatalf("no schedstat of %s: %v", c.name, err)
	}
	var sum time.Duration
	for _, thread := range threads {
		var used time.Duration
		stat, err := os.ReadFile(thread)
		if err == nil {
			_, err = fmt.Sscan(string(stat), &used)
		}
		if err != nil {
			t.Fatal(err)
		}
		sum += used
	}
	return sum
}

// peak is the most memory that the program ever had, in KiB.
func (c *costTarget) peak(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
