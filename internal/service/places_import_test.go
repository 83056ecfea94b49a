package service_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// boards reads "QHM Y63" and so on.
func boards(list ...string) []countersign.ODSBoard {
	var out []countersign.ODSBoard
	for i, b := range list {
		code, region, _ := strings.Cut(b, " ")
		out = append(out, countersign.ODSBoard{
			Line: i + 2, Code: code, Name: "NHS " + code + " Integrated Care Board", Region: region, RegionName: "Region " + region,
		})
	}
	return out
}

// gp is an open GP practice of a board.
func gp(code, board, region string) countersign.ODSPractice {
	return countersign.ODSPractice{Line: 1, Code: code, Name: "Surgery " + code, Region: region, Board: board, Status: countersign.ODSActive, GP: true}
}

func (h *house) importPlaces(t testing.TB, f countersign.PlacesFile) countersign.PlacesPlan {
	t.Helper()
	plan, err := h.svc.ImportPlaces(t.Context(), h.svc.Operator(), service.PlacesImport{File: f})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// did says what a plan changes: "added practice C1 under QHM, ...".
func did(plan countersign.PlacesPlan) string {
	var all []string
	for _, c := range plan.Changes {
		says := string(c.Event) + " " + c.Place.Code
		switch c.Event {
		case countersign.PlaceAdded:
			says += " under " + c.Parent
		case countersign.PlaceMoved:
			says += " from " + c.Was + " to " + c.Parent
		case countersign.PlaceClosed:
			says += " " + c.Place.EndedOn.String()
		}
		all = append(all, says)
	}
	return strings.Join(all, ", ")
}

func lines(list []countersign.FileLine) string {
	var all []string
	for _, l := range list {
		all = append(all, strconv.Itoa(l.Line)+" "+l.Says)
	}
	return strings.Join(all, "; ")
}

// above returns the codes above a place on a day; the zero day is today.
func (h *house) above(t testing.TB, code string, day countersign.Date) string {
	t.Helper()
	var codes []string
	if err := h.store.Read(t.Context(), func(tx *store.Tx) error {
		o, err := tx.OrganisationByCode(code)
		if err != nil {
			return err
		}
		list, err := tx.PlacesOn(o.ID, day)
		for _, p := range list[1:] {
			codes = append(codes, p.Code)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(codes, " ")
}

func TestThePlacesOfTheODSAreLoadedOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f := countersign.PlacesFile{Boards: boards("QAA Y63", "QBB Y56"), Practices: []countersign.ODSPractice{
			gp("A81001", "QAA", "Y63"), gp("B81001", "QAA", "Y63"), gp("B81002", "QBB", "Y56"),
			{Line: 4, Code: "B81003", Name: "Closed", Board: "QAA", Region: "Y63", Status: countersign.ODSClosed, Closed: h.today(), GP: true},
			{Line: 5, Code: "B81004", Name: "A pharmacy", Board: "QAA", Region: "Y63", Status: countersign.ODSActive},
			{Line: 6, Code: "W81005", Name: "In Wales", Board: "Q99", Region: "W00", Status: countersign.ODSActive, GP: true},
			{Line: 7, Code: "B81006", Name: "Dormant", Board: "QAA", Region: "Y63", Status: countersign.ODSDormant, GP: true},
		}}
		tried, err := h.svc.ImportPlaces(t.Context(), h.svc.Operator(), service.PlacesImport{File: f, Try: true})
		wantKind(t, err, 0)
		first := h.importPlaces(t, f)
		want := "renamed Y63, added QAA under Y63, added Y56 under ENGLAND, added QBB under Y56, renamed A81001, added B81001 under QAA, added B81002 under QBB, moved A81001 from TH01 to QAA"
		if did(first) != want || did(tried) != want || first.Open != 3 || first.Missing != 2 || len(first.Refused) > 0 {
			t.Errorf("the first import %s; tried: %s; %+v", did(first), did(tried), first)
		}
		if got := h.above(t, "A81001", countersign.Date{}); got != "QAA Y63 ENGLAND" {
			t.Errorf("A81001 is beneath %s", got)
		}
		if got := h.above(t, "A81001", h.today().AddDays(-1)); got != "TH01 Y63 ENGLAND" {
			t.Errorf("yesterday A81001 was beneath %s", got)
		}
		again := h.importPlaces(t, f)
		if len(again.Changes) > 0 || again.Same != 3 {
			t.Errorf("the second import %s, %d the same", did(again), again.Same)
		}
	})
}

func TestAnImportIsInTheAudit(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f := countersign.PlacesFile{Boards: boards("QAA Y63"), Practices: []countersign.ODSPractice{gp("B81001", "QAA", "Y63")}}
		for range 2 {
			h.importPlaces(t, f)
		}
		trail, _, err := h.svc.AuditTrail(t.Context(), h.svc.Operator(), service.TrailFilter{})
		wantKind(t, err, 0)
		var got []string
		for _, l := range trail {
			got = append(got, l.Action+" "+l.Subject)
		}
		slices.Sort(got)
		if want := []string{"organisation.add B81001", "organisation.add QAA", "organisation.change Y63", "organisation.import ENGLAND"}; !slices.Equal(got, want) {
			t.Errorf("the audit has %v, want %v", got, want)
		}
	})
}

