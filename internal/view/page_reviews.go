package view

import (
	"strconv"
	"strings"
	"time"

	"countersign/internal/countersign"
)

// reviewsHref returns the address of an apprenticeship's progress reviews.
func reviewsHref(id countersign.ApprenticeshipID) string {
	return apprenticeshipHref(id) + "/reviews"
}

// ReviewsPage is the progress reviews of an apprenticeship.
type ReviewsPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Reviews        []countersign.ProgressReview
	DueOn          countersign.Date
	Today          countersign.Date
	Every          int // months
	MayPrepare     bool
}

// NewReviewsPage returns the page of an apprenticeship.
func NewReviewsPage(a countersign.Apprenticeship, f countersign.Framework, own bool) *ReviewsPage {
	p := &ReviewsPage{Apprenticeship: a, Every: f.ReviewEveryMonths, Layout: beneathProgramme("Progress reviews", a, own)}
	p.Notice = f.Notice
	return p
}

// beneathProgramme is the layout of a page beneath the programme: "Your
// progress reviews" to the apprentice, "Progress reviews of Asha Patel" to
// others.
func beneathProgramme(what string, a countersign.Apprenticeship, own bool) Layout {
	title, record := what+" of "+a.ApprenticeName, a.ApprenticeName
	if own {
		title, record = "Your "+lowerStart(what), "Your record"
	}
	return Layout{Title: title, Breadcrumbs: []Link{
		{Text: "Home", Href: "/"}, {Text: record, Href: apprenticeshipHref(a.ID)}, {Text: "Programme", Href: programmeHref(a.ID)},
	}}
}

// Template implements Page.
func (*ReviewsPage) Template() string { return "reviews/reviews" }

// Due says when the next one is due.
func (p *ReviewsPage) Due() string {
	if p.DueOn.IsZero() {
		return "No review is due at present."
	}
	verb := "is"
	if p.Overdue() {
		verb = "was"
	}
	due := "The next review " + verb + " due by " + Date(p.DueOn) + ", " + DaysUntil(p.Today, p.DueOn) + ": the last day of the month, " +
		Count(p.Every, "month") + " after the review before or the start. Days on a break don’t count."
	if n := len(p.Reviews); n > 0 && p.Reviews[n-1].State != countersign.ReviewLocked {
		due += " Review " + Number(p.Reviews[n-1].Number) + " counts once all three have signed it."
	}
	return due
}

// Overdue reports whether that day has passed.
func (p *ReviewsPage) Overdue() bool { return !p.DueOn.IsZero() && p.Today.After(p.DueOn) }

// Action is where a review is prepared.
func (p *ReviewsPage) Action() string { return reviewsHref(p.Apprenticeship.ID) }

// Prepare begins the next one.
func (p *ReviewsPage) Prepare() Button {
	return Button{Text: "Prepare review " + Number(len(p.Reviews)+1), Once: true}
}

// Table lists them.
func (p *ReviewsPage) Table() Table {
	t := Table{
		Caption: "Reviews, the first one first", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Review"}, {Text: "Held on"}, {Text: "Where it stands"}, {Text: "Still to sign"}},
	}
	for _, r := range p.Reviews {
		t.Rows = append(t.Rows, []Cell{
			{Text: "Review " + Number(r.Number), Href: reviewsHref(p.Apprenticeship.ID) + "/" + strconv.Itoa(r.Number)},
			{Text: or(Date(r.HeldOn), "Not yet")}, {Body: Blocks{reviewTag(r.State)}}, {Text: or(parties(r.Unsigned()), "Nobody")},
		})
	}
	return t
}

func reviewTag(s countersign.ProgressReviewState) Tag {
	switch s {
	case countersign.ReviewLocked:
		return Tag{Text: "Signed by all", Colour: "green"}
	case countersign.ReviewSigning:
		return Tag{Text: "Being signed", Colour: "yellow"}
	}
	return Tag{Text: "Being written", Colour: "blue"}
}

func parties(all []countersign.ReviewParty) string {
	titles := make([]string, len(all))
	for i, p := range all {
		titles[i] = p.Title()
	}
	return strings.Join(titles, ", ")
}

// ActionForm is an action of a review as typed.
type ActionForm struct {
	Text, Owner string
	Due, Done   DateValue
	From        int // number of the review that agreed it; 0 for a new one
}

// ProgressReviewPage is one progress review.
type ProgressReviewPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework // the version of the review
	Review         countersign.ProgressReview
	SHA256         string
	Party          countersign.ReviewParty
	MayPrepare     bool
	MayWrite       bool
	MaySign        bool
	Held           DateValue         // as typed
	Notes          string            // as typed
	Rated          map[string]string // as typed, by domain
	Actions        []ActionForm      // as typed
	Remark         string            // as typed
}

