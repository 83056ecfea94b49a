package pdf

import (
	"fmt"
	"slices"
	"strings"
)

// The structure tree (ISO 32000-1, 14.7), with the parent tree that leads
// from content and links back to it.

// treeLeaf is how many entries a leaf of the parent tree holds: PDF/A-1 sets a
// limit to arrays.
const treeLeaf = 500

// needless reports whether an element that holds nothing is left out. The
// cells of a table are never.
func (e *element) needless() bool {
	return len(e.kids) == 0 && e.role != headerCell && e.role != dataCell
}

// number gives e and all that is in it their objects.
func (r *rewriter) number(e *element) {
	r.ids[e] = r.next()
	for _, k := range e.kids {
		if k.element != nil {
			r.number(k.element)
		}
	}
}

// prune leaves out what is empty inside e.
func (e *element) prune() {
	e.kids = slices.DeleteFunc(e.kids, func(k kid) bool {
		if k.element != nil {
			k.element.prune()
		}
		return k.element != nil && k.element.needless()
	})
}

func (r *rewriter) numberLinks() {
	for _, l := range r.tags.links {
		l.object = r.next()
		r.links[l.page] = append(r.links[l.page], l)
	}
}

// structure writes the structure tree and returns the number of its root.
func (r *rewriter) structure() int {
	root, parents := r.next(), r.parentTree()
	r.put(root, fmt.Sprintf("<</Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey %d>>",
		r.ids[r.tags.root], parents, r.page()+len(r.tags.links)))
	r.element(r.tags.root, root)
	return root
}

func (r *rewriter) element(e *element, parent int) {
	var s strings.Builder
	fmt.Fprintf(&s, "<</S /%s /P %d 0 R", e.role, parent)
	if e.alt != "" {
		s.WriteString(" /Alt " + hexString(e.alt))
	}
	if e.scope != "" {
		s.WriteString(" /A <</O /Table /Scope /" + e.scope + ">>")
	}
	// A single page is said once, and its content by number alone.
	page := 0
	for _, k := range e.kids {
		if k.page != 0 {
			page = k.page
			fmt.Fprintf(&s, " /Pg %d 0 R", pageObject(page))
			break
		}
	}
	s.WriteString(" /K [")
	for i, k := range e.kids {
		if i > 0 {
			s.WriteByte(' ')
		}
		switch {
		case k.element != nil:
			fmt.Fprintf(&s, "%d 0 R", r.ids[k.element])
		case k.link != nil:
			fmt.Fprintf(&s, "<</Type /OBJR /Pg %d 0 R /Obj %d 0 R>>", pageObject(k.link.page), k.link.object)
		case k.page == page:
			fmt.Fprint(&s, k.mark)
		default:
			fmt.Fprintf(&s, "<</Type /MCR /Pg %d 0 R /MCID %d>>", pageObject(k.page), k.mark)
		}
	}
	s.WriteString("]>>")
	r.put(r.ids[e], s.String())
	for _, k := range e.kids {
		if k.element != nil {
			r.element(k.element, r.ids[e])
		}
	}
}

// parentTree writes, by page, which element each mark belongs to, and by link
// which one that is. It returns the number of its root.
func (r *rewriter) parentTree() int {
	entries := make([]string, 0, r.page()+len(r.tags.links))
	for page := 1; page <= r.page(); page++ {
		var of strings.Builder
		if page < len(r.tags.owners) {
			for _, e := range r.tags.owners[page] {
				fmt.Fprintf(&of, "%d 0 R ", r.ids[e])
			}
		}
		id := r.next()
		r.put(id, "["+of.String()+"]")
		entries = append(entries, fmt.Sprintf("%d 0 R", id))
	}
	for _, l := range r.tags.links {
		entries = append(entries, fmt.Sprintf("%d 0 R", r.ids[l.element]))
	}
	var leaves strings.Builder
	first := 0
	for some := range slices.Chunk(entries, treeLeaf) {
		var s strings.Builder
		fmt.Fprintf(&s, "<</Limits [%d %d] /Nums [", first, first+len(some)-1)
		for i, entry := range some {
			fmt.Fprintf(&s, "%d %s ", first+i, entry)
		}
		id := r.next()
		r.put(id, s.String()+"]>>")
		fmt.Fprintf(&leaves, "%d 0 R ", id)
		first += len(some)
	}
	root := r.next()
	r.put(root, "<</Kids ["+leaves.String()+"]>>")
	return root
}

// linkObjects writes every link, in the order of the parent tree.
func (r *rewriter) linkObjects() {
	for i, l := range r.tags.links {
		action := fmt.Sprintf("/A <</S /URI /URI (%s)>>", escaped.Replace(l.at))
		if l.at == "" {
			to := r.places[l.to]
			action = "/Dest " + destination(max(1, to.page), to.y)
		}
		r.put(l.object, fmt.Sprintf("<</Type /Annot /Subtype /Link /Rect [%.2f %.2f %.2f %.2f] /Border [0 0 0] /F 4 /StructParent %d /Contents %s %s>>",
			l.rect[0], l.rect[1], l.rect[2], l.rect[3], r.page()+i, hexString(l.says), action))
	}
}

// escaped keeps what PDF strings give a meaning.
var escaped = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`)

// destination is a place on a page, that far from its top in millimetres.
func destination(page int, y float64) string {
	return fmt.Sprintf("[%d 0 R /XYZ 0 %.2f null]", pageObject(page), (pageHeight-y)*pointsPerMM)
}
