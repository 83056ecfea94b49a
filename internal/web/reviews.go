package web

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/pdf"
	"countersign/internal/service"
	"countersign/internal/view"
)

// reviewRoutes are the pages of progress reviews, the skills scan and prior
// learning, and the calendar file.
var reviewRoutes = []route{
	{method: get, path: "/apprenticeships/:id/reviews", access: signedIn, handle: (*Handlers).listReviews},
	{method: post, path: "/apprenticeships/:id/reviews", access: signedIn, handle: (*Handlers).prepareReview},
	{method: get, path: "/apprenticeships/:id/reviews/:number", access: signedIn, handle: (*Handlers).showReview},
	{method: post, path: "/apprenticeships/:id/reviews/:number", access: signedIn, handle: (*Handlers).writeReview},
	{method: post, path: "/apprenticeships/:id/reviews/:number/preparation", access: signedIn, handle: (*Handlers).prepareReviewAgain},
	{method: post, path: "/apprenticeships/:id/reviews/:number/signature", access: signedIn, handle: (*Handlers).signReview},
	{method: get, path: "/apprenticeships/:id/skills-scan", access: signedIn, handle: (*Handlers).showSkillsScan},
	{method: post, path: "/apprenticeships/:id/skills-scan", access: signedIn, handle: (*Handlers).saveSkillsScan},
	{method: get, path: "/apprenticeships/:id/prior-learning", access: signedIn, handle: (*Handlers).listPriorLearning},
	{method: get, path: "/apprenticeships/:id/prior-learning/new", access: signedIn, handle: (*Handlers).newPriorLearning},
	{method: post, path: "/apprenticeships/:id/prior-learning/new", access: signedIn, handle: (*Handlers).claimPriorLearning},
	{method: get, path: "/apprenticeships/:id/prior-learning/:claim/decision", access: signedIn, handle: (*Handlers).newPriorDecision},
	{method: post, path: "/apprenticeships/:id/prior-learning/:claim/decision", access: signedIn, handle: (*Handlers).decidePriorLearning},
	{method: post, path: "/apprenticeships/:id/prior-learning/:claim/withdrawal", access: signedIn, handle: (*Handlers).withdrawPriorLearning},
	{method: get, path: "/calendar.ics", access: signedIn, handle: (*Handlers).downloadCalendar},
}

// listReviews handles GET /apprenticeships/:id/reviews.
func (h *Handlers) listReviews(c echo.Context, actor authz.Actor) error {
	page, err := h.reviewsPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) reviewsPage(c echo.Context, actor authz.Actor) (*view.ReviewsPage, error) {
	l, err := h.svc.ProgressReviews(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return nil, err
	}
	page := view.NewReviewsPage(l.Apprenticeship, l.Framework, actor.ID() == l.Apprenticeship.Apprentice)
	page.Reviews, page.DueOn, page.MayPrepare, page.Today = l.Reviews, l.DueOn, l.MayPrepare, countersign.LondonDate(h.now())
	return page, nil
}

// prepareReview handles POST /apprenticeships/:id/reviews.
func (h *Handlers) prepareReview(c echo.Context, actor authz.Actor) error {
	id := apprenticeshipID(c)
	number, err := h.svc.PrepareReview(c.Request().Context(), actor, id)
	if err == nil {
		return h.redirect(c, "The review is prepared.", reviewPath(id, number))
	}
	page, pageErr := h.reviewsPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	return h.again(c, actor, page, err)
}

func reviewPath(id countersign.ApprenticeshipID, number int) string {
	return apprenticeshipPath(id) + "/reviews/" + strconv.Itoa(number)
}

// reviewNumber is the number that the path names; 0, which no review has, for
// what isn't one.
func reviewNumber(c echo.Context) int {
	n, _ := strconv.Atoi(strings.TrimSuffix(c.Param("number"), ".pdf"))
	return n
}

