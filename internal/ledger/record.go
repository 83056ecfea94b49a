package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Row is a row of the record other than a decision, as the database has it:
// values as text by column, of which those of Words are what somebody wrote or
// is called. A value that is missing is nil.
type Row struct {
	Table, ID, Apprenticeship string
	Facts                     map[string]*string
	Words                     map[string]string
	Erased                    bool // erasure emptied words of it
}

// Record is a row as the log holds it: facts as they are, words as commitments
// with the record's salt, labelled with the column.
type Record struct {
	V              int                `json:"v"`
	Type           string             `json:"type"` // "record"
	Table          string             `json:"table"`
	Row            string             `json:"row"`
	Apprenticeship string             `json:"apprenticeship"`
	Facts          map[string]*string `json:"facts"`
	Commitments    map[string]string  `json:"commitments"`
}

const recordType = "record"

// LeafOfRow returns the canonical bytes of a row, its words hidden behind
// commitments with the salt, and their leaf.
func LeafOfRow(r Row, salt string) (canonicalJSON []byte, leaf string, err error) {
	var c checker
	c.required("table", r.Table)
	c.required("row", r.ID)
	c.required("apprenticeship", r.Apprenticeship)
	doc := Record{V: Version, Type: recordType, Table: r.Table, Row: r.ID, Apprenticeship: r.Apprenticeship, Facts: map[string]*string{}, Commitments: map[string]string{}}
	for column, value := range r.Facts {
		c.required("column", column)
		if value != nil {
			c.text(column, *value)
		}
		doc.Facts[column] = value
	}
	if c.err != nil {
		return nil, "", c.err
	}
	for column, text := range r.Words {
		if doc.Commitments[column], err = Commit(salt, column, text); err != nil {
			return nil, "", err
		}
	}
	if canonicalJSON, err = canonical(doc); err != nil {
		return nil, "", err
	}
	return canonicalJSON, LeafOf(canonicalJSON), nil
}

// SealedRow is what is kept beside the log of a row: what its leaf was made of.
type SealedRow struct {
	Table, ID, Apprenticeship string
	Canonical, Leaf, Salt     string
	Erased                    bool // erasure destroyed the salt
}

// CompareRow holds a row as the database has it against what was sealed of it;
// now is nil for a row that is gone. What erasure emptied isn't a change.
func CompareRow(s SealedRow, now *Row) (found []Finding) {
	kept := func(column, says string) []Finding {
		return []Finding{{"ledger_records", s.Table + " " + s.ID, column, says}}
	}
	if LeafOf([]byte(s.Canonical)) != s.Leaf {
		return kept("leaf, canonical", "the leaf, or the form that it was made of, was changed")
	}
	var was Record
	dec := json.NewDecoder(bytes.NewReader([]byte(s.Canonical)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&was); err != nil || was.Type != recordType {
		return kept("canonical", "the sealed form is not readable")
	}
	switch {
	case was.Table != s.Table || was.Row != s.ID:
		return kept("table_name, row_id", "which row this is the sealed form of was changed")
	case was.Apprenticeship != s.Apprenticeship:
		return kept("apprenticeship_id", "whose record it is of was changed")
	case now == nil:
		return []Finding{{s.Table, s.ID, "?", "the row is gone, or what it is known by was changed"}}
	}
	c := rowComparison{was: was, now: *now, salt: s.Salt, forgotten: s.Erased && s.Salt == ""}
	c.facts()
	c.words()
	return c.found
}

// rowComparison gathers what of a row differs from its sealed form.
type rowComparison struct {
	was       Record
	now       Row
	salt      string
	forgotten bool // there is no salt any more, and no words either
	found     []Finding
}

func (c *rowComparison) changed(column string) {
	c.found = append(c.found, Finding{c.was.Table, c.was.Row, column, fmt.Sprintf("“%s” was changed", column)})
}

func (c *rowComparison) facts() {
	for _, column := range slices.Sorted(maps.Keys(c.was.Facts)) {
		was, now := c.was.Facts[column], c.now.Facts[column]
		if (was == nil) != (now == nil) || was != nil && *was != *now {
			c.changed(column)
		}
	}
}

// words compares what stands behind the salt. If all of it differs, it is the
// salt that was changed.
func (c *rowComparison) words() {
	if _, err := Commit(c.salt, "", ""); err != nil && !c.forgotten {
		c.found = append(c.found, Finding{"ledger_records", c.was.Table + " " + c.was.Row, "salt", "the salt of the row's text was changed, so that the text cannot be checked"})
		return
	}
	var differ []string
	checked := 0
	for _, column := range slices.Sorted(maps.Keys(c.was.Commitments)) {
		text := c.now.Words[column]
		if text == "" && (c.now.Erased || c.forgotten) {
			continue
		}
		checked++
		if is, err := Commit(c.salt, column, text); err != nil || is != c.was.Commitments[column] {
			differ = append(differ, column)
		}
	}
	if len(differ) > 1 && len(differ) == checked && !c.forgotten {
		c.found = append(c.found, Finding{"ledger_records", c.was.Table + " " + c.was.Row, "salt", "the salt of the row's text was changed, or all of its text"})
		return
	}
	for _, column := range differ {
		c.changed(column)
	}
}