// NewProgressReviewPage returns the page of a review, as the party sees it.
func NewProgressReviewPage(a countersign.Apprenticeship, f countersign.Framework, r countersign.ProgressReview, party countersign.ReviewParty) *ProgressReviewPage {
	p := &ProgressReviewPage{Apprenticeship: a, Framework: f, Review: r, Party: party, Held: DateValueOf(r.HeldOn), Notes: r.Notes[party], Rated: map[string]string{}}
	p.Title, p.Notice = "Progress review "+Number(r.Number)+" of "+a.ApprenticeName, f.Notice
	p.Breadcrumbs = append(beneathProgramme("Progress reviews", a, party == countersign.ApprenticeParty).Breadcrumbs, Link{Text: "Progress reviews", Href: reviewsHref(a.ID)})
	for _, d := range r.Ratings {
		p.Rated[d.Domain] = d.Apprentice
		if party == countersign.EmployerParty {
			p.Rated[d.Domain] = d.Supervisor
		}
	}
	for _, action := range r.Actions {
		from := action.From
		if from == r.Number {
			from = 0
		}
		p.Actions = append(p.Actions, ActionForm{action.Text, string(action.Owner), DateValueOf(action.DueOn), DateValueOf(action.DoneOn), from})
	}
	return p
}

// Template implements Page.
func (*ProgressReviewPage) Template() string { return "reviews/review" }

// Href is the review's address.
func (p *ProgressReviewPage) Href() string {
	return reviewsHref(p.Apprenticeship.ID) + "/" + strconv.Itoa(p.Review.Number)
}

// Tags say where it stands.
func (p *ProgressReviewPage) Tags() Tags { return Tags{reviewTag(p.Review.State)} }

// Facts are what the record said when the review was prepared.
func (p *ProgressReviewPage) Facts() SummaryList {
	r := p.Review
	rows := []SummaryRow{
		{Key: "Held on", Value: or(Date(r.HeldOn), "Not entered yet")}, {Key: "Due by", Value: or(Date(r.DueOn), "No day")},
		{Key: "About the time since", Value: Date(r.Since)},
		{Key: "Evidence since then", Value: Number(r.Facts.Submitted) + " submitted, " + Number(r.Facts.Accepted) + " accepted"},
		{Key: "Signed off since then", Value: or(strings.Join(r.Facts.SignedOff, ", "), "Nothing")},
		{Key: "Progress", Value: Number(r.Facts.Progress.SignedOff) + " of " + Number(r.Facts.Progress.InScope) + " signed off (core: " + Number(r.Facts.Progress.CoreSignedOff) + " of " + Number(r.Facts.Progress.Core) + ")"},
		{Key: "Planned end", Value: Date(r.Facts.PlannedEndOn)},
	}
	if h := r.Facts.Hours; h != nil {
		rows = append(rows, SummaryRow{Key: "Hours", Value: hoursOf(h.Verified) + " verified, " + hoursOf(h.Expected) + " expected by then, " + hoursOf(h.Minimum) + " asked for in all"})
	}
	return SummaryList{Rows: append(rows, SummaryRow{Key: "Prepared", Value: "On " + Date(countersign.LondonDate(r.PreparedAt)) + " by " + or(r.PreparedByName, "somebody")})}
}

// hoursOf returns minutes as hours and minutes.
func hoursOf(minutes int) string {
	out := Count(minutes/60, "hour")
	if minutes%60 != 0 {
		out += " " + Count(minutes%60, "minute")
	}
	return out
}

// Ratings are both sides' ratings by domain.
func (p *ProgressReviewPage) Ratings() Table {
	t := Table{
		Caption: "How each domain is rated", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Domain"}, {Text: "Apprentice"}, {Text: "Supervisor"}},
	}
	for _, d := range p.Review.Ratings {
		t.Rows = append(t.Rows, []Cell{
			{Text: or(p.Framework.Domain(d.Domain).Title, d.Domain)},
			{Text: or(p.Framework.Scale.LevelOrNone(d.Apprentice), "Not rated yet")}, {Text: or(p.Framework.Scale.LevelOrNone(d.Supervisor), "Not rated yet")},
		})
	}
	return t
}

// NotesRead are the notes of each party.
func (p *ProgressReviewPage) NotesRead() SummaryList {
	var rows []SummaryRow
	for _, party := range countersign.ReviewParties() {
		rows = append(rows, SummaryRow{Key: party.Title(), Value: or(p.Review.Notes[party], "None")})
	}
	return SummaryList{Rows: rows}
}

