package demo

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/privacy"
)

// loaded returns the texts and the frameworks that the tales are on.
func loaded(t *testing.T) (library, []countersign.Framework) {
	t.Helper()
	l, err := loadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var all []countersign.Framework
	for _, s := range shipped {
		all = append(all, s.Framework)
	}
	return l, all
}

// isGPA reports whether texts were written for the framework.
func isGPA(f countersign.Framework) bool { return strings.HasPrefix(f.ID, "gpa-") }

func TestTextsAreSound(t *testing.T) {
	t.Parallel()
	l, frameworks := loaded(t)
	if len(l.texts) < 60 {
		t.Errorf("there are %d texts, want 60 at least", len(l.texts))
	}
	seen := map[string]bool{}
	emoji := false
	for _, x := range l.texts {
		if seen[x.ID] || x.ID == "" {
			t.Errorf("text %q is there twice or has no name", x.ID)
		}
		seen[x.ID] = true
		if !x.Kind.Valid() || !slices.Contains([]role{gp, mentor, manager, assessor}, x.By) {
			t.Errorf("%s: kind %q, by %q", x.ID, x.Kind, x.By)
		}
		if _, ok := attachments[x.File]; x.File != "" && !ok {
			t.Errorf("%s: there is no file %q", x.ID, x.File)
		}
		if x.Recorded && !x.Kind.Observable() {
			t.Errorf("%s: %s is not something that an observer records", x.ID, x.Kind)
		}
		fields := map[string]bool{}
		for _, d := range countersign.DetailFields(x.Kind) {
			fields[d.Name] = true
			if d.Required && x.Details[d.Name] == "" && x.ID != "quick-capture" {
				t.Errorf("%s: %s is missing", x.ID, d.Name)
			}
		}
		for name := range x.Details {
			if !fields[name] {
				t.Errorf("%s: %s has no field %q", x.ID, x.Kind, name)
			}
		}
		counts := x.ID == "quick-capture"
		for _, f := range frameworks {
			for _, m := range x.maps(f) {
				c, _ := f.Competency(m.Competency)
				if m.Justification == "" {
					t.Errorf("%s: %s has no justification", x.ID, m.Competency)
				}
				if x.By == manager && !f.MayAssess(countersign.ManagerOfPractice, c.Domain) {
					t.Errorf("%s: a practice manager can't review %s", x.ID, m.Competency)
				}
				if x.By == assessor && c.Domain != "CLINICAL" {
					t.Errorf("%s: the clinical assessor can't review %s", x.ID, m.Competency)
				}
				counts = counts || slices.Contains(c.Evidence, x.Kind)
			}
		}
		if !counts {
			t.Errorf("%s counts for nothing", x.ID)
		}
		for _, r := range x.Reflection {
			emoji = emoji || r > 0x1F000
		}
	}
	if !emoji {
		t.Error("no reflection has an emoji")
	}
}

// Whatever chance fills the blanks with, every text can be kept, and nothing
// in it looks like a patient's identifier.
func TestTextsSpeakWell(t *testing.T) {
	t.Parallel()
	l, frameworks := loaded(t)
	texts := slices.Clone(l.texts)
	for _, f := range frameworks {
		if !isGPA(f) {
			texts = append(texts, l.about(f)...)
		}
	}
	for seed := range int64(20) {
		say := speaker{draws(seed), map[string]string{"period": "3 to 28 November 2025", "until": "3 November 2026"}}.say
		for _, x := range texts {
			all := []string{x.Title, x.Narrative, x.Reflection, x.Entries}
			for _, d := range countersign.DetailFields(x.Kind) {
				all = append(all, x.Details[d.Name])
			}
			for _, text := range all {
				said := say(text)
				if strings.ContainsAny(said, "{}|=") || !utf8.ValidString(said) {
					t.Errorf("%s says %q", x.ID, said)
				}
				if err := privacy.Check("text", said); err != nil {
					t.Errorf("%s: %v", x.ID, err)
				}
			}
		}
	}
}

// The texts are enough to meet the requirement of every competency of all
// frameworks, all optional ones in scope.
func TestTextsAreEnough(t *testing.T) {
	t.Parallel()
	l, frameworks := loaded(t)
	for _, f := range frameworks {
		texts := l.texts
		if !isGPA(f) {
			texts = l.about(f)
		}
		s := &story{
			world: &world{library: l, today: countersign.On(2026, 3, 2), latest: moment(countersign.On(2026, 2, 27), 1000)},
			tale:  tale{lag: 5}, rng: draws(1), fw: f, start: countersign.On(2025, 6, 1),
			who: map[role]string{gp: "gp", mentor: "mentor", manager: "manager"}, texts: texts,
			used: map[*text]bool{}, kept: map[string]bool{},
		}
		s.limit = s.latest
		for _, c := range f.Competencies() {
			s.scope = append(s.scope, c.Code)
		}
		for i, code := range s.scope {
			if err := s.gather(code, s.scope[i+1:], 0.5); err != nil {
				t.Errorf("%s: %v", f.ID, err)
			}
		}
		if met := s.met(); len(met) != len(s.scope) {
			t.Errorf("%s: %d of %d requirements are met", f.ID, len(met), len(s.scope))
		}
	}
}

func TestEveryFrameworkCompetencyHasAPlaceInTheOrder(t *testing.T) {
	t.Parallel()
	_, frameworks := loaded(t)
	for _, f := range slices.DeleteFunc(frameworks, func(f countersign.Framework) bool { return !isGPA(f) }) {
		for _, c := range f.Competencies() {
			if !slices.Contains(order, strings.TrimPrefix(c.Code, codeStart)) {
				t.Errorf("%s: %s is not in the learning order", f.ID, c.Code)
			}
		}
	}
}

func TestEmailAddressesArePlain(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Asha Patel":            "apprentice@demo.example",
		"Dr Joost van der Berg": "joost.van.der.berg@demo.example",
		"Caoimhe O'Brien":       "caoimhe.obrien@demo.example",
		"Nguyễn Thị Mai":        "nguyen.thi.mai@demo.example",
		"Łucja Zając":           "lucja.zajac@demo.example",
		"Ellie-Mae Harrison":    "ellie-mae.harrison@demo.example",
		"Jürgen Weiß":           "jurgen.weiss@demo.example",
		"Ayşe Yılmaz":           "ayse.yilmaz@demo.example",
	} {
		if got := email(name); got != want {
			t.Errorf("email(%q) = %q, want %q", name, got, want)
		}
	}
}
