#include "backoffice/sheet.h"

#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>

#include "lib/base/csv.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

template <typename... Fs>
struct Each : Fs... {
  using Fs::operator()...;
};

std::string csv_field(const Cell& cell) {
  return std::visit(Each{[](const std::string& text) { return text; }, [](std::int64_t number) { return std::to_string(number); }, [](const DayCell& day) { return day.iso; },
                         [](base::Cents cents) {
                           std::string out = base::plain_decimal(cents);
                           std::replace(out.begin(), out.end(), '.', ',');
                           return out;
                         }},
                    cell);
}

// A file in memory with a name, since libxlsxwriter writes to a name. It is gone with this.
class MemoryFile {
 public:
  MemoryFile() : fd_(::memfd_create("sheet", MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  bool made() const { return fd_ >= 0; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }
  std::string bytes() const {
    std::string out;
    std::array<char, 65536> piece;
    for (off_t at = 0;;) {
      const ssize_t got = ::pread(fd_, piece.data(), piece.size(), at);
      if (got <= 0) return out;
      out.append(piece.data(), static_cast<std::size_t>(got));
      at += got;
    }
  }

 private:
  int fd_;
};

struct Formats {
  lxw_format *head, *money, *day;
};

Formats make_formats(lxw_workbook* book) {
  Formats out{workbook_add_format(book), workbook_add_format(book), workbook_add_format(book)};
  format_set_bold(out.head);
  format_set_bottom(out.head, LXW_BORDER_THIN);
  format_set_num_format(out.money, "#,##0.00");
  format_set_num_format(out.day, "d.m.yyyy");
  return out;
}

void write_cell(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const Cell& cell, const Formats& formats) {
  std::visit(Each{[&](const std::string& text) { worksheet_write_string(sheet, row, column, text.c_str(), nullptr); },
                  [&](std::int64_t number) { worksheet_write_number(sheet, row, column, static_cast<double>(number), nullptr); },
                  [&](base::Cents cents) { worksheet_write_number(sheet, row, column, static_cast<double>(cents.value()) / 100, formats.money); },
                  [&](const DayCell& day) {
                    lxw_datetime date{std::stoi(day.iso.substr(0, 4)), std::stoi(day.iso.substr(5, 2)), std::stoi(day.iso.substr(8, 2)), 0, 0, 0};
                    worksheet_write_datetime(sheet, row, column, &date, formats.day);
                  }},
             cell);
}

// As wide as its longest text, within bounds.
void set_widths(lxw_worksheet* out, const Sheet& sheet) {
  for (std::size_t column = 0; column < sheet.header.size(); ++column) {
    std::size_t width = std::max<std::size_t>(sheet.header[column].size(), 12);
    for (const auto& row : sheet.rows) {
      if (const auto* text = std::get_if<std::string>(&row[column])) width = std::max(width, text->size());
    }
    worksheet_set_column(out, static_cast<lxw_col_t>(column), static_cast<lxw_col_t>(column), static_cast<double>(std::min<std::size_t>(width + 2, 60)), nullptr);
  }
}

}  // namespace

std::string to_csv(const Sheet& sheet) {
  std::string out = base::kCsvStart + base::csv_line(sheet.header);
  for (const auto& row : sheet.rows) {
    std::vector<std::string> fields;
    for (const auto& cell : row) fields.push_back(csv_field(cell));
    out += base::csv_line(fields);
  }
  return out;
}

base::Result<std::string> to_xlsx(const Sheet& sheet) {
  const MemoryFile file;
  lxw_workbook* book = file.made() ? workbook_new(file.path().c_str()) : nullptr;
  if (book == nullptr) return fail(ErrorKind::unavailable, "no memory for a workbook");
  const Formats formats = make_formats(book);
  lxw_worksheet* out = workbook_add_worksheet(book, sheet.name.c_str());
  if (out != nullptr) {
    for (std::size_t column = 0; column < sheet.header.size(); ++column) worksheet_write_string(out, 0, static_cast<lxw_col_t>(column), sheet.header[column].c_str(), formats.head);
    for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
      for (std::size_t column = 0; column < sheet.rows[row].size(); ++column) write_cell(out, static_cast<lxw_row_t>(row + 1), static_cast<lxw_col_t>(column), sheet.rows[row][column], formats);
    }
    worksheet_freeze_panes(out, 1, 0);
    set_widths(out, sheet);
  }
  const lxw_error closed = workbook_close(book);
  if (out == nullptr) return fail(ErrorKind::broken, "a worksheet may not be called so");
  if (closed != LXW_NO_ERROR) return fail(ErrorKind::unavailable, std::string("workbook: ") + lxw_strerror(closed));
  return file.bytes();
}

web::Response csv_file(const Sheet& sheet, const std::string& name) {
  web::Response out;
  out.content_type = "text/csv; charset=utf-8";
  out.header("Content-Disposition", "attachment; filename=\"" + name + ".csv\"");
  out.body = to_csv(sheet);
  return out;
}

base::Result<web::Response> xlsx_file(const Sheet& sheet, const std::string& name) {
  web::Response out;
  out.content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  out.header("Content-Disposition", "attachment; filename=\"" + name + ".xlsx\"");
  KK_LET(out.body, to_xlsx(sheet));
  return out;
}

}  // namespace backoffice
