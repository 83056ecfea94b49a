package web_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

// photo is a small JPEG, different for each n.
func photo(t *testing.T, n int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range 40 {
		img.Set(i, n%30, color.RGBA{R: uint8(n * 9), G: 200, A: 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFilesAreTakenInShownServedAndRemoved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		// With the form, by its own button, and by the button on the piece's page.
		piece := asha.observation().sendFiles(http.StatusOK, []file{{"file", "Clinic ✓.jpg", photo(t, 1)}, {"file", "notes.txt", []byte("Four readings.")}}, "intent", "save")
		piece.wants("Draft saved.", "Clinic ✓.jpg", "notes.txt", "/rendition")
		asha.get(piece.path, http.StatusOK).form("/attachments").sendFiles(http.StatusOK, []file{{"file", "renamed.pdf", photo(t, 2)}}).
			wants("Files added.", "renamed.jpg")
		e := s.onePiece(t)
		if len(e.Attachments) != 3 {
			t.Fatalf("there are %d files, not 3", len(e.Attachments))
		}
		picture, notes := e.Attachments[0], e.Attachments[1]
		for _, tc := range []struct {
			path, mediaType, disposition string
		}{
			{"/attachments/" + string(picture.ID), "image/jpeg", "attachment; "},
			{"/attachments/" + string(notes.ID), "text/plain; charset=utf-8", "attachment; "},
			{"/attachments/" + string(picture.ID) + "/rendition", "image/jpeg", "inline; "},
		} {
			got := asha.get(tc.path, http.StatusOK)
			for name, want := range map[string]string{
				"Content-Type": tc.mediaType, "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
				"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
			} {
				if got.header.Get(name) != want {
					t.Errorf("%s: %s is %q, not %q", tc.path, name, got.header.Get(name), want)
				}
			}
			if !strings.HasPrefix(got.header.Get("Content-Disposition"), tc.disposition) || len(got.header.Values("Content-Security-Policy")) != 1 {
				t.Errorf("%s is served with %v", tc.path, got.header)
			}
			// A draft and its files are its author's only.
			for _, p := range []countersign.Person{s.Mentor, s.HubLead, s.Manager, s.OtherApprentice, s.OtherGP} {
				if status := s.status(t, p, tc.path); status != http.StatusNotFound && status != http.StatusForbidden {
					t.Errorf("%s gets %d for %s", p.Name, status, tc.path)
				}
			}
		}
		asha.get("/attachments/"+string(notes.ID)+"/rendition", http.StatusNotFound)
		s.as(t, s.Mentor).post("/attachments/"+string(notes.ID)+"/deletion", nil, http.StatusNotFound)

		asha.get(piece.path, http.StatusOK).form(string(notes.ID) + "/deletion").send(http.StatusOK).wants("File removed.").lacks("notes.txt")
		asha.get(piece.path+"/edit", http.StatusOK).form("/edit").with("remove", string(picture.ID)).send(http.StatusOK, "intent", "submit").
			wants("Submitted for review.", "renamed.jpg").lacks("Clinic ✓", "/deletion")
		left := s.onePiece(t).Attachments[0]
		asha.post("/attachments/"+string(left.ID)+"/deletion", nil, http.StatusConflict).wants("cannot be changed any more")
		asha.upload(piece.path+"/attachments", nil, []file{{"file", "late.jpg", photo(t, 3)}}, http.StatusConflict).wants("cannot be changed any more")
		s.as(t, s.Mentor).get("/attachments/"+string(left.ID), http.StatusOK)
		s.as(t, s.HubLead).get("/attachments/"+string(left.ID), http.StatusForbidden)
	})
}

// status is what that person gets for an address.
func (s *site) status(t *testing.T, p countersign.Person, path string) int {
	t.Helper()
	c := s.as(t, p)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode
}

func TestRefusedFilesAreNamedAndTheOthersKept(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		for _, tc := range []struct {
			name  string
			bad   file
			wants string
		}{
			{"empty", file{"file", "empty.pdf", nil}, "empty"},
			{"a program with another name", file{"file", "photo.jpg", []byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff")}, "must be"},
			{"cut short", file{"file", "cut.jpg", photo(t, 4)[:200]}, "damaged"},
			{"21MB", file{"file", "scan.pdf", append([]byte("%PDF-1.7\n"), make([]byte, 21<<20)...)}, "smaller than 20MB"},
			{"an NHS number as its name", file{"file", "943_476_5919.jpg", photo(t, 5)}, "NHS number"},
			{"an NHS number in its text", file{"file", "list.txt", []byte("Seen: 943 476 5919")}, "NHS number"},
			{"HTML", file{"file", "page.txt", []byte("<html><script>alert(1)</script></html>")}, "must be"},
		} {
			t.Run(tc.name, func(t *testing.T) {
				asha := asha.in(t)
				good := file{"file", "good.jpg", photo(t, 6)}
				refused := asha.observation().sendFiles(http.StatusUnprocessableEntity, []file{tc.bad, good}, "intent", "submit")
				refused.wants("Error: ", "Your draft was saved", "“"+tc.bad.name+"”: ", tc.wants, "Remove good.jpg", `href="#file"`)
				// What remains can go on without it.
				refused.form("/edit").send(http.StatusOK, "intent", "submit").wants("Submitted for review.", "good.jpg")
			})
		}

		t.Run("11 files", func(t *testing.T) {
			asha := asha.in(t)
			var all []file
			for n := range 11 {
				all = append(all, file{"file", fmt.Sprintf("p%d.jpg", n+1), photo(t, n)})
			}
			refused := asha.observation().sendFiles(http.StatusUnprocessableEntity, all, "intent", "save")
			refused.wants("“p11.jpg”: A piece can have 10 files at most. Remove one first", "Remove p10.jpg").lacks("Remove p11.jpg")
			id := strings.TrimSuffix(refused.form("/edit").action, "/edit")
			// The same upload again changes nothing.
			asha.upload(id+"/attachments", nil, all[:2], http.StatusOK)
			if n := bytes.Count(asha.get(id, http.StatusOK).body, []byte(`action="/attachments/`)); n != 10 {
				t.Errorf("the page has %d files, not 10", n)
			}
		})
		t.Run("no file", func(t *testing.T) {
			asha := asha.in(t)
			piece := asha.observation().send(http.StatusOK, "intent", "save")
			piece.form("/attachments").sendFiles(http.StatusUnprocessableEntity, nil).wants("Select a file", `href="#file"`)
			piece.form("/attachments").send(http.StatusUnprocessableEntity).wants("Select a file")
		})
		t.Run("nobody signed in", func(t *testing.T) {
			s.anonymous(t).upload("/evidence/x/attachments", url.Values{}, []file{{"file", "a.jpg", photo(t, 1)}}, http.StatusUnauthorized)
		})
	})
}

// TestWhatWasTypedStaysWhenTheStorageOfFilesIsAway: the text is kept as a draft,
// and the file can be sent once the storage is back.
func TestWhatWasTypedStaysWhenTheStorageOfFilesIsAway(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		notes := []file{{"file", "notes.txt", []byte("Four readings.")}}
		s.files.away.Store(true)
		refused := s.as(t, s.Apprentice).observation().with("narrative", "Typed with care.").sendFiles(http.StatusUnprocessableEntity, notes, "intent", "submit")
		refused.wants("“notes.txt”: The storage is away", "Your draft was saved", "Typed with care.")
		s.files.away.Store(false)
		refused.form("/edit").sendFiles(http.StatusOK, notes, "intent", "submit").wants("Submitted for review.", "notes.txt")
	})
}
