// Package verify checks portfolios that were issued somewhere: the PDF and the
// transfer package. It needs nothing but the file, and the public key of who
// issued it. See docs/ledger.md.
package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/pdf"
	"countersign/internal/transfer"
)

// Error is why a file can't be checked, or why nothing in it holds.
type Error struct {
	Changed bool   // it is one of ours, but was changed
	Says    string // a sentence for whoever has the file
}

// Error implements the error interface.
func (e *Error) Error() string { return e.Says }

var (
	notOurs   = &Error{Says: "This is not a portfolio as PDF, a transfer package or a badge that Countersign signed, or its end is missing"}
	unsigned  = &Error{Says: "This transfer package is sound, but the installation that made it did not sign it"}
	unfounded = &Error{Changed: true, Says: "The file was changed: what it says of itself cannot be read any more"}
)

// File checks a portfolio of that size. Without known keys it takes the file's
// word for who signed it.
func File(r io.ReaderAt, size int64, known []ledger.PublicKey) (ledger.Report, error) {
	start := make([]byte, 4)
	if n, err := r.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return ledger.Report{}, fmt.Errorf("verify: %w", err)
	} else if bytes.HasPrefix(start[:n], []byte("PK")) {
		return packaged(r, size, known)
	}
	return document(r, size, known)
}

// document checks a PDF.
func document(r io.ReaderAt, size int64, known []ledger.PublicKey) (ledger.Report, error) {
	sealed, err := pdf.Open(r, size)
	switch {
	case errors.Is(err, pdf.ErrNoManifest):
		if ours, err := marked(io.NewSectionReader(r, 0, size)); ours || err != nil {
			return ledger.Report{}, errors.Join(unfounded, err)
		}
		return ledger.Report{}, notOurs
	case errors.Is(err, pdf.ErrChanged):
		return ledger.Report{}, unfounded
	case err != nil:
		return ledger.Report{}, err
	}
	report, err := ledger.CheckDocument(sealed.Manifest, Document(sealed.Digests), known)
	if errors.Is(err, ledger.ErrManifest) {
		return report, unfounded
	}
	if !sealed.Intact && len(report.Wrong) == 0 { // which follows from any change before it
		report.Wrong = append(report.Wrong, "The end of the file, which says where its parts are, was changed")
	}
	return report, err
}

// mark stands in the catalog of a PDF that was issued with a manifest.
const mark = "/PieceInfo <</Countersign "

// marked reports whether a file that doesn't end as one of ours does was one.
func marked(r io.Reader) (bool, error) {
	buffer, kept := make([]byte, 1<<16), 0
	for {
		n, err := io.ReadFull(r, buffer[kept:])
		if bytes.Contains(buffer[:kept+n], []byte(mark)) {
			return true, nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		kept = copy(buffer, buffer[len(buffer)-len(mark):])
	}
}

// Document names the bytes of a PDF.
func Document(d pdf.Digests) ledger.Document {
	doc := ledger.Document{Kind: "pdf", SHA256: hex.EncodeToString(d.File[:]), Pages: []string{}}
	for _, p := range d.Pages {
		doc.Pages = append(doc.Pages, hex.EncodeToString(p[:]))
	}
	return doc
}

// packaged checks a transfer package.
func packaged(r io.ReaderAt, size int64, known []ledger.PublicKey) (ledger.Report, error) {
	p, err := transfer.Open(r, size)
	if countersign.KindOf(err) == countersign.Invalid {
		return ledger.Report{}, &Error{Changed: true, Says: countersign.MessageOf(err)}
	}
	if err != nil {
		return ledger.Report{}, err
	}
	entry := p.Manifest.Entry(transfer.ProofPath)
	if entry.Path == "" {
		return ledger.Report{}, unsigned
	}
	content, err := p.Content(entry)
	if err != nil {
		return ledger.Report{}, err
	}
	signed, err := io.ReadAll(content)
	if err := errors.Join(err, content.Close()); err != nil {
		return ledger.Report{}, err
	}
	now, err := Package(p.Manifest)
	if err != nil {
		return ledger.Report{}, err
	}
	report, err := ledger.CheckDocument(signed, now, known)
	if errors.Is(err, ledger.ErrManifest) {
		return report, unfounded
	}
	return report, err
}

// Package names the bytes of a transfer package: what its manifest lists but
// the proof.
func Package(m transfer.Manifest) (ledger.Document, error) {
	list := make([]transfer.Entry, 0, len(m.Entries))
	for _, e := range m.Entries {
		if e.Path != transfer.ProofPath {
			list = append(list, e)
		}
	}
	m.Entries = list
	encoded, err := m.Encode()
	sum := sha256.Sum256(encoded)
	return ledger.Document{Kind: "package", SHA256: hex.EncodeToString(sum[:]), Pages: []string{}}, err
}

// Keys reads public keys: one a line, as countersign ledger keys prints them,
// where lines that are empty or begin with # say nothing; or the answer of
// GET /api/v1/ledger/keys.
func Keys(text string) ([]ledger.PublicKey, error) {
	var answer struct {
		Items []struct{ Verifier string }
	}
	if json.Unmarshal([]byte(text), &answer) == nil {
		text = ""
		for _, k := range answer.Items {
			text += k.Verifier + "\n"
		}
	}
	var keys []ledger.PublicKey
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		k, err := ledger.ParsePublicKey(line)
		if err != nil {
			return nil, fmt.Errorf("%q is not a public key", line)
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no public key in the file")
	}
	return keys, nil
}
