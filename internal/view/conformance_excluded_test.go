package view

// Why a fixture is not compared.
const (
	// Our props are plain text there; text that people wrote is never HTML.
	markup = "HTML where our prop is plain text"
	// A form's button goes through Button, a link through these components.
	asButton = "a button drawn as a link or back link"
	// Advice to patients on how urgently to seek care.
	careCard = "a care card, which tells patients how urgently to seek care"
	// Props say which attributes there are; there is no door for any attribute.
	attributes = "arbitrary attributes"
	// The service is in English.
	words = "other words for what the script says"
	// Disabling a whole group but for one choice.
	enabled = "an enabled control in a disabled group"
	// The items of our lists are all there.
	emptyPlaces = "numbering over empty places in a list"
	// A breadcrumb whose back link differs from its last item.
	backLink = "a back link that isn't the last breadcrumb"
	// Headings of a banner are headings.
	notHeading = "a heading that is a paragraph"
	// Parameters that the next major version drops.
	deprecated = "deprecated parameters"
)

// exclusions are the fixtures that are not compared, by component and name,
// with the reason. Components of the package that we don't have (code,
// contents-list, hero, images, scroll on its own) are not in the list.
var exclusions = map[string]map[string]string{
	"action-link": {
		"with HTML":                markup,
		"with HTML#2":              markup,
		"with HTML via call block": markup,
		"as a button":              asButton,
		"as a button#2":            asButton,
	},
	"back-link": {
		"with HTML":                asButton,
		"with HTML via call block": asButton,
		"with text escaping":       asButton,
		"as a button":              asButton,
		"as a button#2":            asButton,
	},
	"breadcrumb": {
		"attributes":                 attributes,
		"with back link as a button": backLink,
		"with back link custom text": backLink,
	},
	"card": {
		"emergency (red and black)":                  careCard,
		"emergency (red and black) with action link": careCard,
		"non-urgent (blue)":                          careCard,
		"urgent (red)":                               careCard,
		"with image and caption":                     markup,
		"with image and custom HTML":                 markup,
	},
	"character-count": {
		"with maxlength attribute":                attributes,
		"with neither maxlength nor maxwords set": words,
		"with translations":                       words,
	},
	"checkboxes": {
		"disabled with enabled input":   enabled,
		"disabled with enabled input#2": enabled,
	},
	"date-input": {
		"disabled with enabled input": enabled,
	},
	"details": {
		"with summary HTML": markup,
	},
	"error-summary": {
		"with description HTML":           markup,
		"with description via call block": markup,
		"with heading HTML":               markup,
	},
	"file-upload": {
		"with translations": words,
	},
	"footer": {
		"with meta and navigation":                        markup,
		"with meta HTML":                                  markup,
		"with meta HTML via call block":                   markup,
		"with meta links and HTML":                        markup,
		"with multiple navigation groups and custom HTML": markup,
	},
	"hint": {
		"with HTML":                markup,
		"with HTML via call block": markup,
	},
	"input": {
		"with code input styling":                      markup,
		"with error message and hint":                  markup,
		"with error message and hint, without heading": markup,
		"with hint":        markup,
		"with prefix HTML": markup,
		"with suffix HTML": markup,
	},
	"notification-banner": {
		"custom tabindex":              attributes,
		"paragraph with heading class": notHeading,
	},
	"password-input": {
		"disabled with enabled button": enabled,
		"with translations":            words,
	},
	"radios": {
		"disabled with enabled input":   enabled,
		"disabled with enabled input#2": enabled,
		"with divider":                  markup,
		"with divider#2":                markup,
	},
	"search-input": {
		"default":                                      markup,
		"disabled with enabled button":                 enabled,
		"with error message and hint":                  markup,
		"with error message and hint, without heading": markup,
		"with hint":                                    markup,
		"with hint and value":                          markup,
	},
	"summary-list": {
		"as a card (type emergency) with actions":  careCard,
		"as a card (type non-urgent) with actions": careCard,
		"as a card (type urgent) with actions":     careCard,
	},
	"tables": {
		"as a card (feature) with deprecated options": deprecated,
	},
	"task-list": {
		"with empty items": emptyPlaces,
	},
}
