// Finance: the voucher of each day, with debit and credit, to read, to print and as the file that goes to the books.
#include "backoffice/app.h"
#include "backoffice/voucher_store.h"

namespace backoffice {

namespace {

// Vouchers are the whole shop's. ERRORS: denied.
base::Result<staff::Permission<staff::Right::finance_view>> may_see_books(const Call& call) { return call.rights.permit<staff::Right::finance_view>({}); }

base::Result<Voucher> find_voucher(const staff::Permission<staff::Right::finance_view>&, const Call& call, const std::string& day) {
  if (!is_day(day)) return base::fail(base::ErrorKind::not_found, "no day");
  KK_LET(Voucher out, read_voucher(call.db, day));
  if (out.lines.empty()) return base::fail(base::ErrorKind::not_found, "nothing was booked on that day");
  return out;
}

std::string money_or_blank(const Call& call, base::Cents cents) { return cents == base::Cents(0) ? "" : base::format_money(cents, call.lang); }

// The month that is asked for, else this one: its first day.
std::string month_asked(const Call& call) {
  const std::string typed = query_of(call).text("month") + "-01";
  return is_day(typed) ? typed : first_of_month(base::helsinki_date_iso(call.now));
}

}  // namespace

base::Result<web::Response> show_vouchers(Call& call) {
  KK_TRY(may_see_books(call));
  const std::string month = month_asked(call), next = first_of_month(month, 1), here = in(call.lang, vouchers_paths());
  KK_LET(const auto days, read_voucher_days(call.db, {month, day_after(next, -1)}));
  view::List list;
  base::Cents debit, credit;
  for (const auto& one : days) {
    list.push_back(view::Object().set("number", voucher_number(one.day)).set("url", here + "/" + one.day).set("day", day_words(one.day, call.lang)).set("debit", base::format_money(one.debit, call.lang))
                       .set("credit", base::format_money(one.credit, call.lang)).set("is_uneven", one.debit != one.credit).set("csv_url", here + "/" + one.day + "/csv"));
    debit += one.debit;
    credit += one.credit;
  }
  view::Object data;
  data.set("none", list.empty()).set("days", std::move(list)).set("debit", base::format_money(debit, call.lang)).set("credit", base::format_money(credit, call.lang));
  data.set("month", month_words(month.substr(0, 7))).set("before_url", here + "?month=" + first_of_month(month, -1).substr(0, 7)).set("has_next", next <= base::helsinki_date_iso(call.now)).set("next_url", here + "?month=" + next.substr(0, 7));
  data.set("receipts_url", in(call.lang, receipts_paths()));
  Paths paths = vouchers_paths();
  for (auto& path : paths) path += "?month=" + month.substr(0, 7);
  return staff::show(call, {"backoffice/vouchers", call.say("finance.vouchers_title"), paths}, std::move(data));
}

base::Result<web::Response> show_voucher(Call& call) {
  KK_LET(const auto may, may_see_books(call));
  KK_LET(const Voucher voucher, find_voucher(may, call, call.arg));
  KK_LET(const VoucherReceipts receipts, read_voucher_receipts(call.db, voucher.day));
  view::List lines;
  for (const auto& line : voucher.lines) {
    lines.push_back(view::Object().set("account", line.account).set("cost_centre", line.cost_centre).set("vat_code", line.vat_code).set("debit", money_or_blank(call, line.debit)).set("credit", money_or_blank(call, line.credit)));
  }
  const std::string here = in(call.lang, vouchers_paths());
  view::Object data;
  data.set("number", voucher_number(voucher.day)).set("day", day_words(voucher.day, call.lang)).set("city", call.city.legal_name[call.lang]).set("lines", std::move(lines));
  data.set("is_uneven", !voucher.is_even()).set("is_open", voucher.day >= base::helsinki_date_iso(call.now));
  data.set("debit", base::format_money(voucher.debit(), call.lang)).set("credit", base::format_money(voucher.credit(), call.lang)).set("uneven_words", call.say("finance.uneven", {{"sum", base::format_money(voucher.debit() - voucher.credit(), call.lang)}}));
  data.set("has_receipts", receipts.count > 0).set("receipts", call.say(receipts.count == 1 ? "finance.of_receipts_one" : "finance.of_receipts", {{"count", std::to_string(receipts.count)}, {"first", receipts.first}, {"last", receipts.last}}));
  data.set("csv_url", here + "/" + voucher.day + "/csv").set("back_url", here + "?month=" + voucher.day.substr(0, 7));
  Paths paths = vouchers_paths();
  for (auto& path : paths) path += "/" + voucher.day;
  return staff::show(call, {"backoffice/voucher", call.say("finance.voucher_title", {{"number", voucher_number(voucher.day)}}), paths}, std::move(data));
}

base::Result<web::Response> show_voucher_csv(Call& call) {
  KK_LET(const auto may, may_see_books(call));
  KK_LET(const Voucher voucher, find_voucher(may, call, call.arg));
  web::Response out;
  out.content_type = "text/csv; charset=utf-8";
  out.header("Content-Disposition", "attachment; filename=\"voucher-" + voucher.day + ".csv\"");
  out.body = voucher_csv(voucher);
  return out;
}

}  // namespace backoffice
