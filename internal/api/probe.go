package api

import (
	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// The probes ask the service for permission alone. The actions are those of
// the route's use case.

func onApprenticeship(actions ...authz.Action) probe {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		return h.svc.Permitted(c.Request().Context(), actor, apprenticeshipID(c), actions...)
	}
}

func onEvidence(actions ...authz.Action) probe {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		return h.svc.PermittedOnEvidence(c.Request().Context(), actor, evidenceID(c), actions...)
	}
}

func onAttachment(actions ...authz.Action) probe {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		return h.svc.PermittedOnAttachment(c.Request().Context(), actor, countersign.AttachmentID(c.Param("id")), actions...)
	}
}

func onSignOff(actions ...authz.Action) probe {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		return h.svc.PermittedOnSignOff(c.Request().Context(), actor, countersign.SignOffID(c.Param("id")), actions...)
	}
}

// then asks a second probe after the first one: whether what the path names
// beneath the subject is there.
func (p probe) then(second probe) probe {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		if err := p(h, c, actor); err != nil {
			return err
		}
		return second(h, c, actor)
	}
}

func ofReview(h *Handlers, c echo.Context, actor authz.Actor) error {
	_, err := h.svc.ProgressReview(c.Request().Context(), actor, apprenticeshipID(c), reviewNumber(c))
	return err
}

func onDraft(action authz.Action) probe {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		return h.svc.PermittedOnDraft(c.Request().Context(), actor, draftID(c), action)
	}
}

func onHours(actions ...authz.Action) probe {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		return h.svc.PermittedOnHours(c.Request().Context(), actor, hoursID(c), actions...)
	}
}

func onPlacement(actions ...authz.Action) probe {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		return h.svc.PermittedOnPlacement(c.Request().Context(), actor, placementID(c), actions...)
	}
}

func onMembership(h *Handlers, c echo.Context, actor authz.Actor) error {
	m, err := h.svc.Membership(c.Request().Context(), actor, countersign.MembershipID(c.Param("id")))
	if err != nil {
		return err
	}
	return h.svc.PermittedAtPlace(c.Request().Context(), actor, m.OrganisationCode, authz.ChangePeople)
}

func ofPerson(h *Handlers, c echo.Context, actor authz.Actor) error {
	_, err := h.svc.PersonFile(c.Request().Context(), actor, personID(c))
	return err
}

func ofPersonToChange(h *Handlers, c echo.Context, actor authz.Actor) error {
	return h.svc.PermittedOnPerson(c.Request().Context(), actor, personID(c))
}

func atPlace(action authz.Action) probe {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		return h.svc.PermittedAtPlace(c.Request().Context(), actor, c.Param("code"), action)
	}
}

func anywhere(action authz.Action) probe {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		return h.svc.PermittedAnywhere(c.Request().Context(), actor, action)
	}
}

func personID(c echo.Context) countersign.PersonID { return countersign.PersonID(c.Param("id")) }

func apprenticeshipID(c echo.Context) countersign.ApprenticeshipID {
	return countersign.ApprenticeshipID(c.Param("id"))
}

func evidenceID(c echo.Context) countersign.EvidenceID {
	return countersign.EvidenceID(c.Param("id"))
}
