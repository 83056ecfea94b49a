package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// hoursPageSize is how many entries one page of a log has, and one of those
// that wait.
const hoursPageSize = 30

// listHours handles GET /apprenticeships/:id/hours.
func (h *Handlers) listHours(c echo.Context, actor authz.Actor) error {
	ctx, id, q := c.Request().Context(), apprenticeshipID(c), form{c.QueryParams()}
	filter, typed, problems := hoursFilter(q)
	log, err := h.svc.Hours(ctx, actor, id, filter)
	if err != nil {
		return err
	}
	page := view.NewHoursPage(log.Apprenticeship, log.Framework, actor.ID() == log.Apprenticeship.Apprentice)
	page.MayLog, page.Texts, page.Totals, page.Filter = log.MayLog, log.Texts, log.Totals, typed
	if problems != nil {
		return h.again(c, actor, page, problems)
	}
	for _, e := range log.Entries {
		page.Entries = append(page.Entries, view.HoursRow(e))
	}
	page.First, page.Next = listLinks(page.Action(), q.Values, log.Next)
	return h.render(c, http.StatusOK, actor, page)
}

// hoursFilter reads the filter, and keeps it as typed. What can't be read asks
// for nothing.
func hoursFilter(f form) (service.HoursFilter, view.HoursFilter, error) {
	typed := view.HoursFilter{State: f.text("state"), Kind: f.text("kind"), From: f.dateValue("from"), To: f.dateValue("to")}
	var p countersign.Problems
	out := service.HoursFilter{Limit: hoursPageSize, Cursor: f.Get("cursor"), From: f.date("from", &p), To: f.date("to", &p)}
	if state := countersign.HoursState(typed.State); slices.Contains(countersign.HoursStates(), state) {
		out.State = state
	} else if state != "" {
		p.Add("state", "Select one of the states that are offered")
	}
	if kind := countersign.HoursKind(typed.Kind); kind.Title() != "" {
		out.Kind = kind
	} else if kind != "" {
		p.Add("kind", "Select one of the kinds that are offered")
	}
	if !out.From.IsZero() && !out.To.IsZero() && out.To.Before(out.From) {
		p.Add("to", "The last day must be on or after the first")
	}
	return out, typed, p.Err()
}

