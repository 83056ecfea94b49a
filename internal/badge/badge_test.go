package badge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"image/png"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
)

var at = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const site = "https://training.example.org"

func newSigner(t *testing.T, seed byte) ledger.Signer {
	t.Helper()
	s, err := ledger.NewSigner(bytes.NewReader(bytes.Repeat([]byte{seed}, 64)), "training.example.org")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sample is a badge for a domain with two competencies signed off.
func sample() Statement {
	f := countersign.Framework{
		ID: "gpa", Version: "1.0.0", Title: "General Practice Assistant", Notice: "Community draft.",
		Scale:   countersign.Scale{Levels: []countersign.Level{{Code: "3", Title: "Independent"}}},
		Domains: []countersign.Domain{{Code: "CARE", Title: "Care of <patients> & others"}},
	}
	s := Statement{
		Framework: f, Apprenticeship: countersign.Apprenticeship{ID: "a1", Apprentice: "0198a000-0000-7000-8000-000000000002", ApprenticeName: "Asha Patel"},
		Email: "asha@example.org", Salt: "5a17", Site: site,
		Item:  func(code string) string { return site + "/ims/case/v1p1/CFItems/" + code },
		Badge: countersign.Badge{ID: "0198a000-0000-7000-8000-000000000001", Domain: "CARE", IssuedAt: at, ValidUntil: countersign.On(2027, 11, 22), List: 1, Place: 77_777},
	}
	for _, c := range [][2]string{{"GPA-CA1", "ab"}, {"GPA-CA2", "ad"}} {
		code, leaf := c[0], c[1]
		s.RestsOn = append(s.RestsOn, countersign.Attainment{
			Competency: countersign.Competency{Code: code, Title: "Title of " + code, Domain: "CARE", Core: true, Threshold: "3"}, Scope: countersign.ScopeIn,
			Decisions: []countersign.SignOff{{ID: countersign.SignOffID(code), Decision: countersign.Competent, Part: countersign.FirstAssessment, Level: "3", AssessorRole: countersign.GPSupervisor, SignedAt: at, Leaf: strings.Repeat(leaf, 32)}},
		})
	}
	return s
}

func issue(t *testing.T) map[string]any {
	t.Helper()
	data, err := Credential(sample(), newSigner(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, data)
}

func decoded(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func list(t *testing.T, revoked ...int) map[string]any {
	t.Helper()
	data, err := StatusList(site, 1, revoked, newSigner(t, 1), at)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, data)
}

type verdict struct {
	Verified, Revoked bool
	Error, Status     string
}

// verify asks Digital Bazaar's library, with nothing fetched.
func verify(t *testing.T, badge, revocations map[string]any) verdict {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("this test needs Node.js 20; install it, then run make assets")
	}
	all, err := contexts()
	if err != nil {
		t.Fatal(err)
	}
	in, err := json.Marshal(map[string]any{"contexts": all, "badge": badge, "lists": map[string]any{StatusAddress(site, 1): revocations}})
	if err != nil {
		t.Fatal(err)
	}
	var problems bytes.Buffer
	cmd := exec.Command(node, filepath.Join("..", "..", "templates", "verify-badge.mjs"))
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s\nRun make assets", err, problems.String())
	}
	var v verdict
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAnotherImplementationVerifiesABadge(t *testing.T) {
	t.Parallel()
	if v := verify(t, issue(t), list(t, 1, 77_776, 77_778)); !v.Verified || v.Revoked {
		t.Errorf("%+v", v)
	}
}

func TestABadgeThatIsRevokedIsSeenToBe(t *testing.T) {
	t.Parallel()
	if v := verify(t, issue(t), list(t, 77_777)); !v.Revoked {
		t.Errorf("%+v", v)
	}
}

func TestAListOfRevocationsSignedByNobodyIsRefused(t *testing.T) {
	t.Parallel()
	forged := list(t)
	forged["validFrom"] = "2026-11-22T12:00:01Z"
	if v := verify(t, issue(t), forged); v.Verified {
		t.Errorf("%+v", v)
	}
}

// One changed letter, anywhere in what the badge says, fails the proof.
func TestOneChangedByteFailsTheProof(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(b map[string]any){
		"name":  func(b map[string]any) { b["name"] = "Care of <patients> & otherz" },
		"place": func(b map[string]any) { b["credentialStatus"].(map[string]any)["statusListIndex"] = "77776" },
		"evidence": func(b map[string]any) {
			b["evidence"].([]any)[1].(map[string]any)["id"] = "urn:sha256:" + strings.Repeat("ac", 32)
		},
		"item": func(b map[string]any) {
			achievement := b["credentialSubject"].(map[string]any)["achievement"].(map[string]any)
			achievement["alignment"].([]any)[0].(map[string]any)["targetUrl"] = site + "/ims/case/v1p1/CFItems/GPA-CA3"
		},
	} {
		b := issue(t)
		change(b)
		if v := verify(t, b, list(t)); v.Verified {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// The rules of the Open Badges 3.0 schema that our badges could break, in our
// own words: the schema itself isn't in any package.
func TestABadgeKeepsToTheRulesOfOpenBadges(t *testing.T) {
	t.Parallel()
	b := issue(t)
	first := func(v any) any { return v.([]any)[0] }
	subject := b["credentialSubject"].(map[string]any)
	achievement := subject["achievement"].(map[string]any)
	for what, got := range map[string]bool{
		"the contexts are W3C's and then 1EdTech's": first(b["@context"]) == vcContext && b["@context"].([]any)[1] == obContext,
		"it is a credential and an open badge":      len(b["type"].([]any)) == 2 && b["type"].([]any)[1] == "OpenBadgeCredential",
		"proof is a list":                           first(b["proof"]).(map[string]any)["cryptosuite"] == "eddsa-rdfc-2022",
		"the issuer is a profile":                   first(b["issuer"].(map[string]any)["type"]) == "Profile",
		"the subject has a type":                    first(subject["type"]) == "AchievementSubject",
		"the subject has an id and a hash":          subject["id"] != "" && first(subject["identifier"]).(map[string]any)["type"] == "IdentityObject",
		"the achievement has all that it must":      achievement["id"] != "" && achievement["name"] != "" && achievement["description"] != "" && achievement["criteria"] != nil && first(achievement["type"]) == "Achievement",
		"alignment is to a CASE item":               first(achievement["alignment"]).(map[string]any)["targetType"] == "CFItem",
		"evidence has a type":                       first(first(b["evidence"]).(map[string]any)["type"]) == "Evidence",
		"times have a zone":                         b["validFrom"] == "2026-11-22T12:00:00Z" && b["validUntil"] == "2027-11-23T00:00:00Z",
		"the status has an id and a type":           b["credentialStatus"].(map[string]any)["type"] == "BitstringStatusListEntry",
	} {
		if !got {
			t.Errorf("not so: %s", what)
		}
	}
}

func TestNobodyIsNamedInABadge(t *testing.T) {
	t.Parallel()
	data, err := Credential(sample(), newSigner(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "asha@example.org") || strings.Contains(string(data), "Asha Patel") {
		t.Error("the badge says who it is for")
	}
	sum := sha256.Sum256([]byte("asha@example.org5a17"))
	if !strings.Contains(string(data), "sha256$"+hex.EncodeToString(sum[:])) {
		t.Error("the badge lacks the hash by which its holder shows whose it is")
	}
}

func TestThePicturesCarryTheCredential(t *testing.T) {
	t.Parallel()
	data, err := Credential(sample(), newSigner(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	const title = "Care of <patients> & others, and of everybody else in the practice"
	svg := SVG(title, "GPA", data)
	var drawing struct {
		Credential string `xml:"https://purl.imsglobal.org/ob/v3p0 credential"`
	}
	if err := xml.Unmarshal(svg, &drawing); err != nil || drawing.Credential != string(data) {
		t.Errorf("SVG: %v, %d of %d bytes", err, len(drawing.Credential), len(data))
	}
	picture, err := PNG(title, data)
	if err != nil {
		t.Fatal(err)
	}
	if img, err := png.Decode(bytes.NewReader(picture)); err != nil || img.Bounds().Dx() != side {
		t.Errorf("PNG: %v", err)
	}
	if !bytes.Contains(picture, append([]byte("iTXtopenbadgecredential\x00\x00\x00\x00\x00"), data...)) {
		t.Error("the PNG lacks the credential")
	}
}

func TestAContextThatIsNotOursIsNeverFetched(t *testing.T) {
	t.Parallel()
	if _, err := canonical(map[string]any{"@context": "https://example.org/other", "id": "urn:x:1"}); err == nil {
		t.Error("another context was read")
	}
}
