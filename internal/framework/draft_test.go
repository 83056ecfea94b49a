package framework_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

func drafts(t *testing.T) []framework.File {
	t.Helper()
	shipped, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var out []framework.File
	for _, s := range shipped {
		doc, err := framework.Open(s.Data)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, doc.Copy(doc.ID, "9.0.0", ""))
	}
	return out
}

func combined(t *testing.T) framework.File {
	t.Helper()
	for _, d := range drafts(t) {
		if d.ID == "gpa-combined" {
			return d
		}
	}
	t.Fatal("gpa-combined isn't shipped")
	return framework.File{}
}

// A draft that was never touched is released as what it was copied from.
func TestAReleasedDraftIsTheIdenticalFramework(t *testing.T) {
	t.Parallel()
	for _, doc := range drafts(t) {
		again, err := framework.Decode(doc.JSON())
		if err != nil || len(again.Problems()) > 0 {
			t.Fatalf("%s: %v %v", doc.ID, err, again.Problems())
		}
		f, text, err := again.Release()
		if err != nil {
			t.Fatal(err)
		}
		want := doc.Framework()
		want.Status, want.SHA256 = countersign.FrameworkPublished, framework.Checksum(text)
		if diff := cmp.Diff(want, f); diff != "" {
			t.Errorf("%s changed on its way:\n%s", doc.ID, diff)
		}
		reread, err := framework.Parse(f.ID+"/"+f.Version+".yaml", text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(f, reread); diff != "" {
			t.Errorf("%s reads back as something else:\n%s", doc.ID, diff)
		}
	}
}

// refused returns the messages by field, and fails unless err is Invalid.
func refused(t *testing.T, err error) map[string]string {
	t.Helper()
	var e *countersign.Error
	if !errors.As(err, &e) || e.Kind != countersign.Invalid {
		t.Fatalf("%v isn't refused as invalid", err)
	}
	out := map[string]string{}
	for _, f := range e.Fields {
		out[f.Field] = f.Message
	}
	return out
}

// The same mistake is refused by a page, in its field, and by a file, with the
// same words.
func TestThePagesAndAFileRefuseTheSameWithTheSameWords(t *testing.T) {
	t.Parallel()
	doc := combined(t)
	const part = "domains.1.competencies.2"
	other := doc.Domains[0].Competencies[0].Code
	for key, texts := range map[string][]string{
		"code": {"not a code"}, "title": {""}, "statement": {strings.Repeat("x", 1001)}, "threshold": {"17"}, "evidence": {"hearsay"},
		"requires.pieces": {"many"}, "requires.observed": {"-1"}, "requires.kinds": {"audit | certificate", "questioning"}, "requires.assessors": {"21"},
		"renew_months": {"1.5"}, "equivalent_to": {"nowhere"}, "replaces": {doc.Domains[1].Competencies[2].Code}, "guidance": {strings.Repeat("y", 4001)},
		"requires.within_months": {"999"}, "source": {"two\nlines"},
	} {
		_, err := doc.Set(part, framework.Values{key: texts})
		if err == nil {
			t.Fatalf("%s = %q is taken", key, texts)
		}
		page := refused(t, err)[key]
		var tree map[string]any
		if err := json.Unmarshal(doc.JSON(), &tree); err != nil {
			t.Fatal(err)
		}
		into := tree["domains"].([]any)[1].(map[string]any)["competencies"].([]any)[2].(map[string]any)
		last := key
		if group, inner, nested := strings.Cut(key, "."); nested {
			into, last = into[group].(map[string]any), inner
		}
		switch key {
		case "requires.kinds":
			into[last] = []any{[]any{"audit", "certificate"}, "questioning"}
		case "requires.observed", "requires.assessors", "renew_months", "requires.within_months":
			into[last] = json.Number(texts[0])
		case "evidence", "equivalent_to", "replaces":
			into[last] = texts
		default:
			into[last] = texts[0]
		}
		text, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		_, err = framework.Parse("", text)
		var file *framework.Error
		if !errors.As(err, &file) {
			t.Errorf("%s: the file is read: %v", key, err)
			continue
		}
		if message := strings.TrimSuffix(file.Problems[0].Message, ", without quotes"); !strings.EqualFold(message, page) {
			t.Errorf("%s: the page says %q, the file %q", key, page, message)
		}
	}
	_, err := doc.Set(part, framework.Values{"code": {strings.ToLower(other)}})
	if got := refused(t, err)["code"]; !strings.HasSuffix(got, "is already used") {
		t.Errorf("a code that is used twice: %q", got)
	}
}

func TestWhatPointsToACodeFollowsIt(t *testing.T) {
	t.Parallel()
	doc := combined(t)
	duties := func(d framework.File, code string) (n int) {
		for _, duty := range d.Role.Duties {
			if slices.Contains(duty.Competencies, code) {
				n++
			}
		}
		return n
	}
	old := doc.Role.Duties[0].Competencies[0]
	part := ""
	for i, d := range doc.Domains {
		for j, c := range d.Competencies {
			if c.Code == old {
				part = fmt.Sprintf("domains.%d.competencies.%d", i, j)
			}
		}
	}
	n := duties(doc, old)
	renamed, err := doc.Set(part, framework.Values{"code": {"NEW-1"}})
	if err != nil {
		t.Fatal(err)
	}
	if duties(renamed, old) != 0 || duties(renamed, "NEW-1") != n {
		t.Errorf("the duties name %s %d times and the new code %d times, want 0 and %d", old, duties(renamed, old), duties(renamed, "NEW-1"), n)
	}
	gone, err := doc.Remove(part)
	if err != nil {
		t.Fatal(err)
	}
	if duties(gone, old) != 0 || len(gone.Framework().Competencies()) != len(doc.Framework().Competencies())-1 {
		t.Error("a removed competency is still there")
	}
	if problems := renamed.Problems(); len(problems) != 0 {
		t.Errorf("renaming leaves %v", problems)
	}
	for at, d := range doc.Domains {
		if len(doc.Signing.DomainAssess[d.Code]) == 0 {
			continue
		}
		renamed, err := doc.Set(fmt.Sprintf("domains.%d", at), framework.Values{"code": {"NEWDOMAIN"}})
		if err != nil || len(renamed.Signing.DomainAssess["NEWDOMAIN"]) == 0 || len(renamed.Problems()) > 0 {
			t.Errorf("a domain's roles don't follow its code: %v %v", err, renamed.Signing.DomainAssess)
		}
		gone, err := doc.Remove(fmt.Sprintf("domains.%d", at))
		if _, still := gone.Signing.DomainAssess[d.Code]; err != nil || still {
			t.Errorf("a removed domain keeps its roles: %v", err)
		}
	}
}

func TestPartsAreAddedMovedAndRemoved(t *testing.T) {
	t.Parallel()
	doc := combined(t)
	added, err := doc.Add(framework.DomainList, framework.Values{"code": {"EXTRA"}, "title": {"Extra"}})
	if err != nil {
		t.Fatal(err)
	}
	n := len(added.Domains) - 1
	if got := fmt.Sprint(added.Problems()); got != fmt.Sprintf("[{0 0 domains.%d.competencies competencies must not be empty}]", n) {
		t.Errorf("an empty domain has the problems %s", got)
	}
	list := fmt.Sprintf("domains.%d.competencies", n)
	_, err = added.Add(list, framework.Values{"code": {""}, "title": {"A"}, "statement": {"B"}, "evidence": nil, "requires.pieces": {""}, "core": {"true"}})
	if got := slices.Sorted(maps.Keys(refused(t, err))); !slices.Equal(got, []string{"code", "evidence", "requires.pieces"}) {
		t.Errorf("an incomplete competency is refused in %v", got)
	}
	full := framework.Values{
		"code": {"X1"}, "title": {"A"}, "statement": {"B"}, "core": {"false"}, "evidence": {"audit", "observation", "procedure"},
		"requires.pieces": {"2"}, "requires.kinds": {"audit", "observation | procedure"}, "renew_months": {""}, "equivalent_to": nil,
	}
	added, err = added.Add(list, full)
	if err != nil || len(added.Problems()) > 0 {
		t.Fatalf("%v %v", err, added.Problems())
	}
	c := added.Framework().Domains[n].Competencies[0]
	if c.Core || c.Requires.Pieces != 2 || len(c.Requires.Kinds) != 2 || len(c.Requires.Kinds[1]) != 2 || c.RenewMonths != 0 || c.EquivalentTo != nil {
		t.Errorf("added = %+v", c)
	}
	up, err := added.Move(fmt.Sprintf("domains.%d", n), true)
	if err != nil || up.Domains[n-1].Code != "EXTRA" {
		t.Errorf("moved up: %v %v", up.Domains[n-1].Code, err)
	}
	if still, err := added.Move(fmt.Sprintf("domains.%d", n), false); err != nil || still.Domains[n].Code != "EXTRA" {
		t.Errorf("moved beyond the end: %v", err)
	}
	duty, err := added.Add(framework.DutyList, framework.Values{"code": {"D99"}, "text": {"Wash up"}, "competencies": {"X1"}})
	if err != nil {
		t.Fatal(err)
	}
	if last := duty.Role.Duties[len(duty.Role.Duties)-1]; last.Code != "D99" || !slices.Equal(last.Competencies, []string{"X1"}) {
		t.Errorf("added duty = %+v", last)
	}
	if gone, err := duty.Remove(fmt.Sprintf("role.duties.%d", len(duty.Role.Duties)-1)); err != nil || len(gone.Role.Duties) != len(added.Role.Duties) {
		t.Errorf("removed duty: %v", err)
	}
	for _, part := range []string{"domains.99", "domains.-1", "domains.x", "nowhere", "domains.0.competencies.999", "role.duties", "domains.0.title", "role.duties.1.code.2"} {
		_, removed := doc.Remove(part)
		_, moved := doc.Move(part, true)
		_, set := doc.Set(part+".9", framework.Values{"code": {"A"}})
		_, added := doc.Add(part, framework.Values{"code": {"A"}})
		for _, err := range []error{removed, moved, set, added} {
			if countersign.KindOf(err) != countersign.NotFound && part != "role.duties" {
				t.Errorf("%s: %v, want NotFound", part, err)
			}
		}
	}
}

func TestTheWholeAndTheProgrammeAreSetByKey(t *testing.T) {
	t.Parallel()
	doc := combined(t)
	out, err := doc.Set("", framework.Values{"title": {"Ours"}, "role.reports_to": {""}, "sources": {"s1 | Source | https://a.example/x", "Other | https://b.example"}})
	if err != nil {
		t.Fatal(err)
	}
	if out.Title != "Ours" || out.Role.ReportsTo != "" || len(out.Sources) != 2 || out.Sources[0].ID != "s1" || out.Sources[1].Title != "Other" || out.Role.Purpose != doc.Role.Purpose {
		t.Errorf("set = %+v", out.Sources)
	}
	_, err = doc.Set("", framework.Values{"notice": {""}, "version": {"next"}, "sources": {"only a title"}})
	if got := slices.Sorted(maps.Keys(refused(t, err))); !slices.Equal(got, []string{"notice", "sources", "version"}) {
		t.Errorf("refused in %v", got)
	}
	out, err = doc.Set("programme", framework.Values{"months.min": {"10"}, "months.max": {"20"}, "review_every_months": {""}})
	if err != nil || out.Programme.Months.Min != 10 || out.Programme.ReviewEveryMonths != 0 {
		t.Errorf("programme = %+v, %v", out.Programme, err)
	}
	_, err = doc.Set("programme", framework.Values{"months.min": {"30"}, "months.max": {"20"}})
	if len(refused(t, err)) == 0 {
		t.Error("months the wrong way round are taken")
	}
	_, err = doc.Set("programme", framework.Values{"months.least": {"6"}})
	if _, told := refused(t, err)["months.least"]; !told {
		t.Errorf("a key that there is not: %v", err)
	}
}

func TestACopyIsNeverOfficial(t *testing.T) {
	t.Parallel()
	doc := combined(t)
	doc.Standing, doc.Notice = countersign.Official, ""
	copied := doc.Copy("leeds", "1.0.0", "Leeds")
	if copied.Standing != countersign.CommunityDraft || copied.Notice == "" || copied.Status != countersign.FrameworkDraft || copied.ID != "leeds" || copied.Title != "Leeds" {
		t.Errorf("copy = %+v", copied)
	}
	if doc.Standing != countersign.Official {
		t.Error("copying changed the original")
	}
}

func TestADraftHasTheKeysOfAFile(t *testing.T) {
	t.Parallel()
	doc := combined(t)
	for _, text := range []string{
		strings.Replace(string(doc.JSON()), `"statement"`, `"words"`, 1), strings.Replace(string(doc.JSON()), `"core":true`, `"core":"yes"`, 1), `[]`, `{`, `id: x`,
	} {
		if _, err := framework.Decode([]byte(text)); countersign.KindOf(err) != countersign.Invalid {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	half, err := framework.Decode([]byte(`{"id":"x","domains":[{"code":"A","competencies":[{"requires":{"kinds":["audit",["observation","procedure"]]}}]}]}`))
	if err != nil || len(half.Problems()) < 5 {
		t.Fatalf("half a file: %v %v", err, half.Problems())
	}
	for _, p := range half.Problems() {
		if part, key := framework.PartOf(p.Path); part == "" && key == "" || strings.Contains(p.Message, " on line") {
			t.Errorf("%+v leads nowhere, or speaks of lines", p)
		}
	}
	for path, want := range map[string]string{
		"domains.0.competencies.3.requires.kinds.1.0": "domains.0.competencies.3 requires.kinds", "domains.2.competencies": "domains.2 competencies",
		"role.duties.1.competencies.4": "role.duties.1 competencies", "role.purpose": " role.purpose", "sources.3.url": " sources", "programme.months.min": "programme months.min",
		"signing.assess": " signing.assess",
	} {
		part, key := framework.PartOf(path)
		if got := part + " " + key; got != want {
			t.Errorf("PartOf(%s) = %q, want %q", path, got, want)
		}
	}
}

func TestSettingWhatAPartSaysChangesNothing(t *testing.T) {
	t.Parallel()
	for _, doc := range drafts(t)[:3] {
		parts := []string{""}
		for i := range doc.Domains {
			parts = append(parts, fmt.Sprintf("domains.%d", i), fmt.Sprintf("domains.%d.competencies.0", i))
		}
		parts = append(parts, "programme", "role.duties.1")
		for _, part := range parts {
			values, ok := doc.Values(part)
			if !ok {
				t.Fatalf("there is no part %s", part)
			}
			for key := range values { // lists of groups are parts of their own
				if strings.HasPrefix(key, "signing.") || part == "" && (strings.HasPrefix(key, "programme.") || strings.HasPrefix(key, "scale.")) ||
					part == "programme" && (strings.HasPrefix(key, "award.") || strings.HasPrefix(key, "pace.")) {
					delete(values, key)
				}
			}
			again, err := doc.Set(part, values)
			if err != nil {
				t.Fatalf("%s: %v", part, err)
			}
			if diff := cmp.Diff(doc.Framework(), again.Framework()); diff != "" {
				t.Errorf("%s %s changed:\n%s", doc.ID, part, diff)
			}
		}
		for _, nowhere := range []string{"nowhere", "domains", "domains.99", "domains.0.title", "domains.0.title.x", "domains.x"} {
			if _, ok := doc.Values(nowhere); ok {
				t.Errorf("%s is a part", nowhere)
			}
		}
	}
}
