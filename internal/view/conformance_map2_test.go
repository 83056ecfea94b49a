package view

import "regexp"

func mapActionLink(p *params, call any) any {
	if p.has("type") {
		p.failf("a button")
	}
	return ActionLink{Text: p.called(call), Href: p.str("href"), Reverse: p.str("variant") == "reverse", NewWindow: p.flag("openInNewWindow")}
}

func mapBackLink(p *params, call any) any {
	b := BackLink{Text: p.called(call), Href: p.str("href"), Reverse: p.str("variant") == "reverse", HiddenText: p.str("visuallyHiddenText"), ID: p.str("id"), Classes: p.str("classes")}
	if b.Href == "" {
		p.failf("a button")
	}
	return b
}

func mapBreadcrumb(p *params, _ any) any {
	b := Breadcrumb{ID: p.str("id"), Classes: p.str("classes"), Reverse: p.str("variant") == "reverse"}
	for _, item := range p.list("items") {
		b.Items = append(b.Items, Link{Text: item.text(), Href: item.str("href")})
	}
	return b
}

func (p *params) actions(key string) []Action {
	items := p.list(key)
	if items == nil {
		items = p.obj(key).list("items")
	}
	var out []Action
	for _, a := range items {
		a.read["type"] = true
		out = append(out, Action{Text: a.text(), Href: a.str("href"), Hidden: a.str("visuallyHiddenText"), Name: a.str("name"), Value: a.str("value")})
	}
	return out
}

func (p *params) card(call any) Card {
	p.read["true"] = true
	c := Card{
		Heading: p.heading("heading"), Href: p.str("href"), Clickable: p.flag("clickable"), Variant: p.str("variant"),
		Actions: p.actions("actions"), ID: p.str("id"), Classes: p.str("classes"),
	}
	image := p.obj("image")
	c.ImageSrc, c.ImageAlt = image.str("src"), image.str("alt")
	c.Body, c.Text = p.obj("description").body(call)
	switch c.Variant {
	case "non-urgent", "urgent", "emergency":
		p.failf("a care card")
	}
	return c
}

func mapWarningCallout(p *params, call any) any {
	w := WarningCallout{Heading: p.heading("heading"), ID: p.str("id"), Classes: p.str("classes")}
	w.Body, w.Text = p.body(call)
	return w
}

func mapDetails(p *params, call any) any {
	d := Details{Summary: p.textAt("summary"), Open: p.flag("open"), ID: p.str("id"), Classes: p.str("classes")}
	d.Body, d.Text = p.body(call)
	return d
}

func mapDoList(p *params, _ any) any {
	d := DoList{Heading: p.heading("heading"), Dont: p.str("icon") == "cross", Prefix: p.str("prefixText"), NoPrefix: p.flag("hidePrefix")}
	d.Heading.Text = or(d.Heading.Text, p.str("title"))
	for _, item := range p.list("items") {
		d.Items = append(d.Items, or(item.text(), item.str("item")))
	}
	return d
}

func mapErrorMessage(p *params, call any) any {
	e := ErrorMessage{Text: p.called(call), ID: p.str("id")}
	if prefix, ok := p.get("visuallyHiddenText").(string); ok {
		e.Prefix = or(prefix, "-")
	}
	return e
}

func onOff(v any) string {
	switch v {
	case true:
		return "off"
	case false:
		return "on"
	}
	return ""
}

func mapErrorSummary(p *params, call any) any {
	if call != nil {
		p.failf("HTML in the description")
	}
	e := ErrorSummary{Heading: p.textAt("heading"), Description: p.textAt("description"), AutoFocus: onOff(p.get("disableAutoFocus"))}
	for _, item := range p.list("errorList") {
		e.Items = append(e.Items, Link{Text: item.text(), Href: item.str("href")})
	}
	return e
}

func mapFieldset(p *params, call any) any {
	f := Fieldset{Legend: p.obj("legend").legend(), ID: p.str("id"), Role: p.str("role"), DescribedBy: p.str("describedBy"), Classes: p.str("classes")}
	f.Body, _ = p.body(call)
	return f
}

