package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
)

const salt = "000102030405060708090a0b0c0d0e0f"

func hash(char string) string { return strings.Repeat(char, 64) }

// signedOff is Dr Bell's decision about phlebotomy, with text of every sort.
func signedOff() countersign.SignOff {
	return countersign.SignOff{
		ID: "01990000-0000-7000-8000-000000000001", Apprenticeship: "01990000-0000-7000-8000-0000000000a1",
		FrameworkID: "gpa-combined", FrameworkVersion: "2026.1", Competency: "C4.2", TextHash: hash("c"),
		Decision: countersign.Competent, Part: countersign.FirstAssessment, Level: "3", Awaits: countersign.SecondPerson,
		Assessor: "01990000-0000-7000-8000-0000000000b1", AssessorRole: countersign.GPSupervisor,
		AssessorName: "Dr Megan Bell", Registration: "GMC 1234567",
		Comment: "Calm with an anxious patient – well done", Statement: "I have seen Asha Patel take blood & label it <correctly>.",
		Evidence: []countersign.Relied{
			{Evidence: "01990000-0000-7000-8000-0000000000e2", Revision: 2, Hash: hash("2"), Title: "Clinic on Tuesday"},
			{Evidence: "01990000-0000-7000-8000-0000000000e1", Revision: 1, Hash: hash("1"), Title: "First bloods", Counted: true},
		},
		Authentication: "password", SignedAt: time.Date(2026, 8, 3, 10, 30, 0, 123456000, time.FixedZone("BST", 3600)),
		Supersedes: "01990000-0000-7000-8000-000000000000", PreviousLeaf: hash("f"), Salt: salt,
	}
}

func withdrawal() countersign.SignOff {
	return countersign.SignOff{
		ID: "s2", Apprenticeship: "a1", FrameworkID: "gpa-combined", FrameworkVersion: "2026.1", Competency: "C4.2",
		TextHash: hash("c"), Decision: countersign.DecisionWithdrawn, Part: countersign.Withdrawal,
		Assessor: "p2", AssessorRole: countersign.LeadOfHub, AssessorName: "Nguyễn Văn A", Comment: "Signed for the wrong person",
		Authentication: "password", SignedAt: time.Date(2026, 8, 3, 9, 30, 0, 0, time.UTC), Salt: strings.Repeat("f", 32),
	}
}

func revision() countersign.Revision {
	return countersign.Revision{
		Content: countersign.Content{
			Kind: countersign.Observation, Title: "Bloods “under” supervision", OccurredOn: countersign.On(2026, time.July, 28),
			Narrative: "Three goes.\nThe second vein was <better>.\u2028\t€ 𝄞", Reflection: "Ask for help sooner",
			Details: map[string]string{"setting": "Treatment room", "ärger": "none", "𝄞": "x", "\ufb33": "y"}, ObservedBy: "p2", Entries: 3,
			Anonymised: true, PriorLearning: true,
			Mapping: []countersign.Mapping{{Competency: "C4.2", Justification: "All steps"}, {Competency: "C1.1"}},
		},
		Attachments: []countersign.Attachment{{Name: "chart.pdf", SHA256: hash("b"), Size: 2048}, {Name: "a.jpg", SHA256: hash("a")}},
	}
}

