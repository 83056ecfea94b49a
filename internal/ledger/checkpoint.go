package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Checkpoint is a state of the log: how many leaves it had, and the root of the
// tree over them.
type Checkpoint struct {
	Log  string // which log: "countersign/" and the installation's identifier
	Size int64
	Root string // hex
	At   time.Time
}

// Sign returns the checkpoint as a signed note: the log, the size, the root in
// base64 and the time, a line each.
func (c Checkpoint) Sign(s Signer) (string, error) {
	root, err := parseHash(c.Root)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%s\n%d\n%s\n%s\n", c.Log, c.Size, base64.StdEncoding.EncodeToString(root[:]), c.At.UTC().Format(timeFormat))
	signed, err := note.Sign(&note.Note{Text: text}, noteSigner{s})
	if err != nil {
		return "", fmt.Errorf("ledger: sign checkpoint: %w", err)
	}
	return string(signed), nil
}

// ErrUnknownKey says that something is signed, but not with a key that is known.
var ErrUnknownKey = errors.New("ledger: signed with a key that is not known")

// OpenCheckpoint reads a signed note and checks that one of the keys signed it,
// which it returns too. Of a note that others signed it returns what the note
// says, with ErrUnknownKey.
func OpenCheckpoint(signed string, keys ...PublicKey) (Checkpoint, PublicKey, error) {
	verifiers := make([]note.Verifier, len(keys))
	for i, k := range keys {
		verifiers[i] = noteVerifier{k}
	}
	opened, err := note.Open([]byte(signed), note.VerifierList(verifiers...))
	var unknown *note.UnverifiedNoteError
	switch {
	case errors.As(err, &unknown):
		c, parseErr := parseCheckpoint(unknown.Note.Text)
		return c, PublicKey{}, errors.Join(parseErr, ErrUnknownKey)
	case err != nil:
		return Checkpoint{}, PublicKey{}, fmt.Errorf("ledger: checkpoint: %w", err)
	}
	for _, s := range opened.Sigs {
		if _, err := exactly(base64.StdEncoding, s.Base64); err != nil {
			return Checkpoint{}, PublicKey{}, fmt.Errorf("ledger: checkpoint: %w", err)
		}
	}
	c, err := parseCheckpoint(opened.Text)
	for _, k := range keys {
		if k.Name == opened.Sigs[0].Name && k.hash() == opened.Sigs[0].Hash {
			return c, k, err
		}
	}
	return c, PublicKey{}, err
}

func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 5 {
		return Checkpoint{}, errors.New("ledger: a checkpoint has four lines")
	}
	size, sizeErr := strconv.ParseInt(lines[1], 10, 64)
	root, rootErr := base64.StdEncoding.DecodeString(lines[2])
	at, timeErr := time.Parse(timeFormat, lines[3])
	if err := errors.Join(sizeErr, rootErr, timeErr); err != nil || size < 0 || len(root) != 32 {
		return Checkpoint{}, errors.Join(errors.New("ledger: this is not a checkpoint"), err)
	}
	return Checkpoint{Log: lines[0], Size: size, Root: fmt.Sprintf("%x", root), At: at}, nil
}
