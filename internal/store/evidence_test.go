package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestEvidenceKeepsEverything(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		clock.Set(time.Date(2026, 3, 29, 1, 30, 0, 123456000, time.UTC)) // in British Summer Time's first hour
		content := countersign.Content{
			Kind: countersign.Procedure, Title: "ECG with “quotes”", OccurredOn: countersign.On(2026, 3, 28), Narrative: "Long\ntext ŷ 🩺",
			Reflection: "More", Details: map[string]string{"setting": "Room 2"}, ObservedBy: r.Mentor.ID, Entries: 3,
			Anonymised: true, PriorLearning: true, Mapping: mapTo("GPA-CL6", "GPA-CA4"),
		}
		var e countersign.Evidence
		r.by(r.GP, authz.RecordEvidence, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
			e, err = tx.AddEvidence(p, countersign.Evidence{RecordedBy: r.GP.ID, State: countersign.Draft, Content: content})
			return err
		})
		want := countersign.Evidence{
			ID: e.ID, Apprenticeship: r.App.ID, Apprentice: r.Apprentice.ID, RecordedBy: r.GP.ID, RecordedByName: "Dr Megan Bell", ObservedByName: "Nia Ward",
			Content: content, State: countersign.Draft, Version: 1, CreatedAt: clock.Now(), UpdatedAt: clock.Now(),
		}
		if diff := cmp.Diff(want, e); diff != "" {
			t.Errorf("AddEvidence() (-want +got):\n%s", diff)
		}
		var file countersign.Attachment
		keep(t, s, "abc", "def")
		r.by(r.GP, authz.RecordEvidence, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
			file, err = tx.AddAttachment(p, countersign.Attachment{
				Evidence: e.ID, Name: "trace.jpg", MediaType: "image/jpeg", Size: 5 << 30, SHA256: "abc", Width: 4000, Height: 3000,
				Rendition: countersign.Rendition{SHA256: "def", Size: 300_000, Width: 1600, Height: 1200},
			})
			return err
		})
		clock.Advance(time.Hour)
		now := clock.Now()
		want.Attachments = []countersign.Attachment{file}
		want.Kind, want.Title, want.OccurredOn, want.Narrative, want.Reflection = countersign.ReflectiveAccount, "", countersign.Date{}, "", ""
		want.Details, want.ObservedBy, want.ObservedByName, want.Entries, want.Anonymised, want.PriorLearning = map[string]string{}, "", "", 0, false, false
		want.Mapping = mapTo(lasting)
		want.State, want.Revision, want.SubmittedAt, want.DecidedAt = countersign.Accepted, 1, now, now
		want.AcceptedBy, want.AcceptedByName = r.GP.ID, r.GP.Name
		want.ReadAt, want.ReadComment, want.WithdrawnAt, want.WithdrawReason = now, "Read", now, "Because"
		want.Version, want.UpdatedAt = 2, now
		r.by(r.GP, authz.RecordEvidence, func(tx *store.Tx, p authz.Permit, _ int) error {
			changed := want
			changed.Details = nil
			got, err := tx.ChangeEvidence(p, changed, e.Version)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("ChangeEvidence() (-want +got):\n%s", diff)
			}
			return err
		})
		n := r.reading(r.Mentor, authz.ReadEvidence, func(tx *store.Tx, p authz.Permit) error {
			got, err := tx.Evidence(p, e.ID)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Evidence() (-want +got):\n%s", diff)
			}
			return err
		})
		atMost(t, "Evidence", n, 3)
		err := r.try(r.GP, authz.RecordEvidence, func(tx *store.Tx, p authz.Permit, _ int) error {
			_, err := tx.ChangeEvidence(p, want, 1)
			return err
		})
		wantKind(t, "a version that has passed", err, countersign.Conflict)
	})
}

