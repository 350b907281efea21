#include "lib/db/db.h"

#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <random>
#include <thread>
#include <unordered_map>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/db/rows.h"

namespace db {

using base::ErrorKind;
using base::fail;

namespace {

constexpr unsigned kConnectTimeout = 5;   // seconds
constexpr unsigned kStatementTimeout = 10;
constexpr std::size_t kMaxPrepared = 200;  // of one connection

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

// A text with an Ä, compared with a column of ASCII or put into one: what came from outside is wrong, not our SQL.
bool is_foreign_text(unsigned code, std::string_view message) {
  return code == ER_CANT_AGGREGATE_2COLLATIONS || code == ER_CANT_AGGREGATE_3COLLATIONS || code == ER_CANT_AGGREGATE_NCOLLATIONS ||
         (code == ER_TRUNCATED_WRONG_VALUE_FOR_FIELD && message.starts_with("Incorrect string value"));
}

struct StatementDeleter {
  void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
};
struct HandleDeleter {
  void operator()(MYSQL* handle) const { mysql_close(handle); }
};
using Prepared = std::unique_ptr<MYSQL_STMT, StatementDeleter>;

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

// One text for all of them: MariaDB carries out a compound statement in one go, and gives a result for each SELECT in
// it (MariaDB documentation: "BEGIN NOT ATOMIC"). It stops at the first error and leaves the transaction open.
class Compound {
 public:
  void add(std::string_view sql) { text_ += std::string(sql) + "; "; }
  void add(const Statement& statement) {
    add(statement.sql);
    params_.insert(params_.end(), statement.params.begin(), statement.params.end());
  }
  std::string text() const { return "BEGIN NOT ATOMIC " + text_ + "END"; }
  const std::vector<Param>& params() const { return params_; }

 private:
  std::string text_;
  std::vector<Param> params_;
};

}  // namespace

struct Connection::Impl {
  Config config;
  std::unique_ptr<MYSQL, HandleDeleter> handle;
  std::unordered_map<std::string, Prepared> statements;
  bool in_transaction = false;
  bool begun = false;              // START TRANSACTION was sent
  std::vector<Statement> waiting;  // writes of this transaction that are still to be sent

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
    return {is_foreign_text(code, message) ? ErrorKind::invalid : kind_of(code), "database " + std::to_string(code) + (quotes_data ? "" : std::string(" ") + message)};
  }

  // A connection that is cut while it is made is made once more; one that isn't answered is not, for somebody waits.
  base::Status connect(bool& repeatable) {
    const auto begin = std::chrono::steady_clock::now();
    for (int tries = 1; !handle; ++tries) {
      const unsigned code = try_to_connect();
      if (code == 0) break;
      if (is_lost(code) && tries == 1 && std::chrono::steady_clock::now() - begin < std::chrono::seconds{1}) continue;
      repeatable = true;
      return fail(ErrorKind::unavailable, "database " + std::to_string(code) + " cannot connect");
    }
    return {};
  }

