package framework

import (
	"slices"
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// checker looks at what spans several values, after each has been found well
// formed. Values that weren't are zero by now and are passed over, so that
// one mistake is reported once.
type checker struct {
	*decoder
	doc          *File
	levels       map[string]bool
	domains      map[string]bool
	competencies map[string]bool
}

func (d *decoder) check(name string, doc *File) {
	c := checker{decoder: d, doc: doc}
	c.name(name)
	if doc.Standing == countersign.CommunityDraft && doc.Notice == "" && d.places["notice"] == (position{}) {
		d.add(d.at("standing"), "notice", "a community draft needs the key %q, which is shown wherever the framework is shown", "notice")
	}
	c.codes()
	c.programme()
	c.signing()
	c.references()
	c.replacements()
}

// name compares the id and version with a path of the form
// frameworks/<id>/<version>.yaml or <id>/<version>.yaml. Other names, such as
// that of a draft in somebody's folder, say nothing.
func (c *checker) name(name string) {
	parts := strings.Split(strings.ReplaceAll(name, `\`, "/"), "/")
	file := parts[len(parts)-1]
	version, isYAML := strings.CutSuffix(file, ".yaml")
	if len(parts) < 2 || !isYAML || !versionPattern.MatchString(version) {
		return
	}
	id := parts[len(parts)-2]
	if !idPattern.MatchString(id) || len(parts) > 2 && parts[len(parts)-3] != "frameworks" {
		return
	}
	if c.doc.ID != "" && c.doc.ID != id {
		c.add(c.at("id"), "id", "the id is %s but the file lies in the folder %s", quoted(c.doc.ID), quoted(id))
	}
	if c.doc.Version != "" && c.doc.Version != version {
		c.add(c.at("version"), "version", "the version is %s but the file is called %s", quoted(c.doc.Version), quoted(file))
	}
}

// codes refuses a code that is used twice in one kind of list. Upper and lower
// case count as the same: the codes stand in web addresses and are read out.
func (c *checker) codes() {
	sources, duties, milestones := seen{}, seen{}, seen{}
	levels, domains, competencies := seen{}, seen{}, seen{}
	for i, s := range c.doc.Sources {
		sources.add(c.decoder, "source", s.ID, "sources", i, "id")
	}
	for i, d := range c.doc.Role.Duties {
		duties.add(c.decoder, "duty", d.Code, "role.duties", i, "code")
	}
	for i, m := range c.doc.Programme.Milestones {
		milestones.add(c.decoder, "milestone", m.Code, "programme.milestones", i, "code")
	}
	programmeCodes := []struct {
		noun, list string
		codes      []string
	}{
		{"payment", "payments", each(c.doc.Programme.Payments, func(p payment) string { return p.Code })},
		{"condition", "gateway", each(c.doc.Programme.Gateway, func(g condition) string { return g.Code })},
		{"qualification", "qualifications", each(c.doc.Programme.Qualifications, func(q qualification) string { return q.Code })},
		{"cycle", "cycles", each(c.doc.Programme.Cycles, func(k cycle) string { return k.Code })},
	}
	for _, group := range programmeCodes {
		used := seen{}
		for i, code := range group.codes {
			used.add(c.decoder, group.noun, code, "programme."+group.list, i, "code")
		}
	}
	for i, k := range c.doc.Programme.Cycles {
		used := seen{}
		for j, f := range k.Floors {
			used.add(c.decoder, "category", f.Code, join(join("programme.cycles", strconv.Itoa(i)), "floors"), j, "code")
		}
	}
	for i, l := range c.doc.Scale.Levels {
		levels.add(c.decoder, "level", l.Code, "scale.levels", i, "code")
	}
	for i, d := range c.doc.Domains {
		domains.add(c.decoder, "domain", d.Code, "domains", i, "code")
		for j, k := range d.Competencies {
			competencies.add(c.decoder, "competency", k.Code, join(join("domains", strconv.Itoa(i)), "competencies"), j, "code")
		}
	}
	if len(competencies) > maxItems {
		c.add(c.at("domains"), "domains", "the framework has more than %d competencies", maxItems)
	}
	c.levels, c.domains, c.competencies = levels.exact(), domains.exact(), competencies.exact()
}

// seen maps a code in lower case to its first use.
type seen map[string]use

type use struct {
	code string
	line int
}

func (s seen) add(d *decoder, noun, code, list string, i int, key string) {
	if code == "" {
		return
	}
	where := join(join(list, strconv.Itoa(i)), key)
	if first, ok := s[strings.ToLower(code)]; ok {
		d.add(d.at(where), where, "the %s %s %s is already used on line %d", noun, key, quoted(code), first.line)
		return
	}
	s[strings.ToLower(code)] = use{code, d.at(where).line}
}

func (s seen) exact() map[string]bool {
	out := make(map[string]bool, len(s))
	for _, u := range s {
		out[u.code] = true
	}
	return out
}

func (c *checker) signing() {
	s := c.doc.Signing
	if s.Countersign != "" && len(s.Assess) > 0 && !slices.Contains(s.Assess, s.Countersign) {
		c.add(c.at("signing.countersign"), "signing.countersign", "%s countersigns and so must be listed under assess", quoted(string(s.Countersign)))
	}
	for code := range s.DomainAssess {
		where := "signing.domain_assess." + code
		if !c.domains[code] {
			c.add(c.at(where), where, "there is no domain %s", quoted(code))
		}
	}
}

// references refuses what points to nothing.
func (c *checker) references() {
	if t := c.doc.Scale.DefaultThreshold; t != "" && !c.levels[t] {
		c.add(c.at("scale.default_threshold"), "scale.default_threshold", "there is no level %s in the scale", quoted(t))
	}
	for i, d := range c.doc.Role.Duties {
		for j, code := range d.Competencies {
			where := join(join(join("role.duties", strconv.Itoa(i)), "competencies"), strconv.Itoa(j))
			if code != "" && !c.competencies[code] {
				c.add(c.at(where), where, "there is no competency %s", quoted(code))
			}
		}
	}
	c.each(func(k competency, where string) {
		if k.Threshold != "" && !c.levels[k.Threshold] {
			c.add(c.at(where+".threshold"), where+".threshold", "there is no level %s in the scale", quoted(k.Threshold))
		}
		for i, reference := range k.EquivalentTo {
			here := join(where+".equivalent_to", strconv.Itoa(i))
			// Other frameworks may not be loaded here, so only this one's
			// codes are checked.
			id, code, _ := strings.Cut(reference, ":")
			switch {
			case reference == "" || id != c.doc.ID:
			case code == k.Code:
				c.add(c.at(here), here, "a competency can't be equivalent to itself")
			case !c.competencies[code]:
				c.add(c.at(here), here, "there is no competency %s in this framework", quoted(code))
			}
		}
		c.requirement(k, where)
	})
}

// each calls fn with every competency and its path.
func (c *checker) each(fn func(k competency, where string)) {
	for i, d := range c.doc.Domains {
		for j, k := range d.Competencies {
			fn(k, "domains."+strconv.Itoa(i)+".competencies."+strconv.Itoa(j))
		}
	}
}

// replacements refuses a competency that replaces itself, directly or around
// a circle. A code of this version may be replaced (a competency that was
// split keeps its code for one part), but then it can't replace in turn what
// replaces it.
func (c *checker) replacements() {
	replaces := map[string][]string{}
	c.each(func(k competency, _ string) {
		if k.Code != "" {
			replaces[k.Code] = append(replaces[k.Code], k.Replaces...)
		}
	})
	c.each(func(k competency, where string) {
		for i, code := range k.Replaces {
			here := join(where+".replaces", strconv.Itoa(i))
			switch {
			case code == "" || k.Code == "":
			case code == k.Code:
				c.add(c.at(here), here, "a competency can't replace itself; keeping its code is enough")
			case leadsTo(replaces, code, k.Code):
				c.add(c.at(here), here, "%s and %s replace each other", quoted(k.Code), quoted(code))
			}
		}
	})
}

// leadsTo reports whether following edges from one code reaches another.
func leadsTo(edges map[string][]string, from, to string) bool {
	visited := map[string]bool{}
	for open := []string{from}; len(open) > 0; {
		code := open[len(open)-1]
		open = open[:len(open)-1]
		if code == to {
			return true
		}
		if !visited[code] {
			visited[code] = true
			open = append(open, edges[code]...)
		}
	}
	return false
}
