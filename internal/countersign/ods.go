package countersign

// ODSStatus is what the Organisation Data Service says of a practice.
type ODSStatus string

// The statuses of epraccur.csv.
const (
	ODSActive   ODSStatus = "A"
	ODSClosed   ODSStatus = "C"
	ODSDormant  ODSStatus = "D"
	ODSProposed ODSStatus = "P"
)

// ODSPractice is a row of the Organisation Data Service's epraccur.csv: a GP
// practice or another prescribing cost centre.
type ODSPractice struct {
	Line           int // in the file
	Code, Name     string
	Region, Board  string // codes
	Opened, Closed Date
	Status         ODSStatus
	GP             bool // by its prescribing setting
}

// ODSBoard is an integrated care board with the region that it is in: a row of
// icb.csv. A training hub is for one.
type ODSBoard struct {
	Line               int
	Code, Name         string
	Region, RegionName string
}

// FileLine is something to know about a line of a file; 0 is about the whole.
type FileLine struct {
	Line int
	Says string
}
