# provision.sh DIR: makes a domain below DIR, in namespaces of its own, and packs it as DIR/dc.tgz.
set -eu
dir=$1
mkdir -p "$dir/log"
ip link set lo up
ip link add v0 type veth peer name v1
ip addr add 10.99.0.1/24 dev v0
ip link set v0 up
ip link set v1 up
printf '[global]\n  log file = %s/log/%%m\n' "$dir" >"$dir/smb0.conf" # else /etc/samba/smb.conf leaks in
samba-tool domain provision --configfile="$dir/smb0.conf" --server-role=dc --use-rfc2307 --dns-backend=SAMBA_INTERNAL \
	--realm=CORP.EXAMPLE --domain=CORP --adminpass=Passw0rd.rolewall --host-name=dc1 --host-ip=10.99.0.1 --targetdir="$dir/dc" \
	--option='interfaces=lo v0' --option='bind interfaces only=yes' >"$dir/log/provision" 2>&1 || { cat "$dir/log/provision"; exit 1; }
conf=$dir/dc/etc/smb.conf
sed -i "/dns forwarder/d; s#^\[global\]#[global]\n\tpid directory = $dir/dc\n\tncalrpc dir = $dir/dc/ncalrpc\n\tserver services = s3fs, rpc, ldap, kdc, cldap, winbindd, dns\n\tdns update command = /bin/true\n\tspn update command = /bin/true#" "$conf"
samba-tool spn add ldap/dc1.corp.example 'DC1$' -s "$conf" # without it, the client's bind fails
sed -i "s#$dir#@DIR@#g" "$conf"
tar -C "$dir" --xattrs --xattrs-include='*' -czf "$dir/dc.tgz" dc # without the attributes, SYSVOL denies access
