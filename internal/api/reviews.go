package api

import (
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/pdf"
	"countersign/internal/service"
)

type reviewRowJSON struct {
	Number   int                             `json:"number"`
	State    countersign.ProgressReviewState `json:"state"`
	Since    day                             `json:"since"`
	DueOn    day                             `json:"due_on"`
	HeldOn   day                             `json:"held_on"`
	LockedAt moment                          `json:"locked_at"`
	Unsigned []countersign.ReviewParty       `json:"unsigned"`
}

func reviewRowOf(r countersign.ProgressReview) reviewRowJSON {
	return reviewRowJSON{r.Number, r.State, day(r.Since), day(r.DueOn), day(r.HeldOn), moment(r.LockedAt), listOf(r.Unsigned())}
}

type progressReviewJSON struct {
	reviewRowJSON
	Framework      string                             `json:"framework"`
	Version        string                             `json:"version"` // of the framework
	Facts          reviewFactsJSON                    `json:"facts"`
	Ratings        []ratingJSON                       `json:"ratings"`
	Notes          map[countersign.ReviewParty]string `json:"notes"`
	Actions        []actionJSON                       `json:"actions"`
	PreparedByName string                             `json:"prepared_by_name"`
	PreparedAt     moment                             `json:"prepared_at"`
	Signatures     []signatureJSON                    `json:"signatures"`
	SHA256         string                             `json:"content_sha256"` // what is signed
	Party          word                               `json:"party"`          // for whom the reader speaks
}

type reviewFactsJSON struct {
	Submitted      int              `json:"submitted"`
	Accepted       int              `json:"accepted"`
	SignedOff      []string         `json:"signed_off"`
	Progress       progressJSON     `json:"progress"`
	PlannedEndDate day              `json:"planned_end_date"`
	Hours          *reviewHoursJSON `json:"hours"`
}

type reviewHoursJSON struct {
	Minimum  int `json:"minimum"`
	Expected int `json:"expected"`
	Verified int `json:"verified"`
}

type ratingJSON struct {
	Domain     string `json:"domain"`
	Apprentice word   `json:"apprentice"`
	Supervisor word   `json:"supervisor"`
}

type actionJSON struct {
	Text   string                  `json:"text"`
	Owner  countersign.ReviewParty `json:"owner"`
	DueOn  day                     `json:"due_on"`
	DoneOn day                     `json:"done_on"`
	From   int                     `json:"from"` // number of the review in which it was agreed
}

type signatureJSON struct {
	Party  countersign.ReviewParty `json:"party"`
	ByName string                  `json:"by_name"`
	ByRole countersign.NamingRole  `json:"by_role"`
	Remark string                  `json:"remark"`
	SHA256 string                  `json:"content_sha256"`
	At     moment                  `json:"at"`
}

func progressReviewOf(p service.ReviewPage) progressReviewJSON {
	r := p.Review
	out := progressReviewJSON{
		reviewRowJSON: reviewRowOf(r), Framework: r.FrameworkID, Version: r.FrameworkVersion, PreparedByName: r.PreparedByName, PreparedAt: moment(r.PreparedAt),
		SHA256: p.SHA256, Party: word(p.Party), Notes: map[countersign.ReviewParty]string{},
		Facts: reviewFactsJSON{
			r.Facts.Submitted, r.Facts.Accepted, listOf(r.Facts.SignedOff), progressOf(r.Facts.Progress), day(r.Facts.PlannedEndOn), nil,
		},
		Ratings: each(r.Ratings, func(d countersign.DomainRating) ratingJSON {
			return ratingJSON{d.Domain, word(d.Apprentice), word(d.Supervisor)}
		}),
		Actions: each(r.Actions, func(a countersign.ReviewAction) actionJSON {
			return actionJSON{a.Text, a.Owner, day(a.DueOn), day(a.DoneOn), a.From}
		}),
		Signatures: each(r.Signatures, func(s countersign.ReviewSignature) signatureJSON {
			return signatureJSON{s.Party, s.PersonName, s.Role, s.Remark, s.SHA256, moment(s.At)}
		}),
	}
	if hours := r.Facts.Hours; hours != nil {
		out.Facts.Hours = &reviewHoursJSON{hours.Minimum, hours.Expected, hours.Verified}
	}
	for _, party := range countersign.ReviewParties() {
		out.Notes[party] = r.Notes[party]
	}
	return out
}

// reviewNumber is the number that the path names; 0, which no review has, for
// what isn't one.
func reviewNumber(c echo.Context) int {
	n, _ := strconv.Atoi(c.Param("number"))
	return n
}

// listReviews handles GET /apprenticeships/:id/reviews.
func (h *Handlers) listReviews(c echo.Context, actor authz.Actor) error {
	l, err := h.svc.ProgressReviews(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, struct {
		page[reviewRowJSON]
		DueOn day `json:"due_on"` // the next one
	}{page[reviewRowJSON]{Items: each(l.Reviews, reviewRowOf)}, day(l.DueOn)})
}

