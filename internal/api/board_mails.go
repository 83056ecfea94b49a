package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type boardMailJSON struct {
	ID           countersign.BoardMailID `json:"id"`
	Organisation string                  `json:"organisation"`
	Name         string                  `json:"name"`
	Email        string                  `json:"email"`
	SetBy        string                  `json:"set_by"`
	SetAt        moment                  `json:"set_at"`
	EndedAt      moment                  `json:"ended_at"`
	EndedWhy     word                    `json:"ended_why"`
}

func boardMailOf(m countersign.BoardMail) boardMailJSON {
	return boardMailJSON{m.ID, m.PlaceCode, m.PersonName, m.PersonEmail, m.SetByName, moment(m.SetAt), moment(m.EndedAt), word(m.EndedWhy)}
}

func onBoardMails(h *Handlers, c echo.Context, actor authz.Actor) error {
	_, err := h.svc.BoardMails(c.Request().Context(), actor, c.Param("code"))
	return err
}

// listBoardMails handles GET /organisations/:code/board-mails.
func (h *Handlers) listBoardMails(c echo.Context, actor authz.Actor) error {
	b, err := h.svc.BoardMails(c.Request().Context(), actor, c.Param("code"))
	if err != nil {
		return err
	}
	return writePage(c, each(b.Mails, boardMailOf), "")
}

// createBoardMail handles POST /organisations/:code/board-mails.
func (h *Handlers) createBoardMail(c echo.Context, actor authz.Actor) error {
	var in struct {
		Email string `json:"email"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	m, err := h.svc.MailBoardReport(c.Request().Context(), actor, c.Param("code"), service.BoardMailInput(in))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, boardMailOf(m))
}

// stopBoardMail handles POST /organisations/:code/board-mails/:mail/stop.
func (h *Handlers) stopBoardMail(c echo.Context, actor authz.Actor) error {
	if err := h.svc.StopBoardMail(c.Request().Context(), actor, c.Param("code"), countersign.BoardMailID(c.Param("mail"))); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
