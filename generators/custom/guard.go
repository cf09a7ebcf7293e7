package custom

import "text/template/parse"

// The functions that guard puts into templates. No template can call them by itself.
const (
	guardStep  = "_step"
	guardPrint = "_print"
)

// turnCost is what a turn costs beside its nodes, in nodes.
const turnCost = 10

// guard puts calls into a template that keep it within its limits, since the template language has none: each turn of
// a loop and each use of a template first spends as many steps as it has nodes, and what is printed is looked at.
func guard(t *parse.Tree) {
	var lists []*parse.ListNode
	visit(t.Root, func(n parse.Node) {
		switch n := n.(type) {
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				n.Pipe.Cmds = append(n.Pipe.Cmds, call(n.Pipe.Pos, guardPrint))
			}
		case *parse.RangeNode:
			lists = append(lists, n.List)
		}
	})
	for _, l := range append(lists, t.Root) {
		nodes := turnCost
		visit(l, func(parse.Node) { nodes++ })
		pos := l.Pos
		if len(l.Nodes) > 0 {
			pos = l.Nodes[0].Position()
		}
		step := &parse.ActionNode{NodeType: parse.NodeAction, Pos: pos, Pipe: &parse.PipeNode{
			NodeType: parse.NodePipe, Pos: pos, Cmds: []*parse.CommandNode{call(pos, guardStep, nodes)},
		}}
		l.Nodes = append([]parse.Node{step}, l.Nodes...)
	}
}

// call is a call with numbers.
func call(pos parse.Pos, name string, numbers ...int) *parse.CommandNode {
	c := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: pos, Args: []parse.Node{parse.NewIdentifier(name).SetPos(pos)}}
	for _, n := range numbers {
		c.Args = append(c.Args, &parse.NumberNode{NodeType: parse.NodeNumber, Pos: pos, IsInt: true, Int64: int64(n)})
	}
	return c
}
