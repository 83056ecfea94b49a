package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// fold returns the texts as they are searched and sorted: joined by a space,
// in lower case, without accents. "Zoë Ńowak" is found by "zoe", "ZOË" and
// "ńowak" alike. It is done here and kept in a column because SQLite's
// lower() knows ASCII only and PostgreSQL's depends on the server's locale.
func fold(texts ...string) string {
	lower := strings.ToLower(strings.Join(texts, " "))
	folded, _, err := transform.String(
		transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), lower)
	if err != nil {
		return lower
	}
	return folded
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, "\x00", "\ufffd")

// containing returns the pattern for "search LIKE ? ESCAPE '\'" that finds
// query anywhere, its wildcards taken as they are. PostgreSQL can hold it,
// whatever was typed.
func containing(query string) string {
	return "%" + likeEscaper.Replace(fold(strings.TrimSpace(query))) + "%"
}

// storable reports whether PostgreSQL can hold s as text. What it can't hold is
// in no row: a lookup of it finds nothing, rather than fails.
func storable(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

// text returns s without what PostgreSQL can't hold: for what others wrote,
// such as a mail server's answer, and must be kept whatever it is.
func text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

// conditions collects what a list must satisfy.
type conditions struct {
	sql  []string
	args []any
}

func (c *conditions) and(sql string, args ...any) {
	c.sql = append(c.sql, sql)
	c.args = append(c.args, args...)
}

// where returns the WHERE clause; empty when there is no condition.
func (c *conditions) where() string {
	if len(c.sql) == 0 {
		return ""
	}
	return " WHERE (" + strings.Join(c.sql, ") AND (") + ")"
}
