package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestAReleasedFrameworkNeverChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		source := []byte("id: gpa\r\ntitle: \"Zoë’s \\u0000 #%_'\"\n\n")
		sum := sha256.Sum256(source)
		f := countersign.Framework{
			ID: "gpa", Version: "1.0", Title: "General Practice Assistant", Status: countersign.FrameworkPublished,
			Standing: countersign.CommunityDraft, Notice: "A draft", SHA256: hex.EncodeToString(sum[:]),
			Domains: []countersign.Domain{{Code: "A", Competencies: []countersign.Competency{{Code: "A1"}, {Code: "A2"}}}, {Code: "B", Competencies: []countersign.Competency{{Code: "B1"}}}},
		}
		add := func(f countersign.Framework, source []byte) func(*store.Tx) error {
			return func(tx *store.Tx) error { return tx.AddFramework(f, source) }
		}
		write(t, s, add(f, source))
		clock.Advance(time.Hour)
		write(t, s, add(f, source)) // the same file: nothing changes

		other := f
		other.SHA256, other.Title = "", "Changed"
		refused(t, s, countersign.Conflict, "", add(other, append(source, ' ')))
		refused(t, s, countersign.Internal, "", add(f, []byte("not its source")))

		next := f
		next.Version, next.SHA256 = "1.1", ""
		write(t, s, add(next, []byte("next")))

		read(t, s, func(tx *store.Tx) error {
			rows, err := tx.FrameworkRows()
			nextSum := sha256.Sum256([]byte("next"))
			want := []store.FrameworkRow{
				{ID: "gpa", Version: "1.0", Title: f.Title, Status: "published", Standing: "community-draft", Notice: "A draft", SHA256: f.SHA256, Competencies: 3, LoadedAt: storetest.Start},
				{ID: "gpa", Version: "1.1", Title: f.Title, Status: "published", Standing: "community-draft", Notice: "A draft", SHA256: hex.EncodeToString(nextSum[:]), Competencies: 3, LoadedAt: clock.Now()},
			}
			if diff := cmp.Diff(want, rows); diff != "" || err != nil {
				t.Errorf("FrameworkRows(): %v\n%s", err, diff)
			}
			got, err := tx.FrameworkSource("gpa", "1.0")
			if !bytes.Equal(got, source) || err != nil {
				t.Errorf("FrameworkSource() = %q, %v; want %q", got, err, source)
			}
			for _, v := range []string{"", "1", "1.2"} {
				if _, err := tx.FrameworkSource("gpa", v); countersign.KindOf(err) != countersign.NotFound {
					t.Errorf("FrameworkSource(%q): %v, want not found", v, err)
				}
			}
			return nil
		})
	})
}

// Every server of an installation loads the shipped files as it starts.
func TestServersMayLoadTheSameFrameworkAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		f := countersign.Framework{ID: "gpa", Version: "1.0", Title: "GPA", Status: countersign.FrameworkDraft, Standing: countersign.Official}
		errs := make(chan error)
		for range 8 {
			go func() {
				errs <- s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddFramework(f, []byte("source")) })
			}()
		}
		for range 8 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}
