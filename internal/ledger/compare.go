package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"countersign/internal/countersign"
)

// Finding is something that isn't as it was when it was sealed.
type Finding struct {
	Table, Row, Column string // where
	Says               string // what, in a user's words
}

// ReadDecision reads the canonical bytes of a decision.
func ReadDecision(canonical []byte) (Decision, error) {
	var d Decision
	dec := json.NewDecoder(bytes.NewReader(canonical))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return d, fmt.Errorf("ledger: the decision is not readable: %w", err)
	}
	return d, nil
}

// comparison gathers what of a decision's row differs from its canonical bytes.
type comparison struct {
	so    countersign.SignOff
	found []Finding
}

func (c *comparison) add(column, what string) {
	c.found = append(c.found, Finding{"sign_offs", string(c.so.ID), column, what})
}

// CompareDecision holds a decision as the database has it against its canonical
// bytes, and them against its leaf, which was sealed or not. It says which parts
// were changed. What erasure emptied isn't a change.
func CompareDecision(so countersign.SignOff, erased, sealed bool) []Finding {
	c := comparison{so: so}
	kept, err := ReadDecision([]byte(so.Canonical))
	if LeafOf([]byte(so.Canonical)) != so.Leaf {
		c.canonicalOrLeaf(sealed)
		return c.found
	}
	if err != nil {
		c.add("canonical", "the sealed form is not readable")
		return c.found
	}
	c.plain(kept)
	if key := so.Fingerprint(); key != "" || so.Signature != "" {
		if err := CheckSignature(so.Signature, []byte(so.Canonical), key); err != nil {
			c.add("signature", "what the signer's passkey signed was changed")
		}
	}
	c.commitments(kept, erased)
	return c.found
}

// canonicalOrLeaf says which of the two was changed: the one that the rest of
// the row doesn't lead to.
func (c *comparison) canonicalOrLeaf(sealed bool) {
	doc, err := DecisionOf(c.so)
	var canonical []byte
	var leaf string
	if err == nil {
		canonical, leaf, err = Leaf(doc)
	}
	switch {
	case err == nil && string(canonical) == c.so.Canonical:
		c.add("leaf", "the leaf was changed: the decision leads to another")
	case err == nil && leaf == c.so.Leaf, sealed:
		c.add("canonical", "the sealed form was changed: the log holds another")
	default:
		c.add("leaf, canonical", "the leaf, or the form that it was made of, was changed")
	}
}

// plain compares what stands in a leaf as it is.
func (c *comparison) plain(kept Decision) {
	so := c.so
	for _, p := range []struct{ column, what, is, was string }{
		{"id", "the identifier", string(so.ID), kept.SignOff},
		{"apprenticeship_id", "whose apprenticeship it is", string(so.Apprenticeship), kept.Apprenticeship},
		{"framework_id", "the framework", so.FrameworkID, kept.Framework},
		{"framework_version", "the framework's version", so.FrameworkVersion, kept.FrameworkVersion},
		{"competency", "the competency", so.Competency, kept.Competency},
		{"text_hash", "the hash of the competency's text", so.TextHash, kept.CompetencyHash},
		{"decision", "the decision", string(so.Decision), kept.Decision},
		{"part", "the part that the signer had in it", string(so.Part), kept.RoleInDecision},
		{"level", "the level", so.Level, kept.Level},
		{"awaits", "whose countersignature was needed", string(so.Awaits), kept.Awaits},
		{"assessor_id", "the signer", string(so.Assessor), kept.Assessor},
		{"assessor_role", "the signer's role", string(so.AssessorRole), kept.AssessorRole},
		{"authentication", "how the signer had signed in", so.Authentication, kept.Authentication},
		{"signed_at", "the date and time", so.SignedAt.UTC().Format(timeFormat), kept.SignedAt},
		{"supersedes_id", "which decision it follows", string(so.Supersedes), kept.Supersedes},
		{"previous_leaf", "the leaf before", so.PreviousLeaf, kept.Previous},
	} {
		if p.is != p.was {
			c.add(p.column, p.what+" was changed")
		}
	}
	was, same := map[string]Relied{}, len(kept.Evidence) == len(so.Evidence)
	for _, e := range kept.Evidence {
		was[e.ID] = e
	}
	for _, e := range so.Evidence {
		k, ok := was[string(e.Evidence)]
		same = same && ok && k.Revision == e.Revision && k.Counted == e.Counted
	}
	if !same {
		c.add("relied_on", "which evidence it relied on was changed")
	}
}

