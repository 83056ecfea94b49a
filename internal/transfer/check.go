package transfer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/privacy"
)

// Release is a framework version that a package brings.
type Release struct {
	Framework countersign.Framework
	Data      []byte // its file, byte for byte
}

// parents are the tables that a column refers to.
var parents = map[string]string{
	"apprenticeship_id": "apprenticeships", "evidence_id": "evidence", "change_id": "version_changes", "hours_id": "hours",
	"review_id": "progress_reviews", "submission_id": "submissions", "cycle_id": "cpd_cycles", "entry_id": "cpd_entries",
	"answers_id": "programme_changes", "supersedes_id": "sign_offs",
}

// check refuses a package whose record doesn't hold together.
func (p *Package) check() error {
	for _, step := range []func() error{p.checkSubject, p.checkReferences, p.checkJudges, p.checkShapes, p.checkFrameworks, p.checkRevisions, p.checkDecisions, p.checkReviews, p.checkFiles, p.checkPrivacy} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// checkSubject compares the record with what the manifest says that it is.
func (p *Package) checkSubject() error {
	m, d := p.Manifest, p.Document
	if len(d.Rows("apprenticeships")) != 1 {
		return refuse("it must hold one apprenticeship, and holds %d", len(d.Rows("apprenticeships")))
	}
	var wrong string
	d.Each("apprenticeships", func(get Getter) {
		name, code, practice := "", "", ""
		d.Each("people", func(who Getter) {
			if who.Text("id") == get.Text("apprentice_id") {
				name = who.Text("name")
			}
		})
		d.Each("places", func(at Getter) {
			if at.Text("id") == get.Text("practice_id") {
				code, practice = at.Text("code"), at.Text("name")
			}
		})
		for what, differs := range map[string]bool{
			"apprenticeship": get.Text("id") != m.Apprenticeship,
			"framework":      get.Text("framework_id") != m.Framework.ID || get.Text("framework_version") != m.Framework.Version,
			"apprentice":     name != m.Apprentice.Name,
			"practice":       code != m.Practice.Code || practice != m.Practice.Name,
		} {
			if differs {
				wrong = what
			}
		}
	})
	if wrong != "" {
		return refuse("manifest.json and data.json do not name the same %s", wrong)
	}
	return nil
}

// checkReferences sees that every identifier is there once, and that all that
// is referred to is there.
func (p *Package) checkReferences() error {
	ids := map[string]map[string]bool{}
	all := map[string]string{}
	for _, t := range tables {
		ids[t.Name] = map[string]bool{}
		at := t.Index("id")
		for _, r := range p.Document.Rows(t.Name) {
			if at < 0 {
				continue
			}
			key, _ := r[at].(string)
			if all[key] != "" {
				return refuse("data.json: the identifier %s stands for two things, in %s and in %s", key, all[key], t.Name)
			}
			all[key], ids[t.Name][key] = t.Name, true
		}
	}
	for _, t := range tables {
		for i, r := range p.Document.Rows(t.Name) {
			for k, c := range t.Columns {
				parent := parents[c.Name]
				switch c.kind {
				case person:
					parent = "people"
				case place:
					parent = "places"
				case id:
				default:
					continue
				}
				if key, ok := r[k].(string); ok && parent != "" && !ids[parent][key] {
					return refuse("data.json: %q in row %d of %q names something in %q that is not there", c.Name, i+1, t.Name, parent)
				}
			}
		}
	}
	return nil
}

// checkFrameworks reads the framework versions: those that the record names,
// no more and no fewer.
func (p *Package) checkFrameworks() error {
	named := p.Document.Frameworks()
	brought := map[Framework]bool{}
	for _, e := range p.Manifest.Entries {
		if !strings.HasPrefix(e.Path, "frameworks/") {
			continue
		}
		if e.Path != FrameworkPath(e.SHA256) {
			return refuse("%s does not have the name of its content", e.Path)
		}
		data, err := p.read(e.Path, maxEntry(e.Path))
		if err != nil {
			return err
		}
		f, err := framework.Parse("", data)
		if err != nil {
			return refuse("%s is not a sound framework: %s", e.Path, shown(strings.TrimSpace(err.Error())))
		}
		key := Framework{f.ID, f.Version}
		if brought[key] || !slices.Contains(named, key) {
			return refuse("it brings the framework %s %s, which nothing in it asks for, or twice", shown(f.ID), f.Version)
		}
		brought[key] = true
		p.Frameworks = append(p.Frameworks, Release{f, data})
	}
	for _, key := range named {
		if !brought[key] {
			return refuse("it does not bring the framework %s %s, which it names", shown(key.ID), shown(key.Version))
		}
	}
	return nil
}

// Frameworks are the framework versions that the record names.
func (d *Document) Frameworks() []Framework {
	var all []Framework
	added := map[Framework]bool{}
	add := func(id, version string) {
		if key := (Framework{id, version}); !added[key] {
			all, added[key] = append(all, key), true
		}
	}
	own := ""
	for _, name := range []string{"apprenticeships", "sign_offs", "progress_reviews", "cpd_cycles"} {
		d.Each(name, func(get Getter) {
			if add(get.Text("framework_id"), get.Text("framework_version")); name == "apprenticeships" {
				own = get.Text("framework_id")
			}
		})
	}
	d.Each("version_changes", func(get Getter) {
		add(get.Text("framework_id"), get.Text("from_version"))
		add(get.Text("framework_id"), get.Text("to_version"))
	})
	d.Each("skills_scans", func(get Getter) { add(own, get.Text("framework_version")) })
	return all
}

// release returns a framework version of the package.
func (p *Package) release(id, version string) (countersign.Framework, bool) {
	for _, r := range p.Frameworks {
		if r.Framework.ID == id && r.Framework.Version == version {
			return r.Framework, true
		}
	}
	return countersign.Framework{}, false
}

// checkFiles sees that the content of every file that the record shows is
// there, and nothing else.
func (p *Package) checkFiles() error {
	wanted := p.Document.Files()
	n := 0
	for _, e := range p.Manifest.Entries {
		if !strings.HasPrefix(e.Path, "files/") {
			continue
		}
		n++
		f, ok := wanted[e.SHA256]
		switch {
		case e.Path != FilePath(e.SHA256):
			return refuse("%s does not have the name of its content", e.Path)
		case !ok:
			return refuse("%s belongs to no piece of evidence", e.Path)
		case f.Size != e.Size:
			return refuse("%s is not of the size that the record says", e.Path)
		}
	}
	if n != len(wanted) {
		return refuse("the content of %d files of the record is missing", len(wanted)-n)
	}
	var err error
	p.Document.eachFile(func(f File) { // what is looked at is looked at as one of them
		if as := wanted[f.SHA256]; f.SHA256 != "" && (f.MediaType != as.MediaType || f.Size != as.Size) {
			err = refuse("%s is said to be of two types or sizes", FilePath(f.SHA256))
		}
	})
	return err
}

// File is content that the record shows.
type File struct {
	SHA256    string
	MediaType string
	Name      string
	Size      int64
}

// Files returns the content that the record shows, renditions included, by
// hash.
func (d *Document) Files() map[string]File {
	out := map[string]File{}
	add := func(f File) {
		if f.SHA256 != "" {
			out[f.SHA256] = f
		}
	}
	d.eachFile(add)
	return out
}

// eachFile calls fn with every mention of content in the record.
func (d *Document) eachFile(add func(File)) {
	d.Each("attachments", func(get Getter) {
		f := File{get.Text("sha256"), get.Text("media_type"), get.Text("name"), int64(get.Number("size"))}
		add(f)
		add(File{get.Text("rendition_sha256"), rendition, f.Name, int64(get.Number("rendition_size"))})
	})
	d.Each("evidence_revisions", func(get Getter) {
		var all []attachment
		if get.JSON("attachments", &all) != nil {
			return // checkRevisions says so
		}
		for _, a := range all {
			add(File{a.SHA256, a.MediaType, a.Name, a.Size})
			add(File{a.Rendition.SHA256, rendition, a.Name, a.Rendition.Size})
		}
	})
}

// rendition is the media type of every rendition.
const rendition = "image/jpeg"

// checkPrivacy looks for what could identify a patient in what people wrote.
func (p *Package) checkPrivacy() error {
	for _, t := range tables {
		for i, r := range p.Document.Rows(t.Name) {
			for k, c := range t.Columns {
				for _, s := range prose(c, r[k]) {
					if found := privacy.Certain(s); len(found) > 0 {
						return refuse("data.json: %q in row %d of %q: %s", c.Name, i+1, t.Name, privacy.Message(found))
					}
				}
			}
		}
	}
	return nil
}

// prose returns the texts in a value that somebody wrote.
func prose(c Column, v any) []string {
	switch v := v.(type) {
	case string:
		if c.kind == text {
			return []string{v}
		}
	case json.RawMessage:
		var inner any
		if json.Unmarshal(v, &inner) == nil {
			return texts(inner)
		}
	}
	return nil
}

func texts(v any) (out []string) {
	switch v := v.(type) {
	case string:
		if !hashPattern.MatchString(v) && !countersign.ValidID(v) {
			out = append(out, v)
		}
	case []any:
		for _, inner := range v {
			out = append(out, texts(inner)...)
		}
	case map[string]any:
		for _, inner := range v {
			out = append(out, texts(inner)...)
		}
	}
	return out
}

// named is how a refusal calls a row.
func named(what string, get Getter) string { return fmt.Sprintf("%s %s", what, get.Text("id")) }
