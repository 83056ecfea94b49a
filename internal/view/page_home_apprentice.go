package view

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// HomeApprentice is an apprentice's part of the home page: what to do next,
// who has my work, how far I am, and a quick note of something just done.
type HomeApprentice struct {
	Index          int // of the section; tells the ids of two apprenticeships apart
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Competencies   []countersign.Summary
	Namings        []countersign.Naming   // those that hold today
	Open           []countersign.Evidence // drafts, returned and submitted pieces, newest first
	Recorded       []countersign.Evidence // recorded for the apprentice and not yet read
	Comments       map[countersign.EvidenceID]countersign.Review
	Today          countersign.Date
	Key            string // of the capture form
	CaptureTitle   string // as typed
	TitleError     string
	Check          PrivacyCheck
	FileError      string
}

// Limits of each part of the list.
const (
	homeSteps   = 5 // drafts
	homeNearest = 3 // pieces to read, and competencies to work on
)

// Standstill says why nothing can be added now.
func (h *HomeApprentice) Standstill() string { return standstill(h.Apprenticeship, true) }

// Steps are what to do next, the most pressing first.
func (h *HomeApprentice) Steps() TaskList {
	list := TaskList{IDPrefix: h.id("step")}
	list.Items = slices.Concat(h.referred(), h.returned(), h.recorded(), h.expiring(), h.drafts(), h.notYet(), h.nearest())
	return list
}

// id makes an id of this section.
func (h *HomeApprentice) id(name string) string {
	if h.Index == 0 {
		return name
	}
	return name + "-" + strconv.Itoa(h.Index+1)
}

func (h *HomeApprentice) inState(s countersign.EvidenceState) []countersign.Evidence {
	var out []countersign.Evidence
	for _, e := range h.Open {
		if e.State == s {
			out = append(out, e)
		}
	}
	return out
}

func titleOf(e countersign.Evidence) string { return or(strings.TrimSpace(e.Title), "Untitled piece") }

// referred leads to what the verifier asks for.
func (h *HomeApprentice) referred() []Task {
	if h.Apprenticeship.State != countersign.ReferredBack {
		return nil
	}
	return []Task{{
		Title: "Read what the verifier asks for", Href: gatewayHref(h.Apprenticeship.ID), Status: ApprenticeshipTag(h.Apprenticeship.State),
		Hint: "The portfolio came back. Your GP supervisor submits it again when it is ready.",
	}}
}

func (h *HomeApprentice) returned() []Task {
	var tasks []Task
	for _, e := range h.inState(countersign.Returned) {
		task := Task{Title: "Change “" + titleOf(e) + "” and submit it again", Href: evidenceHref(e.ID), Status: EvidenceTag(e.State)}
		if r, ok := h.Comments[e.ID]; ok {
			task.Hint = r.ReviewerName + ": " + excerpt(r.Comment, 160)
		}
		tasks = append(tasks, task)
	}
	return tasks
}

// excerpt returns the beginning of a text on one line, cut between words.
func excerpt(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	cut := string(runes[:limit])
	if i := strings.LastIndexByte(cut, ' '); i > limit/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.") + " …"
}

func (h *HomeApprentice) recorded() []Task {
	var tasks []Task
	for _, e := range h.Recorded {
		tasks = append(tasks, Task{
			Title: "Confirm that you have read “" + titleOf(e) + "”", Href: evidenceHref(e.ID),
			Hint:   e.RecordedByName + " recorded it for you on " + Day(e.SubmittedAt),
			Status: Tag{Text: "To read", Colour: "aqua-green"},
		})
		if len(tasks) == homeNearest {
			break
		}
	}
	return tasks
}

