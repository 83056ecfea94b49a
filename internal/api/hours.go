package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
)

type hoursJSON struct {
	ID             countersign.HoursID          `json:"id"`
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship"`
	On             day                          `json:"on"`
	Minutes        int                          `json:"minutes"`
	Kind           countersign.HoursKind        `json:"kind"`
	Learnt         word                         `json:"learnt"` // null for those who may not read it
	Competencies   []string                     `json:"competencies"`
	Session        word                         `json:"session"`
	State          countersign.HoursState       `json:"state"`
	EnteredAt      moment                       `json:"entered_at"`
	Verified       *hoursDecisionJSON           `json:"verified"`
	Reversed       *hoursDecisionJSON           `json:"reversed"`
}

type hoursDecisionJSON struct {
	By     string                 `json:"by"` // name, as it was
	Role   countersign.NamingRole `json:"role"`
	At     moment                 `json:"at"`
	Reason string                 `json:"reason"`
}

func hoursOf(e countersign.HoursEntry) hoursJSON {
	decided := func(d countersign.HoursDecision) *hoursDecisionJSON {
		if d.At.IsZero() {
			return nil
		}
		return &hoursDecisionJSON{d.ByName, d.ByRole, moment(d.At), d.Reason}
	}
	return hoursJSON{
		e.ID, e.Apprenticeship, day(e.On), e.Minutes, e.Kind, word(e.Learnt), listOf(e.Competencies), word(e.Session), e.State,
		moment(e.EnteredAt), decided(e.Verified), decided(e.Reversed),
	}
}

// totalsJSON is how a log stands, in minutes.
type totalsJSON struct {
	Rule          *hoursRuleJSON `json:"rule"`
	Minimum       int            `json:"minimum"`
	PriorLearning int            `json:"prior_learning"`
	Planned       int            `json:"planned"`
	Target        int            `json:"target"`
	Submitted     int            `json:"submitted"`
	Verified      int            `json:"verified"`
	Expected      int            `json:"expected"`
}

type hoursRuleJSON struct {
	From        day    `json:"from"`
	Title       string `json:"title"`
	Basis       string `json:"basis"`
	Source      string `json:"source"`
	ToConfirm   bool   `json:"to_be_confirmed"`
	WeeklyHours int    `json:"weekly_hours"`
}

func totalsOf(t countersign.HoursTotals) totalsJSON {
	out := totalsJSON{nil, t.Minimum, t.PriorLearning, t.Planned, t.Target(), t.Submitted, t.Verified, t.Expected}
	if r := t.Rule; t.HasRule {
		out.Rule = &hoursRuleJSON{day(r.From), r.Title, r.Basis, r.Source, r.Unconfirmed, r.WeeklyHours}
	}
	return out
}

// listHours handles GET /apprenticeships/:id/hours: a page of the log, the
// latest day first, and how the log stands.
func (h *Handlers) listHours(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	filter := service.HoursFilter{
		State: oneOf(q, "state", countersign.HoursStates()), Kind: oneOf(q, "kind", countersign.HoursKinds()),
		From: q.date("from"), To: q.date("to"), Limit: q.limit(), Cursor: q.cursor(),
	}
	if err := q.err(); err != nil {
		return err
	}
	log, err := h.svc.Hours(c.Request().Context(), actor, apprenticeshipID(c), filter)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, struct {
		Items  []hoursJSON `json:"items"`
		Next   string      `json:"next"`
		Totals totalsJSON  `json:"totals"`
	}{each(log.Entries, func(r service.HoursRow) hoursJSON { return hoursOf(r.HoursEntry) }), log.Next, totalsOf(log.Totals)})
}

// createHours handles POST /apprenticeships/:id/hours.
func (h *Handlers) createHours(c echo.Context, actor authz.Actor) error {
	var in struct {
		On           countersign.Date      `json:"on"`
		Minutes      int                   `json:"minutes"`
		Kind         countersign.HoursKind `json:"kind"`
		Learnt       string                `json:"learnt"`
		Competencies []string              `json:"competencies"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	e, err := h.svc.LogHours(c.Request().Context(), actor, apprenticeshipID(c), service.HoursInput(in))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, hoursOf(e))
}

func hoursID(c echo.Context) countersign.HoursID { return countersign.HoursID(c.Param("id")) }

// verifyHours handles POST /hours/:id/verification.
func (h *Handlers) verifyHours(c echo.Context, actor authz.Actor) error {
	e, err := h.svc.VerifyHours(c.Request().Context(), actor, hoursID(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, hoursOf(e))
}

// reverseHours handles POST /hours/:id/reversal.
func (h *Handlers) reverseHours(c echo.Context, actor authz.Actor) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	e, err := h.svc.ReverseHours(c.Request().Context(), actor, hoursID(c), service.HoursReversal(in))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, hoursOf(e))
}

// listWaitingHours handles GET /hours/waiting: what waits for the actor over all
// apprentices. Once verified it is gone from the list, so there are no pages.
func (h *Handlers) listWaitingHours(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	limit := q.limit()
	if err := q.err(); err != nil {
		return err
	}
	rows, waiting, err := h.svc.WaitingHours(c.Request().Context(), actor, limit)
	if err != nil {
		return err
	}
	type row struct {
		hoursJSON
		Apprentice string `json:"apprentice"` // name
		Practice   string `json:"practice"`   // name
	}
	return writeJSON(c, http.StatusOK, struct {
		page[row]
		Waiting int `json:"waiting"`
	}{page[row]{Items: each(rows, func(r service.WaitingHours) row {
		return row{hoursOf(r.HoursEntry), r.ApprenticeName, r.PracticeName}
	})}, waiting})
}

// verifiedJSON is what became of an entry of a batch.
type verifiedJSON struct {
	Status  int              `json:"status"` // the HTTP status that the entry would have had alone
	Hours   *hoursJSON       `json:"hours,omitempty"`
	Problem *problem.Problem `json:"problem,omitempty"`
}

// verifyManyHours handles POST /hours/verifications: an entry that is refused
// loses nothing of the others.
func (h *Handlers) verifyManyHours(c echo.Context, actor authz.Actor) error {
	var in struct {
		Hours []countersign.HoursID `json:"hours"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	results, err := h.svc.VerifyHoursBatch(c.Request().Context(), actor, in.Hours)
	if err != nil {
		return err
	}
	return writePage(c, each(results, func(r service.HoursResult) verifiedJSON {
		if r.Err != nil {
			p := problem.Of(r.Err)
			return verifiedJSON{Status: p.Status, Problem: &p}
		}
		e := hoursOf(r.Entry)
		return verifiedJSON{Status: http.StatusCreated, Hours: &e}
	}), "")
}
