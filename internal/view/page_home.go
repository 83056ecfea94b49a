package view

// HomePage is the first page after signing in. It answers "what do I do next?"
// once for each of the person's roles. A nil section isn't theirs.
type HomePage struct {
	Layout
	Apprentice []*HomeApprentice // one for each apprenticeship of theirs that goes on
	Past       []HomePast        // their own that have ended
	Assessor   *HomeAssessor
	Verifier   *HomeVerifier
	Practices  []*HomePractice // those they manage
	Decisions  []HomeTask      // about programmes, that wait for a hub lead
	ToRead     []HomeTask      // portfolios from elsewhere to decide about, and framework drafts to review
	Reviews    []HomeTask      // progress reviews that are overdue or due soon
	Hubs       []*HomeHub      // those they lead
	Places     []*HomePlaces   // the regions and countries they lead
	Admin      *HomeAdmin
}

// NewHomePage returns the page of somebody with that name, without sections.
func NewHomePage(name string) *HomePage { return &HomePage{Layout: Layout{Title: "Hello " + name}} }

// Empty reports whether there is nothing for them at all.
func (p *HomePage) Empty() bool {
	return len(p.Apprentice)+len(p.Past)+len(p.Practices)+len(p.Hubs)+len(p.Places)+len(p.ToRead) == 0 && p.Assessor == nil && p.Verifier == nil && p.Admin == nil
}

// homeReviewsShown is how many reviews the page lists before it folds the rest.
const homeReviewsShown = 5

// NextReviews are the first reviews, the most overdue first.
func (p *HomePage) NextReviews() []HomeTask { return p.Reviews[:min(len(p.Reviews), homeReviewsShown)] }

// OtherReviews are the rest.
func (p *HomePage) OtherReviews() []HomeTask {
	return p.Reviews[min(len(p.Reviews), homeReviewsShown):]
}

// OtherReviewsTitle counts them.
func (p *HomePage) OtherReviewsTitle() string { return Count(len(p.OtherReviews()), "more review") }

// Template implements Page.
func (*HomePage) Template() string { return "home/home" }

func init() {
	addSamples(func() []Sample { return []Sample{{"home: nobody yet", NewHomePage("Asha Patel")}} })
}
