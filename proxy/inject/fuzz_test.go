package inject

import (
	"bytes"
	"io"
	"testing"
)

// FuzzInto: whatever the document, however it arrives and in whichever
// encoding, without the element it is what the app sent, and the element is
// there at most once. (Policies are left alone here.)
func FuzzInto(f *testing.F) {
	for _, doc := range []string{
		before + after + "<p>x", "<!doctype html>", "<html\n lang=en><!-- <head> --><HEAD >", "<body>x", "text", "<script><!--<script></script>--></script><head>",
		"\xef\xbb\xbf<html><title><head></title>", "<html><head><meta http-equiv=content-security-policy content='a&amp;b'></head><frameset>",
		"<!doctype html><template><meta name=ferngate content=off></template><noscript><head>", "<html><head><title>x",
	} {
		f.Add([]byte(doc), uint16(5), uint8(0), true)
		f.Add([]byte(doc), uint16(1), uint8(1), false)
		f.Add([]byte(doc), uint16(40), uint8(3), false)
	}
	names := []string{"", "gzip", "zlib", "bare", "br", "zstd"}
	f.Fuzz(func(t *testing.T, doc []byte, size uint16, coding uint8, known bool) {
		name := names[int(coding)%len(names)]
		contentType := []string{"text/html", "application/xhtml+xml"}[int(coding)/len(names)%2]
		pieces, header := piecesOf(bytes.Clone(doc), int(size)), ""
		if name != "" {
			var texts []string
			for _, p := range pieces {
				texts = append(texts, string(p))
			}
			if len(texts) > 1000 {
				return // as many flushes cost too much here
			}
			pieces, header = encoded(t, name, texts...), testCodings[name].header
		}
		length := int64(-1)
		if known {
			length = int64(len(bytes.Join(pieces, nil)))
		}
		sent := bytes.Clone(bytes.Join(pieces, nil))
		res, _ := answerOf(contentType, header, length, pieces...)
		err := Into(res, leaving{})
		out, readErr := io.ReadAll(res.Body)
		if readErr != nil {
			t.Fatal(readErr)
		}
		if err != nil {
			if !bytes.Equal(out, sent) {
				t.Errorf("%v: %q became %q", err, sent, out)
			}
			return
		}
		if res.ContentLength >= 0 && res.ContentLength != int64(len(out)) {
			t.Errorf("Content-Length %d of %d bytes", res.ContentLength, len(out))
		}
		text := out
		if name != "" {
			text = []byte(decoded(t, name, out))
		}
		if got := bytes.Replace(text, []byte(testElement), nil, 1); !bytes.Equal(got, doc) && !bytes.Equal(text, doc) {
			t.Errorf("%q became %q", doc, text)
		}
	})
}

// leaving puts the element in and leaves policies alone.
type leaving struct{}

func (leaving) Edit(policies []string) (string, []string, error) { return testElement, policies, nil }
func (leaving) EditLater(policy string) string                   { return policy }
func (leaving) Done(error)                                       {}

// FuzzPolicies: a policy's new text is what a parser finds in its place, and
// nothing else of the tag changes.
func FuzzPolicies(f *testing.F) {
	f.Add([]byte(`<meta http-equiv="Content-Security-Policy" content="default-src 'self'">`), "a 'b' & \"c\" <d>")
	f.Add([]byte(`<META content=x/ http-equiv=content-security-policy/>`), "x")
	f.Add([]byte("<meta =content=1 content\n=\n'2' content=3 http-equiv=content-security-policy>"), "")
	f.Fuzz(func(t *testing.T, tag []byte, policy string) {
		s := scanner{mode: inHead}
		s.scan(tag, 0, true)
		if len(s.policies) != 1 || s.policies[0].start != 0 || s.policies[0].end != len(tag) {
			return
		}
		out := withContent(tag, policy)
		again := scanner{mode: inHead}
		again.scan(out, 0, true)
		if bytes.Equal(out, tag) {
			return // too odd to change
		}
		if len(again.policies) != 1 || again.policies[0].end != len(out) {
			t.Fatalf("%q became %q", tag, out)
		}
		if got := again.policies[0].content; got != policy {
			t.Errorf("%q became %q, with the policy %q", tag, out, got)
		}
	})
}
