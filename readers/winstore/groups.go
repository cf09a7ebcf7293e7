package winstore

// stock names the groups of rules that come with Windows, by the resource in which Windows keeps their names in every language.
var stock = map[string]string{
	"@FirewallAPI.dll,-25000": "Core Networking",
	"@FirewallAPI.dll,-28502": "File and Printer Sharing",
	"@FirewallAPI.dll,-28752": "Remote Desktop",
	"@FirewallAPI.dll,-29252": "Remote Event Log Management",
	"@FirewallAPI.dll,-29502": "Remote Service Management",
	"@FirewallAPI.dll,-30002": "Windows Firewall Remote Management",
	"@FirewallAPI.dll,-30267": "Windows Remote Management",
	"@FirewallAPI.dll,-32752": "Network Discovery",
	"@FirewallAPI.dll,-33252": "Remote Scheduled Tasks Management",
	"@FirewallAPI.dll,-34251": "Windows Management Instrumentation (WMI)",
	"@FirewallAPI.dll,-34501": "Remote Volume Management",
}

// groupName is the group in English where it comes with Windows, and as it stands elsewhere.
func groupName(group string) string {
	if name := stock[group]; name != "" {
		return name
	}
	return group
}
