package view

import (
	"bytes"
	"html/template"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// markdown is the small part of Markdown that people may write in: paragraphs,
// line breaks, lists, bold, italics, quotes, code and links. A heading becomes
// a bold paragraph, since a page's own headings must keep their order. Images,
// tables and HTML are dropped.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}))),
	goldmark.WithRendererOptions(
		html.WithHardWraps(), // a line typed is a line shown
		renderer.WithNodeRenderers(util.Prioritized(boldHeadings{}, 1)), //nolint:misspell // goldmark calls it so
	),
)

// boldHeadings draws headings as bold paragraphs.
type boldHeadings struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (boldHeadings) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHeading, func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		tag := "</strong></p>\n"
		if entering {
			tag = "<p><strong>"
		}
		_, err := w.WriteString(tag)
		return ast.WalkContinue, err
	})
}

// safe lets through what markdown makes, and nothing else, whatever a fault in
// the Markdown parser may let slip. Links lead to other sites only.
var safe = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "em", "ul", "li", "blockquote", "code", "pre")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}()

// RichText returns Markdown as safe HTML: the only trusted HTML that pages
// have. A text that can't be read as Markdown is shown as it is.
func RichText(src string) template.HTML {
	var buf bytes.Buffer
	if err := markdown.Convert([]byte(src), &buf); err != nil {
		return template.HTML("<p>" + template.HTMLEscapeString(src) + "</p>") //nolint:gosec // escaped just here
	}
	return template.HTML(safe.SanitizeBytes(buf.Bytes())) //nolint:gosec // the policy above lets nothing through that runs
}
