package store

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"time"

	"countersign/internal/countersign"
)

// cursor is where a page of a list ended: the order that it was in, the value
// sorted by, and the id, which makes the order total. Rows that are added or
// deleted meanwhile move nothing.
type cursor struct {
	Sort string `json:"s"`
	Key  string `json:"k"`
	ID   string `json:"i"`
}

func (c cursor) encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		return "" // three strings can't fail
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeCursor reads what encode wrote for a list in that order. It returns
// the Key as a query parameter of kind.
func decodeCursor(s, sort string, kind keyKind) (c cursor, key any, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return c, nil, badCursor()
	}
	if err := json.Unmarshal(b, &c); err != nil || c.Sort != sort || !countersign.ValidID(c.ID) {
		return c, nil, badCursor()
	}
	if key, err = kind.parse(c.Key); err != nil {
		return c, nil, badCursor()
	}
	return c, key, nil
}

// keyKind is the type of the values that a list is sorted by.
type keyKind int

const (
	textKey keyKind = iota
	numberKey
	dateKey
	timeKey
)

func (k keyKind) parse(s string) (any, error) {
	switch k {
	case numberKey:
		return strconv.Atoi(s)
	case dateKey:
		d, err := countersign.ParseDate(s)
		return dbDate{d}, err
	case timeKey:
		t, err := time.Parse(timeLayout, s)
		return dbTime{t}, err
	}
	return s, nil
}

// text returns a value of that kind, as it was read, as parse wants it.
func (k keyKind) text(v sortKey) string {
	switch v := v.v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case time.Time:
		if k == dateKey {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format(timeLayout)
	case string:
		return v
	}
	return ""
}

// sortKey is a value that a list is sorted by, as the database gave it.
type sortKey struct{ v any }

// Scan implements sql.Scanner.
func (k *sortKey) Scan(v any) error {
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	k.v = v
	return nil
}
