# shellcheck shell=bash
# Secrets: DIR/secrets/<process>/<name>, readable by that process's user alone. Made once; never printed.

# The account that the sandbox knows; published by the payment service for its own test environment.
sandbox_merchant=375917
sandbox_secret=SAIPPUAKAUPPIAS

# random_secret PROCESS NAME: 32 random bytes.
random_secret() {
  [[ -s $dir/secrets/$1/$2 ]] || head -c 32 /dev/urandom | replace "$dir/secrets/$1/$2" 0400 "$1"
}

# hold_ceremony: a demo holds a ceremony of keys of its own, once (deploy/README.md: Keys).
hold_ceremony() {
  [[ ! -e $dir/etc/keys/directory.pub ]] || return 0
  rm -rf "$dir/demo-keys"               # of a ceremony that was cut off
  (umask 077; mkdir "$dir/demo-keys")
  rm -f "$dir/etc/keys/recovery.pub"
  "$dir/bin/keys" ceremony --keys "$dir/etc/keys" --out "$dir/demo-keys" >"$dir/demo-keys/fingerprints.txt" || fail "no keys could be made in $dir/demo-keys"
}

make_secrets() {
  local process
  for process in "${database_users[@]}" sandbox; do folder "$dir/secrets/$process" 0500 "$process"; done
  chmod u+w "$dir/secrets"/*
  random_secret checkout form-key
  random_secret checkout cart-key
  random_secret registrations form-key
  # The cart is one: a sign-up's seats are put into it by registrations and ordered by checkout.
  put_file "$dir/secrets/checkout/cart-key" "$dir/secrets/registrations/cart-key" 0400 registrations
  random_secret opener pepper
  if [[ -z $payment_url ]]; then
    printf %s "$sandbox_secret" | put "$dir/secrets/payments/merchant-key" 0400 payments
    printf %s "$sandbox_secret" | put "$dir/secrets/sandbox/merchant-key" 0400 sandbox
  elif [[ -n $merchant_secret_file ]]; then
    put_file "$merchant_secret_file" "$dir/secrets/payments/merchant-key" 0400 payments
  fi
  if ((EUID != 0)); then
    for process in "${database_users[@]}"; do
      [[ -s $dir/secrets/$process/db-password ]] ||
        head -c 24 /dev/urandom | base64 | tr -d '\n' | put "$dir/secrets/$process/db-password" 0600
    done
  fi
  chmod u-w "$dir/secrets"/*
}
