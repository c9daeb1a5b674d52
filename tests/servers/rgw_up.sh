#!/bin/bash
# rgw_up.sh DIR: start a Ceph RGW of its own (one monitor, one in-memory OSD, one gateway; no cephx,
# no systemd, no block device) on free ports of 127.0.0.1, and a faulty way to it. Needs root and the
# Debian packages radosgw ceph-mon ceph-osd ceph-common haproxy openssl curl python3.
#
# Writes DIR/env to source:
#   CAIRN_RGW_ENDPOINT, CAIRN_RGW_ENDPOINT_TLS   the gateway; TLS with a self-signed certificate
#   CAIRN_RGW_CA                                 that certificate (localhost, *.s3.localhost, 127.0.0.1)
#   CAIRN_RGW_ACCESS_KEY/_SECRET_KEY, ..2        two users
#   CAIRN_RGW_FAULT_ENDPOINT                     through fault.cfg (delay, 503, rejects) and cutting_proxy.py
#   CAIRN_RGW_OSD_PID                            to SIGSTOP and SIGCONT
# Stop it with rgw_down.sh DIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:?usage: rgw_up.sh DIR}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
[ ! -e "$dir/env" ] || { echo "rgw_up: $dir/env exists; run rgw_down.sh $dir first" >&2; exit 1; }

access_key=CAIRNTESTUSER0000001 secret_key=firstSecretOfTheCairnTestsOnly/+00000001
access_key2=CAIRNTESTUSER0000002 secret_key2=secondSecretOfTheCairnTestsOnly/00000002

for program in ceph ceph-mon ceph-osd monmaptool radosgw radosgw-admin haproxy openssl curl; do
    PATH=$PATH:/usr/sbin command -v $program >/dev/null ||
        { echo "rgw_up: $program is not installed" >&2; exit 1; }
done

free_ports() { # COUNT: that many ports that nothing listens on, all different
    /usr/bin/python3 - "$1" <<'PY'
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in held:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))
PY
}

daemon() { # NAME COMMAND...: in a session of its own, its pid in DIR/NAME.pid
    local name=$1
    shift
    setsid "$@" >"$dir/log/$name.out" 2>&1 </dev/null &
    echo $! >"$dir/$name.pid"
}

