package web

import "countersign/internal/countersign"

func apprenticeshipPath(id countersign.ApprenticeshipID) string {
	return "/apprenticeships/" + string(id)
}

func competencyPath(id countersign.ApprenticeshipID, code string) string {
	return apprenticeshipPath(id) + "/competencies/" + code
}

func evidencePath(id countersign.EvidenceID) string { return "/evidence/" + string(id) }

func hoursPath(id countersign.ApprenticeshipID) string { return apprenticeshipPath(id) + "/hours" }
