package transfer

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

// refused fails unless the package is refused in words for people that say
// that.
func refused(t *testing.T, data []byte, says string) {
	t.Helper()
	_, err := open(data)
	message := countersign.MessageOf(err)
	if countersign.KindOf(err) != countersign.Invalid || !strings.HasPrefix(message, "The package cannot be used: ") || !strings.Contains(message, says) {
		t.Errorf("Open() = %v, want a refusal that says %q", err, says)
	}
	if strings.ContainsAny(message, "\n\x00") || len(message) > 1000 {
		t.Errorf("the refusal is not a line: %q", message)
	}
}

func TestASoundPackageOpensAndIsWrittenTheSame(t *testing.T) {
	t.Parallel()
	s := newSample(t)
	data := s.bytes(t)
	p, err := open(data)
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := Write(&again, p.Manifest, p.Content); err != nil || !bytes.Equal(again.Bytes(), data) {
		t.Errorf("written again it differs: %v", err)
	}
	if encoded, err := p.Document.Encode(); err != nil || !bytes.Equal(encoded, s.entries[DataPath]) {
		t.Errorf("data.json encoded again differs: %v", err)
	}
	if p.SHA256 != hash(data) || len(p.Frameworks) != 1 || len(p.Document.Rows("sign_offs")) != 2 {
		t.Errorf("package %+v", p.Manifest)
	}
}

func TestEveryAlterationIsRefused(t *testing.T) {
	t.Parallel()
	data := newSample(t).bytes(t)
	for i := 0; i < len(data); i += max(1, len(data)/400) {
		if _, err := open(data[:i]); countersign.KindOf(err) != countersign.Invalid {
			t.Fatalf("cut short after %d of %d bytes: %v", i, len(data), err)
		}
		altered := bytes.Clone(data)
		altered[i] ^= 0x20
		if _, err := open(altered); countersign.KindOf(err) != countersign.Invalid {
			t.Fatalf("byte %d altered: %v", i, err)
		}
	}
	for i := 1; i < 80; i++ { // the directory of the ZIP ends there
		if _, err := open(data[:len(data)-i]); countersign.KindOf(err) != countersign.Invalid {
			t.Fatalf("cut short by %d bytes: %v", i, err)
		}
	}
	refused(t, append(bytes.Clone(data), 0), "")
	refused(t, append([]byte("#!/bin/sh\n"), data...), "")
}

// What is wrong with the ZIP itself.
func TestAHostileZIPIsRefused(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("\x00", 80<<20)
	for name, tc := range map[string]struct {
		entries []zip.FileHeader
		content string
		says    string
	}{
		"a name that leads out":    {[]zip.FileHeader{{Name: "../../etc/passwd"}}, "x", "no part of a package"},
		"an absolute name":         {[]zip.FileHeader{{Name: "/etc/passwd"}}, "x", "no part of a package"},
		"a name within":            {[]zip.FileHeader{{Name: "files/../../x"}}, "x", "no part of a package"},
		"a name of Windows":        {[]zip.FileHeader{{Name: `files\x`}}, "x", "no part of a package"},
		"another case":             {[]zip.FileHeader{{Name: "DATA.JSON"}}, "x", "no part of a package"},
		"a folder":                 {[]zip.FileHeader{{Name: "files/"}}, "", "no part of a package"},
		"the same twice":           {[]zip.FileHeader{{Name: ManifestPath}, {Name: ManifestPath}}, "{}", "twice"},
		"a bomb":                   {[]zip.FileHeader{{Name: DataPath, Method: zip.Deflate}}, big, "compressed"},
		"too large":                {[]zip.FileHeader{{Name: DataPath}}, big, "larger than 64 MB"},
		"no manifest":              {[]zip.FileHeader{{Name: DataPath}}, "{}", "no manifest.json"},
		"a manifest that is none":  {[]zip.FileHeader{{Name: ManifestPath}}, "[]", "not readable"},
		"nothing at all":           {nil, "", "no manifest.json"},
		"a name with a line break": {[]zip.FileHeader{{Name: "files/\n\x1b[31m"}}, "x", "no part of a package"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			for _, h := range tc.entries {
				w, err := z.CreateHeader(&h)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := w.Write([]byte(tc.content)); err != nil && !strings.HasSuffix(h.Name, "/") {
					t.Fatal(err)
				}
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
			refused(t, b.Bytes(), tc.says)
		})
	}
	refused(t, nil, "not a whole ZIP")
	refused(t, []byte("PK\x03\x04 but nothing else"), "not a whole ZIP")
}

