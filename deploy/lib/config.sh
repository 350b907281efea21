# shellcheck shell=bash
# Settings made from the command line: DIR/etc/instance.toml and DIR/etc/nginx.

# city_setting NAME: a setting at the top of the city's file.
city_setting() {
  /usr/bin/python3 -c '
import sys, tomllib
try:
    print(tomllib.load(open(sys.argv[1], "rb")).get(sys.argv[2], ""))
except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
    sys.exit(f"{sys.argv[1]}: {problem}")
' "$dir/etc/city.toml" "$1"
}

write_config() {
  local with_password=true
  ((EUID != 0)) || with_password=false
  put "$dir/etc/instance.toml" 0644 <<TOML
# Written by up; the city's own settings are in city.toml.
public_url = "$public_url"
staff_url = "$staff_url"
city = "$dir/etc/city.toml"
share = "$dir/share"
secrets = "$dir/secrets"
state = "$dir"
www = "$dir/www"
certificate = ""
keys = "$dir/etc/keys"

[database]
socket = "$dir/run/db.sock"
name = "kuntakauppa"
password = $with_password

[payment]
url = "${payment_url:-http://127.0.0.1:$((port + 2))}"
merchant_id = "${merchant_id:-$sandbox_merchant}"

[smtp]
url = "smtp://127.0.0.1:$((port + 3))"
user = ""
TOML
  put_file "$source_tree/deploy/mariadb.cnf" "$dir/etc/mariadb.cnf" 0644
  local language names=localhost
  language=$(city_setting default_language)
  [[ $language =~ ^(fi|sv|en)$ ]] || fail "$dir/etc/city.toml: default_language must be fi, sv or en"
  [[ $public_host == localhost ]] || names+=" $public_host"
  "$source_tree/deploy/nginx-config" "$dir/etc/nginx" ENTRY=local "STATE=$dir/nginx" "RUN=$dir/run" "WWW=$dir/www" \
    "LOG=$dir/log" "PORT=$port" "NAMES=$names" "STAFF_PORT=$((port + 1))" STAFF_NAMES=staff.localhost "LANGUAGE=$language" MODULES=/usr/lib/nginx/modules >/dev/null
}
