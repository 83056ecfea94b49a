package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
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
	if err := json.Unmarshal(b, &c); err != nil || c.Sort != sort || !countersign.ValidID(c.ID) || !storable(c.Key) {
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

// sortKey is a value that a list is sorted by, as text.
type sortKey string

// Scan implements sql.Scanner.
func (k *sortKey) Scan(v any) error {
	switch v := v.(type) {
	case string:
		*k = sortKey(v)
	case []byte:
		*k = sortKey(v)
	case int64:
		*k = sortKey(strconv.FormatInt(v, 10))
	case time.Time:
		*k = sortKey(v.UTC().Format(timeLayout))
	default:
		return fmt.Errorf("a list can't be sorted by %T", v)
	}
	return nil
}

// text returns a value of that kind as parse wants it.
func (k keyKind) text(v sortKey) string {
	if k == dateKey && len(v) > len(time.DateOnly) { // midnight of the day
		v = v[:len(time.DateOnly)]
	}
	return string(v)
}