func TestAPackageThatWasPackedAgainIsRefused(t *testing.T) {
	t.Parallel()
	s := newSample(t)
	s.list(t)
	head, err := s.manifest.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range append([]Entry{{Path: ManifestPath}}, s.manifest.Entries...) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.Path, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		content := s.entries[e.Path]
		if e.Path == ManifestPath {
			content = head
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, b.Bytes(), "unpacked and packed again")
}

// What is wrong with a package whose ZIP, manifest and hashes of files are
// those of somebody who knows the format.
func TestAForgedPackageIsRefused(t *testing.T) {
	t.Parallel()
	longer := strings.Repeat("x", maxText+1)
	for name, tc := range map[string]struct {
		spoil func(t *testing.T, s *sample)
		says  string
	}{
		"another format":      {func(_ *testing.T, s *sample) { s.manifest.Format = "zip" }, "its format is “zip”"},
		"a later version":     {func(_ *testing.T, s *sample) { s.manifest.Version = 2 }, "format version 2, and this installation knows version 1 only"},
		"no origin":           {func(_ *testing.T, s *sample) { s.manifest.Origin.URL = "javascript:alert(1)" }, "url of the origin"},
		"another name":        {func(_ *testing.T, s *sample) { s.manifest.Apprentice.Name = "Somebody Else" }, "do not name the same apprentice"},
		"no email address":    {func(_ *testing.T, s *sample) { s.manifest.Apprentice.Email = "Asha <asha@example.org>" }, "is not an email address"},
		"nobody's address":    {func(_ *testing.T, s *sample) { s.manifest.Apprentice.Email = bell + "@elsewhere.invalid" }, "is not an email address"},
		"another practice":    {func(_ *testing.T, s *sample) { s.manifest.Practice.Code = "B1" }, "do not name the same practice"},
		"another framework":   {func(_ *testing.T, s *sample) { s.manifest.Framework.Version = "9.0.0" }, "do not name the same framework"},
		"no date that can be": {func(_ *testing.T, s *sample) { s.manifest.AsAt = "0001-01-01T00:00:00.000000Z" }, "as_at"},

		"no framework": {func(_ *testing.T, s *sample) {
			for path := range s.entries {
				if strings.HasPrefix(path, "frameworks/") {
					delete(s.entries, path)
				}
			}
		}, "does not bring the framework gpa-combined 1.0.0"},
		"a framework that is none": {func(_ *testing.T, s *sample) { s.entries[FrameworkPath(hash([]byte("x: 1")))] = []byte("x: 1") }, "not a sound framework"},
		"a framework that nobody asks for": {func(t *testing.T, s *sample) {
			shipped, err := framework.Shipped()
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range shipped {
				if l.Framework.ID == "medical-secretary" {
					s.entries[FrameworkPath(hash(l.Data))] = l.Data
				}
			}
		}, "which nothing in it asks for"},
		"a framework with other words": {func(_ *testing.T, s *sample) {
			for path, data := range s.entries {
				if strings.HasPrefix(path, "frameworks/") {
					delete(s.entries, path)
					data = bytes.Replace(data, []byte("title:"), []byte("title: Another"), 60)
					s.entries[FrameworkPath(hash(data))] = data
				}
			}
		}, ""},

		"a file missing": {func(_ *testing.T, s *sample) {
			for path := range s.entries {
				if strings.HasPrefix(path, "files/") {
					delete(s.entries, path)
				}
			}
		}, "the content of 1 files of the record is missing"},
		"a file too many":        {func(_ *testing.T, s *sample) { s.entries[FilePath(hash([]byte("x")))] = []byte("x") }, "belongs to no piece of evidence"},
		"a file of two types":    {func(_ *testing.T, s *sample) { s.change("attachments", "media_type", "text/html") }, "is said to be of two types"},
		"a file by another name": {func(_ *testing.T, s *sample) { s.entries[FilePath(hash([]byte("y")))] = []byte("x") }, "does not have the name of its content"},
		"no portfolio":           {func(_ *testing.T, s *sample) { delete(s.entries, PDFPath) }, "it has no portfolio.pdf"},

		"a revision altered": {func(t *testing.T, s *sample) {
			s.change("evidence_revisions", "content", raw(t, content{Kind: "observation", Title: "Morning clinic", Narrative: "Did it all"}))
		}, "it was changed after it was submitted"},
		"a revision missing":      {func(_ *testing.T, s *sample) { s.change("evidence", "revision", int64(2)) }, "does not have all its revisions"},
		"a revision out of place": {func(_ *testing.T, s *sample) { s.change("evidence_revisions", "number", int64(2)) }, "not numbered one by one"},
		"a comment altered":       {func(_ *testing.T, s *sample) { s.change("sign_offs", "comment", "Better") }, "it was changed after it was made"},
		"a signer altered":        {func(_ *testing.T, s *sample) { s.change("sign_offs", "assessor_name", "Dr Who") }, "it was changed after it was made"},
		"a level altered":         {func(_ *testing.T, s *sample) { s.change("sign_offs", "level", "expert") }, "it was changed after it was made"},
		"a leaf altered":          {func(_ *testing.T, s *sample) { s.change("sign_offs", "leaf", strings.Repeat("a", 64)) }, "it was changed after it was made"},
		"other evidence": {func(t *testing.T, s *sample) {
			s.change("sign_offs", "relied_text", raw(t, []reliedText{{strings.Repeat("a", 64), "x"}}))
		}, "relies on other evidence"},
		"evidence that isn't there": {func(t *testing.T, s *sample) {
			s.change("sign_offs", "relied_on", raw(t, []reliedOn{{piece, 7, true}}))
		}, "relies on evidence that is not there"},
		"erased, and invented": {func(_ *testing.T, s *sample) {
			s.change("sign_offs", "erased_at", when)
			s.change("sign_offs", "salt", "")
			s.change("sign_offs", "decision", "not_yet_competent")
		}, "it was changed after it was made"},
		"the first decision missing": {func(_ *testing.T, s *sample) {
			s.document.rows["sign_offs"] = s.document.rows["sign_offs"][1:]
		}, "names something in \"sign_offs\" that is not there"},
		"decisions in a circle": {func(t *testing.T, s *sample) {
			c, _ := s.f.Competency(competency)
			text := framework.CompetencyHash(s.f, c)
			one, two := countersign.SignOffID("00000000-0000-7000-8000-0000000000d8"), countersign.SignOffID("00000000-0000-7000-8000-0000000000d9")
			s.sign(t, countersign.SignOff{ID: one, Supersedes: two, PreviousLeaf: s.last.Leaf, TextHash: text})
			s.sign(t, countersign.SignOff{ID: two, Supersedes: one, PreviousLeaf: s.last.Leaf, TextHash: text})
		}, "follow each other in a circle"},
		"two decisions after the same": {func(t *testing.T, s *sample) {
			s.last.ID, s.last.Leaf = "", ""
			s.decide(t, "Another beginning")
		}, "begin twice"},

		"two apprenticeships": {func(_ *testing.T, s *sample) {
			s.add("apprenticeships", map[string]any{"id": bell, "apprentice_id": asha, "practice_id": surgery})
		}, "must hold one apprenticeship, and holds 2"},
		"an identifier twice": {func(_ *testing.T, s *sample) {
			s.add("people", map[string]any{"id": bell, "name": "Another"})
		}, "stands for two things"},
		"a judgement of oneself": {func(_ *testing.T, s *sample) { s.change("evidence", "accepted_by", asha) }, "cannot judge their own record"},
		"a decision on oneself":  {func(t *testing.T, s *sample) { s.change("sign_offs", "assessor_id", asha) }, "cannot judge their own record"},
		"verified oneself": {func(_ *testing.T, s *sample) {
			s.add("hours", map[string]any{"id": hours, "apprenticeship_id": app, "by_id": asha})
			s.add("hours_decisions", map[string]any{"id": verdict, "hours_id": hours, "state": "verified", "by_id": asha})
		}, "verified their own hours"},
		"signed for another": {func(_ *testing.T, s *sample) {
			s.add("progress_reviews", map[string]any{"id": hours, "apprenticeship_id": app, "framework_id": s.f.ID, "framework_version": s.f.Version, "prepared_by": bell})
			s.add("progress_review_signatures", map[string]any{"review_id": hours, "party": "employer", "person_id": asha})
		}, "signed a progress review for somebody else"},
		"scanned for another": {func(_ *testing.T, s *sample) {
			s.add("skills_scans", map[string]any{"apprenticeship_id": app, "side": "supervisor", "framework_version": s.f.Version, "by_id": asha})
		}, "skills scan for somebody else"},
		"an award by nobody": {func(_ *testing.T, s *sample) { s.add("awards", map[string]any{"id": hours, "apprenticeship_id": app}) }, "says of nobody"},
		"domains that are none": {func(t *testing.T, s *sample) {
			s.add("namings", map[string]any{"id": hours, "apprenticeship_id": app, "person_id": bell, "domains": raw(t, map[string]int{"x": 1})})
		}, `a "domains" in "namings" is not of the form`},
		"details that are none": {func(t *testing.T, s *sample) { s.change("evidence", "details", raw(t, "x")) }, `a "details" in "evidence" is not of the form`},
		"from nowhere":          {func(_ *testing.T, s *sample) { s.change("people", "origin", "") }, "is not said to be from an installation"},
		"from a script":         {func(_ *testing.T, s *sample) { s.change("people", "origin", "javascript:alert(1)") }, "is not said to be from an installation"},
		"nobody":                {func(_ *testing.T, s *sample) { s.change("sign_offs", "assessor_id", app) }, `names something in "people" that is not there`},
		"another's row":         {func(_ *testing.T, s *sample) { s.change("evidence", "apprenticeship_id", asha) }, `names something in "apprenticeships" that is not there`},
		"an NHS number":         {func(_ *testing.T, s *sample) { s.change("evidence", "narrative", "Seen with 943 476 5919 today") }, "“narrative” in row 1 of “evidence”"},
		"a day of long ago":     {func(_ *testing.T, s *sample) { s.change("apprenticeships", "start_on", "0001-01-01") }, "not a day that can be"},
		"no day":                {func(_ *testing.T, s *sample) { s.change("apprenticeships", "start_on", "2026-02-30") }, "not a day that can be"},
		"a time elsewhere":      {func(_ *testing.T, s *sample) { s.change("apprenticeships", "created_at", "2026-03-02T09:00:00+01:00") }, "not a time that can be"},
		"no identifier":         {func(_ *testing.T, s *sample) { s.change("apprenticeships", "id", "1 OR 1=1") }, "not a valid identifier"},
		"a control":             {func(_ *testing.T, s *sample) { s.change("evidence", "title", "a\x00b") }, "not a text that can be saved"},
		"a line in a word":      {func(_ *testing.T, s *sample) { s.change("evidence", "kind", "a\nb") }, "not a word"},
		"a huge text":           {func(_ *testing.T, s *sample) { s.change("evidence", "narrative", longer) }, "longer than 200000 characters"},
		"less than nothing":     {func(_ *testing.T, s *sample) { s.change("evidence", "entries", int64(-1)) }, "a whole number from 0"},
		"null":                  {func(_ *testing.T, s *sample) { s.change("evidence", "title", nil) }, "must not be null"},

		"a key too many":    {func(t *testing.T, s *sample) { s.edit(t, `"places": [`, `"more": [], "places": [`) }, `"more", which format version 1 does not know`},
		"a column too many": {func(t *testing.T, s *sample) { s.edit(t, `{"id": "`+surgery, `{"password": "x", "id": "`+surgery) }, `"password", which format version 1 does not know`},
		"a column missing":  {func(t *testing.T, s *sample) { s.edit(t, `"code": "A81001", `, ``) }, `has no "code"`},
		"a table missing":   {func(t *testing.T, s *sample) { s.edit(t, `"awards": [],`, ``) }, `has no "awards"`},
		"a key twice":       {func(t *testing.T, s *sample) { s.edit(t, `"code": "A81001"`, `"code": "X", "code": "A81001"`) }, "not written in the form"},
		"another spacing":   {func(t *testing.T, s *sample) { s.edit(t, `"awards": [],`, `"awards":[],`) }, "not written in the form"},
		"half a character":  {func(t *testing.T, s *sample) { s.edit(t, "Took readings", `Took \ud800 readings`) }, "not written in the form"},
		"no UTF-8":          {func(t *testing.T, s *sample) { s.edit(t, "Took readings", "Took \xff readings") }, "not UTF-8"},
		"nesting": {func(t *testing.T, s *sample) {
			s.edit(t, `"details": null`, `"details": `+strings.Repeat("[", 5000)+strings.Repeat("]", 5000))
		}, "nested more than 12 deep"},
		"a list that is none": {func(t *testing.T, s *sample) { s.edit(t, `"awards": [],`, `"awards": {},`) }, "not a list of rows"},
		"something after the end": {func(_ *testing.T, s *sample) {
			data, _ := s.document.Encode()
			s.entries[DataPath] = append(data, "{}"...)
		}, "not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSample(t)
			tc.spoil(t, s)
			refused(t, s.bytes(t), strings.NewReplacer("“narrative” in row 1 of “evidence”", `"narrative" in row 1 of "evidence": This looks like an NHS number`).Replace(tc.says))
		})
	}
}

