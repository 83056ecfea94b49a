package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

func mailsPath(code string) string { return view.ReportFilter{}.Href(code, "/mails") }

func (h *Handlers) boardMailsPage(c echo.Context, actor authz.Actor) (*view.BoardMailsPage, error) {
	b, err := h.svc.BoardMails(c.Request().Context(), actor, c.Param("code"))
	return view.NewBoardMailsPage(b.Place, b.Mails), err
}

// listBoardMails handles GET /reports/:code/mails.
func (h *Handlers) listBoardMails(c echo.Context, actor authz.Actor) error {
	page, err := h.boardMailsPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// createBoardMail handles POST /reports/:code/mails.
func (h *Handlers) createBoardMail(c echo.Context, actor authz.Actor) error {
	page, err := h.boardMailsPage(c, actor)
	if err != nil {
		return err
	}
	page.Email = formOf(c).text("email")
	m, err := h.svc.MailBoardReport(c.Request().Context(), actor, page.Code, service.BoardMailInput{Email: page.Email})
	if err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, m.PersonName+" gets the report from the end of this month on.", mailsPath(page.Code))
}

// stopBoardMail handles POST /reports/:code/mails/:mail/stop.
func (h *Handlers) stopBoardMail(c echo.Context, actor authz.Actor) error {
	err := h.svc.StopBoardMail(c.Request().Context(), actor, c.Param("code"), countersign.BoardMailID(c.Param("mail")))
	if err != nil {
		return err
	}
	return h.redirect(c, "It is not sent any more.", mailsPath(c.Param("code")))
}

// stopMailPage is of the link in a mail; one that stops nothing gets a page
// that says so.
func (h *Handlers) stopMailPage(c echo.Context) (*view.StopMailPage, error) {
	m, err := h.svc.BoardMailToStop(c.Request().Context(), c.Param("token"))
	if countersign.KindOf(err) == countersign.NotFound {
		return view.NewStopMailPage("", ""), nil
	}
	return view.NewStopMailPage(c.Param("token"), m.PlaceName), err
}

func (h *Handlers) renderStopMail(c echo.Context, page *view.StopMailPage) error {
	status := http.StatusOK
	if page.Used {
		status = http.StatusNotFound
	}
	return h.render(c, status, authz.Actor{}, page)
}

// showStopMail handles GET /stop-mail/:token, the link that stands in a mail.
func (h *Handlers) showStopMail(c echo.Context, _ authz.Actor) error {
	page, err := h.stopMailPage(c)
	if err != nil {
		return err
	}
	return h.renderStopMail(c, page)
}

// stopMail handles POST /stop-mail/:token.
func (h *Handlers) stopMail(c echo.Context, _ authz.Actor) error {
	page, err := h.stopMailPage(c)
	if err != nil {
		return err
	}
	if !page.Used {
		err = h.svc.Unsubscribe(c.Request().Context(), page.Token)
		if err != nil && countersign.KindOf(err) != countersign.NotFound { // somebody was faster
			return err
		}
		page.Done = true
	}
	return h.renderStopMail(c, page)
}
