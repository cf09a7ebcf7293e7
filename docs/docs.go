// Package docs holds the JSON Schemas of the documents that rolewall writes. They are files of this folder.
package docs

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.schema.json
var schemas embed.FS

const suffix = ".schema.json"

// SchemaNames returns the names of the schemas, such as "explain" and "manifest".
func SchemaNames() []string {
	files, err := fs.Glob(schemas, "*"+suffix)
	if err != nil {
		panic("docs: " + err.Error()) // the pattern is right
	}
	for i := range files {
		files[i] = strings.TrimSuffix(files[i], suffix)
	}
	return files
}

// Schema returns the schema of that name.
func Schema(name string) ([]byte, error) { return schemas.ReadFile(name + suffix) }
