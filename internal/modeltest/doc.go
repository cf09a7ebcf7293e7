// Package modeltest holds random policies against a model of a few dozen lines that shares no code with the program. For each
// policy and many packets, the rule set, its JSON form, explain, diff, the findings of [[deny]], and the script for Windows as
// a model of that firewall obeys it must all say what the model says. It has tests only; `make soak` runs more of them.
package modeltest
