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

var update = flag.Bool("update", false, "write golden files, the commands' page and the pictures anew")

// wantPicture wants a PNG of that size in a file. It is taken where it is
// missing or asked for, and is otherwise only looked at.
func wantPicture(t *testing.T, file string, width, height int, take func() []byte) {
	t.Helper()
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) || *update {
		picture := take()
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	picture, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	size, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	if size.Width != width || size.Height != height {
		t.Errorf("%s has %d × %d pixels, want %d × %d", file, size.Width, size.Height, width, height)
	}
}

// picture is what the window shows, as a PNG.
func (b *browser) picture() []byte {
	b.t.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	return picture
}
