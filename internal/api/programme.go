package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type programmeJSON struct {
	ID             countersign.ApprenticeshipID      `json:"id"` // of the apprenticeship
	State          countersign.ApprenticeshipState   `json:"state"`
	StartDate      day                               `json:"start_date"`
	PlannedEndDate day                               `json:"planned_end_date"`
	OriginalEnd    day                               `json:"original_end_date"`
	LatestEnd      day                               `json:"latest_end_date"`
	BreakDays      int                               `json:"break_days"`
	OnBreakSince   day                               `json:"on_break_since"`
	ReturnExpected day                               `json:"return_expected_on"`
	LastLearningOn day                               `json:"last_learning_on"`
	LastEntryOn    day                               `json:"last_entry_on"`
	FundingYear    string                            `json:"funding_year"`
	Cohort         string                            `json:"cohort"`
	EndedOn        day                               `json:"ended_on"`
	EndReason      string                            `json:"end_reason"`
	OpenExtension  word                              `json:"open_extension"` // identifier of the change that asks
	May            []countersign.ApprenticeshipEvent `json:"may"`
	Changes        []changeJSON                      `json:"changes"`
}

type changeJSON struct {
	ID             countersign.ChangeID            `json:"id"`
	Event          countersign.ApprenticeshipEvent `json:"event"`
	From           countersign.ApprenticeshipState `json:"from"`
	To             countersign.ApprenticeshipState `json:"to"`
	On             day                             `json:"on"`
	EndBefore      day                             `json:"end_before"`
	EndAfter       day                             `json:"end_after"`
	ReturnExpected day                             `json:"return_expected_on"`
	LastLearningOn day                             `json:"last_learning_on"`
	PracticeBefore word                            `json:"practice_before"` // names
	PracticeAfter  word                            `json:"practice_after"`
	Answers        word                            `json:"answers"`
	Reason         string                          `json:"reason"`
	Progress       string                          `json:"progress"`
	Support        string                          `json:"support"`
	ByName         string                          `json:"by_name"`
	ByRole         countersign.NamingRole          `json:"by_role"`
	At             moment                          `json:"at"`
}

func changeOf(c countersign.Change) changeJSON {
	return changeJSON{
		c.ID, c.Event, c.From, c.To, day(c.On), day(c.EndBefore), day(c.EndAfter), day(c.ReturnExpected), day(c.LastLearningOn),
		word(c.PracticeNames[0]), word(c.PracticeNames[1]), word(c.Answers), c.Reason, c.Progress, c.Support, c.ByName, c.ByRole, moment(c.At),
	}
}

// showProgramme handles GET /apprenticeships/:id/programme.
func (h *Handlers) showProgramme(c echo.Context, actor authz.Actor) error {
	return h.writeProgramme(c, actor, http.StatusOK)
}

