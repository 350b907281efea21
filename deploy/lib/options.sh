# shellcheck shell=bash
# The command line. What isn't given stays as it was in the folder's earlier run (DIR/etc/up.conf); what is given as ""
# goes back to how it is where nothing was ever given.

usage() {
  cat <<'TEXT'
up: builds the shop, sets it up in a folder of its own and starts it on 127.0.0.1.
  --dir DIR                    where it lives (root: /var/lib/kuntakauppa-demo, else ~/.local/state/kuntakauppa)
  --port N                     uses the ports N to N+3 (8080)
  --products N                 fills the shop with N generated products instead of the sample city's
  --public-url URL             the address that visitors see (http://localhost:N)
  --payment-url URL            a payment service instead of the sandbox, with:
  --merchant-id ID
  --merchant-secret-file FILE
  --preset NAME                the build that is installed (release)
  --no-demo-staff              without a person in each group of the staff, whose passwords would lie in DIR/demo-staff.json: nobody can then sign up for
                               courses, since nobody has keys to read what is sealed. Without them too where --payment-url, --products or an outside
                               --public-url is given, unless --demo-staff asks for them (on this machine only)
An option that isn't given stays as the folder's last run had it; --products "", --public-url "" and --payment-url "" go
back to the sample city's products, to http://localhost:N and to the sandbox.
TEXT
}

default_dir() {
  if ((EUID == 0)); then
    echo /var/lib/kuntakauppa-demo
  else
    echo "${HOME:-$(getent passwd "$EUID" | cut -d: -f6)}/.local/state/kuntakauppa"
  fi
}

read_options() {
  dir="" port="" products="" public_url="" payment_url="" merchant_id="" merchant_secret_file="" preset="" demo_staff=""
  given=" "
  while (($#)); do
    case $1 in
      --help | -h) usage; exit 0 ;;
      --demo-staff) demo_staff=yes; shift ;;
      --no-demo-staff) demo_staff=no; shift ;;
      --dir | --port | --products | --public-url | --payment-url | --merchant-id | --merchant-secret-file | --preset)
        [[ $# -ge 2 ]] || fail "$1 needs a value (see --help)"
        [[ -n $2 || $1 =~ ^--(products|public-url|payment-url)$ ]] || fail "$1 needs a value (see --help)"
        local name=${1#--}
        printf -v "${name//-/_}" %s "$2"
        given+="${name//-/_} "
        shift 2
        ;;
      *) fail "unknown option $1 (see --help)" ;;
    esac
  done
  set_dir "${dir:-$(default_dir)}"
}

# set_dir PATH: makes it absolute and refuses what some part of the shop couldn't use.
set_dir() {
  dir=$(realpath -m -- "$1")
  [[ $dir =~ ^[A-Za-z0-9/._+-]+$ ]] ||
    fail "--dir $dir: only letters a-z, digits and . _ + - may stand in it (nginx and the supervisor read it in their files)"
  [[ $dir != / ]] || fail "--dir / is no folder for a shop"
  ((${#dir} <= 75)) || fail "--dir $dir: ${#dir} characters; a socket's path may have 107, so DIR may have 75"
}

# remember_options: options not given take the earlier run's value, else the default.
remember_options() {
  local name value
  had_payment_url=""
  if [[ -r $dir/etc/up.conf ]]; then
    while IFS='=' read -r name value; do
      case $name in
        payment_url) had_payment_url=$value ;;&
        port | products | public_url | payment_url | merchant_id | preset)
          [[ $given == *" $name "* ]] || printf -v "$name" %s "$value"
          ;;
      esac
    done <"$dir/etc/up.conf"
  fi
  port=${port:-8080}
  preset=${preset:-release}
  [[ $port =~ ^[1-9][0-9]{3,4}$ && $port -ge 1024 && $port -le 65532 ]] ||
    fail "--port $port: a number from 1024 to 65532 (the web server runs without the right to lower ports)"
  [[ -z $products ]] || [[ $products =~ ^[1-9][0-9]{0,6}$ ]] || fail "--products $products: a number from 1 to 9999999"
  if [[ -z $payment_url ]]; then
    [[ $given != *" merchant_"* ]] || fail "--merchant-id and --merchant-secret-file go with --payment-url"
    merchant_id=""                      # the sandbox has an account of its own
  fi
  check_addresses
}

save_options() {
  local name
  for name in port products chosen_url payment_url merchant_id preset; do
    printf '%s=%s\n' "${name/chosen/public}" "${!name}"
  done | put "$dir/etc/up.conf" 0644
}

is_loopback() { [[ $1 =~ ^(localhost|[a-z0-9.-]+\.localhost|127\.[0-9.]+|\[::1\])$ ]]; }

check_addresses() {
  local address='^(https?)://([A-Za-z0-9.-]+|\[::1\])(:[0-9]{1,5})?$'
  chosen_url=${public_url%/}
  public_url=${chosen_url:-http://localhost:$port}   # the default follows the port
  [[ $public_url =~ $address ]] || fail "--public-url $public_url: like https://shop.example, without a path"
  public_scheme=${BASH_REMATCH[1]} public_host=${BASH_REMATCH[2]}
  staff_url=http://staff.localhost:$((port + 1))
  [[ $public_scheme == https ]] || is_loopback "$public_host" ||
    fail "--public-url $public_url: only https works outside this machine (browsers keep the shop's cookies back)"

  # The sample city's people are there, as its catalogue is.
  if [[ -z $demo_staff && -z $payment_url && -z $products ]] && is_loopback "$public_host"; then demo_staff=yes; fi
  [[ $demo_staff != no ]] || demo_staff=""
  [[ -z $demo_staff ]] || is_loopback "$public_host" ||
    fail "--demo-staff is for a shop on this machine only: $public_url is not (its people's passwords lie in a file)"

  [[ -n $payment_url ]] || return 0
  payment_url=${payment_url%/}
  [[ $payment_url =~ ^(https?)://([A-Za-z0-9.-]+|\[::1\])(:[0-9]{1,5})?(/[A-Za-z0-9./_-]*)?$ ]] ||
    fail "--payment-url $payment_url: like https://services.paytrail.com"
  local payment_scheme=${BASH_REMATCH[1]} payment_host=${BASH_REMATCH[2]}
  if ! is_loopback "$payment_host"; then
    [[ $payment_scheme == https ]] || fail "--payment-url $payment_url: outside this machine it must be https"
    [[ $public_scheme == https ]] ||
      fail "--payment-url $payment_url is outside this machine: the shop's own address must be https too (--public-url)"
  fi
  [[ $merchant_id =~ ^[0-9]{1,20}$ ]] || fail "--payment-url needs --merchant-id, a number"
  [[ -n $merchant_secret_file || -n $had_payment_url ]] || fail "--payment-url needs --merchant-secret-file"
  [[ -z $merchant_secret_file ]] || [[ -r $merchant_secret_file && -s $merchant_secret_file ]] ||
    fail "--merchant-secret-file $merchant_secret_file: can't be read or is empty"
}
