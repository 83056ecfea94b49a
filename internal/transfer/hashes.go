package transfer

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/ledger"
)

// The shapes of JSON columns, as far as hashes are made of them.
type (
	content struct {
		Kind          string            `json:"kind"`
		Title         string            `json:"title"`
		OccurredOn    string            `json:"occurred_on"`
		Narrative     string            `json:"narrative"`
		Reflection    string            `json:"reflection"`
		Details       map[string]string `json:"details"`
		ObservedBy    string            `json:"observed_by"`
		Entries       int               `json:"entries"`
		Anonymised    bool              `json:"anonymised"`
		PriorLearning bool              `json:"prior_learning"`
		Mapping       []struct {
			Code          string `json:"code"`
			Justification string `json:"justification"`
		} `json:"mapping"`
	}
	attachment struct {
		ID        string `json:"id"`
		Name      string `json:"name"`
		MediaType string `json:"media_type"`
		Size      int64  `json:"size"`
		SHA256    string `json:"sha256"`
		Width     int    `json:"width"`
		Height    int    `json:"height"`
		Rendition struct {
			SHA256 string `json:"sha256"`
			Size   int64  `json:"size"`
			Width  int    `json:"width"`
			Height int    `json:"height"`
		} `json:"rendition"`
		AddedAt time.Time `json:"added_at"`
	}
	reliedOn struct {
		Evidence string `json:"evidence"`
		Revision int    `json:"revision"`
		Counted  bool   `json:"counted"`
	}
	reliedText struct {
		Hash  string `json:"hash"`
		Title string `json:"title"`
	}
	facts struct {
		Submitted    int
		Accepted     int
		SignedOff    []string
		Progress     countersign.Progress
		PlannedEndOn string
		Hours        *countersign.ReviewHours
	}
	action struct {
		Text   string
		Owner  countersign.ReviewParty
		DueOn  string
		DoneOn string
		From   int
	}
)

func dayOf(s string) countersign.Date {
	d, _ := countersign.ParseDate(s)
	return d
}

// checkRevisions makes the hash of every submitted revision again.
func (p *Package) checkRevisions() error {
	last := map[string]int{}
	var err error
	p.Document.Each("evidence_revisions", func(get Getter) {
		id, number := get.Text("evidence_id"), get.Number("number")
		if err == nil && number != last[id]+1 {
			err = refuse("the revisions of evidence %s are not numbered one by one", id)
		}
		last[id] = number
		if err != nil || get.Text("erased_at") != "" && get.at("content") == nil {
			return
		}
		r, e := revision(get)
		if e != nil {
			err = refuse("revision %d of evidence %s is not readable", number, id)
			return
		}
		if made, e := ledger.RevisionHash(ledger.ContentOf(r)); e != nil || made != r.Hash {
			err = refuse("revision %d of evidence %s is not what its hash says: it was changed after it was submitted", number, id)
		}
	})
	p.Document.Each("evidence", func(get Getter) {
		if err == nil && get.Number("revision") != last[get.Text("id")] {
			err = refuse("%s does not have all its revisions", named("evidence", get))
		}
	})
	return err
}

func revision(get Getter) (countersign.Revision, error) {
	var c content
	var files []attachment
	if err := get.JSON("content", &c); err != nil {
		return countersign.Revision{}, err
	}
	if err := get.JSON("attachments", &files); err != nil {
		return countersign.Revision{}, err
	}
	r := countersign.Revision{
		Evidence: countersign.EvidenceID(get.Text("evidence_id")), Number: get.Number("number"), Hash: get.Text("hash"),
		Content: countersign.Content{
			Kind: countersign.EvidenceKind(c.Kind), Title: c.Title, OccurredOn: dayOf(c.OccurredOn), Narrative: c.Narrative, Reflection: c.Reflection,
			Details: c.Details, ObservedBy: countersign.PersonID(c.ObservedBy), Entries: c.Entries, Anonymised: c.Anonymised, PriorLearning: c.PriorLearning,
		},
	}
	for _, m := range c.Mapping {
		r.Content.Mapping = append(r.Content.Mapping, countersign.Mapping{Competency: m.Code, Justification: m.Justification})
	}
	for _, a := range files {
		r.Attachments = append(r.Attachments, countersign.Attachment{Name: a.Name, SHA256: a.SHA256, Size: a.Size})
	}
	return r, nil
}

