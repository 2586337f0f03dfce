package config

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
)

// Image is a picture that was read from a file: SVG, PNG, JPEG or WebP. The zero
// value is the absent one.
type Image struct {
	// Type is the media type that its content was found to be of.
	Type string
	// Content is the file's.
	Content []byte
}

// maxImage is the most that is read of a picture: every page has it in itself.
const maxImage = 64 << 10

// svgSpace is the namespace of SVG, without which a browser shows no picture.
const svgSpace = "http://www.w3.org/2000/svg"

// readImage reads a picture. The two texts are what is wrong and what to write
// instead; the first is empty when nothing is.
func readImage(path string) (i Image, problem, mend string) {
	content, _, problem := readRegular(path, maxImage)
	what := "the file " + quoted(path)
	switch {
	case problem != "":
		return Image{}, problem, otherFile
	case len(content) > maxImage:
		return Image{}, what + " is larger than 64 KiB, and every page has it in itself", "make it smaller: an SVG, or a picture of 400 pixels at most"
	case len(content) == 0:
		return Image{}, what + " is empty", "write the name of an SVG, PNG, JPEG or WebP file"
	}
	switch kind := http.DetectContentType(content); kind {
	case "image/png", "image/jpeg", "image/webp":
		return Image{kind, content}, "", ""
	}
	if problem, mend = checkSVG(content); problem != "" {
		return Image{}, what + " " + problem, mend
	}
	return Image{"image/svg+xml", content}, "", ""
}

// checkSVG tells why a browser would not show a file as an SVG. Scripts in one
// are no danger: they do not run in a picture.
func checkSVG(content []byte) (problem, mend string) {
	d := xml.NewDecoder(bytes.NewReader(content))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // only the elements count here
	root := xml.Name{}
	for {
		token, err := d.Token()
		if start, ok := token.(xml.StartElement); ok && root.Local == "" {
			root = start.Name
		}
		switch {
		case err == nil:
			continue
		case root.Local != "svg":
			return "is no SVG, PNG, JPEG or WebP picture", "write the name of one that is"
		case root.Space != svgSpace:
			return "is an SVG without its namespace, which browsers show in no page", `add xmlns="` + svgSpace + `" to its svg element`
		case !errors.Is(err, io.EOF):
			return "is an SVG that is not well-formed", "export it again, as plain SVG"
		}
		return "", ""
	}
}

// DataURI is the picture as the address of itself (RFC 2397), "" where there is none.
func (i Image) DataURI() string {
	if i.Type == "" {
		return ""
	}
	return "data:" + i.Type + ";base64," + base64.StdEncoding.EncodeToString(i.Content)
}

// String names the media type and not the content.
func (i Image) String() string { return i.Type }

// MarshalText implements encoding.TextMarshaler as String does.
func (i Image) MarshalText() ([]byte, error) { return []byte(i.Type), nil }
