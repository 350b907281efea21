#!/bin/bash
# Goal: no answer of nginx can lose the common headers (H8): add_header stands in nginx/headers.conf alone, since a
# block with one of its own inherits none; and nginx accepts the files, for `up` and for production.
set -euo pipefail
export PATH=$PATH:/usr/sbin
# shellcheck source=tests/rules/plant.sh
. "$(dirname "${BASH_SOURCE[0]}")/plant.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
wrong() { echo "nginx: $*"; failed=1; }

while IFS= read -r hit; do
  wrong "$hit: add_header belongs in headers.conf only"
done < <(grep -nE '^\s*(add_header|more_set_headers|expires)\b' "$tree"/nginx/*.conf | grep -v '/headers.conf:' || true)
while IFS= read -r hit; do
  wrong "$hit: without \"always\" an error has no such header"
done < <(grep -nE '^\s*add_header\b' "$tree/nginx/headers.conf" | grep -vE '\balways;' || true)
sed -n '/^http {/,/^}/p' "$tree/nginx/nginx.conf" | grep -q '^  include headers.conf;' ||
  wrong "nginx.conf doesn't include headers.conf for everything"
# shellcheck disable=SC2016
while IFS= read -r hit; do
  wrong "$hit: this would write a path, a query, an address, a cookie or a browser into the log"
done < <(sed -n "/log_format/,/;/p" "$tree/nginx/log.conf" |
  grep -nE '\$(request_uri|request|uri|args|query_string|remote_addr|binary_remote_addr|http_[a-z_]+|cookie_[a-z_]+|document_uri)\b' || true)
for word in unsafe-inline unsafe-eval data: http: https: '*'; do
  ! grep -F 'Content-Security-Policy' "$tree/nginx/headers.conf" | grep -qF -- "$word" || wrong "the CSP allows $word"
done

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=shop.example \
  -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
for entry in local tls; do
  mkdir -p "$work/$entry/state" "$work/$entry/log"
  "$tree/deploy/nginx-config" "$work/$entry/etc" ENTRY=$entry "STATE=$work/$entry/state" "RUN=$work/run" "WWW=$work/www" \
    "LOG=$work/$entry/log" PORT=8080 "NAMES=shop.example" STAFF_PORT=8081 STAFF_NAMES=staff.shop.example HOST=shop.example LANGUAGE=fi MODULES=/usr/lib/nginx/modules \
    "CERTIFICATE=$work/certificate.pem" "CERTIFICATE_KEY=$work/key.pem" >/dev/null
  nginx -t -q -p "$work/$entry" -e stderr -c "$work/$entry/etc/nginx.conf" 2>"$work/out" ||
    grep -q 'bind() to .* failed' "$work/out" || wrong "nginx -t ($entry): $(grep -m 1 emerg "$work/out")"
done

plant 's/^  include headers.conf;//' nginx/nginx.conf "doesn't include headers.conf"
plant '1i add_header X-A b always;' nginx/checkout.conf "add_header belongs in headers.conf only"
plant "s/default-src 'none'/default-src * 'none'/" nginx/headers.conf "the CSP allows *"
plant 's/^  include limits.conf;/  include limits.conf; no_such_word;/' nginx/nginx.conf "nginx -t"
((failed == 0)) && echo "nginx: all right"
exit $failed
