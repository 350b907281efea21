# shellcheck shell=bash
# What can be known to go wrong before anything is touched.

marker=.kuntakauppa

# nearest_folder PATH: the deepest part of it that exists.
nearest_folder() {
  local path=$1
  while [[ ! -e $path ]]; do path=${path%/*}; path=${path:-/}; done
  echo "$path"
}

check_dir() {
  local nearest
  nearest=$(nearest_folder "$dir")
  [[ -d $nearest ]] || fail "$nearest is not a folder"
  if [[ $nearest != "$dir" ]]; then
    [[ -w $nearest && -x $nearest ]] || fail "no right to make $dir: $nearest is not writable for $(id -un)"
    return 0
  fi
  [[ -O $dir ]] || fail "$dir belongs to $(stat -c %U "$dir"), not to $(id -un): use another --dir"
  [[ -w $dir && -x $dir ]] || fail "no right to write to $dir"
  [[ -e $dir/$marker || -z $(ls -A "$dir") ]] || fail "$dir is not empty and was not made by up: use another --dir"
}

# take_lock: one `up` or `down` at a time on a folder.
take_lock() {
  exec 9>"$dir/.lock"
  flock -n 9 || fail "another up or down is at work on $dir"
}

# listens PORT: someone does, on an address that ours would meet: 127.0.0.1 or all, or [::1], where browsers look for
# "localhost" first.
listens() {
  local hex any6=00000000000000000000000000000000 mapped=0000000000000000FFFF00000100007F one6=00000000000000000000000001000000
  printf -v hex %04X "$1"
  # No pipe: where there are many connections, grep would end before all is written, and the pipe would fail.
  grep -Eqs "^ *[0-9]+: (0100007F|00000000|$any6|$mapped|$one6):$hex [0-9A-F]+:[0-9A-F]+ 0A " /proc/net/tcp /proc/net/tcp6
}

# check_ports: each is free, or ours.
check_ports() {
  local at
  for at in "$port" $((port + 1)) $((port + 2)) $((port + 3)); do
    if listens "$at" && ! own_port "$at"; then
      fail "port $at on 127.0.0.1 is taken by another program: free it, or choose with --port N (N to N+3 are used)"
    fi
  done
}

# own_port PORT: the folder's own running services listen there.
own_port() {
  local service at
  for service in nginx sandbox mail; do
    at=$dir/supervise/$service/run
    [[ $service != nginx ]] || at=$dir/etc/nginx/local.conf
    supervised "$service" && grep -Eq "127\.0\.0\.1[: ]$1\b" "$at" && return 0
  done
  return 1
}

# check_space: enough for the database, the pages and the mails.
check_space() {
  local need=600 free
  [[ ! -e $dir/db/data/up.filled ]] || need=60
  need=$((need + ${products:-0} / 6))
  free=$(($(stat -f -c '%a * %S' "$(nearest_folder "$dir")") / 1048576))
  ((free >= need)) || fail "the disk of $dir has $free MB free and $need MB are needed"
}

# check_reach: every user that runs something there can come to the folder.
check_reach() {
  ((EUID == 0)) || return 0
  local nearest process
  nearest=$(nearest_folder "$dir")
  for process in "${all_users[@]}"; do
    as "$process" test -x "$nearest" && continue
    local path=""
    local part
    while IFS= read -r -d / part; do
      path+="$part/"
      as "$process" test -x "$path" || break
    done <<<"$nearest/"
    fail "the user $(user_of "$process") can't come to $dir: ${path%/} is closed to it; choose another --dir or open it (chmod a+x)"
  done
}
