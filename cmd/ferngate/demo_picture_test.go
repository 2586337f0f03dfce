package main

import (
	"bytes"
	"errors"
	"flag"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// demoPicture is the README's.
const demoPicture = "../../.github/demo.png"

var update = flag.Bool("update", false, "write golden files, and the README's picture of the demo, anew")

// The demo, with its widget open, as a person sees it. The picture is taken where
// it is missing or asked for, and is otherwise only looked at.
func TestDemoPicture(t *testing.T) {
	const width, height = 1200, 800
	if _, err := os.Stat(demoPicture); errors.Is(err, fs.ErrNotExist) || *update {
		b := newBrowser(t)
		b.do("a window of that size", chromedp.EmulateViewport(width, height))
		url := startDemo(t)
		b.open(url + "/login?back=/")
		b.clickLogIn("alice", demoPassword)
		b.wait("/", "#userbar", "Logged in as Alice Liddell")
		b.wantShown(demoPerson("alice"))
		b.js("document.querySelector('#ferndesk-widget').shadowRoot.querySelector('#launcher').click()")
		b.until("document.querySelector('#ferndesk-widget').shadowRoot.querySelector('#greeting').checkVisibility()")
		picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(demoPicture), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(demoPicture, picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	picture, err := os.ReadFile(demoPicture)
	if err != nil {
		t.Fatal(err)
	}
	size, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	if size.Width != width || size.Height != height {
		t.Errorf("%s has %d × %d pixels, want %d × %d", demoPicture, size.Width, size.Height, width, height)
	}
}
