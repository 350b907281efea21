# shellcheck shell=bash
# What `up` and `down` say: progress on standard output, one line on standard error when something stops them.

tool=${0##*/}
step_text=""
exec 3>&2                          # the person's standard error; steps write theirs to $step_log
step_log=$(mktemp -p /dev/shm 2>/dev/null || mktemp)
trap 'rm -f "$step_log" "$step_log.said"' EXIT

now_ms() { local t=${EPOCHREALTIME/[.,]/}; echo $((t / 1000)); }
began_ms=$(now_ms)

# seconds MS: milliseconds as "12.3 s".
seconds() { printf '%d.%d s' $(($1 / 1000)) $(($1 % 1000 / 100)); }

# fail TEXT: one line, and the end; also from a subshell, whose parent then has nothing to add.
fail() {
  trap - ERR
  ((BASH_SUBSHELL)) || [[ -z $step_text ]] || printf '\n'
  local full=""
  if [[ -n $step_text ]] && { disk_is_full || [[ $1 =~ "No space left"|"failed with error 28" ]]; }; then full="the disk of $dir is full: "; fi
  [[ -e $step_log.said ]] || printf '%s: %s%s\n' "$tool" "$full" "${1//$'\n'/ }" >&3
  : >"$step_log.said"
  ((BASH_SUBSHELL)) || rm -f "$step_log" "$step_log.said"
  exit 1
}

disk_is_full() { [[ -d ${dir:-} ]] && (($(stat -f -c '%a * %S' "$dir") < 10 * 1048576)); }

# failed_step: a command failed that nobody had words for; the last thing that it said is the best there is.
failed_step() {
  ((BASH_SUBSHELL == 0)) || exit 1
  local last
  last=$(grep -v '^[[:space:]]*$' "$step_log" | tail -n 1 | cut -c -400) || true
  fail "${step_text:-stopped}: ${last:-it failed without a word}"
}

# step TEXT COMMAND...: says what is being done and how long it took.
step() {
  local from
  step_text=$1
  shift
  from=$(now_ms)
  printf '%-44s ' "$step_text"
  "$@" 2>"$step_log"
  step_text=""
  printf '%s\n' "$(seconds $(($(now_ms) - from)))"
}

# detail TEXT: a line of progress inside a step.
detail() { printf '\n  %-42s ' "$1"; }