func (h *HomeApprentice) expiring() []Task {
	var tasks []Task
	for _, c := range h.Competencies {
		if c.Status != countersign.Expired && !c.Expiring || c.Waiting != "" {
			continue
		}
		task := h.competency("Renew ", c)
		task.Status = Tag{Text: "Expires soon", Colour: "orange"}
		when := "Expires on " + Date(c.ExpiresOn) + ", " + DaysUntil(h.Today, c.ExpiresOn) + ". "
		if c.Status == countersign.Expired {
			task.Status = CompetencyTag(c.Status)
			when = "Expired on " + Date(c.ExpiresOn) + ". "
		}
		task.Hint = when + missingText(c.Missing)
		tasks = append(tasks, task)
	}
	return tasks
}

// competency begins a task about c.
func (h *HomeApprentice) competency(verb string, c countersign.Summary) Task {
	return Task{Title: verb + c.Code + " " + c.Title, Href: competencyHref(h.Apprenticeship.ID, c.Code), Status: CompetencyTag(c.Status)}
}

// missingText says what is missing.
func missingText(missing []string) string {
	if len(missing) == 0 {
		return ""
	}
	return "Missing: " + strings.Join(missing, "; ")
}

func (h *HomeApprentice) drafts() []Task {
	var tasks []Task
	for _, e := range h.inState(countersign.Draft) {
		hint := e.Kind.Title() + ", last changed on " + Day(e.UpdatedAt)
		tasks = append(tasks, Task{
			Title: "Finish “" + titleOf(e) + "”", Href: evidenceHref(e.ID) + "/edit", Hint: hint, Status: EvidenceTag(e.State),
		})
		if len(tasks) == homeSteps {
			break
		}
	}
	return tasks
}

func (h *HomeApprentice) notYet() []Task {
	var tasks []Task
	for _, c := range h.Competencies {
		if c.Status == countersign.StatusNotYet {
			task := h.competency("Read what to do next for ", c)
			task.Hint = missingText(c.Missing)
			tasks = append(tasks, task)
		}
	}
	return tasks
}

