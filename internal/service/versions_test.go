package service_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
)

// next loads the next version of the world's framework, with one of each kind
// of change, and returns it: GPA-CL2 is the same, GPA-CL3 reworded, GPA-CL4
// asks for more, GPA-CL5 gets the code GPA-CL5B, GPA-CL11 is retired, and
// GPA-CL20 is new.
func (h *house) next(t *testing.T) countersign.Framework {
	t.Helper()
	f := h.Framework
	f.Version, f.SHA256 = "9.0.0", ""
	f.Domains = slices.Clone(f.Domains)
	f.Role.Duties = nil
	for i, d := range f.Domains {
		var list []countersign.Competency
		for _, c := range d.Competencies {
			c.EquivalentTo = nil
			switch c.Code {
			case "GPA-CL3":
				c.Statement += " Always."
			case "GPA-CL4":
				c.Requires.Pieces++
			case "GPA-CL5":
				c.Code, c.Replaces = "GPA-CL5B", []string{"GPA-CL5"}
			case "GPA-CL11":
				continue
			}
			list = append(list, c)
		}
		if d.Code == h.clinical(t) {
			more := list[0]
			more.Code = "GPA-CL20"
			list = append(list, more)
		}
		f.Domains[i].Competencies = list
	}
	for _, d := range h.Framework.Role.Duties {
		d.Competencies = slices.DeleteFunc(slices.Clone(d.Competencies), func(c string) bool { return c == "GPA-CL5" || c == "GPA-CL11" })
		f.Role.Duties = append(f.Role.Duties, d)
	}
	if _, err := h.svc.LoadFramework(t.Context(), h.svc.Operator(), "next.yaml", framework.Document(f).YAML()); err != nil {
		t.Fatal(err)
	}
	return f
}

func (h *house) clinical(t *testing.T) string {
	t.Helper()
	c, ok := h.Framework.Competency("GPA-CL2")
	if !ok {
		t.Fatal("the world's framework has no GPA-CL2")
	}
	return c.Domain
}

func (h *house) move(t *testing.T) service.VersionOutcome {
	t.Helper()
	out, err := h.svc.ChangeVersions(t.Context(), h.as(t, h.HubLead), service.VersionInput{Framework: h.Framework.ID, From: h.Framework.Version, To: "9.0.0"}, 0)
	wantKind(t, err, 0)
	return out
}

func (h *house) statuses(t *testing.T) map[string]countersign.Status {
	t.Helper()
	wantKind(t, h.svc.RecountDue(t.Context()), 0)
	r, err := h.svc.Record(t.Context(), h.as(t, h.Apprentice), h.App.ID)
	wantKind(t, err, 0)
	out := map[string]countersign.Status{}
	for _, c := range r.Competencies {
		out[c.Code] = c.Status
	}
	kept, err := h.svc.Apprenticeship(t.Context(), h.as(t, h.Apprentice), h.App.ID)
	wantKind(t, err, 0)
	if kept.Progress != r.Apprenticeship.Progress {
		t.Errorf("the counters say %+v, the record %+v", kept.Progress, r.Apprenticeship.Progress)
	}
	return out
}

// mappings returns which competencies each piece is mapped to.
func (h *house) mappings(t *testing.T) map[countersign.EvidenceID][]string {
	t.Helper()
	list, _, err := h.svc.EvidenceList(t.Context(), h.as(t, h.Apprentice), h.App.ID, service.EvidenceFilter{Limit: 100})
	wantKind(t, err, 0)
	out := map[countersign.EvidenceID][]string{}
	for _, e := range list {
		for _, m := range e.Mapping {
			out[e.ID] = append(out[e.ID], m.Competency)
		}
	}
	return out
}

