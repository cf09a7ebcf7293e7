package wintest

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/internal/wintest/netsh"
)

// reg knows query, add and delete of values, query of the keys below a key, and delete of a key.
func (h *Host) reg(args []netsh.Arg) (string, int, error) {
	if len(args) < 2 {
		return "", 0, fmt.Errorf("reg needs a verb and a key")
	}
	verb, key := strings.ToLower(args[0].Value), args[1].Value
	o, err := regOptions(args[2:])
	if err != nil {
		return "", 0, err
	}
	switch {
	case verb == "query" && strings.EqualFold(key, `HKU\S-1-5-19`):
		return "", pickCode(h.Elevated), nil
	case verb == "query" && o["/v"] == "":
		return h.regKey(key)
	case verb == "query":
		return h.regValue(key, o["/v"])
	case verb != "add" && verb != "delete":
		return "", 0, fmt.Errorf("reg %s is not known here", verb)
	case o["/f"] == "":
		return "", 0, fmt.Errorf("reg %s without /f asks", verb)
	case !h.Elevated:
		return "ERROR: Access is denied.\r\n", 1, nil
	case verb == "add" && (o["/v"] == "" || o["/t"] == ""):
		return "", 0, fmt.Errorf("reg add needs /v and /t")
	case verb == "add":
		h.Registry[strings.ToLower(key+`\`+o["/v"])] = o["/t"] + "    " + o["/d"]
		return "The operation completed successfully.\r\n", 0, nil
	}
	return h.regDelete(key, o["/v"])
}

func regOptions(args []netsh.Arg) (map[string]string, error) {
	o := map[string]string{}
	for i := 0; i < len(args); i++ {
		name := strings.ToLower(args[i].Value)
		switch {
		case name == "/f":
			o[name] = "yes"
			continue
		case name != "/v" && name != "/t" && name != "/d" || i+1 == len(args):
			return nil, fmt.Errorf("%q is not an option of reg that is known here", args[i].Value)
		}
		i++
		o[name] = args[i].Value
	}
	return o, nil
}

const regMissing = "ERROR: The system was unable to find the specified registry key or value.\r\n"

func (h *Host) regValue(key, name string) (string, int, error) {
	data, known := h.Registry[strings.ToLower(key+`\`+name)]
	if !known {
		data, known = h.storeValue(key, name)
	}
	if strings.EqualFold(name, "CurrentBuildNumber") {
		data, known = "REG_SZ    "+h.Build, true
	}
	if !known {
		return regMissing, 1, nil
	}
	return fmt.Sprintf("\r\n%s\r\n    %s    %s\r\n\r\n", fullKey(key), name, data), 0, nil
}

// fullKey is the key as reg prints it.
func fullKey(key string) string { return strings.Replace(key, `HKLM\`, `HKEY_LOCAL_MACHINE\`, 1) }

// regKey lists the values of a key and the keys below it.
func (h *Host) regKey(key string) (string, int, error) {
	values, names := h.storeKey(key), []string{}
	known := values != nil
	for place, data := range h.Registry {
		rest, ok := strings.CutPrefix(place, strings.ToLower(key)+`\`)
		if !ok {
			continue
		}
		known = true
		if name, _, below := strings.Cut(rest, `\`); below {
			names = append(names, name)
		} else {
			values = append(values, fmt.Sprintf("    %s    %s", rest, data))
		}
	}
	if !known {
		return regMissing, 1, nil
	}
	slices.Sort(names)
	var b strings.Builder
	if len(values) > 0 {
		slices.Sort(values)
		fmt.Fprintf(&b, "\r\n%s\r\n%s\r\n", fullKey(key), strings.Join(values, "\r\n"))
	}
	b.WriteString("\r\n")
	for _, name := range slices.Compact(names) {
		fmt.Fprintf(&b, "%s\\%s\r\n", fullKey(key), name)
	}
	return b.String(), 0, nil
}

func (h *Host) regDelete(key, name string) (string, int, error) {
	known := false
	for place := range h.Registry {
		if name != "" && place == strings.ToLower(key+`\`+name) || name == "" && strings.HasPrefix(place, strings.ToLower(key)+`\`) {
			delete(h.Registry, place)
			known = true
		}
	}
	return "", pickCode(known), nil
}

// where says whether a program is installed.
func (h *Host) where(args []netsh.Arg) (string, int, error) {
	if len(args) != 1 {
		return "", 0, fmt.Errorf("where needs the name of a program")
	}
	return "", pickCode(!h.Missing[strings.ToLower(args[0].Value)]), nil
}

// tool runs the programs that give a service its port. What they keep is shown among the registry's values.
func (h *Host) tool(name string, args []netsh.Arg) (string, int, error) {
	var words []string
	for _, a := range args {
		words = append(words, strings.ToLower(a.Value))
	}
	if h.Missing[name] {
		return "'" + name + "' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n", 9009, nil
	}
	line := strings.TrimSuffix(name, ".wmi") + " " + strings.Join(words, " ")
	place, data, known := "", "", true
	switch port, isPort := strings.CutPrefix(line, "dfsrdiag staticrpc /port:"); {
	case isPort:
		place, data = `tool\dfsr`, port
	case line == "winmgmt -standalonehost", line == "winmgmt /standalonehost":
		place, data = `tool\winmgmt`, "24158"
	case line == "winmgmt /sharedhost":
		place, data = `tool\winmgmt`, "0"
	default:
		known = false
	}
	if !known {
		return "", 0, fmt.Errorf("the model does not know %q", line)
	}
	if data == "0" {
		delete(h.Registry, place)
	} else {
		h.Registry[place] = data
	}
	return "", 0, nil
}

// sc knows the query of a service.
func (h *Host) sc(args []netsh.Arg) (string, int, error) {
	if len(args) != 2 || args[0].Value != "query" {
		return "", 0, fmt.Errorf("only sc query NAME is known here")
	}
	running, known := h.Services[strings.ToLower(args[1].Value)]
	if !known {
		return "[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\r\n", 1060, nil
	}
	state := "1  STOPPED"
	if running {
		state = "4  RUNNING"
	}
	return fmt.Sprintf("\r\nSERVICE_NAME: %s\r\n        TYPE               : 20  WIN32_SHARE_PROCESS\r\n        STATE              : %s\r\n", args[1].Value, state), 0, nil
}
