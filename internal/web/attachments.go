package web

import (
	"maps"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
)

// createAttachments handles POST /evidence/:id/attachments. Each file that is
// refused is named, the others are kept.
func (h *Handlers) createAttachments(c echo.Context, actor authz.Actor) error {
	id := countersign.EvidenceID(c.Param("id"))
	if _, err := h.svc.Evidence(c.Request().Context(), actor, id); err != nil {
		return err
	}
	refused, err := h.takeFiles(c, actor, id)
	if refused == nil && err == nil {
		if multipart := c.Request().MultipartForm; multipart != nil && len(multipart.File["file"]) > 0 {
			return h.redirect(c, "Files added.", evidencePath(id)+"#files")
		}
		refused = countersign.InvalidField("file", "Select a file")
	}
	if err == nil {
		err = refused
	}
	return h.evidenceAgain(c, actor, id, err)
}

// deleteAttachment handles POST /attachments/:id/deletion.
func (h *Handlers) deleteAttachment(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	id := countersign.AttachmentID(c.Param("id"))
	file, err := h.svc.AttachmentFacts(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := h.svc.DeleteAttachment(ctx, actor, id); err != nil {
		return h.evidenceAgain(c, actor, file.Evidence, err)
	}
	return h.redirect(c, "File removed.", evidencePath(file.Evidence)+"#files")
}

// showAttachment handles GET /attachments/:id, always a download.
func (h *Handlers) showAttachment(c echo.Context, actor authz.Actor) error {
	file, err := h.svc.Attachment(c.Request().Context(), actor, countersign.AttachmentID(c.Param("id")), false)
	if err != nil {
		return err
	}
	defer func() { _ = file.Content.Close() }() // it was only read
	header := c.Response().Header()
	maps.Copy(header, file.Headers())
	header.Set(echo.HeaderContentLength, strconv.FormatInt(file.Size, 10))
	return c.Stream(http.StatusOK, header.Get(echo.HeaderContentType), file.Content)
}

// showRendition handles GET /attachments/:id/rendition, the small picture of
// an image that our own pages show.
func (h *Handlers) showRendition(c echo.Context, actor authz.Actor) error {
	file, err := h.svc.Attachment(c.Request().Context(), actor, countersign.AttachmentID(c.Param("id")), true)
	if err != nil {
		return err
	}
	defer func() { _ = file.Content.Close() }() // it was only read
	headers, ok := file.InlineHeaders()
	if !ok {
		return problem.OfStatus(http.StatusNotFound)
	}
	header := c.Response().Header()
	maps.Copy(header, headers)
	header.Set(echo.HeaderContentLength, strconv.FormatInt(file.Rendition.Size, 10))
	return c.Stream(http.StatusOK, header.Get(echo.HeaderContentType), file.Content)
}