// What can't be written at all, since Write asks for what the manifest says.
func TestAnUnknownKeyInTheManifestIsRefused(t *testing.T) {
	t.Parallel()
	s := newSample(t)
	s.list(t)
	good, err := s.manifest.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ old, replacement, says string }{
		"a key too many": {`"version": 1,`, `"version": 1, "signed": true,`, "unknown field"},
		"another order":  {"\n \"format\"", "\n  \"format\"", "not written in the form"},
		"a version text": {`"version": 1,`, `"version": "1",`, "format version"},
		"a path":         {`"path": "data.json"`, `"path": "../data.json"`, "no part of a package"},
		"too large":      {`"path": "README.txt",` + "\n   \"size\": ", `"path": "README.txt",` + "\n   \"size\": 999999", "larger than 64 kB"},
		"a hash":         {`"sha256": "`, `"sha256": "x`, "SHA-256"},
		"out of order":   {`"path": "README.txt"`, `"path": "portfolio.pdf"`, "out of order"},
	} {
		if !bytes.Contains(good, []byte(tc.old)) {
			t.Fatalf("%s: the manifest has no %q", name, tc.old)
		}
		_, err := DecodeManifest(bytes.Replace(good, []byte(tc.old), []byte(tc.replacement), 1))
		if countersign.KindOf(err) != countersign.Invalid || !strings.Contains(countersign.MessageOf(err), tc.says) {
			t.Errorf("%s: %v, want %q", name, err, tc.says)
		}
	}
}

