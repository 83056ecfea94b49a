package view

import (
	"countersign/internal/countersign"
)

// JobDescriptionPage shows each duty of the role with the competencies that
// evidence it, and to an apprentice how far each of theirs is.
type JobDescriptionPage struct {
	Layout
	Framework countersign.Framework
	Versioned bool                         // an earlier version than the newest
	Own       countersign.ApprenticeshipID // the viewer's own record; empty when there is none
	Standing  map[string]countersign.Status
}

// NewJobDescriptionPage returns the page of a framework's role.
func NewJobDescriptionPage(f countersign.Framework) *JobDescriptionPage {
	p := &JobDescriptionPage{Framework: f}
	p.Title, p.Notice = "Job description: "+f.Role.Title, f.Notice
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, {Text: "Frameworks", Href: "/frameworks"}, {Text: f.Title, Href: frameworkHref(f.ID)}}
	return p
}

// Template implements Page.
func (*JobDescriptionPage) Template() string { return "frameworks/job-description" }

// Role is the role in short.
func (p *JobDescriptionPage) Role() SummaryList {
	return (&FrameworkPage{Framework: p.Framework}).Role()
}

// FrameworkLink leads to the whole framework.
func (p *JobDescriptionPage) FrameworkLink() Link {
	return Link{Text: p.Framework.Title + ", version " + p.Framework.Version, Href: p.frameworkHref()}
}

func (p *JobDescriptionPage) frameworkHref() string {
	href := frameworkHref(p.Framework.ID)
	if p.Versioned {
		href += "?version=" + p.Framework.Version
	}
	return href
}

// duty is a duty as shown.
type duty struct {
	Code, Text   string
	Summary      string // how far the viewer is
	Competencies []dutyCompetency
}

// dutyCompetency is a competency that evidences a duty.
type dutyCompetency struct {
	Code, Title, Href string
	Tag               Tag
	Known             bool
	Unconfirmed       bool
}

// Duties are the duties in the framework's order.
func (p *JobDescriptionPage) Duties() []duty {
	out := make([]duty, len(p.Framework.Role.Duties))
	for i, d := range p.Framework.Role.Duties {
		out[i] = duty{Code: d.Code, Text: d.Text}
		done, total := 0, 0
		for _, code := range d.Competencies {
			c, _ := p.Framework.Competency(code)
			row := dutyCompetency{Code: code, Title: c.Title, Href: p.frameworkHref() + "#" + code, Unconfirmed: c.Unconfirmed}
			if p.Own != "" {
				var status countersign.Status
				if status, row.Known = p.Standing[code]; row.Known {
					row.Href, row.Tag = competencyHref(p.Own, code), CompetencyTag(status)
					if status != countersign.NotApplicable {
						total++
					}
					if status == countersign.SignedOff {
						done++
					}
				}
			}
			out[i].Competencies = append(out[i].Competencies, row)
		}
		if total > 0 {
			out[i].Summary = Number(done) + " of " + Count(total, "competency") + " signed off"
		}
	}
	return out
}

