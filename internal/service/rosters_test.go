package service_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// rosterRow is somebody to enrol at the practice.
func (h *house) rosterRow(number int, name, email string) countersign.RosterRow {
	return countersign.RosterRow{
		Number: number, Apprentice: countersign.RosterPerson{Name: name, Email: email}, Practice: h.Practice.Code, Framework: h.Framework.ID,
		Start: h.today(), PlannedEnd: h.today().AddMonths(h.Framework.Programme.MonthsMax).AddDays(-1),
		GP: countersign.RosterPerson{Email: h.GP.Email}, Mentor: countersign.RosterPerson{Email: h.Mentor.Email},
	}
}

// checked uploads a roster and returns what is said of each row.
func (h *house) checked(t testing.TB, by authz.Actor, rows ...countersign.RosterRow) (countersign.Roster, []countersign.RosterRow) {
	t.Helper()
	r, err := h.svc.CheckRoster(t.Context(), by, "autumn.csv", rows)
	if err != nil {
		t.Fatal(err)
	}
	_, rows, err = h.svc.Roster(t.Context(), by, r.ID, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return r, rows
}

func (h *house) apprenticeships(t testing.TB) (n int) {
	t.Helper()
	if err := h.store.Read(t.Context(), func(tx *store.Tx) error {
		rows, _, err := tx.Apprenticeships(authz.Scope{All: true}, store.ApprenticeshipFilter{Limit: 200})
		n = len(rows)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEveryProblemOfARosterIsSaidByRowAndNobodyIsEnrolled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		before := h.apprenticeships(t)
		row := func(change func(*countersign.RosterRow)) countersign.RosterRow {
			r := h.rosterRow(0, "Somebody New", "new@example.org")
			change(&r)
			return r
		}
		cases := []struct {
			name string
			row  countersign.RosterRow
			want string
		}{
			{"right", row(func(*countersign.RosterRow) {}), ""},
			{"the same person in the file", row(func(r *countersign.RosterRow) { r.Apprentice.Email = "NEW@example.org" }), "apprentice_email: This person is in row 2 already"},
			{"on the framework already", row(func(r *countersign.RosterRow) { r.Apprentice.Email = h.Apprentice.Email }), "apprentice_email: This person is on this framework already"},
			{"an unknown practice", row(func(r *countersign.RosterRow) { r.Apprentice.Email, r.Practice = "b@example.org", "Z99999" }), "practice: No place of yours has this code"},
			{"another hub's practice", row(func(r *countersign.RosterRow) { r.Apprentice.Email, r.Practice = "c@example.org", h.OtherPractice.Code }), "practice: No place of yours has this code"},
			{"an unknown framework", row(func(r *countersign.RosterRow) { r.Apprentice.Email, r.Framework = "d@example.org", "nonsense" }), "framework: There is no published framework nonsense"},
			{"an unknown version", row(func(r *countersign.RosterRow) { r.Apprentice.Email, r.Version = "d@example.org", "9.9.9" }), "framework: There is no published framework"},
			{"no address", row(func(r *countersign.RosterRow) { r.Apprentice.Email = "" }), "apprentice_email: Enter an email address"},
			{"no start", row(func(r *countersign.RosterRow) { r.Apprentice.Email, r.Start = "e@example.org", countersign.Date{} }), "start_date: Enter the start date"},
			{"an end before the start", row(func(r *countersign.RosterRow) {
				r.Apprentice.Email, r.PlannedEnd = "f@example.org", r.Start.AddDays(-1)
			}), "planned_end_date:"},
			{"no name", row(func(r *countersign.RosterRow) { r.Apprentice = countersign.RosterPerson{Email: "g@example.org"} }), "apprentice_name: Enter a name"},
			{"an unknown supervisor", row(func(r *countersign.RosterRow) {
				r.Apprentice.Email, r.GP = "h@example.org", countersign.RosterPerson{Name: "Dr Who", Email: "who@example.org"}
			}), "gp_supervisor_email: Nobody with this email address is known here"},
			{"a mentor of another hub", row(func(r *countersign.RosterRow) { r.Apprentice.Email, r.Mentor.Email = "i@example.org", h.OtherGP.Email }), "secondary_mentor_email: This person is not"},
			{"one mentor for both", row(func(r *countersign.RosterRow) { r.Apprentice.Email, r.Mentor.Email = "j@example.org", h.GP.Email }), "secondary_mentor_email:"},
			{"a formula in the file", row(func(r *countersign.RosterRow) {
				r.Apprentice.Email, r.Says = "k@example.org", []string{"column C (practice): this is a formula; put its value there"}
			}), "this is a formula"},
		}
		var rows []countersign.RosterRow
		for i, tc := range cases {
			tc.row.Number = i + 2
			rows = append(rows, tc.row)
		}
		r, got := h.checked(t, h.as(t, h.HubLead), rows...)
		for i, tc := range cases {
			state, says := got[i].State, strings.Join(got[i].Says, "; ")
			if (state == countersign.RowWaiting) != (tc.want == "") || !strings.Contains(says, tc.want) {
				t.Errorf("%s is %s: %s; want %q", tc.name, state, says, tc.want)
			}
		}
		if r.State != countersign.RosterChecked || r.Waiting != 1 || r.Wrong != len(cases)-1 || h.apprenticeships(t) != before {
			t.Errorf("the roster is %+v, with %d apprenticeships, before %d", r, h.apprenticeships(t), before)
		}
	})
}

func TestARosterThatIsStoppedGoesOnWhereItWas(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := h.as(t, h.HubLead)
		var rows []countersign.RosterRow
		for i := range 5 {
			rows = append(rows, h.rosterRow(i+2, fmt.Sprintf("Learner %d", i), fmt.Sprintf("learner-%d@example.org", i)))
		}
		rows[1].Practice = "Z99999"
		before := h.apprenticeships(t)
		r, _ := h.checked(t, lead, rows...)
		wantKind(t, h.svc.StartRoster(t.Context(), lead, r.ID, r.Version+1), countersign.Conflict)
		wantKind(t, h.svc.StartRoster(t.Context(), lead, r.ID, r.Version), 0)
		wantKind(t, h.svc.StartRoster(t.Context(), lead, r.ID, 0), countersign.Conflict)
		wantKind(t, h.svc.DropRoster(t.Context(), lead, r.ID, 0), countersign.Conflict)
		if err := h.svc.RunRosterRows(t.Context(), r.ID, 2); err != nil { // and then the server is killed
			t.Fatal(err)
		}
		half, _, err := h.svc.Roster(t.Context(), lead, r.ID, 0, 10)
		wantKind(t, err, 0)
		if half.State != countersign.RosterRunning || half.Enrolled != 2 || half.Waiting != 2 || h.apprenticeships(t) != before+2 {
			t.Errorf("half-way: %+v", half)
		}
		_, err = h.svc.Enrol(t.Context(), lead, service.EnrolInput{ // somebody enrols the next one by hand meanwhile
			Apprentice: service.PersonInput{Name: "Learner 4", Email: "learner-4@example.org"}, Framework: h.Framework.ID, Practice: h.Practice.Code,
			GPSupervisor: h.GP.Email, SecondaryMentor: h.Mentor.Email, StartDate: rows[4].Start, PlannedEndDate: rows[4].PlannedEnd,
		})
		wantKind(t, err, 0)
		for range 2 {
			wantKind(t, h.svc.RunRosters(t.Context()), 0)
		}
		done, after, err := h.svc.Roster(t.Context(), lead, r.ID, 0, 10)
		wantKind(t, err, 0)
		if done.State != countersign.RosterDone || done.Enrolled != 3 || done.Refused != 1 || done.Wrong != 1 || h.apprenticeships(t) != before+4 {
			t.Errorf("done: %+v, %d apprenticeships", done, h.apprenticeships(t))
		}
		if last := after[4]; last.State != countersign.RowRefused || !strings.Contains(strings.Join(last.Says, ""), "on this framework") || after[0].Apprenticeship == "" {
			t.Errorf("rows: %+v", after)
		}
		wantKind(t, h.svc.DropRoster(t.Context(), lead, r.ID, 0), 0)
		if _, _, err = h.svc.Roster(t.Context(), lead, r.ID, 0, 10); countersign.KindOf(err) != countersign.NotFound || h.apprenticeships(t) != before+4 {
			t.Errorf("discarded: %v", err)
		}
	})
}

func TestARosterInvitesWhomItEnrolsOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := h.as(t, h.HubLead)
		r, _ := h.checked(t, lead, h.rosterRow(2, "Siân Rees", "Sian@Example.org"))
		if n := h.notices(t)["invited"]; n > 0 {
			t.Errorf("a check invited %d", n)
		}
		wantKind(t, h.svc.StartRoster(t.Context(), lead, r.ID, 0), 0)
		for range 2 {
			wantKind(t, h.svc.RunRosters(t.Context()), 0)
		}
		if n := h.notices(t)["invited"]; n != 1 {
			t.Errorf("%d were invited, want one", n)
		}
	})
}

func TestWhoAdministersThePracticeBringsItsMentorsInWithARoster(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		both := h.Person(t, "Bo Both", "both@example.org", countersign.HubLead, h.Hub)
		_, err := h.svc.AddMember(t.Context(), h.as(t, h.Admin), service.MembershipInput{PersonInput: service.PersonInput{Email: both.Email}, Role: countersign.Admin, Organisation: h.Hub.Code})
		wantKind(t, err, 0)
		row := h.rosterRow(2, "Siân Rees", "sian@example.org")
		row.GP, row.Mentor = countersign.RosterPerson{Name: "Dr New Here", Email: "dr-new@example.org"}, countersign.RosterPerson{Name: "Nurse New", Email: "nurse-new@example.org"}
		second := row
		second.Number, second.Apprentice = 3, countersign.RosterPerson{Name: "Second", Email: "second@example.org"}
		r, rows := h.checked(t, h.as(t, both), row, second)
		says := slices.Clone(rows[0].Says)
		slices.Sort(says)
		if got := strings.Join(says, "; "); rows[0].State != countersign.RowWaiting || got != "Dr New Here becomes GP supervisor at Oakwood Surgery; Nurse New becomes Secondary mentor at Oakwood Surgery" {
			t.Errorf("%s: %s", rows[0].State, got)
		}
		wantKind(t, h.svc.StartRoster(t.Context(), h.as(t, both), r.ID, 0), 0)
		wantKind(t, h.svc.RunRosters(t.Context()), 0)
		done, rows, err := h.svc.Roster(t.Context(), h.as(t, both), r.ID, 0, 10)
		if done.Enrolled != 2 || err != nil {
			t.Errorf("%+v %+v %v", done, rows, err)
		}
	})
}

func TestARosterIsItsOwnersAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r, _ := h.checked(t, h.as(t, h.HubLead), h.rosterRow(2, "Siân Rees", "sian@example.org"))
		colleague := h.Person(t, "Col League", "colleague@example.org", countersign.HubLead, h.Hub)
		for _, p := range []countersign.Person{h.OtherHubLead, colleague, h.Admin, h.Manager, h.GP, h.Apprentice, h.RegionLead} {
			_, _, err := h.svc.Roster(t.Context(), h.as(t, p), r.ID, 0, 10)
			wantKind(t, err, countersign.NotFound)
			wantKind(t, h.svc.StartRoster(t.Context(), h.as(t, p), r.ID, 0), countersign.NotFound)
			wantKind(t, h.svc.DropRoster(t.Context(), h.as(t, p), r.ID, 0), countersign.NotFound)
		}
		for _, p := range []countersign.Person{h.Admin, h.Manager, h.GP, h.Apprentice, h.RegionLead} {
			_, err := h.svc.CheckRoster(t.Context(), h.as(t, p), "x.csv", nil)
			wantKind(t, err, countersign.NotFound)
		}
	})
}

func TestARosterStopsWithTheRoleOfWhoeverStartedIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := h.as(t, h.HubLead)
		before := h.apprenticeships(t)
		r, _ := h.checked(t, lead, h.rosterRow(2, "Siân Rees", "sian@example.org"))
		wantKind(t, h.svc.StartRoster(t.Context(), lead, r.ID, 0), 0)
		f, err := h.svc.PersonFile(t.Context(), h.as(t, h.Admin), h.HubLead.ID)
		wantKind(t, err, 0)
		wantKind(t, h.svc.EndMember(t.Context(), h.as(t, h.Admin), f.Memberships[0].ID, service.EndMemberInput{To: h.today().AddDays(-1)}), 0)
		wantKind(t, h.svc.RunRosters(t.Context()), 0)
		if h.apprenticeships(t) != before {
			t.Error("somebody was enrolled by who is no hub lead any more")
		}
	})
}
