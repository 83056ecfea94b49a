package view

import (
	"strings"

	"countersign/internal/countersign"
)

// roleTitle returns what a role is called; the second person of a
// countersignature is one too.
func roleTitle(r countersign.NamingRole) string {
	if r == countersign.SecondPerson {
		return "Second assessor"
	}
	return or(r.Title(), string(r))
}

// lowerRole is roleTitle inside a sentence.
func lowerRole(r countersign.NamingRole) string { return lowerStart(roleTitle(r)) }

// lowerStart lowers the first letter unless it begins an abbreviation, as in
// "GP supervisor".
func lowerStart(s string) string {
	if len(s) < 2 || s[1] >= 'A' && s[1] <= 'Z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

var partWords = map[countersign.Part]string{
	countersign.FirstAssessment:  "Assessment",
	countersign.Countersignature: "Countersignature",
	countersign.Confirmation:     "Confirmation",
	countersign.Withdrawal:       "Withdrawal",
}

// partWord returns what a decision's part in its chain is called.
func partWord(p countersign.Part) string { return or(partWords[p], string(p)) }

// decisionWord returns the decision as a heading says it.
func decisionWord(d countersign.Decision) string {
	if d == countersign.DecisionWithdrawn {
		return "Decision withdrawn"
	}
	return DecisionTag(d).Text
}

// sentences joins phrases so that each ends with a full stop.
func sentences(parts []string) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p)
		if !strings.HasSuffix(p, ".") {
			b.WriteByte('.')
		}
	}
	return b.String()
}

// shortHash returns the first 16 digits of a hash.
func shortHash(hash string) string {
	if len(hash) > 16 {
		return hash[:16]
	}
	return hash
}

// Where things are. Identifiers are made by the store, codes by the framework.

func apprenticeshipHref(id countersign.ApprenticeshipID) string {
	return "/apprenticeships/" + string(id)
}

func evidenceHref(id countersign.EvidenceID) string { return "/evidence/" + string(id) }

func competencyHref(id countersign.ApprenticeshipID, code string) string {
	return apprenticeshipHref(id) + "/competencies/" + code
}

func attachmentHref(id countersign.AttachmentID) string { return "/attachments/" + string(id) }

func signOffHref(id countersign.SignOffID) string { return "/sign-offs/" + string(id) }