// On 1 April two boards become one: hubs, networks and practices go with them.
func TestMergedBoardsBecomeANewHubOnTheirDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		before := countersign.PlacesFile{Boards: boards("QAA Y63", "QBB Y63", "QCC Y58"), Practices: []countersign.ODSPractice{
			gp("B81001", "QAA", "Y63"), gp("B81002", "QAA", "Y63"), gp("B81003", "QBB", "Y63"), gp("B81004", "QBB", "Y63"), gp("B81005", "QCC", "Y58"),
		}}
		h.importPlaces(t, before)
		admin := h.as(t, h.Admin)
		for network, hub := range map[string]string{"U10001": "QAA", "U10002": "QBB"} {
			_, err := h.svc.AddOrganisation(t.Context(), admin, service.OrganisationInput{Code: network, Name: network, Kind: countersign.PCN, Parent: hub})
			wantKind(t, err, 0)
		}
		merged := h.today().AddDays(-10)
		for practice, network := range map[string]string{"B81001": "U10001", "B81002": "U10001", "B81003": "U10002"} {
			_, err := h.svc.MovePlace(t.Context(), admin, practice, 0, service.MovePlaceInput{Parent: network, On: merged.AddDays(-1), Reason: "It joined a network"})
			wantKind(t, err, 0)
		}
		if again := h.importPlaces(t, before); len(again.Changes) > 0 {
			t.Errorf("a practice in a network of its hub: %s", did(again))
		}
		after := countersign.PlacesFile{On: merged, Boards: boards("QNN Y63", "QCC Y58"), Practices: []countersign.ODSPractice{
			gp("B81001", "QNN", "Y63"), gp("B81002", "QNN", "Y63"), gp("B81003", "QCC", "Y58"), gp("B81004", "QNN", "Y63"), gp("B81005", "QCC", "Y58"),
		}}
		plan := h.importPlaces(t, after)
		// U10002 has one practice, which goes to QCC: so does the network.
		want := "added QNN under Y63, moved U10001 from QAA to QNN, moved U10002 from QBB to QCC, moved B81004 from QBB to QNN, closed QAA " +
			merged.AddDays(-1).String() + ", closed QBB " + merged.AddDays(-1).String()
		if did(plan) != want || len(plan.Refused) > 0 {
			t.Errorf("the merger: %s\nwant %s\nrefused %s", did(plan), want, lines(plan.Refused))
		}
		for _, tc := range []struct {
			code string
			day  countersign.Date
			want string
		}{
			{"B81001", countersign.Date{}, "U10001 QNN Y63 ENGLAND"},
			{"B81001", merged.AddDays(-1), "U10001 QAA Y63 ENGLAND"},
			{"B81003", merged, "U10002 QCC Y58 ENGLAND"},
			{"B81004", merged.AddDays(-1), "QBB Y63 ENGLAND"},
		} {
			if got := h.above(t, tc.code, tc.day); got != tc.want {
				t.Errorf("%s on %s is beneath %s, want %s", tc.code, tc.day, got, tc.want)
			}
		}
		if again := h.importPlaces(t, after); len(again.Changes) > 0 {
			t.Errorf("the same again: %s", did(again))
		}
	})
}

func TestPlacesAreRenamedClosedAndOpenedAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		row, mixed := gp("B81001", "QAA", "Y63"), gp("B81002", "QAA", "Y63")
		run := func() countersign.PlacesPlan {
			return h.importPlaces(t, countersign.PlacesFile{Boards: boards("QAA Y63"), Practices: []countersign.ODSPractice{row, mixed}})
		}
		run()
		row.Name, mixed.Status, mixed.Closed = "The New Surgery", countersign.ODSClosed, countersign.On(2026, 1, 31)
		if got := did(run()); got != "renamed B81001, closed B81002 2026-01-31" {
			t.Errorf("renamed and closed: %s", got)
		}
		mixed.Closed = countersign.On(2026, 2, 1)
		if got := did(run()); got != "closed B81002 2026-02-01" {
			t.Errorf("closed on another day: %s", got)
		}
		mixed.Status, mixed.Closed = countersign.ODSActive, countersign.Date{}
		if got := did(run()); got != "reopened B81002" {
			t.Errorf("opened again: %s", got)
		}
		mixed.Status = countersign.ODSDormant
		if plan := run(); len(plan.Changes) > 0 || !strings.Contains(lines(plan.Notes), "1 B81002 is dormant") {
			t.Errorf("dormant: %s, %s", did(plan), lines(plan.Notes))
		}
		mixed.Status, mixed.GP = countersign.ODSActive, false
		if plan := run(); len(plan.Changes) > 0 || !strings.Contains(lines(plan.Notes), "1 B81002 is no open GP practice of England any more") {
			t.Errorf("no practice any more: %s, %s", did(plan), lines(plan.Notes))
		}
	})
}

