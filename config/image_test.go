package config

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// encoded is a small picture as encode writes it.
func encoded(t *testing.T, encode func(*bytes.Buffer, image.Image) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What a picture is, is told by its content and not by its name.
func TestReadImage(t *testing.T) {
	for what, c := range map[string]struct {
		content []byte
		want    string // the media type, or what is wrong
	}{
		"SVG":       {testSVG(), "image/svg+xml"},
		"plain SVG": {[]byte("\ufeff<!-- drawn --><svg xmlns='http://www.w3.org/2000/svg'/>\n"), "image/svg+xml"},
		"SVG with a prefix and a DOCTYPE": {[]byte(`<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g/></s:svg>`),
			"image/svg+xml"},
		"SVG in Latin-1": {[]byte("<?xml version='1.0' encoding='ISO-8859-1'?><svg xmlns='http://www.w3.org/2000/svg'/>"), "image/svg+xml"},
		"PNG":            {encoded(t, func(b *bytes.Buffer, i image.Image) error { return png.Encode(b, i) }), "image/png"},
		"JPEG":           {encoded(t, func(b *bytes.Buffer, i image.Image) error { return jpeg.Encode(b, i, nil) }), "image/jpeg"},
		"WebP":           {[]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"), "image/webp"},
		"the limit":      {append(testSVG(), bytes.Repeat([]byte(" "), maxImage-len(testSVG()))...), "image/svg+xml"},

		"beyond it":          {append(testSVG(), bytes.Repeat([]byte(" "), maxImage-len(testSVG())+1)...), "larger than 64 KiB"},
		"GIF":                {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "is no SVG, PNG, JPEG or WebP picture"},
		"a text":             {[]byte("logo"), "is no SVG, PNG, JPEG or WebP picture"},
		"a page":             {[]byte(`<html><svg xmlns="http://www.w3.org/2000/svg"/></html>`), "is no SVG, PNG, JPEG or WebP picture"},
		"SVG cut off":        {testSVG()[:len(testSVG())-10], "is an SVG that is not well-formed"},
		"SVG's start cut":    {testSVG()[:30], "is no SVG, PNG, JPEG or WebP picture"},
		"SVG without its ns": {[]byte(`<svg viewBox="0 0 1 1"/>`), "without its namespace"},
	} {
		file := filepath.Join(t.TempDir(), "logo.gif")
		if err := os.WriteFile(file, c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		got, problem, mend := readImage(file)
		if problem != "" {
			if !strings.Contains(problem, c.want) || mend == "" || got.DataURI() != "" {
				t.Errorf("%s: %s; %s", what, problem, mend)
			}
			continue
		}
		if got.Type != c.want || !bytes.Equal(got.Content, c.content) || !strings.HasPrefix(got.DataURI(), "data:"+c.want+";base64,") {
			t.Errorf("%s: %s, %.60s", what, got, got.DataURI())
		}
	}
}

func TestParseColor(t *testing.T) {
	for text, want := range map[string]string{
		"#2c6a3e": "#2c6a3e", "#2C6A3E": "#2c6a3e", "#fd0": "#ffdd00", "#000": "#000000",
		"": "", "#": "", "#12": "", "#1234": "", "#12345": "", "#1234567": "", "#2c6a3g": "", "2c6a3e": "", " #2c6a3e": "", "#2c6a3e\n": "", "red": "",
	} {
		c, problem, _ := parseColor(text)
		if (problem == "") != (want != "") || want != "" && c.String() != want {
			t.Errorf("%q: %s %s", text, c, problem)
		}
	}
}
