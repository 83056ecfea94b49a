package badge

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
)

// Statement is what a badge says.
type Statement struct {
	Badge          countersign.Badge
	Framework      countersign.Framework
	Apprenticeship countersign.Apprenticeship
	Email          string                   // of the apprentice; only its hash goes in
	Salt           string                   // of that hash
	RestsOn        []countersign.Attainment // each signed off
	Site           string                   // address of the installation
	Item           func(code string) string // address of a competency as a CASE item
}

// Title is what the badge is called.
func Title(f countersign.Framework, domain string) string {
	if domain == "" {
		return f.Title
	}
	if t := f.Domain(domain).Title; t != "" {
		return t
	}
	return domain
}

// StatusAddress is where a list of revocations is served.
func StatusAddress(site string, list int) string {
	return fmt.Sprintf("%s/api/v1/badge-status/%d", strings.TrimRight(site, "/"), list)
}

// Credential returns the statement as a signed Open Badge, JSON.
func Credential(s Statement, signer ledger.Signer) ([]byte, error) {
	b, f := s.Badge, s.Framework
	title := Title(f, b.Domain)
	what := fmt.Sprintf("Every core competency of the domain “%s” of %s is signed off.", title, f.Title)
	if b.Domain == "" {
		what = fmt.Sprintf("The programme “%s” is completed, and every core competency is signed off.", title)
	}
	if f.Notice != "" {
		what += " " + f.Notice
	}
	var narrative strings.Builder
	alignment, evidence := []any{}, []any{}
	for _, a := range s.RestsOn {
		fmt.Fprintf(&narrative, "- %s %s: %s\n", a.Code, a.Title, countersign.FullStops(a.Requires.Sentences()))
		alignment = append(alignment, map[string]any{
			"type": []any{"Alignment"}, "targetType": "CFItem", "targetName": a.Title, "targetCode": a.Code, "targetUrl": s.Item(a.Code),
			"targetFramework": f.Title + ", version " + f.Version,
		})
		done := a.Standing()
		evidence = append(evidence, map[string]any{
			"id": "urn:sha256:" + done.Leaf, "type": []any{"Evidence"}, "name": a.Code + " " + a.Title,
			"description": fmt.Sprintf("Signed off at %s on %s, on %d pieces of evidence. The decision's leaf in the ledger is the SHA-256 %s.",
				levelTitle(f, done.Level), countersign.LondonDate(done.SignedAt).Long(), len(done.Evidence), done.Leaf),
		})
	}
	hash := sha256.Sum256([]byte(s.Email + s.Salt))
	status := StatusAddress(s.Site, b.List)
	document := map[string]any{
		"@context": []any{vcContext, obContext},
		"id":       "urn:uuid:" + string(b.ID),
		"type":     []any{"VerifiableCredential", "OpenBadgeCredential"},
		"name":     title,
		"issuer": map[string]any{
			"id": Issuer(signer.PublicKey()), "type": []any{"Profile"}, "name": signer.PublicKey().Name, "url": s.Site,
		},
		"validFrom": b.IssuedAt.UTC().Format(time.RFC3339),
		"credentialSubject": map[string]any{
			"id": "urn:uuid:" + string(s.Apprenticeship.Apprentice), "type": []any{"AchievementSubject"},
			"identifier": []any{map[string]any{
				"type": "IdentityObject", "identityType": "emailAddress", "hashed": true, "salt": s.Salt, "identityHash": "sha256$" + hex.EncodeToString(hash[:]),
			}},
			"achievement": map[string]any{
				"id": achievementID(f, b.Domain), "type": []any{"Achievement"}, "achievementType": "Competency", "name": title, "description": what,
				"criteria": map[string]any{"narrative": narrative.String()}, "alignment": alignment,
				"image": map[string]any{"id": "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(drawing(title, f.Title, nil)), "type": "Image", "caption": title},
			},
		},
		"credentialStatus": map[string]any{
			"id": fmt.Sprintf("%s#%d", status, b.Place), "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
			"statusListIndex": fmt.Sprint(b.Place), "statusListCredential": status,
		},
		"evidence": evidence,
	}
	if !b.ValidUntil.IsZero() {
		document["validUntil"] = b.ValidUntil.AddDays(1).Start().UTC().Format(time.RFC3339)
	}
	return sign(document, signer, b.IssuedAt)
}

// achievementID is the same for the same achievement on every installation.
func achievementID(f countersign.Framework, domain string) string {
	id := "urn:countersign:achievement:" + f.ID + ":" + f.Version
	if domain != "" {
		id += ":" + domain
	}
	return id
}

func levelTitle(f countersign.Framework, code string) string {
	if t := f.Scale.Level(code).Title; t != "" {
		return t
	}
	return code
}

// Places is how many badges a list of revocations holds: as few as the
// standard allows, so that one list tells nothing about one badge.
const Places = 131_072

// StatusList returns the signed list of revocations (W3C Bitstring Status List
// 1.0) in which those places are revoked.
func StatusList(site string, list int, revoked []int, signer ledger.Signer, at time.Time) ([]byte, error) {
	bits := make([]byte, Places/8)
	for _, place := range revoked {
		if place >= 0 && place < Places {
			bits[place/8] |= 0x80 >> (place % 8)
		}
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(bits); err != nil {
		return nil, fmt.Errorf("badge: list of revocations: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("badge: list of revocations: %w", err)
	}
	address := StatusAddress(site, list)
	return sign(map[string]any{
		"@context": []any{vcContext}, "id": address, "type": []any{"VerifiableCredential", "BitstringStatusListCredential"},
		"issuer": Issuer(signer.PublicKey()), "validFrom": at.UTC().Format(time.RFC3339),
		"credentialSubject": map[string]any{
			"id": address + "#list", "type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": "u" + base64.RawURLEncoding.EncodeToString(packed.Bytes()),
		},
	}, signer, at)
}
