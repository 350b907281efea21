// Goal: statements that travel together answer as if each went alone; a transaction is carried out whole, once, or not at
// all, whatever the server does meanwhile. db_test.py starts the server and gives KK_DB_SOCKET and KK_DB_USER.
#include "lib/db/db.h"

#include <atomic>
#include <barrier>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "unit/catch.h"

using base::ErrorKind;
using db::statement;

namespace {

db::Config config() { return {std::getenv("KK_DB_SOCKET"), "kuntakauppa", std::getenv("KK_DB_USER"), ""}; }

// The one who looks from outside, and who cuts connections.
struct Outside {
  db::Connection db{config()};

  void run(const std::string& sql) {
    const auto done = db.execute(sql);
    INFO((done ? std::string() : done.error().detail));
    REQUIRE(done);
  }
  std::int64_t number(const std::string& sql, std::size_t column = 0) {
    const auto rows = db.query(sql);
    INFO((rows ? std::string() : rows.error().detail));
    REQUIRE(rows);
    return rows->at(0).integer(column);
  }
  std::int64_t count() { return number("SELECT COUNT(*) FROM t"); }
  std::int64_t status(const std::string& name) { return number("SHOW GLOBAL STATUS LIKE '" + name + "'", 1); }
  void kill(std::int64_t connection) {
    run("KILL " + std::to_string(connection));
    while (number("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE id = " + std::to_string(connection)) != 0) {
    }
  }
};

struct Bed {
  Outside outside;
  db::Connection db{config()};

  Bed() {
    outside.run("DROP TABLE IF EXISTS child, t");
    outside.run("CREATE TABLE t (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(200) UNIQUE, n INT NOT NULL DEFAULT 0) ENGINE=InnoDB");
    outside.run("CREATE TABLE child (t_id BIGINT UNSIGNED NOT NULL, word VARCHAR(20) NOT NULL) ENGINE=InnoDB");
  }
  std::int64_t id() { return db.query("SELECT CONNECTION_ID()")->at(0).integer(0); }
};

const auto nothing = []() -> base::Status { return {}; };

}  // namespace

TEST_CASE("what people type is looked for in a column of ASCII and not found, whatever letters it has") {
  Bed bed;
  bed.outside.run("ALTER TABLE t ADD COLUMN code VARCHAR(20) CHARACTER SET ascii");
  bed.outside.run("INSERT INTO t (name, code) VALUES ('Mäkinen', 'makinen')");
  const auto found = bed.db.query("SELECT n FROM t WHERE name = ? OR code = ?", "Mäkinen", db::in_ascii("Mäkinen"));
  REQUIRE(found);
  CHECK(found->size() == 1);
  CHECK(bed.db.query("SELECT n FROM t WHERE code LIKE ?", db::in_ascii("m%kinen"))->size() == 1);
  CHECK(bed.db.query("SELECT n FROM t WHERE code = ?", db::in_ascii("mäkinen"))->empty());
  for (const char* forgotten : {"UPDATE t SET n = 1 WHERE code = ?", "UPDATE t SET n = 1 WHERE CONCAT('x', code) LIKE ?", "INSERT INTO t (code) VALUES (?)"}) {
    const auto refused = bed.db.execute(forgotten, "mäkinen");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid);
  }
}

TEST_CASE("as many results as statements, each with its own parameters, also when some are empty") {
  Bed bed;
  bed.outside.run("INSERT INTO t (name, n) VALUES ('a', 1), ('b', 2), ('c', 3)");
  for (int round = 0; round < 2; ++round) {  // prepared, and from the cache
    const auto all = bed.db.query_all({statement("SELECT name FROM t WHERE n >= ? ORDER BY n", 2), statement("SELECT n FROM t WHERE name = ?", "nobody"),
                                       statement("SELECT ?, ?", 7, "seven"), statement("SELECT COUNT(*) FROM t")});
    REQUIRE(all);
    REQUIRE(all->size() == 4);
    REQUIRE((*all)[0].size() == 2);
    CHECK((*all)[0][0].text(0) == "b");
    CHECK((*all)[0][1].text(0) == "c");
    CHECK((*all)[1].empty());
    CHECK((*all)[2][0].integer(0) == 7);
    CHECK((*all)[2][0].text(1) == "seven");
    CHECK((*all)[3][0].integer(0) == 3);
  }
  const auto one = bed.db.query_all({statement("SELECT 1")});
  REQUIRE(one);
  CHECK(one->size() == 1);
}

