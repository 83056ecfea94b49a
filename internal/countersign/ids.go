package countersign

// The identifiers. All but codes are UUIDs in lower case.
type (
	PersonID         string
	OrganisationID   string
	MembershipID     string
	NamingID         string
	ApprenticeshipID string
	EvidenceID       string
	AttachmentID     string
	ReviewID         string
	ReportID         string
	SignOffID        string
	TokenID          string
	PasskeyID        string
	SavedViewID      string
)

// ValidID reports whether s has the shape of an identifier. What fails it
// can't exist, so callers answer NotFound without asking the database.
func ValidID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}
