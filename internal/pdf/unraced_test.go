//go:build !race

package pdf_test

// mostMemory is in MB.
const mostMemory = 400
