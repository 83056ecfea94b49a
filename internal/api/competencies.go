package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type competencyJSON struct {
	Code         string                  `json:"code"`
	Title        string                  `json:"title"`
	Domain       string                  `json:"domain"`
	Core         bool                    `json:"core"`
	Scope        countersign.ScopeState  `json:"scope"`
	Status       countersign.Status      `json:"status"`
	Level        word                    `json:"level"`
	Threshold    string                  `json:"threshold"`
	Pieces       int                     `json:"pieces"`   // mapped to it and not withdrawn
	Counting     int                     `json:"counting"` // of these, those that count now
	Missing      []string                `json:"missing"`
	SignedOffAt  moment                  `json:"signed_off_at"`
	ExpiresOn    day                     `json:"expires_on"`
	Expiring     bool                    `json:"expiring"`
	Waiting      countersign.WaitingType `json:"waiting,omitempty"` // what it waits for; left out when for nothing
	WaitingSince moment                  `json:"waiting_since"`
	Awaits       word                    `json:"awaits"` // whose countersignature
	Version      int                     `json:"version"`
	Equivalent   []equivalentJSON        `json:"equivalent"`
}

// equivalentJSON is what was accepted in another framework for the same skill.
type equivalentJSON struct {
	Framework  string                   `json:"framework"`
	Competency string                   `json:"competency"`
	Accepted   int                      `json:"accepted"`
	Evidence   []countersign.EvidenceID `json:"evidence"` // for the apprentice alone
}

func equivalentOf(e service.Equivalent) equivalentJSON {
	return equivalentJSON{
		e.FrameworkID, e.Competency, e.Accepted,
		each(e.Pieces, func(p service.AcceptedElsewhere) countersign.EvidenceID { return p.Evidence }),
	}
}

func competencyOf(s countersign.Summary, equivalents []service.Equivalent) competencyJSON {
	return competencyJSON{
		Code: s.Code, Title: s.Title, Domain: s.Domain, Core: s.Core, Scope: s.Scope, Status: s.Status, Level: word(s.Level),
		Threshold: s.Threshold, Pieces: s.Pieces, Counting: s.Counting, Missing: listOf(s.Missing),
		SignedOffAt: moment(s.SignedOffAt), ExpiresOn: day(s.ExpiresOn), Expiring: s.Expiring,
		Waiting: s.Waiting, WaitingSince: moment(s.WaitingSince), Awaits: word(s.Awaits), Version: s.Version, Equivalent: each(equivalents, equivalentOf),
	}
}

// listCompetencies handles GET /apprenticeships/:id/competencies: all of them,
// in the framework's order.
func (h *Handlers) listCompetencies(c echo.Context, actor authz.Actor) error {
	ctx, id := c.Request().Context(), apprenticeshipID(c)
	r, err := h.svc.Record(ctx, actor, id)
	if err != nil {
		return err
	}
	equivalents, err := h.svc.Equivalents(ctx, actor, id)
	if err != nil {
		return err
	}
	return writePage(c, each(r.Competencies, func(s countersign.Summary) competencyJSON { return competencyOf(s, equivalents[s.Code]) }), "")
}

// competencyPageJSON is one competency with what a decision about it rests on,
// as far as the actor may see that.
type competencyPageJSON struct {
	competencyJSON
	Statement     string                     `json:"statement"`
	Guidance      string                     `json:"guidance"`
	EvidenceKinds []countersign.EvidenceKind `json:"evidence_kinds"`
	Evidence      []pieceJSON                `json:"evidence"`
	SignOffs      []signOffJSON              `json:"sign_offs"` // oldest first
	MaySign       bool                       `json:"may_sign"`
	SigningAs     word                       `json:"signing_as"`
	WouldAwait    word                       `json:"would_await"` // whose countersignature a decision would still need
}

// pieceJSON is a piece as one competency sees it.
type pieceJSON struct {
	ID            countersign.EvidenceID    `json:"id"`
	Kind          countersign.EvidenceKind  `json:"kind"`
	Title         string                    `json:"title"`
	OccurredOn    day                       `json:"occurred_on"`
	State         countersign.EvidenceState `json:"state"`
	Justification string                    `json:"justification"`
	Counts        bool                      `json:"counts"`
	Reason        word                      `json:"reason"` // why it doesn't count
}

// showCompetency handles GET /apprenticeships/:id/competencies/:code.
func (h *Handlers) showCompetency(c echo.Context, actor authz.Actor) error {
	page, err := h.svc.Competency(c.Request().Context(), actor, apprenticeshipID(c), c.Param("code"))
	if err != nil {
		return err
	}
	a := page.Attainment
	out := competencyPageJSON{
		competencyJSON: competencyOf(a.Summary(), page.Equivalents), Statement: a.Statement, Guidance: a.Guidance, EvidenceKinds: listOf(a.Competency.Evidence),
		Evidence: []pieceJSON{}, SignOffs: each(a.Decisions, signOffOf),
		MaySign: page.MaySign && page.MustNotSign == "", SigningAs: word(page.SigningAs), WouldAwait: word(page.WouldAwait),
	}
	for _, e := range page.Pieces {
		counts, reason := e.CountsFor(a.Competency)
		piece := pieceJSON{ID: e.ID, Kind: e.Kind, Title: e.Title, OccurredOn: day(e.OccurredOn), State: e.State, Counts: counts, Reason: word(reason)}
		for _, m := range e.Mapping {
			if m.Competency == a.Code {
				piece.Justification = m.Justification
			}
		}
		out.Evidence = append(out.Evidence, piece)
	}
	return writeResource(c, http.StatusOK, itoa(a.Version), out)
}
