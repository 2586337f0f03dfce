package proxy

import (
	"encoding/xml"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// knownH2 is what h2spec finds of net/http's own HTTP/2, with the reason.
var knownH2 = map[string]string{
	"http2/4.2 Sends a large size HEADERS frame that exceeds the SETTINGS_MAX_FRAME_SIZE":                          "it takes frames of up to 1 MiB, and says so, while h2spec goes by the least that there is",
	"http2/6.5.3 Sends multiple values of SETTINGS_INITIAL_WINDOW_SIZE":                                            "it closes a connection that sets a value twice",
	"http2/8.1.2.2 Sends a HEADERS frame that contains the connection-specific header field":                       "it answers 400, which tells more than a reset (TestH2_SmugglingRefused)",
	"http2/8.1.2.2 Sends a HEADERS frame that contains the TE header field with any value other than \"trailers\"": "the same",
}

// h2report is as much as is needed of the report that h2spec writes.
type h2report struct {
	Suites []struct {
		Cases []struct {
			Package string `xml:"package,attr"`
			Name    string `xml:"classname,attr"`
			Failure *struct {
				Text string `xml:",chardata"`
			} `xml:"failure"`
			Error *struct {
				Text string `xml:",chardata"`
			} `xml:"error"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

// The gateway speaks HTTP/2 as RFC 9113 has it: what h2spec finds is what is
// known, no more and no less.
func TestH2Spec(t *testing.T) {
	h2spec := needs(t, "h2spec")
	t.Parallel() // it waits for time-outs, mostly
	anyHost := strings.Replace(testConfig, "  - host: app.test\n    upstream", "  - upstream", 1)
	g := startTLSGateway(t, anyHost, startRecorder(t, "").url)
	at, err := url.Parse(g.url)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.xml")
	out, err := exec.CommandContext(t.Context(), h2spec, "--tls", "--insecure", "--host", at.Hostname(), "--port", at.Port(),
		"--path", "/public/x", "--timeout", "5", "--junit-report", file).CombinedOutput()
	text, readErr := os.ReadFile(file)
	if readErr != nil {
		t.Fatalf("no report: %v %v\n%s", readErr, err, out)
	}
	var report h2report
	if err := xml.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	run, found := 0, map[string]bool{}
	for _, suite := range report.Suites {
		for _, c := range suite.Cases {
			run++
			if c.Failure == nil && c.Error == nil {
				continue
			}
			name := c.Package + " " + c.Name
			found[name] = true
			if knownH2[name] == "" {
				t.Errorf("fails: %q", name)
			}
		}
	}
	if run < 140 {
		t.Errorf("only %d cases were run", run)
	}
	for name := range knownH2 {
		if !found[name] {
			t.Errorf("passes now, take it off the list: %q", name)
		}
	}
}
