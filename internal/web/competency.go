package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/view"
)

// showCompetency handles GET /apprenticeships/:id/competencies/:code.
func (h *Handlers) showCompetency(c echo.Context, actor authz.Actor) error {
	known, err := h.svc.Competency(c.Request().Context(), actor, countersign.ApprenticeshipID(c.Param("id")), c.Param("code"))
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, h.competencyPage(actor, known))
}

// competencyPage presents one competency to the actor, with the form that they
// may use.
func (h *Handlers) competencyPage(actor authz.Actor, known service.CompetencyPage) *view.CompetencyPage {
	app := known.Apprenticeship
	page := view.NewCompetencyPage(app, known.Framework, known.Attainment)
	page.Summary, page.Assessment, page.WithdrawnSince = known.Summary, known.Assessment, known.WithdrawnSince
	page.MaySeeEvidence, page.MaySeeDecisions, page.MayWithdraw = known.MaySeeEvidence, known.MaySeeDecision, known.MayWithdraw
	page.Equivalents = equivalentsOf(app, known.Attainment.Code, known.Equivalents)
	page.Own = actor.ID() == app.Apprentice
	if app.IsWorking() && (page.Own || actor.May(authz.RecordEvidence, known.Subject) && known.MayReview) {
		page.AddHref = apprenticeshipPath(app.ID) + "/evidence/new?competency=" + known.Attainment.Code
	}
	if current := known.Attainment.Current(); known.MayConfirm && current != nil {
		page.Confirm = &view.ConfirmForm{Action: "/sign-offs/" + string(current.ID) + "/confirmation"}
	}
	reviewing := 0
	for _, e := range known.Pieces {
		piece := view.CompetencyPiece{Evidence: e, Reviews: known.Reviews[e.ID]}
		if e.State == countersign.Submitted && known.MayReview {
			if err := e.CheckReview(known.Framework, actor.ID(), known.Subject.Capacities(actor), e.Mapping); err != nil {
				piece.MayNotReview = countersign.MessageOf(err) + ". Open the piece to correct what it is evidence for."
			} else {
				piece.Review = &view.PieceReview{Index: reviewing}
				reviewing++
			}
		}
		page.Pieces = append(page.Pieces, piece)
	}
	page.Note = known.MustNotSign
	page.Form = decisionForm(actor, known, reviewing > 0)
	return page
}

// decisionForm returns the form with which the actor may decide or review;
// nil when there is nothing that they may do.
func decisionForm(actor authz.Actor, known service.CompetencyPage, reviewing bool) *view.DecisionForm {
	a := known.Attainment
	f := &view.DecisionForm{
		Action: competencyPath(known.Apprenticeship.ID, a.Code) + "/sign-offs", Version: a.Version, Signer: actor.Name(), Role: known.SigningAs,
		Awaits: known.WouldAwait, Reviewing: reviewing, MaySign: known.MaySign && known.MustNotSign == "",
	}
	if open := a.Open(); open != nil && f.MaySign {
		if f.MaySign = open.Awaits == countersign.SecondPerson || open.Awaits == known.SigningAs; f.MaySign {
			f.Open = open
		}
	}
	if !f.MaySign && !reviewing {
		return nil
	}
	f.Again = known.Summary.Status == countersign.SignedOff && !known.Summary.Expiring && !reviewing
	f.MissingStill = stillMissing(actor, known)
	for _, e := range known.Assessment.Counting {
		f.Relied = append(f.Relied, e.ID)
	}
	for _, n := range known.Subject.Namings {
		may := known.Framework.MayAssess(n.Role, a.Domain) && n.CoversDomain(a.Domain)
		if may && n.Person != actor.ID() && (n.Role == f.Awaits || f.Awaits == countersign.SecondPerson) {
			f.Countersigners = append(f.Countersigners, view.NameAndRole(n))
		}
	}
	return f
}

// stillMissing is what the requirement lacks even if the actor accepts every
// piece that waits for them.
func stillMissing(actor authz.Actor, known service.CompetencyPage) []string {
	a := known.Attainment
	a.Pieces = slices.Clone(a.Pieces)
	caps := known.Subject.Capacities(actor)
	for i, e := range a.Pieces {
		if e.State == countersign.Submitted && e.CheckReview(known.Framework, actor.ID(), caps, e.Mapping) == nil {
			e.State, e.AcceptedBy, e.AcceptedByName = countersign.Accepted, actor.ID(), actor.Name()
			a.Pieces[i] = e
		}
	}
	return a.Assessment().Missing
}