func decision(t testing.TB, so countersign.SignOff) ledger.Decision {
	t.Helper()
	d, err := ledger.DecisionOf(so)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func leaf(t testing.TB, d ledger.Decision) (canonical []byte, leaf string) {
	t.Helper()
	canonical, leaf, err := ledger.Leaf(d)
	if err != nil {
		t.Fatal(err)
	}
	return canonical, leaf
}

func revisionHash(t testing.TB, r countersign.Revision) string {
	t.Helper()
	h, err := ledger.RevisionHash(ledger.ContentOf(r))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestVectors fixes the format: a change that makes it fail makes every leaf
// already in a ledger unverifiable. Give the new format a new version instead.
func TestVectors(t *testing.T) {
	t.Parallel()
	type vector struct {
		Name      string `json:"name"`
		Canonical string `json:"canonical,omitempty"`
		Hash      string `json:"hash"`
	}
	var got []vector
	for name, so := range map[string]countersign.SignOff{"decision, all fields": signedOff(), "decision, few fields": withdrawal()} {
		c, l := leaf(t, decision(t, so))
		got = append(got, vector{name, string(c), l})
	}
	got = append(got, vector{Name: "revision, all fields", Hash: revisionHash(t, revision())})
	got = append(got, vector{Name: "revision, few fields", Hash: revisionHash(t, countersign.Revision{Content: countersign.Content{Kind: countersign.Audit}})})
	slices.SortFunc(got, func(a, b vector) int { return strings.Compare(a.Name, b.Name) })

	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var want []vector
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		now, _ := json.MarshalIndent(got, "", "  ")
		t.Errorf("the format has changed (-want +got):\n%s\nnow:\n%s", diff, now)
	}
}

func TestLeafByOtherMeans(t *testing.T) {
	t.Parallel()
	canonical, got := leaf(t, decision(t, signedOff()))
	want := sha256.Sum256(append([]byte{0}, canonical...))
	if got != hex.EncodeToString(want[:]) || got != ledger.LeafOf(canonical) {
		t.Errorf("leaf %s, want the RFC 6962 hash %x", got, want)
	}
	var d ledger.Decision
	if err := json.Unmarshal(canonical, &d); err != nil {
		t.Fatal(err)
	}
	if _, again := leaf(t, d); again != got {
		t.Error("a decision read back has another leaf")
	}
}

func TestNoPersonalTextInTheLog(t *testing.T) {
	t.Parallel()
	so := signedOff()
	canonical, _ := leaf(t, decision(t, so))
	for _, s := range []string{"Megan", "Bell", "1234567", "anxious", "Asha", "bloods", "Clinic", so.Salt, so.Evidence[0].Hash} {
		if bytes.Contains(canonical, []byte(s)) {
			t.Errorf("%q stands in the log: %s", s, canonical)
		}
	}
}

// mutate calls fn with v after each single change that can be made to it.
func mutate(t *testing.T, v reflect.Value, path string, fn func(path string)) {
	t.Helper()
	change := func(to reflect.Value) {
		old := reflect.ValueOf(v.Interface())
		v.Set(to.Convert(v.Type()))
		fn(path)
		v.Set(old)
	}
	switch v.Kind() {
	case reflect.String:
		switch s := v.String(); {
		case len(s) == 64: // stays a hash
			change(reflect.ValueOf(hash("7")))
		case strings.HasSuffix(s, "Z") && len(s) == len("2026-08-03T09:30:00.000000Z"):
			change(reflect.ValueOf("2026-08-03T09:30:00.123457Z"))
		default:
			change(reflect.ValueOf(s + "x"))
		}
	case reflect.Int, reflect.Int64:
		change(reflect.ValueOf(v.Int() + 1))
	case reflect.Bool:
		change(reflect.ValueOf(!v.Bool()))
	case reflect.Struct:
		for i := range v.NumField() {
			mutate(t, v.Field(i), path+"."+v.Type().Field(i).Name, fn)
		}
	case reflect.Slice:
		if v.Len() == 0 {
			t.Fatalf("%s is empty in the sample", path)
		}
		change(v.Slice(1, v.Len()))
		for i := range v.Len() {
			mutate(t, v.Index(i), fmt.Sprintf("%s[%d]", path, i), fn)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			old := v.MapIndex(k)
			v.SetMapIndex(k, reflect.ValueOf(old.String()+"x"))
			fn(path + "." + k.String())
			v.SetMapIndex(k, reflect.Value{})
			fn(path + "." + k.String() + " removed")
			v.SetMapIndex(k, old)
		}
	default:
		t.Fatalf("%s: a %s can't be changed by this test", path, v.Kind())
	}
}

func TestEveryFieldCounts(t *testing.T) {
	t.Parallel()
	d := decision(t, signedOff())
	seen := map[string]string{}
	note := func(path, h string) {
		if before, ok := seen[h]; ok {
			t.Errorf("changing %s gives the same hash as %s", path, before)
		}
		seen[h] = path
	}
	_, l := leaf(t, d)
	note("nothing", l)
	mutate(t, reflect.ValueOf(&d).Elem(), "decision", func(path string) {
		_, l, err := ledger.Leaf(d)
		if path == "decision.V" || path == "decision.Type" {
			if err == nil {
				t.Errorf("%s: another format was hashed as this one", path)
			}
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		note(path, l)
	})
	if len(seen) < 25 {
		t.Errorf("only %d changes were tried", len(seen))
	}

	content := ledger.ContentOf(revision())
	hashed := func(path string) {
		h, err := ledger.RevisionHash(content)
		if path == "revision.V" || path == "revision.Type" {
			if err == nil {
				t.Errorf("%s: another format was hashed as this one", path)
			}
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		note(path, h)
	}
	hashed("no field of the revision")
	mutate(t, reflect.ValueOf(&content).Elem(), "revision", hashed)
}

// Whatever of a sign-off can be changed in the database shows in the leaf;
// only what is derived or worked with later doesn't.
func TestEveryFieldOfASignOffCounts(t *testing.T) {
	t.Parallel()
	so := signedOff()
	_, want := leaf(t, decision(t, so))
	notCovered := []string{"Leaf", "Canonical", "Origin", "Signature", "Evidence[0].Title", "Evidence[1].Title"}
	check := func(path string) {
		d, err := ledger.DecisionOf(so)
		if err != nil {
			return // a broken salt
		}
		_, got := leaf(t, d)
		if covered := !slices.Contains(notCovered, path); covered == (got == want) {
			t.Errorf("%s changed: covered %v, but leaf changed %v", path, covered, got != want)
		}
	}
	v := reflect.ValueOf(&so).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch name {
		case "SignedAt":
			so.SignedAt = so.SignedAt.Add(time.Microsecond)
			check(name)
			so.SignedAt = so.SignedAt.Add(-time.Microsecond)
		case "Salt":
			so.Salt = strings.Repeat("a", 32)
			check(name)
			so.Salt = salt
		default:
			mutate(t, v.Field(i), name, check)
		}
	}
}

func TestOrderIsIrrelevant(t *testing.T) {
	t.Parallel()
	d := decision(t, signedOff())
	_, want := leaf(t, d)
	slices.Reverse(d.Evidence)
	first := d.Evidence[0]
	if _, got := leaf(t, d); got != want {
		t.Error("the order of the evidence changes the leaf")
	}
	if d.Evidence[0] != first {
		t.Error("Leaf changed its argument")
	}

	r := revision()
	wantHash := revisionHash(t, r)
	slices.Reverse(r.Content.Mapping)
	slices.Reverse(r.Attachments)
	if revisionHash(t, r) != wantHash {
		t.Error("the order of mapping or attachments changes the hash")
	}

	// Key order: any order of the members canonicalises to the same bytes.
	canonical, _ := leaf(t, d)
	var members map[string]json.RawMessage
	if err := json.Unmarshal(canonical, &members); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.Permutation(slices.Sorted(maps.Keys(members))).Draw(t, "keys")
		var b bytes.Buffer
		for i, k := range keys {
			fmt.Fprintf(&b, "%c %q : %s\n", "{,"[min(i, 1)], k, members[k])
		}
		b.WriteByte('}')
		got, err := jcs.Transform(b.Bytes())
		if err != nil || !bytes.Equal(got, canonical) {
			t.Fatalf("%v: %s", err, got)
		}
	})
}

// Two different texts never share a hash, whatever characters they have: no
// field runs into the next, and nothing is normalised away.
func TestDifferentTextDifferentHash(t *testing.T) {
	t.Parallel()
	seen := map[string]ledger.RevisionContent{}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 4, -1)
		c := ledger.ContentOf(countersign.Revision{Content: countersign.Content{
			Kind: countersign.Audit, Title: text.Draw(t, "title"), Narrative: text.Draw(t, "narrative"), Reflection: text.Draw(t, "reflection"),
			Details: map[string]string{"k" + text.Draw(t, "key"): text.Draw(t, "value")},
		}})
		h, err := ledger.RevisionHash(c)
		if err != nil {
			t.Fatal(err)
		}
		if before, ok := seen[h]; ok && !reflect.DeepEqual(before, c) {
			t.Fatalf("%+v and %+v share a hash", before, c)
		}
		seen[h] = c
	})
}

func BenchmarkLeaf(b *testing.B) {
	so := signedOff()
	for b.Loop() {
		d, err := ledger.DecisionOf(so)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := ledger.Leaf(d); err != nil {
			b.Fatal(err)
		}
	}
}