// checkDecisions makes the leaf of every decision again, and sees that the
// decisions are one chain, and those of each competency too.
func (p *Package) checkDecisions() error {
	hashes := map[reliedOn]string{}
	p.Document.Each("evidence_revisions", func(get Getter) {
		hashes[reliedOn{Evidence: get.Text("evidence_id"), Revision: get.Number("number")}] = get.Text("hash")
	})
	byID := map[countersign.SignOffID]countersign.SignOff{}
	next, after := map[countersign.SignOffID]countersign.SignOffID{}, map[string]string{}
	begun := map[string]countersign.SignOffID{}
	var all []countersign.SignOff
	var err error
	p.Document.Each("sign_offs", func(get Getter) {
		so, e := p.decision(get, hashes)
		if err == nil {
			err = e
		}
		all, byID[so.ID] = append(all, so), so
	})
	if err != nil {
		return err
	}
	for _, so := range all {
		switch {
		case so.Supersedes == "" && begun[so.Competency] != "":
			return refuse("the decisions on %s begin twice", shown(so.Competency))
		case so.Supersedes == "":
			begun[so.Competency] = so.ID
		case byID[so.Supersedes].Competency != so.Competency || next[so.Supersedes] != "":
			return refuse("the decisions on %s are not one chain", shown(so.Competency))
		default:
			next[so.Supersedes] = so.ID
		}
		if _, twice := after[so.PreviousLeaf]; twice {
			return refuse("the decisions are not one chain: two follow the same")
		}
		after[so.PreviousLeaf] = so.Leaf
	}
	n := 0
	for leaf := ""; after[leaf] != "" && n <= len(all); n++ {
		leaf = after[leaf]
	}
	if n != len(all) {
		return refuse("the decisions are not one chain: it breaks after %d of %d", n, len(all))
	}
	n = 0
	for _, at := range begun { // chains from a beginning to an end hold them all
		for ; at != ""; at = next[at] {
			n++
		}
	}
	if n != len(all) {
		return refuse("%d decisions follow each other in a circle", len(all)-n)
	}
	return nil
}

// decision reads a sign-off and checks what it is made of.
func (p *Package) decision(get Getter, hashes map[reliedOn]string) (countersign.SignOff, error) {
	so := countersign.SignOff{
		ID: countersign.SignOffID(get.Text("id")), Apprenticeship: countersign.ApprenticeshipID(get.Text("apprenticeship_id")),
		Competency: get.Text("competency"), Decision: countersign.Decision(get.Text("decision")), Part: countersign.Part(get.Text("part")),
		Awaits: countersign.NamingRole(get.Text("awaits")), Level: get.Text("level"), Comment: get.Text("comment"), Statement: get.Text("statement"),
		Assessor: countersign.PersonID(get.Text("assessor_id")), AssessorName: get.Text("assessor_name"), AssessorRole: countersign.NamingRole(get.Text("assessor_role")),
		Registration: get.Text("registration"), Authentication: get.Text("authentication"),
		FrameworkID: get.Text("framework_id"), FrameworkVersion: get.Text("framework_version"), TextHash: get.Text("text_hash"),
		SignedAt: get.Time("signed_at"), Supersedes: countersign.SignOffID(get.Text("supersedes_id")),
		PreviousLeaf: get.Text("previous_leaf"), Leaf: get.Text("leaf"), Canonical: get.Text("canonical"), Salt: get.Text("salt"), Signature: get.Text("signature"),
	}
	var on []reliedOn
	var of []reliedText
	if get.JSON("relied_on", &on) != nil || get.JSON("relied_text", &of) != nil {
		return so, refuse("%s is not readable", named("decision", get))
	}
	erased := get.Text("erased_at") != "" && so.Salt == ""
	for i, r := range on {
		e := countersign.Relied{Evidence: countersign.EvidenceID(r.Evidence), Revision: r.Revision, Counted: r.Counted}
		kept, known := hashes[reliedOn{Evidence: r.Evidence, Revision: r.Revision}]
		if !known {
			return so, refuse("%s relies on evidence that is not there", named("decision", get))
		}
		switch {
		case i < len(of):
			e.Hash, e.Title = of[i].Hash, of[i].Title
		case get.Text("erased_at") != "": // its title was destroyed with a piece; the revision keeps the hash
			e.Hash = kept
		}
		if !erased && kept != "" && kept != e.Hash {
			return so, refuse("%s relies on other evidence than is there", named("decision", get))
		}
		so.Evidence = append(so.Evidence, e)
	}
	altered := refuse("%s is not what its hash says: it was changed after it was made", named("decision", get))
	if ledger.LeafOf([]byte(so.Canonical)) != so.Leaf {
		return so, altered
	}
	if key := so.Fingerprint(); (key != "" || so.Signature != "") && ledger.CheckSignature(so.Signature, []byte(so.Canonical), key) != nil {
		return so, refuse("%s is not what its signer's passkey signed", named("decision", get))
	}
	doc, err := ledger.DecisionOf(so)
	if erased {
		doc, err = withoutText(so)
	}
	if err != nil {
		return so, altered
	}
	if canonical, leaf, err := ledger.Leaf(doc); err != nil || string(canonical) != so.Canonical || leaf != so.Leaf {
		return so, altered
	}
	f, ok := p.release(so.FrameworkID, so.FrameworkVersion)
	c, known := f.Competency(so.Competency)
	if !ok || !known || framework.CompetencyHash(f, c) != so.TextHash {
		return so, refuse("%s is about another text of %s than the framework in the package has", named("decision", get), shown(so.Competency))
	}
	return so, nil
}

