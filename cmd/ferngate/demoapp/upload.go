package demoapp

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
)

var errNoFile = errors.New("the form has no file in it")

// uploaded is what the app remembers of a file: nothing but this report.
type uploaded struct {
	Name   string
	Size   int64
	SHA256 string
}

// uploadView is the form, with what became of the last file sent.
type uploadView struct {
	File    *uploaded
	Problem string
}

func (a *app) uploadForm(w http.ResponseWriter, r *http.Request) {
	a.showUpload(w, r, http.StatusOK, uploadView{})
}

func (a *app) upload(w http.ResponseWriter, r *http.Request) {
	file, err := measure(r)
	switch {
	case errors.Is(err, errNoFile):
		a.showUpload(w, r, http.StatusUnprocessableEntity, uploadView{Problem: "Please choose a file first."})
	case err != nil:
		a.showUpload(w, r, http.StatusBadRequest, uploadView{Problem: "The file did not arrive whole."})
	default:
		a.showUpload(w, r, http.StatusOK, uploadView{File: file})
	}
}

// measure hashes the form's file as it arrives. Nothing is kept, so a file of
// any size takes the same little memory.
func measure(r *http.Request) (*uploaded, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	part, err := filePart(form)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	size, err := io.Copy(sum, part)
	if err != nil {
		return nil, err
	}
	return &uploaded{Name: clip(part.FileName(), maxLine), Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

func filePart(form *multipart.Reader) (*multipart.Part, error) {
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, errNoFile
		}
		if err != nil {
			return nil, err
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part, nil
		}
	}
}

func (a *app) showUpload(w http.ResponseWriter, r *http.Request, status int, v uploadView) {
	a.render(w, r, status, "upload.html", view{Title: "Upload", Tab: "upload", Data: v})
}
