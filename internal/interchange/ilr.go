package interchange

import (
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"countersign/internal/countersign"
)

// ILR is a hand-over file in the shape of the Individualised Learner Record of
// countersign.ILRYear. It is for the provider's own system, which makes the
// return.
type ILR struct {
	UKPRN    string // of the provider, 8 digits
	At       time.Time
	Learners []countersign.ILRLearner
}

// What a return calls that which isn't known.
const (
	ilrUnknownULN      = 9999999999
	ilrUnknownPostcode = "ZZ99 9ZZ"
	ilrUnknownSex      = "X"
	ilrNotProvided     = 99
	ilrNoHealthAnswer  = 9
	ilrUnknownReason   = 98
)

// The elements stand in the order of the schema.
type (
	ilrMessage struct {
		XMLName  xml.Name   `xml:"ESFA/ILR/2025-26 Message"`
		Header   ilrHeader  `xml:"Header"`
		Provider string     `xml:"LearningProvider>UKPRN"`
		Learners []ilrEntry `xml:"Learner"`
	}
	ilrHeader struct {
		Collection string `xml:"CollectionDetails>Collection"`
		Year       string `xml:"CollectionDetails>Year"`
		Prepared   string `xml:"CollectionDetails>FilePreparationDate"`
		Marking    string `xml:"Source>ProtectiveMarking"`
		UKPRN      string `xml:"Source>UKPRN"`
		Package    string `xml:"Source>SoftwarePackage"`
		Serial     string `xml:"Source>SerialNo"`
		At         string `xml:"Source>DateTime"`
	}
	ilrEntry struct {
		Reference     string        `xml:"LearnRefNumber"`
		ULN           int64         `xml:"ULN"`
		Family        string        `xml:"FamilyName,omitempty"`
		Given         string        `xml:"GivenNames,omitempty"`
		Ethnicity     int           `xml:"Ethnicity"`
		Sex           string        `xml:"Sex"`
		Health        int           `xml:"LLDDHealthProb"`
		PostcodePrior string        `xml:"PostcodePrior"`
		Postcode      string        `xml:"Postcode"`
		Email         string        `xml:"Email,omitempty"`
		Deliveries    []ilrDelivery `xml:"LearningDelivery"`
	}
	ilrDelivery struct {
		Aim        string   `xml:"LearnAimRef"`
		AimType    int      `xml:"AimType"`
		Number     int      `xml:"AimSeqNumber"`
		Start      string   `xml:"LearnStartDate"`
		Original   string   `xml:"OrigLearnStartDate,omitempty"`
		PlannedEnd string   `xml:"LearnPlanEndDate"`
		Fund       int      `xml:"FundModel"`
		Planned    int      `xml:"PHours,omitempty"`
		Actual     *int     `xml:"OTJActHours"`
		Programme  int      `xml:"ProgType"`
		Postcode   string   `xml:"DelLocPostCode"`
		Status     int      `xml:"CompStatus"`
		End        string   `xml:"LearnActEndDate,omitempty"`
		Reason     int      `xml:"WithdrawReason,omitempty"`
		Outcome    int      `xml:"Outcome,omitempty"`
		Achieved   string   `xml:"AchDate,omitempty"`
		Monitoring []ilrFAM `xml:"LearningDeliveryFAM"`
	}
	ilrFAM struct {
		Type string `xml:"LearnDelFAMType"`
		Code string `xml:"LearnDelFAMCode"`
	}
)

// Encode returns the file. Without a learner there is none: the schema asks
// for one.
func (f ILR) Encode() ([]byte, error) {
	if len(f.Learners) == 0 {
		return nil, errors.New("interchange: a hand-over file without a learner")
	}
	m := ilrMessage{
		Header: ilrHeader{
			Collection: "ILR", Year: countersign.ILRYear.Code, Prepared: countersign.LondonDate(f.At).String(), Marking: "OFFICIAL-SENSITIVE-Personal",
			UKPRN: f.UKPRN, Package: "Countersign hand-over", Serial: "01",
			At: f.At.In(countersign.London()).Format("2006-01-02T15:04:05"),
		},
		Provider: f.UKPRN,
	}
	for _, l := range f.Learners {
		m.Learners = append(m.Learners, ilrEntryOf(l))
	}
	out, err := xml.MarshalIndent(m, "", "\t")
	if err != nil {
		return nil, fmt.Errorf("interchange: encode ILR: %w", err)
	}
	return append([]byte(xml.Header), append(out, '\n')...), nil
}

func ilrEntryOf(l countersign.ILRLearner) ilrEntry {
	given, family := l.Names()
	e := ilrEntry{
		Reference: LearnerReference(l.ID), ULN: ilrUnknownULN, Family: ilrName(family), Given: ilrName(given), Ethnicity: ilrNotProvided,
		Sex: ilrUnknownSex, Health: ilrNoHealthAnswer, PostcodePrior: ilrUnknownPostcode, Postcode: ilrUnknownPostcode, Email: l.Email(),
	}
	for n, d := range l.Deliveries() {
		delivery := ilrDelivery{
			Aim: "ZPROG001", AimType: 1, Number: n + 1, Start: d.StartOn.String(), Original: d.OriginalOn.String(), PlannedEnd: d.PlannedEndOn.String(),
			Fund: 36, Planned: min(d.PlannedHours, 9999), Programme: 25, Postcode: ilrUnknownPostcode, Status: int(d.Status), End: d.EndedOn.String(),
			Achieved: d.AchievedOn.String(),
		}
		switch {
		case d.Status == countersign.ILRWithdrawn:
			delivery.Reason, delivery.Outcome = ilrUnknownReason, 3
		case d.Status == countersign.ILRCompleted && d.AchievedOn.IsZero():
			delivery.Outcome = 8 // not yet known
		case d.Status == countersign.ILRCompleted:
			delivery.Outcome = 1
		}
		if d.Status == countersign.ILRCompleted || d.Status == countersign.ILRWithdrawn {
			hours := min(d.ActualHours, 9999)
			delivery.Actual = &hours
		}
		if !d.OriginalOn.IsZero() {
			delivery.Monitoring = []ilrFAM{{Type: "RES", Code: "1"}} // a restart
		}
		e.Deliveries = append(e.Deliveries, delivery)
	}
	return e
}

// LearnerReference is what the file calls an apprenticeship: 12 characters of
// its identifier. The provider's own reference takes its place.
func LearnerReference(id countersign.ApprenticeshipID) string {
	all := strings.ToUpper(strings.ReplaceAll(string(id), "-", ""))
	return all[max(len(all)-12, 0):]
}

var notInNames = regexp.MustCompile(`[0-9\r\n\t|"]`)

// ilrName leaves out what the schema refuses in names.
func ilrName(s string) string {
	return first(strings.TrimSpace(notInNames.ReplaceAllString(norm.NFC.String(s), "")), 100)
}

// first returns the first characters of s, no more than so many.
func first(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// UKPRN reports whether s is a UK Provider Reference Number.
func UKPRN(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 10000000 && n <= 99999999
}
