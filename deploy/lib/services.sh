# shellcheck shell=bash
# The supervisor (s6) where systemd doesn't run: one s6-supervise for each service, as one unit would be.
# It restarts what dies. A handler's listening socket is its supervisor's standard input: it outlives the handler.

handlers=(checkout registrations payments opener backoffice)

# services: in the order in which they start; they stop in the opposite order.
services() {
  echo db mail
  [[ -n $payment_url ]] || echo sandbox
  echo payments-sweep checkout-sweep checkout registrations payments anchor opener backoffice retention mailer render nginx
}

# command_of SERVICE: the user's process name, then the command.
command_of() {
  local with="--instance $dir/etc/instance.toml"
  case $1 in
    db) echo "db /usr/sbin/mariadbd --defaults-file=$dir/etc/mariadb.cnf --datadir=$dir/db/data --tmpdir=$dir/db/tmp" \
      "--socket=$dir/db/run/db.sock --pid-file=$dir/db/run/db.pid --secure-file-priv=$dir/db/tmp" ;;
    mail) echo "mail /usr/bin/python3 $dir/bin/mail-sink 127.0.0.1 $((port + 3)) $dir/mail" ;;
    sandbox) echo "sandbox $dir/bin/sandbox --listen 127.0.0.1:$((port + 2)) --merchant-id $sandbox_merchant" \
      "--merchant-secret-file $dir/secrets/sandbox/merchant-key --state $dir/sandbox/ledger" ;;
    *-sweep) echo "${1%-sweep} $dir/bin/${1%-sweep} $with --sweep" ;;
    render) echo "render $dir/bin/render $with --watch" ;;
    retention) echo "retention $dir/bin/retention $with --hourly" ;;
    nginx) echo "web /usr/sbin/nginx -p $dir/nginx -e stderr -c $dir/etc/nginx/nginx.conf -g 'daemon off;'" ;;
    *) echo "$1 $dir/bin/$1 $with" ;;
  esac
}

# inputs_of SERVICE: the files whose change asks for a restart.
inputs_of() {
  case $1 in
    db) echo "$dir/etc/mariadb.cnf" ;;
    mail) echo "$dir/bin/mail-sink" ;;
    sandbox) echo "$dir/bin/sandbox" ;;
    nginx) echo "$dir/etc/nginx" ;;
    *-sweep) inputs_of "${1%-sweep}" ;;
    render) printf '%s\n' "$dir/bin/render" "$dir/etc" "$dir/share" "$dir/secrets/render" ;;
    *) printf '%s\n' "$dir/bin/$1" "$dir/etc/instance.toml" "$dir/etc/city.toml" "$dir/share/templates" \
      "$dir/share/text" "$dir/etc/keys" "$dir/share/postal" "$dir/share/passwords" "$dir/secrets/$1" ;;
  esac
}

write_service() {
  local service=$1 process command at=$dir/supervise/$1 drop="" yields=""
  read -r process command <<<"$(command_of "$service")"
  ((EUID != 0)) || drop="setpriv --reuid=kuntakauppa-$process --regid=kuntakauppa-$process --init-groups --no-new-privs --inh-caps=-all --bounding-set=-all -- "
  [[ $service != opener ]] || yields="nice -n 15 "  # as its unit's Nice=
  mkdir -p "$at"
  {
    printf '#!/bin/bash\nexec >>%s 2>&1\nulimit -c 0\ncd /\n' "$dir/log/$service.log"
    [[ $service != nginx ]] || declare -f end_stray_workers | sed "\$a end_stray_workers $dir/nginx"
    # As the units' CPUSchedulingPolicy=batch: a purchase is many short messages between processes, and none of them need
    # push its sender off the core.
    printf 'exec env -i PATH=/usr/bin:/bin:/usr/sbin LANG=C.UTF-8 chrt --batch 0 %s%s%s\n' "$yields" "$drop" "$command"
  } | put "$at/run" 0755
  [[ $service != nginx ]] || echo SIGQUIT | put "$at/down-signal" 0644
  # A database is never killed; all others may finish what they have in hand.
  [[ $service == db ]] || echo 20000 | put "$at/timeout-kill" 0644
  : | put "$at/down" 0644
}

# end_stray_workers FOLDER: nginx's workers outlive a master that was killed, and hold its port.
end_stray_workers() {
  local at
  for at in /proc/[0-9]*; do
    [[ $(readlink "$at/cwd") == "$1" && $(<"$at/comm") == nginx ]] && kill -QUIT "${at#/proc/}"
  done 2>/dev/null
  return 0
}

