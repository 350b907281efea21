# shellcheck shell=bash
# It is up when everything really answers.

# http_status PORT PATH [NAME]: the status code that a GET gets, or nothing.
http_status() {
  local line
  {
    exec 7<>"/dev/tcp/127.0.0.1/$1" || return 0
    printf 'GET %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n' "$2" "${3:-localhost}" "$1" >&7
    read -r -t 15 line <&7 || line=""
    exec 7>&-
  } 2>/dev/null
  [[ $line =~ ^HTTP/1\.[01]\ ([0-9]{3}) ]] && echo "${BASH_REMATCH[1]}"
}

smtp_greets() {
  local line
  {
    exec 7<>"/dev/tcp/127.0.0.1/$1" || return 1
    read -r -t 5 line <&7 || line=""
    printf 'QUIT\r\n' >&7
    exec 7>&-
  } 2>/dev/null
  [[ $line == 220* ]]
}

# wait_for SERVICE WHAT COMMAND...: tries for 30 s.
wait_for() {
  local service=$1 what=$2 until_ms=$(($(now_ms) + 30000))
  shift 2
  until "$@"; do
    (($(now_ms) < until_ms)) || fail "$what doesn't answer; see $dir/log/$service.log: $(tail -n 1 "$dir/log/$service.log" 2>/dev/null)"
    sleep 0.1
  done
}

answers() { [[ $(http_status "$1" "$2" "${4:-}") =~ ^($3)$ ]]; }

# stays SERVICE: running, and for longer than a process lives that stops at once.
stays() { [[ $(s6-svstat -o up,updownfor "$dir/supervise/$1" 2>/dev/null) =~ ^true\ ([0-9]+)$ ]] && ((BASH_REMATCH[1] >= 1)); }

wait_until_ready() {
  local service
  wait_for nginx "nginx" answers "$port" /fi/ 200
  wait_for mail "the mail server" smtp_greets $((port + 3))
  [[ -n $payment_url ]] || wait_for sandbox "the sandbox" answers $((port + 2)) / '[1-4][0-9][0-9]'
  wait_for checkout "checkout" answers "$port" /fi/ostoskori 200
  wait_for registrations "registrations" answers "$port" /fi/ilmoittautuminen/none 404
  wait_for payments "payments" answers "$port" /fi/maksu/none 404
  wait_for opener "opener" answers $((port + 1)) /fi/kirjaudu 200 staff.localhost
  wait_for backoffice "backoffice" answers $((port + 1)) /fi/tyopoyta 303 staff.localhost
  for service in payments-sweep checkout-sweep mailer retention render; do wait_for "$service" "$service" stays "$service"; done
}

write_instance() {
  local service pids="" sandbox=null sandbox_port=null
  for service in $(services); do pids+="${pids:+, }\"$service\": $(service_pid "$service")"; done
  [[ -n $payment_url ]] || { sandbox="\"http://localhost:$((port + 2))/\"" sandbox_port=$((port + 2)); }
  put "$dir/instance.json" 0644 <<JSON
{
  "dir": "$dir",
  "shop": "http://localhost:$port/",
  "public_url": "$public_url",
  "staff": "$staff_url/",
  "sandbox": $sandbox,
  "mail": "$dir/mail",
  "database": "$dir/run/db.sock",
  "preset": "$preset",
  "ports": { "shop": $port, "staff": $((port + 1)), "sandbox": $sandbox_port, "smtp": $((port + 3)) },
  "pids": { $pids }
}
JSON
}

# The last lines: for people, and for programs that read them.
print_addresses() {
  echo "shop: http://localhost:$port/"
  echo "staff: $staff_url/"
  [[ -n $payment_url ]] || echo "sandbox: http://localhost:$((port + 2))/"
  echo "mail: $dir/mail"
  [[ ! -e $dir/demo-staff.json ]] || echo "people: $dir/demo-staff.json (logins, passwords, TOTP secrets)"
  [[ ! -d $dir/demo-keys ]] || echo "keys: $dir/demo-keys (this demo's own; of a real shop they are never on the server)"
}
