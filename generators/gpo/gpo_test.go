package gpo

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rolewall/generators/advfirewall"
	"rolewall/generators/readback"
	"rolewall/generators/target"
	"rolewall/generators/targettest"
	"rolewall/generators/winfirewall"
	"rolewall/ruleset"
)

// theObject makes the only object of a rule set.
func theObject(t testing.TB, rs *ruleset.RuleSet) *object {
	t.Helper()
	if list := target.Check(New(), rs, nil); len(list) > 0 {
		t.Fatalf("unsupported: %v", list)
	}
	return objectsOf([]target.Group{{Set: rs, Hosts: []string{"dc1"}}})[0]
}

// TestReadBack: what a strict reader finds in Registry.pol is the rule set, in every edition, family and profile.
func TestReadBack(t *testing.T) {
	for _, os := range New().Info().OS {
		for _, f := range []ruleset.Families{{IPv4: true, IPv6: true}, {IPv4: true}, {IPv6: true}} {
			for _, settings := range []ruleset.AdvfirewallSettings{{}, {Profile: []string{"domain", "public"}}, {OtherRules: "disable"}} {
				rs := readback.Sample(os)
				rs.Families, rs.Settings.Advfirewall = f, settings
				rules, policy, err := readback.Pol(theObject(t, rs).registry)
				if err != nil {
					t.Fatalf("%s: %v", os, err)
				}
				baseline := len(rules)
				rules = slices.DeleteFunc(rules, readback.Rule.IsBaseline)
				baseline -= len(rules)
				if d := readback.Difference(rs, rules); d != "" {
					t.Errorf("%s, %+v, %+v:\n%s", os, f, settings, d)
				}
				version, want := uint32(0x20a), winfirewall.BaselineRules(rs)
				if os == ruleset.Windows2008 {
					version = 0x200
				}
				if settings.OtherRules == "" {
					want = nil
				}
				if policy.Version != version || baseline != len(want) {
					t.Errorf("%s, %+v: version %#x, %d rules of the baseline", os, settings, policy.Version, baseline)
				}
				for _, r := range policy.Rules {
					if got := uint32(r.Version.Major)<<8 | uint32(r.Version.Minor); got != version {
						t.Errorf("%s: %s has version %#x", os, r.ID, got)
					}
				}
			}
		}
	}
}

// TestBaseline: the rules that no host can live without are those of the rows, with their sources and ports.
func TestBaseline(t *testing.T) {
	rs := targettest.WindowsSet(ruleset.Windows2022)
	rs.Settings.Advfirewall.OtherRules = "disable"
	rules, policy, err := readback.Pol(theObject(t, rs).registry)
	if err != nil {
		t.Fatal(err)
	}
	for profile, values := range policy.Profiles {
		if values["AllowLocalPolicyMerge"] != 0 || len(values) != 3 || values["EnableFirewall"] != 1 || values["DefaultInboundAction"] != 1 {
			t.Errorf("%s: %v", profile, values)
		}
	}
	said := map[string]bool{}
	for _, r := range rules {
		said[fmt.Sprintf("%s %s %v %v %s %s", r.Protocol, r.Ports, r.ICMP, r.Remote, r.From, r.Listener.Service)] = true
	}
	for _, want := range []string{"icmp  [3:4] []  ", "2  [] []  ", "udp 68 [] [] 67 Dhcp", "udp 546 [] [fe80::/10] 547 Dhcp", "icmpv6  [135] []  ", "icmpv6  [134] [fe80::/10]  ", "icmpv6  [2] []  "} {
		if !said[want] {
			t.Errorf("no rule %q in %v", want, said)
		}
	}
	if len(rules) != 15 || len(policy.Profiles) != 3 {
		t.Errorf("%d rules, %d profiles", len(rules), len(policy.Profiles))
	}
}