supervised() { s6-svok "$dir/supervise/$1" 2>/dev/null; }

# supervise SERVICE: starts its supervisor, with the listening socket of a handler.
supervise() {
  local service=$1 socket=$dir/run/$1.sock
  local -a start=(s6-supervise "$dir/supervise/$service")
  supervised "$service" && return 0
  end_strays "$service"
  if [[ " ${handlers[*]} " == *" $service "* ]]; then
    start=(s6-ipcserver-socketbinder -B -a 0660 -b 1024 "$socket" "${start[@]}")
    rm -f "$socket"
  fi
  detached "${start[@]}" &
  local tries=0
  until supervised "$service"; do
    ((++tries < 100)) || fail "the supervisor of $service doesn't start; see $dir/log/supervise.log"
    sleep 0.05
  done
  if [[ -S $socket ]] && ((EUID == 0)); then chgrp kuntakauppa-web "$socket"; fi
}

# detached COMMAND...: with nothing of this shell's but the right to write its log.
detached() {
  local fd
  exec </dev/null >/dev/null 2>>"$dir/log/supervise.log"
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    ((fd <= 2)) || eval "exec $fd>&-"
  done
  exec setsid "$@"
}

# end_strays SERVICE: what a killed supervisor left running.
end_strays() {
  local process command pid
  read -r process command <<<"$(command_of "$1")"
  if [[ $1 == nginx ]]; then command="nginx: master process ${command/\'daemon off;\'/daemon off;}"; fi
  for pid in $(pgrep -f -x -- "${command//[.+]/.}" || true); do
    kill "$pid" 2>/dev/null || true
    local tries=0
    while kill -0 "$pid" 2>/dev/null && ((++tries < 200)); do sleep 0.1; done
  done
}

service_up() { s6-svc -u "$dir/supervise/$1"; }
# service_pid SERVICE: null for one that isn't running. s6 says -1 then, which kill would take for "everything".
service_pid() {
  local pid
  pid=$(s6-svstat -o pid "$dir/supervise/$1")
  if ((pid > 1)); then echo "$pid"; else echo null; fi
}
service_down() {
  supervised "$1" || return 0
  # s6-svc doesn't wait for its own command where the service is down already: a later "up" could overtake it.
  [[ $(s6-svstat -o up,wantedup "$dir/supervise/$1") != "false false" ]] || return 0
  s6-svc -d -wD -T 60000 "$dir/supervise/$1" || fail "$1 doesn't stop"
}
service_end() {
  supervised "$1" || return 0
  s6-svc -xd -T 60000 "$dir/supervise/$1"
  local tries=0
  while supervised "$1"; do ((++tries < 1200)) || fail "the supervisor of $1 doesn't stop"; sleep 0.05; done
}

# start_service SERVICE: starts it; restarts it when its program or settings changed since it was started.
start_service() {
  local service=$1 stamp
  local -a inputs
  mapfile -t inputs < <(inputs_of "$service")
  stamp=$(stamp_of "$dir/supervise/$service/run" "${inputs[@]}")
  if supervised "$service" && ! stamp_is "service-$service" "$stamp"; then
    if [[ $service == nginx ]] && stamp_is nginx-run "$(stamp_of "$dir/supervise/nginx/run")"; then
      s6-svc -h "$dir/supervise/nginx"
    else
      service_down "$service"
    fi
  fi
  supervise "$service"
  service_up "$service"
  set_stamp "service-$service" "$stamp"
  [[ $service != nginx ]] || set_stamp nginx-run "$(stamp_of "$dir/supervise/nginx/run")"
}

write_services() {
  local service
  for service in $(services); do write_service "$service"; done
  # The sandbox of an earlier run, when a payment service was named since.
  [[ -z $payment_url || ! -d $dir/supervise/sandbox ]] || { service_end sandbox; rm -rf "$dir/supervise/sandbox"; }
}

start_services() {
  local service
  nginx_check
  for service in $(services); do
    [[ $service == db ]] || start_service "$service"
  done
}

nginx_check() {
  as web /usr/sbin/nginx -t -q -p "$dir/nginx" -e stderr -c "$dir/etc/nginx/nginx.conf" ||
    fail "nginx refuses its settings: $(grep -m 1 emerg "$step_log" | cut -c -300)"
}
