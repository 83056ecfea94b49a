package service_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

func TestASavedViewIsItsOwnersAndHoldsAListsFiltersOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		hub, other := h.as(t, h.HubLead), h.as(t, h.OtherHubLead)
		kept, err := h.svc.SaveView(t.Context(), hub, service.SavedViewInput{Name: " Stuck people ", Query: "organisation=A81001&flag=stuck&q="})
		wantKind(t, err, 0)
		if kept.Name != "Stuck people" || kept.Query != "flag=stuck&organisation=A81001" {
			t.Errorf("kept %+v", kept)
		}
		_, err = h.svc.SaveView(t.Context(), hub, service.SavedViewInput{Name: "Stuck people", Query: "flag=slipping"})
		wantKind(t, err, 0)
		views, err := h.svc.SavedViews(t.Context(), hub)
		wantKind(t, err, 0)
		if len(views) != 1 || views[0].Query != "flag=slipping" {
			t.Errorf("one of the same name isn't replaced: %+v", views)
		}
		if theirs, err := h.svc.SavedViews(t.Context(), other); err != nil || len(theirs) != 0 {
			t.Errorf("another lead has %+v, %v", theirs, err)
		}
		wantKind(t, h.svc.RemoveView(t.Context(), other, views[0].ID), countersign.NotFound)
		for _, wrong := range []service.SavedViewInput{{Name: "", Query: "q=a"}, {Name: "x", Query: "cursor=a"}, {Name: "x", Query: "next=//evil.example"}, {Name: "x", Query: "%zz"}} {
			_, err := h.svc.SaveView(t.Context(), hub, wrong)
			wantKind(t, err, countersign.Invalid)
		}
		wantKind(t, h.svc.RemoveView(t.Context(), hub, views[0].ID), 0)
		wantKind(t, h.svc.RemoveView(t.Context(), hub, views[0].ID), countersign.NotFound)
		for n := range countersign.MaxSavedViews {
			_, err := h.svc.SaveView(t.Context(), hub, service.SavedViewInput{Name: "View " + strconv.Itoa(n)})
			wantKind(t, err, 0)
		}
		_, err = h.svc.SaveView(t.Context(), hub, service.SavedViewInput{Name: "One more"})
		wantKind(t, err, countersign.Conflict)
	})
}

// Without a mentor counts who is learning: somebody who is referred back too,
// and nobody whose start is yet to come.
func TestTheListOfThoseWithoutAMentorIsOfThoseWhomTheReportCounts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, change := range map[string]string{"Zoe Nowak": "state = 'referred_back'", "Yan Li": "start_on = '2026-09-01'"} {
			app := h.Enrol(t, h.Person(t, name, name[:3]+"@example.org", countersign.ApprenticeMember, h.NextPractice), h.NextPractice, "")
			for _, statement := range []string{"UPDATE apprenticeships SET " + change + " WHERE id = '" + string(app.ID) + "'", "UPDATE tallies SET refresh_day = 0"} {
				if _, err := h.store.Pools()[0].ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
		}
		hub := h.as(t, h.HubLead)
		r, err := h.svc.Report(t.Context(), hub, service.ReportQuery{Place: h.Hub.Code})
		wantKind(t, err, 0)
		rows, _, err := h.svc.Apprenticeships(t.Context(), hub, service.ApprenticeshipFilter{Flag: "active", Unmentored: true, Organisation: h.Hub.Code})
		wantKind(t, err, 0)
		if r.Total.Figures[countersign.FigUnmentored].N != 1 || len(rows) != 1 || rows[0].ApprenticeName != "Zoe Nowak" {
			t.Errorf("the report counts %d without a mentor, and %d are listed", r.Total.Figures[countersign.FigUnmentored].N, len(rows))
		}
	})
}

func TestAListByFlagIsOfThoseWhomTheReportCounts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		zoe := h.Person(t, "Zoë Ńowak", "zoe@example.org", countersign.ApprenticeMember, h.NextPractice)
		h.Enrol(t, zoe, h.NextPractice, "")
		hub := h.as(t, h.HubLead)
		for range 2 {
			r, err := h.svc.Report(t.Context(), hub, service.ReportQuery{Place: h.Hub.Code})
			wantKind(t, err, 0)
			for flag, code := range map[string]countersign.FigureCode{
				"active": countersign.FigActive, "on_track": countersign.FigOnTrack, "slipping": countersign.FigSlipping, "stuck": countersign.FigStuck,
			} {
				rows, _, err := h.svc.ApprenticeshipsWithReasons(t.Context(), hub, service.ApprenticeshipFilter{Flag: flag, Organisation: h.Hub.Code})
				wantKind(t, err, 0)
				if want := r.Total.Figures[code].N; len(rows) != want {
					t.Errorf("%d listed as %s, the report counts %d", len(rows), flag, want)
				}
				for _, row := range rows {
					if flag != "active" && string(row.Flag) != flag {
						t.Errorf("%s is listed as %s and flagged %s", row.ApprenticeName, flag, row.Flag)
					}
					on, err := h.svc.GettingOn(t.Context(), hub, row.ID)
					if wantKind(t, err, 0); on.Flag != row.Flag || (len(on.Why) == 0) != (row.Flag == countersign.OnTrack) {
						t.Errorf("%s is flagged %s in the list and %s on the page, for %v", row.ApprenticeName, row.Flag, on.Flag, on.Why)
					}
					if row.Flag != countersign.OnTrack && !cmp.Equal(on.Why, row.Why) {
						t.Errorf("the list gives %v and the page %v", row.Why, on.Why)
					}
				}
			}
			h.clock.Set(h.App.StartOn.AddMonths(4).Start()) // nothing has happened for months: stuck
		}
		_, _, err := h.svc.Apprenticeships(t.Context(), hub, service.ApprenticeshipFilter{Flag: "lost"})
		wantKind(t, err, countersign.Invalid)
	})
}
