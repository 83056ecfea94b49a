package web_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

// TestWrongInputComesBackAsTyped puts something wrong into a form that is
// right otherwise. Each answer names what is wrong, keeps what was typed, and
// nothing is saved.
func TestWrongInputComesBackAsTyped(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		for _, tc := range []struct {
			name   string
			change func(*sheet) *sheet
			wants  []string
		}{
			{"a title too long", func(f *sheet) *sheet { return f.with("title", strings.Repeat("ä", 201)) }, []string{"Title must be 200 characters or fewer", `href="#title"`, strings.Repeat("ä", 201)}},
			{"31 February", func(f *sheet) *sheet { return f.date("occurred_on", "31", "2", "2026") }, []string{"This date does not exist", `value="31"`, `href="#occurred_on"`}},
			{"a month in words is fine, a year of two digits not", func(f *sheet) *sheet { return f.date("occurred_on", "1", "march", "26") }, []string{"Enter a date with a day, a month and a year", `value="march"`}},
			{"a day that is none", func(f *sheet) *sheet { return f.date("occurred_on", "first", "", "") }, []string{"Enter a date", `value="first"`}},
			{"tomorrow", func(f *sheet) *sheet { return f.date("occurred_on", "3", "3", "2026") }, []string{"must be today or in the past", `value="3"`}},
			{"before the start", func(f *sheet) *sheet { return f.date("occurred_on", "1", "3", "2025") }, []string{"Mark it as prior learning"}},
			{"a far year", func(f *sheet) *sheet { return f.date("occurred_on", "1", "1", "0026") }, []string{"This date does not exist"}},
			{"an unknown kind", func(f *sheet) *sheet { return f.with("kind", "poem") }, []string{"Select what kind of evidence this is"}},
			{"a competency of another framework", func(f *sheet) *sheet { return f.with("competencies", "MAA-C3") }, []string{"is not a competency of this framework", `href="#competencies"`}},
			{"a justification too long", func(f *sheet) *sheet { return f.with("justification.GPA-CL2", strings.Repeat("x", 2001)) }, []string{"2,000 characters or fewer", `href="#justification.GPA-CL2"`}},
			{"a justification without its competency", func(f *sheet) *sheet { return f.with("justification.GPA-CL7", "I also took blood") }, []string{"GPA-CL7 is not selected. Select it, or clear this box", `href="#justification.GPA-CL7"`, "I also took blood"}},
			{"a detail too long", func(f *sheet) *sheet { return f.with("details.seen", strings.Repeat("x", 2001)) }, []string{"2,000 characters or fewer", `href="#details.seen"`}},
			{"NUL", func(f *sheet) *sheet { return f.with("narrative", "before\x00after") }, []string{"characters that cannot be saved", "before"}},
			{"invalid UTF-8", func(f *sheet) *sheet { return f.with("reflection", "before\xffafter") }, []string{"This text is damaged", "before"}},
			{"a megabyte", func(f *sheet) *sheet { return f.with("narrative", strings.Repeat("word ", 200_000)) }, []string{"20,000 characters or fewer", strings.Repeat("word ", 200)}},
			{"an NHS number", func(f *sheet) *sheet { return f.with("narrative", "He was 943 476 5919 on the list") }, []string{"This looks like an NHS number", "He was 943 476 5919 on the list", `href="#narrative"`}},
			{"an NHS number in a detail", func(f *sheet) *sheet { return f.with("details.setting", "Room of 9434765919") }, []string{"This looks like an NHS number", `href="#details.setting"`}},
			{"an NHS number in a justification", func(f *sheet) *sheet { return f.with("justification.GPA-CA1", "943-476-5919") }, []string{"This looks like an NHS number", `href="#justification.GPA-CA1"`}},
			{"an unknown observer", func(f *sheet) *sheet {
				return f.with("observed_by", "other").with("observed_other", "nobody@example.org")
			}, []string{"Nobody with this email address is known here", `href="#observed_other"`, `value="nobody@example.org"`}},
			{"an observer's address that is none", func(f *sheet) *sheet { return f.with("observed_by", "other").with("observed_other", "nia") }, []string{"correct format", `href="#observed_other"`}},
			{"a named observer that is none", func(f *sheet) *sheet { return f.with("observed_by", "x") }, []string{"correct format", `href="#observed_by"`}},
			{"a damaged key", func(f *sheet) *sheet { return f.with("key", strings.Repeat("k", 101)) }, []string{"This form is damaged"}},
		} {
			t.Run(tc.name, func(t *testing.T) {
				asha := asha.in(t)
				for _, intent := range []string{"save", "submit"} {
					form := tc.change(asha.observation())
					got := form.send(http.StatusUnprocessableEntity, "intent", intent).wants("Error: ", "There is a problem").wants(tc.wants...)
					for _, name := range []string{"title", "narrative", "reflection", "justification.GPA-CL2", "occurred_on.year"} {
						if typed := form.values.Get(name); !strings.ContainsRune(typed, 0) && !strings.Contains(typed, "\xff") {
							got.wants(typed[:min(len(typed), 12)])
						}
					}
				}
			})
		}
		if n := len(s.pieces(t)); n != 0 {
			t.Errorf("%d pieces were saved", n)
		}
	})
}

