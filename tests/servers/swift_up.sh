#!/bin/bash
# swift_up.sh DIR: start an OpenStack Swift with s3api, which checks all of a SigV4 signature's scope
# (date, region, service) and the payload's hash. Its four servers are one process on free ports of
# 127.0.0.1, with one device in DIR, which must be on a file system with user xattrs. Needs the Debian
# package python3-swift (2.30 is known to work); no root, none of Swift's services, no memcached.
#
# Writes DIR/env to source:
#   CAIRN_SWIFT_ENDPOINT                the proxy; virtual hosts are BUCKET.s3.localhost
#   CAIRN_SWIFT_ACCESS_KEY/_SECRET_KEY  the user; Swift's access keys have a colon
#   CAIRN_SWIFT_REGION                  the one region that it accepts
# Conditional PUTs and aws-chunked bodies are beyond this s3api: it answers 501.
# Stop it with swift_down.sh DIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:?usage: swift_up.sh DIR}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
[ ! -e "$dir/swift.pid" ] || { echo "swift_up: $dir is in use; run swift_down.sh $dir first" >&2; exit 1; }

access_key=cairn:tester secret_key=secretOfTheCairnTestsOnly/+00000001 region=us-east-1

/usr/bin/python3 -c 'import swift' 2>/dev/null ||
    { echo "swift_up: python3-swift is not installed" >&2; exit 1; }

