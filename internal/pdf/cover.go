package pdf

import (
	"fmt"
	"strings"

	"countersign/internal/countersign"
)

// cover draws the first page: whose portfolio this is, on which programme,
// where and with whom, and when it was taken from the record.
func (b *build) cover() {
	b.section = ""
	b.newPage()
	b.coverBand()
	if f := b.Framework; f.Notice != "" || f.Standing == countersign.CommunityDraft {
		b.box(paleGold, yellow, noticeSpans(f)...)
		b.space(6)
	}
	b.coverFacts()
	b.space(5)
	b.paragraph(in(body, "This portfolio shows the record as at "), in(strong, dateTime(b.AsAt)), in(body, "."))
	if b.proof != nil { // before the people, who may be more than the page holds
		b.check(*b.proof)
	}
	b.people()
}

// noticeSpans returns the framework's standing, in bold, and its notice.
func noticeSpans(f countersign.Framework) []span {
	word, rest := standing(f.Standing), f.Notice
	if len(rest) >= len(word) && strings.EqualFold(rest[:len(word)], word) { // it says so itself
		word, rest = rest[:len(word)], rest[len(word):]
	} else {
		word += ". "
	}
	return []span{in(style{bold, 10, ink}, word), in(style{regular, 10, ink}, rest)}
}

func (b *build) coverBand() {
	a, f := b.Apprenticeship, b.Framework
	nameStyle := style{bold, 30, white}
	titleStyle := style{regular, 15, white}
	names := b.wrap(spansIn(nameStyle, a.ApprenticeName), b.w)
	if len(names) > 2 {
		nameStyle.size = 18
		names = b.wrap(spansIn(nameStyle, a.ApprenticeName), b.w)
	}
	title, programme := b.title(0), b.add(para)
	parts := []struct {
		of      *element
		gap     float64
		lines   []line
		leading float64
	}{
		{title, 0, b.wrap(spansIn(style{bold, 13, white}, "Portfolio of"), b.w), style{size: 13}.leading()},
		{title, 5, names, nameStyle.leading() * 0.9},
		{programme, 4, b.wrap(spansIn(titleStyle, f.Title), b.w), titleStyle.leading()},
		{programme, 5, b.wrap(spansIn(style{regular, 9.5, white}, fmt.Sprintf("Framework %s, version %s", f.ID, f.Version)), b.w), body.leading()},
	}
	const top, foot = 22.0, 12.0
	height := top + foot
	for i := range parts {
		if len(parts[i].lines) > 8 { // no name: something that would push the rest off the page
			parts[i].lines = parts[i].lines[:8]
		}
		height += parts[i].gap + float64(len(parts[i].lines))*parts[i].leading
	}
	b.rect(0, 0, pageWidth, height, blue)
	b.rect(0, height, pageWidth, 2.4, darkBlue)
	y := top
	for _, p := range parts {
		y += p.gap
		p.lines[len(p.lines)-1].endWithSpace()
		b.within(p.of, func() {
			for _, l := range p.lines {
				b.drawLine(l, b.x, y, b.w, p.leading)
				y += p.leading
			}
		})
	}
	b.y = height + 12
}

func (b *build) coverFacts() {
	a := b.Apprenticeship
	b.pair("Started", in(body, a.StartOn.Long()))
	b.pair("Planned end", in(body, a.PlannedEndOn.Long()))
	switch a.State {
	case countersign.CompletedProgramme:
		b.pair("Completed", in(body, a.EndedOn.Long()))
	case countersign.WithdrawnFromProgramme:
		b.pair("Withdrawn", in(body, countersign.FullStops([]string{a.EndedOn.Long(), a.EndReason})))
	}
	for _, o := range b.whereabouts() {
		b.pair(o[0], in(body, o[1]))
	}
	if a.Cohort != "" {
		b.pair("Cohort", in(body, a.Cohort))
	}
	b.pair("Progress", in(strong, b.progressWords()))
}

// progressWords says how much is signed off.
func (b *build) progressWords() string {
	p := b.progress
	return fmt.Sprintf("%d of %s in scope signed off. Core competencies: %d of %d.", p.SignedOff, count(p.InScope, "competency"), p.CoreSignedOff, p.Core)
}

// whereabouts returns the practice and what stands above it, as label and name.
func (b *build) whereabouts() [][2]string {
	var out [][2]string
	for _, o := range b.Places {
		if o.Kind == countersign.National {
			continue
		}
		name := o.Name
		if o.Code != "" {
			name += " (" + o.Code + ")"
		}
		title := o.Kind.Title()
		if title == "" {
			title = string(o.Kind)
		}
		out = append(out, [2]string{title, name})
	}
	if len(out) == 0 {
		a := b.Apprenticeship
		out = append(out, [2]string{"Practice", a.PracticeName}, [2]string{"Training hub", a.HubName})
	}
	return out
}

// people draws everybody who was ever named on the apprenticeship.
func (b *build) people() {
	if len(b.Namings) == 0 {
		return
	}
	b.heading(heading{level: 2, text: "People"})
	rows := make([][]cell, len(b.Namings))
	for i, n := range b.Namings {
		role := roleTitle(n.Role)
		if len(n.Domains) > 0 {
			role += ", for " + strings.Join(b.domainTitles(n.Domains), ", ")
		}
		if n.CoversName != "" {
			role += ", standing in for " + n.CoversName
		}
		rows[i] = []cell{{spans: spansIn(style{bold, 8.5, ink}, n.PersonName)}, cellOf(role), cellOf(n.Period())}
	}
	b.table([]column{{title: "Name", width: 30, names: true}, {title: "Role", width: 38}, {title: "Named", width: 32}}, rows)
}

func (b *build) domainTitles(codes []string) []string {
	out := make([]string, len(codes))
	for i, code := range codes {
		if out[i] = b.Framework.Domain(code).Title; out[i] == "" {
			out[i] = code
		}
	}
	return out
}
