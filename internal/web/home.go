package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/view"
)

// homeSections builds the parts of the home page. Each returns without adding
// anything when it isn't for this person.
var homeSections = []func(*Handlers, context.Context, authz.Actor, *view.HomePage) error{
	(*Handlers).apprenticeSection, (*Handlers).homeAssessor, (*Handlers).homeVerifier, (*Handlers).homePractices, (*Handlers).homeDecisions, (*Handlers).homeToRead, (*Handlers).homeReviews, (*Handlers).homeHubs, (*Handlers).homePlaces, (*Handlers).homeAdmin,
}

// showHome handles GET /: what to do next, for each of the person's roles.
func (h *Handlers) showHome(c echo.Context, actor authz.Actor) error {
	page, err := h.homePage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) homePage(c echo.Context, actor authz.Actor) (*view.HomePage, error) {
	page := view.NewHomePage(actor.Name())
	for _, add := range homeSections {
		if err := add(h, c.Request().Context(), actor, page); err != nil {
			return nil, err
		}
	}
	return page, nil
}

// information returns the handler of a page that is the same for everybody.
func information(page func() view.Page) handler {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		return h.render(c, http.StatusOK, actor, page())
	}
}
