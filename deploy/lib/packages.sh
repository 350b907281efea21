# shellcheck shell=bash
# Debian packages: deploy/packages says which and why.

# dpkg-query ends with 1 where it doesn't know a package; that is an answer here.
missing_packages() {
  local -a wanted
  mapfile -t wanted < <(sed 's/#.*//; s/[[:space:]]//g; /^$/d' "$source_tree/deploy/packages")
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort) \
    <({ dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true; } | sed -n 's/^installed //p' | sort)
}

ensure_packages() {
  local -a missing run=()
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "packages are missing and there is no sudo here; ask an administrator to install: ${missing[*]}"
    run=(sudo)
    sudo -n true 2>/dev/null || [[ -t 0 ]] ||
      fail "packages are missing and sudo asks for a password; first run: sudo apt-get install ${missing[*]}"
  fi
  run+=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq)
  detail "installing ${#missing[@]} packages"
  "${run[@]}" update >/dev/null || fail "apt-get update failed: $(tail -n 1 "$step_log")"
  "${run[@]}" -y --no-install-recommends install "${missing[@]}" >/dev/null ||
    fail "apt-get could not install ${missing[*]}: $(grep '^E:' "$step_log" | head -n 1)"
  # The packages' own web server isn't wanted: the shop starts its own on its own port.
  if [[ -d /run/systemd/system && " ${missing[*]} " == *" nginx "* ]]; then
    if ((EUID == 0)); then systemctl disable --now nginx; else sudo systemctl disable --now nginx; fi
  fi
}
