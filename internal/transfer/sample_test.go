package transfer

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/ledger"
)

const (
	app        = "00000000-0000-7000-8000-0000000000a1"
	asha       = "00000000-0000-7000-8000-0000000000b1"
	bell       = "00000000-0000-7000-8000-0000000000b2"
	surgery    = "00000000-0000-7000-8000-0000000000c1"
	piece      = "00000000-0000-7000-8000-0000000000e1"
	hours      = "00000000-0000-7000-8000-000000000101"
	verdict    = "00000000-0000-7000-8000-000000000102"
	competency = "GPA-AD1"
	when       = "2026-03-02T09:00:00.000000Z"
)

// sample is a small package, whole and sound, to be spoilt.
type sample struct {
	manifest Manifest
	document *Document
	entries  map[string][]byte
	last     countersign.SignOff
	f        countersign.Framework
}

func newSample(t testing.TB) *sample {
	t.Helper()
	s := &sample{document: &Document{}, entries: map[string][]byte{
		ReadmePath: []byte(Readme), HTMLPath: []byte("<!DOCTYPE html>"), PDFPath: []byte("%PDF-1.4"),
	}}
	shipped, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range shipped {
		if l.Framework.ID == "gpa-combined" && l.Framework.Version == "1.0.0" {
			s.f = l.Framework
			s.entries[FrameworkPath(hash(l.Data))] = l.Data
		}
	}
	s.manifest = Manifest{
		Format: Format, Version: Version, Origin: Origin{URL: "https://learn.example.org", ID: app}, AsAt: when, Apprenticeship: app,
		Apprentice: Person{"Asha Patel", "asha@example.org"}, Practice: Practice{"A81001", "Oakwood Surgery"}, Framework: Framework{s.f.ID, s.f.Version},
	}
	s.add("places", map[string]any{"id": surgery, "code": "A81001", "name": "Oakwood Surgery", "kind": "practice"})
	s.add("people", map[string]any{"id": asha, "name": "Asha Patel", "origin": "https://learn.example.org"})
	s.add("people", map[string]any{"id": bell, "name": "Dr Megan Bell", "origin": "https://learn.example.org"})
	s.add("apprenticeships", map[string]any{
		"id": app, "apprentice_id": asha, "framework_id": s.f.ID, "framework_version": s.f.Version, "practice_id": surgery, "state": "active",
	})
	s.add("attainments", map[string]any{"apprenticeship_id": app, "competency": competency, "scope": "in", "core": true})
	file := []byte("A note of a file")
	s.entries[FilePath(hash(file))] = file
	s.evidence(t, hash(file), int64(len(file)))
	s.decide(t, "Well done")
	s.decide(t, "Still so")
	return s
}

// add puts a row into a table: what isn't given is empty.
func (s *sample) add(name string, given map[string]any) {
	t := tableNamed(name)
	row := make(Row, len(t.Columns))
	for i, c := range t.Columns {
		v, ok := given[c.Name]
		switch {
		case ok:
			row[i] = v
		case c.Optional, c.kind == value:
		case c.kind == number:
			row[i] = int64(0)
		case c.kind == yesno:
			row[i] = false
		case c.kind == day:
			row[i] = "2026-03-02"
		case c.kind == moment:
			row[i] = when
		default:
			row[i] = ""
		}
	}
	s.document.Add(name, row)
}

