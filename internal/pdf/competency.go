package pdf

import (
	"fmt"
	"slices"
	"strings"

	"countersign/internal/countersign"
)

// competencies draws each domain with each of its competencies.
func (b *build) competencies() {
	b.begin("Competencies", placeSkills)
	domains := b.sectionsOfCompetencies()
	if len(domains) == 0 {
		b.paragraph(plainText("The framework has no competencies.")...)
	}
	for i, d := range domains {
		if i > 0 {
			b.room(0)
			b.newPage()
		}
		b.as(section, func() { b.domain(d) })
	}
}

func (b *build) domain(d domain) {
	b.heading(heading{level: 2, text: d.Title, place: placeOfDomain(d.Code), outline: d.Title})
	n := tally(d)
	said := fmt.Sprintf("%d of %s in scope signed off", n[countersign.SignedOff], count(inScope(n), "competency"))
	if d.said != "" {
		said = d.said
	}
	b.paragraph(in(small, said))
	for _, a := range d.attainments {
		b.as(section, func() { b.competency(a) })
	}
}

// competency draws where the apprentice stands on one competency, and every
// decision about it.
func (b *build) competency(a countersign.Attainment) {
	b.heading(heading{level: 3, tag: a.Code, text: a.Title, place: placeOfCompetency(a.Code), outline: a.Code + " " + a.Title, rule: true})
	status := a.Status()
	decided := status != countersign.NotApplicable || len(a.Decisions) > 0
	b.keep(110, func() {
		b.statusLine(status, b.statusMore(a, status)...)
		b.space(1.6)
		b.paragraph(plainText(a.Statement)...)
		b.space(1.2)
		b.pair("Part of the framework", in(body, b.coreWord(a)))
		if a.Unconfirmed {
			b.pair(countersign.ToBeConfirmed, in(body, countersign.ToBeConfirmedMeans))
		}
		if decided {
			b.requirement(a)
		}
	})
	b.otherEvidence(a)
	b.withdrawnSince(a)
	for i, so := range a.Decisions {
		same := i > 0 && len(so.Evidence) > 0 && slices.Equal(so.Evidence, a.Decisions[i-1].Evidence)
		b.decision(so, same)
	}
}

// requirement draws what a competency requires, what has been reached and what is
// missing.
func (b *build) requirement(a countersign.Attainment) {
	b.pair("Level needed", in(body, b.levelTitle(a.Threshold)))
	if level := a.Level(); level != "" {
		b.pair("Level reached", in(strong, b.levelTitle(level)))
	}
	b.pair("What it requires", in(body, countersign.FullStops(a.Requires.Sentences())))
	if missing := a.Missing(); len(missing) > 0 {
		b.pair("Still missing", in(strong, countersign.FullStops(missing)))
	}
}

// statusMore returns what belongs to a status: until when it holds, and whose
// signature it waits for.
func (b *build) statusMore(a countersign.Attainment, status countersign.Status) []span {
	switch status {
	case countersign.SignedOff:
		if on := a.ExpiresOn(); !on.IsZero() {
			more := " until " + on.Long()
			if a.Expiring() {
				more += ", to be renewed soon"
			}
			return []span{in(body, more)}
		}
	case countersign.Expired:
		return []span{in(body, " after "+a.ExpiresOn().Long())}
	case countersign.Assessed:
		if open := a.Open(); open != nil && open.Awaits != "" {
			return []span{in(body, " by the "+lowerFirst(roleTitle(open.Awaits)))}
		}
	}
	return nil
}

// lowerFirst lowers the first letter unless it begins an abbreviation, as in
// "GP supervisor".
func lowerFirst(s string) string {
	if len(s) < 2 || s[1] >= 'A' && s[1] <= 'Z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func (b *build) coreWord(a countersign.Attainment) string {
	s := "Core competency"
	if !a.Core {
		s = "Optional competency"
		switch a.Scope {
		case countersign.ScopeIn:
			s += ", agreed for this apprenticeship"
		case countersign.ScopeProposed:
			s += ", proposed and not agreed yet"
		default:
			s += ", not part of this apprenticeship"
		}
	}
	if _, present := b.Framework.Competency(a.Code); !present {
		s = a.PartOfEarlier()
	} else if a.RenewMonths > 0 {
		s += fmt.Sprintf(". To be renewed every %s", count(a.RenewMonths, "month"))
	}
	return s + "."
}

