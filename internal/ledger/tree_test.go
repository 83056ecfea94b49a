package ledger_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"countersign/internal/ledger"
)

// grown is a log with all its hashes at hand.
type grown struct {
	tree  *ledger.Tree
	roots []string // by size
	nodes map[ledger.Node]string
}

func grow(t testing.TB, leaves int) grown {
	t.Helper()
	g := grown{tree: new(ledger.Tree), nodes: map[ledger.Node]string{}}
	g.roots = append(g.roots, g.tree.Root())
	for n := range leaves {
		leaf := leafNumber(n)
		g.nodes[ledger.Node{Number: int64(n)}] = leaf
		if err := g.tree.Append(leaf, func(n ledger.Node) { g.nodes[ledger.Node{Level: n.Level, Number: n.Number}] = n.Hash }); err != nil {
			t.Fatal(err)
		}
		g.roots = append(g.roots, g.tree.Root())
	}
	return g
}

func leafNumber(n int) string { return ledger.LeafOf(fmt.Appendf(nil, "leaf %d", n)) }

func (g grown) read(ask []ledger.Node) ([]ledger.Node, error) {
	var out []ledger.Node
	for _, n := range ask {
		hash, ok := g.nodes[n]
		if !ok {
			return nil, fmt.Errorf("no node %v", n)
		}
		n.Hash = hash
		out = append(out, n)
	}
	return out, nil
}

func (g grown) at(size int) ledger.Checkpoint {
	return ledger.Checkpoint{Log: "countersign/x", Size: int64(size), Root: g.roots[size], At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
}

// The tree is the one of x/mod, at every size.
func TestTheTreeIsThatOfRFC6962(t *testing.T) {
	t.Parallel()
	const leaves = 70
	g := grow(t, leaves)
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = stored[x]
		}
		return out, nil
	})
	for n := range leaves {
		hashes, err := tlog.StoredHashes(int64(n), fmt.Appendf(nil, "leaf %d", n), read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, hashes...)
		root, err := tlog.TreeHash(int64(n+1), read)
		if err != nil || fmt.Sprintf("%x", root[:]) != g.roots[n+1] {
			t.Fatalf("the root of %d leaves is %s, tlog says %x, %v", n+1, g.roots[n+1], root[:], err)
		}
	}
	if len(stored) != len(g.nodes) {
		t.Errorf("%d hashes are kept, tlog keeps %d", len(g.nodes), len(stored))
	}
	for size := range leaves { // and it can be taken up anywhere
		edge, err := g.read(ledger.Edge(int64(size)))
		if err != nil {
			t.Fatal(err)
		}
		tree, err := ledger.NewTree(int64(size), edge)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Append(leafNumber(size), func(ledger.Node) {}); err != nil || tree.Root() != g.roots[size+1] {
			t.Errorf("taken up at %d: root %s, %v", size, tree.Root(), err)
		}
	}
	if _, err := ledger.NewTree(3, nil); err == nil {
		t.Error("a tree without its edge is taken")
	}
}

func TestProofsShowWhatIsInTheLogAndThatItOnlyGrew(t *testing.T) {
	t.Parallel()
	const leaves = 21
	g := grow(t, leaves)
	for size := 1; size <= leaves; size++ {
		for number := range size {
			proof, err := ledger.ProveEntry(int64(size), int64(number), g.read)
			if err != nil {
				t.Fatal(err)
			}
			if err := ledger.CheckEntry(g.at(size), int64(number), leafNumber(number), proof); err != nil {
				t.Errorf("entry %d of %d: %v", number, size, err)
			}
			if ledger.CheckEntry(g.at(size), int64(number), leafNumber(number+1), proof) == nil {
				t.Errorf("another leaf is proved to be entry %d of %d", number, size)
			}
			older := number + 1
			if proof, err = ledger.ProveGrowth(int64(size), int64(older), g.read); err != nil {
				t.Fatal(err)
			}
			if err := ledger.CheckGrowth(g.at(size), g.at(older), proof); err != nil {
				t.Errorf("from %d to %d: %v", older, size, err)
			}
			forged := g.at(older)
			forged.Root = leafNumber(99)
			if ledger.CheckGrowth(g.at(size), forged, proof) == nil {
				t.Errorf("another log is proved to have grown from %d to %d", older, size)
			}
		}
	}
	for _, n := range [][2]int64{{3, 3}, {3, -1}, {0, 0}} {
		if _, err := ledger.ProveEntry(n[0], n[1], g.read); err == nil {
			t.Errorf("entry %d of %d is proved", n[1], n[0])
		}
	}
	if _, err := ledger.ProveGrowth(3, 4, g.read); err == nil {
		t.Error("a log is proved to have shrunk")
	}
	if !errors.Is(ledger.CheckEntry(g.at(3), 1, "x", []string{"y"}), ledger.ErrProof) {
		t.Error("nonsense is a proof")
	}
}

func TestACheckpointIsASignedNote(t *testing.T) {
	t.Parallel()
	s := aSigner(t, "record.example.org")
	c := grow(t, 5).at(5)
	signed, err := c.Sign(s)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(s.PublicKey().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open([]byte(signed), note.VerifierList(verifier)); err != nil {
		t.Errorf("sumdb/note doesn't open it: %v", err)
	}
	other, err := ledger.NewSigner(zeros{}, "record.example.org")
	if err != nil {
		t.Fatal(err)
	}
	got, key, err := ledger.OpenCheckpoint(signed, other.PublicKey(), s.PublicKey())
	if err != nil || got != c || key.String() != s.PublicKey().String() {
		t.Errorf("OpenCheckpoint() = %+v, %s, %v; want %+v", got, key, err, c)
	}
	if got, _, err := ledger.OpenCheckpoint(signed, other.PublicKey()); !errors.Is(err, ledger.ErrUnknownKey) || got != c {
		t.Errorf("without its key: %+v, %v", got, err)
	}
	for i := range signed {
		changed := signed[:i] + string(signed[i]^1) + signed[i+1:]
		if _, _, err := ledger.OpenCheckpoint(changed, s.PublicKey()); err == nil {
			t.Errorf("with byte %d changed it is opened:\n%s", i, changed)
		}
	}
}

// zeros are random bytes for a key that isn't aSigner's.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
