package pack

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/service"
	"countersign/internal/view"
)

// PersonalName is what everything about a person is saved as.
const PersonalName = "your-data.zip"

// Personal makes a ZIP of everything about the actor: as JSON, as a page to
// read, and the files. The caller closes it.
func (p *Packer) Personal(ctx context.Context, actor authz.Actor) (*Spool, error) {
	data, err := p.Service.Personal(ctx, actor)
	if err != nil {
		return nil, err
	}
	out, err := newSpool(p.Temp)
	if err != nil {
		return nil, err
	}
	err = p.writePersonal(ctx, zip.NewWriter(out.file), data)
	if err == nil {
		out.Size, err = out.file.Seek(0, io.SeekEnd)
	}
	if err == nil {
		_, err = out.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("pack: %w", err), out.Close())
	}
	return out, nil
}

func (p *Packer) writePersonal(ctx context.Context, to *zip.Writer, data service.Personal) error {
	page := view.NewPersonalDocument(data.Person.Name, data.AsAt)
	page.About, page.By = sections(data.Data.About, data), sections(data.Data.By, data)
	pictures := p.Service.Pictures(ctx)
	for i, f := range data.Data.Files {
		name := personalFile(i, f)
		content, err := pictures.Open(f.SHA256)
		if errors.Is(err, fs.ErrNotExist) {
			continue // erased meanwhile
		}
		if err != nil {
			return err
		}
		entry, err := to.Create(name)
		if err == nil {
			_, err = io.Copy(entry, content)
		}
		if err := errors.Join(err, content.Close()); err != nil {
			return err
		}
		page.Files = append(page.Files, name)
	}
	entry, err := to.Create("index.html")
	if err == nil {
		err = p.View.RenderDocument(entry, page)
	}
	if err == nil {
		entry, err = to.Create("data.json")
	}
	if err != nil {
		return err
	}
	lines := json.NewEncoder(entry)
	lines.SetIndent("", "  ")
	return errors.Join(lines.Encode(personalJSON(data)), to.Close())
}

// sections turns rows into what a page shows.
func sections(all []service.PersonalRows, data service.Personal) []view.PersonalSection {
	out := make([]view.PersonalSection, len(all))
	for i, t := range all {
		out[i] = view.PersonalSection{Table: t.Table, Columns: t.Columns}
		for _, row := range t.Rows {
			values := make([]string, len(row))
			for c, v := range row {
				if values[c] = personalText(v, data); t.Columns[c] == "id" {
					values[c] = fmt.Sprint(v) // of this row, so not the name of who it is
				}
			}
			out[i].Rows = append(out[i].Rows, values)
		}
	}
	return out
}

// personalText is a value as somebody reads it: people and organisations by
// their names.
func personalText(v any, data service.Personal) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "Yes"
		}
		return "No"
	case string:
		if name := data.Data.People[v]; name != "" {
			return name
		}
		if name := data.Data.Places[v]; name != "" {
			return name
		}
		return v
	}
	return fmt.Sprint(v)
}

// personalFile names a file within the ZIP.
func personalFile(n int, f service.PersonalFile) string {
	name := f.Name
	if name == "" {
		name = f.SHA256
	}
	return fmt.Sprintf("files/%d-%s", n+1, name)
}

// personalJSON is the data as lists of objects by table.
func personalJSON(data service.Personal) map[string]any {
	tables := func(all []service.PersonalRows) map[string]any {
		out := map[string]any{}
		for _, t := range all {
			rows := make([]map[string]any, len(t.Rows))
			for i, row := range t.Rows {
				rows[i] = map[string]any{}
				for c, v := range row {
					rows[i][t.Columns[c]] = v
				}
			}
			out[t.Table] = rows
		}
		return out
	}
	files := make([]map[string]any, 0, len(data.Data.Files))
	for i, f := range data.Data.Files {
		files = append(files, map[string]any{"file": personalFile(i, f), "sha256": f.SHA256})
	}
	return map[string]any{
		"person": data.Person.ID, "as_at": data.AsAt, "about_you": tables(data.Data.About), "by_you": tables(data.Data.By),
		"names": data.Data.People, "organisations": data.Data.Places, "files": slices.Clip(files),
	}
}
