// Package widget makes widget.js: the script that ferngate puts into an app's
// pages, which loads the Ferndesk SDK there and tells it who is signed in.
package widget

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/ferngate/ferngate/config"
)

const (
	// Path is where a site's pages load the script from.
	Path = "/.ferngate/widget.js"
	// WhoamiPath is where the script asks who is signed in.
	WhoamiPath = "/.ferngate/whoami"
)

// source is the script with a name in place of its settings.
//
//go:embed widget.js
var source []byte

// placeholder is that name.
var placeholder = []byte("SETTINGS")

// Script is a site's widget.js. There is nothing personal in it, so that all of
// the site's pages share it, and caches may keep it.
type Script struct {
	body    []byte
	gzipped []byte
	sum     [sha256.Size]byte
}

// New renders a site's widget.js; f must have a widget id.
func New(f config.Ferndesk, in config.Inject) (*Script, error) {
	settings, err := encodeSettings(f, in)
	if err != nil {
		return nil, fmt.Errorf("settings of widget.js: %w", err)
	}
	body := bytes.Replace(source, placeholder, settings, 1)
	var gzipped bytes.Buffer
	z := gzip.NewWriter(&gzipped)
	_, err = z.Write(body)
	if err := errors.Join(err, z.Close()); err != nil {
		return nil, fmt.Errorf("compress widget.js: %w", err)
	}
	return &Script{body: body, gzipped: gzipped.Bytes(), sum: sha256.Sum256(body)}, nil
}

// Body is the script; it must not be changed.
func (s *Script) Body() []byte { return s.body }

// Gzipped is the script in gzip (RFC 1952); it must not be changed.
func (s *Script) Gzipped() []byte { return s.gzipped }

// Hash names this version of the script: 16 hex digits over all of it.
func (s *Script) Hash() string { return hex.EncodeToString(s.sum[:8]) }

// Integrity is the script's integrity metadata, which is a CSP source as well when quoted.
func (s *Script) Integrity() string {
	return "sha256-" + base64.StdEncoding.EncodeToString(s.sum[:])
}
