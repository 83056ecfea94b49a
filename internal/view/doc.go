// Package view turns data into pages. It is the only user of html/template,
// and the only place that decides a tag's colour, a date's format, a plural or
// a link; templates hold words and structure.
//
// # Adding a page
//
// 1. A struct in page_<area>.go. It embeds Layout, holds plain data, and has a
// method for every component it shows, which returns the component's props:
//
//	// NotePage writes a note to the apprentice.
//	type NotePage struct {
//		Layout
//		Action string // where the form posts to
//		Text   string // as typed
//	}
//
//	// Template implements Page.
//	func (*NotePage) Template() string { return "notes/new" }
//
//	// TextField is the note.
//	func (p *NotePage) TextField() Textarea {
//		return Textarea{Name: "text", Label: Label{Text: "Note"}, Value: p.Text, Error: p.Errors.Of("text")}
//	}
//
//	// Save sends it.
//	func (*NotePage) Save() Button { return Button{Text: "Send note", Once: true} }
//
// 2. A template, templates/pages/notes/new.html, which defines "main". It has
// exactly one h1, whose text is the Title:
//
//	{{define "main"}}
//	<div class="nhsuk-grid-row"><div class="nhsuk-grid-column-two-thirds">
//	  <h1 class="nhsuk-heading-l">{{.Title}}</h1>
//	  <form action="{{.Action}}" method="post" novalidate>
//	    {{template "textarea" .TextField}}
//	    {{template "button" .Save}}
//	  </form>
//	</div></div>
//	{{end}}
//
// 3. Samples in the same file: typical, empty, full, and with errors. They feed
// countersign storybook, the accessibility checks, the template type check and
// the escaping test, so show every branch:
//
//	func init() { addSamples(func() []Sample { … }) }
//
// 4. In web: fill the struct, and on Invalid call page.Fail(err) and render the
// same struct with status 422. Fail gives the title its "Error: ", the error
// summary its links and Errors.Of its messages. A field's name is the form's
// key, the key in countersign.FieldError and the element's id.
//
// The tests of this package find every page by themselves: every field that a
// template names exists, every sample is sound HTML (htmlcheck), nothing that
// people typed becomes markup, and axe finds no fault on a phone and on a large
// screen. Nothing else has to be registered.
//
// # Conventions
//
// An Input's form key and id are its Name. Radios and Checkboxes give the Name
// to their first choice as id. A DateInput sends Name.day, Name.month and
// Name.year, and its day has the Name as id. So the error summary reaches all of
// them by the field's name; Errors.LinkTo is for the rest.
//
// Sentences, headings and buttons are written in the template or in the page's
// methods; a text that explains what is wrong with an input comes with the
// error. Dates are written by Date, Day and DayTime, states by CompetencyTag
// and its siblings.
//
// # Composing
//
// Components take props, never HTML. Content inside them is either Blocks in
// the prop's Body (see Block), or template text between the component's start
// and end templates:
//
//	{{template "card-start" .Progress}} … {{template "card-end" .Progress}}
//
// Text that people wrote with Markdown goes through RichText, the one place
// that makes trusted HTML.
package view
