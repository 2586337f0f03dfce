package proxy

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ferngate/ferngate/proxy/widget"
)

// entityTags makes the tags (RFC 9110, section 8.8.3) of injected pages from
// the app's: each is the app's own tag with the version of what was put in
// behind it, so that a page with another version, or with none, is never taken
// for the same. A page that has a date alone gets a tag of the date.
type entityTags struct{ version string }

// Two marks of a version, of a tag that was the app's own or a date.
const (
	ofTag  = "-fg"
	ofDate = "-fd"
)

// injectorRevision is part of the version: it is counted up when the injector
// puts the same element into the same page in another way.
const injectorRevision = "1"

func newEntityTags(script *widget.Script, sources []string) entityTags {
	sum := sha256.Sum256([]byte(injectorRevision + "\n" + script.Hash() + "\n" + strings.Join(sources, " ")))
	return entityTags{hex.EncodeToString(sum[:6])}
}

// derive makes the validators of an answer those of the page that is sent.
func (e entityTags) derive(h http.Header) {
	tag := h.Get("Etag")
	date := h.Get("Last-Modified")
	delete(h, "Etag")
	delete(h, "Last-Modified") // the page changes when the widget does
	switch {
	case isEntityTag(tag):
		h["Etag"] = []string{tag[:len(tag)-1] + ofTag + e.version + `"`}
	case date != "":
		if t, err := http.ParseTime(date); err == nil {
			h["Etag"] = []string{`W/"` + strconv.FormatInt(t.Unix(), 10) + ofDate + e.version + `"`}
		}
	}
}

// isEntityTag reports whether a text is one.
func isEntityTag(tag string) bool {
	opaque := strings.TrimPrefix(tag, "W/")
	return len(opaque) >= 2 && opaque[0] == '"' && strings.IndexByte(opaque[1:], '"') == len(opaque)-2
}

// undo returns what the app knows of a tag of ours: its own tag, or its date.
// ours is false for a tag that we did not make, current for one of this version.
func (e entityTags) undo(tag string) (own, date string, ours, current bool) {
	const size = len(ofTag) + 12 + 1
	if len(tag) <= size || !isEntityTag(tag) {
		return "", "", false, false
	}
	mark, version := tag[len(tag)-size:len(tag)-13], tag[len(tag)-13:len(tag)-1]
	if mark != ofTag && mark != ofDate || strings.Trim(version, "0123456789abcdef") != "" {
		return "", "", false, false
	}
	rest := tag[:len(tag)-size]
	if mark == ofTag {
		return rest + `"`, "", true, version == e.version
	}
	seconds, err := strconv.ParseInt(strings.TrimPrefix(rest, `W/"`), 10, 64)
	if err != nil {
		return "", "", false, false
	}
	return "", time.Unix(seconds, 0).UTC().Format(http.TimeFormat), true, version == e.version
}
