package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type skillsScanJSON struct {
	Framework string         `json:"framework"`
	Version   string         `json:"version"` // of the framework
	Mine      word           `json:"mine"`    // the side that the reader fills in
	Sides     []scanSideJSON `json:"sides"`
}

type scanSideJSON struct {
	Side       countersign.ScanSide `json:"side"`
	ByName     word                 `json:"by_name"`
	FinishedOn day                  `json:"finished_on"`
	Levels     map[string]string    `json:"levels"` // by code of the competency
}

// showSkillsScan handles GET /apprenticeships/:id/skills-scan.
func (h *Handlers) showSkillsScan(c echo.Context, actor authz.Actor) error {
	s, err := h.svc.SkillsScan(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	// Each side is its own to change. Before anything is saved its version is
	// 0, which stands for any in If-Match, so versions count from 1 here.
	return writeResource(c, http.StatusOK, itoa(s.Sides[s.Mine].Version+1), skillsScanJSON{
		s.Framework.ID, s.Framework.Version, word(s.Mine), each(countersign.ScanSides(), func(name countersign.ScanSide) scanSideJSON {
			side := s.Sides[name]
			out := scanSideJSON{name, word(side.ByName), day(side.FinishedOn), side.Levels}
			if out.Levels == nil {
				out.Levels = map[string]string{}
			}
			return out
		}),
	})
}

// saveSkillsScan handles PUT /apprenticeships/:id/skills-scan: the actor's
// side.
func (h *Handlers) saveSkillsScan(c echo.Context, actor authz.Actor) error {
	var in struct {
		Levels map[string]string `json:"levels"`
		Finish bool              `json:"finish"`
	}
	if err := attempt(c, &in, func(version int) error {
		return h.svc.SaveSkillsScan(c.Request().Context(), actor, apprenticeshipID(c), version-1, service.SkillsScanInput(in))
	}); err != nil {
		return err
	}
	return h.showSkillsScan(c, actor)
}

type claimJSON struct {
	ID            countersign.PriorLearningID    `json:"id"`
	Title         string                         `json:"title"`
	Provider      string                         `json:"provider"`
	On            day                            `json:"on"`
	Minutes       int                            `json:"minutes"`
	Competencies  []string                       `json:"competencies"`
	Evidence      word                           `json:"evidence"`
	State         countersign.PriorLearningState `json:"state"`
	Reason        string                         `json:"reason"`
	ClaimedAt     moment                         `json:"claimed_at"`
	DecidedByName word                           `json:"decided_by_name"`
	DecidedAt     moment                         `json:"decided_at"`
	Version       string                         `json:"version"`
}

func claimOf(c countersign.PriorLearning) claimJSON {
	return claimJSON{
		c.ID, c.Title, c.Provider, day(c.On), c.Minutes, listOf(c.Competencies), word(c.Evidence), c.State, c.Reason,
		moment(c.ClaimedAt), word(c.DecidedByName), moment(c.DecidedAt), itoa(c.Version),
	}
}

// listPriorLearning handles GET /apprenticeships/:id/prior-learning.
func (h *Handlers) listPriorLearning(c echo.Context, actor authz.Actor) error {
	l, err := h.svc.PriorLearning(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, struct {
		page[claimJSON]
		Minutes int `json:"minutes"` // that accepted claims replace
	}{page[claimJSON]{Items: each(l.Claims, claimOf)}, l.Minutes})
}

// claimPriorLearning handles POST /apprenticeships/:id/prior-learning.
func (h *Handlers) claimPriorLearning(c echo.Context, actor authz.Actor) error {
	var in struct {
		Title        string                 `json:"title"`
		Provider     string                 `json:"provider"`
		On           countersign.Date       `json:"on"`
		Minutes      int                    `json:"minutes"`
		Competencies []string               `json:"competencies"`
		Evidence     countersign.EvidenceID `json:"evidence"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	id, err := h.svc.ClaimPriorLearning(c.Request().Context(), actor, apprenticeshipID(c), service.PriorLearningInput(in))
	if err != nil {
		return err
	}
	return h.writeClaim(c, actor, http.StatusCreated, id)
}

func claimID(c echo.Context) countersign.PriorLearningID {
	return countersign.PriorLearningID(c.Param("claim"))
}

// showClaim handles GET /apprenticeships/:id/prior-learning/:claim.
func (h *Handlers) showClaim(c echo.Context, actor authz.Actor) error {
	return h.writeClaim(c, actor, http.StatusOK, claimID(c))
}

func (h *Handlers) writeClaim(c echo.Context, actor authz.Actor, status int, id countersign.PriorLearningID) error {
	claim, err := h.claim(c, actor, id)
	if err != nil {
		return err
	}
	out := claimOf(claim)
	if status == http.StatusCreated {
		return created(c, "/apprenticeships/"+c.Param("id")+"/prior-learning/"+string(id), out.Version, out)
	}
	return writeResource(c, status, out.Version, out)
}

func (h *Handlers) claim(c echo.Context, actor authz.Actor, id countersign.PriorLearningID) (countersign.PriorLearning, error) {
	l, err := h.svc.PriorLearning(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return countersign.PriorLearning{}, err
	}
	i := slices.IndexFunc(l.Claims, func(p countersign.PriorLearning) bool { return p.ID == id })
	if i < 0 {
		return countersign.PriorLearning{}, countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
	}
	return l.Claims[i], nil
}

func ofClaim(h *Handlers, c echo.Context, actor authz.Actor) error {
	_, err := h.claim(c, actor, claimID(c))
	return err
}

// decidePriorLearning handles POST /apprenticeships/:id/prior-learning/:claim/decision.
func (h *Handlers) decidePriorLearning(c echo.Context, actor authz.Actor) error {
	var in struct {
		Decision string `json:"decision"`
		Reason   string `json:"reason"`
	}
	if err := attempt(c, &in, func(version int) error {
		return h.svc.DecidePriorLearning(c.Request().Context(), actor, apprenticeshipID(c), claimID(c), version, service.PriorLearningDecision(in))
	}); err != nil {
		return err
	}
	return h.writeClaim(c, actor, http.StatusOK, claimID(c))
}

// withdrawPriorLearning handles POST /apprenticeships/:id/prior-learning/:claim/withdrawal.
func (h *Handlers) withdrawPriorLearning(c echo.Context, actor authz.Actor) error {
	var none struct{}
	if err := attempt(c, &none, func(version int) error {
		return h.svc.WithdrawPriorLearning(c.Request().Context(), actor, apprenticeshipID(c), claimID(c), version)
	}); err != nil {
		return err
	}
	return h.writeClaim(c, actor, http.StatusOK, claimID(c))
}
