package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type cpdCycleJSON struct {
	ID        countersign.CPDCycleID `json:"id"`
	Rules     cpdRulesJSON           `json:"rules"`
	Framework string                 `json:"framework"`
	Version   string                 `json:"version"` // of the framework whose rules they are
	StartsOn  day                    `json:"starts_on"`
	EndsOn    day                    `json:"ends_on"`
	State     countersign.CPDState   `json:"state"`
	Total     string                 `json:"total"` // points, as are the next two
	Approved  string                 `json:"approved"`
	Of        map[string]string      `json:"of"` // by category
	DaysLeft  int                    `json:"days_left"`
	Missing   []string               `json:"missing"`
	MayRenew  bool                   `json:"may_renew"`
	Closure   *cpdClosureJSON        `json:"closure"`
	Entries   []cpdEntryJSON         `json:"entries"`
}

type cpdRulesJSON struct {
	Code        string         `json:"code"`
	Title       string         `json:"title"`
	Body        string         `json:"body"`
	Months      int            `json:"months"`
	Points      int            `json:"points"`
	Floors      []cpdFloorJSON `json:"floors"`
	Approved    int            `json:"approved"`
	Alternative word           `json:"alternative"`
}

type cpdFloorJSON struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Points int    `json:"points"`
}

type cpdClosureJSON struct {
	On   day    `json:"on"`
	Note string `json:"note"`
}

type cpdEntryJSON struct {
	ID         countersign.CPDEntryID `json:"id"`
	On         day                    `json:"on"`
	Title      string                 `json:"title"`
	Provider   string                 `json:"provider"`
	Category   string                 `json:"category"`
	Points     string                 `json:"points"`
	Approved   bool                   `json:"approved"`
	ReversedAt moment                 `json:"reversed_at"`
	Reason     string                 `json:"reason"` // of the reversal
}

func cpdEntryOf(e countersign.CPDEntry) cpdEntryJSON {
	return cpdEntryJSON{e.ID, day(e.On), e.Title, e.Provider, e.Category, e.Points.String(), e.Approved, moment(e.ReversedAt), e.Reason}
}

func cpdCycleOf(kept service.CPD, c countersign.CPDCycle) cpdCycleJSON {
	s, rules := c.Standing(kept.Today), c.Cycle
	out := cpdCycleJSON{
		ID: c.ID, Framework: c.FrameworkID, Version: c.FrameworkVersion, StartsOn: day(c.StartsOn), EndsOn: day(c.EndsOn),
		Rules: cpdRulesJSON{
			rules.Code, rules.Title, rules.Body, rules.Months, rules.Points,
			each(rules.Floors, func(f countersign.Floor) cpdFloorJSON { return cpdFloorJSON(f) }), rules.Approved, word(rules.Alternative),
		},
		State: s.State, Total: s.Total.String(), Approved: s.Approved.String(), Of: map[string]string{}, DaysLeft: s.DaysLeft, Missing: listOf(s.Missing),
		MayRenew: kept.MayKeep && c.MayRenew(kept.Cycles, kept.Today), Entries: each(c.Entries, cpdEntryOf),
	}
	for category, points := range s.Of {
		out.Of[category] = points.String()
	}
	if by := c.Closure; by != nil {
		out.Closure = &cpdClosureJSON{day(by.On), by.Note}
	}
	return out
}

// showCPD handles GET /apprenticeships/:id/cpd.
func (h *Handlers) showCPD(c echo.Context, actor authz.Actor) error {
	kept, err := h.cpd(c, actor)
	if err != nil {
		return err
	}
	return writePage(c, each(kept.Cycles, func(cycle countersign.CPDCycle) cpdCycleJSON { return cpdCycleOf(kept, cycle) }), "")
}

func (h *Handlers) cpd(c echo.Context, actor authz.Actor) (service.CPD, error) {
	return h.svc.CPD(c.Request().Context(), actor, apprenticeshipID(c))
}

