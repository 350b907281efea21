// Charts as SVG made here: one ink, labels where they belong, nothing told by colour alone. Positions across are percent and heights are pixels, so that
// the text keeps its size on any screen. Whoever shows one has the same numbers as a table beside it.
#pragma once

#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/money.h"
#include "lib/view/view.h"

namespace backoffice {

struct ChartBar {
  std::string label;
  base::Cents sum;  // below 0: more was paid back than sold
};

// Upright bars over time, in order; the highest has its sum, first and last their label. `words` are what a person who doesn't see it hears.
view::Html time_chart(const std::vector<ChartBar>& bars, const std::string& words, base::Lang lang);
// Lying bars, each with its label and sum; one below 0 is an outline.
view::Html bar_chart(const std::vector<ChartBar>& bars, const std::string& words, base::Lang lang);

}  // namespace backoffice
