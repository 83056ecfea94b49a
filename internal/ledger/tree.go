package ledger

import (
	"encoding/hex"
	"fmt"
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Node is a hash of the log's tree: number n of level l is over the leaves from
// n * 2^l on, 2^l of them. Those of level 0 are the leaves.
type Node struct {
	Level  int
	Number int64
	Hash   string // hex; empty in a question for it
}

// Edge names the nodes at the right edge of a tree of so many leaves, from the
// largest to the smallest: all that is needed to append to it.
func Edge(size int64) []Node {
	var edge []Node
	for level := bits.Len64(uint64(size)) - 1; level >= 0; level-- {
		if size>>level&1 == 1 {
			edge = append(edge, Node{Level: level, Number: size>>level - 1})
		}
	}
	return edge
}

// Tree is a log's tree as far as appending needs it. The zero Tree is empty.
type Tree struct {
	size int64
	edge []tlog.Hash // as Edge
}

// NewTree returns the tree of so many leaves with the hashes of its Edge.
func NewTree(size int64, edge []Node) (*Tree, error) {
	t := &Tree{size: size}
	want := Edge(size)
	for i, n := range edge {
		h, err := parseHash(n.Hash)
		if err != nil || i >= len(want) || n.Level != want[i].Level || n.Number != want[i].Number {
			return nil, fmt.Errorf("ledger: the log's tree of %d leaves is not whole", size)
		}
		t.edge = append(t.edge, h)
	}
	if len(t.edge) != len(want) {
		return nil, fmt.Errorf("ledger: the log's tree of %d leaves is not whole", size)
	}
	return t, nil
}

// Size returns how many leaves the tree has.
func (t *Tree) Size() int64 { return t.size }

// Append adds a leaf, in hex, and calls made with each node above the leaves
// that it completes.
func (t *Tree) Append(leaf string, made func(Node)) error {
	h, err := parseHash(leaf)
	if err != nil {
		return err
	}
	number := t.size
	for level := 1; number&1 == 1; level++ {
		left := t.edge[len(t.edge)-1]
		t.edge = t.edge[:len(t.edge)-1]
		h, number = tlog.NodeHash(left, h), number>>1
		made(Node{Level: level, Number: number, Hash: hexOf(h)})
	}
	t.edge = append(t.edge, h)
	t.size++
	return nil
}

// Root returns the hash of the whole tree, in hex.
func (t *Tree) Root() string {
	if t.size == 0 {
		return sum(nil) // RFC 6962, section 2.1
	}
	edge := slices.Clone(t.edge)
	h := edge[len(edge)-1]
	for i := len(edge) - 2; i >= 0; i-- {
		h = tlog.NodeHash(edge[i], h)
	}
	return hexOf(h)
}

func hexOf(h tlog.Hash) string { return hex.EncodeToString(h[:]) }

func parseHash(s string) (h tlog.Hash, err error) {
	if !isHex(s, 2*len(h)) {
		return h, fmt.Errorf("ledger: %q is not a SHA-256 in hex", s)
	}
	_, err = hex.Decode(h[:], []byte(s))
	return h, err
}