  // 0, or why there is no handle.
  unsigned try_to_connect() {
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
                           config.database.c_str(), 0, config.socket.c_str(), CLIENT_FOUND_ROWS) != nullptr) {
      return 0;
    }
    const unsigned code = std::max(1U, mysql_errno(handle.get()));
    close();
    return code;
  }

  base::Result<MYSQL_STMT*> prepare(std::string_view sql, bool& repeatable) {
    KK_TRY(connect(repeatable));
    const auto known = statements.find(std::string(sql));
    if (known != statements.end()) return known->second.get();
    // Texts differ by how many rows they have: a server keeps only so many for all its connections.
    if (statements.size() >= kMaxPrepared) statements.clear();
    Prepared statement(mysql_stmt_init(handle.get()));
    if (mysql_stmt_prepare(statement.get(), sql.data(), sql.size()) != 0) {
      const auto code = mysql_stmt_errno(statement.get());
      const std::string message = mysql_stmt_error(statement.get());
      statement.reset();
      return fail(error_of(code, message.c_str(), repeatable));
    }
    return statements.emplace(std::string(sql), std::move(statement)).first->second.get();
  }

  // Nothing of an open transaction has reached the server: the connection may be replaced.
  bool may_reconnect() const { return !in_transaction || !begun; }

  // Sends one statement. A connection that was lost while idle is replaced once.
  base::Result<MYSQL_STMT*> send(std::string_view sql, const std::vector<Param>& params, bool& repeatable) {
    if (!handle && !may_reconnect()) {
      repeatable = true;
      return fail(ErrorKind::unavailable, "database lost within a transaction");
    }
    for (bool second = false;; second = true) {
      const bool was_connected = handle != nullptr;
      auto prepared = prepare(sql, repeatable);
      if (!prepared) {
        if (was_connected && !handle && may_reconnect() && !second) continue;
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
      auto error = failure(statement, repeatable);
      // Only a connection that was gone before the statement was sent is safe to repeat.
      if (code == CR_SERVER_GONE_ERROR && was_connected && may_reconnect() && !second) continue;
      return fail(std::move(error));
    }
  }

  base::Error failure(MYSQL_STMT* statement, bool& repeatable) {
    const auto code = mysql_stmt_errno(statement);
    const std::string message = mysql_stmt_error(statement);
    if (code == 0) {
      close();  // whatever else it answers is not waited for
      return {ErrorKind::broken, "a statement without a result"};
    }
    return error_of(code, message.c_str(), repeatable);
  }

  bool has_waiting() const { return in_transaction && (!begun || !waiting.empty()); }

  // Takes the beginning of the transaction and the writes that wait.
  Compound take_waiting() {
    Compound out;
    if (in_transaction && !begun) out.add("START TRANSACTION");
    for (const auto& write : waiting) out.add(write);
    return out;
  }

  base::Result<MYSQL_STMT*> send_compound(const Compound& compound, bool& repeatable) {
    auto sent = send(compound.text(), compound.params(), repeatable);
    begun = in_transaction;
    waiting.clear();
    return sent;
  }

  // Ends a compound statement: results that nobody takes are dropped, and an error of a later part is told.
  base::Status finish(MYSQL_STMT* statement, bool& repeatable) {
    while (true) {
      const int more = mysql_stmt_next_result(statement);
      if (more < 0) return {};
      if (more > 0) return fail(failure(statement, repeatable));
      if (mysql_stmt_field_count(statement) != 0 && !fetch_rows(statement)) return fail(failure(statement, repeatable));
    }
  }
};

base::Result<Config> config_of(const base::Instance& instance, const std::string& process) {
  Config out{instance.database_socket, instance.database_name, "kuntakauppa-" + process, {}};
  if (instance.database_password) {
    KK_LET(out.password, base::read_text_secret(instance, process, "db-password"));
  }
  return out;
}

Connection::Connection(Config config) : impl_(std::make_unique<Impl>()) { impl_->config = std::move(config); }
Connection::~Connection() = default;

base::Result<Rows> Connection::run_query(std::string_view sql, const std::vector<Param>& params) {
  if (impl_->has_waiting()) {
    KK_LET(auto results, query_all({Statement{std::string(sql), params}}));
    return std::move(results.front());
  }
  KK_LET(MYSQL_STMT* const statement, impl_->send(sql, params, repeatable_));
  auto rows = fetch_rows(statement);
  if (!rows) return fail(impl_->failure(statement, repeatable_));
  if (mysql_stmt_more_results(statement)) KK_TRY(impl_->finish(statement, repeatable_));  // a procedure's end comes after its rows
  return std::move(*rows);
}

