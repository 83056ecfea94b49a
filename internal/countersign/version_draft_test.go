package countersign_test

import (
	"testing"

	"countersign/internal/countersign"
)

func TestADraftIsReviewedByNamedPeopleAsItIs(t *testing.T) {
	t.Parallel()
	d := countersign.VersionDraft{State: countersign.DraftOpen, Version: 3, Editors: []countersign.PersonID{"maker", "editor"}}
	review := func(by countersign.PersonID, of int, decision countersign.DraftDecision) countersign.DraftReview {
		return countersign.DraftReview{Person: by, Of: of, Decision: decision}
	}
	const approve, changes = countersign.ApproveDraft, countersign.AskChanges
	for name, tc := range map[string]struct {
		reviews []countersign.DraftReview
		ok      bool
	}{
		"nobody":                               {nil, false},
		"an approval":                          {[]countersign.DraftReview{review("gp", 3, approve)}, true},
		"an approval before an edit":           {[]countersign.DraftReview{review("gp", 2, approve)}, false},
		"an approval by an editor":             {[]countersign.DraftReview{review("editor", 3, approve)}, false},
		"one approves, one asks for changes":   {[]countersign.DraftReview{review("gp", 3, approve), review("nurse", 3, changes)}, false},
		"changes asked for, and then approved": {[]countersign.DraftReview{review("gp", 3, changes), review("gp", 3, approve)}, true},
		"approved, and then changes asked for": {[]countersign.DraftReview{review("gp", 3, approve), review("gp", 3, changes)}, false},
		"changes asked for before an edit":     {[]countersign.DraftReview{review("nurse", 2, changes), review("gp", 3, approve)}, true},
	} {
		if err := d.Reviewed(tc.reviews); (err == nil) != tc.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, tc := range map[string]struct {
		by       countersign.PersonID
		decision countersign.DraftDecision
		comment  string
		want     countersign.Kind
	}{
		"approves":                       {"gp", approve, "", 0},
		"asks for changes":               {"gp", changes, "Clearer", 0},
		"asks for changes without a why": {"gp", changes, " ", countersign.Invalid},
		"says nothing":                   {"gp", "", "", countersign.Invalid},
		"edited it":                      {"editor", approve, "", countersign.Conflict},
	} {
		if r, err := d.Review(tc.by, tc.decision, tc.comment); countersign.KindOf(err) != tc.want || r.Of != 3 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestADraftThatHasEndedChangesNoMore(t *testing.T) {
	t.Parallel()
	for _, state := range []countersign.DraftState{countersign.DraftPublished, countersign.DraftDiscarded} {
		d := countersign.VersionDraft{State: state, Version: 1}
		for _, event := range []countersign.DraftEvent{countersign.EditDraft, countersign.PublishDraft, countersign.DiscardDraft} {
			if _, err := d.Do(event); countersign.KindOf(err) != countersign.Conflict {
				t.Errorf("%s of a %s draft: %v", event, state, err)
			}
		}
		_, err := d.Review("gp", countersign.ApproveDraft, "")
		for what, err := range map[string]error{"review": err, "comment": d.Comment("Hm"), "asking": d.Ask("gp")} {
			if countersign.KindOf(err) != countersign.Conflict {
				t.Errorf("%s of a %s draft: %v", what, state, err)
			}
		}
	}
	open := countersign.VersionDraft{State: countersign.DraftOpen, Version: 4}
	if !open.At(0) || !open.At(4) || open.At(3) {
		t.Error("a draft is at its own version, and at any")
	}
}
