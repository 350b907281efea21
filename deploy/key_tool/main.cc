// keys: the ceremony of the keys and what is done with the keys that are never on the server. Run by operators through deploy/keys.
#include <CLI/CLI.hpp>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "key_tool/shares.h"
#include "lib/custody/custody.h"

namespace {

using base::ErrorKind;
using base::fail;
using crypto::DataClass;

struct Options {
  std::string out, keys, directory, login, until, database, user, row, data_class, table, column, report;
  std::vector<std::string> shares;
};

template <typename T>
std::string bytes_of(const T& key) {
  return {reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()};
}

base::Status write_new(const std::string& path, std::string_view text, mode_t mode) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) return fail(ErrorKind::conflict, path + " is there already: nothing was changed");
  const mode_t before = ::umask(0777 & ~mode);
  std::ofstream file(path, std::ios::binary);
  ::umask(before);
  file << text;
  file.flush();
  if (!file) return fail(ErrorKind::broken, "cannot write " + path);
  return {};
}

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(ErrorKind::invalid, "cannot read " + path);
  return text.str();
}

// A new recovery key in three papers; its public half is written where `path` says.
base::Result<crypto::SecretKey> make_recovery(const std::string& out, const std::string& path) {
  KK_LET(auto recovery, crypto::SecretKey::random());
  KK_LET(const auto shares, key_tool::split(recovery));
  const std::string fingerprint = crypto::fingerprint(bytes_of(recovery.public_key()));
  for (const auto& share : shares) KK_TRY(write_new(out + "/recovery-share-" + std::to_string(share.number) + ".txt", key_tool::share_page(share, fingerprint), 0600));
  KK_TRY(write_new(path, crypto::key_file_line("kuntakauppa-recovery-key", bytes_of(recovery.public_key())), 0644));
  std::printf("recovery key:  %s\n", fingerprint.c_str());
  return recovery;
}

db::Connection connect(const Options& options) { return db::Connection({options.database, "kuntakauppa", options.user, ""}); }

base::UtcTime now() { return std::chrono::time_point_cast<base::UtcTime::duration>(std::chrono::system_clock::now()); }

base::Status ceremony(const Options& options) {
  for (const char* name : {"directory.pub", "recovery.pub"}) {
    struct stat info {};
    if (::stat((options.keys + "/" + name).c_str(), &info) == 0) return fail(ErrorKind::conflict, options.keys + "/" + name + " is there already: a ceremony was held");
  }
  KK_LET(const auto directory, crypto::SigningKey::random());
  KK_TRY(write_new(options.out + "/directory.secret", crypto::key_file_line("kuntakauppa-directory-secret", {reinterpret_cast<const char*>(directory.seed()), crypto::Key::kBytes}), 0600));
  KK_TRY(write_new(options.keys + "/directory.pub", crypto::key_file_line("kuntakauppa-directory-key", bytes_of(directory.public_key())), 0644));
  std::printf("directory key: %s\n", crypto::fingerprint(bytes_of(directory.public_key())).c_str());
  KK_TRY(make_recovery(options.out, options.keys + "/recovery.pub"));
  return {};
}

base::Result<crypto::SigningKey> directory_secret(const std::string& path) {
  KK_LET(const std::string text, read_file(path));
  std::istringstream in(text);
  std::string kind, version, hex;
  in >> kind >> version >> hex;
  const auto seed = crypto::from_hex(hex);
  if (kind != "kuntakauppa-directory-secret" || version != "1" || !seed) return fail(ErrorKind::invalid, "no directory secret in " + path);
  return crypto::SigningKey::from_seed(*seed);
}

base::Status certify(const Options& options) {
  KK_LET(const auto directory, directory_secret(options.directory));
  KK_LET(const auto known, crypto::load_directory_key(options.keys + "/directory.pub"));
  if (directory.public_key() != known) return fail(ErrorKind::denied, "the secret is not that of " + options.keys + "/directory.pub");
  auto db = connect(options);
  KK_LET(const db::Rows rows, db.query("SELECT s.id, s.name FROM staff s JOIN staff_memberships m ON m.staff_id = s.id AND m.ended_utc IS NULL JOIN staff_groups g ON g.id = m.group_id "
                                       "WHERE s.login = ? AND s.state = 'active' AND g.code = 'administrator'", options.login));
  if (rows.empty()) return fail(ErrorKind::not_found, options.login + " is no active administrator");
  KK_LET(const auto person, custody::find_keys(db, rows[0].integer(0)));
  if (!person) return fail(ErrorKind::not_found, options.login + " has no keys yet: the person logs in first");
  const auto signature = directory.sign(crypto::certificate_text(person->staff_id, person->sign, options.until));
  const auto written = db.transact([&]() -> base::Status {
    KK_TRY(db.write("REPLACE INTO key_certificates (staff_id, sign_public, until_day, signature) VALUES (?, ?, ?, ?)", person->staff_id, bytes_of(person->sign), options.until, bytes_of(signature)));
    return db.write("CALL append_use_log(UTC_TIMESTAMP(3), NULL, '', 'grant', 'key', ?, '', 'deploy/keys certify')", crypto::member_name(person->staff_id));
  });
  if (!written) return fail(written.error());
  std::printf("%s (%s) may sign keys until %s.\nFingerprint: %s\nCompare it with the page Keys of that person before anything is signed.\n", options.login.c_str(), rows[0].text(1).c_str(), options.until.c_str(),
              crypto::fingerprint(crypto::person_text(*person)).c_str());
  return {};
}

