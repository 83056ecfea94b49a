package app_test

import (
	"io"
	"mime/multipart"
	"net/http"
	"testing"
	"time"

	"countersign/internal/app"
)

// A server that is told to stop finishes what it was asked before: here an
// upload, half of which has arrived.
func TestAServerThatIsToldToStopFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKilling(t, dsn(t), killSeed)
			r := serve(t, app.Config{Data: k.c.Data, Database: k.c.Database, Demo: true, Now: k.c.Now})
			w := worker{killing: k, ctx: t.Context(), client: http.DefaultClient, address: r.url, asked: make(chan struct{}, 10)}
			piece, err := w.post(k.world.Apprentice, "/apprenticeships/"+string(k.world.App.ID)+"/evidence", map[string]any{
				"kind": "work_product", "title": "A letter", "occurred_on": "2026-03-01", "narrative": "I wrote it.", "details": map[string]string{"product": "A letter"},
			})
			if err != nil {
				t.Fatal(err, k.other)
			}
			body, out := io.Pipe()
			form := multipart.NewWriter(out)
			told := make(chan error, 1)
			go func() {
				part, err := form.CreateFormFile("file", "notes.txt")
				if err == nil {
					_, err = io.WriteString(part, "The first half, and ")
				}
				if err == nil {
					go func() { told <- r.stop() }()
					// The server takes no new connections from here on.
					for err == nil {
						var res *http.Response
						fresh := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
						if res, err = fresh.Get(r.url + "/healthz"); err == nil { //nolint:noctx // a test's own server
							err = res.Body.Close()
						}
					}
					_, err = io.WriteString(part, "the second half.\n")
				}
				if err == nil {
					err = form.Close()
				}
				_ = out.CloseWithError(err)
			}()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/api/v1/evidence/"+piece+"/attachments", body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+k.tokens[k.world.Apprentice.ID])
			req.Header.Set("Content-Type", form.FormDataContentType())
			req.Header.Set("Expect", "100-continue") // nothing is sent before the server reads it
			res, err := (&http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}).Do(req)
			if err != nil {
				t.Fatalf("an upload that was under way: %v", err)
			}
			if said := read(t, res); res.StatusCode != http.StatusCreated {
				t.Errorf("an upload that was under way: %d\n%s", res.StatusCode, said)
			}
			http.DefaultClient.CloseIdleConnections()
			if err := <-told; err != nil {
				t.Errorf("told to stop: %v", err)
			}
			if files := k.table(rows(t, k.c), "attachments"); len(files) != 1 {
				t.Errorf("the attachments are %v", files)
			}
		})
	}
}
