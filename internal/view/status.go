package view

import (
	"strings"

	"countersign/internal/countersign"
)

// The tags below are the only place where a state of the domain gets its words
// and its colour. The words carry the meaning. Red is for what is wrong.

var competencyTags = map[countersign.Status]Tag{
	countersign.NotStarted:    {Text: "Not started", Colour: "grey"},
	countersign.InProgress:    {Text: "In progress", Colour: "blue"},
	countersign.Ready:         {Text: "Ready for sign-off", Colour: "yellow"},
	countersign.Assessed:      {Text: "Waiting for countersignature", Colour: "purple"},
	countersign.SignedOff:     {Text: "Signed off", Colour: "green"},
	countersign.StatusNotYet:  {Text: "Not yet competent", Colour: "orange"},
	countersign.Expired:       {Text: "Expired", Colour: "red"},
	countersign.NotApplicable: {Text: "Not applicable", Colour: "white"},
}

// CompetencyTag returns the tag of a competency's status.
func CompetencyTag(s countersign.Status) Tag { return tagOf(competencyTags, s) }

var evidenceTags = map[countersign.EvidenceState]Tag{
	countersign.Draft:     {Text: "Draft", Colour: "grey"},
	countersign.Submitted: {Text: "Waiting for review", Colour: "blue"},
	countersign.Returned:  {Text: "Returned", Colour: "orange"},
	countersign.Accepted:  {Text: "Accepted", Colour: "green"},
	countersign.Withdrawn: {Text: "Withdrawn", Colour: "white"},
}

// EvidenceTag returns the tag of a piece of evidence.
func EvidenceTag(s countersign.EvidenceState) Tag { return tagOf(evidenceTags, s) }

var apprenticeshipTags = map[countersign.ApprenticeshipState]Tag{
	countersign.Applied:                {Text: "Applied", Colour: "yellow"},
	countersign.Declined:               {Text: "Declined", Colour: "white"},
	countersign.Active:                 {Text: "Active", Colour: "blue"},
	countersign.OnBreak:                {Text: "On a break", Colour: "purple"},
	countersign.HandedIn:               {Text: "With the verifier", Colour: "aqua-green"},
	countersign.ReferredBack:           {Text: "Referred back", Colour: "orange"},
	countersign.CompletedProgramme:     {Text: "Completed", Colour: "green"},
	countersign.WithdrawnFromProgramme: {Text: "Withdrawn", Colour: "white"},
}

// ApprenticeshipTag returns the tag of an apprenticeship's state.
func ApprenticeshipTag(s countersign.ApprenticeshipState) Tag { return tagOf(apprenticeshipTags, s) }

// standstill says why nothing can be added to a record now; empty where it can.
func standstill(a countersign.Apprenticeship, own bool) string {
	switch {
	case a.IsWorking():
		return ""
	case a.State == countersign.Applied:
		return "The practice has applied for this apprenticeship. Nothing can be added before the training hub has accepted it."
	case a.State == countersign.Declined:
		return "The training hub declined the application, so nothing can be added."
	case a.State == countersign.OnBreak:
		who := a.ApprenticeName + " has been on a break in learning since " + Date(a.OnBreakSince) + " and is"
		if own {
			who = "You have been on a break in learning since " + Date(a.OnBreakSince) + " and are"
		}
		return who + " expected back on " + Date(a.ReturnExpectedOn) + ". Nothing can be added or judged until the return is recorded."
	case a.State == countersign.HandedIn:
		return "The portfolio is with the verifier. Nothing can be added or judged until the verifier has answered."
	}
	return "This apprenticeship has ended, so nothing can be added any more."
}

var frameworkTags = map[countersign.FrameworkStatus]Tag{
	countersign.FrameworkDraft:     {Text: "Draft", Colour: "grey"},
	countersign.FrameworkPublished: {Text: "Published", Colour: "green"},
	countersign.FrameworkRetired:   {Text: "Retired", Colour: "white"},
}

// FrameworkTag returns the tag of a framework version's status.
func FrameworkTag(s countersign.FrameworkStatus) Tag { return tagOf(frameworkTags, s) }

var decisionTags = map[countersign.Decision]Tag{
	countersign.Competent:         {Text: "Competent", Colour: "green"},
	countersign.NotYetCompetent:   {Text: "Not yet competent", Colour: "orange"},
	countersign.DecisionWithdrawn: {Text: "Sign-off withdrawn", Colour: "white"},
}

// DecisionTag returns the tag of a sign-off decision.
func DecisionTag(d countersign.Decision) Tag { return tagOf(decisionTags, d) }

var waitingTags = map[countersign.WaitingType]Tag{
	countersign.WaitReview:      {Text: "Review evidence", Colour: "blue"},
	countersign.WaitSignOff:     {Text: "Sign off", Colour: "yellow"},
	countersign.WaitCountersign: {Text: "Countersign", Colour: "purple"},
	countersign.WaitRenewal:     {Text: "Renew", Colour: "aqua-green"},
	countersign.WaitConfirm:     {Text: "Confirm", Colour: "orange"},
	countersign.WaitScope:       {Text: "Agree scope", Colour: "grey"},
}

// WaitingTag returns the tag of what somebody is asked to do.
func WaitingTag(w countersign.WaitingType) Tag { return tagOf(waitingTags, w) }

// tagOf returns the tag of state; an unknown state in its own words, so that a
// page never shows nothing.
func tagOf[S ~string](tags map[S]Tag, state S) Tag {
	if tag, ok := tags[state]; ok {
		return tag
	}
	return Tag{Text: capital(strings.ReplaceAll(string(state), "_", " ")), Colour: "grey"}
}