TEST_CASE("values come back as they went, of any length") {
  Bed bed;
  for (const std::size_t length : {0U, 1U, 255U, 256U, 257U, 1000U, 100000U}) {
    std::string text(length, 'x');
    if (length > 2) text.replace(length - 2, 2, "\xc3\xa4");  // ä
    const auto all = bed.db.query_all({statement("SELECT ?, NULL, ?, ?", text, "after", -1), statement("SELECT ?", text + text)});
    REQUIRE(all);
    const auto& row = (*all)[0].at(0);
    CHECK(row.text(0) == text);
    CHECK((row.is_null(1) && !row.optional_text(1) && row.text(1).empty() && row.integer(1) == 0));
    CHECK(row.text(2) == "after");
    CHECK(row.integer(3) == -1);
    CHECK((*all)[1].at(0).text(0) == text + text);
  }
  const auto row = bed.db.query("SELECT CAST('2026-11-22 12:30:05.250' AS DATETIME(3)), SUM(x), MAX(x), CAST(18446744073709551615 AS UNSIGNED) = ?, ? IS NULL "
                                "FROM (SELECT 9007199254740993 x UNION SELECT 1) v", "18446744073709551615", std::optional<std::string>());
  REQUIRE(row);
  CHECK(base::to_sql(*row->at(0).time(0)) == "2026-11-22 12:30:05.250");
  CHECK(row->at(0).integer(1) == 9007199254740994);  // a DECIMAL
  CHECK(row->at(0).integer(2) == 9007199254740993);
  CHECK(row->at(0).boolean(3));
  CHECK(row->at(0).boolean(4));
}

TEST_CASE("a transaction's writes go with its COMMIT: one round trip, in their order") {
  Bed bed;
  const auto work = [&]() -> base::Status {
    KK_TRY(bed.db.write("INSERT INTO t (name) VALUES (?)", "first"));
    KK_TRY(bed.db.write("INSERT INTO child (t_id, word) VALUES (LAST_INSERT_ID(), ?)", "of first"));
    KK_TRY(bed.db.write("UPDATE t SET n = n + ? WHERE name = ?", 5, "first"));
    KK_TRY(bed.db.write("UPDATE t SET n = n * ? WHERE name = ?", 2, "first"));
    return {};
  };
  REQUIRE(bed.db.transact(work));
  CHECK(bed.outside.number("SELECT n FROM t WHERE name = 'first'") == 10);
  CHECK(bed.outside.number("SELECT t.id = child.t_id FROM t JOIN child") == 1);

  bed.outside.run("DELETE FROM t");
  const auto before = bed.outside.status("Com_stmt_execute");
  REQUIRE(bed.db.transact(work));
  // Ours, and this look's own.
  CHECK(bed.outside.status("Com_stmt_execute") == before + 2);
}

TEST_CASE("a transaction that asks for nothing sends nothing") {
  Bed bed;
  REQUIRE(bed.db.query("SELECT 1"));
  const auto before = bed.outside.status("Questions");
  REQUIRE(bed.db.transact(nothing));
  CHECK(bed.outside.status("Questions") == before + 1);
}

TEST_CASE("a query sees the writes before it, a count is its own statement's alone, and others see nothing until the end") {
  Bed bed;
  REQUIRE(bed.db.transact([&]() -> base::Status {
    KK_TRY(bed.db.write("INSERT INTO t (name) VALUES ('a'), ('b'), ('c')"));
    KK_LET(const auto rows, bed.db.query("SELECT COUNT(*) FROM t"));
    CHECK(rows.at(0).integer(0) == 3);
    CHECK(bed.outside.count() == 0);
    KK_TRY(bed.db.write("UPDATE t SET n = 1 WHERE name <> 'c'"));
    KK_LET(const auto done, bed.db.execute("UPDATE t SET n = 1 WHERE name = 'c'"));
    CHECK(done.affected == 1);
    KK_LET(const auto same, bed.db.execute("UPDATE t SET n = 1"));
    CHECK(same.affected == 3);  // rows that the WHERE matched
    KK_TRY(bed.db.write("DELETE FROM t WHERE name = 'a'"));
    KK_LET(const auto all, bed.db.query_all({statement("SELECT COUNT(*) FROM t"), statement("SELECT MIN(name) FROM t")}));
    CHECK(all.size() == 2);
    CHECK(all.at(0).at(0).integer(0) == 2);
    CHECK(all.at(1).at(0).text(0) == "b");
    return {};
  }));
  CHECK(bed.outside.count() == 2);
}