give_up() {
    echo "rgw_up: $*" >&2
    tail -n 20 "$dir"/log/*.out "$dir"/log/*.log >&2 2>/dev/null || true
    "$here/rgw_down.sh" "$dir" >/dev/null 2>&1 || true
    exit 1
}

write_ceph_conf() {
    cat >"$dir/ceph.conf" <<CONF
[global]
fsid = $fsid
mon host = v2:127.0.0.1:$mon_port
public network = 127.0.0.0/8
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
ms bind msgr1 = false
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms client mode = crc
ms cluster mode = crc
ms service mode = crc
run dir = $dir/run
pid file = $dir/run/\$name.pid
admin socket = $dir/run/\$name.\$pid.asok
log file = $dir/log/\$name.log
log to stderr = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
[mon]
mon data = $dir/mon
mon cluster log file = $dir/log/cluster.log
mon data avail crit = 1
# A lone monitor has nobody to wait for.
paxos propose interval = 0.02
paxos min wait = 0.01
[osd]
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd class dir = $class_dir
osd class load list = *
osd class default list = *
osd fast shutdown = true
debug osd = 0
[client.rgw]
rgw data = $dir/rgw
rgw frontends = beast tcp_nodelay=1 endpoint=127.0.0.1:$http_port ssl_endpoint=127.0.0.1:$tls_port ssl_certificate=$dir/cert.pem ssl_private_key=$dir/key.pem
rgw dns name = s3.localhost
rgw thread pool size = 64
rgw override bucket index max shards = 1
rgw dynamic resharding = false
rgw data log num shards = 1
rgw lc max objs = 1
rgw gc max objs = 1
rgw obj expirer = false
rgw enable usage log = false
rgw enable ops log = false
debug rgw = 0
debug ms = 0
CONF
}

# Where the package has the OSD's classes: Ceph 18 has it relative to its working directory.
class_dir=$(find /usr/lib -name libcls_rgw.so -printf '%h\n' -quit 2>/dev/null)
[ -n "$class_dir" ] || { echo "rgw_up: libcls_rgw.so is nowhere below /usr/lib" >&2; exit 1; }

mkdir -p "$dir"/{mon,osd,rgw,run,log}
read -r mon_port http_port tls_port haproxy_port cut_port < <(free_ports 5)
fsid=$(cat /proc/sys/kernel/random/uuid)
write_ceph_conf
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost \
    -addext "subjectAltName=DNS:localhost,DNS:s3.localhost,DNS:*.s3.localhost,IP:127.0.0.1" \
    -keyout "$dir/key.pem" -out "$dir/cert.pem" 2>"$dir/log/openssl.out"

conf=(-c "$dir/ceph.conf")
export CEPH_ARGS=
monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$mon_port]" "$dir/monmap" >/dev/null
ceph-mon "${conf[@]}" -i a --mkfs --monmap "$dir/monmap" || give_up "the monitor's store could not be made"
daemon mon ceph-mon "${conf[@]}" -i a -f
osd_id=$(cat /proc/sys/kernel/random/uuid)
timeout 60 /usr/bin/ceph "${conf[@]}" --connect-timeout 20 osd new "$osd_id" >/dev/null ||
    give_up "the monitor did not answer"
ceph-osd "${conf[@]}" -i 0 --mkfs --osd-uuid "$osd_id" >"$dir/log/osd_mkfs.out" 2>&1 ||
    give_up "the OSD's store could not be made"
daemon osd ceph-osd "${conf[@]}" -i 0 -f
timeout 120 radosgw-admin "${conf[@]}" user create --uid=first --display-name=first \
    --access-key="$access_key" --secret-key="$secret_key" >/dev/null 2>"$dir/log/user1.out" ||
    give_up "the first user could not be made"
timeout 60 radosgw-admin "${conf[@]}" user create --uid=second --display-name=second \
    --access-key="$access_key2" --secret-key="$secret_key2" >/dev/null 2>"$dir/log/user2.out" ||
    give_up "the second user could not be made"
daemon rgw radosgw "${conf[@]}" -n client.rgw -f

sed -e "s/@HAPROXY_PORT@/$haproxy_port/; s/@RGW_PORT@/$http_port/; s|@DIR@|$here|" \
    "$here/fault.cfg" >"$dir/fault.cfg"
daemon haproxy env PATH="$PATH:/usr/sbin" haproxy -db -f "$dir/fault.cfg"
daemon cut /usr/bin/python3 "$here/cutting_proxy.py" --listen "$cut_port" \
    --to "127.0.0.1:$haproxy_port" --cut 0.1 --log "$dir/log/requests.log"

answers() { curl -s -o /dev/null --max-time 2 "http://127.0.0.1:$1/"; }
for _ in $(seq 300); do
    answers "$http_port" && break
    kill -0 "$(cat "$dir/rgw.pid")" 2>/dev/null || give_up "radosgw ended"
    sleep 0.1
done
answers "$http_port" || give_up "radosgw did not answer within 30 s"
for name in haproxy cut; do
    kill -0 "$(cat "$dir/$name.pid")" 2>/dev/null || give_up "$name ended"
done

cat >"$dir/env" <<ENV
export CAIRN_RGW_DIR=$dir
export CAIRN_RGW_ENDPOINT=http://127.0.0.1:$http_port
export CAIRN_RGW_ENDPOINT_TLS=https://127.0.0.1:$tls_port
export CAIRN_RGW_CA=$dir/cert.pem
export CAIRN_RGW_ACCESS_KEY=$access_key CAIRN_RGW_SECRET_KEY=$secret_key
export CAIRN_RGW_ACCESS_KEY2=$access_key2 CAIRN_RGW_SECRET_KEY2=$secret_key2
export CAIRN_RGW_FAULT_ENDPOINT=http://127.0.0.1:$cut_port
export CAIRN_RGW_FAULT_LOG=$dir/log/requests.log
export CAIRN_RGW_OSD_PID=$(cat "$dir/osd.pid")
ENV
echo "rgw_up: http $http_port, https $tls_port, faulty $cut_port; source $dir/env"
