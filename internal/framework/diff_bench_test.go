package framework_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

// BenchmarkDiff compares two versions of 1,000 competencies, of which every
// tenth was reworded, every 25th asks for more, every 50th is new and every
// 50th retired. Beside an operation stands what reading both files takes.
func BenchmarkDiff(b *testing.B) {
	shipped, err := framework.Shipped()
	if err != nil {
		b.Fatal(err)
	}
	f := shipped[0].Framework
	model := f.Domains[0].Competencies[0]
	model.EquivalentTo, model.Replaces = nil, nil
	f.ID, f.Role.Duties, f.Signing.DomainAssess = "large", []countersign.Duty{{Code: "T1", Text: "All of it"}}, nil
	version := func(number string, change bool) []byte {
		f.Version, f.Domains = number, nil
		for i := range 1000 {
			if i%50 == 0 {
				f.Domains = append(f.Domains, countersign.Domain{Code: fmt.Sprintf("D%d", i/50), Title: fmt.Sprintf("Domain %d", i/50)})
			}
			c, d := model, &f.Domains[len(f.Domains)-1]
			c.Code, c.Domain, c.Title = fmt.Sprintf("C%d", i), d.Code, fmt.Sprintf("Skill %d", i)
			c.Statement = fmt.Sprintf("Does task %d safely, says when to ask for help and writes it down.", i)
			switch {
			case !change:
			case i%50 == 1:
				c.Code = fmt.Sprintf("N%d", i)
			case i%25 == 2:
				c.Requires.Pieces++
			case i%10 == 3:
				c.Statement += " Always, and with everybody."
			}
			d.Competencies = append(d.Competencies, c)
		}
		data, err := json.Marshal(framework.Document(f)) // too large for YAML, as an import would store it
		if err != nil {
			b.Fatal(err)
		}
		return data
	}
	load := func(data []byte) countersign.Framework {
		loaded, err := framework.Parse("", data)
		if err != nil {
			b.Fatal(err)
		}
		return loaded
	}
	first, second := version("1.0.0", false), version("2.0.0", true)
	began := time.Now()
	from, to := load(first), load(second)
	loading := time.Since(began)
	for b.Loop() {
		framework.Diff(from, to)
	}
	each := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(loading.Seconds()*1000, "loading-ms")
	b.ReportMetric(float64(each)/float64(loading), "of-loading")
}
