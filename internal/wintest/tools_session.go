package wintest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rolewall/internal/wintest/netsh"
)

// Task is a scheduled task of the system account.
type Task struct {
	Minutes int    // between two runs; the first comes when they have passed
	Runs    string // the script that it calls
}

// schtasks knows tasks that run every few minutes.
func (h *Host) schtasks(args []netsh.Arg) (string, int, error) {
	o, words := map[string]string{}, []string{}
	for i := 0; i < len(args); i++ {
		word := strings.ToLower(args[i].Value)
		switch {
		case slices.Contains([]string{"/create", "/query", "/delete", "/f", "/v"}, word):
			words = append(words, word)
		case slices.Contains([]string{"/tn", "/ru", "/sc", "/mo", "/tr", "/fo"}, word) && i+1 < len(args):
			i++
			o[word] = args[i].Value
		default:
			return "", 0, fmt.Errorf("%q is no option of schtasks that is known here", args[i].Value)
		}
	}
	name := strings.ToLower(o["/tn"])
	if len(words) == 0 || name == "" {
		return "", 0, fmt.Errorf("schtasks needs a verb and a name")
	}
	task, exists := h.Tasks[name]
	if !h.Elevated {
		return "ERROR: Access is denied.\r\n", 1, nil
	}
	switch words[0] {
	case "/create":
		n, err := strconv.Atoi(o["/mo"])
		if err != nil || n < 1 || n > 1439 || o["/sc"] != "minute" || o["/ru"] != "SYSTEM" || len(o["/tr"]) > 261 || o["/tr"] == "" {
			return "", 0, fmt.Errorf("only tasks of the system account every few minutes are known here: %v", o)
		}
		if exists && !slices.Contains(words, "/f") {
			return "WARNING: The task name already exists. Do you want to replace it (Y/N)? ", 1, nil // nobody answers
		}
		h.Tasks[name] = Task{n, o["/tr"]}
		return "SUCCESS\r\n", 0, nil
	case "/delete":
		if !slices.Contains(words, "/f") {
			return "", 0, fmt.Errorf("schtasks /delete without /f asks")
		}
		delete(h.Tasks, name)
	}
	if !exists {
		return "ERROR: The system cannot find the file specified.\r\n", 1, nil
	}
	return fmt.Sprintf("\r\nTaskName: \\%s\r\nTask To Run: %s\r\n", o["/tn"], task.Runs), 0, nil
}

// RunTask runs a scheduled task as if its time had come, besides whatever runs. It returns false if there is no
// such task. Its commands are not counted, but the one with the number fail, from 1, fails.
func (h *Host) RunTask(name string, fail int) (bool, error) {
	task, exists := h.Tasks[strings.ToLower(name)]
	if !exists {
		return false, nil
	}
	text, exists := h.Files[path(task.Runs)]
	if !exists {
		return true, fmt.Errorf("the task runs %s, which is not there", task.Runs)
	}
	s, err := ReadScript([]byte(text))
	if err != nil {
		return true, err
	}
	ran, each, failing, elevated := h.Ran, h.Each, h.Fail, h.Elevated
	h.Ran, h.Each, h.Fail, h.Elevated = nil, nil, fail, true
	_, err = h.start(s, []string{task.Runs})
	h.Ran, h.Each, h.Fail, h.Elevated = ran, each, failing, elevated
	return true, err
}

// whoami knows the identifier of the logon.
func (h *Host) whoami(args []netsh.Arg) (string, int, error) {
	if len(args) != 1 || args[0].Value != "/logonid" {
		return "", 0, fmt.Errorf("only whoami /logonid is known here")
	}
	if h.Logon == "" {
		return "ERROR: Unable to get logon ID.\r\n", 1, nil
	}
	return h.Logon + "\r\n", 0, nil
}

// netstat lists what is listened on, and a connection that is not.
func (h *Host) netstat(args []netsh.Arg) (string, int, error) {
	if len(args) != 1 || args[0].Value != "-an" {
		return "", 0, fmt.Errorf("only netstat -an is known here")
	}
	var b strings.Builder
	b.WriteString("\r\nActive Connections\r\n\r\n  Proto  Local Address          Foreign Address        State\r\n")
	for port := range h.Listens {
		fmt.Fprintf(&b, "  TCP    %-22s %-22s %s\r\n", fmt.Sprintf("0.0.0.0:%d", port), "0.0.0.0:0", "LISTENING")
		fmt.Fprintf(&b, "  TCP    %-22s %-22s %s\r\n", fmt.Sprintf("[::]:%d", port), "[::]:0", "LISTENING")
	}
	b.WriteString("  TCP    10.1.0.10:38901        10.1.0.11:38902        ESTABLISHED\r\n  UDP    0.0.0.0:38901          *:*\r\n")
	return b.String(), 0, nil
}
