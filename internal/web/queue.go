package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/view"
)

// queuePageRows is how many rows one page of the queue shows.
const queuePageRows = 50

// showQueue handles GET /queue.
func (h *Handlers) showQueue(c echo.Context, actor authz.Actor) error {
	page, err := h.queuePage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// queueAddress is the queue with the same filter as the request.
func queueAddress(c echo.Context) string {
	q := url.Values{}
	for _, name := range []string{"apprenticeship", "type"} {
		if v := c.QueryParam(name); v != "" {
			q.Set(name, v)
		}
	}
	if len(q) == 0 {
		return "/queue"
	}
	return "/queue?" + q.Encode()
}

func (h *Handlers) queuePage(c echo.Context, actor authz.Actor) (*view.QueuePage, error) {
	page := view.NewQueuePage()
	page.Action = queueAddress(c)
	page.Filter = view.QueueFilter{Apprentice: c.QueryParam("apprenticeship"), Type: c.QueryParam("type")}
	filter := service.QueueFilter{Apprenticeship: countersign.ApprenticeshipID(page.Filter.Apprentice), Limit: queuePageRows + 1}
	if page.Filter.Type != "" {
		filter.Types = []countersign.WaitingType{countersign.WaitingType(page.Filter.Type)}
	}
	items, err := h.svc.Queue(c.Request().Context(), actor, filter)
	if err != nil {
		return nil, err
	}
	if page.More = len(items) > queuePageRows; page.More {
		items = items[:queuePageRows]
	}
	for i, item := range items {
		row, err := h.queueRow(c.Request().Context(), i, item)
		if err != nil {
			return nil, err
		}
		page.Rows = append(page.Rows, row)
		option := view.Option{Value: string(item.Apprenticeship), Text: item.ApprenticeName}
		if !slices.Contains(page.Filter.Apprentices, option) {
			page.Filter.Apprentices = append(page.Filter.Apprentices, option)
		}
	}
	return page, nil
}

func (h *Handlers) queueRow(ctx context.Context, i int, item countersign.QueueItem) (view.QueueRow, error) {
	row := view.QueueRow{Index: i, Item: item, Waiting: view.Waiting(item.Since, countersign.LondonDate(h.now()))}
	if item.Type == countersign.WaitReview {
		row.Title, row.Href, row.Options = item.EvidenceTitle, evidencePath(item.Evidence), view.ReviewOptions()
		row.Detail = item.EvidenceKind.Title() + " for " + strings.Join(item.Mapping, ", ")
		return row, nil
	}
	f, err := h.svc.Framework(ctx, item.FrameworkID, item.FrameworkVersion)
	if err != nil {
		return row, err
	}
	competency, _ := f.Competency(item.Competency)
	row.Title = competency.Code + " " + competency.Title
	row.Href = competencyPath(item.Apprenticeship, item.Competency)
	switch item.Type {
	case countersign.WaitScope:
		row.Href, row.Undecidable = apprenticeshipPath(item.Apprenticeship)+"/scope", true
	case countersign.WaitConfirm:
		row.Undecidable = true
		row.Detail = "Evidence was withdrawn after it was signed off"
	case countersign.WaitCountersign:
		level := f.Scale.Level(item.OpenLevel)
		row.Undecidable = level.Code == ""
		row.Options, row.Detail = view.CountersignOptions(level), item.OpenAssessorName+" signed: "+level.Title
		row.Then = "Your countersignature makes it final"
		row.Statements = view.SignedBy(row.Options, countersign.Countersignature, f, competency, item.ApprenticeName)
	default:
		row.Options, row.Then = view.DecisionOptions(f, competency), view.QueueThen(item.WouldAwait)
		row.Statements = view.SignedBy(row.Options, countersign.FirstAssessment, f, competency, item.ApprenticeName)
	}
	return row, nil
}

// createDecisions handles POST /queue: every row that was decided, each on its
// own. Rows that are refused come back as typed with what is wrong.
func (h *Handlers) createDecisions(c echo.Context, actor authz.Actor) error {
	typed, rows := decisionsOf(formOf(c))
	if len(rows) == 0 {
		return h.inform(c, "You have not decided anything yet.", queueAddress(c))
	}
	seen, err := h.queuePage(c, actor)
	if err != nil {
		return err
	}
	signer, signing, err := h.signedBy(c, actor)
	if err != nil {
		return h.undecided(c, actor, typed, err)
	}
	for i := range rows {
		rows[i].Signing = signing
	}
	results, err := h.svc.DecideBatch(c.Request().Context(), signer, rows)
	if err != nil {
		return err
	}
	page, err := h.queuePage(c, actor)
	if err != nil {
		return err
	}
	var saved []view.Link
	status := http.StatusOK
	var problems countersign.Problems
	for i, result := range results {
		if result.Err == nil {
			saved = append(saved, typed[i].became(seen, result))
			continue
		}
		if countersign.IsFault(result.Err) {
			return result.Err
		}
		status = http.StatusUnprocessableEntity
		typed[i].refuse(page, &problems, result.Err)
	}
	if status == http.StatusOK {
		return h.redirectWith(c, view.Flash{Text: view.Count(len(saved), "decision") + " saved.", Links: saved}, queueAddress(c))
	}
	page.Results = saved
	page.Fail(problems.Err())
	return h.render(c, status, actor, page)
}

// undecided shows the queue as it was typed when nothing of it was done.
func (h *Handlers) undecided(c echo.Context, actor authz.Actor, typed []typedRow, err error) error {
	page, pageErr := h.queuePage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	for _, t := range typed {
		for i := range page.Rows {
			if row := &page.Rows[i]; sameItem(t.item, row.Item) {
				row.Decision, row.Comment = t.decision, t.comment
			}
		}
	}
	return h.again(c, actor, page, err)
}

// typedRow is one decided row as it was posted.
type typedRow struct {
	item, decision, comment string
}

// refuse puts what was typed back beside the row it was about, or, when the
// row has gone, says so at the top.
func (t typedRow) refuse(page *view.QueuePage, problems *countersign.Problems, err error) {
	message := countersign.MessageOf(err)
	for i := range page.Rows {
		row := &page.Rows[i]
		if !sameItem(t.item, row.Item) {
			continue
		}
		row.Decision, row.Comment, row.Error = t.decision, t.comment, message
		field := "decision"
		for _, f := range problem.Fields(err) {
			if strings.HasSuffix(f.Field, "comment") {
				field = "comment"
			}
		}
		problems.Add(row.Name(field), row.Title+": "+message)
		return
	}
	if competency := strings.Split(t.item, "|")[3]; competency != "" {
		message = competency + ": " + message
	}
	if t.comment != "" {
		message += ". Your comment was: " + t.comment
	}
	problems.Add("", message)
}

// became says what the row has become, by the name that it had in the queue.
func (t typedRow) became(seen *view.QueuePage, r service.BatchResult) view.Link {
	what := "Accepted"
	switch {
	case r.SignOff.ID != "":
		what = view.CompetencyTag(r.Summary.Status).Text
	case t.decision == string(countersign.ReturnEvidence):
		what = "Returned"
	}
	for _, row := range seen.Rows {
		if sameItem(t.item, row.Item) {
			return row.Became(what)
		}
	}
	return view.Link{Text: what, Href: "/queue"} // it joined the queue after the page was read
}

func sameItem(item string, q countersign.QueueItem) bool {
	parts := strings.Split(item, "|")
	return len(parts) == 5 && parts[0] == string(q.Type) && parts[1] == string(q.Apprenticeship) &&
		parts[2] == string(q.Evidence) && parts[3] == q.Competency
}

// decisionsOf reads the rows that were decided.
func decisionsOf(f form) ([]typedRow, []service.BatchRow) {
	var typed []typedRow
	var rows []service.BatchRow
	for i := range queuePageRows {
		name := fmt.Sprintf("rows.%d.", i)
		t := typedRow{item: f.Get(name + "item"), decision: f.text(name + "decision"), comment: f.text(name + "comment")}
		parts := strings.Split(t.item, "|")
		if t.decision == "" && t.comment == "" || len(parts) != 5 { // a comment without a decision is refused, not lost
			continue
		}
		version, _ := strconv.Atoi(parts[4])
		in := service.SignOffInput{Apprenticeship: countersign.ApprenticeshipID(parts[1])}
		if parts[0] == string(countersign.WaitReview) {
			in.Reviews = []service.ReviewInput{{
				Evidence: countersign.EvidenceID(parts[2]), Version: version, Decision: countersign.ReviewDecision(t.decision), Comment: t.comment,
			}}
		} else {
			decision, level, _ := strings.Cut(t.decision, ":")
			in.Competency, in.Version, in.RelyOnAll = parts[3], version, true
			in.Decision, in.Level, in.Comment = countersign.Decision(decision), level, t.comment
		}
		typed = append(typed, t)
		rows = append(rows, service.BatchRow{SignOffInput: in})
	}
	return typed, rows
}