func TestAnErasedDecisionStaysSound(t *testing.T) {
	t.Parallel()
	s := newSample(t)
	for column, v := range map[string]any{"erased_at": when, "comment": "", "statement": "", "relied_text": nil, "assessor_name": "", "registration": "", "salt": ""} {
		s.change("sign_offs", column, v)
	}
	if _, err := open(s.bytes(t)); err != nil {
		t.Error(err)
	}
}

func FuzzOpen(f *testing.F) {
	s := newSample(f)
	data := s.bytes(f)
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := open(data)
		if err != nil {
			if countersign.KindOf(err) != countersign.Invalid {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		var again bytes.Buffer
		if err := Write(&again, p.Manifest, p.Content); err != nil || !bytes.Equal(again.Bytes(), data) {
			t.Fatalf("what was opened is written otherwise: %v", err)
		}
	})
}

// FuzzDocument looks at data.json alone, which the hashes keep FuzzOpen from.
func FuzzDocument(f *testing.F) {
	s := newSample(f)
	data, err := s.document.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := DecodeDocument(data)
		if err != nil {
			if countersign.KindOf(err) != countersign.Invalid {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		if again, err := d.Encode(); err != nil || !bytes.Equal(again, data) {
			t.Fatalf("encoded otherwise: %v", err)
		}
		p := &Package{Document: d}
		for _, step := range []func() error{p.checkReferences, p.checkJudges, p.checkShapes, p.checkRevisions, p.checkDecisions, p.checkReviews, p.checkPrivacy} {
			if err := step(); err != nil && countersign.KindOf(err) != countersign.Invalid {
				t.Fatalf("not a refusal: %v", err)
			}
		}
	})
}