give_up() {
    echo "swift_up: $*" >&2
    tail -n 30 "$dir"/log/*.out >&2 2>/dev/null || true
    "$here/swift_down.sh" "$dir" >/dev/null 2>&1 || true
    exit 1
}

write_config() {
    # Whatever is slow here is the machine: no timeout may turn that into an answer.
    cat >"$dir/swift.conf" <<CONF
[swift-hash]
swift_hash_path_suffix = cairn
CONF
    cat >"$dir/proxy.conf" <<CONF
[DEFAULT]
swift_dir = $dir
client_timeout = 300

# Swift itself adds the filters that it cannot do without.
[pipeline:main]
pipeline = proxy-logging s3api tempauth slo proxy-server

[filter:proxy-logging]
use = egg:swift#proxy_logging

[filter:s3api]
use = egg:swift#s3api
location = $region
storage_domain = s3.localhost

[filter:tempauth]
use = egg:swift#tempauth
user_${access_key/:/_} = $secret_key .admin

[filter:slo]
use = egg:swift#slo

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
conn_timeout = 60
node_timeout = 300
error_suppression_limit = 1000000
CONF
}

write_program() {
    cat >"$dir/serve.py" <<'PY'
"""Swift's proxy, account, container and object server in one process; writes the proxy's port."""
import array
import logging
import os
import pathlib
import sys
import time

os.environ["TZ"] = "UTC+0"
time.tzset()
here = pathlib.Path(__file__).resolve().parent

import eventlet
from swift.common import utils
utils.eventlet_monkey_patch()
utils.set_swift_dir(str(here))  # before the modules that read swift.conf when they are imported
utils.ThreadSafeSysLogHandler = lambda **_: logging.StreamHandler(sys.stderr)  # no syslog
import eventlet.wsgi
import swift.account.server
import swift.container.server
import swift.obj.server
from swift.common import constraints, storage_policy, wsgi
from swift.common.ring import RingData
constraints.reload_constraints()
storage_policy.reload_storage_policies()


def listen():
    return wsgi.get_socket({"bind_ip": "127.0.0.1", "bind_port": 0})


def serve(socket, app):
    eventlet.spawn(eventlet.wsgi.server, socket, app, utils.NullLogger(), socket_timeout=300,
                   protocol=wsgi.SwiftHttpProtocol, capitalize_response_headers=False,
                   custom_pool=eventlet.GreenPool(1024))


def ring(name, port):  # one replica of one partition on one device
    device = {"id": 0, "zone": 0, "region": 1, "weight": 1.0, "device": "device", "ip": "127.0.0.1",
              "port": port, "replication_ip": "127.0.0.1", "replication_port": port}
    RingData([array.array("H", [0])], [device], 32).save(str(here / f"{name}.ring.gz"))


class no_cache:
    """Stands for memcached, which tempauth insists on: takes everything, remembers nothing."""

    def get(self, *_, **__):
        return None

    set = delete = get


device = here / "devices" / "device"
device.mkdir(parents=True)
try:
    os.setxattr(device, "user.swift.metadata", bytes(1024))
except OSError as error:
    sys.exit(f"{here}: no user xattrs here, where Swift keeps its metadata: {error.strerror}")

conf = {"swift_dir": str(here), "devices": str(here / "devices"), "mount_check": "false",
        "conn_timeout": "60", "node_timeout": "300", "container_update_timeout": "300",
        "log_level": "WARNING"}
for name, module in (("account", swift.account.server), ("container", swift.container.server),
                     ("object", swift.obj.server)):
    socket = listen()
    ring(name, socket.getsockname()[1])
    serve(socket, module.app_factory({**conf, "log_name": name}))

proxy = wsgi.loadapp(str(here / "proxy.conf"), global_conf={"log_name": "proxy"})


def proxy_without_cache(environment, start_response):
    environment["swift.cache"] = no_cache()
    return proxy(environment, start_response)


socket = listen()
serve(socket, proxy_without_cache)
(here / "port.new").write_text(str(socket.getsockname()[1]))
(here / "port.new").rename(here / "port")
while True:
    eventlet.sleep(3600)
PY
}

signed_request() { # PORT: lists the buckets; prints the answer where it is not 200
    /usr/bin/python3 - "127.0.0.1:$1" "$region" "$access_key" "$secret_key" <<'PY'
import hashlib, hmac, http.client, sys, time

host, region, access_key, secret_key = sys.argv[1:]
now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
scope = [now[:8], region, "s3", "aws4_request"]
nothing = hashlib.sha256().hexdigest()
headers = {"host": host, "x-amz-content-sha256": nothing, "x-amz-date": now}
request = "\n".join(["GET", "/", "", *map(":".join, headers.items()), "", ";".join(headers), nothing])
signature = b"AWS4" + secret_key.encode()
for text in (*scope, "\n".join(["AWS4-HMAC-SHA256", now, "/".join(scope),
                                hashlib.sha256(request.encode()).hexdigest()])):
    signature = hmac.digest(signature, text.encode(), "sha256")
headers["authorization"] = (f"AWS4-HMAC-SHA256 Credential={access_key}/{'/'.join(scope)}, "
                            f"SignedHeaders={';'.join(headers)}, Signature={signature.hex()}")
connection = http.client.HTTPConnection(host, timeout=20)
connection.request("GET", "/", headers=headers)
answer = connection.getresponse()
if answer.status != 200:
    sys.exit(f"{answer.status} {answer.read().decode()}")
PY
}

mkdir -p "$dir/log"
rm -rf "$dir/port" "$dir/devices"
write_config
write_program
setsid /usr/bin/python3 -B "$dir/serve.py" >"$dir/log/swift.out" 2>&1 </dev/null &
disown # or a give_up would report it as killed
echo $! >"$dir/swift.pid"

for _ in $(seq 600); do
    [ ! -e "$dir/port" ] || break
    kill -0 "$(cat "$dir/swift.pid")" 2>/dev/null || give_up "Swift ended"
    sleep 0.1
done
[ -e "$dir/port" ] || give_up "Swift did not start within 60 s"
port=$(cat "$dir/port")
signed_request "$port" >"$dir/log/first_request.out" 2>&1 || give_up "Swift refused a signed request"

cat >"$dir/env" <<ENV
export CAIRN_SWIFT_DIR=$dir
export CAIRN_SWIFT_ENDPOINT=http://127.0.0.1:$port
export CAIRN_SWIFT_ACCESS_KEY=$access_key CAIRN_SWIFT_SECRET_KEY=$secret_key
export CAIRN_SWIFT_REGION=$region
ENV
echo "swift_up: http $port; source $dir/env"