// showReview handles GET /apprenticeships/:id/reviews/:number, and its PDF at
// the same address with .pdf at its end.
func (h *Handlers) showReview(c echo.Context, actor authz.Actor) error {
	if strings.HasSuffix(c.Param("number"), ".pdf") {
		return h.downloadReview(c, actor)
	}
	page, err := h.reviewPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) reviewPage(c echo.Context, actor authz.Actor) (*view.ProgressReviewPage, error) {
	r, err := h.svc.ProgressReview(c.Request().Context(), actor, apprenticeshipID(c), reviewNumber(c))
	if err != nil {
		return nil, err
	}
	page := view.NewProgressReviewPage(r.Apprenticeship, r.Framework, r.Review, r.Party)
	page.SHA256, page.MayPrepare, page.MayWrite, page.MaySign = r.SHA256, r.MayPrepare, r.MayWrite, r.MaySign
	return page, nil
}

func (h *Handlers) downloadReview(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	r, err := h.svc.ProgressReview(ctx, actor, apprenticeshipID(c), reviewNumber(c))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := pdf.ProgressReview(ctx, &b, r.Apprenticeship, r.Framework, r.Review, r.SHA256); err != nil {
		return err
	}
	name := "Progress review " + strconv.Itoa(r.Review.Number) + " " + r.Apprenticeship.ApprenticeName + ".pdf"
	c.Response().Header().Set(echo.HeaderContentDisposition, attachmentName(name))
	return c.Blob(http.StatusOK, "application/pdf", b.Bytes())
}

// maxActions is how many actions the form is read for: more than a review may
// have, so that too many are refused and not lost.
const maxActions = 25

// actions reads the actions of a review. Rows that are empty are left out.
func (f form) actions(p *countersign.Problems) (in []service.ReviewActionInput, typed []view.ActionForm) {
	for i := range maxActions {
		name := "actions." + strconv.Itoa(i) + "."
		carried := !f.Has(name+"text") && f.Has(name+"due_on.day")
		t := view.ActionForm{Text: f.text(name + "text"), Owner: f.text(name + "owner"), Due: f.dateValue(name + "due_on"), Done: f.dateValue(name + "done_on")}
		if t == (view.ActionForm{}) && !carried {
			continue
		}
		at := countersign.Problems{}
		a := service.ReviewActionInput{Text: t.Text, Owner: countersign.ReviewParty(t.Owner), DueOn: f.date(name+"due_on", &at), DoneOn: f.date(name+"done_on", &at)}
		renumber(p, at, name, "actions."+strconv.Itoa(len(in))+".")
		in, typed = append(in, a), append(typed, t)
	}
	return in, typed
}

// renumber adds problems under the number that a row has once empty ones are
// left out.
func renumber(p *countersign.Problems, found countersign.Problems, from, to string) {
	var moved countersign.Problems
	moved.Merge(found.Err())
	for _, name := range []string{"due_on", "done_on"} {
		if message := messageOf(moved, from+name); message != "" {
			p.Add(to+name, message)
		}
	}
}

// messageOf is what is wrong with that field.
func messageOf(p countersign.Problems, field string) string {
	var layout view.Layout
	layout.Fail(p.Err())
	return layout.Errors.Of(field)
}

