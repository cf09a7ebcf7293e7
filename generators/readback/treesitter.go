package readback

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// treeReader parses PowerShell with the grammar of tree-sitter. For each script it prints a line of JSON: whether the grammar finds
// a mistake, and the hash tables of $rules, each a list of texts by key.
const treeReader = `
const fs = require('fs'), path = require('path');
const [root, ...files] = process.argv.slice(1);
const { Parser, Language } = require(path.join(root, 'web-tree-sitter/tree-sitter.cjs'));
const text = s => s.slice(1, -1).replace(/''/g, "'");
const find = (node, type, out = []) => {
  if (node.type === type) out.push(node); else for (const c of node.children) find(c, type, out);
  return out;
};
(async () => {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(path.join(root, 'tree-sitter-powershell/tree-sitter-powershell.wasm')));
  for (const file of files) {
    const tree = parser.parse(fs.readFileSync(file, 'latin1'));
    const tables = [];
    for (const a of find(tree.rootNode, 'assignment_expression')) {
      if (!/^\$rules\s*=/.test(a.text)) continue;
      for (const h of find(a, 'hash_literal_expression')) {
        const table = {};
        for (const e of find(h, 'hash_entry')) {
          const key = e.children[0].text;
          table[key] = find(e, 'string_literal').map(s => text(s.text));
        }
        tables.push(table);
      }
    }
    console.log(JSON.stringify({ broken: tree.rootNode.hasError, tables }));
  }
})();
`

// Tree is the parse tree of a script.
type Tree struct {
	Broken bool
	Tables []map[string][]string
}

// NeedTree skips a test where node or the grammar is missing; in CI that is a failure.
func NeedTree(t testing.TB) string {
	t.Helper()
	root := os.Getenv("ROLEWALL_NODE")
	if root == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			SkipMissing(t, "a cache folder")
		}
		root = filepath.Join(cache, "rolewall-node", "node_modules")
	}
	if _, err := exec.LookPath("node"); err != nil {
		SkipMissing(t, "node")
	}
	if _, err := os.Stat(filepath.Join(root, "tree-sitter-powershell")); err != nil {
		SkipMissing(t, "tree-sitter-powershell")
	}
	return root
}

// Trees parses scripts.
func Trees(t testing.TB, scripts ...string) []Tree {
	t.Helper()
	// The optimizing compiler would spend ten seconds on the grammar for a parse of one.
	args := []string{"--liftoff-only", "-e", treeReader, NeedTree(t)}
	dir := t.TempDir()
	for i, text := range scripts {
		name := filepath.Join(dir, strconv.Itoa(i)+".ps1")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	cmd := exec.Command("node", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var trees []Tree
	for line := range bytes.Lines(out) {
		var tree Tree
		if err := json.Unmarshal(line, &tree); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		trees = append(trees, tree)
	}
	if len(trees) != len(scripts) {
		t.Fatalf("%d trees of %d scripts", len(trees), len(scripts))
	}
	return trees
}
