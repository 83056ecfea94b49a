package web

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/service"
)

// The browser's own cookie, by which one that somebody has signed in with
// before is known. It lets nobody in.
const (
	deviceCookie = "countersign-device"
	deviceFor    = 365 * 24 * 60 * 60 // seconds
	deviceLength = 26                 // of rand.Text
)

func (h *Handlers) secure() bool { return strings.HasPrefix(h.url, "https://") }

func (h *Handlers) deviceCookieName() string {
	if h.secure() {
		return "__Host-" + deviceCookie
	}
	return deviceCookie
}

// origin says where a try to sign in comes from. A browser without a cookie of
// its own gets one with the answer, which rememberDevice sets.
func (h *Handlers) origin(c echo.Context) service.Origin {
	o := service.Origin{Address: c.RealIP(), Browser: browserWords(c.Request().UserAgent())}
	if cookie, err := c.Cookie(h.deviceCookieName()); err == nil && len(cookie.Value) == deviceLength {
		o.Device = cookie.Value
	} else {
		o.Device = rand.Text()
	}
	return o
}

// rememberDevice keeps the browser's token there after a sign-in.
func (h *Handlers) rememberDevice(c echo.Context, o service.Origin) {
	c.SetCookie(&http.Cookie{
		Name: h.deviceCookieName(), Value: o.Device, MaxAge: deviceFor, Path: "/", HttpOnly: true, Secure: h.secure(), SameSite: http.SameSiteLaxMode,
	})
}

// browserWords names a browser and its system as people do: "Firefox on
// Windows". What it doesn't know is "A browser".
func browserWords(agent string) string {
	return firstIn(agent, "A browser", browsers) + firstIn(agent, "", systems)
}

// The first that the agent names wins, since most name others too.
var (
	browsers = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
	}
	systems = [][2]string{
		{"iPhone", " on iPhone"}, {"iPad", " on iPad"}, {"Android", " on Android"}, {"Windows", " on Windows"}, {"Mac OS", " on Mac"},
		{"CrOS", " on Chromebook"}, {"Linux", " on Linux"},
	}
)

func firstIn(agent, none string, names [][2]string) string {
	for _, n := range names {
		if strings.Contains(agent, n[0]) {
			return n[1]
		}
	}
	return none
}
