package view

import (
	"countersign/internal/countersign"
)

// ComponentsPage shows every component, for the storybook and the tests that
// look at pages in a browser. It is no page of the product.
type ComponentsPage struct {
	Layout
	Sections  []ComponentSection
	Narrative string
}

// ComponentSection is a group of components.
type ComponentSection struct {
	ID    string
	Title string
	Body  Blocks
}

// Template implements Page.
func (*ComponentsPage) Template() string { return "storybook/components" }

// Progress is the card around the figures.
func (*ComponentsPage) Progress() Card {
	return Card{Heading: Heading{Text: "Progress", Level: 3, Size: "m"}, Variant: "feature"}
}

// Ring is an apprentice's progress.
func (*ComponentsPage) Ring() ProgressRing {
	return ProgressRing{ID: "ring", Done: 11, Total: 24, Noun: "competency", Verb: "signed off", Extra: "Core: 9 of 14"}
}

// Chart is an apprentice's progress by domain.
func (*ComponentsPage) Chart() DomainChart {
	counts := func(signedOff, ready, inProgress, expired, notStarted int) map[countersign.Status]int {
		return map[countersign.Status]int{
			countersign.SignedOff: signedOff, countersign.Ready: ready, countersign.InProgress: inProgress,
			countersign.Expired: expired, countersign.NotStarted: notStarted,
		}
	}
	return DomainChart{ID: "domains", Title: "Progress by domain", Bars: []DomainBar{
		{Title: "Care", Href: "/frameworks", Counts: counts(4, 1, 1, 0, 0)},
		{Title: "Clinical", Counts: counts(3, 1, 2, 1, 2)},
		{Title: "Managing health records", Counts: counts(2, 0, 1, 0, 1)},
		{Title: "Communication", Counts: counts(2, 0, 0, 0, 0)},
		{Title: "Administration", Counts: counts(0, 0, 0, 0, 3)},
	}}
}

// Written is what an apprentice wrote.
func (*ComponentsPage) Written() Details {
	return Details{Summary: "What Asha wrote", Open: true}
}

func init() {
	addSamples(func() []Sample {
		page := &ComponentsPage{
			Layout: Layout{
				Title: "Components", Viewer: sampleViewer,
				Breadcrumbs: []Link{{Text: "Home", Href: "/"}, {Text: "Frameworks", Href: "/frameworks"}},
				Flash:       Flash{Text: "Sign-off recorded"},
				Notice:      "These competencies are a community draft, mapped to the 5 GPA domains. They are not an official framework.",
			},
			Narrative: "I prepared the room and checked who was there.\nThen I:\n\n- explained what I would do\n- asked for **consent**\n\n> She told me it was the best explanation she had had.",
		}
		page.Viewer.Navigation = []NavItem{
			{Text: "Home", Href: "/"}, {Text: "Waiting for you", Href: "/queue"},
			{Text: "Frameworks", Href: "/frameworks", Active: true}, {Text: "Help", Href: "/help"},
		}
		page.Sections = []ComponentSection{
			{ID: "forms", Title: "Forms", Body: storyForms("")},
			{ID: "tags", Title: "Statuses", Body: storyTags()},
			{ID: "lists", Title: "Lists and tables", Body: storyLists()},
			{ID: "messages", Title: "Messages", Body: storyMessages()},
		}
		wrong := &ComponentsPage{Layout: Layout{Title: "Components", Viewer: sampleViewer, Back: BackLink{Href: "/"}}}
		var p countersign.Problems
		for _, field := range []string{"title", "narrative", "occurred_on", "decision", "competencies", "level", "file"} {
			p.Add(field, "Enter something for this field")
		}
		wrong.Fail(p.Err())
		wrong.Sections = []ComponentSection{{ID: "forms", Title: "Forms with errors", Body: storyForms("Enter something for this field")}}
		return []Sample{{"storybook: components", page}, {"storybook: components with errors", wrong}}
	})
}

func storyForms(err string) Blocks {
	return Blocks{
		Input{Name: "title", Label: Label{Text: "Title"}, Hint: "A short name that you will recognise", Error: err, Value: "Taking blood, 3 patients"},
		CharacterCount{Textarea: Textarea{Name: "narrative", Label: Label{Text: "What did you do?"}, Hint: "Do not include anything about a patient", Error: err, Rows: 6}, MaxLength: 4000},
		DateInput{Name: "occurred_on", Legend: Legend{Text: "When did it happen?"}, Hint: "For example, 27 3 2026", Error: err},
		Radios{Name: "decision", Legend: Legend{Text: "What do you decide?"}, Error: err, Items: []Choice{
			{Value: "accept", Text: "Accept it", Hint: "It counts from today"},
			{Value: "return", Text: "Return it", Conditional: Blocks{Textarea{Name: "comment", Label: Label{Text: "What needs to change?"}, Rows: 3}}},
		}},
		Checkboxes{Name: "competencies", Legend: Legend{Text: "Which competencies is it evidence for?"}, Small: true, Error: err, Values: []string{"CL-01"}, Items: []Choice{
			{Value: "CL-01", Text: "CL-01 Take blood safely"},
			{Value: "CL-02", Text: "CL-02 Record observations", Conditional: Blocks{Input{Name: "why", Label: Label{Text: "Why?"}}}},
			{Divider: "or"},
			{Value: "none", Text: "None yet", Behaviour: "exclusive"},
		}},
		Select{Name: "level", Label: Label{Text: "Level"}, Error: err, Value: "2", Options: []Option{{Value: "", Text: "Choose a level"}, {Value: "1", Text: "With supervision"}, {Value: "2", Text: "On their own"}}},
		FileUpload{Name: "file", Label: Label{Text: "Upload a file"}, Hint: "A PDF, JPG, PNG or DOCX, smaller than 20MB", Error: err, Accept: ".pdf,.jpg,.png,.docx"},
		SearchInput{Input: Input{Name: "q", Label: Label{Text: "Search practices"}, Width: 20}},
		Buttons{
			Buttons: []Button{{Text: "Submit for review"}, {Text: "Save as draft", Variant: "secondary"}, {Text: "Withdraw this evidence", Variant: "warning"}},
			Links:   []Link{{Text: "Cancel", Href: "/"}},
		},
	}
}

