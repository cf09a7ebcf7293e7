// Package modeltest compares random policies with an independent model of a few dozen lines that shares no code
// with the program. For each policy and many packets, the model must agree with the rule set, its JSON form,
// explain, diff, the findings of [[deny]], and the Windows script in a model of that firewall. It has only tests.
// `make soak` runs more of them.
package modeltest