func (h *Handlers) writeProgramme(c echo.Context, actor authz.Actor, status int) error {
	p, err := h.svc.Programme(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	a := p.Apprenticeship
	out := programmeJSON{
		ID: a.ID, State: a.State, StartDate: day(a.StartOn), PlannedEndDate: day(a.PlannedEndOn), OriginalEnd: day(a.OriginalEndOn), LatestEnd: day(p.LatestEnd),
		BreakDays: a.BreakDays, OnBreakSince: day(a.OnBreakSince), ReturnExpected: day(a.ReturnExpectedOn), LastLearningOn: day(a.LastLearningOn),
		LastEntryOn: day(p.LastEntry), FundingYear: a.FundingYear, Cohort: a.Cohort, EndedOn: day(a.EndedOn), EndReason: a.EndReason,
		May: listOf(p.Events), Changes: listOf(each(p.Changes, changeOf)),
	}
	if p.Open != nil {
		out.OpenExtension = word(p.Open.ID)
	}
	return writeResource(c, status, itoa(a.Version), out)
}

// programmeStep reads a request that changes a programme, does it at the
// version of the enrolment that If-Match names, and answers with the
// programme.
func (h *Handlers) programmeStep(c echo.Context, actor authz.Actor, in any, do func(id countersign.ApprenticeshipID, version int) error) error {
	id := apprenticeshipID(c)
	if err := attempt(c, in, func(version int) error { return do(id, version) }); err != nil {
		return err
	}
	if h.svc.Permitted(c.Request().Context(), actor, id, authz.ReadProgramme) != nil {
		return c.NoContent(http.StatusNoContent) // it has moved to another training hub
	}
	return h.writeProgramme(c, actor, http.StatusOK)
}

// acceptApplication handles POST /apprenticeships/:id/acceptance.
func (h *Handlers) acceptApplication(c echo.Context, actor authz.Actor) error {
	var in struct {
		StartDate      countersign.Date `json:"start_date"`
		PlannedEndDate countersign.Date `json:"planned_end_date"`
	}
	return h.programmeStep(c, actor, &in, func(id countersign.ApprenticeshipID, version int) error {
		_, err := h.svc.AcceptApplication(c.Request().Context(), actor, id, version, service.AcceptInput(in))
		return err
	})
}

// declineApplication handles POST /apprenticeships/:id/refusal.
func (h *Handlers) declineApplication(c echo.Context, actor authz.Actor) error {
	var in struct {
		Reason string `json:"reason"`
	}
	return h.programmeStep(c, actor, &in, func(id countersign.ApprenticeshipID, version int) error {
		_, err := h.svc.DeclineApplication(c.Request().Context(), actor, id, version, service.DeclineInput(in))
		return err
	})
}

// createBreak handles POST /apprenticeships/:id/breaks.
func (h *Handlers) createBreak(c echo.Context, actor authz.Actor) error {
	var in struct {
		On             countersign.Date `json:"on"`
		ReturnExpected countersign.Date `json:"return_expected_on"`
		Reason         string           `json:"reason"`
	}
	return h.programmeStep(c, actor, &in, func(id countersign.ApprenticeshipID, version int) error {
		_, err := h.svc.StartBreak(c.Request().Context(), actor, id, version, service.BreakInput(in))
		return err
	})
}

// returnFromBreak handles POST /apprenticeships/:id/return.
func (h *Handlers) returnFromBreak(c echo.Context, actor authz.Actor) error {
	var in struct {
		On countersign.Date `json:"on"`
	}
	return h.programmeStep(c, actor, &in, func(id countersign.ApprenticeshipID, version int) error {
		_, err := h.svc.ReturnFromBreak(c.Request().Context(), actor, id, version, service.ReturnInput(in))
		return err
	})
}

// createExtension handles POST /apprenticeships/:id/extensions.
func (h *Handlers) createExtension(c echo.Context, actor authz.Actor) error {
	var in struct {
		PlannedEndDate countersign.Date `json:"planned_end_date"`
		Progress       string           `json:"progress"`
		Reason         string           `json:"reason"`
		Support        string           `json:"support"`
	}
	return h.programmeStep(c, actor, &in, func(id countersign.ApprenticeshipID, version int) error {
		return h.svc.AskExtension(c.Request().Context(), actor, id, version, service.ExtensionInput(in))
	})
}

// decideExtension handles POST /apprenticeships/:id/extensions/:change/decision.
func (h *Handlers) decideExtension(c echo.Context, actor authz.Actor) error {
	var in struct {
		Decision       string           `json:"decision"`
		PlannedEndDate countersign.Date `json:"planned_end_date"`
		Reason         string           `json:"reason"`
	}
	p, err := h.svc.Programme(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	request := countersign.ChangeID(c.Param("change"))
	switch {
	case !slices.ContainsFunc(p.Changes, func(c countersign.Change) bool { return c.ID == request && c.Event == countersign.RequestExtension }):
		return countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
	case p.Open == nil || p.Open.ID != request:
		return countersign.Refuse(countersign.Conflict, "This request has been decided already")
	}
	return h.programmeStep(c, actor, &in, func(id countersign.ApprenticeshipID, version int) error {
		_, err := h.svc.DecideExtension(c.Request().Context(), actor, id, version, service.ExtensionDecision{
			Request: request, Decision: in.Decision, PlannedEndDate: in.PlannedEndDate, Reason: in.Reason,
		})
		return err
	})
}

// withdrawApprentice handles POST /apprenticeships/:id/withdrawal.
func (h *Handlers) withdrawApprentice(c echo.Context, actor authz.Actor) error {
	var in struct {
		LastLearningOn countersign.Date `json:"last_learning_on"`
		Reason         string           `json:"reason"`
	}
	return h.programmeStep(c, actor, &in, func(id countersign.ApprenticeshipID, version int) error {
		_, err := h.svc.WithdrawApprentice(c.Request().Context(), actor, id, version, service.LeaveInput(in))
		return err
	})
}

// restartApprenticeship handles POST /apprenticeships/:id/restart.
func (h *Handlers) restartApprenticeship(c echo.Context, actor authz.Actor) error {
	var in struct {
		PlannedEndDate countersign.Date `json:"planned_end_date"`
		Reason         string           `json:"reason"`
	}
	return h.programmeStep(c, actor, &in, func(id countersign.ApprenticeshipID, version int) error {
		_, err := h.svc.RestartApprenticeship(c.Request().Context(), actor, id, version, service.RestartInput(in))
		return err
	})
}

// moveApprentice handles POST /apprenticeships/:id/move.
func (h *Handlers) moveApprentice(c echo.Context, actor authz.Actor) error {
	var in struct {
		Practice        string `json:"practice"`
		GPSupervisor    string `json:"gp_supervisor"`
		SecondaryMentor string `json:"secondary_mentor"`
		Reason          string `json:"reason"`
	}
	return h.programmeStep(c, actor, &in, func(id countersign.ApprenticeshipID, version int) error {
		_, err := h.svc.MoveApprentice(c.Request().Context(), actor, id, version, service.MoveInput(in))
		return err
	})
}

// completeApprenticeship handles POST /apprenticeships/:id/completion.
func (h *Handlers) completeApprenticeship(c echo.Context, actor authz.Actor) error {
	var none struct{}
	return h.programmeStep(c, actor, &none, func(id countersign.ApprenticeshipID, version int) error {
		_, err := h.svc.CompleteApprenticeship(c.Request().Context(), actor, id, version)
		if countersign.KindOf(err) == countersign.Invalid { // there is no field that could be mended
			return countersign.Refuse(countersign.Conflict, countersign.MessageOf(err))
		}
		return err
	})
}