// prepareReview handles POST /apprenticeships/:id/reviews.
func (h *Handlers) prepareReview(c echo.Context, actor authz.Actor) error {
	var none struct{}
	if err := decodeOptional(c, &none); err != nil {
		return err
	}
	number, err := h.svc.PrepareReview(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	p, err := h.svc.ProgressReview(c.Request().Context(), actor, apprenticeshipID(c), number)
	if err != nil {
		return err
	}
	return created(c, "/apprenticeships/"+c.Param("id")+"/reviews/"+itoa(number), itoa(p.Review.Version), progressReviewOf(p))
}

// showReview handles GET /apprenticeships/:id/reviews/:number.
func (h *Handlers) showReview(c echo.Context, actor authz.Actor) error {
	return h.writeReview(c, actor, http.StatusOK)
}

func (h *Handlers) writeReview(c echo.Context, actor authz.Actor, status int) error {
	p, err := h.svc.ProgressReview(c.Request().Context(), actor, apprenticeshipID(c), reviewNumber(c))
	if err != nil {
		return err
	}
	return writeResource(c, status, itoa(p.Review.Version), progressReviewOf(p))
}

// changeReview handles PUT /apprenticeships/:id/reviews/:number: the part of
// the actor's party, and what the three share.
func (h *Handlers) changeReview(c echo.Context, actor authz.Actor) error {
	var in struct {
		HeldOn  countersign.Date  `json:"held_on"`
		Notes   string            `json:"notes"`
		Ratings map[string]string `json:"ratings"`
		Actions []struct {
			Text   string                  `json:"text"`
			Owner  countersign.ReviewParty `json:"owner"`
			DueOn  countersign.Date        `json:"due_on"`
			DoneOn countersign.Date        `json:"done_on"`
		} `json:"actions"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	part := service.ProgressReviewInput{HeldOn: in.HeldOn, Notes: in.Notes, Ratings: in.Ratings}
	for _, a := range in.Actions {
		part.Actions = append(part.Actions, service.ReviewActionInput(a))
	}
	if err := m.try(func(version int) error {
		return h.svc.WriteReview(c.Request().Context(), actor, apprenticeshipID(c), reviewNumber(c), version, part)
	}); err != nil {
		return err
	}
	return h.writeReview(c, actor, http.StatusOK)
}

// prepareReviewAgain handles POST /apprenticeships/:id/reviews/:number/preparation.
func (h *Handlers) prepareReviewAgain(c echo.Context, actor authz.Actor) error {
	var none struct{}
	if err := attempt(c, &none, func(version int) error {
		return h.svc.PrepareReviewAgain(c.Request().Context(), actor, apprenticeshipID(c), reviewNumber(c), version)
	}); err != nil {
		return err
	}
	return h.writeReview(c, actor, http.StatusOK)
}

// signReview handles POST /apprenticeships/:id/reviews/:number/signatures.
func (h *Handlers) signReview(c echo.Context, actor authz.Actor) error {
	var in struct {
		SHA256 string `json:"content_sha256"`
		Remark string `json:"remark"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := h.svc.SignReview(c.Request().Context(), actor, apprenticeshipID(c), reviewNumber(c), service.SignReviewInput(in)); err != nil {
		return err
	}
	return h.writeReview(c, actor, http.StatusCreated)
}

// downloadReview handles GET /apprenticeships/:id/reviews/:number/review.pdf.
func (h *Handlers) downloadReview(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	p, err := h.svc.ProgressReview(ctx, actor, apprenticeshipID(c), reviewNumber(c))
	if err != nil {
		return err
	}
	return writePDF(c, "progress-review-"+itoa(p.Review.Number), func(w io.Writer) error {
		return pdf.ProgressReview(ctx, w, p.Apprenticeship, p.Framework, p.Review, p.SHA256)
	})
}

type dueReviewJSON struct {
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship"`
	Apprentice     string                       `json:"apprentice"` // name
	Practice       string                       `json:"practice"`   // name
	DueOn          day                          `json:"due_on"`
	Number         *int                         `json:"number"` // of the one under way
}

// listDueReviews handles GET /reviews/due.
func (h *Handlers) listDueReviews(c echo.Context, actor authz.Actor) error {
	due, err := h.svc.ReviewsDue(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writePage(c, each(due, func(d service.DueReview) dueReviewJSON {
		out := dueReviewJSON{Apprenticeship: d.Apprenticeship, Apprentice: d.ApprenticeName, Practice: d.PracticeName, DueOn: day(d.DueOn)}
		if d.Prepared > 0 {
			out.Number = &d.Prepared
		}
		return out
	}), "")
}

type calendarDayJSON struct {
	On             day                          `json:"on"`
	Kind           string                       `json:"kind"`
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship"`
	Apprentice     string                       `json:"apprentice"` // name
	Competency     word                         `json:"competency"` // of an expiry
}

// listCalendar handles GET /calendar.
func (h *Handlers) listCalendar(c echo.Context, actor authz.Actor) error {
	days, err := h.svc.Calendar(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writePage(c, each(days, func(d service.CalendarDay) calendarDayJSON {
		return calendarDayJSON{day(d.On), d.Kind, d.Apprenticeship, d.ApprenticeName, word(d.Competency)}
	}), "")
}
