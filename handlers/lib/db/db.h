// MariaDB through Connector/C's prepared statements; the only user of <mysql.h>.
//
//   db::Connection c(config);
//   KK_LET(auto rows, c.query("SELECT id, name FROM t WHERE code = ?", code));
//   for (const auto& row : rows) use(row.integer(0), row.text(1));
//
// A Connection belongs to one thread. It connects at the first statement and again after a loss.
// Round trips are what a database costs most, so several statements travel as one where nothing depends on the
// answers between them: query_all, write, and the beginning and the end of a transaction.
// Time zone of the session is UTC. ERRORS of all calls: unavailable (away, lost, deadlock, full disk), conflict (a unique or
// foreign key), invalid (a text with an Ä, for a column of ASCII: in_ascii), broken (anything else: our SQL is wrong).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "lib/base/config.h"
#include "lib/base/money.h"
#include "lib/base/result.h"
#include "lib/base/time.h"

typedef struct st_mysql_stmt MYSQL_STMT;

namespace db {

struct Config {
  std::string socket;
  std::string database;
  std::string user;
  std::string password;  // empty: unix_socket
};

// The account of a process (its own, or a tool's). ERRORS: broken: its password can't be read.
base::Result<Config> config_of(const base::Instance& instance, const std::string& process);

// A value bound to a `?`.
class Param {
 public:
  Param(std::nullptr_t) {}
  Param(std::nullopt_t) {}
  template <typename T>
    requires std::is_integral_v<T>
  Param(T value) : value_(static_cast<std::int64_t>(value)) {}
  Param(base::Cents cents) : value_(cents.value()) {}
  Param(std::string_view text) : value_(std::string(text)) {}
  Param(const std::string& text) : value_(text) {}
  Param(std::string&& text) : value_(std::move(text)) {}
  Param(const char* text) : value_(std::string(text)) {}
  Param(base::UtcTime time) : value_(base::to_sql(time)) {}
  template <typename T>
  Param(const std::optional<T>& value) {
    if (value) *this = Param(*value);
  }
  const auto& value() const { return value_; }

 private:
  std::variant<std::monostate, std::int64_t, std::string> value_;
};

// One row of a result. REQUIRES of all: column is within the SELECT list; a NULL read as a value gives
// 0 or an empty text, so ask is_null first where it matters.
class Row {
 public:
  bool is_null(std::size_t column) const { return std::holds_alternative<std::monostate>(cells_[column]); }
  std::int64_t integer(std::size_t column) const;
  bool boolean(std::size_t column) const { return integer(column) != 0; }
  base::Cents cents(std::size_t column) const { return base::Cents(integer(column)); }
  const std::string& text(std::size_t column) const;
  std::optional<base::UtcTime> time(std::size_t column) const;
  std::optional<std::string> optional_text(std::size_t column) const;

 private:
  friend std::optional<std::vector<Row>> fetch_rows(MYSQL_STMT* statement);
  std::vector<std::variant<std::monostate, std::int64_t, std::string>> cells_;
};

using Rows = std::vector<Row>;

struct Done {
  std::uint64_t affected = 0;  // rows that the WHERE matched
};

struct Statement {
  std::string sql;
  std::vector<Param> params;
};
template <typename... Params>
Statement statement(std::string sql, Params&&... params) {
  return {std::move(sql), std::vector<Param>{Param(std::forward<Params>(params))...}};
}

class Connection {
 public:
  explicit Connection(Config config);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  template <typename... Params>
  base::Result<Rows> query(std::string_view sql, Params&&... params) {
    return run_query(sql, std::vector<Param>{Param(std::forward<Params>(params))...});
  }
  template <typename... Params>
  base::Result<Done> execute(std::string_view sql, Params&&... params) {
    return run_execute(sql, std::vector<Param>{Param(std::forward<Params>(params))...});
  }
  base::Result<Rows> run_query(std::string_view sql, const std::vector<Param>& params);
  base::Result<Done> run_execute(std::string_view sql, const std::vector<Param>& params);

  // Several SELECTs in one round trip, carried out one after the other. As many results as statements.
  base::Result<std::vector<Rows>> query_all(const std::vector<Statement>& statements);

  // A change whose answer nobody waits for. In a transaction it is kept back and sent with the next query, or with
  // the COMMIT, and its error comes there; outside one it is carried out at once. LAST_INSERT_ID() in it is the id that
  // the write before it made.
  template <typename... Params>
  base::Status write(std::string_view sql, Params&&... params) {
    return run_write({std::string(sql), std::vector<Param>{Param(std::forward<Params>(params))...}});
  }
  base::Status run_write(Statement statement);
  // The same for a change of rows that are locked: the transaction fails as broken unless it matches `rows` rows.
  base::Status run_write_rows(std::uint64_t rows, Statement statement);

  // Runs `body` in a transaction and commits, when the body succeeds; else rolls back. A deadlock, a lock
  // time-out, a certification failure or a lost connection runs the whole body again, at most 5 times, with
  // a little jitter. A connection lost at COMMIT leaves it unknown whether the work was done, hence
  // REQUIRES: `body` run twice is the same as once: it begins by looking for its own work under a unique
  // key, or its changes are conditional. It does nothing but SQL.
  template <typename Body>
  auto transact(Body&& body) -> decltype(body()) {
    for (int attempt = 1;; ++attempt) {
      auto result = transact_once(body);
      if (result || !repeatable_ || attempt == kMaxAttempts) return result;
      pause_before_retry(attempt);
    }
  }

  // Checks that a commit is durable and the session strict: REQUIRES nothing; ERRORS broken, in words.
  base::Status check_durability();

 private:
  static constexpr int kMaxAttempts = 5;
  struct Impl;
  template <typename Body>
  auto transact_once(Body& body) -> decltype(body()) {
    repeatable_ = false;
    begin();
    // An exception leaves no open transaction behind: the next START TRANSACTION would commit it.
    struct Undo {
      Connection* connection;
      ~Undo() {
        if (connection != nullptr) connection->rollback();
      }
    } undo{this};
    auto result = body();
    if (!result) {
      const bool again = repeatable_;
      rollback();
      repeatable_ = again;
      undo.connection = nullptr;
      return result;
    }
    if (auto done = commit(); !done) {
      const bool again = repeatable_;
      rollback();
      repeatable_ = again;
      undo.connection = nullptr;
      return base::fail(std::move(done).error());
    }
    undo.connection = nullptr;
    return result;
  }
  void begin();
  base::Status commit();
  base::Status send_commit();
  base::Status send_waiting();
  void rollback();
  static void pause_before_retry(int attempt);

  std::unique_ptr<Impl> impl_;
  bool repeatable_ = false;  // the last error is one after which the whole transaction may be run again
};

// What people type, to be compared with a column of ASCII: the database refuses to compare one with an Ä (error 1267) instead of finding
// nothing. What is not ASCII becomes `?`, which stands in no code, login or number of ours.
std::string in_ascii(std::string text);

// "?, ?, ?" for n values; "(?, ?), (?, ?)" for rows of n values.
std::string question_marks(std::size_t n);
std::string question_mark_rows(std::size_t rows, std::size_t columns);

}  // namespace db
