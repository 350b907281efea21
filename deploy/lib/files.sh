# shellcheck shell=bash
# Writing files: whole or not at all, and only when they differ.

# put FILE MODE [PROCESS]: the text on standard input becomes FILE, that process's own.
put() {
  local text=""
  IFS= read -r -d '' text || true
  [[ -f $1 && $(<"$1") == "${text%$'\n'}" ]] || printf %s "$text" | replace "$@"
}

# put_file FROM FILE MODE [PROCESS]: FILE becomes a copy of FROM.
put_file() {
  cmp -s "$1" "$2" || replace "${@:2}" <"$1"
}

# replace FILE MODE [PROCESS]: standard input becomes FILE, whole or not at all.
replace() {
  (umask 077; cat >"$1.new")
  chmod "$2" "$1.new"
  [[ -z ${3:-} ]] || give "$3" "$1.new"
  mv "$1.new" "$1"
}

# give PROCESS PATH...: as root, the path becomes that process's own; else everything is the one user's anyway.
give() {
  local process=$1
  shift
  ((EUID != 0)) || chown "$(user_of "$process"):$(user_of "$process")" "$@"
}

# folder PATH MODE [PROCESS]
folder() {
  [[ -d $1 ]] || mkdir -p "$1"
  chmod "$2" "$1"
  [[ -z ${3:-} ]] || give "$3" "$1"
}

# copy_tree FROM TO: TO becomes a readable copy of FROM, swapped in whole; files in TO alone go.
copy_tree() {
  if [[ -d $2 ]] && diff -rq "$1" "$2" >/dev/null; then return 0; fi
  rm -rf "$2.new" "$2.old"
  cp -r "$1" "$2.new"
  chmod -R a+rX,u+w,go-w "$2.new"
  [[ ! -e $2 ]] || mv "$2" "$2.old"
  mv "$2.new" "$2"
  rm -rf "$2.old"
}

# stamp_of FILE-OR-FOLDER...: one hash over names and bytes.
stamp_of() {
  find "$@" -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0r sha256sum | sha256sum | cut -d' ' -f1
}
stamp_is() { [[ -f $dir/stamps/$1 && $(<"$dir/stamps/$1") == "$2" ]]; }
set_stamp() { printf '%s\n' "$2" | put "$dir/stamps/$1" 0644; }
