package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// receivedJSON is a transfer package that a practice received.
type receivedJSON struct {
	ID               countersign.ReceivedID       `json:"id"`
	Practice         string                       `json:"practice"`       // code
	Apprenticeship   countersign.ApprenticeshipID `json:"apprenticeship"` // as it was there
	ApprenticeName   string                       `json:"apprentice_name"`
	ApprenticeEmail  string                       `json:"apprentice_email"`
	Origin           string                       `json:"origin"` // address of the installation it is from
	AsAt             moment                       `json:"as_at"`
	Framework        string                       `json:"framework"`
	FrameworkVersion string                       `json:"framework_version"`
	SHA256           string                       `json:"sha256"`
	ReceivedBy       word                         `json:"received_by"` // null for whoever runs this installation
	ReceivedAt       moment                       `json:"received_at"`
	State            countersign.ReceivedState    `json:"state"`
	DecidedBy        word                         `json:"decided_by"`
	DecidedAt        moment                       `json:"decided_at"`
	Reason           word                         `json:"reason"`
	Version          string                       `json:"version"`
}

func receivedOf(r countersign.Received) receivedJSON {
	return receivedJSON{
		r.ID, r.PracticeCode, r.Apprenticeship, r.ApprenticeName, r.ApprenticeEmail, r.OriginURL, moment(r.AsAt), r.FrameworkID, r.FrameworkVersion, r.SHA256,
		word(r.ReceivedByName), moment(r.ReceivedAt), r.State, word(r.DecidedByName), moment(r.DecidedAt), word(r.Reason), itoa(r.Version),
	}
}

func receivedID(c echo.Context) countersign.ReceivedID { return countersign.ReceivedID(c.Param("id")) }

// onReceived asks whether the actor may know of the package.
func onReceived(h *Handlers, c echo.Context, actor authz.Actor) error {
	_, err := h.svc.ReceivedPackage(c.Request().Context(), actor, receivedID(c))
	return err
}

// listReceived handles GET /received-packages.
func (h *Handlers) listReceived(c echo.Context, actor authz.Actor) error {
	all, err := h.svc.ReceivedPackages(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, page[receivedJSON]{Items: each(all, receivedOf)})
}

// createReceived handles POST /organisations/:code/received-packages. The same
// package a second time is answered with 200.
func (h *Handlers) createReceived(c echo.Context, actor authz.Actor) error {
	file, err := formFile(c)
	if err != nil {
		return err
	}
	got, again, err := h.svc.ReceivePackage(c.Request().Context(), actor, c.Param("code"), file, file.size)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	status := http.StatusCreated
	if again {
		status = http.StatusOK
	}
	return writeResource(c, status, itoa(got.Version), receivedOf(got))
}

// showReceived handles GET /received-packages/:id.
func (h *Handlers) showReceived(c echo.Context, actor authz.Actor) error {
	p, err := h.svc.ReceivedPackage(c.Request().Context(), actor, receivedID(c))
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, itoa(p.Version), receivedOf(p.Received))
}

// downloadReceived handles GET /received-packages/:id/package.zip.
func (h *Handlers) downloadReceived(c echo.Context, actor authz.Actor) error {
	out, err := h.packer.Received(c.Request().Context(), actor, receivedID(c))
	if err != nil {
		return err
	}
	return sendPackage(c, out)
}

// decideReceived handles POST /received-packages/:id/decision.
func (h *Handlers) decideReceived(c echo.Context, actor authz.Actor) error {
	var in struct {
		Decision countersign.ReceivedEvent `json:"decision"`
		Reason   string                    `json:"reason"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	p, err := h.svc.ReceivedPackage(ctx, actor, receivedID(c))
	if err != nil {
		return err
	}
	if err := m.require(itoa(p.Version)); err != nil {
		return err
	}
	decided, err := h.svc.DecideReceived(ctx, actor, service.DecideReceivedInput{Package: p.ID, Version: p.Version, Event: in.Decision, Reason: in.Reason})
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, itoa(decided.Version), receivedOf(decided))
}
