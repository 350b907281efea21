#!/bin/bash
# Goal: every unit in deploy/systemd keeps its process as locked up as we said (H6), and every process has its unit,
# user and secrets under its own name. Offline: no systemd needs to run.
set -euo pipefail
# shellcheck source=tests/rules/plant.sh
. "$(dirname "${BASH_SOURCE[0]}")/plant.sh"
units=$tree/deploy/systemd
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
wrong() { echo "units: $*"; failed=1; }

mkdir -p "$work/etc/systemd/system" "$work/usr/lib/kuntakauppa" "$work/usr/sbin" "$work/bin"
cp -r "$units"/. "$work/etc/systemd/system/"
# The drop-ins are judged together with Debian's own unit files (those of the packages installed here).
for unit in nginx mariadb; do
  if [[ -f /lib/systemd/system/$unit.service ]]; then
    cp "/lib/systemd/system/$unit.service" "$work/etc/systemd/system/"
  else
    printf '[Service]\nExecStart=/bin/true\n' >"$work/etc/systemd/system/$unit.service"
  fi
done

# exposure UNIT TENTHS: at most that.
exposure() {
  systemd-analyze security --offline=true --root="$work" --threshold="$2" --no-pager "$1" >"$work/out" 2>&1 ||
    wrong "$1: $(tail -n 1 "$work/out") (allowed: ${2%?}.${2: -1})"
}
exposure kuntakauppa-checkout.service 10
exposure kuntakauppa-checkout-sweep.service 10
exposure kuntakauppa-registrations.service 10
exposure kuntakauppa-opener.service 10
exposure kuntakauppa-backoffice.service 10
exposure kuntakauppa-backoffice-vouchers.service 10
exposure kuntakauppa-anchor.service 10
exposure kuntakauppa-retention.service 10
exposure kuntakauppa-render.service 10
exposure kuntakauppa-payments.service 15
exposure kuntakauppa-payments-sweep.service 15
exposure kuntakauppa-mailer.service 15
exposure nginx.service 40
exposure mariadb.service 40

# One noun: unit, program, user, secrets, socket.
for file in "$units"/kuntakauppa-*.service; do
  unit=$(basename "$file" .service)
  process=${unit#kuntakauppa-}
  process=${process%-sweep}
  process=${process%-vouchers}
  grep -q "^User=kuntakauppa-$process\$" "$file" || wrong "$unit: User= must be kuntakauppa-$process"
  grep -q "^ExecStart=/usr/lib/kuntakauppa/$process " "$file" || wrong "$unit: ExecStart= must run $process"
  ! grep -n '^LoadCredential=' "$file" | grep -v ":/etc/kuntakauppa/secrets/$process/" || wrong "$unit: loads another process's secret"
  ! grep -q '^Environment' "$file" || wrong "$unit: secrets and settings never come by environment"
  if [[ -f $units/$unit.socket ]]; then
    grep -q "^ListenStream=/run/kuntakauppa/$process.sock\$" "$units/$unit.socket" || wrong "$unit.socket: must listen on $process.sock"
    grep -q "unix:@RUN@/$process.sock" "$tree/nginx/upstreams.conf" || wrong "nginx/upstreams.conf: no $process.sock"
    [[ -f $tree/nginx/$process.conf ]] || wrong "nginx/$process.conf is missing"
  fi
done
# What the common sandbox sets wins over a unit's own file: a unit that says otherwise only seems to.
common=$(sed -n 's/^\([A-Za-z]*\)=.*/\1/p' "$units/kuntakauppa-.service.d/sandbox.conf" | sort -u)
for file in "$units"/kuntakauppa-*.service; do
  both=$(comm -12 <(echo "$common") <(sed -n 's/^\([A-Za-z]*\)=.*/\1/p' "$file" | sort -u) | tr '\n' ' ')
  [[ -z $both ]] || wrong "$(basename "$file"): sandbox.conf overrules its $both"
done
# Handlers without calls out have no network at all.
for unit in checkout checkout-sweep registrations opener backoffice anchor retention render; do
  grep -q '^RestrictAddressFamilies=AF_UNIX$' "$units/kuntakauppa-$unit.service" || wrong "$unit: AF_UNIX only"
done

# Syntax: an unknown or misspelt setting.
for file in "$work"/etc/systemd/system/*.service "$work"/etc/systemd/system/*.socket "$work"/etc/systemd/system/*.timer; do
  systemd-analyze verify --man=no --root="$work" "$(basename "$file")" 2>&1 || true
done | grep -E 'Unknown|Failed to parse|Invalid|ignoring' | grep -F kuntakauppa && wrong "systemd finds mistakes in the units"

plant '/^ProtectSystem\|^PrivateUsers\|^SystemCallFilter/d' deploy/systemd/kuntakauppa-.service.d/sandbox.conf "kuntakauppa-checkout.service: "
plant 's/^User=.*/User=root/' deploy/systemd/kuntakauppa-mailer.service "User= must be kuntakauppa-mailer"
((failed == 0)) && echo "units: all right"
exit $failed
