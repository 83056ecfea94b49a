package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/pack"
	"countersign/internal/service"
	"countersign/internal/view"
)

// showData handles GET /account/data.
func (h *Handlers) showData(c echo.Context, actor authz.Actor) error {
	page, err := h.dataPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) dataPage(c echo.Context, actor authz.Actor) (*view.DataPage, error) {
	ctx := c.Request().Context()
	changes, err := h.svc.OwnChanges(ctx, actor)
	if err != nil {
		return nil, err
	}
	page := view.NewDataPage()
	if page.Erasure, err = h.svc.OwnErasure(ctx, actor); err != nil {
		return nil, err
	}
	for _, ch := range changes {
		page.Changes = append(page.Changes, view.DataChange{Field: ch.Field, Was: ch.Was, Became: ch.Became, By: personal(ch.ByName, ch.By), At: ch.At})
	}
	return page, nil
}

// personal is somebody's name; empty for a command.
func personal(name string, id countersign.PersonID) string {
	if id == "" {
		return ""
	}
	return name
}

// downloadData handles POST /account/data.zip: that it was asked for is audited.
func (h *Handlers) downloadData(c echo.Context, actor authz.Actor) error {
	out, err := h.packer.Personal(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentDisposition, attachmentName(pack.PersonalName))
	header.Set(echo.HeaderContentLength, strconv.FormatInt(out.Size, 10))
	return errors.Join(c.Stream(http.StatusOK, "application/zip", out), out.Close())
}

// showOwnTrail handles GET /account/trail.
func (h *Handlers) showOwnTrail(c echo.Context, actor authz.Actor) error {
	lines, next, err := h.svc.OwnTrail(c.Request().Context(), actor, service.ListPage{Cursor: c.QueryParam("cursor")})
	if err != nil {
		return err
	}
	page := view.NewOwnTrailPage()
	page.Rows, page.Next = trailRows(lines), next
	return h.render(c, http.StatusOK, actor, page)
}

// showAudit handles GET /admin/audit.
func (h *Handlers) showAudit(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	if err := h.svc.PermittedAnywhere(ctx, actor, authz.ReadAudit); err != nil {
		return err
	}
	page := view.NewAuditPage()
	page.Person, page.Action = strings.TrimSpace(c.QueryParam("person")), strings.TrimSpace(c.QueryParam("action"))
	page.From, page.To = strings.TrimSpace(c.QueryParam("from")), strings.TrimSpace(c.QueryParam("to"))
	f := service.TrailFilter{Person: page.Person, Action: page.Action, Cursor: c.QueryParam("cursor")}
	var p countersign.Problems
	for name, to := range map[string]*countersign.Date{"from": &f.From, "to": &f.To} {
		if typed := strings.TrimSpace(c.QueryParam(name)); typed != "" {
			var err error
			if *to, err = countersign.ParseDate(typed); err != nil {
				p.Add(name, "Enter a date that exists, such as 2026-03-27")
			}
		}
	}
	err := p.Err()
	if err == nil {
		var lines []service.TrailLine
		lines, page.Next, err = h.svc.AuditTrail(ctx, actor, f)
		page.Rows = trailRows(lines)
	}
	if err != nil {
		page.Errors.LinkTo("cursor", "person")
		return h.again(c, actor, page, err)
	}
	return h.render(c, http.StatusOK, actor, page)
}

func trailRows(lines []service.TrailLine) []view.TrailRow {
	rows := make([]view.TrailRow, len(lines))
	for i, l := range lines {
		who := l.ActorName
		if l.Actor == "" {
			who = "Not known"
			if l.Job != "" {
				who = "The " + strings.ReplaceAll(l.Job, "-", " ")
			}
		}
		role := ""
		if l.Role != l.Job {
			role = countersign.NamingRole(l.Role).Title()
		}
		rows[i] = view.TrailRow{At: l.At, Who: who, Role: role, What: view.Done(l.Action), About: l.About}
	}
	return rows
}
