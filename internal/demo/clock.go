package demo

import (
	"encoding/binary"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// clock shows the time of what is being told.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t.UTC()
}

// chance returns a source of chance: the same for the same seed.
func chance(seed int64) *rand.ChaCha8 {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], uint64(seed))
	copy(key[8:], "countersign demonstration")
	return rand.NewChaCha8(key)
}

// draws returns the same numbers for the same seed.
func draws(seed int64) *rand.Rand {
	return rand.New(chance(seed)) //nolint:gosec // nothing secret: a demonstration is to be the same every time
}

// identifiers returns a source of UUIDs of version 7: the time by the clock,
// the rest by chance.
func identifiers(c *clock, random io.Reader) func() string {
	var mu sync.Mutex
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		var id [16]byte
		if _, err := io.ReadFull(random, id[6:]); err != nil {
			panic("demo: chance has run out: " + err.Error())
		}
		var at [8]byte
		binary.BigEndian.PutUint64(at[:], uint64(c.now().UnixMilli()))
		copy(id[:6], at[2:])
		id[6] = id[6]&0x0f | 0x70
		id[8] = id[8]&0x3f | 0x80
		text := hex.EncodeToString(id[:])
		return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
	}
}
