#include "lib/db/db.h"

#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>

#include <chrono>
#include <cstring>
#include <random>
#include <thread>
#include <unordered_map>

#include "lib/base/fault.h"
#include "lib/base/log.h"

namespace db {

using base::ErrorKind;
using base::fail;

namespace {

constexpr unsigned kConnectTimeout = 5;   // seconds
constexpr unsigned kStatementTimeout = 10;
constexpr std::size_t kFirstBuffer = 256;  // bytes of a text cell before a second fetch

bool is_lost(unsigned code) {
  return code == CR_SERVER_GONE_ERROR || code == CR_SERVER_LOST || code == CR_CONNECTION_ERROR ||
         code == CR_CONN_HOST_ERROR || code == ER_SERVER_SHUTDOWN || code == ER_CONNECTION_KILLED ||
         code == ER_NORMAL_SHUTDOWN || code == CR_SERVER_LOST_EXTENDED || code == CR_MALFORMED_PACKET;
}

bool is_repeatable(unsigned code) {
  return is_lost(code) || code == ER_LOCK_DEADLOCK || code == ER_LOCK_WAIT_TIMEOUT || code == 1205 ||
         code == ER_CHECKREAD;
}

ErrorKind kind_of(unsigned code) {
  if (is_repeatable(code)) return ErrorKind::unavailable;
  switch (code) {
    case ER_DUP_ENTRY:
    case ER_ROW_IS_REFERENCED_2:
    case ER_NO_REFERENCED_ROW_2:
    case ER_CONSTRAINT_FAILED:
      return ErrorKind::conflict;
    case ER_CON_COUNT_ERROR:
    case ER_ACCESS_DENIED_ERROR:
    case ER_DBACCESS_DENIED_ERROR:
    case ER_DISK_FULL:
    case ER_RECORD_FILE_FULL:
    case 1047:  // wsrep: not prepared (a minority of a cluster)
    case ER_OPTION_PREVENTS_STATEMENT:
      return ErrorKind::unavailable;
    default:
      return ErrorKind::broken;
  }
}

struct StatementDeleter {
  void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
};
struct HandleDeleter {
  void operator()(MYSQL* handle) const { mysql_close(handle); }
};
struct ResultDeleter {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};
using Statement = std::unique_ptr<MYSQL_STMT, StatementDeleter>;

void bind_params(const std::vector<Param>& params, std::vector<MYSQL_BIND>& binds) {
  binds.assign(params.size(), MYSQL_BIND{});
  for (std::size_t i = 0; i < params.size(); ++i) {
    MYSQL_BIND& bind = binds[i];
    if (const auto* number = std::get_if<std::int64_t>(&params[i].value())) {
      bind.buffer_type = MYSQL_TYPE_LONGLONG;
      bind.buffer = const_cast<std::int64_t*>(number);
    } else if (const auto* text = std::get_if<std::string>(&params[i].value())) {
      bind.buffer_type = MYSQL_TYPE_STRING;
      bind.buffer = const_cast<char*>(text->data());
      bind.buffer_length = text->size();
    } else {
      bind.buffer_type = MYSQL_TYPE_NULL;
    }
  }
}

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
struct Cell {
  std::int64_t number = 0;
  std::string text;
  unsigned long length = 0;
  my_bool null = 0;
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

struct Connection::Impl {
  Config config;
  std::unique_ptr<MYSQL, HandleDeleter> handle;
  std::unordered_map<std::string, Statement> statements;
  bool in_transaction = false;

  void close() {
    statements.clear();
    handle.reset();
  }

  base::Error error_of(unsigned code, const char* message, bool& repeatable) {
    repeatable = is_repeatable(code);
    // Messages of unique keys and of wrong values quote the value: ids and kinds only go to the log.
    const bool quotes_data = code == ER_DUP_ENTRY || code == ER_DATA_TOO_LONG || code == ER_TRUNCATED_WRONG_VALUE ||
                             code == ER_TRUNCATED_WRONG_VALUE_FOR_FIELD;
    if (is_lost(code)) close();
    return {kind_of(code), "database " + std::to_string(code) + (quotes_data ? "" : std::string(" ") + message)};
  }

