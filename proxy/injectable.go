package proxy

import (
	"net/http"
	"strings"
)

// unwantedIn is why the answer to a request gets no widget if it is HTML, "" if
// it may get one: a person is opening a page in a tab of its own, or in a frame
// where the config allows it.
func (i *injector) unwantedIn(r *http.Request) reason {
	switch {
	case !isNavigation(r):
		return notNavigation
	case r.Method == http.MethodHead:
		return head
	}
	for _, name := range fragmentHeaders {
		if len(r.Header[name]) > 0 {
			return fragment
		}
	}
	if dest := r.Header["Sec-Fetch-Dest"]; len(dest) > 0 && dest[0] != "document" {
		if dest[0] != "iframe" && dest[0] != "frame" || !i.pages.Iframes {
			return inFrame
		}
	}
	return ""
}

// fragmentHeaders are those by which scripts ask for a page, or a part of one,
// to put it into the page that is there: htmx, Turbo, pjax, Unpoly, Inertia.
// Over plain HTTP nothing else tells such a request from a navigation.
var fragmentHeaders = [...]string{"Hx-Request", "Turbo-Frame", "X-Turbo-Request-Id", "X-Pjax", "X-Requested-With", "X-Up-Version", "X-Inertia"}

// vary is what it depends on whether a page gets the widget, besides the page.
const vary = "Sec-Fetch-Mode, Sec-Fetch-Dest, Accept, X-Requested-With, HX-Request, Turbo-Frame, X-Turbo-Request-Id, X-PJAX, X-Up-Version, X-Inertia"

// addVary extends an answer's Vary (RFC 9110, section 12.5.5) by what its
// injection depends on. An answer without the widget has it, too: it must not
// be kept for a navigation.
func addVary(h http.Header) {
	have := h["Vary"]
	if len(have) == 0 {
		h["Vary"] = []string{vary}
		return
	}
	if hasToken(have, ",", "*") {
		return
	}
	var more []string
	for name := range strings.SplitSeq(vary, ", ") {
		if !hasToken(have, ",", name) {
			more = append(more, name)
		}
	}
	if len(more) > 0 {
		h["Vary"] = append(have[:len(have):len(have)], strings.Join(more, ", "))
	}
}

// unfit is why an answer of HTML gets no widget, whatever the document; nil if
// it may.
func unfit(x *exchange, res *http.Response) error {
	h := res.Header
	switch {
	case x.unwanted != "":
		return x.unwanted
	case res.StatusCode != http.StatusOK && res.StatusCode < 400, len(h["Content-Range"]) > 0:
		return otherStatus
	case isDownload(h):
		return attachment
	case hasToken(h["Cache-Control"], ",", "no-transform"): // RFC 9111, section 5.2.2.6
		return noTransform
	case hasToken(h["Cross-Origin-Embedder-Policy"], ";", "require-corp"), hasToken(h["Cross-Origin-Embedder-Policy"], ";", "credentialless"):
		return isolated
	case len(h["Document-Isolation-Policy"]) > 0 && !hasToken(h["Document-Isolation-Policy"], ";", "none"):
		return isolated
	case len(h["Integrity-Policy"]) > 0 && strings.Contains(strings.Join(h["Integrity-Policy"], ","), "script"): // Subresource Integrity, section 3.9
		return integrity
	}
	return nil
}

// isDownload reports whether an answer is to be saved and not shown: whatever
// is not inline is (RFC 6266, section 4.2).
func isDownload(h http.Header) bool {
	kind, _, _ := strings.Cut(h.Get("Content-Disposition"), ";")
	kind = strings.TrimSpace(kind)
	return kind != "" && !strings.EqualFold(kind, "inline") && !strings.Contains(kind, "=")
}

// hasToken reports whether a word is one of those that a header's lines list.
func hasToken(lines []string, separator, word string) bool {
	for _, line := range lines {
		for part := range strings.SplitSeq(line, separator) {
			if strings.EqualFold(strings.TrimSpace(part), word) {
				return true
			}
		}
	}
	return false
}