// TestProfiles: each option sets its value in the three profiles, and no other.
func TestProfiles(t *testing.T) {
	for _, c := range []struct {
		settings ruleset.Settings
		name     string
		want     uint32
		values   int
	}{
		{ruleset.Settings{}, "EnableFirewall", 1, 2},
		{ruleset.Settings{Advfirewall: ruleset.AdvfirewallSettings{Outbound: "block"}}, "DefaultOutboundAction", 1, 3},
		{ruleset.Settings{Advfirewall: ruleset.AdvfirewallSettings{Outbound: "allow"}}, "DefaultOutboundAction", 0, 3},
		{ruleset.Settings{Advfirewall: ruleset.AdvfirewallSettings{LogDropped: true}, GPO: ruleset.GPOSettings{LogSize: 8192}}, `Logging\LogFileSize`, 8192, 4},
		{ruleset.Settings{Advfirewall: ruleset.AdvfirewallSettings{LogDropped: true}}, `Logging\LogDroppedPackets`, 1, 3},
		{ruleset.Settings{GPO: ruleset.GPOSettings{Profiles: "keep", LogSize: 8192}}, "", 0, 0},
	} {
		rs := readback.Sample(ruleset.Windows2022)
		rs.Settings = c.settings
		_, policy, err := readback.Pol(theObject(t, rs).registry)
		if err != nil {
			t.Fatal(err)
		}
		if c.values == 0 && len(policy.Profiles) > 0 {
			t.Errorf("%+v: %v", c.settings, policy.Profiles)
		}
		for profile, values := range policy.Profiles {
			if got, given := values[c.name]; !given || got != c.want || len(values) != c.values {
				t.Errorf("%+v: %s has %v", c.settings, profile, values)
			}
		}
	}
	both := readback.Sample(ruleset.Windows2022)
	both.Settings = ruleset.Settings{Advfirewall: ruleset.AdvfirewallSettings{OtherRules: "disable"}, GPO: ruleset.GPOSettings{Profiles: "keep"}}
	targettest.WantUnsupported(t, New(), both, "ignore the rules of others", "profiles")
}

// TestHeader holds what the text says of outbound connections and of names that the console shows.
func TestHeader(t *testing.T) {
	const blocked = "Outbound is blocked: what the host itself begins needs outbound rules"
	for _, c := range []struct {
		outbound, profiles string
		want               bool
	}{{"", "", false}, {"block", "", true}, {"allow", "", false}, {"block", "keep", false}} {
		rs := readback.Sample(ruleset.Windows2022)
		rs.Settings = ruleset.Settings{Advfirewall: ruleset.AdvfirewallSettings{Outbound: c.outbound}, GPO: ruleset.GPOSettings{Profiles: c.profiles}}
		if got := strings.Contains(targettest.Script(t, New(), rs), blocked); got != c.want {
			t.Errorf("outbound %q, profiles %q: the header says that outbound is blocked: %t", c.outbound, c.profiles, got)
		}
	}
	rs := readback.Sample(ruleset.Windows2022)
	rs.Roles, rs.Features = []string{"azAZ09.-_", "`a{@[/:\"<&ä"}, nil
	if got, want := label(rs), "rolewall windows-2022 azAZ09.-_ -a---------"; got != want {
		t.Errorf("the name is %q, want %q", got, want)
	}
}

// TestIdentity: IDs, GUIDs and versions follow the content, and nothing else.
func TestIdentity(t *testing.T) {
	one, again := theObject(t, readback.Sample(ruleset.Windows2022)), theObject(t, readback.Sample(ruleset.Windows2022))
	if !bytes.Equal(one.registry, again.registry) || one.GUID != again.GUID || one.BackupID != again.BackupID || one.Machine() != again.Machine() {
		t.Error("equal rule sets have different objects")
	}
	other := readback.Sample(ruleset.Windows2022)
	other.Inbound[3].Reasons[0].App = "Other"
	changed := theObject(t, other)
	if bytes.Equal(one.registry, changed.registry) || one.Machine() == changed.Machine() || one.Digest == changed.Digest {
		t.Error("another reason has the same version")
	}
	if one.Name != changed.Name || one.GUID != changed.GUID {
		t.Error("an object that changes has another name")
	}
	shape := regexp.MustCompile(`^\{[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}\}$`)
	if !shape.MatchString(one.GUID) || !shape.MatchString(one.BackupID) || one.GUID == one.BackupID {
		t.Errorf("GUIDs %s and %s", one.GUID, one.BackupID)
	}
	ids := map[string]bool{}
	rules, _, err := readback.Pol(one.registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		if ids[r.ID] || !regexp.MustCompile(`^rolewall-[0-9a-f]{8}-[a-z2-7]{26}$`).MatchString(r.ID) {
			t.Errorf("ID %s", r.ID)
		}
		ids[r.ID] = true
	}
	for _, o := range []*object{one, changed} {
		if o.Machine() < 1 || o.Machine() > 65535 || o.BackupVersion()>>16 != o.Machine() || o.BackupVersion()&0xffff != o.Machine() {
			t.Errorf("versions %d and %d", o.Machine(), o.BackupVersion())
		}
	}
}