// withoutText is what an erased decision was made of: its text is gone, so what
// stands for it is taken as it was kept.
func withoutText(so countersign.SignOff) (ledger.Decision, error) {
	var kept ledger.Decision
	if err := json.Unmarshal([]byte(so.Canonical), &kept); err != nil {
		return kept, err
	}
	so.Salt, so.Evidence = strings.Repeat("0", 32), slices.Clone(so.Evidence)
	for i := range so.Evidence {
		so.Evidence[i].Hash = strings.Repeat("0", 64)
	}
	doc, err := ledger.DecisionOf(so)
	doc.Commitments = kept.Commitments
	for i, e := range doc.Evidence {
		for _, was := range kept.Evidence {
			if was.ID == e.ID {
				doc.Evidence[i].Content = was.Content
			}
		}
	}
	return doc, err
}

// checkReviews makes the hash again of what each progress review says.
func (p *Package) checkReviews() error {
	made, erased := map[string]string{}, map[string]bool{}
	var err error
	p.Document.Each("progress_reviews", func(get Getter) {
		id := get.Text("id")
		erased[id] = get.Text("erased_at") != ""
		r, e := progressReview(get)
		if e == nil {
			made[id], e = ledger.ProgressReviewHash(r)
		}
		if e != nil && err == nil {
			err = refuse("%s is not readable", named("progress review", get))
		}
	})
	p.Document.Each("progress_review_signatures", func(get Getter) {
		if id := get.Text("review_id"); err == nil && !erased[id] && get.Text("content_sha256") != made[id] {
			err = refuse("progress review %s is not what was signed: it was changed afterwards", id)
		}
	})
	return err
}

func progressReview(get Getter) (countersign.ProgressReview, error) {
	r := countersign.ProgressReview{
		ID: countersign.ProgressReviewID(get.Text("id")), Apprenticeship: countersign.ApprenticeshipID(get.Text("apprenticeship_id")), Number: get.Number("number"),
		FrameworkID: get.Text("framework_id"), FrameworkVersion: get.Text("framework_version"),
		Since: get.Day("since_on"), DueOn: get.Day("due_on"), HeldOn: get.Day("held_on"), PreparedAt: get.Time("prepared_at"),
	}
	var f facts
	var actions []action
	for column, v := range map[string]any{"facts": &f, "ratings": &r.Ratings, "notes": &r.Notes, "actions": &actions} {
		if err := get.JSON(column, v); err != nil {
			return r, err
		}
	}
	r.Facts = countersign.ReviewFacts{
		Submitted: f.Submitted, Accepted: f.Accepted, SignedOff: f.SignedOff, Progress: f.Progress, PlannedEndOn: dayOf(f.PlannedEndOn), Hours: f.Hours,
	}
	for _, a := range actions {
		r.Actions = append(r.Actions, countersign.ReviewAction{Text: a.Text, Owner: a.Owner, DueOn: dayOf(a.DueOn), DoneOn: dayOf(a.DoneOn), From: a.From})
	}
	return r, nil
}
