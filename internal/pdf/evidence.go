package pdf

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"countersign/internal/countersign"
)

// evidence draws every piece.
func (b *build) evidence() {
	b.begin("Evidence", placeEvidence)
	if len(b.Pieces) == 0 {
		b.paragraph(plainText("There is no evidence yet.")...)
		return
	}
	b.paragraph(plainText(count(len(b.Pieces), "piece") + " of evidence. Drafts are not part of a portfolio.")...)
	for _, p := range b.Pieces {
		b.as(section, func() {
			if withheld(p.Evidence) {
				b.withheldPiece(p)
			} else {
				b.piece(p)
			}
		})
		if b.err != nil {
			return
		}
	}
}

func pieceTitle(p countersign.PortfolioPiece) string {
	if withheld(p.Evidence) {
		return upperFirst(withheldWord(p.Evidence))
	}
	return p.Title
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func withheldWord(e countersign.Evidence) string {
	if e.State == countersign.Withdrawn {
		return "withdrawn"
	}
	return "hidden"
}

func (b *build) pieceHeading(p countersign.PortfolioPiece, soft bool) {
	n := fmt.Sprint(p.Number)
	b.heading(heading{level: 3, tag: n, text: pieceTitle(p), place: placeOfPiece(p.ID), outline: n + " " + pieceTitle(p), soft: soft, rule: true})
}

// withheldPiece draws a piece of which only its going is shown.
func (b *build) withheldPiece(p countersign.PortfolioPiece) {
	b.pieceHeading(p, true)
	if p.State != countersign.Withdrawn {
		b.paragraph(plainText("This piece is hidden while a report about it is looked into. Its content is left out.")...)
		return
	}
	text := "This piece was withdrawn"
	if !p.WithdrawnAt.IsZero() {
		text += " on " + dateTime(p.WithdrawnAt)
	}
	b.paragraph(plainText(text + ". Its content is left out.")...)
	if p.WithdrawReason != "" {
		b.pair("Reason", in(body, p.WithdrawReason))
	}
}

// piece draws a piece with everything that belongs to it.
func (b *build) piece(p countersign.PortfolioPiece) {
	b.pieceHeading(p, false)
	b.keep(90, func() {
		b.paragraph(in(strong, kindTitle(p.Kind)), in(body, " · "+p.OccurredOn.Long()+" · "+stateWord(p.State)+fmt.Sprintf(" · Revision %d", p.Revision)))
		b.space(1)
		b.pieceFacts(p.Evidence)
		b.pieceDetails(p.Content)
	})
	if p.Narrative != "" {
		b.label("What was done")
		b.prose(plainText(p.Narrative)...)
	}
	if p.Reflection != "" {
		b.label("Reflection")
		b.prose(plainText(p.Reflection)...)
	}
	b.mapping(p.Mapping)
	b.reviews(p.Reviews)
	b.attachments(p)
	if p.Hash != "" {
		b.space(2)
		b.paragraph(in(small, "SHA-256 of the revision shown: "), hash(p.Hash))
	}
}

func (b *build) pieceFacts(e countersign.Evidence) {
	if o := e.Origin; o != nil {
		b.pair("Used from", in(body, fmt.Sprintf("Accepted in %s %s for %s by %s on %s (revision %d, SHA-256 ",
			o.FrameworkID, o.FrameworkVersion, o.Competency, o.AcceptedByName, o.AcceptedAt.Format("2 January 2006"), o.Revision)), hash(o.Hash), in(body, ")"))
	}
	if e.RecordedByName != "" {
		b.pair("Recorded by", in(body, e.RecordedByName+", for the apprentice"))
		if !e.ReadAt.IsZero() {
			b.pair("Read by the apprentice", in(body, dateTime(e.ReadAt)))
		}
		if e.ReadComment != "" {
			b.pair("Apprentice's comment", in(body, e.ReadComment))
		}
	}
	if e.ObservedByName != "" {
		b.pair("Observed by", in(body, e.ObservedByName))
	}
	if !e.SubmittedAt.IsZero() {
		b.pair("Submitted", in(body, dateTime(e.SubmittedAt)))
	}
	if e.State == countersign.Accepted && e.AcceptedByName != "" {
		b.pair("Accepted by", in(body, e.AcceptedByName+", "+dateTime(e.DecidedAt)))
	}
	if e.PriorLearning {
		b.pair("Prior learning", in(body, "It happened before the apprenticeship began."))
	}
	if e.Entries > 0 {
		b.pair("Procedures counted", in(body, thousands(e.Entries)))
	}
}

// pieceDetails draws the fields of the kind's own form, and then any that the
// form doesn't have any more.
func (b *build) pieceDetails(c countersign.Content) {
	shown := map[string]bool{}
	for _, f := range countersign.DetailFields(c.Kind) {
		shown[f.Name] = true
		if v := c.Details[f.Name]; v != "" {
			b.pair(f.Label, in(body, v))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Details)) {
		if v := c.Details[name]; v != "" && !shown[name] {
			b.pair(strings.ReplaceAll(name, "_", " "), in(body, v))
		}
	}
}

func (b *build) mapping(mapping []countersign.Mapping) {
	if len(mapping) == 0 {
		return
	}
	b.label("Evidence for")
	items := make([][]span, len(mapping))
	for i, m := range mapping {
		item := []span{to(placeOfCompetency(m.Competency), m.Competency)}
		if c, ok := b.Framework.Competency(m.Competency); ok {
			item = append(item, in(strong, " "+c.Title))
		}
		if m.Justification != "" {
			item = append(item, in(body, "  "+m.Justification))
		}
		items[i] = item
	}
	b.list(items)
}

func (b *build) reviews(reviews []countersign.Review) {
	if len(reviews) == 0 {
		return
	}
	b.label("Review history")
	items := make([][]span, len(reviews))
	for i, r := range reviews {
		verb := string(r.Decision)
		switch r.Decision {
		case countersign.AcceptEvidence:
			verb = "Accepted"
		case countersign.ReturnEvidence:
			verb = "Returned"
		}
		item := []span{
			in(strong, verb), in(body, fmt.Sprintf(", revision %d, by %s, %s, %s.", r.Revision, r.ReviewerName, lowerFirst(roleTitle(r.Role)), dateTime(r.At))),
		}
		if len(r.Added) > 0 {
			item = append(item, in(body, " Added "+strings.Join(r.Added, ", ")+"."))
		}
		if len(r.Removed) > 0 {
			item = append(item, in(body, " Removed "+strings.Join(r.Removed, ", ")+"."))
		}
		if r.Comment != "" {
			item = append(item, in(body, "\n"+r.Comment))
		}
		items[i] = item
	}
	b.list(items)
}

// attachments lists every file, and lays in the pictures.
func (b *build) attachments(p countersign.PortfolioPiece) {
	if len(p.Attachments) == 0 {
		return
	}
	b.label("Files")
	var rows [][]cell
	var figs []figure
	for _, a := range p.Attachments {
		rows = append(rows, []cell{cellOf(a.Name), cellOf(a.TypeTitle()), cellOf(fileSize(a.Size)), {spans: []span{hash(a.SHA256)}}})
		if a.Rendition.SHA256 == "" {
			continue
		}
		f := figure{caption: a.Name}
		pic, err := b.doc.pictures.load(a.Rendition.SHA256)
		if err != nil {
			f.reason = err.Error()
		}
		f.picture = pic
		figs = append(figs, f)
	}
	b.table([]column{{title: "Name", width: 36, names: true}, {title: "Type", width: 15}, {title: "Size", width: 12}, {title: "SHA-256", width: 37}}, rows)
	b.figures(figs)
}

// prose draws what a person wrote. Where letters had to be replaced, a note
// below says so.
func (b *build) prose(spans ...span) {
	missing := false
	for _, s := range spans {
		missing = missing || strings.Count(b.texts.clean(s.text), string(missingGlyph)) > strings.Count(s.text, string(missingGlyph))
	}
	b.paragraph(spans...)
	if missing {
		b.space(0.8)
		b.paragraph(in(small, string(missingGlyph)+" stands for a letter that this document's font doesn't have. See "),
			span{text: "Sources and notes", style: small, to: placeNotes}, in(small, "."))
	}
}
