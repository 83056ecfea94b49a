package loadgen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// browser is somebody at a screen, without scripts.
type browser struct {
	address string
	client  *http.Client
}

func newBrowser(address string) *browser {
	jar, _ := cookiejar.New(nil) // fails for options only
	return &browser{strings.TrimSuffix(address, "/"), &http.Client{Jar: jar, Timeout: 60 * time.Second}}
}

// page is what came back.
type page struct {
	path string // after redirects
	root *html.Node
}

// failure is an answer that isn't the page that was asked for. Kind says what
// it was, for counting.
type failure struct{ kind string }

func (f failure) Error() string { return f.kind }

// failed names what went wrong.
func failed(err error) string {
	var f failure
	var timeout net.Error
	switch {
	case errors.As(err, &f):
		return f.kind
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timed out"
	}
	return "no connection"
}

func (b *browser) get(ctx context.Context, path string) (*page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.address+path, nil)
	if err != nil {
		return nil, err
	}
	return b.do(req)
}

// post sends a form, with a picture if there is one.
func (b *browser) post(ctx context.Context, path string, values url.Values, photo []byte) (*page, error) {
	body, contentType := io.Reader(strings.NewReader(values.Encode())), "application/x-www-form-urlencoded"
	if photo != nil {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		for name, list := range values {
			for _, v := range list {
				if err := w.WriteField(name, v); err != nil {
					return nil, err
				}
			}
		}
		file, err := w.CreateFormFile("file", "photo.jpg")
		if err == nil {
			_, err = file.Write(photo)
		}
		if err = errors.Join(err, w.Close()); err != nil {
			return nil, err
		}
		body, contentType = &form, w.FormDataContentType()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.address+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", contentType)
	return b.do(req)
}

// do reads the whole answer; a page is parsed.
func (b *browser) do(req *http.Request) (*page, error) {
	res, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, failure{fmt.Sprintf("status %d", res.StatusCode)}
	}
	p := &page{path: res.Request.URL.Path}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		p.root, err = html.Parse(bytes.NewReader(content))
	}
	return p, err
}

// form returns the fields of the form that posts to an address with that end,
// as the page shows them, and every field's value, also of boxes not ticked.
func (p *page) form(end string) (action string, filled, all url.Values, err error) {
	for n := range p.root.Descendants() {
		if n.Data == "form" && attribute(n, "method") == "post" && strings.HasSuffix(attribute(n, "action"), end) {
			filled, all = fields(n)
			return attribute(n, "action"), filled, all, nil
		}
	}
	return "", nil, nil, failure{"no form " + end}
}

func fields(form *html.Node) (filled, all url.Values) {
	filled, all = url.Values{}, url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		switch {
		case name == "" || n.Type != html.ElementNode || n.Data == "button":
		case n.Data == "select":
			for o := range n.Descendants() {
				if o.Data == "option" {
					all.Add(name, attribute(o, "value"))
				}
			}
		case n.Data == "input" && attribute(n, "type") != "file":
			all.Add(name, attribute(n, "value"))
			kind := attribute(n, "type")
			if kind != "checkbox" && kind != "radio" || has(n, "checked") {
				filled.Add(name, attribute(n, "value"))
			}
		case n.Data == "textarea":
			filled.Add(name, "")
		}
	}
	return filled, all
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
