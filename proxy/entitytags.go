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

// versionSize is the length of a version, in hex digits.
const versionSize = 12

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
	return entityTags{hex.EncodeToString(sum[:versionSize/2])}
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

// undoneTag is what the app knows of a tag that a client sent.
type undoneTag struct {
	sent    string // the tag itself
	own     string // the app's own tag that it was made of
	date    string // or its date
	ours    bool   // whether we made it
	current bool   // of the widget as it is now
}

// undo takes our part of a tag away.
func (e entityTags) undo(tag string) undoneTag {
	const size = len(ofTag) + versionSize + len(`"`)
	theirs := undoneTag{sent: tag}
	if len(tag) <= size || !isEntityTag(tag) {
		return theirs
	}
	rest, mark, version := tag[:len(tag)-size], tag[len(tag)-size:], ""
	mark, version = mark[:len(ofTag)], mark[len(ofTag):len(mark)-1]
	if strings.Trim(version, "0123456789abcdef") != "" {
		return theirs
	}
	t := undoneTag{sent: tag, ours: true, current: version == e.version}
	switch mark {
	case ofTag:
		t.own = rest + `"`
		return t
	case ofDate:
		if seconds, err := strconv.ParseInt(strings.TrimPrefix(rest, `W/"`), 10, 64); err == nil && 0 <= seconds && seconds < endOfDates {
			t.date = time.Unix(seconds, 0).UTC().Format(http.TimeFormat)
			return t
		}
	}
	return theirs
}

// endOfDates is the first second that HTTP can write no date of.
const endOfDates = 253402300800
