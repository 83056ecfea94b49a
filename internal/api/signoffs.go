package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type signOffJSON struct {
	ID               countersign.SignOffID        `json:"id"`
	Apprenticeship   countersign.ApprenticeshipID `json:"apprenticeship"`
	Competency       string                       `json:"competency"`
	Decision         countersign.Decision         `json:"decision"`
	Level            word                         `json:"level"`
	Comment          string                       `json:"comment"`
	Statement        string                       `json:"statement"` // what the signer signed
	RoleInDecision   countersign.Part             `json:"role_in_decision"`
	Awaits           word                         `json:"awaits"` // whose countersignature is still needed
	Evidence         []reliedJSON                 `json:"evidence"`
	Assessor         assessorJSON                 `json:"assessor"`
	Authentication   string                       `json:"authentication"` // how the signer had signed in
	Framework        string                       `json:"framework"`
	FrameworkVersion string                       `json:"framework_version"`
	CompetencyHash   string                       `json:"competency_hash"` // of the competency's text
	SignedAt         moment                       `json:"signed_at"`
	Supersedes       word                         `json:"supersedes"` // the decision before this one
	Ledger           ledgerJSON                   `json:"ledger"`
	Origin           word                         `json:"origin"` // address of the installation it was made in
}

type reliedJSON struct {
	ID       countersign.EvidenceID `json:"id"`
	Revision int                    `json:"revision"`
	Hash     string                 `json:"hash"`
	Title    string                 `json:"title"`
	Counted  bool                   `json:"counted"`
}

// assessorJSON is a signer as they were.
type assessorJSON struct {
	ID           countersign.PersonID   `json:"id"`
	Name         string                 `json:"name"`
	Role         countersign.NamingRole `json:"role"`
	Registration word                   `json:"registration"`
}

type ledgerJSON struct {
	Leaf     string `json:"leaf"`
	Previous string `json:"previous"` // leaf of the apprenticeship's previous decision; empty for the first
}

func signOffOf(s countersign.SignOff) signOffJSON {
	return signOffJSON{
		ID: s.ID, Apprenticeship: s.Apprenticeship, Competency: s.Competency, Decision: s.Decision, Level: word(s.Level),
		Comment: s.Comment, Statement: s.Statement, RoleInDecision: s.Part, Awaits: word(s.Awaits),
		Evidence: each(s.Evidence, func(r countersign.Relied) reliedJSON {
			return reliedJSON{r.Evidence, r.Revision, r.Hash, r.Title, r.Counted}
		}),
		Assessor:       assessorJSON{s.Assessor, s.AssessorName, s.AssessorRole, word(s.Registration)},
		Authentication: s.Authentication, Framework: s.FrameworkID, FrameworkVersion: s.FrameworkVersion, CompetencyHash: s.TextHash,
		SignedAt: moment(s.SignedAt), Supersedes: word(s.Supersedes), Ledger: ledgerJSON{s.Leaf, s.PreviousLeaf}, Origin: word(s.Origin),
	}
}

// decidedJSON is a decision just made, with what it made of the competency.
type decidedJSON struct {
	signOffJSON
	Status  countersign.Status `json:"status"`  // of the competency now
	Version int                `json:"version"` // of the competency now
}

func decidedOf(so countersign.SignOff, s countersign.Summary) decidedJSON {
	return decidedJSON{signOffOf(so), s.Status, s.Version}
}

// listSignOffs handles GET /apprenticeships/:id/sign-offs, newest first.
func (h *Handlers) listSignOffs(c echo.Context, actor authz.Actor) error {
	all, err := h.svc.SignOffs(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return writePage(c, each(all, signOffOf), "")
}

// signOffInput is a decision in a request.
type signOffInput struct {
	Competency   string                   `json:"competency"`
	Decision     countersign.Decision     `json:"decision"`
	Level        string                   `json:"level"`
	Comment      string                   `json:"comment"`
	Evidence     []countersign.EvidenceID `json:"evidence"`
	Countersigns countersign.SignOffID    `json:"countersigns"`
	Version      int                      `json:"version"` // of the competency as seen
}

func (in signOffInput) service(id countersign.ApprenticeshipID) service.SignOffInput {
	return service.SignOffInput{
		Apprenticeship: id, Competency: in.Competency, Version: in.Version, Decision: in.Decision, Level: in.Level,
		Comment: in.Comment, Evidence: in.Evidence, Countersigns: in.Countersigns,
	}
}

// createSignOff handles POST /apprenticeships/:id/sign-offs. A decision on a
// competency that has changed since it was seen is a 409, not a 412: the answer
// says what changed.
func (h *Handlers) createSignOff(c echo.Context, actor authz.Actor) error {
	var in signOffInput
	err := decodeJSON(c, &in)
	if err == nil {
		in.Version, err = seen(c, in.Version)
	}
	if err != nil {
		return err
	}
	so, summary, err := h.svc.SignOff(c.Request().Context(), actor, in.service(apprenticeshipID(c)))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, decidedOf(so, summary))
}

// withdrawSignOff handles POST /sign-offs/:id/withdrawal.
func (h *Handlers) withdrawSignOff(c echo.Context, actor authz.Actor) error {
	in, err := readReason(c)
	if err != nil {
		return err
	}
	so, summary, err := h.svc.WithdrawSignOff(c.Request().Context(), actor, countersign.SignOffID(c.Param("id")), in)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, decidedOf(so, summary))
}

// confirmSignOff handles POST /sign-offs/:id/confirmation: a decision stands
// though evidence was withdrawn since.
func (h *Handlers) confirmSignOff(c echo.Context, actor authz.Actor) error {
	in, err := readReason(c)
	if err != nil {
		return err
	}
	so, summary, err := h.svc.ConfirmSignOff(c.Request().Context(), actor, countersign.SignOffID(c.Param("id")), in)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, decidedOf(so, summary))
}

func readReason(c echo.Context) (service.ReasonInput, error) {
	var in struct {
		Reason  string `json:"reason"`
		Version int    `json:"version"`
	}
	err := decodeJSON(c, &in)
	if err == nil {
		in.Version, err = seen(c, in.Version)
	}
	return service.ReasonInput{Version: in.Version, Reason: in.Reason}, err
}
