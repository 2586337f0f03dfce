package inject

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// What an app flushes is sent at once, but for a token of the head that has
// not arrived whole.
func TestWhatIsFlushedIsSent(t *testing.T) {
	for _, test := range []struct{ name, first, sent, second string }{
		{"the head goes on", "<!doctype html><head><link rel=preload>", "<!doctype html><head>" + testElement + "<link rel=preload>", "<title>x</title></head>"},
		{"a text", "<html><head></head>Loading…", "<html><head>" + testElement + "</head>Loading…", "<p>done"},
		{"the body", "<html><head></head><body><p>1", "<html><head>" + testElement + "</head><body><p>1", "<p>2"},
		{"no document", "ping\n", "ping\n", "ping\n"},
		{"padding", "<!-- " + strings.Repeat("-", 100) + " -->\n", "<!-- " + strings.Repeat("-", 100) + " -->\n", "<p>a fragment"},
	} {
		t.Run(test.name, func(t *testing.T) {
			res, body := answerOf("text/html", "", -1, []byte(test.first))
			_ = Into(res, new(testEditor))
			got := make([]byte, 1000)
			n, err := res.Body.Read(got)
			if err != nil || string(got[:n]) != test.sent {
				t.Fatalf("after the first flush: %q, %v", got[:n], err)
			}
			body.pieces = [][]byte{[]byte(test.second)}
			rest, err := io.ReadAll(res.Body)
			if err != nil || string(rest) != test.second {
				t.Errorf("the rest: %q, %v", rest, err)
			}
		})
	}
}

// What comes before the place of the element is not held back for it.
func TestALatePlace(t *testing.T) {
	res, body := answerOf("text/html", "", -1, []byte("<!doctype html>\n<ht"))
	var e testEditor
	if err := Into(res, &e); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ arrives, sent, done string }{
		{"", "<!doctype html>\n", ""},
		{"ml><!-- <head> -->", "<html><!-- <head> -->", ""},
		{"\n<he", "\n", ""},
		{"ad><title>", "<head>" + testElement, "injected"},
		{"x</title>", "<title>x</title>", "injected"},
		{"<p>", "<p>", "injected"},
	} {
		if step.arrives != "" {
			body.pieces = [][]byte{[]byte(step.arrives)}
		}
		got := make([]byte, 1000)
		n, err := res.Body.Read(got)
		if err != nil || string(got[:n]) != step.sent || strings.Join(e.done, " ") != step.done {
			t.Errorf("after %q: %q, %v, done: %v", step.arrives, got[:n], err, e.done)
		}
	}
}

// A policy that arrives after the element was sent is extended, too.
func TestALatePolicy(t *testing.T) {
	doc := "<!doctype html><head><title>x</title>\n"
	late := "<script>var a = '<meta http-equiv=content-security-policy content=\"script-src 1\">'</script>" +
		"<meta http-equiv=content-security-policy content=\"script-src 2\"></head><p><meta http-equiv=content-security-policy content=\"script-src 3\">"
	want := "<!doctype html><head>" + testElement + "<title>x</title>\n" +
		"<script>var a = '<meta http-equiv=content-security-policy content=\"script-src 1\">'</script>" +
		"<meta http-equiv=content-security-policy content=\"script-src https://static.ferndesk.com 2\"></head><p><meta http-equiv=content-security-policy content=\"script-src 3\">"
	for size := range len(late) {
		res, _ := answerOf("text/html", "", -1, append([][]byte{[]byte(doc)}, piecesOf([]byte(late), size)...)...)
		out, result := finish(t, res)
		if string(out) != want || result != "injected" {
			t.Errorf("in pieces of %d: %s\n%s", size, result, out)
		}
	}
}

// A head without an end goes through as it came, and costs no more memory the
// longer it is.
func TestAnEndlessHead(t *testing.T) {
	endless := func(links int) []byte {
		return append([]byte("<head>"), bytes.Repeat([]byte("<link rel=x>"), links)...)
	}
	for _, known := range []bool{false, true} {
		allocations := func(doc []byte) float64 {
			return testing.AllocsPerRun(5, func() {
				res, _ := answerOf("text/html", "", lengthOf(doc, known), doc)
				_ = Into(res, new(testEditor))
				_, _ = io.Copy(io.Discard, res.Body)
			})
		}
		if short, long := allocations(endless(1<<15)), allocations(endless(1<<20)); long > short*1.01 {
			t.Errorf("%v allocations, and for a longer document %v", short, long)
		}
		doc := endless(1 << 20)
		res, _ := answerOf("text/html", "", lengthOf(doc, known), bytes.Clone(doc))
		out, result := finish(t, res)
		if want := append([]byte("<head>"+testElement), doc[len("<head>"):]...); result != "injected" || !bytes.Equal(out, want) {
			t.Errorf("%s, %d bytes in place of %d", result, len(out), len(want))
		}
	}
}

func lengthOf(doc []byte, known bool) int64 {
	if known {
		return int64(len(doc))
	}
	return -1
}
