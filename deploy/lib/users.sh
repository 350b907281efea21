# shellcheck shell=bash
# Who runs what. As root each process has a system user of its own; else one user runs all.

# Those with a database account of their own; then the rest.
database_users=(checkout registrations payments opener backoffice anchor retention mailer render import)
all_users=("${database_users[@]}" db web sandbox mail)
registry=/var/lib/kuntakauppa/instances

user_of() { if ((EUID == 0)); then echo "kuntakauppa-$1"; else id -un; fi; }

# as PROCESS COMMAND...: runs it as that process's user, without any other right.
as() {
  local process=$1
  shift
  if ((EUID == 0)); then
    setpriv --reuid="kuntakauppa-$process" --regid="kuntakauppa-$process" --init-groups --no-new-privs \
      --inh-caps=-all --bounding-set=-all -- "$@"
  else
    "$@"
  fi
}

# ensure_users: the group `kuntakauppa` may come to the sockets' folder, and so may all but the sandbox and the mail server.
ensure_users() {
  ((EUID == 0)) || return 0
  local process
  getent group kuntakauppa >/dev/null || groupadd --system kuntakauppa
  for process in "${all_users[@]}"; do
    getent passwd "kuntakauppa-$process" >/dev/null ||
      useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin \
        --comment "Kuntakauppa $process" "kuntakauppa-$process"
  done
  for process in "${database_users[@]}" db web; do
    [[ " $(id -nG "kuntakauppa-$process") " == *" kuntakauppa "* ]] || usermod -aG kuntakauppa "kuntakauppa-$process"
  done
}

instance_key() { printf %s "$dir" | sha256sum | cut -c -32; }

register_instance() {
  ((EUID == 0)) || return 0
  mkdir -p "$registry"
  printf '%s\n' "$dir" | put "$registry/$(instance_key)" 0644
}

# remove_users: when no other folder's shop uses them.
remove_users() {
  ((EUID == 0)) || return 0
  rm -f "$registry/$(instance_key)"
  local file process
  for file in "$registry"/*; do
    [[ -f $file ]] || continue
    [[ ! -e $(<"$file")/$marker ]] || return 0
    rm -f "$file"
  done
  rm -rf "${registry%/*}"
  for process in "${all_users[@]}"; do
    getent passwd "kuntakauppa-$process" >/dev/null && userdel "kuntakauppa-$process"
    getent group "kuntakauppa-$process" >/dev/null && groupdel "kuntakauppa-$process"
  done
  getent group kuntakauppa >/dev/null && groupdel kuntakauppa
  return 0
}