func raw(t testing.TB, v any) any {
	t.Helper()
	b, err := plain(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Normal(b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *sample) evidence(t testing.TB, sum string, size int64) {
	t.Helper()
	s.add("evidence", map[string]any{
		"id": piece, "apprenticeship_id": app, "kind": "observation", "title": "Morning clinic", "narrative": "Took readings", "state": "accepted", "revision": int64(1),
		"accepted_by": bell, "submitted_at": when, "decided_at": when,
	})
	s.add("attachments", map[string]any{"id": "00000000-0000-7000-8000-0000000000f1", "evidence_id": piece, "name": "note.txt", "media_type": "text/plain", "size": size, "sha256": sum})
	c := content{Kind: "observation", Title: "Morning clinic", Narrative: "Took readings"}
	files := []attachment{{ID: "00000000-0000-7000-8000-0000000000f1", Name: "note.txt", MediaType: "text/plain", Size: size, SHA256: sum}}
	made, err := ledger.RevisionHash(ledger.ContentOf(countersign.Revision{
		Content: countersign.Content{Kind: "observation", Title: c.Title, Narrative: c.Narrative}, Attachments: []countersign.Attachment{{Name: "note.txt", SHA256: sum, Size: size}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	s.add("evidence_revisions", map[string]any{
		"evidence_id": piece, "number": int64(1), "content": raw(t, c), "attachments": raw(t, files), "hash": made, "submitted_by": asha,
	})
}

// decide adds a decision that follows the last one.
func (s *sample) decide(t testing.TB, comment string) {
	t.Helper()
	c, _ := s.f.Competency(competency)
	n := len(s.document.Rows("sign_offs"))
	s.sign(t, countersign.SignOff{
		ID: countersign.SignOffID("00000000-0000-7000-8000-0000000000d" + string(rune('1'+n))), Supersedes: s.last.ID, PreviousLeaf: s.last.Leaf, Comment: comment,
		TextHash: framework.CompetencyHash(s.f, c),
	})
}

// sign seals a decision as the program does, and adds it.
func (s *sample) sign(t testing.TB, so countersign.SignOff) {
	t.Helper()
	at, _ := time.Parse(timeLayout, when)
	so.Apprenticeship, so.Competency, so.Decision, so.Part, so.Level = app, competency, "competent", "assessment", "competent"
	so.Assessor, so.AssessorName, so.AssessorRole, so.Authentication, so.SignedAt = bell, "Dr Megan Bell", "gp_supervisor", "password", at
	so.FrameworkID, so.FrameworkVersion, so.Salt = s.f.ID, s.f.Version, strings.Repeat("0a", 16)
	var sealed string
	s.document.Each("evidence_revisions", func(get Getter) { sealed = get.Text("hash") })
	so.Evidence = []countersign.Relied{{Evidence: piece, Revision: 1, Hash: sealed, Title: "Morning clinic", Counted: true}}
	d, err := ledger.DecisionOf(so)
	if err != nil {
		t.Fatal(err)
	}
	canonical, leaf, err := ledger.Leaf(d)
	if err != nil {
		t.Fatal(err)
	}
	so.Leaf = leaf
	s.last = so
	s.add("sign_offs", map[string]any{
		"id": string(so.ID), "apprenticeship_id": app, "competency": competency, "decision": "competent", "part": "assessment", "level": so.Level, "comment": so.Comment,
		"relied_on": raw(t, []reliedOn{{piece, 1, true}}), "relied_text": raw(t, []reliedText{{sealed, "Morning clinic"}}), "assessor_id": bell,
		"assessor_name": so.AssessorName, "assessor_role": "gp_supervisor", "authentication": so.Authentication, "framework_id": so.FrameworkID,
		"framework_version": so.FrameworkVersion, "text_hash": so.TextHash, "signed_at": when, "supersedes_id": null(string(so.Supersedes)),
		"previous_leaf": so.PreviousLeaf, "leaf": leaf, "canonical": string(canonical), "salt": so.Salt,
	})
}

// list fills the manifest's entries from what there is.
func (s *sample) list(t testing.TB) {
	t.Helper()
	if s.entries[DataPath] == nil {
		data, err := s.document.Encode()
		if err != nil {
			t.Fatal(err)
		}
		s.entries[DataPath] = data
	}
	s.manifest.Entries = nil
	for path, b := range s.entries {
		s.manifest.Entries = append(s.manifest.Entries, Entry{path, int64(len(b)), hash(b)})
	}
	slices.SortFunc(s.manifest.Entries, func(a, b Entry) int { return cmp.Compare(a.Path, b.Path) })
}

func (s *sample) open(e Entry) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(s.entries[e.Path])), nil
}

// bytes returns the package as the program writes it.
func (s *sample) bytes(t testing.TB) []byte {
	t.Helper()
	s.list(t)
	var b bytes.Buffer
	if err := Write(&b, s.manifest, s.open); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// change sets a column in the first row of a table.
func (s *sample) change(table, column string, v any) {
	done := false
	s.document.Each(table, func(get Getter) {
		if !done {
			get.Set(column, v)
		}
		done = true
	})
}

// edit alters the text of data.json.
func (s *sample) edit(t testing.TB, old, replacement string) {
	t.Helper()
	data, err := s.document.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte(old)) {
		t.Fatalf("data.json has no %q", old)
	}
	s.entries[DataPath] = bytes.Replace(data, []byte(old), []byte(replacement), 1)
}

func open(data []byte) (*Package, error) { return Open(bytes.NewReader(data), int64(len(data))) }