func TestWhatCannotBeImportedIsNamedAndTheRestIsDone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.importPlaces(t, countersign.PlacesFile{Boards: boards("QAA Y63", "QBB Y63"), Practices: []countersign.ODSPractice{gp("B81001", "QAA", "Y63")}})
		_, err := h.svc.AddOrganisation(t.Context(), h.as(t, h.Admin), service.OrganisationInput{Code: "QDD", Name: "A network", Kind: countersign.PCN, Parent: "QAA"})
		wantKind(t, err, 0)
		_, err = h.svc.MovePlace(t.Context(), h.as(t, h.Admin), "B81001", 0, service.MovePlaceInput{Parent: "QBB", On: h.today().AddDays(-5), Reason: "It asked to"})
		wantKind(t, err, 0)
		plan := h.importPlaces(t, countersign.PlacesFile{
			On:     h.today().AddDays(-6), // a day before the last move
			Boards: boards("QAA Y63", "QCC Y63", "QDD Y63", "QEE TH01"),
			Practices: []countersign.ODSPractice{
				gp("B81001", "QCC", "Y63"), gp("B81002", "QZZ", "Y63"), gp("B81003", "QDD", "Y63"), gp("TH02", "QAA", "Y63"), gp("B81004", "QAA", "Y63"),
			},
		})
		if got := did(plan); got != "added QCC under Y63, added B81004 under QAA" {
			t.Errorf("done: %s", got)
		}
		for _, want := range []string{
			"4 QDD is a primary care network here, not a training hub", "5 TH01 is a training hub here, not a region",
			"1 B81001 was not moved to QCC: The first day in the new place must be", "1 B81002 names the board “QZZ”, which is not among the boards",
			"1 B81003 belongs to QDD, which cannot be a training hub here", "1 TH02 is a training hub here, not a practice", "0 QBB was not closed",
		} {
			if got := lines(plan.Refused); !strings.Contains(got, want) {
				t.Errorf("it doesn't say %q: %s", want, got)
			}
		}
	})
}

func TestWithoutItsBoardsAFileMakesHubsAndRenamesAndClosesNone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		plan := h.importPlaces(t, countersign.PlacesFile{Practices: []countersign.ODSPractice{gp("B81001", "QAA", "Y63"), gp("B81002", "QBB", "Y62"), gp("B81003", "", "Y62")}})
		want := "added QAA under Y63, added Y62 under ENGLAND, added QBB under Y62, added B81001 under QAA, added B81002 under QBB"
		if did(plan) != want || !strings.Contains(lines(plan.Refused), "B81003 names the board “”") {
			t.Errorf("%s; %s", did(plan), lines(plan.Refused))
		}
		if again := h.importPlaces(t, countersign.PlacesFile{Practices: []countersign.ODSPractice{gp("B81001", "QAA", "Y63")}}); len(again.Changes) > 0 {
			t.Errorf("without QBB: %s", did(again))
		}
		named := h.importPlaces(t, countersign.PlacesFile{Boards: boards("QAA Y63"), Practices: []countersign.ODSPractice{gp("B81001", "QAA", "Y63")}})
		if got := did(named); got != "renamed Y63" || lines(named.Notes) != "0 QBB is no longer among the boards, but something open is still beneath it: left open" {
			t.Errorf("with its boards: %s, %s", got, lines(named.Notes))
		}
	})
}

func TestOnlyWhoAdministersEnglandImportsPlaces(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		here := h.Person(t, "Ann Here", "here@example.org", countersign.Admin, h.Region)
		f := countersign.PlacesFile{Practices: []countersign.ODSPractice{gp("B81001", "QAA", "Y63")}}
		for _, actor := range []authz.Actor{h.as(t, here), h.as(t, h.HubLead), {}} {
			if _, err := h.svc.ImportPlaces(t.Context(), actor, service.PlacesImport{File: f}); err == nil {
				t.Errorf("%q imported places", actor.Name())
			}
		}
		f.On = h.today().AddDays(1)
		_, err := h.svc.ImportPlaces(t.Context(), h.svc.Operator(), service.PlacesImport{File: f})
		wantKind(t, err, countersign.Invalid)
	})
}
