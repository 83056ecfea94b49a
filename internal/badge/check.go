package badge

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/internal/ledger"
)

// Checked is what was found of a badge.
type Checked struct {
	ID, Name    string
	Issuer      string // the name that it gives itself
	Site        string // its address
	From, Until time.Time
	Key         string // that signed it, as Issuer has it
	Known       bool   // it is one of the known
	List        string // address of the list of revocations
	Place       int    // in that list
	Status      ledger.Status
	Why         string
}

// Ended is said of a badge that isn't valid on the day.
const Ended ledger.Status = "not valid today"

// ErrNoBadge says that something isn't a badge in the form that Credential
// gives.
var ErrNoBadge = errors.New("badge: this is not a badge of Countersign")

// document is a badge. Nothing else may be in it: what isn't known can't be
// shown to be signed, and no shape but this one is ever canonicalised, since one
// that is made for it takes for ever.
type document struct {
	Context []string `json:"@context"`
	ID      string   `json:"id"`
	Type    []string `json:"type"`
	Name    string   `json:"name"`
	Issuer  struct {
		ID   string   `json:"id"`
		Type []string `json:"type"`
		Name string   `json:"name"`
		URL  string   `json:"url"`
	} `json:"issuer"`
	ValidFrom  string  `json:"validFrom"`
	ValidUntil string  `json:"validUntil,omitempty"`
	Subject    subject `json:"credentialSubject"`
	Status     struct {
		ID      string `json:"id"`
		Type    string `json:"type"`
		Purpose string `json:"statusPurpose"`
		Index   string `json:"statusListIndex"`
		List    string `json:"statusListCredential"`
	} `json:"credentialStatus"`
	Evidence []struct {
		ID          string   `json:"id"`
		Type        []string `json:"type"`
		Name        string   `json:"name"`
		Description string   `json:"description"`
	} `json:"evidence"`
	Proof []proof `json:"proof,omitempty"`
}

type subject struct {
	ID         string   `json:"id"`
	Type       []string `json:"type"`
	Identifier []struct {
		Type         string `json:"type"`
		IdentityType string `json:"identityType"`
		Hashed       bool   `json:"hashed"`
		Salt         string `json:"salt"`
		IdentityHash string `json:"identityHash"`
	} `json:"identifier"`
	Achievement struct {
		ID              string              `json:"id"`
		Type            []string            `json:"type"`
		AchievementType string              `json:"achievementType"`
		Name            string              `json:"name"`
		Description     string              `json:"description"`
		Criteria        map[string]string   `json:"criteria"`
		Alignment       []map[string]scalar `json:"alignment"`
		Image           map[string]string   `json:"image"`
	} `json:"achievement"`
}

// scalar is a text or a list of texts.
type scalar struct{ v any }

// UnmarshalJSON implements json.Unmarshaler.
func (s *scalar) UnmarshalJSON(b []byte) error {
	var list []string
	if json.Unmarshal(b, &list) == nil && list != nil {
		s.v = list
		return nil
	}
	var text string
	s.v = &text
	return json.Unmarshal(b, &text)
}

// MarshalJSON implements json.Marshaler.
func (s scalar) MarshalJSON() ([]byte, error) { return json.Marshal(s.v) }

// proof is a signature (W3C Data Integrity).
type proof struct {
	Type    string `json:"type"`
	Suite   string `json:"cryptosuite"`
	Created string `json:"created"`
	Purpose string `json:"proofPurpose"`
	Method  string `json:"verificationMethod"`
	Value   string `json:"proofValue,omitempty"`
}

// Check checks a badge as JSON at a time: that nothing in it was changed since
// it was signed, who signed it, and that it is valid on that day. Whether it was
// revoked is in its list: see Revoked. Without known keys it takes the badge's
// word for who signed it.
func Check(credential []byte, known []ledger.PublicKey, now time.Time) (Checked, error) {
	var d document
	if err := strictly(credential, &d); err != nil {
		return Checked{}, ErrNoBadge
	}
	place, placeErr := strconv.Atoi(d.Status.Index)
	from, fromErr := time.Parse(time.RFC3339, d.ValidFrom)
	if !slices.Equal(d.Context, []string{vcContext, obContext}) || !slices.Contains(d.Type, "OpenBadgeCredential") || placeErr != nil || fromErr != nil {
		return Checked{}, ErrNoBadge
	}
	c := Checked{
		ID: d.ID, Name: d.Name, Issuer: d.Issuer.Name, Site: d.Issuer.URL, From: from, Key: d.Issuer.ID, List: d.Status.List, Place: place, Status: ledger.Valid,
	}
	if d.ValidUntil != "" {
		until, err := time.Parse(time.RFC3339, d.ValidUntil)
		if err != nil {
			return Checked{}, ErrNoBadge
		}
		c.Until = until
	}
	proofs := d.Proof
	d.Proof = nil
	key, err := proves(d, d.Issuer.ID, proofs, d.ids())
	if err != nil {
		c.Status, c.Why = ledger.Changed, "What it says is not what was signed"
		return c, nil //nolint:nilerr // it is what was found
	}
	c.Known = slices.ContainsFunc(known, func(k ledger.PublicKey) bool { return k.Key.Equal(key) })
	switch {
	case len(known) > 0 && !c.Known:
		c.Status, c.Why = ledger.UnknownKey, "It is signed with a key that is not among the known ones"
	case now.Before(from):
		c.Status, c.Why = Ended, "It holds from "+d.ValidFrom
	case !c.Until.IsZero() && !now.Before(c.Until):
		c.Status, c.Why = Ended, "It held until "+d.ValidUntil
	}
	return c, nil
}

