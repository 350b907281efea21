// Orders found by filter or by search: rows without names, and rows with them for whoever told a purpose.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/order_access.h"

namespace backoffice {

inline constexpr int kOrdersPerPage = 50;

struct OrderRow {
  std::int64_t id = 0;
  std::string number, name;  // name: only of a search for people
  orders::State state = orders::State::pending;
  base::Cents total;
  base::UtcTime created;
  std::string what;          // its first line in scope
  int lines = 0;             // in scope
  std::string delivery;      // in scope: waiting, ready or empty
  bool refunded = false, by_staff = false;
};

struct OrderFilter {
  std::string state;          // of the order; empty: any
  std::string delivery;       // waiting, ready
  std::string from, to;       // days in Finland, "2026-11-22"
  std::string product;        // its code
  std::int64_t variant = 0;   // of that product; 0: any
  std::int64_t before = 0;    // page by key: orders older than this one
};
// Newest first, one more than a page where there are more.
base::Result<std::vector<OrderRow>> find_orders(db::Connection& db, const Reach& reach, const OrderFilter& filter);

// What a person typed into the one search field.
struct Search {
  enum class Kind { nothing, code, reference, transaction, email, phone, name };
  Kind kind = Kind::nothing;
  std::string value;          // as it is stored
  bool is_of_people() const { return kind == Kind::email || kind == Kind::phone || kind == Kind::name; }
};
Search parse_search(const std::string& typed);
// The same where no order has it as its code: "Niemi Eeva" is one by chance. Nothing, unless it is of letters alone.
Search name_search(const std::string& typed);

// An order by its number or reference, by a payment's or refund's id at the payment service, by a sign-up's number, or by the code of one of its cases (alerts, payments' words, withdrawals, refunds, mails).
base::Result<std::optional<std::int64_t>> find_by_code(db::Connection& db, const Search& search);
// What a code is of that no order has: a sign-up's number, or a mail's code.
struct Event {
  std::string kind;           // of the mail; "registration": a sign-up
  base::UtcTime at;
  std::int64_t session = 0;   // of a sign-up
};
base::Result<std::optional<Event>> find_event(db::Connection& db, const std::string& code);
// By a person, newest first: exact address or number, or the beginning of a last name ("virtanen" or "virtanen anna") or of a company's.
base::Result<std::vector<OrderRow>> find_by_person(db::Connection& db, const Reach& reach, const Search& search, std::int64_t before);

}  // namespace backoffice
