package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type progressJSON struct {
	SignedOff     int `json:"signed_off"`
	InScope       int `json:"in_scope"`
	CoreSignedOff int `json:"core_signed_off"`
	Core          int `json:"core"`
}

func progressOf(p countersign.Progress) progressJSON {
	return progressJSON{p.SignedOff, p.InScope, p.CoreSignedOff, p.Core}
}

type apprenticeshipJSON struct {
	ID              countersign.ApprenticeshipID    `json:"id"`
	Apprentice      personJSON                      `json:"apprentice"`
	Framework       string                          `json:"framework"`
	Version         string                          `json:"version"` // of the framework
	Practice        string                          `json:"practice"`
	PracticeName    string                          `json:"practice_name"`
	HubName         word                            `json:"hub_name"`
	GPSupervisor    word                            `json:"gp_supervisor"` // e-mail address of who is named today
	StartDate       day                             `json:"start_date"`
	PlannedEndDate  day                             `json:"planned_end_date"`
	Cohort          string                          `json:"cohort"`
	FundingYear     string                          `json:"funding_year"`
	State           countersign.ApprenticeshipState `json:"state"`
	EndedOn         day                             `json:"ended_on"`
	EndReason       string                          `json:"end_reason"`
	Progress        progressJSON                    `json:"progress"`
	LastActivityAt  moment                          `json:"last_activity_at"`
	CreatedAt       moment                          `json:"created_at"`
	SecondaryMentor *word                           `json:"secondary_mentor,omitempty"` // left out of lists
	Waiting         *int                            `json:"waiting,omitempty"`          // in lists only
	OldestWaitingAt *moment                         `json:"oldest_waiting_at,omitempty"`
	Flag            word                            `json:"flag"` // null for somebody who isn't learning
	Reasons         []paceReasonJSON                `json:"reasons"`
}

// paceReasonJSON says why somebody is slipping or stuck, and what can be done.
type paceReasonJSON struct {
	Flag   countersign.Flag      `json:"flag"`
	Since  day                   `json:"since"`
	Cause  countersign.PaceCause `json:"cause"`
	Reason string                `json:"reason"`
	Next   string                `json:"next"`
}

func paceReasons(why []countersign.PaceReason, own bool) []paceReasonJSON {
	return each(why, func(r countersign.PaceReason) paceReasonJSON {
		next := r.Cause.Next()
		if own {
			next = r.Cause.NextForOneself()
		}
		return paceReasonJSON{r.Flag, day(r.From), r.Cause, r.Sentence, next}
	})
}

func apprenticeshipOf(a countersign.Apprenticeship) apprenticeshipJSON {
	return apprenticeshipJSON{
		ID: a.ID, Apprentice: personJSON{a.Apprentice, a.ApprenticeName, a.ApprenticeEmail},
		Framework: a.FrameworkID, Version: a.FrameworkVersion, Practice: a.PracticeCode, PracticeName: a.PracticeName, HubName: word(a.HubName),
		StartDate: day(a.StartOn), PlannedEndDate: day(a.PlannedEndOn), Cohort: a.Cohort, FundingYear: a.FundingYear, State: a.State,
		EndedOn: day(a.EndedOn), EndReason: a.EndReason, Progress: progressOf(a.Progress),
		LastActivityAt: moment(a.LastActivityAt), CreatedAt: moment(a.CreatedAt),
	}
}

var apprenticeshipSorts = []string{"name", "progress", "last_activity", "planned_end", "oldest_waiting"}

// listApprenticeships handles GET /apprenticeships.
func (h *Handlers) listApprenticeships(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	f := service.ApprenticeshipFilter{
		State: oneOf(q, "state", countersign.ApprenticeshipStates()), Organisation: q.code("organisation"), Framework: q.text("framework"),
		Cohort: q.text("cohort"), Flag: string(oneOf(q, "flag", append(countersign.Flags(), "active"))), Query: q.text("q"), Overdue: q.bool("overdue"), Unmentored: q.bool("unmentored"),
		Sort: oneOf(q, "sort", apprenticeshipSorts), Cursor: q.cursor(), Limit: q.limit(),
	}
	if err := q.err(); err != nil {
		return err
	}
	rows, next, err := h.svc.ApprenticeshipsWithReasons(c.Request().Context(), actor, f)
	if err != nil {
		return err
	}
	return writePage(c, each(rows, func(r service.ApprenticeshipRow) apprenticeshipJSON {
		out := apprenticeshipOf(r.Apprenticeship)
		oldest := moment(r.OldestWaiting)
		out.GPSupervisor, out.Waiting, out.OldestWaitingAt = word(r.SupervisorEmail), &r.Waiting, &oldest
		out.Flag, out.Reasons = word(r.Flag), paceReasons(r.Why, r.Apprentice == actor.ID())
		return out
	}), next)
}