TEST_CASE("a count is right for the first statement of a transaction too") {
  Bed bed;
  bed.outside.run("INSERT INTO t (name) VALUES ('a'), ('b')");
  REQUIRE(bed.db.transact([&]() -> base::Status {
    KK_LET(const auto done, bed.db.execute("UPDATE t SET n = 5"));
    CHECK(done.affected == 2);
    return {};
  }));
  REQUIRE(bed.db.transact([&]() -> base::Status {
    KK_LET(const auto none, bed.db.execute("UPDATE t SET n = 6 WHERE name = 'x'"));
    CHECK(none.affected == 0);
    return {};
  }));
  bed.outside.run("CREATE TABLE told (times INT NOT NULL)");
  bed.outside.run("INSERT INTO told VALUES (0)");
  bed.outside.run("CREATE TRIGGER t_told AFTER UPDATE ON t FOR EACH ROW UPDATE told SET times = times + 1");
  REQUIRE(bed.db.transact([&]() -> base::Status {
    KK_LET(const auto same, bed.db.execute("UPDATE t SET n = 5"));
    CHECK(same.affected == 2);  // the trigger's rows are none of them
    return {};
  }));
  bed.outside.run("DROP TABLE told");
  bed.outside.run("DROP TRIGGER t_told");
}

TEST_CASE("an error in a write that waited is told at the end, undoes all, and quotes nobody's data") {
  Bed bed;
  bed.outside.run("INSERT INTO t (name) VALUES ('aino@example.com')");
  const std::string all_locked = "SELECT id FROM t FOR UPDATE NOWAIT";
  for (const bool asked : {false, true}) {
    int runs = 0;
    const auto done = bed.db.transact([&]() -> base::Status {
      ++runs;
      KK_TRY(bed.db.write("INSERT INTO t (name) VALUES ('new')"));
      if (asked) {
        KK_TRY(bed.db.query("SELECT 1"));
        CHECK_FALSE(bed.outside.db.query(all_locked));
      }
      KK_TRY(bed.db.write("INSERT INTO t (name) VALUES (?)", "aino@example.com"));
      KK_TRY(bed.db.write("INSERT INTO t (name) VALUES ('after')"));
      return {};
    });
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::conflict);
    CHECK(done.error().detail.find("aino") == std::string::npos);
    CHECK(runs == 1);
    CHECK(bed.outside.count() == 1);
    CHECK(bed.outside.db.query(all_locked));  // the server's list of transactions won't do: it is up to 0.1 s old and names its own work too
  }
  const auto in_query = bed.db.transact([&]() -> base::Status {
    KK_TRY(bed.db.write("INSERT INTO t (name) VALUES (?)", "aino@example.com"));
    KK_LET(const auto rows, bed.db.query("SELECT COUNT(*) FROM t"));
    FAIL("the query went on after the error: " << rows.size());
    return {};
  });
  CHECK((!in_query && in_query.error().kind == ErrorKind::conflict));
  const auto wrong = bed.db.transact([&]() -> base::Status { return bed.db.write("INSERT INTO nowhere VALUES (1)"); });
  CHECK((!wrong && wrong.error().kind == ErrorKind::broken));
  CHECK(bed.db.query("SELECT 1"));
}

TEST_CASE("a write of locked rows that meets another number of them undoes all") {
  Bed bed;
  bed.outside.run("INSERT INTO t (name) VALUES ('a'), ('b')");
  const auto set = [&](std::uint64_t rows, int n) {
    return bed.db.transact([&]() -> base::Status {
      KK_TRY(bed.db.write("INSERT INTO child VALUES (1, 'x')"));
      KK_TRY(bed.db.run_write_rows(rows, statement("UPDATE t SET n = ?", n)));
      return bed.db.write("INSERT INTO child VALUES (2, 'y')");
    });
  };
  for (const std::uint64_t rows : {0U, 1U, 3U}) {
    const auto done = set(rows, 9);
    CHECK((!done && done.error().kind == ErrorKind::broken));
    CHECK(bed.outside.number("SELECT COUNT(*) FROM child") == 0);
    CHECK(bed.outside.number("SELECT SUM(n) FROM t") == 0);
  }
  CHECK(set(2, 9));
  CHECK(set(2, 9));  // rows that are so already count too
  CHECK(bed.outside.number("SELECT COUNT(*) FROM child") == 4);
  const auto alone = bed.db.run_write_rows(1, statement("UPDATE t SET n = 1 WHERE name = 'a'"));
  CHECK((!alone && alone.error().kind == ErrorKind::broken));
}

TEST_CASE("outside a transaction a write is carried out at once") {
  Bed bed;
  REQUIRE(bed.db.write("INSERT INTO t (name) VALUES ('a')"));
  CHECK(bed.outside.count() == 1);
  const auto twice = bed.db.write("INSERT INTO t (name) VALUES ('a')");
  CHECK((!twice && twice.error().kind == ErrorKind::conflict));
}

