package flowlog

import (
	"bytes"
	"time"
)

// clock reads times. It keeps the last hour, since consecutive lines of a log have the same, and a zone can change
// its offset with each hour.
type clock struct {
	zone *time.Location // for times without a zone
	year int            // for dates without a year
	last time.Time      // the latest time that the log can have; zero if unknown
	hour [13]byte       // the last date and hour that were read
	base int64          // the beginning of that hour, in microseconds
}

// dateTime reads "2026-11-30 04:55:03". It accepts a T between, and a fraction and a zone at the end.
func (c *clock) dateTime(b []byte) (int64, bool) {
	if len(b) < 19 || (b[10] != ' ' && b[10] != 'T') {
		return 0, false
	}
	t, ok := c.split(b[:10], b[11:19])
	if !ok || len(b) == 19 {
		return t, ok
	}
	rest := b[19:]
	if rest[0] == '.' || rest[0] == ',' {
		scale := int64(100_000)
		rest = rest[1:]
		for len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9' {
			t += int64(rest[0]-'0') * scale
			scale /= 10
			rest = rest[1:]
		}
	}
	switch {
	case len(rest) == 0:
		return t, true
	case rest[0] == 'Z':
		return t + c.offset(t), true // split assumed c.zone
	case (rest[0] == '+' || rest[0] == '-') && len(rest) >= 5:
		digits := append(append(make([]byte, 0, 4), rest[1:3]...), bytes.TrimPrefix(rest[3:], []byte(":"))...)
		if len(digits) < 4 {
			return 0, false
		}
		h, ok1 := number(digits[:2], 23)
		m, ok2 := number(digits[2:4], 59)
		off := int64(h*3600+m*60) * 1_000_000
		if rest[0] == '-' {
			off = -off
		}
		return t + c.offset(t) - off, ok1 && ok2
	}
	return 0, false
}

// split reads a date and a time of day in c.zone.
func (c *clock) split(date, timeOfDay []byte) (int64, bool) {
	if len(date) != 10 || len(timeOfDay) < 8 || timeOfDay[2] != ':' || timeOfDay[5] != ':' {
		return 0, false
	}
	if !bytes.Equal(c.hour[:10], date) || !bytes.Equal(c.hour[11:], timeOfDay[:2]) {
		y, ok1 := number(date[:4], 9999)
		m, ok2 := number(date[5:7], 12)
		d, ok3 := number(date[8:10], 31)
		h, ok4 := number(timeOfDay[:2], 23)
		if !ok1 || !ok2 || !ok3 || !ok4 || date[4] != '-' || date[7] != '-' || m == 0 || d == 0 {
			return 0, false
		}
		copy(c.hour[:], date)
		c.hour[10] = ' '
		copy(c.hour[11:], timeOfDay)
		c.base = time.Date(int(y), time.Month(m), int(d), int(h), 0, 0, 0, c.zone).UnixMicro()
	}
	return c.ofHour(timeOfDay)
}

// ofHour adds the minutes and seconds of a time of day to the last hour.
func (c *clock) ofHour(b []byte) (int64, bool) {
	m, ok1 := number(b[3:5], 59)
	s, ok2 := number(b[6:8], 60)
	return c.base + int64(m*60+s)*1_000_000, ok1 && ok2
}

// offset returns how far c.zone is ahead of UTC at a time, in microseconds.
func (c *clock) offset(t int64) int64 {
	_, seconds := time.UnixMicro(t).In(c.zone).Zone()
	return int64(seconds) * 1_000_000
}

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// syslog reads "Nov 30 04:55:03", which has no year. It uses the year that was given, or the latest year in which
// the time is not in the future.
func (c *clock) syslog(b []byte) (int64, bool) {
	if len(b) < 15 || b[3] != ' ' || b[6] != ' ' {
		return 0, false
	}
	month := 0
	for i, name := range months {
		if fold(b[:3], name) {
			month = i + 1
		}
	}
	day, ok := number(bytes.TrimLeft(b[4:6], " "), 31)
	if month == 0 || !ok || day == 0 || b[9] != ':' || b[12] != ':' {
		return 0, false
	}
	year := c.year
	if year == 0 {
		year = c.last.Year()
		if c.last.IsZero() {
			return 0, true
		}
		if time.Date(year, time.Month(month), int(day), 0, 0, 0, 0, c.zone).After(c.last.AddDate(0, 0, 1)) {
			year--
		}
	}
	h, ok := number(b[7:9], 23)
	if !ok {
		return 0, false
	}
	key := [13]byte{'S', byte(year >> 8), byte(year), byte(month), byte(day), byte(h)}
	if c.hour != key {
		c.hour = key
		c.base = time.Date(year, time.Month(month), int(day), int(h), 0, 0, 0, c.zone).UnixMicro()
	}
	return c.ofHour(b[7:15])
}

// seconds reads seconds since 1970, with or without a fraction: "1796014503.690992".
func seconds(b []byte) (int64, bool) {
	whole, fraction, _ := bytes.Cut(b, []byte("."))
	s, ok := number(whole, 1<<40)
	if !ok {
		return 0, false
	}
	t, scale := int64(s)*1_000_000, int64(100_000)
	for _, d := range fraction {
		if d < '0' || d > '9' {
			return 0, false
		}
		t += int64(d-'0') * scale
		scale /= 10
	}
	return t, true
}
