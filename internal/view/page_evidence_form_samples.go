package view

import "countersign/internal/countersign"

func init() { addSamples(evidenceFormSamples) }

func evidenceFormSamples() []Sample {
	empty := sampleEvidenceForm(countersign.Observation)
	log := sampleEvidenceForm(countersign.ProcedureLog)
	log.Fields.Entries = "12"
	reflective := sampleEvidenceForm(countersign.ReflectiveAccount)
	record := NewEvidenceForm(sampleLearnerFramework(), countersign.Procedure, "Asha Patel")
	record.Action, record.Key = "/apprenticeships/a1/evidence", "k"

	returned := filledEvidenceForm()
	returned.Returned, returned.ReturnedBy = "Say what you did when the second reading was high.", "Siân Okafor"

	wrong := filledEvidenceForm()
	wrong.SavedAt = "5:30pm"
	wrong.Fields.ObservedBy = observedByOther
	wrong.LinkErrors()
	var p countersign.Problems
	p.Add("title", "Enter a title")
	p.Add("occurred_on", "The date of the activity must be today or in the past")
	p.Add("details.setting", "Enter where it happened")
	p.Add("observed_other", "Enter an email address in the correct format, like name@example.com")
	p.Add("narrative", "Enter what was done")
	p.Add("justification.GPA-CL7", "This looks like an NHS number: “… 943 476 5919 …”. Take it out: no patient may be identifiable.")
	p.Add("competencies", "Select at least one competency")
	p.Add("file", "“holiday.exe”: the selected file must be a PDF, JPG, PNG, HEIC, DOCX or plain text")
	p.Add("anonymised", "Confirm that no patient can be identified from this piece")
	wrong.Fail(p.Err())

	stale := filledEvidenceForm()
	stale.Other = "/evidence/e1"
	stale.Fail(countersign.Refuse(countersign.Conflict, "This piece was changed since you opened it. Your text is kept below: compare it and save again"))
	closed := filledEvidenceForm()
	closed.Other, closed.Closed, closed.Version, closed.Key = "/evidence/e1", true, 0, "k"
	closed.Fail(countersign.Refuse(countersign.Conflict, "This piece is submitted, so it cannot be changed any more"))
	return []Sample{
		{"evidence form", empty}, {"evidence form: procedure log", log}, {"evidence form: reflective account", reflective},
		{"evidence form: recorded by an assessor", record}, {"evidence form: returned", returned}, {"evidence form: errors", wrong},
		{"evidence form: changed elsewhere", stale}, {"evidence form: submitted elsewhere", closed},
	}
}

func sampleEvidenceForm(kind countersign.EvidenceKind) *EvidenceFormPage {
	p := NewEvidenceForm(sampleLearnerFramework(), kind, "")
	p.Action, p.Key, p.KindHref = "/apprenticeships/a1/evidence", "k", "/apprenticeships/a1/evidence/new"
	p.Back, p.Observers = BackLink{Href: "/apprenticeships/a1/evidence/new"}, sampleNamings()
	return p
}

func filledEvidenceForm() *EvidenceFormPage {
	e := sampleEvidence()
	p := sampleEvidenceForm(e.Kind)
	p.ReviseTitle(e.Title)
	p.Key, p.Version, p.Piece, p.Action, p.KindHref = "", e.Version, "/evidence/e1", "/evidence/e1/edit", "/evidence/e1/kind"
	p.Attachments = e.Attachments
	p.Fields = FieldsOf(e, "nurse@hillview.example", p.Observers)
	p.Fields.Competencies = append(p.Fields.Competencies, "GPA-CL7")
	p.Fields.Justifications["GPA-CL7"] = "Seen by 943 476 5919"
	return p
}
