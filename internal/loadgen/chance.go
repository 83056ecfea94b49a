package loadgen

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"countersign/internal/countersign"
)

// chance is a source of chance: the same for the same seed and name.
type chance struct {
	*rand.Rand
	source *rand.ChaCha8
}

// chanceOf returns the chance of the part of that name and number.
func chanceOf(seed int64, part string, number int) chance {
	key := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%d", seed, part, number))
	source := rand.NewChaCha8(key)
	return chance{rand.New(source), source} //nolint:gosec // nothing secret: the same seed must give the same rows
}

// Read implements io.Reader.
func (c chance) Read(b []byte) (int, error) { return c.source.Read(b) }

// id returns a UUID of version 7: the time, then chance.
func (c chance) id(at time.Time) string {
	var id [16]byte
	if _, err := io.ReadFull(c, id[6:]); err != nil {
		panic("loadgen: chance has run out: " + err.Error())
	}
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli()))
	copy(id[:6], ms[2:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	text := hex.EncodeToString(id[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

// identifiers returns a source of UUIDs for what the program itself adds.
func identifiers(o Options) func() string {
	var mu sync.Mutex
	c := chanceOf(o.Seed, "identifiers", 0)
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return c.id(o.Now)
	}
}

// around returns a number whose half of the draws is below median; spread 0.5
// puts most of them between a third and three times it.
func (c chance) around(median, spread float64) float64 {
	return median * math.Exp(c.NormFloat64()*spread)
}

// one reports true once in n draws.
func (c chance) one(n int) bool { return c.IntN(n) == 0 }

func pick[T any](c chance, list []T) T { return list[c.IntN(len(list))] }

// weighted returns an index of the weights, the heavy ones more often.
func (c chance) weighted(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := c.IntN(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// later returns a time in working hours so many days after t.
func (c chance) later(t time.Time, days float64) time.Time {
	at := t.Add(time.Duration(days * 24 * float64(time.Hour)))
	switch at.Weekday() {
	case time.Saturday:
		at = at.AddDate(0, 0, 2)
	case time.Sunday:
		at = at.AddDate(0, 0, 1)
	}
	at = time.Date(at.Year(), at.Month(), at.Day(), 8+c.IntN(9), c.IntN(60), c.IntN(60), 0, time.UTC)
	if least := t.Add(5 * time.Minute); at.Before(least) {
		at = least
	}
	return at.Truncate(time.Second) // the record keeps microseconds
}

// noon is the middle of a day.
func noon(d countersign.Date) time.Time { return d.UTC().Add(12 * time.Hour) }
