package view

import (
	"maps"
	"slices"
	"strings"

	"countersign/internal/countersign"
)

// portfolioCompetency is one competency as the portfolio shows it.
type portfolioCompetency struct {
	countersign.Attainment
	page *PortfolioPage
}

// Tag is where the apprentice stands.
func (c portfolioCompetency) Tag() Tag { return CompetencyTag(c.Status()) }

// More is what belongs to the status: until when it holds, whose signature it
// waits for.
func (c portfolioCompetency) More() string {
	switch c.Status() {
	case countersign.SignedOff:
		if on := c.ExpiresOn(); !on.IsZero() {
			more := "until " + Date(on)
			if c.Expiring() {
				more += ", to be renewed soon"
			}
			return more
		}
	case countersign.Expired:
		return "after " + Date(c.ExpiresOn())
	case countersign.Assessed:
		if open := c.Open(); open != nil && open.Awaits != "" {
			return "by " + theRole(open.Awaits)
		}
	}
	return ""
}

// Facts are the requirement and how far it is met.
func (c portfolioCompetency) Facts() SummaryList {
	core := "Core competency"
	if !c.Core {
		core = "Optional competency"
		switch c.Scope {
		case countersign.ScopeIn:
			core += ", agreed for this apprenticeship"
		case countersign.ScopeProposed:
			core += ", proposed and not agreed yet"
		default:
			core += ", not part of this apprenticeship"
		}
	}
	if _, present := c.page.Portfolio.Framework.Competency(c.Code); !present {
		core = c.PartOfEarlier()
	} else if c.RenewMonths > 0 {
		core += ". To be renewed every " + Count(c.RenewMonths, "month")
	}
	rows := []SummaryRow{{Key: "Part of the framework", Value: core + "."}}
	if c.Status() != countersign.NotApplicable || len(c.Decisions) > 0 {
		rows = append(rows, SummaryRow{Key: "Level needed", Value: c.page.level(c.Threshold)})
		if level := c.Level(); level != "" {
			rows = append(rows, SummaryRow{Key: "Level reached", Value: c.page.level(level)})
		}
		rows = append(rows, SummaryRow{Key: "What it requires", Value: countersign.FullStops(c.Requires.Sentences())})
		if missing := c.Missing(); len(missing) > 0 {
			rows = append(rows, SummaryRow{Key: "Still missing", Value: countersign.FullStops(missing)})
		}
	}
	return SummaryList{Rows: rows, Classes: "app-competency-facts"}
}

func (p *PortfolioPage) level(code string) string {
	return or(p.Portfolio.Framework.Scale.Level(code).Title, code)
}

// Others are the pieces that are mapped to it and that no decision relies on,
// with the reason where one doesn't count.
func (c portfolioCompetency) Others() []reliedOn {
	var out []reliedOn
	for _, e := range c.Pieces {
		p, ok := c.page.pieces[e.ID]
		if !ok || withheld(e) || slices.ContainsFunc(c.Decisions, func(so countersign.SignOff) bool { return so.ReliesOn(e.ID) }) {
			continue
		}
		row := reliedOn{Text: "Piece " + Number(p.Number) + " " + p.Title, Href: pieceAnchor(p)}
		if ok, why := e.CountsFor(c.Competency); !ok {
			row.Note = lowerStart(why)
		}
		out = append(out, row)
	}
	return out
}

func pieceAnchor(p countersign.PortfolioPiece) string { return "#piece-" + itoa(p.Number) }

// withheld reports whether the content of a piece is left out.
func withheld(e countersign.Evidence) bool {
	return e.State == countersign.Withdrawn || e.Quarantined
}

// Gone says which evidence a standing decision has lost (RULES S6).
func (c portfolioCompetency) Gone() string {
	gone := c.EvidenceWithdrawnSince()
	if len(gone) == 0 {
		return ""
	}
	parts := make([]string, len(gone))
	for i, e := range gone {
		parts[i] = "a piece that is not in this portfolio"
		if p, ok := c.page.pieces[e.ID]; ok {
			parts[i] = "piece " + Number(p.Number)
		}
		parts[i] += " on " + DayTime(e.WithdrawnAt)
	}
	return "Evidence withdrawn since: " + Sentence(parts) + ". The decision stands until the GP supervisor confirms or withdraws it."
}

// Entries are its decisions, oldest first.
func (c portfolioCompetency) Entries() []decisionEntry {
	return decisionEntries(c.Attainment, c.page.Portfolio.Framework, c.page.relied)
}