// writeCycle answers with a cycle that is new or has something new.
func (h *Handlers) writeCycle(c echo.Context, actor authz.Actor, id countersign.CPDCycleID) error {
	kept, err := h.cpd(c, actor)
	if err != nil {
		return err
	}
	cycle, err := service.CycleOf(kept.Cycles, id)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, cpdCycleOf(kept, cycle))
}

func (h *Handlers) writeCPDEntry(c echo.Context, actor authz.Actor, id countersign.CPDEntryID) error {
	kept, err := h.cpd(c, actor)
	if err != nil {
		return err
	}
	_, entry, err := service.EntryOf(kept.Cycles, id)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, cpdEntryOf(entry))
}

func cycleID(c echo.Context) countersign.CPDCycleID { return countersign.CPDCycleID(c.Param("cycle")) }

func ofCycle(h *Handlers, c echo.Context, actor authz.Actor) error {
	kept, err := h.cpd(c, actor)
	if err == nil {
		_, err = service.CycleOf(kept.Cycles, cycleID(c))
	}
	return err
}

func cpdEntryID(c echo.Context) countersign.CPDEntryID {
	return countersign.CPDEntryID(c.Param("entry"))
}

func ofCPDEntry(h *Handlers, c echo.Context, actor authz.Actor) error {
	kept, err := h.cpd(c, actor)
	if err == nil {
		_, _, err = service.EntryOf(kept.Cycles, cpdEntryID(c))
	}
	return err
}

// openCycle handles POST /apprenticeships/:id/cpd/cycles.
func (h *Handlers) openCycle(c echo.Context, actor authz.Actor) error {
	var in struct {
		Code     string           `json:"code"`
		StartsOn countersign.Date `json:"starts_on"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	id, err := h.svc.OpenCPDCycle(c.Request().Context(), actor, apprenticeshipID(c), service.OpenCycleInput(in))
	if err != nil {
		return err
	}
	return h.writeCycle(c, actor, id)
}

// renewCycle handles POST /apprenticeships/:id/cpd/cycles/:cycle/renewal.
func (h *Handlers) renewCycle(c echo.Context, actor authz.Actor) error {
	var none struct{}
	if err := decodeOptional(c, &none); err != nil {
		return err
	}
	id, err := h.svc.RenewCPDCycle(c.Request().Context(), actor, apprenticeshipID(c), cycleID(c))
	if err != nil {
		return err
	}
	return h.writeCycle(c, actor, id)
}

// closeCycle handles POST /apprenticeships/:id/cpd/cycles/:cycle/closure.
func (h *Handlers) closeCycle(c echo.Context, actor authz.Actor) error {
	var in struct {
		On   countersign.Date `json:"on"`
		Note string           `json:"note"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := h.svc.CloseCPDCycle(c.Request().Context(), actor, apprenticeshipID(c), cycleID(c), service.CPDClosureInput(in)); err != nil {
		return err
	}
	return h.writeCycle(c, actor, cycleID(c))
}

// createCPDEntry handles POST /apprenticeships/:id/cpd/cycles/:cycle/entries.
func (h *Handlers) createCPDEntry(c echo.Context, actor authz.Actor) error {
	var in struct {
		On       countersign.Date `json:"on"`
		Title    string           `json:"title"`
		Provider string           `json:"provider"`
		Category string           `json:"category"`
		Points   string           `json:"points"`
		Approved bool             `json:"approved"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	id, err := h.svc.AddCPDEntry(c.Request().Context(), actor, apprenticeshipID(c), cycleID(c), service.CPDEntryInput(in))
	if err != nil {
		return err
	}
	return h.writeCPDEntry(c, actor, id)
}

// reverseCPDEntry handles POST /apprenticeships/:id/cpd/entries/:entry/reversal.
func (h *Handlers) reverseCPDEntry(c echo.Context, actor authz.Actor) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := h.svc.ReverseCPDEntry(c.Request().Context(), actor, apprenticeshipID(c), cpdEntryID(c), service.CPDReversal(in)); err != nil {
		return err
	}
	return h.writeCPDEntry(c, actor, cpdEntryID(c))
}
