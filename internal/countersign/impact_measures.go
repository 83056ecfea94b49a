package countersign

import (
	"bytes"
	_ "embed" // impact.json
	"encoding/json"
	"slices"
	"sync"
)

// ImpactMeasure is something that practices measure to see what a General
// Practice Assistant has changed.
type ImpactMeasure struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Unit   string `json:"unit"`   // as it follows a number: "minutes a day", "%"
	Better string `json:"better"` // less, more, or empty where neither is
	Adds   bool   `json:"adds"`   // values of several practices can be added up
	Max    int    `json:"max"`
	Ask    string `json:"ask"` // what to enter
}

// ImpactMethod is how a value was come by.
type ImpactMethod struct {
	Code    string `json:"code"`
	Title   string `json:"title"`
	Meaning string `json:"meaning"`
}

// PublishedImpact is what somebody else has published, to be shown beside what
// practices report: with its source, and with what to be careful about.
type PublishedImpact struct {
	Measure string `json:"measure"`
	Value   string `json:"value"`
	Who     string `json:"who"`
	Caveat  string `json:"caveat"`
	Source  string `json:"source"`
	URL     string `json:"url"`
}

type impactFile struct {
	Methods   []ImpactMethod    `json:"methods"`
	Measures  []ImpactMeasure   `json:"measures"`
	Published []PublishedImpact `json:"published"`
}

//go:embed impact.json
var impactJSON []byte

var impactData = sync.OnceValue(func() impactFile {
	var f impactFile
	d := json.NewDecoder(bytes.NewReader(impactJSON))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		panic("countersign: impact.json: " + err.Error()) // it is built in, and a test reads it
	}
	return f
})

// ImpactMeasures returns what can be measured, in the order of the page.
func ImpactMeasures() []ImpactMeasure { return impactData().Measures }

// ImpactMethods returns how it can be measured.
func ImpactMethods() []ImpactMethod { return impactData().Methods }

// PublishedImpacts returns what others have published.
func PublishedImpacts() []PublishedImpact { return impactData().Published }

// ImpactMeasureBy returns the measure of that code.
func ImpactMeasureBy(code string) (ImpactMeasure, bool) {
	i := slices.IndexFunc(ImpactMeasures(), func(m ImpactMeasure) bool { return m.Code == code })
	if i < 0 {
		return ImpactMeasure{}, false
	}
	return ImpactMeasures()[i], true
}

// ImpactMethodBy returns the method of that code.
func ImpactMethodBy(code string) (ImpactMethod, bool) {
	i := slices.IndexFunc(ImpactMethods(), func(m ImpactMethod) bool { return m.Code == code })
	if i < 0 {
		return ImpactMethod{}, false
	}
	return ImpactMethods()[i], true
}
