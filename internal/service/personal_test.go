package service_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// personal is everything that somebody gets about themselves, as text.
func (h *house) personal(t *testing.T, p countersign.Person) (about, by string) {
	t.Helper()
	got, err := h.svc.Personal(t.Context(), h.as(t, p))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct {
		to   *string
		rows []service.PersonalRows
	}{{&about, got.Data.About}, {&by, got.Data.By}} {
		text, err := json.Marshal(part.rows)
		if err != nil {
			t.Fatal(err)
		}
		*part.to = string(text)
	}
	return about, by
}

func TestSomebodysDataIsAllAboutThemAndNothingThatOthersWroteOfOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		const code = "GPA-CL2"
		in := h.observation(h.Mentor.Email, code)
		in.Narrative, in.Title = "A story of four readings", "The morning clinic"
		e, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.svc.AddAttachment(t.Context(), h.as(t, h.Apprentice), e.ID, "clinic.png", png()); err != nil {
			t.Fatal(err)
		}
		if e, err = h.svc.SubmitEvidence(t.Context(), h.as(t, h.Apprentice), e.ID, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := h.svc.ReviewEvidence(t.Context(), h.as(t, h.Mentor), service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence, Comment: "Calm and careful"}); err != nil {
			t.Fatal(err)
		}
		about, by := h.personal(t, h.Apprentice)
		for _, want := range []string{h.Apprentice.Email, "A story of four readings", "The morning clinic", "clinic.png", "Calm and careful", "evidence.accept"} {
			if !strings.Contains(about, want) {
				t.Errorf("what the apprentice gets lacks %q", want)
			}
		}
		if by != "null" {
			t.Errorf("the apprentice decided nothing about others, and gets %s", by)
		}
		about, by = h.personal(t, h.Mentor)
		if !strings.Contains(by, "Calm and careful") || !strings.Contains(about, h.Mentor.Email) {
			t.Error("the mentor doesn't get what they wrote")
		}
		for _, others := range []string{"A story of four readings", "The morning clinic", "clinic.png", h.Apprentice.Email} {
			if strings.Contains(about+by, others) {
				t.Errorf("the mentor gets %q of the apprentice", others)
			}
		}
		if about, by = h.personal(t, h.OtherGP); strings.Contains(about+by, "clinic") || strings.Contains(about+by, h.Apprentice.Name) {
			t.Error("somebody else's data has something of the apprentice")
		}
		if _, err := h.svc.Personal(t.Context(), authz.Actor{}); countersign.KindOf(err) != countersign.Unauthenticated {
			t.Errorf("nobody's data: %v", err)
		}
	})
}

func TestSomebodysTrailSaysWhichPieceAndNoAdministratorsDoes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		in := h.observation(h.Mentor.Email, "GPA-CL2")
		in.Title = "The morning clinic"
		e, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, in)
		if err == nil {
			_, err = h.svc.SubmitEvidence(t.Context(), h.as(t, h.Apprentice), e.ID, 0)
		}
		if err == nil {
			_, err = h.svc.ReviewEvidence(t.Context(), h.as(t, h.Mentor), service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence})
		}
		if err != nil {
			t.Fatal(err)
		}
		about := func(lines []service.TrailLine, _ string, err error) string {
			t.Helper()
			for _, l := range lines {
				if l.Action == "evidence.accept" {
					return l.About
				}
			}
			t.Fatalf("the review is not in the trail (%v)", err)
			return ""
		}
		if got := about(h.svc.OwnTrail(t.Context(), h.as(t, h.Apprentice), service.ListPage{})); got != "The morning clinic" {
			t.Errorf("the apprentice reads of %q", got)
		}
		if got := about(h.svc.AuditTrail(t.Context(), h.as(t, h.Admin), service.TrailFilter{Action: "evidence"})); got != "" {
			t.Errorf("the administrator reads of %q", got)
		}
	})
}

// looked returns who is said to have looked at the apprentice's record.
func (h *house) looked(t *testing.T) (who []string) {
	t.Helper()
	if err := h.svc.KeepLooks(t.Context()); err != nil {
		t.Fatal(err)
	}
	lines, _, err := h.svc.OwnTrail(t.Context(), h.as(t, h.Apprentice), service.ListPage{})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.Action == "record.read" {
			who = append(who, l.ActorName+", "+l.Role)
		}
	}
	return who
}

