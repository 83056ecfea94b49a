package pdf

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// outline writes the outline, with its first level open, and returns the
// number of its root.
func (r *rewriter) bookmarks(entries []entry) int {
	type node struct{ parent, first, last, next, previous, children int } // indexes from 1; 0 is the root
	nodes := make([]node, len(entries)+1)
	open := []int{0} // the last node of each level above
	for i, e := range entries {
		id := i + 1
		level := min(e.level, len(open)-1)
		parent := open[level]
		nodes[id].parent = parent
		if last := nodes[parent].last; last != 0 {
			nodes[last].next, nodes[id].previous = id, last
		} else {
			nodes[parent].first = id
		}
		nodes[parent].last = id
		nodes[parent].children++
		open = append(open[:level+1], id)
	}
	base := r.next()
	for range entries {
		r.next()
	}
	ref := func(key string, id int) string {
		if id == 0 && key != "Parent" {
			return ""
		}
		return fmt.Sprintf(" /%s %d 0 R", key, base+id)
	}
	for i, n := range nodes {
		if i == 0 {
			r.put(base, fmt.Sprintf("<</Type /Outlines%s%s /Count %d>>", ref("First", n.first), ref("Last", n.last), n.children))
			continue
		}
		e := entries[i-1]
		content := fmt.Sprintf("<</Title %s%s%s%s%s%s /Dest %s", hexString(e.title), ref("Parent", n.parent),
			ref("Prev", n.previous), ref("Next", n.next), ref("First", n.first), ref("Last", n.last), destination(e.page, max(0, e.y-2)))
		if n.children > 0 {
			content += fmt.Sprintf(" /Count %d", -n.children) // closed
		}
		r.put(base+i, content+">>")
	}
	return base
}

// hexString returns a text string of PDF: UTF-16 in hexadecimal digits.
func hexString(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, c := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", c)
	}
	b.WriteString(">")
	return b.String()
}