// createSignOff handles POST /apprenticeships/:id/competencies/:code/sign-offs:
// reviews of the waiting pieces and a decision, in one step.
func (h *Handlers) createSignOff(c echo.Context, actor authz.Actor) error {
	typed := decisionOf(c)
	in := typed.in
	ctx := c.Request().Context()
	var summary countersign.Summary
	signer, signing, err := h.signedBy(c, actor)
	in.Signing = signing
	switch {
	case err != nil:
	case typed.decision != view.DecideLater:
		_, summary, err = h.svc.SignOff(ctx, signer, in)
	case in.Comment != "":
		err = countersign.InvalidField("comment", "Select a decision to go with this comment, or remove the comment")
	case len(in.Reviews) == 0:
		return h.inform(c, "You have not decided anything yet.", competencyPath(in.Apprenticeship, in.Competency))
	default:
		row := service.BatchRow{SignOffInput: service.SignOffInput{Apprenticeship: in.Apprenticeship, Reviews: in.Reviews}}
		var results []service.BatchResult
		if results, err = h.svc.DecideBatch(ctx, actor, []service.BatchRow{row}); err == nil {
			err = results[0].Err
		}
	}
	if err != nil {
		return h.decideAgain(c, actor, typed, err)
	}
	message := in.Competency + " " + summary.Title + ": " + view.CompetencyTag(summary.Status).Text + "."
	if typed.decision == view.DecideLater {
		message = view.Count(len(in.Reviews), "review") + " saved."
	} else if summary.Awaits != "" {
		message = "Your decision on " + in.Competency + " " + summary.Title + " is saved. It waits for a countersignature."
	}
	return h.redirectOn(c, actor, message, competencyPath(in.Apprenticeship, in.Competency))
}

// redirectOn is redirect with a link to what waits next for the actor.
func (h *Handlers) redirectOn(c echo.Context, actor authz.Actor, message, to string) error {
	ctx := c.Request().Context()
	items, err := h.svc.Queue(ctx, actor, service.QueueFilter{Limit: 1})
	if err != nil {
		return err
	}
	flash := view.Flash{Text: message}
	for _, item := range items {
		row, err := h.queueRow(ctx, 0, item)
		if err != nil {
			return err
		}
		flash.Links = []view.Link{{Text: "Next in your queue: " + row.Title + ", " + item.ApprenticeName, Href: row.Href}}
	}
	return h.redirectWith(c, flash, to)
}

// typedDecision is the form as it was posted.
type typedDecision struct {
	decision string // of the radios
	in       service.SignOffInput
	reviews  map[countersign.EvidenceID]view.PieceReview
	order    []countersign.EvidenceID // of the reviews, as in the form
}

func decisionOf(c echo.Context) typedDecision {
	f := formOf(c)
	t := typedDecision{decision: f.text("decision"), reviews: map[countersign.EvidenceID]view.PieceReview{}}
	t.in = service.SignOffInput{
		Apprenticeship: countersign.ApprenticeshipID(c.Param("id")), Competency: c.Param("code"), Version: f.number("version"),
		Decision: countersign.Decision(t.decision), Level: f.text("level"), Comment: f.text("comment"),
	}
	for _, id := range f.Values["evidence"] {
		t.in.Evidence = append(t.in.Evidence, countersign.EvidenceID(id))
	}
	for i := range maxReviews {
		name := "reviews." + strconv.Itoa(i) + "."
		id := countersign.EvidenceID(f.text(name + "evidence"))
		if id == "" {
			continue
		}
		r := view.PieceReview{Decision: f.text(name + "decision"), Comment: f.text(name + "comment")}
		t.reviews[id] = r
		t.order = append(t.order, id)
		decision := countersign.ReviewDecision(r.Decision)
		if decision != countersign.AcceptEvidence && decision != countersign.ReturnEvidence && r.Comment == "" {
			continue // a comment without a decision is refused, not lost
		}
		t.in.Reviews = append(t.in.Reviews, service.ReviewInput{Evidence: id, Version: f.number(name + "version"), Decision: decision, Comment: r.Comment})
		if decision == countersign.AcceptEvidence && t.in.Decision == countersign.Competent && !slices.Contains(t.in.Evidence, id) {
			t.in.Evidence = append(t.in.Evidence, id)
		}
	}
	if t.decision == view.DecideCountersign {
		t.in.Decision, t.in.Level = countersign.Competent, f.text("countersigns_level")
		t.in.Countersigns, t.in.Evidence = countersign.SignOffID(f.text("countersigns")), nil
	}
	return t
}

