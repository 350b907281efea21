# shellcheck shell=bash
# The folder's own MariaDB: on a socket only, with one account for each process.

db_admin=$(id -un)

sql() { mariadb --no-defaults --socket="$dir/run/db.sock" --user="$db_admin" --batch --skip-column-names "$@"; }

# What was done to the database is marked beside its files, so that the marks can't be lost without it.
marked() { [[ -e $dir/db/data/$1 ]]; }
mark() { : | put "$dir/db/data/$1" 0600 db; }

make_database() {
  # Where there are tables of ours, there is something to lose, whatever the marks say.
  marked up.made || marked kuntakauppa && return 0
  # An earlier run that was cut off left files that nobody ever used.
  rm -rf "$dir/db/data"
  folder "$dir/db/data" 0700 db
  as db mariadb-install-db --defaults-file="$dir/etc/mariadb.cnf" --datadir="$dir/db/data" --tmpdir="$dir/db/tmp" \
    --auth-root-authentication-method=socket --auth-root-socket-user="$db_admin" --skip-test-db >"$dir/log/db-install.log" ||
    fail "the database can't be made: $(cat "$dir/log/db-install.log" "$step_log" | grep -m 1 -i error | cut -c -300)"
  mark up.made
}

start_database() {
  start_service db
  local tries=0 deaths=0
  until sql -e 'SELECT 1' >/dev/null 2>&1; do
    # Recovery after a crash may take its time; dying over and over doesn't get better.
    [[ $(s6-svstat -o up "$dir/supervise/db") == true ]] || ((++deaths))
    ((++tries < 1200 && deaths < 15)) ||
      fail "the database doesn't start; see $dir/log/db.log: $(grep -F '[ERROR]' "$dir/log/db.log" | tail -n 1 | cut -c -300)"
    sleep 0.1
  done
  local durable
  durable=$(sql -e "SELECT @@innodb_flush_log_at_trx_commit, @@innodb_doublewrite")
  [[ $durable == $'1\t1' ]] || fail "the database isn't durable: $durable"
}

# ever_sold: somebody ordered. Receipts outlive their orders.
ever_sold() {
  local table
  for table in orders receipts; do
    [[ $(sql -e "SELECT EXISTS (SELECT 1 FROM kuntakauppa.$table)" 2>/dev/null || true) != 1 ]] || return 0
  done
  return 1
}

fill_database() {
  # A first filling that was cut off begins again; what was ever sold from is only brought to this release.
  if ! marked up.filled && ! ever_sold; then
    sql -e 'DROP DATABASE IF EXISTS kuntakauppa; DROP DATABASE IF EXISTS kuntakauppa_keys'
    rm -f "$dir/stamps/import"
  fi
  local -a how=(--auth unix_socket)
  ((EUID == 0)) || how=(--auth password --secrets "$dir/secrets")
  "$source_tree/deploy/migrate" --socket "$dir/run/db.sock" --database kuntakauppa --schema "$dir/share/schema" "${how[@]}" >/dev/null
  mark up.filled
}

# tool PROCESS ARGUMENT...: one of our programs, run once as its own user.
tool() {
  as "$1" env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "$dir/bin/$1" --instance "$dir/etc/instance.toml" "${@:2}" >>"$dir/log/$1.log"
}

import_catalogue() {
  local stamp
  # Of the city's settings import obeys one; the others may change without it.
  stamp=$(stamp_of "$dir/share/catalogue" "$dir/bin/import" "$dir/share/postal")-$(city_setting bilingual)-$products
  stamp_is import "$stamp" && return 0
  local -a how=(--catalogue "$dir/share/catalogue" --postal "$dir/share/postal/postal_codes.csv")
  [[ -z $products ]] || how+=(--generate "$products")
  tool import "${how[@]}"
  set_stamp import "$stamp"
}

render_site() {
  local stamp
  stamp=$(stamp_of "$dir/share" "$dir/bin/render" "$dir/etc/city.toml" "$dir/etc/crest.svg" "$dir/etc/instance.toml" "$dir/stamps/import")
  [[ -e $dir/www/current ]] && stamp_is render "$stamp" && return 0
  # One renderer at a time; the resident one starts again with the services.
  ! supervised render || service_down render
  tool render --once
  [[ -e $dir/www/current ]] || fail "render wrote no $dir/www/current"
  set_stamp render "$stamp"
}
