package diag

import (
	"errors"
	"io"
	"io/fs"
)

// FileProblem returns why a file cannot be read. It leaves out the name of the file, which the message has
// already.
func FileProblem(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the file is cut off"
	}
	return err.Error()
}
