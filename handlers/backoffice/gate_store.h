// Gates: machines that check tickets by themselves, each with a token of its own, of which the table keeps the hash.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/db/db.h"
#include "lib/staff/rights.h"

namespace backoffice {

using MayManage = staff::Permission<staff::Right::gates_manage>;  // on a unit

struct Gate {
  std::int64_t id = 0;
  std::string name, unit, unit_name;  // unit_name: of find_gates
  base::UtcTime made;
  std::optional<base::UtcTime> heard;
};
// Those that stand; of every unit.
base::Result<std::vector<Gate>> find_gates(db::Connection& db, base::Lang lang);
base::Result<std::optional<Gate>> find_gate(db::Connection& db, std::int64_t id);
// Whose token it is, of the gates that stand; and notes that it was heard.
base::Result<std::optional<Gate>> find_gate_by_token(db::Connection& db, const std::string& token, base::UtcTime now);

// Within a transaction.

struct NewGate {
  std::string name, token;  // the token stands nowhere: the page that asked for the gate drew it, so that a form sent twice makes one gate
};
struct GateMaking {
  enum class How { made, before, otherwise, name_taken };  // before: the same form has made it; otherwise: it has made another, or one that was ended
  How how = How::made;
  std::int64_t id = 0;
};
base::Result<GateMaking> make_gate(const MayManage& may, db::Connection& db, const NewGate& gate, std::int64_t by, base::UtcTime now);
// Its token works no more. Twice is the same as once.
base::Status end_gate(const MayManage& may, db::Connection& db, std::int64_t id, std::int64_t by, base::UtcTime now);

}  // namespace backoffice