TEST_CASE("two transactions that wait for each other both succeed: one runs again") {
  Bed bed;
  bed.outside.run("INSERT INTO t (id, name) VALUES (1, 'a'), (2, 'b')");
  std::barrier both(2);
  std::atomic<int> runs{0}, succeeded{0};
  const auto swap = [&](int first, int second) {
    db::Connection own(config());
    bool again = false;
    const auto done = own.transact([&]() -> base::Status {
      ++runs;
      KK_TRY(own.execute("UPDATE t SET n = n + 1 WHERE id = ?", first));
      if (!again) both.arrive_and_wait();
      again = true;
      KK_TRY(own.execute("UPDATE t SET n = n + 1 WHERE id = ?", second));
      return {};
    });
    if (done) ++succeeded;
  };
  std::thread other(swap, 2, 1);
  swap(1, 2);
  other.join();
  CHECK(succeeded == 2);
  CHECK(runs == 3);
  CHECK(bed.outside.number("SELECT SUM(n) FROM t") == 4);
}

TEST_CASE("a connection that is lost is replaced: between statements unnoticed, within a transaction by running it again") {
  Bed bed;
  bed.outside.kill(bed.id());
  CHECK(bed.db.query("SELECT 1"));

  for (const bool waiting : {false, true}) {
    int runs = 0;
    REQUIRE(bed.db.transact([&]() -> base::Status {
      ++runs;
      KK_TRY(bed.db.write("INSERT INTO t (name) VALUES (?)", waiting ? "w" : "q"));
      const auto id = bed.id();  // this sends the write
      if (runs == 1) bed.outside.kill(id);
      if (waiting) return bed.db.write("UPDATE t SET n = n + 1");  // the loss is met at the COMMIT
      KK_TRY(bed.db.query("SELECT 1"));
      return {};
    }));
    CHECK(runs == 2);
  }
  CHECK(bed.outside.count() == 2);

  // Nothing was sent yet: the new connection begins it, and the body runs once.
  int runs = 0;
  const auto id = bed.id();
  REQUIRE(bed.db.transact([&]() -> base::Status {
    ++runs;
    KK_TRY(bed.db.write("INSERT INTO t (name) VALUES ('idle')"));
    bed.outside.kill(id);
    return {};
  }));
  CHECK(runs == 1);
  CHECK(bed.outside.count() == 3);
}

TEST_CASE("a connection that is lost again and again ends as unavailable, after five tries and with nothing done") {
  Bed bed;
  int runs = 0;
  const auto done = bed.db.transact([&]() -> base::Status {
    ++runs;
    KK_TRY(bed.db.write("INSERT INTO t (name) VALUES ('x')"));
    bed.outside.kill(bed.id());
    KK_TRY(bed.db.query("SELECT 1"));
    return {};
  });
  CHECK((!done && done.error().kind == ErrorKind::unavailable));
  CHECK(runs == 5);
  CHECK(bed.outside.count() == 0);
}

TEST_CASE("a body that fails or throws leaves nothing, and no transaction for the next one to commit") {
  Bed bed;
  for (const bool sent : {false, true}) {
    for (const bool throws : {false, true}) {
      const auto work = [&]() -> base::Status {
        KK_TRY(bed.db.write("INSERT INTO t (name) VALUES ('gone')"));
        if (sent) KK_TRY(bed.db.query("SELECT 1"));
        KK_TRY(bed.db.write("INSERT INTO t (name) VALUES ('gone too')"));
        if (throws) throw std::runtime_error("as mustache does");
        return base::fail(ErrorKind::invalid, "not so");
      };
      if (throws) {
        CHECK_THROWS(bed.db.transact(work));
      } else {
        CHECK(bed.db.transact(work).error().kind == ErrorKind::invalid);
      }
      REQUIRE(bed.db.write("INSERT INTO child VALUES (1, 'x')"));
      REQUIRE(bed.db.transact([&]() -> base::Status { return bed.db.write("INSERT INTO child VALUES (2, 'y')"); }));
      CHECK(bed.outside.count() == 0);
    }
  }
  CHECK(bed.outside.number("SELECT COUNT(*) FROM child") == 8);
}

TEST_CASE("the server keeps a bounded number of a connection's statements, and all still answer rightly") {
  Bed bed;
  const auto before = bed.outside.status("Prepared_stmt_count");
  for (int i = 0; i < 450; ++i) {
    const auto rows = bed.db.query("SELECT ? + " + std::to_string(i), 1000);
    REQUIRE(rows);
    REQUIRE(rows->at(0).integer(0) == 1000 + i);
  }
  CHECK(bed.outside.status("Prepared_stmt_count") - before <= 201);
  CHECK(bed.outside.status("Prepared_stmt_count") - before > 40);
}

TEST_CASE("D2: a server that may lose commits is refused in words") {
  Bed bed;
  CHECK(bed.db.check_durability());
  bed.outside.run("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
  const auto refused = bed.db.check_durability();
  bed.outside.run("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::broken);
  CHECK(refused.error().detail.find("innodb_flush_log_at_trx_commit") != std::string::npos);
}
