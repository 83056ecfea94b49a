package ledger_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"countersign/internal/ledger"
)

// BenchmarkTheLog has leaves hashed and put into the tree: what sealing takes
// beside the database. It asks for 20,000 a second.
func BenchmarkTheLog(b *testing.B) {
	canonical, _ := leaf(b, decision(b, signedOff()))
	var tree ledger.Tree
	for b.Loop() {
		if err := tree.Append(ledger.LeafOf(canonical), func(ledger.Node) {}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "leaves/s")
}

// BenchmarkVerifyingALeaf makes a leaf and the tree again from the canonical
// bytes, in times what hashing these takes. It asks for less than 30. The work
// is the same for each of a million.
func BenchmarkVerifyingALeaf(b *testing.B) {
	canonical, l := leaf(b, decision(b, signedOff()))
	hashing := hashingOf(canonical)
	var tree ledger.Tree
	for b.Loop() {
		if ledger.LeafOf(canonical) != l {
			b.Fatal("another leaf")
		}
		if err := tree.Append(l, func(ledger.Node) {}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(hashing), "times-hashing")
}

// BenchmarkVerifyingADecision does what the command does with each row besides:
// its text is held against the commitments, and every field against the
// canonical bytes, in times what hashing the text and these takes.
func BenchmarkVerifyingADecision(b *testing.B) {
	so := signedOff()
	canonical, l := leaf(b, decision(b, so))
	so.Canonical, so.Leaf = string(canonical), l
	hashing := hashingOf(append([]byte(so.Comment+so.Statement+so.AssessorName), canonical...))
	for b.Loop() {
		if found := ledger.CompareDecision(so, false, true); len(found) > 0 {
			b.Fatal(found)
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(hashing), "times-hashing")
}

// hashingOf is how long hashing the bytes takes.
func hashingOf(content []byte) time.Duration {
	const often = 20_000
	began := time.Now()
	for range often {
		sha256.Sum256(content)
	}
	return time.Since(began) / often
}
