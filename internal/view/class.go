package view

import "strings"

// classes joins the parts that aren't empty with spaces.
func classes(parts ...string) string {
	n := 0
	for _, p := range parts {
		if p != "" {
			parts[n] = p
			n++
		}
	}
	return strings.Join(parts[:n], " ")
}

// option returns prefix+value when value is one of allowed, unless extra
// already holds a class that begins with the prefix and one of them: a class
// given by hand wins over the prop, as in the design system.
func option(prefix, value, extra string, allowed ...string) string {
	if value == "" {
		return ""
	}
	found := false
	for _, a := range allowed {
		if extra != "" && strings.Contains(extra, prefix+a) {
			return ""
		}
		found = found || a == value
	}
	if !found {
		return ""
	}
	return prefix + value
}

// flag returns class when on, unless extra already holds it.
func flag(on bool, class, extra string) string {
	if !on || (extra != "" && strings.Contains(extra, class)) {
		return ""
	}
	return class
}

// or returns the first string that isn't empty.
func or(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