base::Result<crypto::SecretKey> recovery_of(const Options& options) {
  std::vector<key_tool::Share> shares;
  for (const auto& path : options.shares) {
    KK_LET(const std::string text, read_file(path));
    // A whole page, or the share alone as somebody typed it.
    const auto at = text.find("KK1-");
    const auto end = text.find("\n\n", at == std::string::npos ? 0 : at);
    const auto begin = at == std::string::npos ? 0 : at;
    KK_LET(auto share, key_tool::parse_share(std::string_view(text).substr(begin, end == std::string::npos ? end : end - begin)));
    shares.push_back(std::move(share));
  }
  return key_tool::combine(shares);
}

base::Status combine(const Options& options) {
  KK_LET(const auto key, recovery_of(options));
  std::printf("the shares fit: %s\n", crypto::fingerprint(bytes_of(key.public_key())).c_str());
  return {};
}

// After a paper was opened or lost: every group's key goes to a new recovery key, and the old one's wraps are gone.
base::Status renew(const Options& options) {
  KK_LET(auto secret, recovery_of(options));
  const crypto::MemberSecretKey old{crypto::kRecovery, std::move(secret)};
  const std::string fresh_path = options.out + "/recovery.pub";
  auto db = connect(options);
  KK_LET(const auto fresh, make_recovery(options.out, fresh_path));
  const auto wrapped = db.transact([&]() -> base::Result<std::int64_t> {
    KK_LET(const db::Rows groups, db.query("SELECT group_name, class, epoch, public_key FROM key_groups FOR UPDATE"));
    for (const auto& row : groups) {
      KK_LET(const auto key, crypto::PublicKey::from_bytes(row.text(3)));
      KK_LET(const auto group, custody::open_group(db, {{row.text(0), static_cast<DataClass>(row.integer(1)), static_cast<std::uint32_t>(row.integer(2))}, key}, old));
      KK_LET(const auto wrap, crypto::wrap_group_secret(group, crypto::TrustedMemberKey::recovery(fresh.public_key())));
      KK_TRY(db.write("UPDATE key_wraps SET wrap = ? WHERE group_name = ? AND class = ? AND epoch = ? AND member = ?", wrap.bytes(), row.text(0), row.integer(1), row.integer(2), crypto::kRecovery));
    }
    KK_TRY(db.write("CALL append_use_log(UTC_TIMESTAMP(3), NULL, '', 'grant', 'key', 'recovery', '', 'deploy/keys renew')"));
    return static_cast<std::int64_t>(groups.size());
  });
  if (!wrapped) return fail(wrapped.error());
  std::printf("%lld group keys are wrapped to it; put %s in place of the old recovery.pub and restart opener\n", static_cast<long long>(*wrapped), fresh_path.c_str());
  return {};
}

std::optional<DataClass> class_of(const std::string& name) {
  for (const auto one : {DataClass::health, DataClass::child, DataClass::contact, DataClass::recording}) {
    if (name == crypto::to_string(one)) return one;
  }
  return std::nullopt;
}