func (p *PortfolioPage) relied(r countersign.Relied) reliedOn {
	piece, ok := p.pieces[r.Evidence]
	if !ok {
		return reliedOn{Text: "Piece not in this portfolio, revision " + Number(r.Revision) + ": " + r.Title}
	}
	out := reliedOn{Text: "Piece " + Number(piece.Number) + ", revision " + Number(r.Revision), Href: pieceAnchor(piece)}
	if withheld(piece.Evidence) {
		out.Note = withheldWord(piece.Evidence) + " since"
	} else {
		out.Text += ": " + r.Title
	}
	if !r.Counted {
		out.Note = strings.TrimPrefix(out.Note+", listed, does not count", ", ")
	}
	return out
}

func withheldWord(e countersign.Evidence) string {
	if e.State == countersign.Withdrawn {
		return "withdrawn"
	}
	return "hidden"
}

// portfolioPiece is one piece as the portfolio shows it.
type portfolioPiece struct {
	countersign.PortfolioPiece
	page *PortfolioPage
}

// Evidence is every piece, in the order in which they happened.
func (p *PortfolioPage) Evidence() []portfolioPiece {
	out := make([]portfolioPiece, len(p.Portfolio.Pieces))
	for i, piece := range p.Portfolio.Pieces {
		out[i] = portfolioPiece{piece, p}
	}
	return out
}

// EvidenceCount says how many pieces there are.
func (p *PortfolioPage) EvidenceCount() string {
	if len(p.Portfolio.Pieces) == 0 {
		return "There is no evidence yet."
	}
	return Count(len(p.Portfolio.Pieces), "piece") + " of evidence. Drafts are not part of a portfolio."
}

// ID is the anchor.
func (p portfolioPiece) ID() string { return "piece-" + itoa(p.Number) }

// Heading is the number and the title.
func (p portfolioPiece) Heading() string {
	if withheld(p.PortfolioPiece.Evidence) {
		return Number(p.Number) + " " + capital(withheldWord(p.PortfolioPiece.Evidence))
	}
	return Number(p.Number) + " " + p.Title
}

// Withheld says why the content is left out; empty when it isn't.
func (p portfolioPiece) Withheld() string {
	switch {
	case p.State == countersign.Withdrawn:
		text := "This piece was withdrawn"
		if !p.WithdrawnAt.IsZero() {
			text += " on " + DayTime(p.WithdrawnAt)
		}
		text += ". Its content is left out."
		if p.WithdrawReason != "" {
			text += " Reason: " + p.WithdrawReason
		}
		return text
	case p.Quarantined:
		return "This piece is hidden while a report about it is looked into. Its content is left out."
	}
	return ""
}

// Meta is the kind, the day, the state and the revision.
func (p portfolioPiece) Meta() string {
	return or(p.Kind.Title(), string(p.Kind)) + ", " + Date(p.OccurredOn) + ". " + EvidenceTag(p.State).Text + ", revision " + Number(p.Revision) + "."
}

// Facts are the short things about it, and the answers of the kind's own form.
func (p portfolioPiece) Facts() SummaryList {
	var rows []SummaryRow
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, SummaryRow{Key: key, Value: value})
		}
	}
	if p.Origin != nil {
		add("Used from", originText(*p.Origin))
	}
	if p.RecordedByName != "" {
		add("Recorded by", p.RecordedByName+", for the apprentice")
		add("Read by the apprentice", DayTime(p.ReadAt))
		add("Apprentice’s comment", p.ReadComment)
	}
	add("Observed by", p.ObservedByName)
	add("Submitted", DayTime(p.SubmittedAt))
	if p.State == countersign.Accepted && p.AcceptedByName != "" {
		add("Accepted by", p.AcceptedByName+", "+DayTime(p.DecidedAt))
	}
	if p.PriorLearning {
		add("Prior learning", "It happened before the apprenticeship began.")
	}
	if p.Entries > 0 {
		add("Procedures counted", Number(p.Entries))
	}
	said := map[string]bool{}
	for _, d := range countersign.DetailFields(p.Kind) {
		said[d.Name] = true
		add(d.Label, p.Details[d.Name])
	}
	for _, name := range slices.Sorted(maps.Keys(p.Details)) {
		if !said[name] {
			add(capital(strings.ReplaceAll(name, "_", " ")), p.Details[name])
		}
	}
	return SummaryList{Rows: rows, Classes: "app-competency-facts"}
}