// commitments compares what stands in a leaf behind a salt. If all of it
// differs, it is the salt that was changed.
func (c *comparison) commitments(kept Decision, erased bool) {
	so, salt := c.so, c.so.Salt
	if _, err := Commit(salt, "", ""); err != nil {
		if !erased || salt != "" {
			c.add("salt", "the salt of its text was changed, so that the text cannot be checked")
		} else if so.AssessorName+so.Registration+so.Comment+so.Statement != "" {
			c.add("comment, statement, assessor_name, registration", "its text was erased, and this is another")
		}
		return
	}
	var found []Finding
	checked := 0
	check := func(column, what, label, text, was string) {
		if erased && text == "" {
			return
		}
		checked++
		if is, err := Commit(salt, label, text); err != nil || is != was {
			found = append(found, Finding{"sign_offs", string(so.ID), column, what + " was changed"})
		}
	}
	check("assessor_name", "the signer's name", "assessor_name", so.AssessorName, kept.Commitments.AssessorName)
	check("registration", "the signer's registration", "registration", so.Registration, kept.Commitments.Registration)
	check("comment", "the comment", "comment", so.Comment, kept.Commitments.Comment)
	check("statement", "the statement that was signed", "statement", so.Statement, kept.Commitments.Statement)
	content := map[string]string{}
	for _, e := range kept.Evidence {
		content[fmt.Sprintf("evidence %s %d", e.ID, e.Revision)] = e.Content
	}
	for _, e := range so.Evidence {
		label := fmt.Sprintf("evidence %s %d", e.Evidence, e.Revision)
		if was, ok := content[label]; ok { // otherwise relied_on is named already
			check("relied_text", "the hash of evidence "+string(e.Evidence), label, e.Hash, was)
		}
	}
	if len(found) > 1 && len(found) == checked {
		found = []Finding{{"sign_offs", string(so.ID), "salt", "the salt of its text was changed, or all of its text"}}
	}
	c.found = append(c.found, found...)
}

// CompareRevision holds what was submitted of a piece against its hash, and, if
// it is what the piece says now, the piece against it.
func CompareRevision(r countersign.Revision, now countersign.Evidence) []Finding {
	row := fmt.Sprintf("%s %d", r.Evidence, r.Number)
	title := "“" + r.Content.Title + "”"
	same := now.Revision == r.Number && (now.State == countersign.Submitted || now.State == countersign.Accepted)
	var differs []Finding
	if same {
		differs = append(comparePiece(r.Content, now), compareFiles(r, now.Attachments)...)
	}
	if hash, err := RevisionHash(ContentOf(r)); err == nil && hash == r.Hash {
		return differs
	}
	// The hash isn't that of the revision. If it is that of the piece, the
	// revision was changed where they differ.
	if same && len(differs) > 0 {
		as := r
		mapping := as.Content.Mapping
		as.Content = now.Content
		as.Content.Mapping = mapping
		if hash, err := RevisionHash(ContentOf(as)); err == nil && hash == r.Hash {
			var found []Finding
			for _, d := range differs {
				found = append(found, Finding{"evidence_revisions", row, "content", fmt.Sprintf("the %s in revision %d of %s was changed", d.Column, r.Number, title)})
			}
			return found
		}
	}
	return append(differs, Finding{"evidence_revisions", row, "content, attachments, hash", fmt.Sprintf("revision %d of %s, its list of files or its hash was changed", r.Number, title)})
}

// compareFiles says which of the files of a piece isn't there as it was
// submitted: another name, type, size or content, or gone to another piece.
func compareFiles(r countersign.Revision, now []countersign.Attachment) (found []Finding) {
	for _, was := range r.Attachments {
		add := func(column string, differs bool) {
			if differs {
				found = append(found, Finding{"attachments", string(was.ID), column, fmt.Sprintf("the %s of the file “%s” of “%s” is not what was submitted", column, was.Name, r.Content.Title)})
			}
		}
		at := slices.IndexFunc(now, func(a countersign.Attachment) bool { return a.ID == was.ID })
		if at < 0 {
			found = append(found, Finding{"attachments", string(was.ID), "id, evidence_id, removed_at", fmt.Sprintf("the file “%s” of “%s” is gone from it", was.Name, r.Content.Title)})
			continue
		}
		is := now[at]
		add("name", is.Name != was.Name)
		add("media_type", is.MediaType != was.MediaType)
		add("size", is.Size != was.Size)
		add("sha256", is.SHA256 != was.SHA256)
		add("width", is.Width != was.Width)
		add("height", is.Height != was.Height)
		add("rendition_sha256", is.Rendition.SHA256 != was.Rendition.SHA256)
		add("rendition_size", is.Rendition.Size != was.Rendition.Size)
		add("rendition_width", is.Rendition.Width != was.Rendition.Width)
		add("rendition_height", is.Rendition.Height != was.Rendition.Height)
		add("added_at", !is.AddedAt.Equal(was.AddedAt))
	}
	return found
}

// comparePiece says where a piece says something else than what was submitted.
// Its mapping is left out but for the reasons given: assessors correct it.
func comparePiece(was countersign.Content, now countersign.Evidence) (found []Finding) {
	add := func(column string, differs bool) {
		if differs {
			found = append(found, Finding{"evidence", string(now.ID), column, fmt.Sprintf("the %s of “%s” is not what was submitted", column, was.Title)})
		}
	}
	is := now.Content
	add("kind", is.Kind != was.Kind)
	add("title", is.Title != was.Title)
	add("occurred_on", is.OccurredOn != was.OccurredOn)
	add("narrative", is.Narrative != was.Narrative)
	add("reflection", is.Reflection != was.Reflection)
	add("details", !maps.Equal(is.Details, was.Details))
	add("observed_by", is.ObservedBy != was.ObservedBy)
	add("entries", is.Entries != was.Entries)
	add("anonymised", is.Anonymised != was.Anonymised)
	add("prior_learning", is.PriorLearning != was.PriorLearning)
	given := map[string]string{}
	for _, m := range was.Mapping {
		given[m.Competency] = m.Justification
	}
	for _, m := range is.Mapping {
		if reason, ok := given[m.Competency]; ok {
			add("justification", reason != m.Justification)
		}
	}
	return found
}
