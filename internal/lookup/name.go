package lookup

import (
	"maps"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// portNames holds names that people use for ports, with the ports that IANA or the vendor registered. A service
// that listens on another port is found by its port or its own name.
var portNames = map[string]string{
	"afp": "tcp/548", "amqp": "tcp/5672", "amqps": "tcp/5671", "bacula": "tcp/9101-9103", "bgp": "tcp/179", "bootps": "udp/67", "cifs": "tcp/445",
	"cups": "tcp/631 udp/631", "dhcp": "udp/67-68", "dhcpv6": "udp/546-547", "dns": "tcp/53 udp/53", "docker": "tcp/2375-2376",
	"elasticsearch": "tcp/9200 tcp/9300", "etcd": "tcp/2379-2380", "ftp": "tcp/20-21", "ftps": "tcp/989-990", "http": "tcp/80",
	"https": "tcp/443 udp/443", "ike": "udp/500 udp/4500", "imap": "tcp/143", "imaps": "tcp/993", "ipp": "tcp/631",
	"ipsec": "udp/500 udp/4500 protocol/50 protocol/51", "iscsi": "tcp/3260", "kerberos": "tcp/88 udp/88", "kpasswd": "tcp/464 udp/464",
	"l2tp": "udp/1701", "ldap": "tcp/389 udp/389", "ldaps": "tcp/636", "llmnr": "udp/5355", "mdns": "udp/5353", "memcached": "tcp/11211 udp/11211",
	"mongodb": "tcp/27017", "mosh": "udp/60000-61000", "mqtt": "tcp/1883", "mqtts": "tcp/8883", "mssql": "tcp/1433 udp/1434", "mysql": "tcp/3306",
	"netbios": "tcp/139 udp/137-138", "nfs": "tcp/2049 udp/2049", "node-exporter": "tcp/9100", "ntp": "udp/123", "openvpn": "tcp/1194 udp/1194",
	"oracle": "tcp/1521", "ping": "icmp/8 icmpv6/128", "pop3": "tcp/110", "pop3s": "tcp/995", "postgres": "tcp/5432", "postgresql": "tcp/5432",
	"pptp": "tcp/1723 gre", "prometheus": "tcp/9090", "radius": "udp/1812-1813", "rdp": "tcp/3389 udp/3389", "redis": "tcp/6379",
	"rpc": "tcp/135", "rpcbind": "tcp/111 udp/111", "rsync": "tcp/873", "rtsp": "tcp/554", "sip": "tcp/5060 udp/5060", "sips": "tcp/5061",
	"smb": "tcp/445", "smtp": "tcp/25", "smtps": "tcp/465", "snmp": "udp/161", "snmptrap": "udp/162", "ssdp": "udp/1900", "ssh": "tcp/22",
	"sftp": "tcp/22", "submission": "tcp/587", "svn": "tcp/3690", "syslog": "tcp/514 udp/514", "syslog-tls": "tcp/6514", "telnet": "tcp/23",
	"tftp": "udp/69", "vnc": "tcp/5900", "winrm": "tcp/5985-5986", "wireguard": "udp/51820", "wsus": "tcp/8530-8531", "zabbix": "tcp/10050-10051",
}

// PortName returns the traffic for a name such as "rdp" or "https", in any case, or nil for other names.
func PortName(name string) []ruleset.Traffic {
	var out []ruleset.Traffic
	for _, text := range strings.Fields(portNames[strings.ToLower(name)]) {
		list, err := parsePort(text)
		if err != nil {
			panic("lookup: " + err.Error()) // a test reads every entry
		}
		out = append(out, list...)
	}
	return out
}

// PortNames returns the names, sorted.
func PortNames() []string { return slices.Sorted(maps.Keys(portNames)) }

// named finds the endpoints on the ports of a name.
func (f *Finder) named(name string) Entry {
	asked := PortName(name)
	texts := make([]string, len(asked))
	for i, t := range asked {
		texts[i] = t.String()
	}
	e := f.port(strings.Join(texts, ", "), asked)
	e.Aliases = []string{strings.ToLower(name)}
	return e
}