// createApprenticeship handles POST /apprenticeships: it enrols somebody, or
// asks the training hub to.
func (h *Handlers) createApprenticeship(c echo.Context, actor authz.Actor) error {
	var in struct {
		Apprentice struct {
			Name  string `json:"name"`
			Email string `json:"email"`
		} `json:"apprentice"`
		Framework       string           `json:"framework"`
		Version         string           `json:"version"`
		Practice        string           `json:"practice"`
		GPSupervisor    string           `json:"gp_supervisor"`
		SecondaryMentor string           `json:"secondary_mentor"`
		StartDate       countersign.Date `json:"start_date"`
		PlannedEndDate  countersign.Date `json:"planned_end_date"`
		Cohort          string           `json:"cohort"`
		FundingYear     string           `json:"funding_year"`
		Apply           bool             `json:"apply"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	a, err := h.svc.Enrol(c.Request().Context(), actor, service.EnrolInput{
		Apprentice: service.PersonInput(in.Apprentice), Framework: in.Framework, Version: in.Version, Practice: in.Practice,
		GPSupervisor: in.GPSupervisor, SecondaryMentor: in.SecondaryMentor,
		StartDate: in.StartDate, PlannedEndDate: in.PlannedEndDate, Cohort: in.Cohort, FundingYear: in.FundingYear, Apply: in.Apply,
	})
	if err != nil {
		return err
	}
	return h.writeApprenticeship(c, actor, http.StatusCreated, a.ID)
}

// showApprenticeship handles GET /apprenticeships/:id.
func (h *Handlers) showApprenticeship(c echo.Context, actor authz.Actor) error {
	return h.writeApprenticeship(c, actor, http.StatusOK, apprenticeshipID(c))
}

func (h *Handlers) writeApprenticeship(c echo.Context, actor authz.Actor, status int, id countersign.ApprenticeshipID) error {
	r, err := h.svc.Record(c.Request().Context(), actor, id)
	if err != nil {
		return err
	}
	pace, err := h.svc.GettingOn(c.Request().Context(), actor, id)
	if err != nil {
		return err
	}
	out := apprenticeshipOf(r.Apprenticeship)
	out.Flag, out.Reasons = word(pace.Flag), paceReasons(pace.Why, r.Apprenticeship.Apprentice == actor.ID())
	var mentor word
	for _, n := range r.Namings {
		switch {
		case n.Covers != "": // who is covered is still the one
		case n.Role == countersign.GPSupervisor:
			out.GPSupervisor = word(n.PersonEmail)
		case n.Role == countersign.SecondaryMentor:
			mentor = word(n.PersonEmail)
		}
	}
	out.SecondaryMentor = &mentor
	version := itoa(r.Apprenticeship.Version)
	if status == http.StatusCreated {
		return created(c, "/apprenticeships/"+string(id), version, out)
	}
	return writeResource(c, status, version, out)
}

// changeApprenticeship handles PATCH /apprenticeships/:id.
func (h *Handlers) changeApprenticeship(c echo.Context, actor authz.Actor) error {
	var in struct {
		PlannedEndDate *countersign.Date                `json:"planned_end_date"`
		Cohort         *string                          `json:"cohort"`
		State          *countersign.ApprenticeshipState `json:"state"`
		Reason         string                           `json:"reason"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	id := apprenticeshipID(c)
	err = m.try(func(version int) error {
		_, err := h.svc.ChangeApprenticeship(c.Request().Context(), actor, id, version, service.ChangeInput(in))
		return err
	})
	if err != nil {
		return err
	}
	return h.writeApprenticeship(c, actor, http.StatusOK, id)
}

// unchanged refuses a POST beneath an apprenticeship whose If-Match names
// another version than the enrolment's present one.
func (h *Handlers) unchanged(c echo.Context, actor authz.Actor) error {
	m, err := ifMatch(c)
	if err != nil || m.any {
		return err
	}
	a, err := h.svc.Apprenticeship(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return m.require(itoa(a.Version))
}