// No sign-off is lost, and none is widened: what asks for more is checked
// again, on the evidence that there is.
func TestAChangeOfVersionCarriesWhatAsksForNoMore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, code := range []string{"GPA-CL2", "GPA-CL3", "GPA-CL4", "GPA-CL5"} {
			pieces := h.ready(t, code, h.Mentor, h.Mentor)
			if _, _, err := h.sign(t, h.GP, code, pieces...); err != nil {
				t.Fatal(err)
			}
		}
		h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL11"), h.Mentor)
		h.next(t)
		p, err := h.svc.PreviewVersion(t.Context(), h.as(t, h.HubLead), h.App.ID, "9.0.0")
		wantKind(t, err, 0)
		var lost []string
		for _, s := range p.Lost() {
			lost = append(lost, s.Competency.Code)
		}
		if got := fmt.Sprint(lost, p.Count(framework.FateNew), p.Count(framework.FateRetired)); got != "[GPA-CL4] 1 2" {
			t.Errorf("preview = %s", got)
		}
		if out := h.move(t); out.Moved != 1 || out.Left != 0 {
			t.Errorf("outcome = %+v", out)
		}
		got := h.statuses(t)
		want := map[string]countersign.Status{
			"GPA-CL2": countersign.SignedOff, "GPA-CL3": countersign.SignedOff, "GPA-CL4": countersign.InProgress, "GPA-CL5B": countersign.Ready,
			"GPA-CL20": countersign.NotStarted,
		}
		for code, status := range want {
			if got[code] != status {
				t.Errorf("%s is %s, want %s", code, got[code], status)
			}
		}
		for _, gone := range []string{"GPA-CL5", "GPA-CL11"} {
			if _, ok := got[gone]; ok {
				t.Errorf("%s is still in the record", gone)
			}
		}
		if out := h.move(t); out.Moved != 0 {
			t.Errorf("moved again: %+v", out)
		}
		decisions, err := h.svc.SignOffs(t.Context(), h.as(t, h.Apprentice), h.App.ID)
		wantKind(t, err, 0)
		if len(decisions) != 4 {
			t.Errorf("%d decisions in the register, want 4", len(decisions))
		}
		portfolio, err := h.svc.Portfolio(t.Context(), h.as(t, h.Apprentice), h.App.ID)
		wantKind(t, err, 0)
		if e := portfolio.Earlier; len(e) != 1 || e[0].Code != "GPA-CL5" || e[0].Title == "" || len(e[0].Decisions) != 1 || len(portfolio.Register()) != 4 {
			t.Errorf("the portfolio says of earlier versions %+v, and registers %d decisions", e, len(portfolio.Register()))
		}
		// Once something is signed on the new version there is no way back.
		counting := []countersign.EvidenceID{}
		page, err := h.svc.Competency(t.Context(), h.as(t, h.GP), h.App.ID, "GPA-CL5B")
		wantKind(t, err, 0)
		for _, e := range page.Attainment.Assessment().Counting {
			counting = append(counting, e.ID)
		}
		so, _, err := h.sign(t, h.GP, "GPA-CL5B", counting...)
		wantKind(t, err, 0)
		if so.FrameworkVersion != "9.0.0" {
			t.Errorf("signed on version %s", so.FrameworkVersion)
		}
		wantKind(t, h.svc.UndoVersion(t.Context(), h.as(t, h.HubLead), h.App.ID), countersign.Conflict)
	})
}

// Going there and back gives what was there before, whatever was there.
func TestThereAndBackChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rng := rand.New(rand.NewPCG(1, 2))
		codes := []string{"GPA-CL2", "GPA-CL3", "GPA-CL4", "GPA-CL5", "GPA-CL11"}
		for range 6 {
			code := codes[rng.IntN(len(codes))]
			switch rng.IntN(3) {
			case 0:
				h.submitted(t, h.observation(h.Mentor.Email, code))
			case 1:
				h.accepted(t, h.observation(h.Mentor.Email, code), h.Mentor)
			case 2:
				if h.summary(t, code).Status != countersign.SignedOff {
					pieces := h.ready(t, code, h.Mentor)
					if _, _, err := h.sign(t, h.GP, code, pieces...); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL5"))
		h.next(t)
		before, mapped := h.statuses(t), h.mappings(t)
		h.move(t)
		h.clock.Advance(time.Minute)
		h.statuses(t)
		if cmp.Equal(mapped, h.mappings(t)) {
			t.Error("no evidence counts for what its competency became")
		}
		wantKind(t, h.svc.UndoVersion(t.Context(), h.as(t, h.Manager), h.App.ID), countersign.Forbidden)
		if v, err := h.svc.VersionUndo(t.Context(), h.as(t, h.HubLead), h.App.ID); err != nil || v != h.Framework.Version {
			t.Errorf("VersionUndo() = %q, %v", v, err)
		}
		wantKind(t, h.svc.UndoVersion(t.Context(), h.as(t, h.HubLead), h.App.ID), 0)
		if diff := cmp.Diff(before, h.statuses(t)); diff != "" {
			t.Errorf("there and back (-before +after):\n%s", diff)
		}
		if diff := cmp.Diff(mapped, h.mappings(t)); diff != "" {
			t.Errorf("mappings, there and back (-before +after):\n%s", diff)
		}
		wantKind(t, h.svc.UndoVersion(t.Context(), h.as(t, h.HubLead), h.App.ID), countersign.Conflict)
	})
}

func TestOnlyTheHubChangesVersionsAndOnlyOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.next(t)
		in := service.VersionInput{Framework: h.Framework.ID, From: h.Framework.Version, To: "9.0.0"}
		_, err := h.svc.ChangeVersions(t.Context(), h.as(t, h.Manager), in, 0)
		wantKind(t, err, countersign.NotFound)
		other, err := h.svc.ChangeVersions(t.Context(), h.as(t, h.OtherHubLead), in, 0)
		wantKind(t, err, 0)
		if app, err := h.svc.Apprenticeship(t.Context(), h.as(t, h.HubLead), h.App.ID); err != nil || other.Moved != 1 || app.FrameworkVersion != h.Framework.Version {
			t.Errorf("another hub moved %d, ours is on %s, %v", other.Moved, app.FrameworkVersion, err)
		}
		for field, in := range map[string]service.VersionInput{
			"to":           {Framework: h.Framework.ID, From: h.Framework.Version, To: "7.7.7"},
			"from":         {Framework: h.Framework.ID, From: "7.7.7", To: "9.0.0"},
			"organisation": {Framework: h.Framework.ID, From: h.Framework.Version, To: "9.0.0", Organisation: "NOWHERE"},
		} {
			_, err := h.svc.ChangeVersions(t.Context(), h.as(t, h.HubLead), in, 0)
			var e *countersign.Error
			if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Field != field {
				t.Errorf("a wrong %s: %v", field, err)
			}
		}
	})
}
