#include "lib/db/rows.h"

#include <cstdlib>
#include <memory>

namespace db {

namespace {

constexpr std::size_t kCellBuffer = 256;  // bytes of a text cell before a second fetch

struct ResultDeleter {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};

bool is_integer_field(const MYSQL_FIELD& field) {
  switch (field.type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR:
      return true;
    default:
      return false;
  }
}

// Where one row's cells are fetched to.
struct Cells {
  struct Cell {
    std::int64_t number = 0;
    unsigned long length = 0;
    my_bool null = 0;
  };
  std::vector<Cell> cells;
  std::vector<char> texts;
  std::vector<MYSQL_BIND> binds;

  Cells(const MYSQL_FIELD* fields, unsigned columns) : cells(columns), texts(columns * kCellBuffer), binds(columns, MYSQL_BIND{}) {
    for (unsigned i = 0; i < columns; ++i) {
      binds[i].is_null = &cells[i].null;
      binds[i].length = &cells[i].length;
      if (is_integer_field(fields[i])) {
        binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
        binds[i].buffer = &cells[i].number;
        binds[i].is_unsigned = (fields[i].flags & UNSIGNED_FLAG) != 0;
      } else {
        binds[i].buffer_type = MYSQL_TYPE_STRING;
        binds[i].buffer = texts.data() + i * kCellBuffer;
        binds[i].buffer_length = kCellBuffer;
      }
    }
  }

  bool is_number(unsigned i) const { return binds[i].buffer_type == MYSQL_TYPE_LONGLONG; }

  // The text of cell i; nothing when its second fetch failed.
  std::optional<std::string> text(MYSQL_STMT* statement, unsigned i) {
    if (cells[i].length <= kCellBuffer) return std::string(texts.data() + i * kCellBuffer, cells[i].length);
    std::string whole(cells[i].length, '\0');
    MYSQL_BIND again = binds[i];
    again.buffer = whole.data();
    again.buffer_length = whole.size();
    if (mysql_stmt_fetch_column(statement, &again, i, 0) != 0) return std::nullopt;
    return whole;
  }
};

}  // namespace

std::int64_t Row::integer(std::size_t column) const {
  const auto* number = std::get_if<std::int64_t>(&cells_[column]);
  if (number != nullptr) return *number;
  const auto* text = std::get_if<std::string>(&cells_[column]);  // DECIMAL sums arrive as text
  return text == nullptr ? 0 : std::strtoll(text->c_str(), nullptr, 10);
}

const std::string& Row::text(std::size_t column) const {
  static const std::string kEmpty;
  const auto* text = std::get_if<std::string>(&cells_[column]);
  return text == nullptr ? kEmpty : *text;
}

std::optional<base::UtcTime> Row::time(std::size_t column) const {
  return is_null(column) ? std::nullopt : base::parse_utc(text(column));
}

std::optional<std::string> Row::optional_text(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional<std::string>(text(column));
}

std::optional<Rows> fetch_rows(MYSQL_STMT* statement) {
  const std::unique_ptr<MYSQL_RES, ResultDeleter> meta(mysql_stmt_result_metadata(statement));
  if (!meta) return std::nullopt;
  const unsigned columns = mysql_num_fields(meta.get());
  Cells cells(mysql_fetch_fields(meta.get()), columns);
  if (mysql_stmt_bind_result(statement, cells.binds.data()) != 0) return std::nullopt;
  if (mysql_stmt_store_result(statement) != 0) return std::nullopt;
  Rows rows;
  rows.reserve(mysql_stmt_num_rows(statement));
  while (true) {
    const int status = mysql_stmt_fetch(statement);
    if (status == MYSQL_NO_DATA) break;
    if (status == 1) return std::nullopt;
    Row& row = rows.emplace_back();
    row.cells_.resize(columns);
    for (unsigned i = 0; i < columns; ++i) {
      if (cells.cells[i].null) continue;
      if (cells.is_number(i)) {
        row.cells_[i] = cells.cells[i].number;
        continue;
      }
      auto text = cells.text(statement, i);
      if (!text) return std::nullopt;
      row.cells_[i] = std::move(*text);
    }
  }
  mysql_stmt_free_result(statement);
  return rows;
}

}  // namespace db
