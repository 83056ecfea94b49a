package api

import (
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// showDocument handles GET /api/openapi.json.
func (h *Handlers) showDocument(c echo.Context) error {
	body, err := documentJSON()
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, body)
}

// showDocs handles GET /api/docs: the operations of the document in the order
// of the routes, as a plain page. It is written here so that the API needs no
// pages; it borrows their stylesheets, and reads without.
func (h *Handlers) showDocs(c echo.Context) error {
	doc, err := document()
	if err != nil {
		return err
	}
	info := at(doc, "info")
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>REST API – Countersign</title>
%s</head>
<body>
<div class="nhsuk-width-container">
<main class="nhsuk-main-wrapper nhsuk-u-reading-width">
<h1>REST API</h1>
<p>Version %s of the program. <a href="/api/openapi.json">The whole contract as OpenAPI 3.1</a>. <a href="/">Back to Countersign</a>.</p>
<p>%s</p>
`, h.head(), html.EscapeString(h.version), prose(info["description"]))
	tag := ""
	for _, r := range routes {
		item := at(doc, "paths", documented(r.path))
		op := at(item, strings.ToLower(r.method))
		if t := strings.Join(words(op["tags"]), ""); t != tag {
			tag = t
			fmt.Fprintf(&b, "<h2>%s</h2>\n", html.EscapeString(tag))
		}
		writeOperation(&b, doc, item, op, r)
	}
	b.WriteString("</main>\n</div>\n</body>\n</html>\n")
	return c.HTML(http.StatusOK, b.String())
}

// head is the links to the stylesheets and the icon of the pages.
func (h *Handlers) head() string {
	var b strings.Builder
	for _, s := range h.styles {
		fmt.Fprintf(&b, "<link rel=\"stylesheet\" href=\"%s\">\n", html.EscapeString(s))
	}
	if h.icon != "" {
		fmt.Fprintf(&b, "<link rel=\"icon\" href=\"%s\">\n", html.EscapeString(h.icon))
	}
	return b.String()
}

// prose is a sentence of the document, in which backticks mark code.
func prose(v any) string {
	parts := strings.Split(html.EscapeString(fmt.Sprint(v)), "`")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = "<code>" + parts[i] + "</code>"
	}
	return strings.Join(parts, "")
}

// breakable lets a path break before each part on a narrow screen.
func breakable(path string) string { return strings.ReplaceAll(path, "/", "<wbr>/") }

// at returns a part of the document without changing it; nil if there is none.
func at(t tree, keys ...string) tree {
	for _, key := range keys {
		t, _ = t[key].(tree)
	}
	return t
}

// documented turns a route's path into one of the document: ":id" is "{id}".
func documented(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if name, ok := strings.CutPrefix(s, ":"); ok {
			segments[i] = "{" + name + "}"
		}
	}
	return strings.Join(segments, "/")
}

func writeOperation(b *strings.Builder, doc, item, op tree, r route) {
	fmt.Fprintf(b, "<h3 id=\"%s\"><code>%s %s</code></h3>\n<p>%s.",
		op["operationId"], r.method, breakable(base+documented(r.path)), prose(op["summary"]))
	if d, ok := op["description"].(string); ok {
		b.WriteString(" " + prose(d))
	}
	b.WriteString("</p>\n<dl>\n")
	var names []string
	for _, list := range []any{item["parameters"], op["parameters"]} {
		all, _ := list.([]any)
		for _, p := range all {
			names = append(names, parameterName(doc, p))
		}
	}
	if len(names) > 0 {
		fmt.Fprintf(b, "<dt>Parameters</dt><dd>%s</dd>\n", strings.Join(names, ", "))
	}
	if body := schemaNames(op["requestBody"]); body != "" {
		fmt.Fprintf(b, "<dt>Body</dt><dd>%s</dd>\n", body)
	}
	for _, status := range []string{"200", "201", "204"} {
		if answer, ok := at(op, "responses")[status].(tree); ok {
			fmt.Fprintf(b, "<dt>%s</dt><dd>%s. %s</dd>\n", status, prose(answer["description"]), schemaNames(answer))
		}
	}
	b.WriteString("</dl>\n")
}

// parameterName is a parameter with where it stands.
func parameterName(doc tree, p any) string {
	parameter, _ := p.(tree)
	if ref, ok := parameter["$ref"].(string); ok {
		parameter = at(doc, "components", "parameters", ref[strings.LastIndex(ref, "/")+1:])
	}
	return fmt.Sprintf("<code>%s</code> (%s)", html.EscapeString(fmt.Sprint(parameter["name"])), html.EscapeString(fmt.Sprint(parameter["in"])))
}

// schemaNames names what a body or an answer holds.
func schemaNames(v any) string {
	content, _ := v.(tree)
	content, _ = content["content"].(tree)
	for mediaType, media := range content {
		schema, _ := media.(tree)
		schema, _ = schema["schema"].(tree)
		if ref, ok := schema["$ref"].(string); ok {
			return "<code>" + html.EscapeString(ref[strings.LastIndex(ref, "/")+1:]) + "</code>"
		}
		return "<code>" + html.EscapeString(mediaType) + "</code>"
	}
	return ""
}
