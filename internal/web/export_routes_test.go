package web

// RouteInfo is a row of the route table, for tests.
type RouteInfo struct {
	Method, Path string
	Public       bool
}

// Routes returns the route table.
func Routes() []RouteInfo {
	out := make([]RouteInfo, len(routes))
	for i, r := range routes {
		out[i] = RouteInfo{Method: r.method, Path: r.path, Public: r.access != signedIn}
	}
	return out
}

// Harmless is what the CSV makes of a text.
var Harmless = harmless