// ActionsTable lists what was agreed.
func (p *ProgressReviewPage) ActionsTable() Table {
	t := Table{
		Caption: "What was agreed", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Action"}, {Text: "Who"}, {Text: "By"}, {Text: "Done on"}},
	}
	for _, a := range p.Review.Actions {
		text := a.Text
		if a.From < p.Review.Number {
			text += " (from review " + Number(a.From) + ")"
		}
		t.Rows = append(t.Rows, []Cell{{Text: text}, {Text: a.Owner.Title()}, {Text: Date(a.DueOn)}, {Text: or(Date(a.DoneOn), "Not yet")}})
	}
	return t
}

// Signatures lists who has signed.
func (p *ProgressReviewPage) Signatures() Table {
	t := Table{
		Caption: "Signatures", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Party"}, {Text: "Who"}, {Text: "When"}, {Text: "Remark"}},
	}
	for _, s := range p.Review.Signatures {
		t.Rows = append(t.Rows, []Cell{
			{Text: s.Party.Title()}, {Text: or(s.PersonName, "Somebody") + ", " + lowerRole(s.Role)}, {Text: Date(countersign.LondonDate(s.At))}, {Text: or(s.Remark, "None")},
		})
	}
	return t
}

// Waiting says who has still to sign.
func (p *ProgressReviewPage) Waiting() string { return parties(p.Review.Unsigned()) }

// Fields are what the party writes.
func (p *ProgressReviewPage) Fields() Blocks {
	b := Blocks{DateInput{Name: "held_on", Legend: Legend{Text: "Day on which the three of you met"}, Hint: "Today or in the past. You share this field.", Value: p.Held, Error: p.Errors.Of("held_on")}}
	if p.Party != countersign.ProviderParty {
		for _, d := range p.Review.Ratings {
			b = append(b, Select{
				Name: "ratings." + d.Domain, Label: Label{Text: "Your rating: " + or(p.Framework.Domain(d.Domain).Title, d.Domain)}, Value: p.Rated[d.Domain],
				Options: levelOptions(p.Framework.Scale), Error: p.Errors.Of("ratings." + d.Domain),
			})
		}
	}
	return append(b, Textarea{Name: "notes", Label: Label{Text: "Your notes"}, Hint: "How it is going, what is in the way, what has changed. The other two read it.", Value: p.Notes, Rows: 5, Error: p.Errors.Of("notes")})
}

// levelOptions are the ratings to choose from.
func levelOptions(s countersign.Scale) []Option {
	options := []Option{{Text: "Not rated yet"}, {Value: countersign.NoExperience, Text: s.LevelOrNone(countersign.NoExperience)}}
	for _, l := range s.Levels {
		options = append(options, Option{Value: l.Code, Text: l.Title})
	}
	return options
}

// ActionFields are the actions to fill in: those carried over, those agreed,
// and room for two more.
func (p *ProgressReviewPage) ActionFields() []ActionFields {
	var out []ActionFields
	for i := range len(p.Actions) + 2 {
		var a ActionForm
		if i < len(p.Actions) {
			a = p.Actions[i]
		}
		name := "actions." + strconv.Itoa(i) + "."
		f := ActionFields{Number: i + 1}
		if a.From > 0 {
			f.Carried = a.Text + " (" + countersign.ReviewParty(a.Owner).Title() + ", from review " + Number(a.From) + ")"
		} else {
			f.Fields = Blocks{
				Textarea{Name: name + "text", Label: Label{Text: "What is to be done"}, Value: a.Text, Rows: 2, Error: p.Errors.Of(name + "text")},
				Select{Name: name + "owner", Label: Label{Text: "Who does it"}, Value: a.Owner, Error: p.Errors.Of(name + "owner"), Options: []Option{
					{Text: "Select who"}, {Value: string(countersign.ApprenticeParty), Text: countersign.ApprenticeParty.Title()},
					{Value: string(countersign.EmployerParty), Text: countersign.EmployerParty.Title()}, {Value: string(countersign.ProviderParty), Text: countersign.ProviderParty.Title()},
				}},
			}
		}
		f.Fields = append(f.Fields, DateInput{Name: name + "due_on", Legend: Legend{Text: "By when"}, Value: a.Due, Error: p.Errors.Of(name + "due_on")},
			DateInput{Name: name + "done_on", Legend: Legend{Text: "Done on (leave empty until it is)"}, Value: a.Done, Error: p.Errors.Of(name + "done_on")})
		out = append(out, f)
	}
	return out
}

// ActionFields are the inputs of one action; Carried is what was agreed
// earlier.
type ActionFields struct {
	Number  int
	Carried string
	Fields  Blocks
}

// Save keeps what the party wrote.
func (*ProgressReviewPage) Save() Button { return Button{Text: "Save your part", Once: true} }

// Again prepares it from the record as it is now.
func (*ProgressReviewPage) Again() Button {
	return Button{Text: "Prepare again from the record", Variant: "secondary", Once: true}
}

