package api

import (
	"github.com/labstack/echo/v4"
)

func (h *Handlers) showDocument(c echo.Context) error { return nil }
func (h *Handlers) showDocs(c echo.Context) error     { return nil }
