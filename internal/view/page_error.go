package view

import "net/http"

// ErrorPage says that something didn't work, in words for people.
type ErrorPage struct {
	Layout
	Status    int
	Message   string // safe to show; what exactly was refused, or empty
	RequestID string // lets the operator find the log line; may be empty
}

// errorWords are the title and what to do, by status. They follow the error
// pages of the NHS service manual.
var errorWords = map[int]struct {
	title string
	help  []string
}{
	http.StatusBadRequest: {"Sorry, there is a problem with that request", []string{
		"What your browser sent could not be read.",
		"Go back, check what you entered and try again.",
	}},
	http.StatusForbidden: {"You cannot do this", []string{
		"You are signed in, but you do not have permission for this page or this action.",
		"If you think that you should have, ask your training hub to check how you are named.",
	}},
	http.StatusNotFound: {"Page not found", []string{
		"If you typed the web address, check it is correct.",
		"If you pasted the web address, check you copied all of it.",
		"The page may also be one that you do not have permission to see.",
	}},
	http.StatusMethodNotAllowed: {"Page not found", []string{
		"This address does not work that way. Go back and try again.",
	}},
	http.StatusConflict: {"This has changed since you opened it", []string{
		"Nothing has been saved. Go back, reload the page to see what is there now, and try again.",
	}},
	http.StatusRequestEntityTooLarge: {"What you sent is too large", []string{
		"Nothing has been saved. Choose a smaller file, or a shorter text, and try again.",
	}},
	http.StatusTooManyRequests: {"Too many tries", []string{
		"Wait a few minutes, then try again.",
	}},
	http.StatusInternalServerError: {"Sorry, there is a problem with the service", []string{
		"Try again later.",
		"We may not have saved what you entered. Check before you enter it again.",
	}},
	http.StatusServiceUnavailable: {"Sorry, the service is unavailable", []string{
		"It will be back soon. Try again in a few minutes.",
		"If you were filling in a form, go back in your browser: what you entered is still there.",
	}},
}

// NewErrorPage returns the page for a status; any that has no words of its own
// is a bad request from 400 and a problem of ours from 500 on.
func NewErrorPage(status int, message, requestID string) *ErrorPage {
	p := &ErrorPage{Status: status, Message: message, RequestID: requestID}
	p.Title = errorWords[p.known()].title
	return p
}

func (p *ErrorPage) known() int {
	if _, ok := errorWords[p.Status]; ok {
		return p.Status
	}
	if p.Status >= http.StatusBadRequest && p.Status < http.StatusInternalServerError {
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// Template implements Page.
func (*ErrorPage) Template() string { return "error/error" }

// Help returns what to do, a sentence each.
func (p *ErrorPage) Help() []string { return errorWords[p.known()].help }

func init() {
	addSamples(func() []Sample {
		const id = "0193a5f2-7c1e-7b64-9d0a-3f2b8c6e1d57"
		conflict := NewErrorPage(http.StatusConflict, "“Taking blood, 3 patients” was accepted by Sam Okafor", id)
		conflict.Viewer = sampleViewer
		return []Sample{
			{"error: bad request", NewErrorPage(http.StatusBadRequest, "", id)},
			{"error: forbidden", NewErrorPage(http.StatusForbidden, "You cannot sign off your own competency", id)},
			{"error: not found", NewErrorPage(http.StatusNotFound, "", "")},
			{"error: conflict", conflict},
			{"error: too many", NewErrorPage(http.StatusTooManyRequests, "", id)},
			{"error: our fault", NewErrorPage(http.StatusInternalServerError, "", id)},
			{"error: unavailable", NewErrorPage(http.StatusServiceUnavailable, "", id)},
		}
	})
}

// sampleViewer is the person signed in on samples that need one.
var sampleViewer = Viewer{
	Name: "Dr Megan Bell", Role: "GP supervisor, Hillview Surgery",
	Navigation: []NavItem{
		{Text: "Home", Href: "/"},
		{Text: "Waiting for you", Href: "/queue"},
		{Text: "Frameworks", Href: "/frameworks"},
		{Text: "Help", Href: "/help"},
	},
}
