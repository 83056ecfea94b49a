package files

import (
	"net/http"
	"strings"
)

// ContentHeaders are the headers to serve stored content with, so that nothing
// in it can run in our pages' name, whatever it is: it is always a download,
// taken for nothing but mediaType, and sandboxed where a browser shows it
// after all. name is Accepted.Name.
func ContentHeaders(name, mediaType string) http.Header {
	h := safeHeaders(mediaType)
	h.Set("Content-Disposition", disposition("attachment", name))
	return h
}

// InlineHeaders are the headers to serve an image with that our own pages
// show. ok is false for anything but the JPEG and PNG an Intake stores, which
// were encoded by us; that is served with ContentHeaders only.
func InlineHeaders(name, mediaType string) (h http.Header, ok bool) {
	if mediaType != JPEG && mediaType != PNG {
		return nil, false
	}
	h = safeHeaders(mediaType)
	h.Set("Content-Disposition", disposition("inline", name))
	return h, true
}

func safeHeaders(mediaType string) http.Header {
	if mediaType == Text {
		mediaType += "; charset=utf-8"
	}
	return http.Header{
		"Content-Type":                 {mediaType},
		"X-Content-Type-Options":       {"nosniff"},
		"Content-Security-Policy":      {"sandbox; default-src 'none'"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
	}
}

// disposition writes a Content-Disposition (RFC 6266): filename for programs
// of old, which read ASCII only, and filename* (RFC 8187) with the true name.
func disposition(kind, name string) string {
	const hex = "0123456789ABCDEF"
	var plain, extended strings.Builder
	for _, r := range name {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			r = '_'
		}
		plain.WriteRune(r)
	}
	for _, c := range []byte(name) {
		if isAttrChar(c) {
			extended.WriteByte(c)
			continue
		}
		extended.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return kind + `; filename="` + plain.String() + `"; filename*=UTF-8''` + extended.String()
}

// isAttrChar reports whether RFC 8187 lets c stand for itself.
func isAttrChar(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0
}