func mapFooter(p *params, call any) any {
	if call != nil {
		p.failf("HTML in the meta section")
	}
	f := Footer{Columns: p.num("columns")}
	groups := p.list("navigation")
	if groups == nil && p.has("navigation") {
		groups = []*params{p.obj("navigation")}
	}
	for _, g := range groups {
		group := FooterGroup{Heading: p.run.headingText(g), Text: g.text(), Width: g.str("width")}
		for _, item := range g.list("items") {
			group.Links = append(group.Links, Link{Text: item.text(), Href: item.str("href")})
		}
		f.Navigation = append(f.Navigation, group)
	}
	meta := p.obj("meta")
	f.Text = meta.text()
	for _, item := range meta.list("items") {
		f.Links = append(f.Links, Link{Text: item.text(), Href: item.str("href")})
	}
	switch v := p.get("copyright").(type) {
	case nil:
		f.Copyright = "© NHS England" // their default; ours is none
	case string:
		f.Copyright = v
	default:
		f.Copyright = p.textAt("copyright")
	}
	return f
}

func (r *run) headingText(p *params) string { return p.obj("heading").text() }

var logoArtwork = regexp.MustCompile(`(?s)<svg class="nhsuk-header__logo".*?</svg>`)

// withoutLogo takes the NHS logo out of the expected header: this product may
// not draw it.
func withoutLogo(m mapping) mapping {
	m.adjust = func(want string) string { return logoArtwork.ReplaceAllString(want, "") }
	return m
}

func mapHeader(p *params, _ any) any {
	h := Header{Inline: p.flag("inline"), White: p.str("colour") == "white"}
	service := p.obj("service")
	h.Service = Link{Text: service.text(), Href: service.str("href")}
	org := p.obj("organisation")
	h.Organisation = Organisation{Name: org.str("name"), Split: org.str("split"), Descriptor: org.str("descriptor")}
	logo := p.obj("logo")
	h.Logo = Logo{Src: logo.str("src"), Alt: or(logo.str("alt"), "NHS"), Href: logo.str("href"), Label: logo.str("ariaLabel")}
	for _, item := range p.obj("account").list("items") {
		h.Account = append(h.Account, AccountItem{Text: item.text(), Href: item.str("href"), Action: item.str("action"), User: item.flag("icon")})
	}
	nav := p.obj("navigation")
	h.Justified, h.WhiteNav = nav.flag("justified"), nav.str("colour") == "white"
	for _, item := range nav.list("items") {
		h.Navigation = append(h.Navigation, NavItem{Text: item.text(), Href: item.str("href"), Current: item.flag("current"), Active: item.flag("active")})
	}
	if p.has("search") {
		s := p.obj("search")
		s.flag("true")
		h.Search = &HeaderSearch{
			Action: "https://www.nhs.uk/search/", Label: or(s.obj("label").str("visuallyHiddenText"), "Search the NHS website"),
			Placeholder: s.obj("input").str("placeholder"),
		}
	}
	return h
}

func mapHeading(p *params, _ any) any {
	return Heading{
		Text: p.text(), Level: p.num("level"), Size: p.str("size"), Caption: p.caption("caption"),
		HiddenText: p.str("visuallyHiddenText"), Href: p.str("href"), ID: p.str("id"), Classes: p.str("classes"),
	}
}

func mapInsetText(p *params, call any) any {
	i := InsetText{HiddenText: p.str("visuallyHiddenText"), ID: p.str("id"), Classes: p.str("classes")}
	i.Body, i.Text = p.body(call)
	return i
}

func mapNotificationBanner(p *params, call any) any {
	n := NotificationBanner{
		Success: p.str("variant") == "success", Title: p.textAt("title"), Heading: p.heading("heading"),
		Role: p.str("role"), AutoFocus: onOff(p.get("disableAutoFocus")), ID: p.str("id"), Classes: p.str("classes"),
	}
	n.Body, n.Text = p.body(call)
	return n
}

func (p *params) pageLink(key string) PageLink {
	l := p.obj(key)
	return PageLink{Href: l.str("href"), Text: l.text(), Label: l.textAt("label")}
}

func mapPagination(p *params, _ any) any {
	g := Pagination{Previous: p.pageLink("previous"), Next: p.pageLink("next"), ID: p.str("id"), Classes: p.str("classes")}
	if href := p.str("previousUrl"); href != "" {
		g.Previous = PageLink{Href: href, Label: p.str("previousPage")}
	}
	if href := p.str("nextUrl"); href != "" {
		g.Next = PageLink{Href: href, Label: p.str("nextPage")}
	}
	for _, item := range p.list("items") {
		g.Items = append(g.Items, PageNumber{Number: item.num("number"), Href: item.str("href"), Current: item.flag("current"), Ellipsis: item.flag("ellipsis")})
	}
	return g
}

