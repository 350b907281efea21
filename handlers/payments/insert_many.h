// Rows of one multi-row INSERT.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "lib/db/db.h"

namespace payments {

inline constexpr std::size_t kRowsAtOnce = 20;  // so that few different statements are prepared

// `row(item)`: its values, as many as the head has columns.
template <typename Item, typename Row>
base::Status insert_many(db::Connection& db, const std::string& head, const std::vector<Item>& items, Row&& row) {
  for (std::size_t begin = 0; begin < items.size(); begin += kRowsAtOnce) {
    const std::size_t end = std::min(items.size(), begin + kRowsAtOnce);
    std::vector<db::Param> params;
    for (std::size_t i = begin; i < end; ++i) {
      std::vector<db::Param> values = row(items[i]);
      std::move(values.begin(), values.end(), std::back_inserter(params));
    }
    const std::size_t columns = params.size() / (end - begin);
    KK_TRY(db.run_write({head + db::question_mark_rows(end - begin, columns), std::move(params)}));
  }
  return {};
}

}  // namespace payments