func TestWhoLooksAtARecordIsKeptOnceADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		look := func(p countersign.Person) {
			t.Helper()
			_, _ = h.svc.Record(t.Context(), h.as(t, p), h.App.ID)
		}
		for range 3 {
			look(h.Mentor)
			look(h.Apprentice)
			look(h.OtherGP)
		}
		if got, want := h.looked(t), []string{"Nia Ward, secondary_mentor"}; !slices.Equal(got, want) {
			t.Errorf("looked on the first day: %q, want %q", got, want)
		}
		look(h.Mentor)
		h.clock.Advance(24 * time.Hour)
		look(h.HubLead)
		look(h.Mentor)
		if got, want := h.looked(t), []string{"Nia Ward, secondary_mentor", "Helen Cole, hub_lead", "Nia Ward, secondary_mentor"}; len(got) != len(want) {
			t.Errorf("looked in two days: %q, want %q", got, want)
		}
		ctx, count := h.store.CountStatements(t.Context())
		if _, err := h.svc.Record(ctx, h.as(t, h.GP), h.App.ID); err != nil {
			t.Fatal(err)
		}
		before := count()
		if _, err := h.svc.Record(ctx, h.as(t, h.GP), h.App.ID); err != nil {
			t.Fatal(err)
		}
		if first, second := before, count()-before; first != second {
			t.Errorf("the first look takes %d statements and the next %d: keeping it isn't the page's work", first, second)
		}
	})
}

func TestCorrectionsAreKeptAndShownToThePerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		in := service.ChangePersonInput{Name: "Asha Patel-Moss", Email: "asha.moss@example.org"}
		if _, err := h.svc.ChangePerson(t.Context(), h.as(t, h.Admin), h.Apprentice.ID, 0, in); err != nil {
			t.Fatal(err)
		}
		changes, err := h.svc.OwnChanges(t.Context(), h.as(t, h.Apprentice))
		if err != nil || len(changes) != 2 {
			t.Fatalf("OwnChanges() = %+v, %v", changes, err)
		}
		for _, c := range changes {
			if c.ByName != h.Admin.Name || c.At.IsZero() || c.Was == c.Became || !slices.Contains([]string{"Asha Patel", "asha@example.org"}, c.Was) {
				t.Errorf("correction %+v", c)
			}
		}
		if changes, err := h.svc.OwnChanges(t.Context(), h.as(t, h.GP)); err != nil || len(changes) != 0 {
			t.Errorf("another's corrections: %+v, %v", changes, err)
		}
	})
}

func TestTheAuditIsForAdministratorsAndOfTheirPeople(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		for _, p := range []countersign.Person{h.Mentor, h.OtherGP} {
			if _, _, err := h.svc.CreateToken(t.Context(), h.as(t, p), service.TokenInput{Name: "Rota", Days: 3}); err != nil {
				t.Fatal(err)
			}
		}
		lead := h.Person(t, "Hub Admin", "hub-admin@example.org", countersign.Admin, h.Hub)
		list := func(p countersign.Person, f service.TrailFilter) (who []string) {
			t.Helper()
			f.Action = "token"
			lines, _, err := h.svc.AuditTrail(t.Context(), h.as(t, p), f)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				who = append(who, l.ActorName)
			}
			return who
		}
		for _, tc := range []struct {
			who    countersign.Person
			filter service.TrailFilter
			want   int
		}{
			{h.Admin, service.TrailFilter{}, 2}, {lead, service.TrailFilter{}, 1}, {h.Admin, service.TrailFilter{Person: "WARD"}, 1}, {h.Admin, service.TrailFilter{Person: "nobody%"}, 0},
			{h.Admin, service.TrailFilter{From: h.today()}, 2}, {h.Admin, service.TrailFilter{To: h.today().AddDays(-1)}, 0}, {h.Admin, service.TrailFilter{Limit: 1}, 1},
		} {
			if got := list(tc.who, tc.filter); len(got) != tc.want {
				t.Errorf("%s with %+v gets %q, want %d", tc.who.Name, tc.filter, got, tc.want)
			}
		}
		_, next, err := h.svc.AuditTrail(t.Context(), h.as(t, h.Admin), service.TrailFilter{Action: "token", Limit: 1})
		if err != nil || next == "" {
			t.Fatalf("no second page: %v", err)
		}
		second, _, err := h.svc.AuditTrail(t.Context(), h.as(t, h.Admin), service.TrailFilter{Action: "token", Cursor: next})
		if err != nil || len(second) != 1 {
			t.Errorf("the second page has %v, %v", second, err)
		}
		for _, p := range []countersign.Person{h.HubLead, h.GP, h.Apprentice} {
			if _, _, err := h.svc.AuditTrail(t.Context(), h.as(t, p), service.TrailFilter{}); countersign.KindOf(err) != countersign.NotFound {
				t.Errorf("%s reads the audit: %v", p.Name, err)
			}
		}
	})
}