func mapPanel(p *params, call any) any {
	n := Panel{Heading: p.heading("heading"), Interruption: p.str("variant") == "interruption", ID: p.str("id"), Classes: p.str("classes")}
	n.Body, n.Text = p.body(call)
	return n
}

func mapSummaryList(p *params, call any) any {
	s := SummaryList{
		NoBorder: p.get("border") == false, NoLastBorder: p.get("lastRowBorder") == false,
		ID: p.str("id"), Classes: p.str("classes"),
	}
	if p.has("card") {
		c := p.obj("card").card(nil)
		s.Card = &c
	}
	for _, r := range p.list("rows") {
		key := r.obj("key")
		row := SummaryRow{Key: key.text(), KeyWidth: key.str("width"), Actions: r.actions("actions"), NoBorder: r.get("border") == false}
		row.Body, row.Value = r.obj("value").body(nil)
		s.Rows = append(s.Rows, row)
	}
	return s
}

func mapTabs(p *params, _ any) any {
	t := Tabs{Title: p.str("visuallyHiddenText"), ID: p.str("id"), IDPrefix: p.str("idPrefix"), Classes: p.str("classes")}
	for _, item := range p.list("items") {
		tab := Tab{Label: item.str("label"), ID: item.str("id")}
		tab.Body, tab.Text = item.obj("panel").body(nil)
		t.Items = append(t.Items, tab)
	}
	return t
}

func (p *params) tag(call any) Tag {
	t := Tag{Text: p.called(call), NoBorder: p.get("border") == false, ID: p.str("id"), Classes: p.str("classes")}
	if p.m["colour"] == false {
		p.read["colour"] = true
		t.NoColour = true
		return t
	}
	t.Colour = p.str("colour")
	return t
}

func mapTag(p *params, call any) any { return p.tag(call) }

func mapTaskList(p *params, _ any) any {
	t := TaskList{IDPrefix: p.str("idPrefix"), ID: p.str("id"), Classes: p.str("classes")}
	for _, item := range p.list("items") {
		task := Task{Title: or(item.textAt("heading"), item.textAt("title")), Href: item.str("href"), Hint: item.textAt("hint")}
		status := item.obj("status")
		task.StatusText, task.StatusClasses = status.text(), status.str("classes")
		task.Status = status.obj("tag").tag(nil)
		if !status.has("tag") {
			task.Status = Tag{}
		}
		t.Items = append(t.Items, task)
	}
	return t
}

func mapTable(p *params, _ any) any {
	caption := p.obj("caption")
	t := Table{
		Caption: caption.text(), CaptionSize: caption.str("size"), CaptionID: caption.str("id"), CaptionClasses: caption.str("classes"),
		FirstCellIsHeader: p.flag("firstCellIsHeader"), Responsive: p.flag("responsive"), Compact: p.flag("compact"),
		Striped: p.flag("striped"), Reverse: p.str("variant") == "reverse", NoBorder: p.get("border") == false,
		NoLastBorder: p.get("lastRowBorder") == false, Scroll: p.flag("scroll"), ID: p.str("id"), Classes: p.str("classes"),
	}
	if p.has("card") {
		c := p.obj("card").card(nil)
		t.Card = &c
	}
	for _, h := range p.list("head") {
		col := Column{
			Text: h.text(), Hidden: h.str("visuallyHiddenText"), Numeric: h.str("format") == "numeric", Href: h.str("href"),
			SortNext: h.str("sortNext"), Align: h.str("align"), Width: h.str("width"), Classes: h.str("classes"),
		}
		switch v := h.get("sort").(type) {
		case string:
			col.Sort = v
		case bool:
			if v {
				col.Sort = "none"
			}
		}
		t.Head = append(t.Head, col)
	}
	rows, _ := p.get("rows").([]any)
	for _, r := range rows {
		cells, ok := r.([]any)
		if !ok {
			continue
		}
		row := p.run.params("row", map[string]any{"cells": cells})
		p.kids = append(p.kids, row)
		var line []Cell
		for _, c := range row.list("cells") {
			cell := Cell{
				Href: c.str("href"), Hidden: c.str("visuallyHiddenText"), Words: c.str("format") == "string",
				SortValue: c.str("sortValue"), Align: c.str("align"), Classes: c.str("classes"),
			}
			cell.Body, cell.Text = c.body(nil)
			line = append(line, cell)
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}
