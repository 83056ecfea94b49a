package view

import (
	"fmt"
	"html/template"

	"countersign/internal/countersign"
)

// funcs returns the functions that templates may call. What depends on the
// state of the domain is a method of the page or a component prop instead.
func funcs(site Site) template.FuncMap {
	return template.FuncMap{
		"asset":       Assets.URL,
		"assetsBuilt": AssetsBuilt,
		"site":        func() Site { return site },
		"pageHeader":  func(l *Layout) Header { return l.header(site) },
		"pageFooter":  func() Footer { return footer(site) },
		"date":        Date,
		"dateWithDay": DateWithDay,
		"monthYear":   MonthYear,
		"day":         Day,
		"clock":       Clock,
		"dayTime":     DayTime,
		"machine":     Machine,
		"number":      Number,
		"count":       Count,
		"plural":      Plural,
		"fileSize":    FileSize,
		"percent":     Percent,
		"sentence":    Sentence,
		"richText":    RichText,
		// The mark of what is believed to be published but was not seen.
		"toBeConfirmed":      func() Tag { return Tag{Text: countersign.ToBeConfirmed, Colour: "yellow"} },
		"toBeConfirmedMeans": func() string { return countersign.ToBeConfirmedMeans },
		"unknownBlock":       func(b Block) (string, error) { return "", fmt.Errorf("blocks.html doesn't draw %T", b) },
	}
}
