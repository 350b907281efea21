// A table for spreadsheets, as CSV and as xlsx; the only user of libxlsxwriter.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "lib/base/money.h"
#include "lib/base/result.h"
#include "lib/web/response.h"

namespace backoffice {

struct DayCell {
  std::string iso;  // "2026-11-22"
};
using Cell = std::variant<std::string, std::int64_t, base::Cents, DayCell>;

struct Sheet {
  std::string name;                 // of the worksheet: at most 31 characters, none of []:*?/\.
  std::vector<std::string> header;
  std::vector<std::vector<Cell>> rows;
};

// Euros as "-12,34", days as "2026-11-22"; texts that a spreadsheet would take for a formula are made texts (lib/base/csv.h).
std::string to_csv(const Sheet& sheet);
// Texts are text cells, never formulas; numbers, euros and days are typed; the header stays in sight. ERRORS: unavailable: no memory.
base::Result<std::string> to_xlsx(const Sheet& sheet);

// Answers that a browser saves. `name`: without its ending; ASCII letters, digits and hyphens.
web::Response csv_file(const Sheet& sheet, const std::string& name);
base::Result<web::Response> xlsx_file(const Sheet& sheet, const std::string& name);

}  // namespace backoffice