// otherEvidence lists the pieces that are mapped to the competency and that no
// decision relies on, with the reason where one doesn't count.
func (b *build) otherEvidence(a countersign.Attainment) {
	relied := map[countersign.EvidenceID]bool{}
	for _, so := range a.Decisions {
		for _, r := range so.Evidence {
			relied[r.Evidence] = true
		}
	}
	var items [][]span
	for _, e := range a.Pieces {
		p, ok := b.pieces[e.ID]
		if !ok || relied[e.ID] || withheld(e) {
			continue
		}
		item := []span{to(placeOfPiece(e.ID), fmt.Sprintf("Piece %d", p.Number)), in(body, " "+p.Title)}
		if ok, why := e.CountsFor(a.Competency); !ok {
			item = append(item, in(style{regular, 9.5, softInk}, " ("+lowerFirst(why)+")"))
		}
		items = append(items, item)
	}
	if len(items) > 0 {
		b.heading(heading{level: plainTitle, text: "Other evidence"})
		b.list(items)
	}
}

// withdrawnSince says which evidence a standing decision has lost (RULES S6).
func (b *build) withdrawnSince(a countersign.Attainment) {
	gone := a.EvidenceWithdrawnSince()
	if len(gone) == 0 {
		return
	}
	spans := []span{in(strong, "Evidence withdrawn since: ")}
	for i, e := range gone {
		if i > 0 {
			spans = append(spans, in(body, ", "))
		}
		spans = append(spans, b.pieceLink(e.ID), in(body, " on "+dateTime(e.WithdrawnAt)))
	}
	spans = append(spans, in(body, ". The decision stands until the GP supervisor confirms or withdraws it."))
	b.space(2.5)
	b.box(paleGold, yellow, spans...)
}

// pieceLink returns "piece 3" as a link to it.
func (b *build) pieceLink(id countersign.EvidenceID) span {
	if p, ok := b.pieces[id]; ok {
		return to(placeOfPiece(id), fmt.Sprintf("piece %d", p.Number))
	}
	return in(body, "a piece that is not in this portfolio")
}

func decisionColour(so countersign.SignOff) colour {
	switch so.Decision {
	case countersign.Competent:
		return green
	case countersign.NotYetCompetent:
		return red
	}
	return softInk
}

// decision draws one decision as it was made. same says that it rests on the
// same evidence as the one above it.
func (b *build) decision(so countersign.SignOff, same bool) {
	b.space(3.4)
	b.keep(60, func() {
		b.beside(decisionColour(so), 3*body.leading(), func() { b.decided(so, same) })
	})
}

func (b *build) decided(so countersign.SignOff, same bool) {
	title := so.Decision.Title()
	if so.Level != "" {
		title += ": " + b.levelTitle(so.Level)
	}
	if so.Part != countersign.Withdrawal { // the title says it
		b.paragraph(in(strong, title), in(body, " · "+so.Part.Title()))
	} else {
		b.paragraph(in(strong, title))
	}
	signer := " · " + roleTitle(so.AssessorRole)
	if so.Registration != "" {
		signer += " · " + so.Registration
	}
	if where := so.MadeElsewhere(); where != "" {
		signer += " · " + where
	}
	signer += " · " + so.ProvedBy()
	b.paragraph(in(strong, so.AssessorName), in(body, signer))
	b.paragraph(in(small, dateTime(so.SignedAt)+" · leaf "), span{text: so.ShortLeaf(), style: style{mono, 7.2, softInk}, to: placeOfDecision(so.ID)})
	if so.Statement != "" {
		b.space(1.2)
		b.paragraph(in(body, "“"+so.Statement+"”"))
	}
	if so.Comment != "" {
		b.space(1.2)
		b.prose(in(label, "Comment  "), in(body, so.Comment))
	}
	if so.Awaits != "" {
		b.space(1.2)
		b.paragraph(in(body, "Subject to countersignature by the "+lowerFirst(roleTitle(so.Awaits))+"."))
	}
	if same {
		b.space(1.2)
		b.paragraph(in(body, "On the same evidence as the decision above."))
	} else {
		b.relied(so)
	}
}

// relied lists the evidence that a decision rests on.
func (b *build) relied(so countersign.SignOff) {
	if len(so.Evidence) == 0 {
		return
	}
	items := make([][]span, len(so.Evidence))
	for i, r := range so.Evidence {
		p, ok := b.pieces[r.Evidence]
		name := "Piece not in this portfolio"
		if ok {
			name = fmt.Sprintf("Piece %d", p.Number)
		}
		item := []span{to(placeOfPiece(r.Evidence), name), in(body, fmt.Sprintf(", revision %d", r.Revision))}
		if ok && withheld(p.Evidence) {
			item = append(item, in(body, " ("+withheldWord(p.Evidence)+" since)"))
		} else {
			item = append(item, in(body, ": "+r.Title))
		}
		if !r.Counted {
			item = append(item, in(style{regular, 9.5, softInk}, " (listed, does not count)"))
		}
		items[i] = item
	}
	b.heading(heading{level: plainTitle, text: "Evidence relied on"})
	b.list(items)
}
