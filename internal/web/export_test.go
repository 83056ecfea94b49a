package web

import "strings"

// Resolves reports whether a page answers that method and path.
func Resolves(method, path string) bool {
	for _, r := range routes {
		if r.method == method && matches(r.path, path) {
			return true
		}
	}
	return false
}

func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, part := range want {
		switch {
		case part == "*":
			return true
		case i >= len(got) || strings.HasPrefix(part, ":") && got[i] == "" || !strings.HasPrefix(part, ":") && part != got[i]:
			return false
		}
	}
	return len(want) == len(got)
}
