package main

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// Four of ferngate's own pages side by side: light and dark, in four languages,
// as they are and with a site's own logo and colour.
func TestOwnPagesPicture(t *testing.T) {
	const width, height = 400, 540
	wantPicture(t, "../../.github/pages.png", 4*width, height, func() []byte {
		plain, _ := serveOwnPages(t, "plain")
		branded, _ := serveOwnPages(t, "branded")
		b := newBrowser(t)
		b.do("a window for one of them", chromedp.EmulateViewport(width, height))
		sheet := image.NewRGBA(image.Rect(0, 0, 4*width, height))
		for i, shown := range []struct{ url, scheme string }{
			{plain + "/en/sign-in", "light"}, {plain + "/fr/wrong-password", "dark"},
			{branded + "/de/sign-in", "light"}, {branded + "/es/not-allowed", "dark"},
		} {
			b.prefers("prefers-color-scheme", shown.scheme)
			b.open(shown.url)
			// What differs from one picture to the next is no difference of the page.
			b.js("document.querySelector('code') && (document.querySelector('code').textContent = '0123456789abcdef')")
			b.js("document.querySelector('[value^=nobody]') && (document.querySelector('[value^=nobody]').value = 'camille')")
			b.js("document.activeElement.style.caretColor = 'transparent'")
			part, err := png.Decode(bytes.NewReader(b.picture()))
			if err != nil {
				t.Fatal(err)
			}
			draw.Draw(sheet, image.Rect(i*width, 0, (i+1)*width, height), part, image.Point{}, draw.Src)
		}
		var out bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, inFewColors(sheet)); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	})
}

// inFewColors is a picture in its 256 commonest colours, which is a third of the
// bytes: the others are shades at the edges of letters.
func inFewColors(picture *image.RGBA) image.Image {
	count := map[color.RGBA]int{}
	for y := range picture.Rect.Dy() {
		for x := range picture.Rect.Dx() {
			count[picture.RGBAAt(x, y)]++
		}
	}
	var palette color.Palette
	for _, c := range slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	}) {
		palette = append(palette, c)
	}
	few := image.NewPaletted(picture.Rect, palette[:min(len(palette), 256)])
	draw.Draw(few, few.Rect, picture, image.Point{}, draw.Src)
	return few
}
