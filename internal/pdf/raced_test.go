//go:build race

package pdf_test

// mostMemory is in MB. The race detector keeps a shadow of all memory, several
// times its size: what matters is measured without it.
const mostMemory = 800
