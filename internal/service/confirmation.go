package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/privacy"
	"countersign/internal/store"
)

// Confirmation travels with a request: what its sender says doesn't identify a
// patient, and on the way back what they have yet to be asked about. One
// mechanism serves every form and every request: a door puts it into the
// context (WithConfirmation), and shows Asked with whatever error comes back.
type Confirmation struct {
	Findings  []string // digests, as Asked gave them
	Reason    string   // why they don't
	Asked     []Doubt  // found, and not confirmed
	Confirmed []Doubt  // found, and confirmed with this request

	files     []Doubt // those of Confirmed that are of a file: recorded with it
	elsewhere bool    // they were asked about at another installation
}

// Doubt is a find that somebody has to look at.
type Doubt struct {
	Field  string
	Kind   string // see package privacy; uncheckedFile
	Digest string // of the kind and the words; names it in Confirmation.Findings
	Marked string // the words with some around them, for whoever wrote them
}

// uncheckedFile is the kind of a doubt about a file whose text can't be read.
const uncheckedFile = "unchecked_file"

type confirmationKey struct{}

// WithConfirmation returns a context that carries c.
func WithConfirmation(ctx context.Context, c *Confirmation) context.Context {
	return context.WithValue(ctx, confirmationKey{}, c)
}

// ConfirmationOf returns what the context carries; an empty one if it carries
// none.
func ConfirmationOf(ctx context.Context) *Confirmation {
	if c, ok := ctx.Value(confirmationKey{}).(*Confirmation); ok {
		return c
	}
	return &Confirmation{}
}

// DoubtPhrase completes "This may be ..." for a kind of doubt.
func DoubtPhrase(kind string) string {
	if kind == uncheckedFile {
		return "a file whose text cannot be checked"
	}
	return privacy.Kind(kind).Phrase()
}

func doubtsIn(field string, found []privacy.Finding, text string) []Doubt {
	var out []Doubt
	for _, f := range found {
		if !f.Certain {
			out = append(out, Doubt{field, string(f.Kind), digest(string(f.Kind), text[f.Start:f.End]), f.Marked})
		}
	}
	return out
}

// digest names a find without its words. Case and spacing don't matter.
func digest(kind, words string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + strings.ToLower(strings.Join(strings.Fields(words), " "))))
	return hex.EncodeToString(sum[:16])
}

// vet is Check for what somebody writes, and asks about what may identify a
// patient: each find is confirmed with this request, or was by the same person
// before, or is refused and noted in the request's Confirmation.
func (s *Service) vet(tx *store.Tx, actor authz.Actor, app countersign.ApprenticeshipID, in any) error {
	if err := s.check.Check(in); err != nil {
		return err
	}
	doubts, err := newTo(tx, actor, doubtsAbout(in))
	if err != nil {
		return err
	}
	c := ConfirmationOf(tx.Context())
	if err := c.settle(doubts); err != nil {
		return err
	}
	return c.record(tx, actor, app, doubts)
}

// vet is Service.vet for work beneath an apprenticeship.
func (w work) vet(s *Service, in any) error { return s.vet(w.tx, w.actor, w.app.ID, in) }

// newTo leaves out what the actor has confirmed before.
func newTo(tx *store.Tx, actor authz.Actor, doubts []Doubt) ([]Doubt, error) {
	if len(doubts) == 0 || actor.ID() == "" {
		return doubts, nil
	}
	digests := make([]string, len(doubts))
	for i, d := range doubts {
		digests[i] = d.Digest
	}
	known, err := tx.Confirmed(actor.ID(), digests)
	return slices.DeleteFunc(doubts, func(d Doubt) bool { return slices.Contains(known, d.Digest) }), err
}

// maxReason is how many characters a reason may have.
const maxReason = 500

// reasonField is the name of the reason in forms and bodies.
const reasonField = "privacy_confirmation.reason"

// settle refuses those of the doubts that the request doesn't confirm.
func (c *Confirmation) settle(doubts []Doubt) error {
	if c.elsewhere {
		return nil
	}
	var p countersign.Problems
	for _, d := range doubts {
		if slices.Contains(c.Findings, d.Digest) {
			c.Confirmed = once(c.Confirmed, d)
		} else {
			c.Asked = once(c.Asked, d)
			p.Merge(&countersign.Error{Fields: []countersign.FieldError{{Field: d.Field, Message: d.message(), Kind: d.Kind, Finding: d.Digest}}})
		}
	}
	if err := p.Err(); err != nil || len(doubts) == 0 {
		return err
	}
	switch reason := strings.TrimSpace(c.Reason); {
	case reason == "":
		p.Add(reasonField, "Enter why this does not identify a patient")
	case utf8.RuneCountInString(reason) > maxReason:
		p.Add(reasonField, fmt.Sprintf("The reason must be %d characters or fewer", maxReason))
	default:
		p.Merge(privacy.Check(reasonField, reason))
	}
	return p.Err()
}

// once adds a doubt unless it is there: a transaction may be tried again.
func once(list []Doubt, d Doubt) []Doubt {
	if slices.Contains(list, d) {
		return list
	}
	return append(list, d)
}

func (d Doubt) message() string {
	if d.Kind == uncheckedFile {
		return "The text of this file cannot be checked: it is encrypted, or pictures of pages. Look through it, and say below that no patient is in it"
	}
	return "This may be " + DoubtPhrase(d.Kind) + ": “" + strings.TrimRight(d.Marked, ".") + "”. Take it out, or say below that it does not identify a patient"
}

// record writes down who confirmed what kind of find in which field, and why;
// never the words themselves.
func (c *Confirmation) record(tx *store.Tx, actor authz.Actor, app countersign.ApprenticeshipID, doubts []Doubt) error {
	for _, d := range doubts {
		if actor.ID() != "" { // the site supervisor of a link has no account
			if err := tx.Confirm(actor.ID(), d.Digest); err != nil {
				return err
			}
		}
		if err := tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Job: actor.Job(), Action: "privacy.confirm", Apprenticeship: app, Subject: d.Kind,
			Detail: map[string]string{"field": d.Field, "reason": strings.TrimSpace(c.Reason)},
		}); err != nil {
			return err
		}
	}
	return nil
}

// settleFile is settle for a file, whose doubts are recorded once it is kept.
func (c *Confirmation) settleFile(doubts []Doubt) error {
	err := c.settle(doubts)
	if err == nil {
		c.files = append(c.files, doubts...)
	}
	return err
}

// FileGuard is what files are looked through with. What a request confirms of
// a file is recorded when the file is kept.
func FileGuard() files.Guard {
	return files.Guard{
		Text: func(ctx context.Context, field, text string) error {
			if err := privacy.Check(field, text); err != nil {
				return err
			}
			return ConfirmationOf(ctx).settleFile(doubtsIn(field, privacy.Find(text), text))
		},
		Name: func(ctx context.Context, field, name string) error {
			if err := privacy.CheckFileName(field, name); err != nil {
				return err
			}
			return ConfirmationOf(ctx).settleFile(doubtsIn(field, privacy.FindInFileName(name), name))
		},
		Unread: func(ctx context.Context, field, sha256 string) error {
			return ConfirmationOf(ctx).settleFile([]Doubt{{Field: field, Kind: uncheckedFile, Digest: digest(uncheckedFile, sha256)}})
		},
	}
}
