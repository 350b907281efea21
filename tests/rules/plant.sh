# shellcheck shell=bash
# Read in by the rules in shell: the proof that a rule can fail.
# KK_TREE names the tree to look at; without it, it is this one. A rule has a function `wrong`, which makes it fail.
tree=${KK_TREE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}

# plant SED FILE WORDS: this rule fails and says WORDS of a copy of the tree in which SED has changed FILE.
plant() {
  local copy said
  [[ -z ${KK_TREE:-} ]] || return 0
  copy=$(mktemp -d)
  cp -r "$tree"/{nginx,deploy} "$copy/"
  sed -i "$1" "$copy/$2"
  if cmp -s "$tree/$2" "$copy/$2"; then said="nothing was planted"; else said=$(KK_TREE=$copy "$0") || true; fi
  rm -rf "$copy"
  grep -qF -- "$3" <<<"$said" || wrong "the rule doesn't see what was planted in $2: '$3' is not in '$said'"
}