func TestOthersDraftsAreNotFound(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		own := r.draft("Mine", lasting)
		var recorded countersign.Evidence
		r.by(r.Mentor, authz.RecordEvidence, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
			recorded, err = tx.AddEvidence(p, countersign.Evidence{
				RecordedBy: r.Mentor.ID, State: countersign.Draft, Content: countersign.Content{Kind: countersign.Observation, Mapping: mapTo(lasting)},
			})
			return err
		})
		for _, tc := range []struct {
			who    countersign.Person
			action authz.Action
			want   []countersign.EvidenceID
		}{
			{r.Apprentice, authz.ReadEvidence, []countersign.EvidenceID{own.ID}},
			{r.Mentor, authz.ReadEvidence, []countersign.EvidenceID{recorded.ID}},
			{r.GP, authz.ReadEvidence, nil},
		} {
			r.reading(tc.who, tc.action, func(tx *store.Tx, p authz.Permit) error {
				list, _, err := tx.EvidenceList(p, store.EvidenceFilter{Drafts: true})
				if got := idsOf(list); !slices.Equal(got, tc.want) {
					t.Errorf("%s lists %v; want %v", tc.who.Name, got, tc.want)
				}
				for _, id := range []countersign.EvidenceID{own.ID, recorded.ID} {
					_, err := tx.Evidence(p, id)
					want := countersign.Kind(0)
					if !slices.Contains(tc.want, id) {
						want = countersign.NotFound
					}
					wantKind(t, tc.who.Name+" reads a draft", err, want)
				}
				if all, err := tx.PortfolioEvidence(p); len(all) > 0 || err != nil {
					t.Errorf("drafts in the portfolio: %v, %v", idsOf(all), err)
				}
				if list, _, err := tx.EvidenceList(p, store.EvidenceFilter{}); len(list) > 0 || err != nil {
					t.Errorf("drafts listed that weren't asked for: %v, %v", idsOf(list), err)
				}
				return err
			})
		}
	})
}

func TestOthersDraftsCannotBeChanged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		own := r.draft("Mine", lasting)
		before := r.dump()
		for name, change := range map[string]func(tx *store.Tx, p authz.Permit) error{
			"ChangeEvidence": func(tx *store.Tx, p authz.Permit) error { _, err := tx.ChangeEvidence(p, own, own.Version); return err },
			"DeleteEvidence": func(tx *store.Tx, p authz.Permit) error { return tx.DeleteEvidence(p, own.ID, own.Version) },
			"AddAttachment": func(tx *store.Tx, p authz.Permit) error {
				_, err := tx.AddAttachment(p, countersign.Attachment{Evidence: own.ID})
				return err
			},
			"AddRevision": func(tx *store.Tx, p authz.Permit) error {
				return tx.AddRevision(p, countersign.Revision{Evidence: own.ID, Number: 1, SubmittedBy: r.Mentor.ID, SubmittedAt: tx.Now()})
			},
		} {
			permit := r.Permit(t, r.Mentor, authz.RecordEvidence, r.App)
			err := s.Write(t.Context(), func(tx *store.Tx) error { return change(tx, permit) })
			wantKind(t, name, err, countersign.NotFound)
		}
		if after := r.dump(); !slices.Equal(after, before) {
			t.Errorf("changed:\n%v\n%v", before, after)
		}
	})
}

func idsOf(list []countersign.Evidence) (ids []countersign.EvidenceID) {
	for _, e := range list {
		ids = append(ids, e.ID)
	}
	return ids
}

