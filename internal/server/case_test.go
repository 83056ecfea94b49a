package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"countersign/internal/interchange"
)

// Beneath /ims/case everything is told in the words of CASE, and needs no
// session, even what no route is for.
func TestCASERefusalsAreNoPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for path, status := range map[string]int{
		"/ims/case/v1p1/CFDocuments":                                  http.StatusOK,
		"/ims/case/v1p1/CFNothing":                                    http.StatusNotFound,
		"/ims/case/v1p1/CFItems/GPA-CA1":                              http.StatusBadRequest,
		"/ims/case/v1p1/CFItems/8f4f6a2e-5c6e-4f0b-9b51-0d8f5e0a8b11": http.StatusNotFound,
	} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		var info interchange.StatusInfo
		if err := json.Unmarshal(rec.Body.Bytes(), &info); err != nil || rec.Code != status || (info.CodeMajor == "failure") != (status != http.StatusOK) {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
}
