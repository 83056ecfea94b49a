package pack_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"countersign/internal/countersign"
	"countersign/internal/transfer"
)

func TestAPackageHoldsEverythingAndIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.lived(t)
		data := h.exported(t, h.as(t, h.Apprentice), h.App.ID)
		if !bytes.Equal(data, h.exported(t, h.as(t, h.Apprentice), h.App.ID)) {
			t.Error("two exports of the same data differ")
		}
		p, err := transfer.Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for table, n := range map[string]int{
			"apprenticeships": 1, "evidence_revisions": 3, "sign_offs": 1, "hours": 1, "prior_learning": 1, "attachments": 1, "namings": 2, "attainments": 49,
		} {
			if got := len(p.Document.Rows(table)); got < n {
				t.Errorf("%d rows of %s, want %d or more", got, table, n)
			}
		}
		m := p.Manifest
		if m.Apprentice.Email != h.Apprentice.Email || m.Practice.Code != h.Practice.Code || m.Origin.URL != "https://learn.example.org" || m.Framework.Version != "1.0.0" {
			t.Errorf("manifest %+v", m)
		}
		text := string(data)
		for _, secret := range []string{h.GP.Email, h.Mentor.Email, "phc"} {
			if strings.Contains(text, secret) {
				t.Errorf("the package holds %q", secret)
			}
		}
		html := entry(t, p, transfer.HTMLPath)
		for _, want := range []string{"<!DOCTYPE html>", "Portfolio of Asha Patel", `href="portfolio.pdf"`, `src="files/`} {
			if !strings.Contains(html, want) {
				t.Errorf("portfolio.html lacks %q", want)
			}
		}
		if strings.Contains(html, "/attachments/") || strings.Contains(html, "/assets/") {
			t.Error("portfolio.html leads to an installation")
		}
	})
}

func TestOnlyTheirAuthorTakesDraftsAlong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.lived(t)
		own := string(h.exported(t, h.as(t, h.Apprentice), h.App.ID))
		operator := string(h.exported(t, h.svc.Operator(), h.App.ID))
		gp := h.exported(t, h.as(t, h.GP), h.App.ID)
		for _, text := range []string{"Only a draft", "Being rewritten"} {
			if !strings.Contains(own, text) || !strings.Contains(operator, text) {
				t.Errorf("the apprentice's own lacks %q", text)
			}
			if strings.Contains(string(gp), text) {
				t.Errorf("the GP takes %q along", text)
			}
		}
		if _, err := transfer.Open(bytes.NewReader(gp), int64(len(gp))); err != nil {
			t.Errorf("without drafts: %v", err)
		}
		for _, p := range []countersign.Person{h.Mentor, h.Manager, h.HubLead} {
			if _, err := h.packer.Export(t.Context(), h.as(t, p), h.App.ID); countersign.KindOf(err) != countersign.Forbidden {
				t.Errorf("%s: %v, want Forbidden", p.Name, err)
			}
		}
		for _, p := range []countersign.Person{h.OtherApprentice, h.OtherGP, h.OtherHubLead, h.Admin} {
			if _, err := h.packer.Export(t.Context(), h.as(t, p), h.App.ID); countersign.KindOf(err) != countersign.NotFound {
				t.Errorf("%s: %v, want NotFound", p.Name, err)
			}
		}
		if left, err := os.ReadDir(h.packer.Temp); err != nil || len(left) > 0 {
			t.Errorf("left behind %v, %v", left, err)
		}
	})
}

func TestPackagesFollowThePublishedSchema(t *testing.T) {
	t.Parallel()
	file := filepath.Join("..", "..", "docs", "transfer-package.schema.json")
	published, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(published, transfer.Schema()) {
		if os.Getenv("UPDATE") == "" {
			t.Fatalf("%s is not what transfer.Schema makes: run this test with UPDATE=1 (%v)", file, err)
		}
		if err := os.WriteFile(file, transfer.Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, h *house) {
		h.lived(t)
		data := h.exported(t, h.as(t, h.Apprentice), h.App.ID)
		p, err := transfer.Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		manifest, err := p.Manifest.Encode()
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"manifest.json": string(manifest), "data.json": entry(t, p, transfer.DataPath)} {
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err == nil {
				err = schema.Validate(doc)
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			doc, _ = jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(text, "{", `{"more": 1,`, 1)))
			if schema.Validate(doc) == nil {
				t.Errorf("%s: the schema takes anything", name)
			}
		}
	})
}

// entry returns what an entry of a package says.
func entry(t *testing.T, p *transfer.Package, path string) string {
	t.Helper()
	f, err := p.Content(p.Manifest.Entry(path))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if _, err := io.Copy(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
