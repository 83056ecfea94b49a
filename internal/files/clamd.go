package files

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
)

// Clamd asks a ClamAV daemon whether content holds a virus. It is safe for
// concurrent use; each question is a connection of its own.
type Clamd struct{ network, address string }

// clamdTime is how long one file may take. The daemon has a limit of its own,
// which should be lower.
const clamdTime = time.Minute

// OpenClamd returns the daemon at tcp://host:port or unix:///path. It isn't
// asked anything yet.
func OpenClamd(address string) (*Clamd, error) {
	u, err := url.Parse(address)
	switch {
	case err == nil && u.Scheme == "tcp" && u.Port() != "":
		return &Clamd{"tcp", u.Host}, nil
	case err == nil && u.Scheme == "unix" && u.Host == "" && u.Path != "":
		return &Clamd{"unix", u.Path}, nil
	}
	return nil, errors.New("files: the address of clamd is not tcp://host:port or unix:///path")
}

// Scan returns the name of the virus that r holds, and an empty name if it
// holds none that the daemon knows. An error says that the daemon didn't look
// through the whole of it, which proves nothing.
func (c *Clamd) Scan(ctx context.Context, r io.Reader) (virus string, err error) {
	ctx, cancel := context.WithTimeout(ctx, clamdTime)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("files: scan: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	answer, err := ask(conn, r)
	if err := errors.Join(err, conn.Close()); err != nil {
		return "", fmt.Errorf("files: scan: %w", err)
	}
	verdict, ok := strings.CutPrefix(answer, "stream: ")
	name, found := strings.CutSuffix(verdict, " FOUND")
	switch {
	case ok && verdict == "OK":
		return "", nil
	case ok && found:
		return name, nil
	}
	return "", fmt.Errorf("files: scan: clamd answers %q", answer)
}

// ask sends r in chunks (INSTREAM, clamd(8)) and returns the answer.
func ask(conn net.Conn, r io.Reader) (string, error) {
	out := bufio.NewWriterSize(conn, 64<<10)
	_, err := out.WriteString("zINSTREAM\x00")
	chunk := make([]byte, 4+32<<10)
	for err == nil {
		var n int
		n, err = r.Read(chunk[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(chunk, uint32(n))
			if _, sent := out.Write(chunk[:4+n]); sent != nil {
				return "", sent
			}
		}
	}
	if !errors.Is(err, io.EOF) {
		return "", err
	}
	if _, err := out.Write(make([]byte, 4)); err != nil {
		return "", err
	}
	if err := out.Flush(); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(io.LimitReader(conn, 4096))
	return strings.TrimRight(string(answer), "\x00\n"), err
}