// writeReview handles POST /apprenticeships/:id/reviews/:number.
func (h *Handlers) writeReview(c echo.Context, actor authz.Actor) error {
	page, err := h.reviewPage(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	var read countersign.Problems
	in := service.ProgressReviewInput{HeldOn: f.date("held_on", &read), Notes: f.text("notes")}
	var typed []view.ActionForm
	in.Actions, typed = f.actions(&read)
	if page.Party != countersign.ProviderParty {
		in.Ratings = map[string]string{}
		for _, d := range page.Review.Ratings {
			in.Ratings[d.Domain] = f.Get("ratings." + d.Domain)
		}
	}
	if err = read.Err(); err == nil {
		err = h.svc.WriteReview(c.Request().Context(), actor, apprenticeshipID(c), reviewNumber(c), f.number("version"), in)
	}
	if err == nil {
		return h.redirect(c, "Your part is saved.", reviewPath(apprenticeshipID(c), reviewNumber(c)))
	}
	for i := range typed {
		if i < len(page.Actions) && page.Actions[i].From > 0 {
			typed[i].Text, typed[i].Owner, typed[i].From = page.Actions[i].Text, page.Actions[i].Owner, page.Actions[i].From
		}
	}
	page.Held, page.Notes, page.Rated, page.Actions = f.dateValue("held_on"), in.Notes, in.Ratings, typed
	return h.again(c, actor, page, err)
}

// prepareReviewAgain handles POST /apprenticeships/:id/reviews/:number/preparation.
func (h *Handlers) prepareReviewAgain(c echo.Context, actor authz.Actor) error {
	err := h.svc.PrepareReviewAgain(c.Request().Context(), actor, apprenticeshipID(c), reviewNumber(c), formOf(c).number("version"))
	return h.reviewDone(c, actor, "The review shows the record as it is now.", err)
}

// signReview handles POST /apprenticeships/:id/reviews/:number/signature.
func (h *Handlers) signReview(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	err := h.svc.SignReview(c.Request().Context(), actor, apprenticeshipID(c), reviewNumber(c), service.SignReviewInput{SHA256: f.text("content_sha256"), Remark: f.text("remark")})
	return h.reviewDone(c, actor, "You have signed the review.", err)
}

func (h *Handlers) reviewDone(c echo.Context, actor authz.Actor, message string, err error) error {
	if err == nil {
		return h.redirect(c, message, reviewPath(apprenticeshipID(c), reviewNumber(c)))
	}
	page, pageErr := h.reviewPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	page.Remark = formOf(c).text("remark")
	var p countersign.Problems
	p.Merge(err)
	if countersign.KindOf(err) == countersign.Invalid && messageOf(p, "remark") == "" { // no field of this form could be mended
		err = countersign.Refuse(countersign.Invalid, countersign.MessageOf(err))
	}
	return h.again(c, actor, page, err)
}

// homeReviewsShown is how many reviews that are due a home names.
const homeReviewsShown = 20

// homeReviews adds the progress reviews that are overdue or due soon.
func (h *Handlers) homeReviews(ctx context.Context, actor authz.Actor, page *view.HomePage) error {
	due, err := h.svc.ReviewsDue(ctx, actor)
	today := countersign.LondonDate(h.now())
	for i, d := range due {
		if i == homeReviewsShown {
			page.Reviews = append(page.Reviews, view.HomeTask{Text: "More reviews are due", Href: "/calendar.ics", Link: "Download all of them", For: "as a calendar file"})
			break
		}
		task := view.HomeTask{Href: apprenticeshipPath(d.Apprenticeship) + "/reviews", Link: "Look at the reviews", For: "of " + d.ApprenticeName}
		if d.Prepared > 0 {
			task.Href, task.Link = reviewPath(d.Apprenticeship, d.Prepared), "Write or sign the review"
		}
		whose := "The progress review of " + d.ApprenticeName
		if d.Apprentice == actor.ID() {
			whose, task.For = "Your progress review", ""
		}
		task.Text = whose + " is due by " + view.Date(d.DueOn)
		if today.After(d.DueOn) {
			task.Text = whose + " is overdue: it was due by " + view.Date(d.DueOn)
		}
		page.Reviews = append(page.Reviews, task)
	}
	return err
}

// flagReviews marks the rows of those whose review is overdue.
func (h *Handlers) flagReviews(ctx context.Context, actor authz.Actor, rows []view.ApprenticeRow) error {
	ids := make([]countersign.ApprenticeshipID, len(rows))
	for i, r := range rows {
		ids[i] = countersign.ApprenticeshipID(r.ID)
	}
	overdue, err := h.svc.OverdueReviews(ctx, actor, ids)
	for i := range rows {
		_, rows[i].ReviewOverdue = overdue[ids[i]]
	}
	return err
}
