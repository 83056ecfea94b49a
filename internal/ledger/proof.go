package ledger

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Nodes returns the nodes asked for, with their hashes, in the same order.
type Nodes func([]Node) ([]Node, error)

// reader lets tlog read them.
type reader struct{ nodes Nodes }

// ReadHashes implements tlog.HashReader.
func (r reader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	ask := make([]Node, len(indexes))
	for i, x := range indexes {
		ask[i].Level, ask[i].Number = tlog.SplitStoredHashIndex(x)
	}
	got, err := r.nodes(ask)
	if err == nil && len(got) != len(ask) {
		err = fmt.Errorf("ledger: %d of %d hashes of the log are there", len(got), len(ask))
	}
	if err != nil {
		return nil, err
	}
	hashes := make([]tlog.Hash, len(got))
	for i, n := range got {
		if hashes[i], err = parseHash(n.Hash); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

// ProveEntry returns the hashes by which anybody can see that the leaf of that
// number is in the tree of so many leaves (RFC 6962, section 2.1.1).
func ProveEntry(size, number int64, nodes Nodes) ([]string, error) {
	if number < 0 || number >= size {
		return nil, fmt.Errorf("ledger: a tree of %d leaves has none of number %d", size, number)
	}
	proof, err := tlog.ProveRecord(size, number, reader{nodes})
	return hexes(proof), err
}

// ProveGrowth returns the hashes by which anybody can see that the tree of so
// many leaves only grew from an older one (RFC 6962, section 2.1.2).
func ProveGrowth(size, older int64, nodes Nodes) ([]string, error) {
	if older < 1 || older > size {
		return nil, fmt.Errorf("ledger: a tree of %d leaves did not grow from one of %d", size, older)
	}
	proof, err := tlog.ProveTree(size, older, reader{nodes})
	return hexes(proof), err
}

// ErrProof says that a proof doesn't prove what it should.
var ErrProof = errors.New("ledger: the proof does not hold")

// CheckEntry fails with ErrProof unless the proof shows that the leaf is the
// one of that number in the checkpoint's tree.
func CheckEntry(c Checkpoint, number int64, leaf string, proof []string) error {
	hashes, root, err := parsed(proof, c.Root)
	h, leafErr := parseHash(leaf)
	if err != nil || leafErr != nil || number < 0 || number >= c.Size || tlog.CheckRecord(hashes, c.Size, root, number, h) != nil {
		return ErrProof
	}
	return nil
}

// CheckGrowth fails with ErrProof unless the proof shows that the first
// checkpoint's tree begins with the second's.
func CheckGrowth(c, older Checkpoint, proof []string) error {
	hashes, root, err := parsed(proof, c.Root)
	before, beforeErr := parseHash(older.Root)
	if err != nil || beforeErr != nil || older.Size < 1 || older.Size > c.Size || tlog.CheckTree(hashes, c.Size, root, older.Size, before) != nil {
		return ErrProof
	}
	return nil
}

func parsed(proof []string, root string) (hashes []tlog.Hash, h tlog.Hash, err error) {
	for _, p := range proof {
		if h, err = parseHash(p); err != nil {
			return nil, h, err
		}
		hashes = append(hashes, h)
	}
	h, err = parseHash(root)
	return hashes, h, err
}

func hexes(proof []tlog.Hash) []string {
	out := make([]string, len(proof))
	for i, h := range proof {
		out[i] = hexOf(h)
	}
	return out
}
