#!/bin/bash
# Goal: what is installed has no fault points and no clock offset. The objects that have them in test builds are compiled
# both ways: the names are in one and not in the other; every other file that names a fault point is at least preprocessed.
set -euo pipefail
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
wrong() { echo "release: $*"; failed=1; }
release=(c++ -std=c++20 -O1 -DNDEBUG "-I$tree/handlers" "-I$tree/site")
read -ra includes <<<"$(pkg-config --cflags libmariadb)"
release+=("${includes[@]}")

# Objects: words and symbols of the test build.
for name in fault time; do
  "${release[@]}" -c "$tree/handlers/lib/base/$name.cc" -o "$work/$name-release.o"
  "${release[@]}" -DKK_FAULTS=1 -c "$tree/handlers/lib/base/$name.cc" -o "$work/$name-test.o"
done
has() { grep -qaE -- "$2" "$1"; }
has "$work/fault-test.o" 'fault point ' || wrong "the test build has no fault points: this check sees nothing"
has "$work/time-test.o" '/clock' || wrong "the test build reads no clock offset: this check sees nothing"
! has "$work/fault-release.o" '/fault|fault point |take_line' || wrong "fault.cc leaves code in a release"
! has "$work/time-release.o" '/clock' || wrong "time.cc reads a clock offset in a release"

# Every use disappears: after preprocessing no call is left; with KK_FAULTS there is one.
while IFS= read -r file; do
  [[ $file != */lib/base/* ]] || continue
  calls() { "${release[@]}" "$@" -E -P "$file" 2>/dev/null | grep -cE 'base::(fault|set_fault_dir)\("?' || true; }
  (($(calls -DKK_FAULTS=1) > 0)) || wrong "$file: this check doesn't see its fault points"
  (($(calls) == 0)) || wrong "$file: a fault point is left in a release"
done < <(grep -rlE '\bFAULT\(|KK_FAULTS|set_fault_dir' "$tree/handlers" "$tree/site" --include=*.cc)

# The presets: only test builds ask for it. And whatever release build there is, if any.
/usr/bin/python3 - "$tree/CMakePresets.json" <<'PYTHON' || wrong "CMakePresets.json: the preset \"release\" must not set KK_FAULTS or KK_TESTS"
import json, sys
presets = {p["name"]: p for p in json.load(open(sys.argv[1]))["configurePresets"]}
def has(name):
    preset = presets[name]
    parents = preset.get("inherits", [])
    return any(k in preset.get("cacheVariables", {}) for k in ("KK_FAULTS", "KK_TESTS")) or any(has(p) for p in ([parents] if isinstance(parents, str) else parents))
sys.exit(has("release") or not has("debug"))
PYTHON
for binary in "$tree"/build/release/bin/{checkout,registrations,payments,mailer,render}; do
  [[ -f $binary ]] || continue
  ! has "$binary" 'fault point |serve\.before_answer|db\.before_commit' || wrong "$binary holds fault points"
done

((failed == 0)) && echo "release: all right"
exit $failed
