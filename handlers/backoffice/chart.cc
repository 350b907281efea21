#include "backoffice/chart.h"

#include <algorithm>


namespace backoffice {

using base::Cents;

namespace {

constexpr std::int64_t kTop = 28, kPlot = 152, kBottom = 28;  // pixels: the highest bar's sum, the bars, first and last label
constexpr std::int64_t kRow = 52;                             // of a lying bar with its label
constexpr std::size_t kLongestLabel = 28;                     // characters that fit beside a sum on a phone

// "12.34%" of a whole.
std::string percent_of(std::int64_t part, std::int64_t whole) {
  const std::int64_t hundredths = part * 10000 / whole;
  const std::string rest = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + "." + (rest.size() < 2 ? "0" : "") + rest + "%";
}

std::string svg(std::int64_t height, const std::string& words, const std::string& inside) {
  return "<svg class=\"chart\" role=\"img\" width=\"100%\" height=\"" + std::to_string(height) + "\" aria-label=\"" + view::escape(words) + "\">" + inside + "</svg>";
}

std::string svg_text(const std::string& x, std::int64_t y, const char* anchor, const std::string& words) {
  return "<text x=\"" + x + "\" y=\"" + std::to_string(y) + "\" text-anchor=\"" + anchor + "\">" + view::escape(words) + "</text>";
}

std::string cut_label(const std::string& label) {
  std::string out;
  std::size_t characters = 0;
  for (const char c : label) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (begins && ++characters > kLongestLabel) return out + "…";
    out += c;
  }
  return out;
}

}  // namespace

view::Html time_chart(const std::vector<ChartBar>& bars, const std::string& words, base::Lang lang) {
  if (bars.empty()) return {};
  const auto by_sum = [](const ChartBar& a, const ChartBar& b) { return a.sum < b.sum; };
  const auto peak = std::max_element(bars.begin(), bars.end(), by_sum);
  const std::int64_t most = std::max<std::int64_t>(peak->sum.value(), 0);
  const std::int64_t least = std::min<std::int64_t>(std::min_element(bars.begin(), bars.end(), by_sum)->sum.value(), 0);
  const std::int64_t range = std::max<std::int64_t>(most - least, 1), count = static_cast<std::int64_t>(bars.size());
  const std::int64_t zero = kTop + most * kPlot / range;
  std::string inside = "<line x1=\"0\" x2=\"100%\" y1=\"" + std::to_string(zero) + "\" y2=\"" + std::to_string(zero) + "\"/>";
  for (std::int64_t i = 0; i < count; ++i) {
    const ChartBar& bar = bars[static_cast<std::size_t>(i)];
    if (bar.sum == Cents(0)) continue;
    const std::int64_t size = std::max<std::int64_t>((bar.sum < Cents(0) ? -bar.sum.value() : bar.sum.value()) * kPlot / range, 1);
    inside += "<rect class=\"chart-bar\" x=\"" + percent_of(8 * i + 1, 8 * count) + "\" width=\"" + percent_of(6, 8 * count) + "\" y=\"" + std::to_string(bar.sum < Cents(0) ? zero : zero - size) + "\" height=\"" + std::to_string(size) +
              "\"><title>" + view::escape(bar.label + ": " + base::format_money(bar.sum, lang)) + "</title></rect>";
  }
  const std::int64_t at = peak - bars.begin();
  const char* anchor = 4 * at < count ? "start" : 4 * at >= 3 * count ? "end" : "middle";
  inside += svg_text(anchor[0] == 's' ? percent_of(8 * at + 1, 8 * count) : anchor[0] == 'e' ? percent_of(8 * at + 7, 8 * count) : percent_of(2 * at + 1, 2 * count), kTop - 8, anchor, base::format_money(peak->sum, lang));
  inside += svg_text("0", kTop + kPlot + kBottom - 6, "start", bars.front().label);
  if (count > 1) inside += svg_text("100%", kTop + kPlot + kBottom - 6, "end", bars.back().label);
  return {svg(kTop + kPlot + kBottom, words, inside)};
}

view::Html bar_chart(const std::vector<ChartBar>& bars, const std::string& words, base::Lang lang) {
  std::int64_t most = 1;
  for (const auto& bar : bars) most = std::max(most, std::max(bar.sum.value(), -bar.sum.value()));
  std::string inside;
  std::int64_t y = 0;
  for (const auto& bar : bars) {
    const bool below = bar.sum < Cents(0);
    inside += svg_text("0", y + 18, "start", cut_label(bar.label)) + svg_text("100%", y + 18, "end", base::format_money(bar.sum, lang));
    inside += std::string("<rect class=\"") + (below ? "chart-below" : "chart-bar") + "\" x=\"0\" y=\"" + std::to_string(y + 26) + "\" height=\"10\" width=\"" + percent_of(below ? -bar.sum.value() : bar.sum.value(), most) + "\"/>";
    y += kRow;
  }
  return {svg(y, words, inside)};
}

}  // namespace backoffice
