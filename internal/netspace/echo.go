package netspace

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"time"
)

// Patience is how long a check waits for what has to happen, on the busiest machine. A check that is expected to
// fail waits for haste, since it does no harm if a machine is too slow for it.
const (
	Patience = time.Minute
	haste    = 2 * time.Second
)

func (s *Space) patience() time.Duration {
	if s.Hasty {
		return haste
	}
	return Patience
}

// Echo listens on the address and sends back what it gets, TCP and UDP, until it is closed.
func (s *Space) Echo(at netip.AddrPort) (io.Closer, error) {
	var stream net.Listener
	var datagrams net.PacketConn
	err := s.Do(func() error {
		var err error
		if stream, err = net.Listen("tcp", at.String()); err != nil {
			return err
		}
		datagrams, err = net.ListenPacket("udp", at.String())
		return err
	})
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			c, err := stream.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); io.Copy(c, c) }()
		}
	}()
	go func() {
		b := make([]byte, 2048)
		for {
			n, from, err := datagrams.ReadFrom(b)
			if err != nil {
				return
			}
			datagrams.WriteTo(b[:n], from)
		}
	}()
	return Closers{stream, datagrams}, nil
}

// Closers closes many things as one.
type Closers []io.Closer

// Close closes all, and returns the errors of all.
func (c Closers) Close() error {
	var errs []error
	for _, x := range c {
		errs = append(errs, x.Close())
	}
	return errors.Join(errs...)
}

// Dial connects from one address, or from any where it is not valid.
func (s *Space) Dial(network string, from netip.Addr, to netip.AddrPort) (net.Conn, error) {
	d := net.Dialer{Timeout: s.patience()}
	if from.IsValid() {
		d.LocalAddr = &net.TCPAddr{IP: from.AsSlice()}
		if network == "udp" {
			d.LocalAddr = &net.UDPAddr{IP: from.AsSlice()}
		}
	}
	var c net.Conn
	err := s.Do(func() error {
		var err error
		c, err = d.Dial(network, to.String())
		return err
	})
	return c, err
}

// Echoes returns what is wrong with a connection from the space to an echo, or nil.
func (s *Space) Echoes(c net.Conn) error {
	c.SetDeadline(time.Now().Add(s.patience()))
	if _, err := c.Write([]byte("hello")); err != nil {
		return err
	}
	b := make([]byte, 5)
	_, err := io.ReadFull(c, b)
	return err
}

// Talk dials and returns what is wrong with the connection, or nil.
func (s *Space) Talk(network string, from netip.Addr, to netip.AddrPort) error {
	c, err := s.Dial(network, from, to)
	if err != nil {
		return err
	}
	defer c.Close()
	return s.Echoes(c)
}

// Eventually tries again until it succeeds or the patience of the space ends.
func (s *Space) Eventually(f func() error) error {
	for deadline := time.Now().Add(s.patience()); ; time.Sleep(2 * time.Millisecond) {
		if err := f(); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}
