package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/view"
)

// evidencePageSize is how many pieces one page of the list has.
const evidencePageSize = 20

// listEvidence handles GET /apprenticeships/:id/evidence.
func (h *Handlers) listEvidence(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	app, err := h.svc.Apprenticeship(ctx, actor, countersign.ApprenticeshipID(c.Param("id")))
	if err != nil {
		return err
	}
	framework, err := h.svc.Framework(ctx, app.FrameworkID, app.FrameworkVersion)
	if err != nil {
		return err
	}
	page := view.NewEvidenceListPage(app, framework, app.Apprentice == actor.ID())
	page.MayWrite = app.IsWorking() && h.svc.Permitted(ctx, actor, app.ID, authz.WriteEvidence, authz.RecordEvidence) == nil
	q := form{c.QueryParams()}
	filter, err := evidenceFilter(q, framework, &page.Filter)
	if err != nil {
		if err := h.svc.Permitted(ctx, actor, app.ID, authz.ReadEvidence, authz.ReadAdministrationEvidence); err != nil {
			return err
		}
		return h.again(c, actor, page, err)
	}
	var next string
	if page.Pieces, next, err = h.svc.EvidenceList(ctx, actor, app.ID, filter); err != nil {
		return err
	}
	page.First, page.Next = listLinks(page.Action(), q.Values, next)
	return h.render(c, http.StatusOK, actor, page)
}

// listLinks returns the addresses of the first and of the next page of a list
// that is filtered as the query says; empty where there is none.
func listLinks(path string, query url.Values, next string) (first, following string) {
	rest := url.Values{}
	for name, values := range query {
		if name != "cursor" && values[0] != "" {
			rest[name] = values
		}
	}
	address := func() string {
		if len(rest) == 0 {
			return path
		}
		return path + "?" + rest.Encode()
	}
	if query.Get("cursor") != "" {
		first = address()
	}
	if next != "" {
		rest.Set("cursor", next)
		following = address()
	}
	return first, following
}

// evidenceFilter reads the filter, and keeps it as typed.
func evidenceFilter(f form, framework countersign.Framework, typed *view.EvidenceFilter) (service.EvidenceFilter, error) {
	*typed = view.EvidenceFilter{
		State: f.text("state"), Kind: f.text("kind"), Domain: f.text("domain"), From: f.dateValue("from"), To: f.dateValue("to"),
	}
	var p countersign.Problems
	out := service.EvidenceFilter{Limit: evidencePageSize, Cursor: f.Get("cursor"), From: f.date("from", &p), To: f.date("to", &p)}
	if typed.State != "" {
		out.States = []countersign.EvidenceState{countersign.EvidenceState(typed.State)}
		if !slices.Contains(countersign.EvidenceStates(), out.States[0]) {
			p.Add("state", "Select one of the states that are offered")
		}
	}
	if typed.Kind != "" {
		out.Kinds = []countersign.EvidenceKind{countersign.EvidenceKind(typed.Kind)}
		if !out.Kinds[0].Valid() {
			p.Add("kind", "Select one of the kinds that are offered")
		}
	}
	if typed.Domain != "" {
		for _, competency := range framework.Domain(typed.Domain).Competencies {
			out.Competencies = append(out.Competencies, competency.Code)
		}
		if len(out.Competencies) == 0 {
			p.Add("domain", "Select one of the domains that are offered")
		}
	}
	if !out.From.IsZero() && !out.To.IsZero() && out.To.Before(out.From) {
		p.Add("to", "This date must be on or after the other one")
	}
	return out, p.Err()
}

// showEvidence handles GET /evidence/:id.
func (h *Handlers) showEvidence(c echo.Context, actor authz.Actor) error {
	known, err := h.svc.Evidence(c.Request().Context(), actor, countersign.EvidenceID(c.Param("id")))
	if err != nil {
		return err
	}
	page := h.evidencePage(actor, known)
	page.Review = reviewForm(actor, known, c.QueryParam("from"))
	return h.render(c, http.StatusOK, actor, page)
}

// evidencePage returns the page of a piece. Whoever shows it again with what
// is wrong builds it here too.
func (h *Handlers) evidencePage(actor authz.Actor, known service.EvidencePage) *view.EvidencePage {
	e := known.Evidence
	page := view.NewEvidencePage(e, known.Framework)
	page.Apprenticeship, page.Reviews, page.Revisions, page.ReliedOn = known.Apprenticeship, known.Reviews, known.Revisions, known.ReliedOn
	page.Reviewers, page.Today = e.Reviewers(known.Framework, known.Subject.Namings), countersign.LondonDate(h.now())
	page.Own = actor.ID() == e.Apprentice
	page.MayEdit, page.MayWithdraw, page.MayConfirmRead = known.MayEdit, known.MayWithdraw, known.MayConfirmRead
	page.MayReport, page.MayRelease, page.MayLift = known.MayReport, known.MayRelease, known.MayLift
	page.MayDelete = known.MayEdit && e.State == countersign.Draft && e.Revision == 0
	page.MayCopy = e.Author() == actor.ID() && known.Apprenticeship.IsWorking() && e.Title != "" && !e.Quarantined &&
		(actor.May(authz.WriteEvidence, known.Subject) || actor.May(authz.RecordEvidence, known.Subject))
	page.CopyKey = rand.Text()
	return page
}

// showRevision handles GET /evidence/:id/revisions/:number, compared with the
// one before or with ?with=.
func (h *Handlers) showRevision(c echo.Context, actor authz.Actor) error {
	known, err := h.svc.Evidence(c.Request().Context(), actor, countersign.EvidenceID(c.Param("id")))
	if err != nil {
		return err
	}
	revision, ok := revisionOf(known.Revisions, c.Param("number"))
	if !ok {
		return problem.OfStatus(http.StatusNotFound)
	}
	page := view.NewEvidenceRevisionPage(known.Evidence, known.Framework, revision)
	page.With, _ = revisionOf(known.Revisions, strconv.Itoa(revision.Number-1))
	if with := c.QueryParam("with"); with != "" {
		if page.With, ok = revisionOf(known.Revisions, with); !ok || page.With.Number == revision.Number {
			return problem.OfStatus(http.StatusNotFound)
		}
	}
	if !page.With.DestroyedAt.IsZero() {
		page.With = countersign.Revision{}
	}
	for _, r := range known.Revisions {
		page.Numbers = append(page.Numbers, r.Number)
	}
	for _, r := range known.Reviews {
		if r.Revision == revision.Number {
			page.Reviews = append(page.Reviews, r)
		}
	}
	return h.render(c, http.StatusOK, actor, page)
}

// revisionOf finds the revision of that number.
func revisionOf(all []countersign.Revision, number string) (countersign.Revision, bool) {
	n, err := strconv.Atoi(number)
	if err != nil {
		return countersign.Revision{}, false
	}
	i := slices.IndexFunc(all, func(r countersign.Revision) bool { return r.Number == n })
	if i < 0 {
		return countersign.Revision{}, false
	}
	return all[i], true
}