// TestObjects: hosts share an object where the values are the same; objects of one label have the name of a host in theirs.
func TestObjects(t *testing.T) {
	a, b, c := readback.Sample(ruleset.Windows2022), readback.Sample(ruleset.Windows2022), readback.Sample(ruleset.Windows2022)
	c.Settings.GPO.LogSize = 9
	older := readback.Sample(ruleset.Windows2019)
	groups := []target.Group{{Set: older, Hosts: []string{"o"}}, {Set: a, Hosts: []string{"z"}}, {Set: c, Hosts: []string{"m", "n"}}, {Set: b, Hosts: []string{"b"}}}
	objects := objectsOf(groups)
	if len(objects) != 3 || objects[0].Name != "rolewall windows-2019 domain-controller" {
		t.Fatalf("%+v", objects)
	}
	hosts := string(hostTable(objects))
	if objects = objects[1:]; objects[0].Name != "rolewall windows-2022 domain-controller (b)" || !slices.Equal(objects[0].Hosts, []string{"b", "z"}) || objects[1].Name != "rolewall windows-2022 domain-controller (m)" {
		t.Errorf("%+v", objects)
	}
	want := "Host,GPO,BackupId,Digest\r\nb," + objects[0].Name
	if !strings.HasPrefix(hosts, want) || strings.Count(hosts, "\r\n") != 6 {
		t.Errorf("%q", hosts)
	}
}

// The elements and attributes of a backup that Microsoft's console made.
var backupElements = map[string]string{
	"Backup.xml": "GroupPolicyBackupScheme GroupPolicyObject SecurityGroups FilePaths GroupPolicyCoreSettings ID Domain SecurityDescriptor DisplayName " +
		"Options UserVersionNumber MachineVersionNumber MachineExtensionGuids UserExtensionGuids WMIFilter GroupPolicyExtension FSObjectFile",
	"bkupInfo.xml": "BackupInst GPOGuid GPODomain GPODomainGuid GPODomainController BackupTime ID Comment GPODisplayName",
	"manifest.xml": "Backups BackupInst GPOGuid GPODomain GPODomainGuid GPODomainController BackupTime ID Comment GPODisplayName",
}

