package view

import (
	"slices"

	"countersign/internal/countersign"
)

// BadgesPage lists the badges of an apprenticeship and those that can be made.
type BadgesPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Today          countersign.Date
	Badges         []countersign.Badge // oldest first
	Open           []OpenBadge
	MayIssue       bool
}

// OpenBadge is a badge that doesn't exist yet.
type OpenBadge struct {
	Domain string // empty for the programme
	Barred string // why it can't be made yet; empty if it can
}

// NewBadgesPage returns the page.
func NewBadgesPage(a countersign.Apprenticeship, f countersign.Framework, today countersign.Date) *BadgesPage {
	p := &BadgesPage{Apprenticeship: a, Framework: f, Today: today}
	p.Title, p.Notice = "Badges of "+a.ApprenticeName, f.Notice
	p.Breadcrumbs = recordCrumbs(a.ID, Link{Text: "Portfolio", Href: apprenticeshipHref(a.ID) + "/portfolio"})
	return p
}

// Template implements Page.
func (*BadgesPage) Template() string { return "portfolio/badges" }

// Action is where a badge is made.
func (p *BadgesPage) Action() string { return apprenticeshipHref(p.Apprenticeship.ID) + "/badges" }

func (p *BadgesPage) title(domain string) string {
	if domain == "" {
		return p.Framework.Title + ", the whole programme"
	}
	return or(p.Framework.Domain(domain).Title, domain)
}

// badgeCard is one badge.
type badgeCard struct {
	Title string
	Tags  Tags
	Facts SummaryList
	Files []Link
}

// Cards show the badges, the newest first.
func (p *BadgesPage) Cards() []badgeCard {
	cards := make([]badgeCard, len(p.Badges))
	for i, b := range p.Badges {
		title := p.title(b.Domain)
		card := badgeCard{Title: title, Facts: SummaryList{Rows: []SummaryRow{
			{Key: "Made", Value: DayTime(b.IssuedAt)}, {Key: "Rests on", Value: Sentence(b.Competencies)},
			{Key: "Framework", Value: b.FrameworkID + ", version " + b.FrameworkVersion},
		}}}
		switch {
		case !b.RevokedAt.IsZero():
			card.Tags = Tags{{Text: "Revoked", Colour: "red"}}
			card.Facts.Rows = append(card.Facts.Rows, SummaryRow{Key: "Revoked", Value: DayTime(b.RevokedAt)})
		case !b.Holds(p.Today):
			card.Tags = Tags{{Text: "Expired", Colour: "grey"}}
		default:
			card.Tags = Tags{{Text: "Valid", Colour: "green"}}
		}
		if !b.ValidUntil.IsZero() {
			card.Facts.Rows = append(card.Facts.Rows, SummaryRow{Key: "Valid until", Value: Date(b.ValidUntil)})
		}
		for _, form := range [][2]string{{"json", "Credential (JSON)"}, {"svg", "Picture (SVG)"}, {"png", "Picture (PNG)"}} {
			card.Files = append(card.Files, Link{Text: form[1], Href: p.Action() + "/" + string(b.ID) + "." + form[0]})
		}
		cards[i] = card
	}
	slices.Reverse(cards)
	return cards
}

// openBadge is a badge that doesn't exist yet, as shown.
type openBadge struct{ Domain, Title, Barred string }

// Make makes it.
func (o openBadge) Make() Button {
	return Button{Text: "Make the badge", Variant: "secondary", Once: true, Label: "Make the badge for " + o.Title}
}

// ToMake are the badges that don't exist yet.
func (p *BadgesPage) ToMake() []openBadge {
	out := make([]openBadge, len(p.Open))
	for i, o := range p.Open {
		out[i] = openBadge{o.Domain, p.title(o.Domain), o.Barred}
	}
	return out
}

func init() {
	addSamples(func() []Sample {
		a, f := sampleApprenticeship(), sampleLearnerFramework()
		some := NewBadgesPage(a, f, countersign.LondonDate(sampleNow))
		domain := f.Domains[0].Code
		for i, b := range []countersign.Badge{{Domain: domain}, {Domain: domain, RevokedAt: sampleNow}, {ValidUntil: some.Today.AddDays(-1)}} {
			b.ID, b.IssuedAt, b.Competencies = countersign.BadgeID("b"+itoa(i)), sampleNow, []string{"GPA-CA1", "GPA-CA2"}
			b.FrameworkID, b.FrameworkVersion = f.ID, f.Version
			some.Badges = append(some.Badges, b)
		}
		some.MayIssue = true
		some.Open = []OpenBadge{{Domain: domain}, {Barred: "The badge for the programme can be made once the programme is completed"}}
		refused := NewBadgesPage(a, f, some.Today)
		refused.MayIssue, refused.Open = true, some.Open
		refused.Fail(countersign.Refuse(countersign.Conflict, "The badge can be made once every core competency is signed off"))
		return []Sample{{"badges", some}, {"badges: none", NewBadgesPage(a, f, some.Today)}, {"badges: refused", refused}}
	})
}
