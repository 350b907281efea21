#include <sstream>

#include "lib/import/store.h"
#include "lib/crypto/crypto.h"

namespace import {

using base::ErrorKind;
using base::fail;

base::Status store_postal_codes(db::Connection& db, const std::string& csv, base::UtcTime now) {
  const std::string hash = crypto::as_bytes(crypto::sha256(csv));
  return db.transact([&]() -> base::Status {
    KK_LET(const db::Rows known, db.query("SELECT content_hash FROM catalogue_imports WHERE name = 'postal'"));
    if (!known.empty() && known[0].text(0) == hash) return {};
    if (auto cleared = db.execute("DELETE FROM postal_codes"); !cleared) return fail(std::move(cleared).error());
    std::istringstream lines(csv);
    std::string line;
    std::vector<db::Param> params;
    const auto flush = [&]() -> base::Status {
      if (params.empty()) return {};
      const auto sql = "INSERT INTO postal_codes (code, town_fi, town_sv) VALUES " + db::question_mark_rows(params.size() / 3, 3);
      auto written = db.run_execute(sql, params);
      params.clear();
      if (!written) return fail(std::move(written).error());
      return {};
    };
    for (int number = 1; std::getline(lines, line); ++number) {
      const auto first = line.find(';'), second = line.find(';', first + 1);
      if (number == 1 && line.starts_with("code")) continue;
      if (first != 5 || second == std::string::npos) return fail(ErrorKind::invalid, "postal codes:" + std::to_string(number) + ": expected code;town_fi;town_sv");
      params.insert(params.end(), {line.substr(0, 5), line.substr(6, second - 6), line.substr(second + 1)});
      if (params.size() == 300) KK_TRY(flush());
    }
    KK_TRY(flush());
    if (auto noted = db.execute("REPLACE INTO catalogue_imports (name, content_hash, at_utc) VALUES ('postal', ?, ?)", hash, now); !noted) return fail(std::move(noted).error());
    return {};
  });
}

}  // namespace import
