package inject

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// The marks of a page that loads the Ferndesk SDK itself: the id that its
// loader gives to the element, and where the SDK is.
const (
	sdkID   = "ferndesk-sdk"
	sdkHost = "//static.ferndesk.com/"
)

// loadsSDK reports whether a part of a page, its beginning, has an element or
// a script that loads the SDK. A page that shows such code as text has not.
func loadsSDK(part []byte) bool {
	if !bytes.Contains(part, []byte("ferndesk")) {
		return false // as nearly all
	}
	script := false
	for z := html.NewTokenizer(bytes.NewReader(part)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			script = string(name) == "script"
			a := readAttributes(z)
			if a.id == sdkID || script && strings.Contains(a.src, sdkHost) {
				return true
			}
		case html.TextToken:
			if text := z.Raw(); script && (bytes.Contains(text, []byte(sdkID)) || bytes.Contains(text, []byte(sdkHost))) {
				return true
			}
		case html.EndTagToken:
			script = false
		}
	}
}
