package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
)

type scopeJSON struct {
	Items []scopeItemJSON `json:"items"`
}

type scopeItemJSON struct {
	Code   string                 `json:"code"`
	Title  string                 `json:"title"`
	Domain string                 `json:"domain"`
	Scope  countersign.ScopeState `json:"scope"`
	Status countersign.Status     `json:"status"`
}

// showScope handles GET /apprenticeships/:id/scope: the optional competencies.
func (h *Handlers) showScope(c echo.Context, actor authz.Actor) error {
	optional, err := h.svc.Scope(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, service.ScopeVersion(optional), scopeJSON{
		Items: each(optional, func(s countersign.Summary) scopeItemJSON {
			return scopeItemJSON{s.Code, s.Title, s.Domain, s.Scope, s.Status}
		}),
	})
}

// changeScope handles PUT /apprenticeships/:id/scope: a proposal of the
// apprentice's, a decision of the GP supervisor's.
func (h *Handlers) changeScope(c echo.Context, actor authz.Actor) error {
	var in struct {
		Competencies []string `json:"competencies"`
		Reason       string   `json:"reason"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if m.any {
		m.versions = []string{""} // asks for no check
	}
	err = problem.StaleMatch()
	for _, version := range m.versions {
		if version == "" && !m.any {
			continue
		}
		err = h.svc.SetScope(c.Request().Context(), actor, apprenticeshipID(c), service.ScopeInput{
			Competencies: in.Competencies, Reason: in.Reason, Version: version,
		})
		if !service.IsStale(err) {
			break
		}
	}
	if err != nil {
		return fresh(err)
	}
	return h.showScope(c, actor)
}