// maxReviews is how many waiting pieces one form carries.
const maxReviews = 100

// decideAgain shows the form again, as typed, on top of what is there now.
func (h *Handlers) decideAgain(c echo.Context, actor authz.Actor, typed typedDecision, err error) error {
	switch countersign.KindOf(err) {
	case countersign.Invalid, countersign.Conflict, countersign.Forbidden:
	default:
		return err
	}
	known, readErr := h.svc.Competency(c.Request().Context(), actor, typed.in.Apprenticeship, typed.in.Competency)
	if readErr != nil {
		return readErr
	}
	page := h.competencyPage(actor, known)
	if page.Form == nil && countersign.KindOf(err) == countersign.Forbidden {
		return err // they could never decide here
	}
	lost := typed.keep(page)
	page.Fail(typed.located(err, page))
	if f := page.Form; f != nil && f.MaySign && f.Decision != "" && countersign.KindOf(err) == countersign.Conflict {
		page.Fail(countersign.InvalidField("decision", "What you entered is kept here. Check it against what has changed, and save again"))
	}
	for _, text := range lost {
		page.Fail(countersign.Refuse(countersign.Invalid, text))
	}
	return h.render(c, statusOf(err), actor, page)
}

// statusOf is the status that a page with that problem has.
func statusOf(err error) int { return problem.Of(err).Status }

// keep puts what was typed back into the form, and returns what has no place
// there any more.
func (t typedDecision) keep(page *view.CompetencyPage) (lost []string) {
	left := map[countersign.EvidenceID]bool{}
	for i := range page.Pieces {
		p := &page.Pieces[i]
		if r, ok := t.reviews[p.ID]; ok && p.Review != nil {
			p.Review.Decision, p.Review.Comment = r.Decision, r.Comment
			left[p.ID] = true
		}
	}
	for _, id := range t.order {
		if r := t.reviews[id]; !left[id] && r.Comment != "" {
			lost = append(lost, "Your comment on a piece that does not wait for you any more was: “"+r.Comment+"”")
		}
	}
	f := page.Form
	if f == nil || !f.MaySign {
		if t.in.Comment != "" {
			lost = append(lost, "Your comment was: “"+t.in.Comment+"”")
		}
		return lost
	}
	f.Decision, f.Level, f.Comment = t.decision, t.in.Level, t.in.Comment
	if t.decision == view.DecideCountersign && f.Open == nil {
		f.Decision = ""
	}
	if t.decision != view.DecideCountersign && len(t.in.Evidence) > 0 {
		f.Relied = t.in.Evidence
	}
	return lost
}

// located gives every problem the name of an input that is on the page. The
// reviews are numbered by the form that comes back, not as they were sent.
func (t typedDecision) located(err error, page *view.CompetencyPage) error {
	fields := problem.Fields(err)
	if len(fields) == 0 {
		return err
	}
	var p countersign.Problems
	for _, f := range fields {
		p.Add(t.locate(f.Field, page), f.Message)
	}
	return p.Err()
}

func (t typedDecision) locate(field string, page *view.CompetencyPage) string {
	if page.Form == nil {
		return ""
	}
	for i, r := range t.in.Reviews {
		rest, ok := strings.CutPrefix(field, "reviews."+strconv.Itoa(i)+".")
		if !ok {
			continue
		}
		for _, p := range page.Pieces {
			if p.ID == r.Evidence && p.Review != nil && (rest == "decision" || rest == "comment") {
				return p.Name(rest)
			}
		}
		return ""
	}
	if strings.HasPrefix(field, "evidence") {
		field = "evidence"
	}
	switch {
	case !page.Form.MaySign:
		return ""
	case field == "evidence" && !page.Acceptable(), field == "evidence" && !page.Possible():
		return "decision"
	case field == "evidence", field == "decision", field == "level", field == "comment":
		return field
	}
	return ""
}
