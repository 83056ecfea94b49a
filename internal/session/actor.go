package session

import (
	"github.com/labstack/echo/v4"

	"countersign/internal/countersign"
)

const actorKey = "session.actor"

// NoteActor tells the log of requests who is asking; the doors call it once
// they know.
func NoteActor(c echo.Context, id countersign.PersonID) { c.Set(actorKey, id) }

// NotedActor returns who asked, empty for nobody that is known.
func NotedActor(c echo.Context) countersign.PersonID {
	id, _ := c.Get(actorKey).(countersign.PersonID)
	return id
}
