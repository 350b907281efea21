#include "backoffice/voucher_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "backoffice/voucher_store.h"
#include "lib/base/log.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

constexpr int kComparedDays = 31;

// A name that stands already is left alone.
bool write_once(const std::string& path, const std::string& bytes) {
  const std::string made = path + ".new";
  const int fd = ::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0) return false;
  const bool whole = ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fchmod(fd, 0640) == 0 && ::fsync(fd) == 0;
  ::close(fd);
  const bool named = whole && ::link(made.c_str(), path.c_str()) == 0;
  ::unlink(made.c_str());
  return named;
}

std::string bytes_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

// What is wrong with the day's file after this; nothing: it is there.
base::Result<std::string> write_day(db::Connection& db, const std::string& path, const std::string& day, bool is_compared) {
  const bool stands = std::filesystem::exists(path);
  if (stands && !is_compared) return std::string();
  KK_LET(const Voucher voucher, read_voucher(db, day));
  if (stands) return std::string(bytes_of(path) == voucher_csv(voucher) ? "" : "the ledger has changed since the file was written");
  if (!voucher.is_even()) return std::string("debit and credit differ");
  return std::string(write_once(path, voucher_csv(voucher)) ? "" : "it can't be written");
}

}  // namespace

base::Status write_voucher_files(db::Connection& db, const std::string& folder, base::UtcTime now) {
  const std::string last = day_after(base::helsinki_date_iso(now - std::chrono::hours(1)), -1);
  KK_LET(const auto days, read_voucher_days(db, {"2000-01-01", last}));
  std::size_t wrong = 0;
  for (const auto& one : days) {
    KK_LET(const std::string problem, write_day(db, folder + "/voucher-" + one.day + ".csv", one.day, one.day >= day_after(last, -kComparedDays)));
    if (problem.empty()) continue;
    base::log_error("voucher", {{"day", one.day}, {"detail", problem}});
    ++wrong;
  }
  return wrong == 0 ? base::Status() : fail(ErrorKind::broken, std::to_string(wrong) + " vouchers are wrong");
}

}  // namespace backoffice
