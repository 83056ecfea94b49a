package framework_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

func TestJSONTellsWhereAProblemIs(t *testing.T) {
	t.Parallel()
	f, err := framework.Parse("", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(framework.Document(f), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, old, new, want string }{
		{"unknown key", `"title":`, "\"titel\": \"ü\", \"title\":", `"titel" is not a key of a framework`},
		{"a huge number", `"pieces": 1`, `"pieces": 123456789012345678901234567890`, "pieces must be a whole number"},
		{"a negative zero", `"pieces": 1`, `"pieces": -0`, "pieces must be from 1 to 100"},
		{"twice", `"status":`, `"id": "again", "status":`, `the key "id" is here twice; the first is on line 2`},
		{"a number as text", `"pieces": 1`, `"pieces": "1"`, "pieces must be a whole number"},
		{"a fraction", `"pieces": 1`, `"pieces": 1.5`, "pieces must be a whole number"},
		{"null", `"pieces": 1`, `"pieces": null`, "pieces has no value"},
	} {
		altered := strings.Replace(string(text), tc.old, tc.new, 1)
		_, err := framework.Parse("", []byte(altered))
		var refused *framework.Error
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v; want %q", tc.name, err, tc.want)
			continue
		}
		refused, _ = err.(*framework.Error)
		if line := strings.Split(altered, "\n")[refused.Problems[0].Line-1]; refused.Problems[0].Column < 3 || refused.Problems[0].Column > len([]rune(line)) {
			t.Errorf("%s: column %d of %q", tc.name, refused.Problems[0].Column, line)
		}
	}
}

// big returns f with n competencies.
func big(f countersign.Framework, n int) countersign.Framework {
	model := f.Domains[0].Competencies[0]
	model.EquivalentTo, model.Replaces = nil, nil
	f.Role.Duties = []countersign.Duty{{Code: "T1", Text: "All of it"}}
	f.Signing.DomainAssess = nil
	f.Domains = nil
	for i := range n {
		if i%100 == 0 {
			f.Domains = append(f.Domains, countersign.Domain{Code: fmt.Sprintf("D%d", i/100), Title: "Domain"})
		}
		d := &f.Domains[len(f.Domains)-1]
		model.Code, model.Domain = fmt.Sprintf("C%d", i), d.Code
		d.Competencies = append(d.Competencies, model)
	}
	return f
}

func TestParseReadsTenThousandCompetenciesAsJSON(t *testing.T) {
	t.Parallel()
	f, err := framework.Parse("", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	for n, fine := range map[int]bool{10_000: true, 10_001: false} {
		text, err := json.Marshal(framework.Document(big(f, n)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := framework.Parse("", text)
		if (err == nil) != fine || fine && len(got.Competencies()) != n {
			t.Errorf("%d competencies: %d read, %v", n, len(got.Competencies()), err)
		}
	}
}
