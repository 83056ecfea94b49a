// Package templates holds what pages are made of: layouts, components named as
// in the NHS design system, partials, pages, and the built assets. Only
// internal/view reads it.
package templates

import "embed"

// FS holds layouts, components, partials and pages as *.html, and the assets
// folder that templates/build.mjs fills. On a fresh clone the assets folder
// holds a placeholder only; view.AssetsBuilt tells.
//
//go:embed all:layouts all:components all:partials all:pages all:assets
var FS embed.FS
