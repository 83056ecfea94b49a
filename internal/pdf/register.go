package pdf

import (
	"fmt"
	"strings"

	"countersign/internal/countersign"
)

// signOffRegister draws every decision in the order in which it was made, with
// its whole leaf.
func (b *build) signOffRegister() {
	b.begin("Sign-off register", placeRegister)
	if len(b.register) == 0 {
		b.paragraph(plainText("No competency has been decided yet.")...)
		return
	}
	b.paragraph(plainText(count(len(b.register), "decision") + ", oldest first.")...)
	b.space(3)
	rows := make([][]cell, len(b.register))
	for i, so := range b.register {
		decision := so.Decision.Title()
		if so.Part != countersign.FirstAssessment && so.Part != countersign.Withdrawal {
			decision += "\n" + so.Part.Title()
		}
		role := roleTitle(so.AssessorRole)
		if so.Registration != "" {
			role += "\n" + so.Registration
		}
		if where := so.MadeElsewhere(); where != "" {
			role += "\n" + where
		}
		role += "\n" + so.ProvedBy()
		level := "–"
		if so.Level != "" {
			level = b.levelTitle(so.Level)
		}
		rows[i] = []cell{
			{spans: spansIn(cellStyle, dateTime(so.SignedAt)), place: placeOfDecision(so.ID)},
			{spans: []span{to(placeOfCompetency(so.Competency), so.Competency).as(cellStyle)}},
			cellOf(decision), cellOf(level),
			{spans: []span{in(style{bold, 8.5, ink}, so.AssessorName), in(cellStyle, "\n"+role)}},
			{spans: []span{hash(so.Leaf)}},
		}
	}
	b.table([]column{
		{title: "Date and time", width: 16}, {title: "Code", width: 11}, {title: "Decision", width: 17},
		{title: "Level", width: 14}, {title: "Signer and role", width: 21}, {title: "Leaf", width: 21},
	}, rows)
}

// maxChanges is how many substitutions the notes list, and of how many
// characters of one script.
const maxChanges = 100

// notes draws where the framework comes from and what this document shows in
// another way than it was written.
func (b *build) notes() {
	f := b.Framework
	b.begin("Sources and notes", placeNotes)
	b.heading(heading{level: 2, text: "The framework"})
	b.pair("Framework", in(body, fmt.Sprintf("%s (%s, version %s)", f.Title, f.ID, f.Version)))
	b.pair("Standing", noticeSpans(f)...)
	if f.SHA256 != "" {
		b.pair("SHA-256 of its file", hash(f.SHA256))
	}
	if len(f.Sources) > 0 {
		b.heading(heading{level: 2, text: "Sources of the framework"})
		items := make([][]span, len(f.Sources))
		for i, s := range f.Sources {
			if s.ID != "" {
				items[i] = append(items[i], in(strong, s.ID+"  "))
			}
			items[i] = append(items[i], in(body, s.Title))
			if s.URL != "" {
				items[i] = append(items[i], in(body, "  "), web(s.URL, s.URL))
			}
		}
		b.list(items)
	}
	b.changedCharacters()
}

// changedCharacters lists what could not be shown as it was written.
func (b *build) changedCharacters() {
	changes := b.texts.changes()
	if len(changes) == 0 {
		return
	}
	b.heading(heading{level: 2, text: "Characters shown in another way"})
	b.paragraph(plainText("This document's font doesn't have these characters. Emoji and symbols are shown by name, letters as " + string(missingGlyph) + ". " +
		"Countersign itself keeps and shows the text as it was written.")...)
	b.space(3)
	var rows [][]cell
	for _, c := range changes[:min(len(changes), maxChanges)] {
		codes := strings.Join(c.codes[:min(len(c.codes), maxChanges)], ", ")
		if more := len(c.codes) - maxChanges; more > 0 {
			codes += " and " + count(more, "other")
		}
		rows = append(rows, []cell{cellOf(c.name), cellOf(codes), cellOf(c.shown)})
	}
	b.table([]column{{title: "Character", width: 30, names: true}, {title: "Code", width: 40}, {title: "Shown as", width: 30}}, rows)
	if more := len(changes) - maxChanges; more > 0 {
		b.space(2)
		b.paragraph(in(small, "And "+count(more, "other character")+"."))
	}
}
