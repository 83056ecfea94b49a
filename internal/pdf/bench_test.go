package pdf

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
)

// untagged draws everything as for the eye only, so that there is no
// structure.
func (b *build) untagged() { b.tags.root, b.tags.at = decoration, decoration }

// BenchmarkTagging compares the same document with and without its structure,
// one after the other in the same run; "ratio" is to stay below 2.
func BenchmarkTagging(b *testing.B) {
	f := countersign.Framework{Title: "Framework", Domains: []countersign.Domain{{Code: "A", Title: "Domain"}}}
	p := countersign.Portfolio{Framework: f, Apprenticeship: countersign.Apprenticeship{ApprenticeName: "Zoë Ńowak"}}
	text := strings.Repeat("I measured the blood pressure of a patient under supervision and recorded both readings. ", 8)
	for i := range 300 {
		p.Pieces = append(p.Pieces, countersign.PortfolioPiece{Number: i + 1, Hash: strings.Repeat("ab", 32), Evidence: countersign.Evidence{
			ID: countersign.EvidenceID(fmt.Sprint(i)), State: countersign.Accepted, Revision: 1, ObservedByName: "Dr Megan Bell", AcceptedByName: "Dr Megan Bell",
			Content: countersign.Content{Kind: countersign.Observation, Title: "An observation", Narrative: text, Reflection: text,
				Mapping: []countersign.Mapping{{Competency: "A1", Justification: "It shows this."}}, Details: map[string]string{"setting": "In the surgery", "seen": "All of it"}},
		}})
	}
	once := func(tagged bool) time.Duration {
		file, err := os.CreateTemp(b.TempDir(), "*.pdf")
		if err != nil {
			b.Fatal(err)
		}
		defer file.Close()
		begin := time.Now()
		built := newBuild(b.Context(), p, newPictures(nil))
		if !tagged {
			built.untagged()
		}
		built.draw()
		if err := built.finish(file, time.Unix(0, 0), "title", "author"); err != nil {
			b.Fatal(err)
		}
		took := time.Since(begin)
		if end, err := file.Seek(0, io.SeekEnd); err != nil || end < 100_000 {
			b.Fatalf("%d bytes, %v", end, err)
		}
		return took
	}
	once(true)
	var with, without time.Duration
	for b.Loop() {
		without += once(false)
		with += once(true)
	}
	b.ReportMetric(float64(with)/float64(without), "ratio")
}