// Mapped are the competencies that it is evidence for, and why.
func (p portfolioPiece) Mapped() []mapped {
	out := mappingOf(p.PortfolioPiece.Evidence, p.page.Portfolio.Framework)
	for i, m := range out {
		for _, a := range p.page.Portfolio.Earlier {
			if a.Code == m.Code {
				out[i].Title, m.Href = a.Title, "#"
			}
		}
		if m.Href != "" {
			out[i].Href = "#" + m.Code
		}
	}
	return out
}

// Judged is the review history, oldest first.
func (p portfolioPiece) Judged() []string {
	out := make([]string, len(p.Reviews))
	for i, r := range p.Reviews {
		verb := "Accepted"
		if r.Decision == countersign.ReturnEvidence {
			verb = "Returned"
		}
		text := verb + ", revision " + Number(r.Revision) + ", by " + r.ReviewerName + ", " + lowerRole(r.Role) + ", " + DayTime(r.At) + "."
		if len(r.Added) > 0 {
			text += " Added " + Sentence(r.Added) + "."
		}
		if len(r.Removed) > 0 {
			text += " Removed " + Sentence(r.Removed) + "."
		}
		if r.Comment != "" {
			text += " “" + r.Comment + "”"
		}
		out[i] = text
	}
	return out
}

// Files are the attachments with their fingerprints.
func (p portfolioPiece) Files() Table {
	t := Table{
		Caption: "Files of piece " + Number(p.Number), CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true, Compact: true,
		Head: []Column{{Text: "Name"}, {Text: "Type"}, {Text: "Size"}, {Text: "SHA-256"}},
	}
	for _, a := range p.Attachments {
		t.Rows = append(t.Rows, []Cell{
			{Text: a.Name, Href: p.page.fileHref(a)}, {Text: a.TypeTitle()}, {Text: FileSize(a.Size)}, {Text: a.SHA256, Classes: "app-reference"},
		})
	}
	return t
}

// Pictures are the attachments that can be shown.
func (p portfolioPiece) Pictures() []attached {
	files := filesOf(p.Attachments)
	for i, a := range p.Attachments {
		if p.page.Packed && files[i].Image != "" {
			files[i].Image = packedHref(a.Rendition.SHA256)
		}
	}
	return slices.DeleteFunc(files, func(a attached) bool { return a.Image == "" })
}

func (p *PortfolioPage) fileHref(a countersign.Attachment) string {
	if p.Packed {
		return packedHref(a.SHA256)
	}
	return attachmentHref(a.ID)
}

// packedHref is where content lies beside the portfolio in a transfer package.
func packedHref(sha256 string) string { return "files/" + sha256 }

// Decided says how many decisions there are.
func (p *PortfolioPage) Decided() string {
	n := len(p.Portfolio.Register())
	if n == 0 {
		return "No competency has been decided yet."
	}
	return Count(n, "decision") + ", oldest first."
}

// Register is every decision in the order in which they were made.
func (p *PortfolioPage) Register() Table {
	t := Table{
		Caption: "Sign-off register", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, Compact: true,
		Head: []Column{{Text: "Date and time"}, {Text: "Competency"}, {Text: "Decision"}, {Text: "Level"}, {Text: "Signer and role"}, {Text: "Leaf"}},
	}
	for _, so := range p.Portfolio.Register() {
		decision := so.Decision.Title()
		if so.Part != countersign.FirstAssessment && so.Part != countersign.Withdrawal {
			decision += ", " + lowerStart(so.Part.Title())
		}
		signer := so.AssessorName + ", " + lowerRole(so.AssessorRole)
		if so.Registration != "" {
			signer += ", " + so.Registration
		}
		if where := so.MadeElsewhere(); where != "" {
			signer += ", " + where
		}
		signer += ", " + so.ProvedBy()
		level := "None"
		if so.Level != "" {
			level = p.level(so.Level)
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: DayTime(so.SignedAt)}, {Text: so.Competency, Href: "#" + so.Competency}, {Text: decision}, {Text: level}, {Text: signer},
			{Text: so.Leaf, Classes: "app-reference"},
		})
	}
	return t
}

// Origin is where the framework comes from.
func (p *PortfolioPage) Origin() SummaryList {
	f := p.Portfolio.Framework
	rows := []SummaryRow{{Key: "Framework", Value: f.Title + " (" + f.ID + ", version " + f.Version + ")"}, {Key: "Standing", Value: p.Standing()}}
	if f.SHA256 != "" {
		rows = append(rows, SummaryRow{Key: "SHA-256 of its file", Value: f.SHA256})
	}
	return SummaryList{Rows: rows}
}

// Sources are the framework's.
func (p *PortfolioPage) Sources() []countersign.Source { return p.Portfolio.Framework.Sources }