// TestBackup holds the folder to what a console writes: names of elements, namespaces, and files that are there.
func TestBackup(t *testing.T) {
	files, err := New().Bundle([]target.Group{{Set: readback.Sample(ruleset.Windows2022), Hosts: []string{"dc1"}}})
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string][]byte{}
	for _, f := range files {
		byName[f.Name] = f.Data
		if path.Clean(f.Name) != f.Name || strings.ContainsAny(f.Name, `\:*?"<>|`) || strings.HasSuffix(f.Name, ".") || strings.HasSuffix(f.Name, " ") {
			t.Errorf("no file of Windows has the name %s", f.Name)
		}
	}
	seen := 0
	for name, data := range byName {
		elements, is := backupElements[path.Base(name)]
		if !is {
			continue
		}
		seen++
		values := map[string]string{}
		d := xml.NewDecoder(bytes.NewReader(data))
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			e, is := token.(xml.StartElement)
			if !is {
				continue
			}
			if !slices.Contains(strings.Fields(elements), e.Name.Local) || !strings.HasPrefix(e.Name.Space, "http://www.microsoft.com/GroupPolicy/GPOOperations") {
				t.Errorf("%s: element %v", name, e.Name)
			}
			for _, a := range e.Attr {
				values[a.Name.Local] = a.Value
			}
			if inner, err := d.Token(); err == nil {
				if text, is := inner.(xml.CharData); is {
					values[e.Name.Local] = string(text)
				}
			}
		}
		folder := path.Dir(name)
		switch path.Base(name) {
		case "Backup.xml":
			if file := strings.ReplaceAll(values["Location"], `\`, "/"); byName[path.Join(folder, file)] == nil || file == "" {
				t.Errorf("no file %s", file)
			}
			if values["version"] != "2.0" || values["type"] != "GroupPolicyBackupTemplate" || values["MachineExtensionGuids"] != "[{35378EAC-683F-11D2-A89A-00C04FBBCFA2}{B05566AC-FE9C-4368-BE01-7A4CBB6CBA11}]" {
				t.Errorf("%v", values)
			}
		case "bkupInfo.xml":
			if values["ID"] != folder {
				t.Errorf("%s is in the folder %s", values["ID"], folder)
			}
		}
	}
	if seen != 3 {
		t.Errorf("%d files in XML", seen)
	}
}

// TestFreeText: no reason, owner, title or name of a network adds a token, a line or an element.
func TestFreeText(t *testing.T) {
	for _, text := range append(slices.Clone(targettest.Hostile), append(targettest.HostileTexts, "x|RA4=LocalSubnet", "@a.dll,-1", "]]><x/>", "x\r\nComputer\r\nKEY\r\nN\r\nDWORD:0")...) {
		checkText(t, text)
	}
}

func FuzzFreeText(f *testing.F) {
	for _, text := range targettest.HostileTexts {
		f.Add(text)
	}
	f.Add("x|RA4=LocalSubnet|")
	f.Add("@a.dll,-1")
	f.Fuzz(func(t *testing.T, text string) { checkText(t, text) })
}

func checkText(t *testing.T, text string) {
	t.Helper()
	rule := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 8834, Last: 8834}}}, Remote: targettest.Network(text, "10.1.0.0/16"), Reasons: []ruleset.Reason{{
		Networks: []string{text}, At: "hosts.dc1", Allow: &ruleset.Allow{Reason: text, Owner: text, Expires: "2027-03-31"}, App: text,
	}}}
	rs := targettest.WindowsSet(ruleset.Windows2022, rule)
	rs.Notes, rs.Warnings, rs.Roles = []string{text}, []string{text}, []string{text}
	plain := theObject(t, rs)
	rules, _, err := readback.Pol(plain.registry)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if d := readback.Difference(rs, rules); d != "" || len(rules) != 1 || strings.HasPrefix(rules[0].Text, "@") {
		t.Errorf("%q: %d rules\n%s", text, len(rules), d)
	}
	script := targettest.Script(t, New(), rs)
	for _, block := range strings.Split(script, "\r\n\r\n")[1:] {
		lines := strings.Split(strings.TrimSuffix(block, "\r\n"), "\r\n")
		if len(lines) != 4 || lines[0] != "Computer" || strings.HasPrefix(lines[3], "SZ:") != strings.HasSuffix(lines[1], "FirewallRules") && lines[3] != "DELETEALLVALUES" {
			t.Errorf("%q: a block is %q", text, lines)
		}
	}
	if strings.Count(script, "\r\n") != strings.Count(script, "\n") {
		t.Errorf("%q: a line does not end in CR LF", text)
	}
	files, err := New().Bundle([]target.Group{{Set: rs, Hosts: []string{"dc1"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name, ".xml") {
			count := 0
			for d := xml.NewDecoder(bytes.NewReader(f.Data)); ; {
				token, err := d.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("%q: %s: %v", text, f.Name, err)
				}
				if _, is := token.(xml.StartElement); is {
					count++
				}
			}
			if want := map[string]int{"Backup.xml": 17, "bkupInfo.xml": 9, "manifest.xml": 10}[path.Base(f.Name)]; count != want {
				t.Errorf("%q: %s has %d elements, want %d", text, f.Name, count, want)
			}
		}
		if f.Name == "hosts.csv" && (strings.Count(string(f.Data), ",") != 6 || strings.Count(string(f.Data), "\n") != 2) {
			t.Errorf("%q: %q", text, f.Data)
		}
	}
}

// TestLGPOUndo: LGPO takes nothing away that its input does not name, so an import of the backup is no way back.
func TestLGPOUndo(t *testing.T) {
	text := targettest.Script(t, New(), readback.Sample(ruleset.Windows2022))
	if strings.Contains(text, "Undo     LGPO.exe") || !strings.Contains(text, `%SystemRoot%\System32\GroupPolicy\Machine\Registry.pol`) || !strings.Contains(text, "gpupdate /force") {
		t.Error("the header names no way back that removes the rules")
	}
}

// TestLGPO: the text holds the values of Registry.pol, in their order.
func TestLGPO(t *testing.T) {
	rs := readback.Sample(ruleset.Windows2025)
	rs.Settings.Advfirewall = ruleset.AdvfirewallSettings{OtherRules: "disable", LogDropped: true}
	var said []entry
	for _, block := range strings.Split(targettest.Script(t, New(), rs), "\r\n\r\n")[2:] {
		lines := strings.Split(strings.TrimSuffix(block, "\r\n"), "\r\n")
		e := entry{key: lines[1], name: lines[2]}
		if text, is := strings.CutPrefix(lines[3], "SZ:"); is {
			e.text = text
		} else if _, err := fmt.Sscanf(lines[3], "DWORD:%d", &e.number); err != nil {
			t.Fatal(err)
		}
		said = append(said, e)
	}
	if !bytes.Equal(registryPol(said), theObject(t, rs).registry) {
		t.Error("the text has other values than Registry.pol")
	}
}

// TestAsManyAsNetsh: each road has as many rules as the others.
func TestAsManyAsNetsh(t *testing.T) {
	for _, os := range []ruleset.OS{ruleset.Windows2008, ruleset.Windows2012, ruleset.Windows2025} {
		for _, other := range []string{"", "disable"} {
			rs := readback.Sample(os)
			if rs.Settings.Advfirewall.OtherRules = other; other != "" && os == ruleset.Windows2008 {
				continue // netsh cannot there
			}
			script := targettest.Script(t, advfirewall.New(), rs)
			if want := len(targettest.Lines(script, " add rule name=")); theObject(t, rs).Rules != want || want < 15 {
				t.Errorf("%s, %s: %d rules, and netsh has %d", os, other, theObject(t, rs).Rules, want)
			}
		}
	}
}

// changes are the cmdlets that change something.
var changes = regexp.MustCompile(`\b(New-Item|Backup-GPO|Import-GPO|Set-GPPermission|New-GPLink|\.Description = )`)

// TestImport: the script that imports is PowerShell; what changes something stands behind a question to ShouldProcess, and each
// such call has its opposite in the way back.
func TestImport(t *testing.T) {
	other := readback.Sample(ruleset.Windows2019)
	files, err := New().Bundle([]target.Group{{Set: readback.Sample(ruleset.Windows2022), Hosts: []string{"dc1"}}, {Set: other, Hosts: []string{"dc2"}}})
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, f := range files {
		if f.Name == "import.ps1" {
			text = string(f.Data)
		}
	}
	for _, o := range objectsOf([]target.Group{{Set: other, Hosts: []string{"dc2"}}}) {
		if !strings.Contains(text, "Name = '"+o.Name+"'; BackupId = '"+o.BackupID+"'; Digest = '"+o.Digest+"'; Rules = ") {
			t.Errorf("no %s", o.Name)
		}
	}
	body, back, found := strings.Cut(text, "\r\n} catch {\r\n")
	if !found || strings.Count(text, "\r\n") != strings.Count(text, "\n") {
		t.Fatal("the script has another form")
	}
	asked, seen := false, 0
	for line := range strings.SplitSeq(body, "\r\n") {
		switch {
		case strings.Contains(line, "if (-not $PSCmdlet.ShouldProcess(") && strings.HasSuffix(line, "{ continue }"):
			asked = true
		case strings.Contains(line, "foreach (") && strings.HasSuffix(line, "{"):
			asked = false
		case changes.MatchString(line) && !strings.HasPrefix(line, ".") && !strings.Contains(line, "param("):
			if seen++; !asked {
				t.Errorf("unasked: %s", line)
			}
		}
	}
	pushed := regexp.MustCompile(`Do = '([a-z]+)'`).FindAllStringSubmatch(body, -1)
	for _, m := range pushed {
		if !strings.Contains(back, "'"+m[1]+"' {") {
			t.Errorf("nothing puts %s back", m[1])
		}
	}
	if seen < 7 || len(pushed) < 6 {
		t.Errorf("%d changes, %d ways back", seen, len(pushed))
	}
	if shadowed := readback.Shadowed(text); len(shadowed) > 0 {
		t.Errorf("variables hide others: %v", shadowed)
	}
	if hidden := strings.ReplaceAll(text, "$title", "$name"); len(readback.Shadowed(hidden)) != 1 {
		t.Error("a parameter that hides another is not seen")
	}
	if readback.Trees(t, text)[0].Broken {
		t.Error("the grammar of PowerShell finds a mistake")
	}
}

// TestImportHolds: traps of a real domain that the script minds.
func TestImportHolds(t *testing.T) {
	page, err := render("gpo-import.ps1.tmpl", objectsOf([]target.Group{{Set: readback.Sample(ruleset.Windows2022), Hosts: []string{"dc1"}}}))
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	for _, c := range []struct {
		why string
		has string
	}{
		{"PowerShell 7 gets copies of the objects, and the description is never written", "#Requires -PSEdition Desktop\r\n"},
		{"a relative folder is one of the process for the cmdlets, and another for New-Item", "$Backup = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Backup)"},
		{"the way back outlasts the session", "(Join-Path $env:LOCALAPPDATA "},
		{"an account of a computer has at most 15 characters", "[Math]::Min(15, "},
		{"a folder may have brackets in its name", "Import-Csv -LiteralPath"},
		{"the way back is for the domain that was asked for", "Restore-GPO -BackupId $($saved.Id) -Path '$Backup'$inText"},
		{"the way back is for the domain that was asked for", "Remove-GPLink -Name '$($o.Name)' -Target '$unit'$inText"},
		{"two hosts of one account would take the rules of both", "$accounts[$account] -ne $row.GPO"},
	} {
		if !strings.Contains(text, c.has) {
			t.Errorf("%s: no %s", c.why, c.has)
		}
	}
	body, _, _ := strings.Cut(text, "\r\n} catch {\r\n")
	for _, call := range regexp.MustCompile(`(Backup-GPO -|Import-GPO -B|Set-GPPermission -|New-GPLink -).*`).FindAllString(body, -1) {
		if !strings.Contains(call, " @in -Confirm:$false") {
			t.Errorf("ShouldProcess has asked, and the cmdlet asks again, which ends a run that nobody watches: %s", call)
		}
	}
	if strings.Contains(text, "GetTempPath") {
		t.Error("Windows empties the folder for temporary files when a remote session ends")
	}
	if strings.Contains(text, "Trustee.Name.") {
		t.Error("a right of a deleted account has no name, and a method of nothing stops the script")
	}
}

// TestSamba: Samba's parser reads every Registry.pol, and writes the same bytes again.
func TestSamba(t *testing.T) {
	readback.NeedSamba(t)
	var all [][]byte
	for _, os := range New().Info().OS {
		rs := readback.Sample(os)
		rs.Settings.Advfirewall = ruleset.AdvfirewallSettings{OtherRules: "disable", LogDropped: true}
		all = append(all, theObject(t, rs).registry)
	}
	readback.Repack(t, all...)
	if _, err := exec.Command("/usr/bin/python3", "-c", readback.RepackScript, "/dev/null").CombinedOutput(); err == nil {
		t.Error("an empty file is taken")
	}
}
