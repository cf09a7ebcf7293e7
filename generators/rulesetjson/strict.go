package rulesetjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// decodeStrict decodes one JSON value and nothing behind it. It rejects unknown keys. It also rejects keys that
// are given twice, of which the library would keep the last.
func decodeStrict(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return plainJSONError(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("something follows the end")
	}
	return checkKeys(data)
}

// checkKeys rejects objects that have a key twice. data is JSON. Keys that differ in case count as equal, as in
// the library.
func checkKeys(data []byte) error {
	var open [][]string // keys seen so far in every open object; nil for arrays
	atKey := false
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{':
			open = append(open, []string{})
			atKey = true
		case '[':
			open = append(open, nil)
			atKey = false
		case '}', ']':
			open = open[:len(open)-1]
			atKey = false
		case ',':
			atKey = open[len(open)-1] != nil
		case '"':
			start := i + 1
			for i++; data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
			if !atKey {
				continue
			}
			atKey = false
			key, top := string(data[start:i]), len(open)-1
			if strings.Contains(key, `\`) { // an escaped key could equal any other key
				return fmt.Errorf("the key %q holds an escape", key)
			}
			if slices.ContainsFunc(open[top], func(k string) bool { return strings.EqualFold(k, key) }) {
				return fmt.Errorf("the key %q appears twice", key)
			}
			open[top] = append(open[top], key)
		}
	}
	return nil
}

// plainJSONError returns what is wrong, without names of Go types.
func plainJSONError(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s cannot be a %s", wrong.Field, wrong.Value)
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errors.New("it is cut off")
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}