// nearest are the competencies that need least, those begun before others.
func (h *HomeApprentice) nearest() []Task {
	var open []countersign.Summary
	for _, c := range h.Competencies {
		if c.Status == countersign.InProgress || c.Status == countersign.NotStarted && c.Core {
			open = append(open, c)
		}
	}
	begun := func(c countersign.Summary) int {
		if c.Status == countersign.InProgress {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(open, func(a, b countersign.Summary) int {
		return cmp.Or(cmp.Compare(begun(a), begun(b)), cmp.Compare(len(a.Missing), len(b.Missing)), cmp.Compare(b.Counting, a.Counting))
	})
	var tasks []Task
	for _, c := range open[:min(len(open), homeNearest)] {
		verb := "Work on "
		if c.Status == countersign.NotStarted {
			verb = "Start "
		}
		task := h.competency(verb, c)
		task.Hint = missingText(c.Missing)
		tasks = append(tasks, task)
	}
	return tasks
}

// More leads to what is left out of the list.
func (h *HomeApprentice) More() []Link {
	var links []Link
	at := apprenticeshipHref(h.Apprenticeship.ID) + "/evidence?state="
	if n := len(h.inState(countersign.Draft)); n > homeSteps {
		links = append(links, Link{Text: "All " + Count(n, "draft"), Href: at + "draft"})
	}
	if n := len(h.Recorded); n > homeNearest {
		links = append(links, Link{Text: "All accepted pieces", Hidden: "to find those that were recorded for you", Href: at + "accepted"})
	}
	return links
}

// homeWaiting is something that somebody else has.
type homeWaiting struct{ Text, Href, Who string }

// Waiting is what others have, and since when.
func (h *HomeApprentice) Waiting() []homeWaiting {
	var out []homeWaiting
	for _, e := range slices.Backward(h.inState(countersign.Submitted)) {
		out = append(out, homeWaiting{titleOf(e), evidenceHref(e.ID), whereabouts(e, e.Reviewers(h.Framework, h.Namings), h.Today)})
	}
	for _, c := range h.Competencies {
		item, ok := c.Item(h.Apprenticeship.Apprentice)
		if !ok {
			continue
		}
		names := []string{}
		for _, n := range item.WaitsFor(h.Framework, h.Namings) {
			names = append(names, n.PersonName)
		}
		row := homeWaiting{Text: c.Code + " " + c.Title, Href: competencyHref(h.Apprenticeship.ID, c.Code), Who: or(anyOf(names), "Nobody named today")}
		row.Who += " can " + lowerStart(WaitingTag(c.Waiting).Text) + ". "
		if !c.WaitingSince.IsZero() {
			row.Who += "It has been " + Waiting(c.WaitingSince, h.Today) + "."
		}
		out = append(out, row)
	}
	return out
}

// Ring is how much is signed off.
func (h *HomeApprentice) Ring() ProgressRing {
	r := recordRing(h.Apprenticeship.Progress)
	r.ID = h.id(r.ID)
	return r
}

// Chart is how each domain stands.
func (h *HomeApprentice) Chart() DomainChart {
	c := recordChart(h.Apprenticeship.ID, h.Framework, h.Competencies)
	c.ID = h.id(c.ID)
	return c
}

// Numbers is the chart as a table.
func (h *HomeApprentice) Numbers() Table { return recordNumbers(h.Chart()) }

// Links lead to the record's parts.
func (h *HomeApprentice) Links() []Link {
	at := apprenticeshipHref(h.Apprenticeship.ID)
	links := []Link{
		{Text: "Competencies", Href: at + "/competencies"}, {Text: "Evidence", Href: at + "/evidence"}, {Text: "Portfolio", Href: at + "/portfolio"},
		{Text: "Optional competencies", Href: at + "/scope"}, {Text: "Job description", Href: "/job-description/" + h.Framework.ID}, {Text: "Enrolment and people", Href: at}, {Text: "Programme", Href: at + "/programme"},
		{Text: "Hours", Href: at + "/hours"},
	}
	if h.Apprenticeship.State == countersign.CompletedProgramme {
		links = append(links, Link{Text: "Continuing development", Href: cpdHref(h.Apprenticeship.ID)})
	}
	return links
}

// New leads to the form for evidence.
func (h *HomeApprentice) New() Button {
	return Button{Text: "Add evidence", Href: apprenticeshipHref(h.Apprenticeship.ID) + "/evidence/new"}
}

// CaptureLink leads down to the quick note.
func (h *HomeApprentice) CaptureLink() Link {
	return Link{Text: "Note something quickly", Href: "#" + h.id("capture")}
}

// CaptureAction is where the quick note goes.
func (h *HomeApprentice) CaptureAction() string {
	return apprenticeshipHref(h.Apprenticeship.ID) + "/captures"
}

// ID names the section's headings.
func (h *HomeApprentice) ID(name string) string { return h.id(name) }

// Practice says which apprenticeship this is, where there are two.
func (h *HomeApprentice) Practice() string {
	return h.Apprenticeship.PracticeName + ", " + h.Framework.Title
}

// TitleField is a name for what was done.
func (h *HomeApprentice) TitleField() Input {
	return Input{
		Name: "title", ID: h.id("title"), Label: Label{Text: "What did you do?"}, Hint: "A few words. Do not name a patient.", Value: h.CaptureTitle, Error: h.TitleError,
	}
}

// PhotoField takes a picture with a phone's camera.
func (h *HomeApprentice) PhotoField() FileUpload {
	return FileUpload{
		Name: "file", ID: h.id("file"), Label: Label{Text: "Photo (optional)"}, Accept: "image/*", Capture: "environment",
		Hint: "No patient, face or screen in the picture. Its place and time are removed.", Error: h.FileError,
	}
}

// Capture keeps it as a draft.
func (*HomeApprentice) Capture() Button {
	return Button{Text: "Save for later", Variant: "secondary", Once: true}
}
