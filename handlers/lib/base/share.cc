#include "lib/base/share.h"

#include <algorithm>
#include <numeric>

namespace base {

std::vector<Cents> share_out(Cents sum, const std::vector<Cents>& weights) {
  std::vector<Cents> out(weights.size());
  const Cents whole = std::accumulate(weights.begin(), weights.end(), Cents(0));
  if (whole.value() == 0) return out;
  std::vector<std::int64_t> remainders(weights.size());
  std::int64_t left = sum.value();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::int64_t product = sum.value() * weights[i].value();  // below 1e8 * 1e8
    out[i] = Cents(product / whole.value());
    remainders[i] = product % whole.value();
    left -= out[i].value();
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; left > 0; ++i, --left) out[order[i]] += Cents(1);
  return out;
}

}  // namespace base