// Counts what the recovery key opens, and opens one field. Nothing is written but the report, which holds no opened text.
base::Status break_glass(const Options& options) {
  KK_LET(auto secret, recovery_of(options));
  const crypto::MemberSecretKey recovery{crypto::kRecovery, std::move(secret)};
  auto db = connect(options);
  std::string report = "break-glass " + base::to_iso(now()) + "\nrecovery key " + crypto::fingerprint(bytes_of(recovery.key.public_key())) + "\n";
  KK_LET(const db::Rows groups, db.query("SELECT g.group_name, g.class, g.epoch, g.public_key, (SELECT COUNT(*) FROM kuntakauppa_keys.data_keys d WHERE d.group_name = g.group_name AND d.class = g.class AND "
                                         "d.epoch = g.epoch) FROM key_groups g ORDER BY 1, 2, 3"));
  for (const auto& row : groups) {
    KK_LET(const auto key, crypto::PublicKey::from_bytes(row.text(3)));
    const crypto::GroupPublicKey group{{row.text(0), static_cast<DataClass>(row.integer(1)), static_cast<std::uint32_t>(row.integer(2))}, key};
    const auto opened = custody::open_group(db, group, recovery);
    report += row.text(0) + " " + crypto::to_string(group.id.data_class) + " epoch " + std::to_string(group.id.epoch) + ": " + std::to_string(row.integer(4)) + " records, " + (opened ? "opens" : "DOES NOT OPEN") + "\n";
  }
  if (!options.row.empty()) {
    const auto data_class = class_of(options.data_class);
    const auto name = [](const std::string& text) { return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos; };
    if (!data_class || !name(options.table) || !name(options.column)) return fail(ErrorKind::invalid, "--class, --table and --column say what is opened");
    // Whose record it is only its own table knows; recovery opens every group's.
    KK_LET(const db::Rows group, db.query("SELECT group_name FROM kuntakauppa_keys.data_keys WHERE row_id = ? AND class = ?", options.row, static_cast<int>(*data_class)));
    if (group.empty()) return fail(ErrorKind::not_found, "no key of this row");
    KK_LET(const auto key, custody::open_record_key(db, options.row, group[0].text(0), *data_class, recovery));
    KK_LET(const db::Rows rows, db.query("SELECT `" + options.column + "`, row_version FROM `" + options.table + "` WHERE row_id = ?", options.row));
    if (rows.empty()) return fail(ErrorKind::not_found, "no such row");
    KK_LET(const auto text, crypto::open_field(key, {options.table, options.column, options.row, *data_class, static_cast<std::uint32_t>(rows[0].integer(1))}, crypto::Sealed(rows[0].text(0))));
    report += "opened " + options.table + "." + options.column + " " + options.row + "\n";
    std::cout << text.text() << "\n";
  }
  KK_TRY(write_new(options.report, report, 0600));
  std::fputs(report.c_str(), stderr);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("The keys that are never on the server.", "keys");
  app.require_subcommand(1);
  auto* first = app.add_subcommand("ceremony", "makes the directory key and the recovery key");
  first->add_option("--keys", options.keys, "folder for the public halves, which only root writes")->required();
  first->add_option("--out", options.out, "folder for what leaves the machine: the directory's secret and three shares to print")->required();
  auto* second = app.add_subcommand("certify", "the directory key signs an administrator's signing key");
  second->add_option("login", options.login)->required();
  second->add_option("--directory", options.directory, "directory.secret")->required();
  second->add_option("--until", options.until, "the last day that it holds, like 2028-11-27")->required()->check([](const std::string& text) {
    return text.size() == 10 && text.find_first_not_of("0123456789-") == std::string::npos ? "" : "a day like 2028-11-27";
  });
  auto* third = app.add_subcommand("combine", "shows that two shares fit");
  auto* fourth = app.add_subcommand("break-glass", "opens with two shares, on a restored copy of the database");
  auto* fifth = app.add_subcommand("renew", "a new recovery key, with two shares of the old one");
  fifth->add_option("--out", options.out, "folder for its public half and three shares to print")->required();
  for (auto* one : {third, fourth, fifth}) one->add_option("--share", options.shares, "a file with a share; two are needed")->required()->expected(1, 2);
  fourth->add_option("--row", options.row, "a row to open");
  fourth->add_option("--class", options.data_class, "health, child, contact or recording");
  fourth->add_option("--table", options.table);
  fourth->add_option("--column", options.column);
  fourth->add_option("--report", options.report, "a new file: what was opened, without the text")->required();
  second->add_option("--keys", options.keys)->required();
  for (auto* one : {second, fourth, fifth}) {
    one->add_option("--database", options.database, "the database's socket")->required();
    one->add_option("--user", options.user, "its account")->required();
  }
  CLI11_PARSE(app, argc, argv);
  const auto run = [&]() -> base::Status {
    KK_TRY(crypto::init());
    if (*first) return ceremony(options);
    if (*second) return certify(options);
    if (*third) return combine(options);
    if (*fifth) return renew(options);
    return break_glass(options);
  };
  const auto done = run();
  if (!done) std::fprintf(stderr, "keys: %s\n", done.error().detail.c_str());
  return done ? 0 : 1;
}