// TestWhatIsMissingIsToldAtOnce: a draft may hold nothing at all; to submit it
// everything that is missing is named, and the draft is kept.
func TestWhatIsMissingIsToldAtOnce(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		refused := asha.newForm(countersign.Observation).with("narrative", "Only this").send(http.StatusUnprocessableEntity, "intent", "submit")
		refused.wants("Error: ", "Your draft was saved at 9am", "It has not been submitted yet", "Only this",
			"Enter a title", "Enter the date of the activity", "Enter where it happened", "Enter what was seen", "Select at least one competency",
			"Confirm that no patient can be identified", `href="#anonymised"`, `href="#competencies"`, `href="#details.setting"`)
		if e := s.onePiece(t); e.State != countersign.Draft {
			t.Errorf("the piece is %s", e.State)
		}
		// What the form shows goes on with the same piece.
		form := refused.form("/edit").with("title", "Now complete").date("occurred_on", "1", "3", "2026").
			with("details.setting", "Room 1").with("details.seen", "Blood pressure").with("competencies", "GPA-CL2").with("anonymised", "yes")
		form.send(http.StatusOK, "intent", "submit").wants("Submitted for review.", "Now complete")
		s.onePiece(t)

		// A wrong date doesn't hide what else is wrong.
		asha.newForm(countersign.Certificate).date("occurred_on", "31", "2", "2026").send(http.StatusUnprocessableEntity, "intent", "submit").
			wants("This date does not exist", "Enter a title", "Enter who issued the certificate").lacks("Enter the date of the activity")
		s.onePiece(t)
		// Nothing at all makes a draft, too.
		asha.newForm(countersign.Audit).send(http.StatusOK, "intent", "save").wants("Draft saved.", "Untitled piece", "Not given yet")
	})
}

// TestEachKindHasItsForm fills in the form of every kind by its own fields.
func TestEachKindHasItsForm(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		for _, kind := range countersign.EvidenceKinds() {
			t.Run(string(kind), func(t *testing.T) {
				asha := asha.in(t)
				form := asha.newForm(kind).with("title", "A piece").date("occurred_on", "1", "3", "2026").
					with("narrative", "What happened").with("competencies", "GPA-CL2").with("anonymised", "yes")
				form.page.wants(kind.Title())
				for _, d := range countersign.DetailFields(kind) {
					form.page.wants(d.Label)
					form.with("details."+d.Name, "Answer to "+d.Name)
				}
				if kind == countersign.ProcedureLog {
					refused := form.with("entries", "lots").send(http.StatusUnprocessableEntity, "intent", "submit").wants("between 1 and 1,000", `value="lots"`)
					form = refused.form("/evidence").with("entries", "12")
				}
				if kind == countersign.ReflectiveAccount {
					form.page.wants("Questions that help to reflect")
					refused := form.send(http.StatusUnprocessableEntity, "intent", "submit").wants("Enter your reflection")
					form = refused.form("/edit").with("reflection", "I learnt to ask")
				}
				if asked := form.page.hasField("observed_by"); asked != kind.Observable() {
					t.Errorf("the form asks for the observer: %t", asked)
				}
				piece := form.send(http.StatusOK, "intent", "submit").wants("Submitted for review.", kind.Title())
				for _, d := range countersign.DetailFields(kind) {
					piece.wants(d.Label, "Answer to "+d.Name)
				}
			})
		}
	})
}

// TestMarkupIsText: what people type is shown as they typed it.
func TestMarkupIsText(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		const attack = `<script>alert(1)</script><img src=x onerror=alert(1)>`
		asha := s.as(t, s.Apprentice)
		form := asha.observation().with("title", attack).with("narrative", attack).with("details.seen", attack).with("justification.GPA-CL2", attack)
		for _, p := range []*page{
			form.send(http.StatusOK, "intent", "submit"), asha.get(s.path("/evidence"), http.StatusOK), asha.get("/", http.StatusOK),
		} {
			p.wants("&lt;script&gt;alert(1)")
			if bytes.Contains(p.body, []byte("<script>alert")) || bytes.Contains(p.body, []byte("<img src=x")) {
				t.Errorf("%s makes markup of what was typed", p.path)
			}
		}
	})
}