func TestEvidenceList(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		var all []countersign.Evidence
		for i := range 7 {
			if i != 3 { // two at the same moment
				clock.Advance(time.Minute)
			}
			e := r.draft(fmt.Sprint("Piece ", i), []string{lasting, expiring}[i%2])
			if i > 0 {
				e = r.submit(e)
			}
			if i > 3 {
				e = r.review(e, r.Mentor, countersign.SecondaryMentor, countersign.AcceptEvidence)
			}
			all = append(all, e)
		}
		titles := func(f store.EvidenceFilter) (out []string) {
			f.Limit = 2
			for {
				n := r.reading(r.Mentor, authz.ReadEvidence, func(tx *store.Tx, p authz.Permit) error {
					page, next, err := tx.EvidenceList(p, f)
					for _, e := range page {
						if e.Narrative != "" || e.Reflection != "" || e.Details != nil || len(e.Mapping) != 1 || e.Mapping[0].Justification == "" {
							t.Errorf("listed: %+v", e)
						}
						out = append(out, strings.TrimPrefix(e.Title, "Piece "))
					}
					f.Cursor = next
					return err
				})
				atMost(t, "a page of evidence", n, 3)
				if f.Cursor == "" {
					return out
				}
			}
		}
		day := all[0].OccurredOn
		for _, tc := range []struct {
			name string
			f    store.EvidenceFilter
			want string
		}{
			{"all, newest first", store.EvidenceFilter{}, "6 5 4 3 2 1"},
			{"drafts of others even if asked for", store.EvidenceFilter{Drafts: true}, "6 5 4 3 2 1"},
			{"by state", store.EvidenceFilter{States: []countersign.EvidenceState{countersign.Submitted}}, "3 2 1"},
			{"by competency", store.EvidenceFilter{Competencies: []string{expiring}}, "5 3 1"},
			{"by any of the competencies", store.EvidenceFilter{Competencies: []string{expiring, lasting}}, "6 5 4 3 2 1"},
			{"by kind", store.EvidenceFilter{Kinds: []countersign.EvidenceKind{countersign.Audit}}, ""},
			{"from the day on", store.EvidenceFilter{From: day}, "6 5 4 3 2 1"},
			{"up to the day", store.EvidenceFilter{To: day}, "6 5 4 3 2 1"},
			{"after the day", store.EvidenceFilter{From: day.AddDays(1)}, ""},
			{"before the day", store.EvidenceFilter{To: day.AddDays(-1)}, ""},
		} {
			if got := strings.Join(titles(tc.f), " "); got != tc.want {
				t.Errorf("%s: %q; want %q", tc.name, got, tc.want)
			}
		}
	})
}

func TestOnlyDraftsCanBeDeleted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		del := func(id countersign.EvidenceID, version int) error {
			return r.try(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) error {
				return tx.DeleteEvidence(p, id, version)
			})
		}
		sent := r.submit(r.draft("Sent", lasting))
		wantKind(t, "a submitted piece", del(sent.ID, sent.Version), countersign.Conflict)
		returned := r.review(sent, r.Mentor, countersign.SecondaryMentor, countersign.ReturnEvidence)
		wantKind(t, "a returned piece", del(returned.ID, returned.Version), countersign.Conflict)

		draft := r.draft("Draft", lasting)
		keep(t, s, "b")
		r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) error {
			_, err := tx.AddAttachment(p, countersign.Attachment{Evidence: draft.ID, Name: "a", SHA256: "b"})
			return err
		})
		wantKind(t, "a draft at another version", del(draft.ID, draft.Version+1), countersign.Conflict)
		wantKind(t, "an unknown piece", del("00000000-0000-7000-8000-ffffffffffff", 1), countersign.NotFound)
		wantKind(t, "no identifier", del("x' OR 'a'='a", 1), countersign.NotFound)
		wantKind(t, "a draft", del(draft.ID, draft.Version), 0)
		r.reading(r.Apprentice, authz.ReadEvidence, func(tx *store.Tx, p authz.Permit) error {
			_, err := tx.Evidence(p, draft.ID)
			wantKind(t, "what was deleted", err, countersign.NotFound)
			return nil
		})
	})
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		e := r.draft("With files", lasting)
		keep(t, s, "1", "2")
		var a, b countersign.Attachment
		r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
			if a, err = tx.AddAttachment(p, countersign.Attachment{Evidence: e.ID, Name: "b.pdf", MediaType: "application/pdf", Size: 1, SHA256: "1"}); err != nil {
				return err
			}
			b, err = tx.AddAttachment(p, countersign.Attachment{Evidence: e.ID, Name: "a.pdf", MediaType: "application/pdf", Size: 2, SHA256: "2"})
			return err
		})
		e.Attachments = []countersign.Attachment{a, b}
		r.submit(e)
		read(t, s, func(tx *store.Tx) error {
			subject, piece, err := tx.AttachmentSubject(a.ID)
			if subject.Apprenticeship != r.App.ID || piece != e.ID || err != nil {
				t.Errorf("AttachmentSubject() = %+v, %s, %v", subject, piece, err)
			}
			_, _, err = tx.AttachmentSubject("00000000-0000-7000-8000-ffffffffffff")
			wantKind(t, "an unknown file", err, countersign.NotFound)
			_, _, err = tx.AttachmentSubject("nonsense")
			wantKind(t, "no identifier", err, countersign.NotFound)
			return nil
		})
		r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) error {
			if err := tx.DeleteAttachment(p, a.ID); err != nil {
				return err
			}
			wantKind(t, "deleted twice", tx.DeleteAttachment(p, a.ID), countersign.NotFound)
			return nil
		})
		r.reading(r.Mentor, authz.ReadEvidence, func(tx *store.Tx, p authz.Permit) error {
			got, err := tx.Evidence(p, e.ID)
			if diff := cmp.Diff([]countersign.Attachment{b}, got.Attachments); diff != "" || err != nil {
				t.Errorf("attachments: %v (-want +got):\n%s", err, diff)
			}
			last, err := tx.LatestRevisions(p, []countersign.EvidenceID{e.ID})
			if diff := cmp.Diff([]countersign.Attachment{a, b}, last[e.ID].Attachments); diff != "" || err != nil {
				t.Errorf("LatestRevisions(): %v, attachments (-want +got):\n%s", err, diff)
			}
			revisions, err := tx.Revisions(p, e.ID)
			if err != nil || len(revisions) != 1 {
				t.Fatalf("Revisions() = %v, %v", revisions, err)
			}
			if diff := cmp.Diff([]countersign.Attachment{a, b}, revisions[0].Attachments); diff != "" {
				t.Errorf("the revision's attachments (-want +got):\n%s", diff)
			}
			return nil
		})
	})
}