// RemarkField is the signer's own remark.
func (p *ProgressReviewPage) RemarkField() Textarea {
	return Textarea{
		Name: "remark", Label: Label{Text: "Remark (optional)"}, Hint: "Yours alone, beside your signature: for example where you see something differently.",
		Value: p.Remark, Rows: 2, Error: p.Errors.Of("remark"),
	}
}

// Sign signs it.
func (p *ProgressReviewPage) Sign() Button {
	return Button{Text: "Sign for the " + strings.ToLower(p.Party.Title()), Once: true}
}

func sampleReview() countersign.ProgressReview {
	return countersign.ProgressReview{
		Number: 2, State: countersign.ReviewPrepared, Since: countersign.On(2025, 11, 20), DueOn: countersign.On(2026, 2, 28), HeldOn: countersign.On(2026, 2, 20),
		Facts: countersign.ReviewFacts{
			Submitted: 5, Accepted: 3, SignedOff: []string{"GPA-CA1"}, Progress: countersign.Progress{SignedOff: 1, InScope: 4, CoreSignedOff: 1, Core: 3}, PlannedEndOn: countersign.On(2026, 10, 1),
			Hours: &countersign.ReviewHours{Minimum: 187 * 60, Expected: 60*60 + 30, Verified: 55 * 60},
		},
		Ratings:    []countersign.DomainRating{{Domain: sampleLearnerFramework().Domains[0].Code, Apprentice: countersign.NoExperience, Supervisor: sampleLearnerFramework().Scale.Levels[0].Code}},
		Notes:      map[countersign.ReviewParty]string{countersign.ApprenticeParty: "I enjoy the clinics", countersign.EmployerParty: "Going well"},
		PreparedAt: time.Date(2026, 2, 18, 9, 0, 0, 0, time.UTC), PreparedByName: "Dr Megan Bell",
		Actions: []countersign.ReviewAction{
			{Text: "Shadow reception for a morning", Owner: countersign.ApprenticeParty, DueOn: countersign.On(2026, 3, 1), From: 1},
			{Text: "Book the phlebotomy course", Owner: countersign.EmployerParty, DueOn: countersign.On(2026, 4, 1), DoneOn: countersign.On(2026, 2, 19), From: 2},
		},
	}
}

func init() {
	addSamples(func() []Sample {
		a, f := sampleApprenticeship(), sampleLearnerFramework()
		f.ReviewEveryMonths = 3
		list := func(due countersign.Date, reviews ...countersign.ProgressReview) *ReviewsPage {
			p := NewReviewsPage(a, f, len(reviews) == 0)
			p.Reviews, p.DueOn, p.Today = reviews, due, countersign.LondonDate(sampleNow)
			return p
		}
		locked, signing := sampleReview(), sampleReview()
		signing.State, locked.State, locked.Number = countersign.ReviewSigning, countersign.ReviewLocked, 1
		for _, party := range countersign.ReviewParties() {
			s := countersign.ReviewSignature{Party: party, PersonName: "Asha Patel", Role: countersign.TheApprentice, Remark: "Agreed", At: sampleNow}
			locked.Signatures = append(locked.Signatures, s)
		}
		signing.Signatures = locked.Signatures[:1]
		none := list(countersign.Date{})
		overdue := list(countersign.LondonDate(sampleNow).AddDays(-3), locked, signing)
		first := list(countersign.LondonDate(sampleNow).AddDays(9))
		first.MayPrepare = true
		page := func(r countersign.ProgressReview, party countersign.ReviewParty) *ProgressReviewPage {
			p := NewProgressReviewPage(a, f, r, party)
			p.SHA256, p.MayWrite, p.MaySign = strings.Repeat("a", 64), r.State == countersign.ReviewPrepared, r.State != countersign.ReviewLocked
			return p
		}
		employer := page(sampleReview(), countersign.EmployerParty)
		employer.MayPrepare = true
		wrong := page(sampleReview(), countersign.ApprenticeParty)
		var problems countersign.Problems
		for _, field := range []string{"held_on", "notes", "ratings." + f.Domains[0].Code, "actions.0.due_on", "actions.1.text", "actions.1.owner", "actions.1.done_on"} {
			problems.Add(field, "Enter something else for "+field)
		}
		wrong.Fail(problems.Err())
		read := page(sampleReview(), "")
		read.MayWrite, read.MaySign = false, false
		return []Sample{
			{"reviews: none", none}, {"reviews: overdue", overdue}, {"reviews: the first is due", first},
			{"review: the employer writes", employer}, {"review: the provider writes", page(sampleReview(), countersign.ProviderParty)}, {"review: refused", wrong},
			{"review: to read", read}, {"review: being signed", page(signing, countersign.ProviderParty)}, {"review: locked", page(locked, countersign.ApprenticeParty)},
		}
	})
}