func init() {
	addSamples(func() []Sample {
		f := sampleLearnerFramework()
		f.Status, f.SHA256 = countersign.FrameworkPublished, "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"
		f.Programme = countersign.Programme{
			MonthsMin: 6, MonthsMax: 9, ExtensionMonths: 3, ProtectedHoursPerWeek: 8, ReviewEveryMonths: 3, ProgrammeNote: "The programme is learnt at work.",
			Milestones: []countersign.Milestone{{Code: "mid", Title: "Mid-point review", Month: 4}},
			Hours: []countersign.HoursRule{
				{Title: "Six hours a week on average", WeeklyHours: 6, Basis: "A fifth of a 30-hour week."},
				{From: countersign.On(2025, 8, 1), Title: "Published minimum", MinimumHours: 187, MonthsMin: 8, Basis: "The floor of all standards.", Source: "S37"},
			},
			Placements: true, PlacementHours: 160, Classroom: true,
			Payments: []countersign.Payment{{Code: "mentor", Title: "A named mentor is confirmed", Amount: 200, Trigger: countersign.MentorsNamed, Source: "S2c"}},
			Gateway: []countersign.Condition{
				{Code: "core", Title: "Every core competency is signed off", Kind: countersign.CoreCompetencies},
				{Code: "ready", Title: "The portfolio is ready", Kind: countersign.Declared},
			},
			Award:          countersign.Award{Title: "Certificate", Level: "Level 4", Credits: 10, Body: "A university", Note: "Not mandatory."},
			Qualifications: []countersign.Qualification{{Code: "l3", Title: "Level 3 diploma", Body: "An awarding body", Unconfirmed: true}},
			Words:          []countersign.AssessmentWords{{Gateway: "gateway", Assessment: "end-point assessment", Body: "assessment organisation"}},
			Cycles:         []countersign.Cycle{{Code: "appraisal", Title: "Yearly performance review", Months: 12}},
			Facts:          []countersign.Fact{{Title: "Pay band", Text: "Band 3 or 4.", Unconfirmed: true}},
		}
		f.Signing.TwoPeople, f.Signing.DomainAssess = true, map[string][]countersign.NamingRole{"CARE": {countersign.ManagerOfPractice}}
		f.Signing.Assess = append(f.Signing.Assess, countersign.Assessor)
		f.Role = countersign.Role{
			Title: "General Practice Assistant", Purpose: "Supports GPs in the day-to-day care of patients.", ReportsTo: "GP supervisor", Band: "Band 3 or 4",
			Duties: []countersign.Duty{
				{Code: "T1", Text: "Prepares patients before they see the GP", Competencies: []string{"GPA-CA1", "GPA-CL2"}},
				{Code: "T2", Text: "Takes blood", Competencies: []string{"GPA-CL7"}}, {Code: "T3", Text: "Gives immunisations"},
			},
		}
		f.Sources = []countersign.Source{{ID: "S1", Title: "Health Education England, Roles Explorer", URL: "https://www.hee.nhs.uk/roles"}, {Title: "A paper"}}
		f.Domains[1].Competencies[0].RenewMonths, f.Domains[1].Competencies[0].Source = 12, "S1; wording inferred"
		f.Domains[1].Competencies[0].Guidance, f.Domains[1].Competencies[0].EquivalentTo = "Ask to be observed.", []string{"gpa-non-clinical:GPA-CL2"}
		f.Domains[0].Competencies[0].Unconfirmed = true
		old := NewFrameworkPage(f)
		old.Newest = "1.1.0"
		own := NewJobDescriptionPage(f)
		own.Own, own.Standing = "a1", map[string]countersign.Status{
			"GPA-CA1": countersign.SignedOff, "GPA-CL2": countersign.InProgress, "GPA-CL7": countersign.NotApplicable,
		}
		list := NewFrameworksPage()
		list.Drafting, old.MayDraft = true, true
		list.Frameworks = []FrameworkEntry{
			{ID: f.ID, Title: f.Title, Notice: f.Notice, Status: f.Status, Standing: f.Standing, Competencies: 49, Version: "1.1.0", Older: []string{"1.0.0"}},
			{ID: "local", Title: "A hub’s own framework", Status: countersign.FrameworkDraft, Standing: countersign.Official, Competencies: 1, Version: "0.1.0"},
		}
		bare := NewFrameworkPage(countersign.Framework{ID: "bare", Version: "0.1.0", Title: "Bare", Signing: countersign.Signing{Countersign: countersign.GPSupervisor}})
		return []Sample{
			{"frameworks", list}, {"frameworks: none", NewFrameworksPage()}, {"framework", NewFrameworkPage(f)}, {"framework: earlier version", old},
			{"framework: bare", bare}, {"job description", NewJobDescriptionPage(f)}, {"job description: an apprentice’s", own},
		}
	})
}
