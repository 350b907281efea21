# shellcheck shell=bash
# What is run lies in the folder: DIR/bin, DIR/share, DIR/etc. Nothing runs out of the source tree.

make_folders() {
  mkdir -p "$dir"
  chmod 0755 "$dir"
  : >>"$dir/$marker"
  folder "$dir/bin" 0755
  folder "$dir/etc" 0755
  folder "$dir/share" 0755
  folder "$dir/etc/keys" 0755
  folder "$dir/stamps" 0755
  folder "$dir/supervise" 0755
  folder "$dir/log" 0755
  folder "$dir/secrets" 0711
  folder "$dir/run" 0750
  ((EUID != 0)) || chgrp kuntakauppa "$dir/run"
  folder "$dir/www" 0755 render
  folder "$dir/www/releases" 0755 render
  folder "$dir/nginx" 0700 web
  folder "$dir/mail" 0700 mail
  folder "$dir/sandbox" 0700 sandbox
  folder "$dir/opener" 0700 opener
  folder "$dir/anchor" 0700 anchor
  folder "$dir/vouchers" 0750 backoffice
  folder "$dir/db" 0755
  folder "$dir/db/data" 0700 db
  folder "$dir/db/tmp" 0700 db
  folder "$dir/db/run" 0750 db
  ((EUID != 0)) || chgrp kuntakauppa "$dir/db/run"
  # The database makes its socket itself, so in a folder of its own; processes find it beside the others.
  : >>"$dir/log/access.log"
  give web "$dir/log/access.log"
  trim_logs
  ln -sfn ../db/run/db.sock "$dir/run/db.sock"
}

# trim_logs: a log that grew past 16 MB keeps its last 4 MB.
trim_logs() {
  local log
  for log in "$dir/log"/*.log; do
    (($(stat -c %s "$log") > 16777216)) || continue
    tail -c 4194304 "$log" >"$log.old"
    : >"$log"
  done
}

install_programs() {
  local name
  for name in "${programs[@]}"; do put_file "$build_dir/bin/$name" "$dir/bin/$name" 0755; done
  [[ -n $payment_url ]] || put_file "$build_dir/bin/sandbox" "$dir/bin/sandbox" 0755
  put_file "$source_tree/deploy/mail-sink" "$dir/bin/mail-sink" 0755
  for name in templates text content static postal passwords catalogue; do
    [[ ! -d $source_tree/site/$name ]] || copy_tree "$source_tree/site/$name" "$dir/share/$name"
  done
  copy_tree "$source_tree/schema" "$dir/share/schema"
}

# The city's settings and crest are copied once: from then on they are the city's.
install_settings() {
  [[ -e $dir/etc/city.toml ]] || put_file "$source_tree/site/city.toml" "$dir/etc/city.toml" 0644
  [[ -e $dir/etc/crest.svg ]] || put_file "$source_tree/site/crest.svg" "$dir/etc/crest.svg" 0644
}