// ids are the identifiers in the badge.
func (d document) ids() []string {
	ids := []string{d.ID, d.Issuer.ID, d.Subject.ID, d.Subject.Achievement.ID, d.Status.ID, d.Status.List}
	for _, e := range d.Evidence {
		ids = append(ids, e.ID)
	}
	return ids
}

// strictly reads JSON into a form: there is nothing in it but what the form has.
func strictly(data []byte, into any) error {
	var all, read any
	if err := errors.Join(json.Unmarshal(data, &all), json.Unmarshal(data, into)); err != nil {
		return err
	}
	again, err := json.Marshal(into)
	if err := errors.Join(err, json.Unmarshal(again, &read)); err != nil {
		return err
	}
	if !reflect.DeepEqual(all, read) {
		return ErrNoBadge
	}
	return nil
}

// proves checks the one proof of a document, of which what strictly has read is
// canonicalised, and returns the key that made it.
func proves(read any, issuer string, proofs []proof, ids []string) (ed25519.PublicKey, error) {
	key, ok := keyOf(issuer)
	if !ok || len(proofs) != 1 {
		return nil, ErrNoBadge
	}
	for i, id := range ids {
		if slices.Contains(ids[:i], id) { // the same twice is signed as once
			return nil, ErrNoBadge
		}
		if id == "" || strings.HasPrefix(id, "_") { // a node without a name, of which a maze can be built
			return nil, ErrNoBadge
		}
	}
	p := proofs[0]
	if p.Type != "DataIntegrityProof" || p.Suite != "eddsa-rdfc-2022" || p.Purpose != "assertionMethod" || p.Method != issuer+"#"+issuer[len(didKey):] {
		return nil, fmt.Errorf("%w: its proof is of another kind", ErrNoBadge)
	}
	signature, ok := fromBase58(strings.TrimPrefix(p.Value, "z"))
	if !ok || !strings.HasPrefix(p.Value, "z") || len(signature) != ed25519.SignatureSize {
		return nil, ErrNoBadge
	}
	var document, options map[string]any
	p.Value = ""
	for _, part := range []struct {
		from any
		into *map[string]any
	}{{read, &document}, {p, &options}} {
		encoded, err := json.Marshal(part.from)
		if err := errors.Join(err, json.Unmarshal(encoded, part.into)); err != nil {
			return nil, err
		}
	}
	message, err := signed(document, options)
	if err != nil {
		return nil, err
	}
	if !ed25519.Verify(key, message, signature) {
		return nil, fmt.Errorf("%w: the signature does not hold", ErrNoBadge)
	}
	return key, nil
}

// statusDocument is a list of revocations.
type statusDocument struct {
	Context   []string `json:"@context"`
	ID        string   `json:"id"`
	Type      []string `json:"type"`
	Issuer    string   `json:"issuer"`
	ValidFrom string   `json:"validFrom"`
	Subject   struct {
		ID      string `json:"id"`
		Type    string `json:"type"`
		Purpose string `json:"statusPurpose"`
		List    string `json:"encodedList"`
	} `json:"credentialSubject"`
	Proof []proof `json:"proof,omitempty"`
}

// Revoked says whether a list of revocations, as StatusList made it, has the
// badge. It fails unless it is the badge's list, signed by the badge's key or by
// one of the known.
func Revoked(list []byte, c Checked, known []ledger.PublicKey) (bool, error) {
	var d statusDocument
	if err := strictly(list, &d); err != nil {
		return false, errors.New("badge: this is not a list of revocations of Countersign")
	}
	proofs := d.Proof
	d.Proof = nil
	key, err := proves(d, d.Issuer, proofs, []string{d.ID, d.Subject.ID})
	switch {
	case err != nil:
		return false, errors.New("badge: the list of revocations was changed")
	case d.ID != c.List || d.Subject.Purpose != "revocation":
		return false, errors.New("badge: this is the list of other badges")
	case d.Issuer != c.Key && !slices.ContainsFunc(known, func(k ledger.PublicKey) bool { return k.Key.Equal(key) }):
		return false, errors.New("badge: the list of revocations is signed with another key")
	}
	packed, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(d.Subject.List, "u"))
	if err != nil {
		return false, fmt.Errorf("badge: list of revocations: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return false, fmt.Errorf("badge: list of revocations: %w", err)
	}
	bits, err := io.ReadAll(io.LimitReader(z, Places/8))
	if err != nil || c.Place < 0 || c.Place/8 >= len(bits) {
		return false, errors.New("badge: the list of revocations is too short")
	}
	return bits[c.Place/8]&(0x80>>(c.Place%8)) != 0, nil
}
