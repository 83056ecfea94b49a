package framework

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/gowebpki/jcs"

	"countersign/internal/countersign"
)

// CompetencyHash returns the SHA-256, as lower-case hex, of what c demands in
// f: the text that a sign-off pins. Guidance, source and equivalents aren't
// part of it; they help and don't bind.
//
// What is hashed is RFC 8785 canonical JSON, so that somebody else's program
// can compute it from the framework file:
//
//	{"code":…,"evidence":[…],"framework":"id@version","requires":{…},
//	 "statement":…,"threshold":…,"title":…}
//
// with requires as in the file and threshold resolved from the scale. It never
// changes for a released version, whatever is added to the file's keys later.
func CompetencyHash(f countersign.Framework, c countersign.Competency) string {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		Framework string                     `json:"framework"`
		Code      string                     `json:"code"`
		Title     string                     `json:"title"`
		Statement string                     `json:"statement"`
		Threshold string                     `json:"threshold"`
		Evidence  []countersign.EvidenceKind `json:"evidence"`
		Requires  requirement                `json:"requires"`
	}{f.ID + "@" + f.Version, c.Code, c.Title, c.Statement, c.Threshold, listOf(c.Evidence), requirementOf(c.Requires)})
	if err != nil {
		panic("framework: strings and numbers always encode: " + err.Error())
	}
	canonical, err := jcs.Transform(text.Bytes())
	if err != nil {
		panic("framework: encoded JSON is well formed: " + err.Error())
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}
