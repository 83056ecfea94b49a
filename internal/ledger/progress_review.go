package ledger

import (
	"countersign/internal/countersign"
)

// progressReview is what the three parties of a progress review sign.
type progressReview struct {
	V                int                `json:"v"`
	Type             string             `json:"type"` // "progress_review"
	Review           string             `json:"review"`
	Apprenticeship   string             `json:"apprenticeship"`
	Number           int                `json:"number"`
	Framework        string             `json:"framework"`
	FrameworkVersion string             `json:"framework_version"`
	Since            string             `json:"since"`
	DueOn            string             `json:"due_on"`
	HeldOn           string             `json:"held_on"`
	PreparedAt       string             `json:"prepared_at"`
	Submitted        int                `json:"submitted"`
	Accepted         int                `json:"accepted"`
	SignedOff        []string           `json:"signed_off"`
	Progress         [4]int             `json:"progress"` // signed off, in scope, core signed off, core
	PlannedEndOn     string             `json:"planned_end_on"`
	Hours            []int              `json:"hours"`   // minimum, expected, verified, in minutes; empty while none are kept
	Ratings          [][3]string        `json:"ratings"` // domain, apprentice's, supervisor's
	Notes            map[string]string  `json:"notes"`   // by party
	Actions          []progressReviewDo `json:"actions"`
}

type progressReviewDo struct {
	Text   string `json:"text"`
	Owner  string `json:"owner"`
	DueOn  string `json:"due_on"`
	DoneOn string `json:"done_on"`
	From   int    `json:"from"`
}

// ProgressReviewHash returns the SHA-256, in hex, of what a review says in its
// RFC 8785 form: what each of the three parties signs. Signatures and their
// remarks are no part of it.
func ProgressReviewHash(r countersign.ProgressReview) (string, error) {
	f := r.Facts
	doc := progressReview{
		V: Version, Type: "progress_review", Review: string(r.ID), Apprenticeship: string(r.Apprenticeship), Number: r.Number,
		Framework: r.FrameworkID, FrameworkVersion: r.FrameworkVersion, Since: r.Since.String(), DueOn: r.DueOn.String(), HeldOn: r.HeldOn.String(),
		PreparedAt: r.PreparedAt.UTC().Format(timeFormat), Submitted: f.Submitted, Accepted: f.Accepted, SignedOff: append([]string{}, f.SignedOff...),
		Progress: [4]int{f.Progress.SignedOff, f.Progress.InScope, f.Progress.CoreSignedOff, f.Progress.Core}, PlannedEndOn: f.PlannedEndOn.String(),
		Hours: []int{}, Ratings: [][3]string{}, Notes: map[string]string{}, Actions: []progressReviewDo{},
	}
	if h := f.Hours; h != nil {
		doc.Hours = []int{h.Minimum, h.Expected, h.Verified}
	}
	var c checker
	for _, d := range r.Ratings {
		doc.Ratings = append(doc.Ratings, [3]string{d.Domain, d.Apprentice, d.Supervisor})
	}
	for _, p := range countersign.ReviewParties() {
		c.text("notes", r.Notes[p])
		doc.Notes[string(p)] = r.Notes[p]
	}
	for _, a := range r.Actions {
		c.text("actions", a.Text)
		doc.Actions = append(doc.Actions, progressReviewDo{a.Text, string(a.Owner), a.DueOn.String(), a.DoneOn.String(), a.From})
	}
	if c.err != nil {
		return "", c.err
	}
	b, err := canonical(doc)
	if err != nil {
		return "", err
	}
	return sum(b), nil
}
