package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"countersign/internal/countersign"
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

// BenchmarkVerifyingAMillionLeaves does all of it in one run: a million
// different leaves are hashed from their bytes and the tree made of them up to
// its root, in times what hashing these bytes takes; and each decision is held
// against its leaf too, field by field and text by text, in times what hashing
// its bytes and texts takes. It asks for less than 30. Each thousand is done
// three ways, so that what else the machine does falls on all of them.
func BenchmarkVerifyingAMillionLeaves(b *testing.B) {
	const leaves = 1_000_000
	so := signedOff()
	canonical, _ := leaf(b, decision(b, so))
	id := bytes.Index(canonical, []byte(so.ID))
	// nth makes the decision the one of that number: another identifier.
	nth := func(n int) {
		copy(canonical[id+24:id+36], fmt.Sprintf("%012d", n))
		so.ID, so.Canonical = countersign.SignOffID(canonical[id:id+36]), string(canonical)
	}
	var sealed ledger.Tree
	kept := make([]string, leaves)
	for n := range kept {
		nth(n)
		kept[n] = ledger.LeafOf(canonical)
		if err := sealed.Append(kept[n], func(ledger.Node) {}); err != nil {
			b.Fatal(err)
		}
	}
	text := []byte(so.Comment + so.Statement + so.AssessorName + so.Registration)
	var hashing, leafing, comparing time.Duration
	for b.Loop() {
		var tree ledger.Tree
		for first := 0; first < leaves; first += 1000 {
			began := time.Now()
			for n := first; n < first+1000; n++ {
				nth(n)
				sha256.Sum256(canonical)
				sha256.Sum256(text)
			}
			hashed := time.Now()
			for n := first; n < first+1000; n++ {
				nth(n)
				if l := ledger.LeafOf(canonical); l != kept[n] || tree.Append(l, func(ledger.Node) {}) != nil {
					b.Fatal("another leaf")
				}
			}
			leafed := time.Now()
			for n := first; n < first+1000; n++ {
				nth(n)
				so.Leaf = kept[n]
				if found := ledger.CompareDecision(so, false, true); len(found) > 0 {
					b.Fatal(found)
				}
			}
			hashing, leafing, comparing = hashing+hashed.Sub(began), leafing+leafed.Sub(hashed), comparing+time.Since(leafed)
		}
		if tree.Root() != sealed.Root() {
			b.Fatal("another root")
		}
	}
	b.ReportMetric(float64(leaves*b.N)/(leafing+comparing).Seconds(), "leaves/s")
	b.ReportMetric(float64(leafing)/float64(hashing), "times-hashing")
	b.ReportMetric(float64(comparing)/float64(hashing), "times-hashing-decisions")
}