// toLog returns the form of an apprenticeship, for whoever may enter hours.
func (h *Handlers) toLog(c echo.Context, actor authz.Actor) (*view.HoursFormPage, error) {
	id, ctx := apprenticeshipID(c), c.Request().Context()
	if err := h.svc.Permitted(ctx, actor, id, authz.LogHours); err != nil {
		return nil, err
	}
	app, err := h.svc.Apprenticeship(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	framework, err := h.svc.Framework(ctx, app.FrameworkID, app.FrameworkVersion)
	return view.NewHoursFormPage(app, framework), err
}

// newHours handles GET /apprenticeships/:id/hours/new.
func (h *Handlers) newHours(c echo.Context, actor authz.Actor) error {
	page, err := h.toLog(c, actor)
	if err != nil {
		return err
	}
	page.On = view.DateValueOf(countersign.LondonDate(h.now()))
	return h.render(c, http.StatusOK, actor, page)
}

// createHours handles POST /apprenticeships/:id/hours/new.
func (h *Handlers) createHours(c echo.Context, actor authz.Actor) error {
	page, err := h.toLog(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	page.On, page.Kind, page.Hours, page.Minutes = f.dateValue("on"), f.Get("kind"), f.text("hours"), f.text("minutes")
	page.Learnt, page.Chosen = f.text("learnt"), f.Values["competencies"]
	page.LinkErrors()
	var read countersign.Problems
	in := service.HoursInput{On: f.date("on", &read), Kind: countersign.HoursKind(page.Kind), Learnt: page.Learnt, Competencies: page.Chosen}
	hours, minutes := f.number("hours"), f.number("minutes")
	if hours < 0 || minutes < 0 || hours > 1000 || minutes > 60_000 {
		read.Add("minutes", "Enter whole hours and minutes, for example 1 and 30")
	} else {
		in.Minutes = hours*60 + minutes
	}
	e, err := h.svc.LogHours(c.Request().Context(), actor, page.Apprenticeship.ID, in)
	if err = both(read, err); err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, countersign.Duration(e.Minutes)+" of "+view.Date(e.On)+" entered.", hoursPath(page.Apprenticeship.ID))
}

func hoursID(c echo.Context) countersign.HoursID { return countersign.HoursID(c.Param("id")) }

// verifyHours handles POST /hours/:id/verification.
func (h *Handlers) verifyHours(c echo.Context, actor authz.Actor) error {
	e, err := h.svc.VerifyHours(c.Request().Context(), actor, hoursID(c))
	if err != nil {
		return err
	}
	return h.redirect(c, countersign.Duration(e.Minutes)+" of "+view.Date(e.On)+" verified.", hoursPath(e.Apprenticeship))
}

// toReverse returns the page that reverses an entry.
func (h *Handlers) toReverse(c echo.Context, actor authz.Actor) (*view.HoursReversalPage, error) {
	ctx := c.Request().Context()
	if err := h.svc.PermittedOnHours(ctx, actor, hoursID(c), authz.VerifyHours, authz.LogHours); err != nil {
		return nil, err
	}
	row, _, err := h.svc.HoursEntry(ctx, actor, hoursID(c))
	return view.NewHoursReversalPage(row.HoursEntry), err
}

// newHoursReversal handles GET /hours/:id/reversal.
func (h *Handlers) newHoursReversal(c echo.Context, actor authz.Actor) error {
	page, err := h.toReverse(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// reverseHours handles POST /hours/:id/reversal.
func (h *Handlers) reverseHours(c echo.Context, actor authz.Actor) error {
	reason := formOf(c).text("reason")
	e, err := h.svc.ReverseHours(c.Request().Context(), actor, hoursID(c), service.HoursReversal{Reason: reason})
	if err == nil {
		return h.redirect(c, countersign.Duration(e.Minutes)+" of "+view.Date(e.On)+" reversed.", hoursPath(e.Apprenticeship))
	}
	page, pageErr := h.toReverse(c, actor)
	if pageErr != nil {
		return pageErr
	}
	page.Reason = reason
	return h.again(c, actor, page, err)
}

// waitingHoursPage lists what waits for the actor.
func (h *Handlers) waitingHoursPage(c echo.Context, actor authz.Actor) (*view.WaitingHoursPage, error) {
	page := view.NewWaitingHoursPage()
	rows, total, err := h.svc.WaitingHours(c.Request().Context(), actor, hoursPageSize)
	page.Total = total
	today := countersign.LondonDate(h.now())
	for _, r := range rows {
		page.Rows = append(page.Rows, view.WaitingHoursRow{
			HoursEntry: r.HoursEntry, Apprentice: r.ApprenticeName, Practice: r.PracticeName, Waiting: view.Waiting(r.EnteredAt, today),
		})
	}
	return page, err
}

// listWaitingHours handles GET /hours.
func (h *Handlers) listWaitingHours(c echo.Context, actor authz.Actor) error {
	page, err := h.waitingHoursPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// verifyWaitingHours handles POST /hours: every entry that is chosen, each on
// its own.
func (h *Handlers) verifyWaitingHours(c echo.Context, actor authz.Actor) error {
	var ids []countersign.HoursID
	for _, id := range formOf(c).Values["hours"] {
		ids = append(ids, countersign.HoursID(id))
	}
	if len(ids) == 0 {
		return h.inform(c, "You have not chosen any hours yet.", "/hours")
	}
	results, err := h.svc.VerifyHoursBatch(c.Request().Context(), actor, ids)
	if err != nil {
		return err
	}
	page, err := h.waitingHoursPage(c, actor)
	if err != nil {
		return err
	}
	var problems countersign.Problems
	for _, r := range results {
		if r.Err == nil {
			page.Saved++
			continue
		}
		message := countersign.MessageOf(r.Err)
		if message == "" {
			return r.Err
		}
		field := ""
		for i := range page.Rows {
			if page.Rows[i].ID == r.ID {
				page.Rows[i].Chosen, page.Rows[i].Error, field = true, message, page.Rows[i].Field()
			}
		}
		problems.Add(field, message)
	}
	if err := problems.Err(); err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, view.Count(page.Saved, "entry", "entries")+" verified.", "/hours")
}
