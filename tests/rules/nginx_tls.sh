#!/bin/bash
# Goal: production's entry speaks TLS 1.2 and 1.3 with forward secrecy only, keeps browsers on https for a year,
# leads http there, and has nothing for names that aren't ours (H2).
set -euo pipefail
export PATH=$PATH:/usr/sbin
# shellcheck source=tests/rules/plant.sh
. "$(dirname "${BASH_SOURCE[0]}")/plant.sh"
work=$(mktemp -d)
nginx_pid=""
trap '[[ -z $nginx_pid ]] || kill "$nginx_pid"; wait; rm -rf "$work"' EXIT
failed=0
wrong() { echo "tls: $*"; failed=1; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

https=$(free_port) http=$(free_port)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=shop.example \
  -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
mkdir -p "$work"/{state,log,www/current/fi/virhe}
echo front >"$work/www/current/fi/index.html"
echo refused >"$work/www/current/fi/virhe/400.html"
"$tree/deploy/nginx-config" "$work/etc" ENTRY=tls "STATE=$work/state" "RUN=$work/run" "WWW=$work/www" "LOG=$work/log" \
  NAMES=shop.example STAFF_NAMES=staff.shop.example HOST=shop.example LANGUAGE=fi MODULES=/usr/lib/nginx/modules \
  "CERTIFICATE=$work/certificate.pem" "CERTIFICATE_KEY=$work/key.pem" >/dev/null
# The same file on other ports, on the loopback address alone.
sed -i "/listen \[::\]/d; s/listen 443/listen 127.0.0.1:$https/; s/listen 80/listen 127.0.0.1:$http/" "$work/etc/tls.conf"
[[ $EUID != 0 ]] || { chmod -R a+rwX "$work"; sed -i '1i user nobody nogroup;' "$work/etc/nginx.conf"; }
nginx -p "$work" -e stderr -c "$work/etc/nginx.conf" -g 'daemon off;' 2>"$work/err" &
nginx_pid=$!
for _ in {1..50}; do (exec 5<>"/dev/tcp/127.0.0.1/$https") 2>/dev/null && break; sleep 0.1; done

# From outside: every version and cipher that sslscan knows is tried.
sslscan --no-colour --no-check-certificate --sni-name=shop.example "127.0.0.1:$https" >"$work/scan"
versions=$(sed -nE 's/^((SSL|TLS)v[0-9.]+) +enabled *$/\1/p' "$work/scan" | sort | xargs)
[[ $versions == "TLSv1.2 TLSv1.3" ]] || wrong "speaks ${versions:-nothing that sslscan knows}"
ciphers=$(sed -nE 's/^(Preferred|Accepted) +(TLSv[0-9.]+) +[0-9]+ bits +([^ ]+).*/\2 \3/p' "$work/scan")
while IFS= read -r cipher; do
  wrong "accepts $cipher"
done < <(grep -vE '^TLSv1\.3 TLS_|^TLSv1\.2 ECDHE-[A-Z]+-(AES[0-9]+-GCM-SHA[0-9]+|CHACHA20-POLY1305)$' <<<"$ciphers" || true)
if grep -iE '^TLSv[0-9.]+ vulnerable' "$work/scan"; then wrong "has the heartbleed bug"; fi
if { sleep 0.5; echo R; sleep 0.5; } | openssl s_client -connect "127.0.0.1:$https" -servername shop.example -tls1_2 >"$work/out" 2>&1; then
  wrong "a client may renegotiate"
fi

ask() { curl -ksS -o "$work/body" -D - --resolve "shop.example:$https:127.0.0.1" --resolve "shop.example:$http:127.0.0.1" "$@" 2>&1 | tr -d '\r'; }
[[ $(ask "https://shop.example:$https/fi/") =~ ^HTTP/2\ 200.*[Ss]trict-[Tt]ransport-[Ss]ecurity:\ max-age=([0-9]+) ]] || wrong "no HSTS"
((${BASH_REMATCH[1]:-0} >= 31536000)) || wrong "HSTS is shorter than a year"
[[ $(ask "http://shop.example:$http/fi/tuote/x?y=z") =~ 301.*"Location: https://shop.example/fi/tuote/x?y=z" ]] || wrong "http doesn't lead to https"
[[ $(ask -H 'Host: evil.example' "http://shop.example:$http/") == *"Location: https://shop.example/"* ]] || wrong "http leads where the Host header says"
# A browser that is wrong about the port, or speaks soup there, still gets a page of ours.
ask "http://shop.example:$https/" >"$work/head"; [[ $(<"$work/body") == refused ]] || wrong "http to the port of https: $(head -1 "$work/head")"
ask -X $'G\x01T' "http://shop.example:$http/fi/" >"$work/head"; [[ $(<"$work/body") == refused ]] || wrong "soup to port 80: $(head -1 "$work/head")"
[[ $(ask -H 'Host: evil.example' "https://shop.example:$https/fi/") =~ ^HTTP/[0-9.]+\ 4(00|21) ]] || wrong "another name gets an answer"

plant 's/TLSv1.2 TLSv1.3/TLSv1 TLSv1.1 TLSv1.2 TLSv1.3/; s/ssl_ciphers ECDHE/ssl_ciphers AES128-SHA:ALL:@SECLEVEL=0:ECDHE/' nginx/tls.conf "accepts "
((failed == 0)) && echo "tls: all right"
exit $failed