func TestRevisionsAndReviews(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		e := r.submit(r.draft("First try", lasting))
		first := e.Content
		clock.Advance(time.Hour)
		e = r.review(e, r.Mentor, countersign.SecondaryMentor, countersign.ReturnEvidence)
		e.Title, e.OccurredOn, e.Mapping = "Second try", countersign.Date{}, mapTo(expiring, lasting)
		e = r.submit(e)
		e = r.review(e, r.GP, countersign.GPSupervisor, countersign.AcceptEvidence)
		untouched := r.draft("Draft", lasting)
		r.reading(r.Mentor, authz.ReadPortfolio, func(tx *store.Tx, p authz.Permit) error {
			revisions, err := tx.Revisions(p, e.ID)
			if err != nil {
				return err
			}
			want := []countersign.Revision{
				{Evidence: e.ID, Number: 1, Content: first, Hash: fmt.Sprintf("%064x", 1), SubmittedBy: r.Apprentice.ID, SubmittedAt: storetest.Start},
				{Evidence: e.ID, Number: 2, Content: e.Content, Hash: fmt.Sprintf("%064x", 2), SubmittedBy: r.Apprentice.ID, SubmittedAt: clock.Now()},
			}
			if diff := cmp.Diff(want, revisions); diff != "" {
				t.Errorf("Revisions() (-want +got):\n%s", diff)
			}
			hashes, err := tx.RevisionHashes(p, []countersign.EvidenceID{e.ID, untouched.ID})
			if diff := cmp.Diff(map[countersign.EvidenceID]string{e.ID: fmt.Sprintf("%064x", 2)}, hashes); diff != "" || err != nil {
				t.Errorf("RevisionHashes(): %v (-want +got):\n%s", err, diff)
			}
			for _, ids := range [][]countersign.EvidenceID{nil, {e.ID}} {
				reviews, err := tx.Reviews(p, ids...)
				if err != nil {
					return err
				}
				got := reviews[e.ID]
				if len(reviews) != 1 || len(got) != 2 || got[0].Decision != countersign.ReturnEvidence || got[1].Decision != countersign.AcceptEvidence ||
					got[1].ReviewerName != r.GP.Name || got[1].Role != countersign.GPSupervisor || got[1].Revision != 2 || !got[1].At.Equal(clock.Now()) {
					t.Errorf("Reviews(%v) = %+v", ids, reviews)
				}
			}
			none, err := tx.Reviews(p, untouched.ID)
			if len(none) > 0 {
				t.Errorf("Reviews(of a draft) = %v", none)
			}
			return err
		})
		// The same revision twice can only be a race.
		err := r.try(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) error {
			return tx.AddRevision(p, countersign.Revision{Evidence: e.ID, Number: 2, SubmittedBy: r.Apprentice.ID, SubmittedAt: tx.Now()})
		})
		wantKind(t, "the same revision twice", err, countersign.Conflict)
	})
}