  base::Status connect(bool& repeatable) {
    if (handle) return {};
    handle.reset(mysql_init(nullptr));
    const unsigned connect_timeout = kConnectTimeout, statement_timeout = kStatementTimeout;
    mysql_options(handle.get(), MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
    mysql_options(handle.get(), MYSQL_OPT_READ_TIMEOUT, &statement_timeout);
    mysql_options(handle.get(), MYSQL_OPT_WRITE_TIMEOUT, &statement_timeout);
    mysql_options(handle.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_options(handle.get(), MYSQL_INIT_COMMAND,
                  "SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
                  "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 8");
    const my_bool no_local = 0;
    mysql_options(handle.get(), MYSQL_OPT_LOCAL_INFILE, &no_local);
    if (mysql_real_connect(handle.get(), "localhost", config.user.c_str(), config.password.c_str(),
                           config.database.c_str(), 0, config.socket.c_str(), CLIENT_FOUND_ROWS) == nullptr) {
      auto error = base::Error{ErrorKind::unavailable, "database " + std::to_string(mysql_errno(handle.get())) +
                                                           " cannot connect"};
      close();
      repeatable = true;
      return fail(std::move(error));
    }
    return {};
  }

  base::Result<MYSQL_STMT*> prepare(std::string_view sql, bool& repeatable) {
    KK_TRY(connect(repeatable));
    const auto known = statements.find(std::string(sql));
    if (known != statements.end()) return known->second.get();
    Statement statement(mysql_stmt_init(handle.get()));
    if (mysql_stmt_prepare(statement.get(), sql.data(), sql.size()) != 0) {
      const auto code = mysql_stmt_errno(statement.get());
      const std::string message = mysql_stmt_error(statement.get());
      statement.reset();
      return fail(error_of(code, message.c_str(), repeatable));
    }
    return statements.emplace(std::string(sql), std::move(statement)).first->second.get();
  }

  // Sends the statement. A connection that was lost while idle is replaced once, outside transactions.
  base::Result<MYSQL_STMT*> send(std::string_view sql, const std::vector<Param>& params, bool& repeatable) {
    for (bool second = false;; second = true) {
      const bool was_connected = handle != nullptr;
      auto prepared = prepare(sql, repeatable);
      if (!prepared) {
        if (was_connected && !handle && !in_transaction && !second) continue;
        return prepared;
      }
      MYSQL_STMT* statement = *prepared;
      if (mysql_stmt_param_count(statement) != params.size()) return fail(ErrorKind::broken, "wrong number of parameters");
      std::vector<MYSQL_BIND> binds;
      bind_params(params, binds);
      if ((binds.empty() || mysql_stmt_bind_param(statement, binds.data()) == 0) && mysql_stmt_execute(statement) == 0) {
        return statement;
      }
      const auto code = mysql_stmt_errno(statement);
      const std::string message = mysql_stmt_error(statement);
      auto error = error_of(code, message.c_str(), repeatable);
      // Only a connection that was gone before the statement was sent is safe to repeat.
      if (code == CR_SERVER_GONE_ERROR && was_connected && !in_transaction && !second) continue;
      return fail(std::move(error));
    }
  }
};

Connection::Connection(Config config) : impl_(std::make_unique<Impl>()) { impl_->config = std::move(config); }
Connection::~Connection() = default;

base::Result<Rows> Connection::run_query(std::string_view sql, const std::vector<Param>& params) {
  KK_LET(MYSQL_STMT* const statement, impl_->send(sql, params, repeatable_));
  const auto failed = [&]() -> base::Result<Rows> {
    const auto code = mysql_stmt_errno(statement);
    const std::string message = mysql_stmt_error(statement);
    return fail(impl_->error_of(code, message.c_str(), repeatable_));
  };
  const std::unique_ptr<MYSQL_RES, ResultDeleter> meta(mysql_stmt_result_metadata(statement));
  if (!meta) return fail(ErrorKind::broken, "statement has no result");
  const unsigned columns = mysql_num_fields(meta.get());
  const MYSQL_FIELD* fields = mysql_fetch_fields(meta.get());
  std::vector<Cell> cells(columns);
  std::vector<MYSQL_BIND> binds(columns, MYSQL_BIND{});
  for (unsigned i = 0; i < columns; ++i) {
    binds[i].is_null = &cells[i].null;
    binds[i].length = &cells[i].length;
    if (is_integer_field(fields[i])) {
      binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
      binds[i].buffer = &cells[i].number;
      binds[i].is_unsigned = (fields[i].flags & UNSIGNED_FLAG) != 0;
    } else {
      cells[i].text.resize(kFirstBuffer);
      binds[i].buffer_type = MYSQL_TYPE_STRING;
      binds[i].buffer = cells[i].text.data();
      binds[i].buffer_length = kFirstBuffer;
    }
  }
  if (columns != 0 && mysql_stmt_bind_result(statement, binds.data()) != 0) return failed();
  if (mysql_stmt_store_result(statement) != 0) return failed();
  Rows rows;
  rows.reserve(mysql_stmt_num_rows(statement));
  while (true) {
    const int status = mysql_stmt_fetch(statement);
    if (status == MYSQL_NO_DATA) break;
    if (status == 1) return failed();
    Row row;
    row.cells_.resize(columns);
    for (unsigned i = 0; i < columns; ++i) {
      if (cells[i].null) continue;
      if (binds[i].buffer_type == MYSQL_TYPE_LONGLONG) {
        row.cells_[i] = cells[i].number;
      } else if (cells[i].length <= kFirstBuffer) {
        row.cells_[i] = std::string(cells[i].text.data(), cells[i].length);
      } else {
        std::string whole(cells[i].length, '\0');
        MYSQL_BIND again = binds[i];
        again.buffer = whole.data();
        again.buffer_length = whole.size();
        if (mysql_stmt_fetch_column(statement, &again, i, 0) != 0) return failed();
        row.cells_[i] = std::move(whole);
      }
    }
    rows.push_back(std::move(row));
  }
  mysql_stmt_free_result(statement);
  return rows;
}

base::Result<Done> Connection::run_execute(std::string_view sql, const std::vector<Param>& params) {
  KK_LET(MYSQL_STMT* const statement, impl_->send(sql, params, repeatable_));
  return Done{mysql_stmt_affected_rows(statement), mysql_stmt_insert_id(statement)};
}

base::Status Connection::begin() {
  if (auto started = run_execute("START TRANSACTION", {}); !started) return fail(std::move(started).error());
  impl_->in_transaction = true;
  return {};
}

base::Status Connection::commit() {
  impl_->in_transaction = false;
  FAULT("db.before_commit");
  if (!impl_->handle) {
    repeatable_ = true;
    return fail(ErrorKind::unavailable, "database lost before commit");
  }
  if (mysql_commit(impl_->handle.get()) != 0) {
    const auto code = mysql_errno(impl_->handle.get());
    const std::string message = mysql_error(impl_->handle.get());
    return fail(impl_->error_of(code, message.c_str(), repeatable_));
  }
  FAULT("db.after_commit");
  return {};
}

void Connection::rollback() {
  impl_->in_transaction = false;
  if (impl_->handle && mysql_rollback(impl_->handle.get()) != 0) impl_->close();
}

void Connection::pause_before_retry(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::this_thread::sleep_for(std::chrono::milliseconds{random() % static_cast<unsigned>(20 * attempt) + 1});
}

base::Status Connection::check_durability() {
  KK_LET(const Rows rows, query("SELECT @@innodb_flush_log_at_trx_commit, @@log_bin, @@sync_binlog, @@innodb_doublewrite"));
  if (rows[0].integer(0) != 1) {
    return fail(ErrorKind::broken, "innodb_flush_log_at_trx_commit is not 1: a paid order could be lost");
  }
  if (rows[0].integer(1) != 0 && rows[0].integer(2) != 1) {
    return fail(ErrorKind::broken, "sync_binlog is not 1 though the binary log is on");
  }
  return {};
}

std::string placeholders(std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += i == 0 ? "?" : ", ?";
  return out;
}

std::string placeholder_rows(std::size_t rows, std::size_t columns) {
  std::string out;
  for (std::size_t i = 0; i < rows; ++i) out += (i == 0 ? "(" : ", (") + placeholders(columns) + ")";
  return out;
}

}  // namespace db
