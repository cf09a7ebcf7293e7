# client.sh DIR CACHE REGISTRY.POL: starts the domain of CACHE below DIR, restores the object, and says what a client of Group Policy
# reads: lines of a word and what follows it.
set -eu
dir=$1 cache=$2 pol=$3 here=$(dirname "$0")
mkdir -p "$dir/log" "$dir/tmp" "$dir/nss"
cp "$cache/libnss_winbind.so.2" "$dir/nss" # smbd loads it as the user who asks
ip link set lo up
ip link add v0 type veth peer name v1
ip addr add 10.99.0.1/24 dev v0
ip link set v0 up
ip link set v1 up
tar -C "$dir" --xattrs --xattrs-include='*' -xzf "$cache/dc.tgz"
conf=$dir/dc/etc/smb.conf
sed -i "s#@DIR@#$dir#g" "$conf"
printf 'nameserver 10.99.0.1\nsearch corp.example\n' >"$dir/resolv.conf"
printf '127.0.0.1 localhost\n10.99.0.1 dc1.corp.example dc1\n' >"$dir/hosts"
printf 'passwd: files winbind\ngroup: files winbind\nhosts: files dns\n' >"$dir/nsswitch.conf"
mkdir -p /run/samba
mount -t tmpfs tmpfs /run/samba # smbd asks winbind at the path that was compiled in
for file in resolv.conf hosts nsswitch.conf; do mount --bind "$dir/$file" /etc/$file; done
export KRB5_CONFIG="$dir/dc/private/krb5.conf" LD_LIBRARY_PATH="$dir/nss" ROLEWALL_RSOP="$dir/rsop.json"
samba -i -M single -s "$conf" >"$dir/log/samba" 2>&1 &

server=ldap://dc1.corp.example admin=-UAdministrator%Passw0rd.rolewall
up=
for i in $(seq 300); do
	if [ -S /run/samba/winbindd/pipe ] && samba-tool gpo listall -H $server -s "$conf" >"$dir/log/listall" 2>&1; then up=yes; break; fi
	sleep 0.1
done
[ -n "$up" ] || { cat "$dir/log/samba" "$dir/log/listall"; exit 1; }

/usr/bin/python3 "$here/restore.py" "$conf" "$here/firewall_ext.py" "$pol" "$dir/backup"
samba-tool gpo restore "rolewall test" "$dir/backup" --restore-metadata --tmpdir "$dir/tmp" -H $server $admin -s "$conf" >"$dir/log/restore"
guid=$(sed -n "s/^GPO .* created as //p" "$dir/log/restore")
unit="OU=Domain Controllers,DC=corp,DC=example"
samba-tool gpo setlink "$unit" "$guid" -H $server $admin -s "$conf" >"$dir/log/link"

update() { samba-gpupdate --target=Computer -P -s "$conf" >"$dir/log/update" 2>&1 || { cat "$dir/log/update"; exit 1; }; echo "$1 $(grep -c '^CHANGED' "$dir/log/update" || true)"; }
rsop() { rm -f "$ROLEWALL_RSOP"; samba-gpupdate --rsop --target=Computer -P -s "$conf" >"$dir/log/rsop" 2>&1 || { cat "$dir/log/rsop"; exit 1; }; echo "$1 $(cat "$ROLEWALL_RSOP" 2>/dev/null || echo '{}')"; }

rsop linked
update first
update unchanged
printf '[General]\r\nVersion=9999\r\n' >"$dir/dc/state/sysvol/corp.example/Policies/$guid/GPT.INI"
update raised
samba-tool gpo dellink "$unit" "$guid" -H $server $admin -s "$conf" >"$dir/log/unlink"
rsop unlinked
