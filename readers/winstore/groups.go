package winstore

import "strings"

// stock names the groups of rules that come with Windows, by the number of their text in FirewallAPI.dll, which
// holds the names in every language.
var stock = map[string]string{
	"-25000": "Core Networking",
	"-28502": "File and Printer Sharing",
	"-28672": "File and Printer Sharing (Restrictive)",
	"-28752": "Remote Desktop",
	"-29252": "Remote Event Log Management",
	"-29502": "Remote Service Management",
	"-30002": "Windows Firewall Remote Management",
	"-30267": "Windows Remote Management",
	"-32752": "Network Discovery",
	"-33252": "Remote Scheduled Tasks Management",
	"-34251": "Windows Management Instrumentation (WMI)",
	"-34501": "Remote Volume Management",
	"-37302": "mDNS",
}

// groupName returns the English name of a group that comes with Windows, and any other name unchanged. The name of
// the file may have a path.
func groupName(group string) string {
	file, number, _ := strings.Cut(group, ",")
	file = strings.ToLower(file[strings.LastIndexByte(file, '\\')+1:])
	if name := stock[number]; name != "" && strings.TrimPrefix(file, "@") == "firewallapi.dll" {
		return name
	}
	return group
}
