package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// draftPart returns the form of a part.
func draftPart(r service.DraftRecord, part string, add bool) (*view.DraftPartPage, error) {
	page := view.NewDraftPartPage(r.Draft, r.Document.Framework(), part, add)
	if page.Kind() == "" {
		return nil, errNoPart
	}
	page.Comments = r.Comments
	return page, nil
}

// errNoPart is the refusal of what a draft doesn't have.
var errNoPart = countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")

// editDraftPart handles GET /framework-drafts/:draft/edit?part=, or with add=
// the list to which something is added.
func (h *Handlers) editDraftPart(c echo.Context, actor authz.Actor, r service.DraftRecord) error {
	page, err := draftPart(r, c.QueryParam("part"), c.QueryParam("add") != "")
	if err != nil {
		return err
	}
	if page.Adding {
		page.Typed = map[string][]string{"core": {"true"}, "requires.pieces": {"1"}}
		return h.render(c, http.StatusOK, actor, page)
	}
	values, ok := r.Document.Values(page.Part)
	if !ok {
		return errNoPart
	}
	page.Typed, page.Code = values, codeOf(values)
	return h.render(c, http.StatusOK, actor, page)
}

func codeOf(values map[string][]string) string { return strings.Join(values["code"], "") }

// typed reads what was posted for the fields of a part. What is chosen in
// boxes keeps the order that it has in the draft.
func typed(f form, kind view.DraftPartKind, now service.DraftValues) service.DraftValues {
	values := service.DraftValues{}
	for _, field := range view.DraftFields(kind) {
		switch field.How {
		case view.Boxes:
			chosen := f.Values[field.Key]
			values[field.Key] = slices.DeleteFunc(slices.Clone(now[field.Key]), func(v string) bool { return !slices.Contains(chosen, v) })
			for _, v := range chosen {
				if !slices.Contains(values[field.Key], v) {
					values[field.Key] = append(values[field.Key], v)
				}
			}
		case view.OneALine:
			values[field.Key] = nil
			for line := range strings.SplitSeq(f.text(field.Key), "\n") {
				if line = strings.TrimSpace(line); line != "" {
					values[field.Key] = append(values[field.Key], line)
				}
			}
			if field.Key == "requires.kinds" {
				values[field.Key] = view.KindCodes(values[field.Key])
			}
		default:
			values[field.Key] = []string{f.text(field.Key)}
		}
	}
	return values
}

// changeDraftPart handles POST /framework-drafts/:draft/edit.
func (h *Handlers) changeDraftPart(c echo.Context, actor authz.Actor) error {
	r, err := h.editable(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	page, err := draftPart(r, f.Get("part"), f.bool("add"))
	if err != nil {
		return err
	}
	now, _ := r.Document.Values(page.Part)
	page.Typed, page.Code = typed(f, page.Kind(), now), f.Get("code_was")
	err = h.svc.EditFrameworkDraft(c.Request().Context(), actor, draftID(c), f.number("draft_version"), service.DraftEdit{Part: page.Part, Values: page.Typed, Add: page.Adding})
	if err == nil {
		return h.redirect(c, "The draft is saved.", draftPath(draftID(c))+anchorOf(page.Part))
	}
	err = inOrder(err, page.Kind())
	if page.Stale = service.IsStale(err); page.Stale && !page.Adding {
		at := r.Document.PartWithCode(page.Part, page.Code)
		if now, ok := r.Document.Values(at); ok {
			page.Part, page.Now = at, now
		} else {
			page.Gone = true
		}
	}
	return h.again(c, actor, page, err)
}

// inOrder puts what is refused into the order of the form's fields, and the
// names of the file's fields into words.
func inOrder(err error, kind view.DraftPartKind) error {
	var e *countersign.Error
	if !errors.As(err, &e) {
		return err
	}
	place := func(f countersign.FieldError) int {
		return slices.IndexFunc(view.DraftFields(kind), func(d view.DraftField) bool { return d.Key == f.Field })
	}
	for i, f := range e.Fields {
		if name, rest, found := strings.Cut(f.Message, " must "); found && !strings.ContainsAny(name, `" `) {
			e.Fields[i].Message = strings.ReplaceAll(name, "_", " ") + " must " + rest
		}
	}
	slices.SortStableFunc(e.Fields, func(a, b countersign.FieldError) int { return cmp.Compare(place(a), place(b)) })
	return err
}

// anchorOf leads to where a part, or a list, is on the page of its draft.
func anchorOf(part string) string {
	keys := strings.Split(part, ".")
	if keys[0] == "role" {
		return "#duties"
	}
	if len(keys) > 1 && keys[0] == "domains" {
		if n, err := strconv.Atoi(keys[1]); err == nil {
			return "#domain-" + strconv.Itoa(n+1)
		}
	}
	return "#content"
}

// moveDraftPart handles POST /framework-drafts/:draft/move.
func (h *Handlers) moveDraftPart(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	up := f.Get("direction") == "up"
	err := h.svc.EditFrameworkDraft(c.Request().Context(), actor, draftID(c), f.number("version"), service.DraftEdit{Part: f.Get("part"), Up: up, Down: !up})
	if err != nil {
		return h.draftAgain(c, actor, err)
	}
	return h.redirect(c, "It is moved.", draftPath(draftID(c))+anchorOf(f.Get("part")))
}

// newDraftRemoval handles GET /framework-drafts/:draft/removal?part=.
func (h *Handlers) newDraftRemoval(c echo.Context, actor authz.Actor, r service.DraftRecord) error {
	part := c.QueryParam("part")
	page, err := draftPart(r, part, false)
	if err != nil {
		return err
	}
	if _, ok := r.Document.Values(part); !ok || !page.Listed() {
		return errNoPart
	}
	return h.render(c, http.StatusOK, actor, view.NewRemovalPage(r.Draft, page.Framework, part))
}

// removeDraftPart handles POST /framework-drafts/:draft/removal.
func (h *Handlers) removeDraftPart(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	err := h.svc.EditFrameworkDraft(c.Request().Context(), actor, draftID(c), f.number("version"), service.DraftEdit{Part: f.Get("part"), Remove: true})
	if err != nil {
		return h.draftAgain(c, actor, err)
	}
	return h.redirect(c, "It is removed.", draftPath(draftID(c))+"#content")
}
