package nftjson_test

import (
	"fmt"
	"testing"

	"rolewall/diag"
	"rolewall/readers/netfilter"
	"rolewall/readers/nftjson"
)

// BenchmarkRead reads a listing of 200 rules.
func BenchmarkRead(b *testing.B) {
	var rules []string
	for i := range 200 {
		rules = append(rules, fmt.Sprintf(`{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": {"prefix": {"addr": "10.%d.%d.0", "len": 24}}}}, `+
			`{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": %d}}, {"counter": {"packets": %d, "bytes": %d}}, {"accept": null}`, i/16, i, 1000+i, i*7, i*420))
	}
	src := []byte(listing(rules...))
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		var st netfilter.State
		var errs diag.List
		if nftjson.Read("f", src, &st, &errs); errs.Len() > 0 {
			b.Fatal(errs.Err())
		}
	}
}
