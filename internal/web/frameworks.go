package web

import (
	"cmp"
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/view"
)

// listFrameworks handles GET /frameworks.
func (h *Handlers) listFrameworks(c echo.Context, actor authz.Actor) error {
	rows, err := h.svc.Frameworks(c.Request().Context())
	if err != nil {
		return err
	}
	page := view.NewFrameworksPage()
	if _, err := h.svc.FrameworkDrafts(c.Request().Context(), actor); err == nil {
		page.Drafting = true
	} else if countersign.IsFault(err) {
		return err
	}
	for _, r := range rows {
		if n := len(page.Frameworks); n > 0 && page.Frameworks[n-1].ID == r.ID {
			page.Frameworks[n-1].Older = append(page.Frameworks[n-1].Older, r.Version)
			continue
		}
		page.Frameworks = append(page.Frameworks, view.FrameworkEntry{
			ID: r.ID, Title: r.Title, Notice: r.Notice, Status: countersign.FrameworkStatus(r.Status), Standing: countersign.Standing(r.Standing),
			Competencies: r.Competencies, Version: r.Version,
		})
	}
	return h.render(c, http.StatusOK, actor, page)
}

// showFramework handles GET /frameworks/:id, the newest version or ?version=.
func (h *Handlers) showFramework(c echo.Context, actor authz.Actor) error {
	f, newest, err := h.framework(c, c.QueryParam("version"))
	if err != nil {
		return err
	}
	page := view.NewFrameworkPage(f)
	page.Newest, page.MayMove = newest, actor.CanAnywhere(authz.DecideProgramme)
	page.MayDraft = actor.CanAnywhere(authz.EditFrameworkDraft)
	all, _, err := h.versions(c, f.ID)
	if err != nil && countersign.KindOf(err) != countersign.NotFound { // a framework that was never published has none to compare
		return err
	}
	page.Changed = len(all) > 0 && all[len(all)-1] != f.Version
	return h.render(c, http.StatusOK, actor, page)
}

// exportFramework handles GET /frameworks/:id/:version/export?format=; without
// a format, it is the framework file.
func (h *Handlers) exportFramework(c echo.Context, _ authz.Actor) error {
	format := cmp.Or(interchange.Format(c.QueryParam("format")), interchange.YAML)
	if format.MediaType() == "" {
		return countersign.Refuse(countersign.NotFound, "A framework can be downloaded as yaml, case, moodle-csv, csv or xlsx")
	}
	r, err := h.svc.FrameworkRelease(c.Request().Context(), c.Param("id"), c.Param("version"))
	if err != nil {
		return err
	}
	release := interchange.Release{Framework: r.Framework, File: r.File, Previous: r.Previous, ChangedAt: r.LoadedAt, BaseURL: h.url}
	out, err := release.Encode(format)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+format.FileName(r.Framework.ID, r.Framework.Version)+`"`)
	return c.Blob(http.StatusOK, format.MediaType(), out)
}

// framework returns a version of the framework that the path names, and which
// one is the newest, empty when this is it.
func (h *Handlers) framework(c echo.Context, version string) (f countersign.Framework, newest string, err error) {
	ctx := c.Request().Context()
	rows, err := h.svc.Frameworks(ctx)
	if err != nil {
		return f, "", err
	}
	for _, r := range rows { // the newest version first
		if r.ID != c.Param("id") {
			continue
		}
		if newest == "" {
			newest = r.Version
		}
		if r.Status == string(countersign.FrameworkPublished) {
			newest = r.Version
			break
		}
	}
	if version == "" {
		version = newest
	}
	if newest == "" {
		return f, "", countersign.Refuse(countersign.NotFound, "There is no such framework")
	}
	if f, err = h.svc.Framework(ctx, c.Param("id"), version); err != nil {
		return f, "", err
	}
	if f.Version == newest {
		newest = ""
	}
	return f, newest, nil
}

// showJobDescription handles GET /job-description/:id. An apprentice on the
// framework sees their own version, and how far each competency is.
func (h *Handlers) showJobDescription(c echo.Context, actor authz.Actor) error {
	record, own, err := h.svc.OwnRecord(c.Request().Context(), actor, c.Param("id"))
	if err != nil {
		return err
	}
	version := c.QueryParam("version")
	if own && version == "" {
		version = record.Framework.Version
	}
	f, newest, err := h.framework(c, version)
	if err != nil {
		return err
	}
	page := view.NewJobDescriptionPage(f)
	page.Versioned = newest != ""
	if own && record.Framework.Version == f.Version {
		page.Own, page.Standing = record.Apprenticeship.ID, map[string]countersign.Status{}
		for _, s := range record.Competencies {
			page.Standing[s.Code] = s.Status
		}
	}
	return h.render(c, http.StatusOK, actor, page)
}

// frameworkTitles returns the titles of the newest versions, by identifier.
func (h *Handlers) frameworkTitles(ctx context.Context) (map[string]string, error) {
	options, err := h.frameworkOptions(ctx)
	titles := map[string]string{}
	for _, o := range options {
		titles[o.Value] = o.Text
	}
	return titles, err
}

// frameworkOptions are the frameworks there are to choose from, by identifier.
func (h *Handlers) frameworkOptions(ctx context.Context) ([]view.Option, error) {
	rows, err := h.svc.Frameworks(ctx)
	var options []view.Option
	for _, r := range rows { // by framework, the newest version first
		if n := len(options); n == 0 || options[n-1].Value != r.ID {
			options = append(options, view.Option{Value: r.ID, Text: r.Title})
		}
	}
	return options, err
}
