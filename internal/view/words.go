package view

import (
	"strings"

	"countersign/internal/countersign"
)

// roleTitle returns what a role is called.
func roleTitle(r countersign.NamingRole) string { return or(r.Title(), string(r)) }

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

// Where things are. Identifiers are made by the store, codes by the framework.

func apprenticeshipHref(id countersign.ApprenticeshipID) string {
	return "/apprenticeships/" + string(id)
}

func programmeHref(id countersign.ApprenticeshipID) string {
	return apprenticeshipHref(id) + "/programme"
}

func evidenceHref(id countersign.EvidenceID) string { return "/evidence/" + string(id) }

func competencyHref(id countersign.ApprenticeshipID, code string) string {
	return apprenticeshipHref(id) + "/competencies/" + code
}

func attachmentHref(id countersign.AttachmentID) string { return "/attachments/" + string(id) }

func signOffHref(id countersign.SignOffID) string { return "/sign-offs/" + string(id) }
