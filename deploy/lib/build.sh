# shellcheck shell=bash
# The programs: built in build/PRESET of the source tree, or in DIR/build where that isn't writable.

programs=(checkout registrations payments opener backoffice anchor retention mailer render import keys)

choose_build_dir() {
  build_dir=$source_tree/build/$preset
  if [[ -e $build_dir ]]; then
    [[ -w $build_dir ]] && return 0
  else
    [[ -w $(nearest_folder "$build_dir") ]] && return 0
  fi
  build_dir=$dir/build/$preset
}

build_programs() {
  local log=$dir/log/build.log pid said=0 waited=0
  choose_build_dir
  mkdir -p "$build_dir"
  exec 8>"$build_dir/.up.lock"
  flock 8                               # two folders' `up` may share one build
  # A build folder that isn't set up, or was for a source tree elsewhere.
  if [[ ! -f $build_dir/build.ninja ]] || ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$source_tree" "$build_dir/CMakeCache.txt"; then
    cmake --fresh --preset "$preset" -S "$source_tree" -B "$build_dir" >"$log" 2>&1 ||
      fail "the build can't be set up: $(grep -m 1 -A 2 -E 'CMake Error|error' "$log" | tr '\n' ' ') (all of it: $log)"
  fi
  local -a targets=("${programs[@]}")
  [[ -n $payment_url ]] || targets+=(sandbox)
  cmake --build "$build_dir" --target "${targets[@]}" >"$log" 2>&1 8>&- 9>&- &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((++waited % 50 == 0)); then
      said=$(grep -oE '^\[[0-9]+/[0-9]+\]' "$log" | tail -n 1) || true
      detail "building ${said:-}"
    fi
  done
  wait "$pid" || fail "the build failed: $(grep -m 1 -E 'error:|CMake Error|undefined reference|No space left|FAILED' "$log" | cut -c -300) (all of it: $log)"
  exec 8>&-
}
