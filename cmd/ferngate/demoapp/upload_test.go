package demoapp

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"
)

// send posts a form whose field "file" holds content, cut short by cut bytes.
func send(t *testing.T, filename, content string, cut int) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("note", "fields before the file are skipped"); err != nil {
		t.Fatal(err)
	}
	part, err := form.CreateFormFile("file", filename)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	body.Truncate(body.Len() - cut)
	return do(Handler(), request(t, http.MethodPost, "/upload", body.String(), "Content-Type", form.FormDataContentType()))
}

func TestUploadReportsSizeAndHash(t *testing.T) {
	w := send(t, "fern.txt", "abc", 0)
	wantStatus(t, w, http.StatusOK)
	wantBody(t, w,
		`<td id="file-name">fern.txt</td>`,
		`<span id="file-size">3</span> bytes`,
		`<code id="file-sha256">ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad</code>`)
}

func TestUploadOfAnEmptyFileIsAFileToo(t *testing.T) {
	w := send(t, "empty", "", 0)
	wantStatus(t, w, http.StatusOK)
	wantBody(t, w, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
}

func TestUploadEscapesTheFileName(t *testing.T) {
	w := send(t, "<img src=x>", "abc", 0)
	wantBody(t, w, "&lt;img src=x&gt;")
	wantNotInBody(t, w, "<img")
}

func TestUploadWithoutAFileAsksForOne(t *testing.T) {
	w := send(t, "", "", 0)
	wantStatus(t, w, http.StatusUnprocessableEntity)
	wantBody(t, w, "Please choose a file first.")
}

func TestUploadCutShortIsNotReportedAsAFile(t *testing.T) {
	w := send(t, "fern.txt", "abcdefghijklmnopqrstuvwxyz", 75)
	wantStatus(t, w, http.StatusBadRequest)
	wantBody(t, w, "The file did not arrive whole.")
	wantNotInBody(t, w, "file-sha256")
}

func TestUploadThatIsNoMultipartFormIsRefused(t *testing.T) {
	w := do(Handler(), request(t, http.MethodPost, "/upload", "abc", "Content-Type", "text/plain"))
	wantStatus(t, w, http.StatusBadRequest)
}
