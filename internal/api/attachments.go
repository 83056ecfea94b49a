package api

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
)

type attachmentJSON struct {
	ID        countersign.AttachmentID `json:"id"`
	Evidence  countersign.EvidenceID   `json:"evidence"`
	Name      string                   `json:"name"`
	MediaType string                   `json:"media_type"`
	Size      int64                    `json:"size"` // bytes
	SHA256    string                   `json:"sha256"`
	Width     int                      `json:"width"` // pixels; 0 unless an image
	Height    int                      `json:"height"`
	AddedAt   moment                   `json:"added_at"`
	Unchecked bool                     `json:"unchecked"` // for viruses
}

func attachmentOf(a countersign.Attachment) attachmentJSON {
	return attachmentJSON{a.ID, a.Evidence, a.Name, a.MediaType, a.Size, a.SHA256, a.Width, a.Height, moment(a.AddedAt), a.Unchecked}
}

// attachmentTag is the ETag of a file: content never changes under its id.
func attachmentTag(a countersign.Attachment) string { return `"` + a.SHA256 + `"` }

// upload is the file of a form.
type upload struct {
	multipart.File
	name string
	size int64
}

// formFile returns the one file of a form, in the field "file".
func formFile(c echo.Context) (upload, error) {
	req := c.Request()
	if req.MultipartForm == nil {
		mediaType, _, err := mime.ParseMediaType(req.Header.Get(echo.HeaderContentType))
		if err != nil || mediaType != echo.MIMEMultipartForm {
			return upload{}, problem.UnsupportedMediaType("Send the file as multipart/form-data in the field “file”")
		}
		req.Body = http.MaxBytesReader(c.Response(), req.Body, maxUpload)
		if err := req.ParseMultipartForm(1 << 20); err != nil {
			var tooLarge *http.MaxBytesError
			if errors.As(err, &tooLarge) {
				return upload{}, problem.TooLarge("The file must be smaller than 20MB")
			}
			return upload{}, problem.Malformed("The form could not be read")
		}
	}
	form := req.MultipartForm
	var p countersign.Problems
	said := service.ConfirmationOf(req.Context())
	for name, values := range form.Value {
		switch name {
		case confirmationMember + ".findings":
			confirm(said, values, "")
			continue
		case confirmationMember + ".reason":
			confirm(said, nil, values[0])
			continue
		}
		p.Add(shown(name), "There is no such field here")
	}
	for name := range form.File {
		if name != "file" {
			p.Add(shown(name), "There is no such field here")
		}
	}
	files := form.File["file"]
	if len(files) != 1 {
		p.Add("file", "Send one file in the field “file”")
	}
	if err := unprocessable(p); err != nil {
		return upload{}, err
	}
	f, err := files[0].Open()
	return upload{f, files[0].Filename, files[0].Size}, err
}

// createAttachment handles POST /evidence/:id/attachments.
func (h *Handlers) createAttachment(c echo.Context, actor authz.Actor) error {
	if err := h.unchangedEvidence(c, actor); err != nil {
		return err
	}
	file, err := formFile(c)
	if err != nil {
		return err
	}
	defer file.Close()
	a, err := h.svc.AddAttachment(c.Request().Context(), actor, evidenceID(c), file.name, file)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderLocation, base+"/attachments/"+string(a.ID))
	header.Set("ETag", attachmentTag(a))
	return writeJSON(c, http.StatusCreated, attachmentOf(a))
}

// showAttachment handles GET /attachments/:id: the file itself. With
// ?rendition=true it is the smaller picture of the portfolio, where there is
// one.
func (h *Handlers) showAttachment(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	rendition := q.bool("rendition")
	if err := q.err(); err != nil {
		return err
	}
	a, err := h.svc.Attachment(c.Request().Context(), actor, countersign.AttachmentID(c.Param("id")), rendition)
	if err != nil {
		return err
	}
	defer a.Content.Close()
	tag := attachmentTag(a.Attachment)
	if rendition && a.Rendition.SHA256 != "" {
		tag = `"` + a.Rendition.SHA256 + `"`
		a.MediaType = "image/jpeg"
	}
	header := c.Response().Header()
	if notModified(c, tag) {
		return c.NoContent(http.StatusNotModified)
	}
	for name, values := range a.Headers() {
		header[name] = values
	}
	c.Response().WriteHeader(http.StatusOK)
	_, err = io.Copy(c.Response(), a.Content)
	return err
}

// deleteAttachment handles DELETE /attachments/:id.
func (h *Handlers) deleteAttachment(c echo.Context, actor authz.Actor) error {
	ctx, id := c.Request().Context(), countersign.AttachmentID(c.Param("id"))
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if !m.any {
		a, err := h.svc.AttachmentFacts(ctx, actor, id)
		if err != nil {
			return err
		}
		if err := m.require(a.SHA256); err != nil {
			return err
		}
	}
	if err := h.svc.DeleteAttachment(ctx, actor, id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