func storyTags() Blocks {
	var competency, evidence, waiting Tags
	for _, s := range helpStatuses {
		competency = append(competency, s.Tag)
	}
	for _, s := range []countersign.EvidenceState{countersign.Draft, countersign.Submitted, countersign.Returned, countersign.Accepted, countersign.Withdrawn} {
		evidence = append(evidence, EvidenceTag(s))
	}
	for _, w := range sortedKeys(waitingTags) {
		waiting = append(waiting, WaitingTag(w))
	}
	return Blocks{competency, evidence, waiting}
}

func storyLists() Blocks {
	return Blocks{
		Table{
			Caption: "Competencies", Responsive: true, FirstCellIsHeader: true,
			Head: []Column{{Text: "Competency"}, {Text: "Status"}, {Text: "Evidence", Numeric: true}, {Text: "What is missing"}},
			Rows: [][]Cell{
				{{Text: "CL-01 Take blood safely", Href: "/frameworks"}, {Body: Blocks{CompetencyTag(countersign.SignedOff)}}, {Text: "4"}, {Text: "Nothing"}},
				{{Text: "CL-02 Record observations", Href: "/frameworks"}, {Body: Blocks{CompetencyTag(countersign.InProgress)}}, {Text: "1"}, {Text: "2 more pieces of evidence. Ask christopher.montgomery-featherstone@hillview-surgery.example"}},
			},
		},
		SummaryList{Card: &Card{Heading: Heading{Text: "Taking blood, 3 patients", Level: 3, Size: "m"}, Actions: []Action{{Text: "Withdraw", Href: "/"}}}, NoLastBorder: true, Rows: []SummaryRow{
			{Key: "Kind", Value: "Observed procedure (DOPS)", Actions: []Action{{Text: "Change", Href: "/", Hidden: "kind"}}},
			{Key: "State", Body: Blocks{EvidenceTag(countersign.Submitted)}},
			{Key: "Happened on", Value: "27 March 2026", Actions: []Action{{Text: "Change", Href: "/", Hidden: "date"}}},
		}},
		TaskList{Items: []Task{
			{Title: "Your details", Href: "/", Status: Completed()},
			{Title: "Who supports you", Href: "/", Hint: "A GP supervisor and a secondary mentor", Status: Tag{Text: "Incomplete", Colour: "blue"}},
			{Title: "Final review", Status: Tag{Text: "Cannot start yet", Colour: "grey"}},
		}},
		Tabs{Title: "Evidence", IDPrefix: "evidence", Items: []Tab{
			{Label: "Waiting", Body: Blocks{Paragraph("2 pieces are waiting for review.")}},
			{Label: "Accepted", Body: Blocks{Paragraph("14 pieces have been accepted.")}},
		}},
		Pagination{Previous: PageLink{Href: "/?page=1"}, Next: PageLink{Href: "/?page=3"}, Items: []PageNumber{{Number: 1, Href: "/?page=1"}, {Number: 2, Href: "/?page=2", Current: true}, {Number: 3, Href: "/?page=3"}, {Ellipsis: true}, {Number: 40, Href: "/?page=40"}}},
	}
}

func storyMessages() Blocks {
	return Blocks{
		InsetText{Text: "Sam Okafor has to countersign before this competency is signed off."},
		(&HelpPage{}).story(),
		Details{Summary: "Why is this needed?", Text: "Two people judge every competency."},
		DoList{Heading: Heading{Text: "Do"}, Items: []string{"say what you did yourself", "say what you learnt"}},
		DoList{Heading: Heading{Text: "Do not"}, Dont: true, Items: []string{"name a patient", "upload a letter"}},
		Panel{Heading: Heading{Text: "Evidence submitted", Level: 3}, Text: "Dr Megan Bell has been told"},
		Card{Heading: Heading{Text: "Waiting for you", Level: 3, Size: "m"}, Href: "/queue", Clickable: true, Variant: "primary", Text: "3 pieces of evidence and 1 competency"},
		ActionLink{Text: "Add evidence", Href: "/"},
	}
}

// story is the rule about patients on a level that fits the storybook.
func (p *HelpPage) story() WarningCallout {
	w := p.NoPatients()
	w.Heading.Level = 3
	return w
}