base::Result<std::vector<Rows>> Connection::query_all(const std::vector<Statement>& statements) {
  if (statements.size() == 1 && !impl_->has_waiting()) {
    KK_LET(Rows rows, run_query(statements[0].sql, statements[0].params));
    return std::vector<Rows>{std::move(rows)};
  }
  Compound compound = impl_->take_waiting();
  for (const auto& statement : statements) compound.add(statement);
  KK_LET(MYSQL_STMT* const sent, impl_->send_compound(compound, repeatable_));
  std::vector<Rows> out;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (i != 0 && mysql_stmt_next_result(sent) != 0) return fail(impl_->failure(sent, repeatable_));
    auto rows = fetch_rows(sent);
    if (!rows) return fail(impl_->failure(sent, repeatable_));
    out.push_back(std::move(*rows));
  }
  KK_TRY(impl_->finish(sent, repeatable_));
  return out;
}

base::Result<Done> Connection::run_execute(std::string_view sql, const std::vector<Param>& params) {
  if (!impl_->waiting.empty()) KK_TRY(send_waiting());  // apart: the count of rows is this statement's alone
  if (!impl_->has_waiting()) {
    KK_LET(MYSQL_STMT* const statement, impl_->send(sql, params, repeatable_));
    return Done{mysql_stmt_affected_rows(statement)};
  }
  // Asked for: of several statements at once the protocol counts the rows of triggers too.
  Compound compound = impl_->take_waiting();
  compound.add(Statement{std::string(sql), params});
  compound.add("SELECT ROW_COUNT()");
  KK_LET(MYSQL_STMT* const sent, impl_->send_compound(compound, repeatable_));
  auto rows = fetch_rows(sent);
  if (!rows) return fail(impl_->failure(sent, repeatable_));
  KK_TRY(impl_->finish(sent, repeatable_));
  return Done{static_cast<std::uint64_t>(rows->at(0).integer(0))};
}

base::Status Connection::run_write(Statement statement) {
  if (!impl_->in_transaction) {
    auto done = run_execute(statement.sql, statement.params);
    if (!done) return fail(std::move(done).error());
    return {};
  }
  impl_->waiting.push_back(std::move(statement));
  return {};
}

base::Status Connection::run_write_rows(std::uint64_t rows, Statement statement) {
  if (!impl_->in_transaction) return fail(ErrorKind::broken, "a write of locked rows outside a transaction");
  impl_->waiting.push_back(std::move(statement));
  impl_->waiting.push_back({"IF ROW_COUNT() <> " + std::to_string(rows) + " THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'locked rows moved'; END IF", {}});
  return {};
}

base::Status Connection::send_waiting() {
  KK_LET(MYSQL_STMT* const sent, impl_->send_compound(impl_->take_waiting(), repeatable_));
  return impl_->finish(sent, repeatable_);
}

// Nothing is sent: the first statement brings it along.
void Connection::begin() {
  impl_->in_transaction = true;
  impl_->begun = false;
  impl_->waiting.clear();
}

base::Status Connection::commit() {
  FAULT("db.before_commit");
  KK_TRY(send_commit());
  impl_->in_transaction = false;
  FAULT("db.after_commit");
  return {};
}

base::Status Connection::send_commit() {
  if (!impl_->begun && impl_->waiting.empty()) return {};  // nothing was asked for
  Compound compound = impl_->take_waiting();
  compound.add("COMMIT");
  KK_LET(MYSQL_STMT* const sent, impl_->send_compound(compound, repeatable_));
  return impl_->finish(sent, repeatable_);
}

void Connection::rollback() {
  const bool begun = impl_->begun;
  impl_->in_transaction = impl_->begun = false;
  impl_->waiting.clear();
  if (begun && impl_->handle && mysql_rollback(impl_->handle.get()) != 0) impl_->close();
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

std::string in_ascii(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return text;
}

std::string question_marks(std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += i == 0 ? "?" : ", ?";
  return out;
}

std::string question_mark_rows(std::size_t rows, std::size_t columns) {
  std::string out;
  for (std::size_t i = 0; i < rows; ++i) out += (i == 0 ? "(" : ", (") + question_marks(columns) + ")";
  return out;
}

}  // namespace db
