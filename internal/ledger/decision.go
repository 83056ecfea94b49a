package ledger

import (
	"cmp"
	"fmt"
	"time"

	"countersign/internal/countersign"
)

// timeFormat is RFC 3339 in UTC with microseconds, which both databases keep.
const timeFormat = "2006-01-02T15:04:05.000000Z"

// Decision is one sign-off as the log holds it. Empty text is written, never
// left out. Make one with DecisionOf.
type Decision struct {
	V                int         `json:"v"`
	Type             string      `json:"type"` // "sign_off"
	SignOff          string      `json:"sign_off"`
	Apprenticeship   string      `json:"apprenticeship"`
	Framework        string      `json:"framework"`
	FrameworkVersion string      `json:"framework_version"`
	Competency       string      `json:"competency"`
	CompetencyHash   string      `json:"competency_sha256"` // of its text, see package framework
	Decision         string      `json:"decision"`
	RoleInDecision   string      `json:"role_in_decision"`
	Level            string      `json:"level"`
	Awaits           string      `json:"awaits"` // whose countersignature was still needed, or empty
	Assessor         string      `json:"assessor"`
	AssessorRole     string      `json:"assessor_role"`
	Commitments      Commitments `json:"commitments"`
	Evidence         []Relied    `json:"evidence"` // by id
	Authentication   string      `json:"authentication"`
	SignedAt         string      `json:"signed_at"`
	Supersedes       string      `json:"supersedes"` // the sign-off before in the competency's chain, or empty
	Previous         string      `json:"previous"`   // leaf of the apprenticeship's decision before, or empty
}

// Commitments stand for the personal text of a decision. The JSON names are
// the labels of Commit.
type Commitments struct {
	AssessorName string `json:"assessor_name"`
	Registration string `json:"registration"`
	Comment      string `json:"comment"`
	Statement    string `json:"statement"`
}

// Relied is a piece of evidence that a decision named. Content is a commitment
// to the revision's hash, labelled "evidence", id and revision with a space
// between: the bare hash of a short text could be guessed.
type Relied struct {
	ID       string `json:"id"`
	Revision int    `json:"revision"`
	Content  string `json:"content"`
	Counted  bool   `json:"counted"` // false for a piece that was listed but doesn't carry the decision
}

const decisionType = "sign_off"

// DecisionOf returns a sign-off as the log holds it, personal text hidden
// behind commitments with its salt. It fails with ErrSalt once that is erased.
func DecisionOf(so countersign.SignOff) (Decision, error) {
	d := Decision{
		V: Version, Type: decisionType,
		SignOff: string(so.ID), Apprenticeship: string(so.Apprenticeship),
		Framework: so.FrameworkID, FrameworkVersion: so.FrameworkVersion,
		Competency: so.Competency, CompetencyHash: so.TextHash,
		Decision: string(so.Decision), RoleInDecision: string(so.Part), Level: so.Level, Awaits: string(so.Awaits),
		Assessor: string(so.Assessor), AssessorRole: string(so.AssessorRole),
		Evidence:       make([]Relied, 0, len(so.Evidence)),
		Authentication: so.Authentication,
		SignedAt:       so.SignedAt.UTC().Format(timeFormat),
		Supersedes:     string(so.Supersedes), Previous: so.PreviousLeaf,
	}
	if !so.SignedAt.Equal(so.SignedAt.Truncate(time.Microsecond)) {
		return Decision{}, fmt.Errorf("ledger: signed_at is finer than a microsecond")
	}
	for _, c := range []struct {
		to          *string
		label, text string
	}{
		{&d.Commitments.AssessorName, "assessor_name", so.AssessorName},
		{&d.Commitments.Registration, "registration", so.Registration},
		{&d.Commitments.Comment, "comment", so.Comment},
		{&d.Commitments.Statement, "statement", so.Statement},
	} {
		var err error
		if *c.to, err = Commit(so.Salt, c.label, c.text); err != nil {
			return Decision{}, err
		}
	}
	for _, e := range so.Evidence {
		if !isHex(e.Hash, 64) {
			return Decision{}, fmt.Errorf("ledger: evidence %s has no content hash", e.Evidence)
		}
		content, err := Commit(so.Salt, fmt.Sprintf("evidence %s %d", e.Evidence, e.Revision), e.Hash)
		if err != nil {
			return Decision{}, err
		}
		d.Evidence = append(d.Evidence, Relied{ID: string(e.Evidence), Revision: e.Revision, Content: content, Counted: e.Counted})
	}
	return d, nil
}

// Leaf returns the canonical bytes of a decision and their leaf. The order of
// the evidence doesn't matter. It fails for a decision that lacks what every
// decision has.
func Leaf(d Decision) (canonicalJSON []byte, leaf string, err error) {
	d.Evidence = sorted(d.Evidence, func(a, b Relied) int { return cmp.Compare(a.ID, b.ID) })
	if err := d.check(); err != nil {
		return nil, "", err
	}
	canonicalJSON, err = canonical(d)
	if err != nil {
		return nil, "", err
	}
	return canonicalJSON, LeafOf(canonicalJSON), nil
}

// check refuses what can't be a decision; d.Evidence is sorted.
func (d Decision) check() error {
	var c checker
	if d.V != Version || d.Type != decisionType {
		c.fail("type", fmt.Sprintf("%q of version %d is unknown", d.Type, d.V))
	}
	c.required("sign_off", d.SignOff)
	c.required("apprenticeship", d.Apprenticeship)
	c.required("framework", d.Framework)
	c.required("framework_version", d.FrameworkVersion)
	c.required("competency", d.Competency)
	c.hash("competency_sha256", d.CompetencyHash)
	c.required("decision", d.Decision)
	c.required("role_in_decision", d.RoleInDecision)
	c.text("level", d.Level)
	c.text("awaits", d.Awaits)
	c.required("assessor", d.Assessor)
	c.required("assessor_role", d.AssessorRole)
	c.hash("assessor_name", d.Commitments.AssessorName)
	c.hash("registration", d.Commitments.Registration)
	c.hash("comment", d.Commitments.Comment)
	c.hash("statement", d.Commitments.Statement)
	for i, e := range d.Evidence {
		c.required("evidence", e.ID)
		c.integer("evidence revision", int64(e.Revision), 1)
		c.hash("evidence content", e.Content)
		if i > 0 && d.Evidence[i-1].ID == e.ID {
			c.fail("evidence", "names a piece twice")
		}
	}
	c.required("authentication", d.Authentication)
	at, err := time.Parse(timeFormat, d.SignedAt)
	if err != nil || at.Year() < 2000 || at.Format(timeFormat) != d.SignedAt {
		c.fail("signed_at", "is not a time of this form: "+timeFormat)
	}
	c.text("supersedes", d.Supersedes)
	if d.Previous != "" {
		c.hash("previous", d.Previous)
	}
	return c.err
}
