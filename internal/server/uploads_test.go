package server_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

// What somebody sends is their evidence: no copy of it stays where it was
// received, by whichever door it came and whatever became of it.
func TestNothingOfAnUploadStaysBehind(t *testing.T) {
	received := t.TempDir()
	h := newHouse(t)
	srv := httptest.NewServer(h)
	defer srv.Close()
	t.Setenv("TMPDIR", received)
	for path, field := range map[string]string{"/verify": "document", "/api/v1/checks": "file"} {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile(field, "large.pdf")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(bytes.Repeat([]byte("x"), 3<<20)); err != nil {
			t.Fatal(err)
		}
		if err := form.Close(); err != nil {
			t.Fatal(err)
		}
		res, err := http.Post(srv.URL+path, form.FormDataContentType(), &body)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, res.Body) // to its end, which comes when the server is done
		if err := errors.Join(err, res.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s answers %d", path, res.StatusCode)
		}
		left, err := os.ReadDir(received)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range left {
			t.Errorf("%s leaves %s", path, file.Name())
		}
	}
}
