#include "backoffice/app.h"

#include "backoffice/gate_api.h"

#include "backoffice/product_page.h"

namespace backoffice {

using base::by_lang;
using base::Lang;
using staff::Need;
using staff::Right;
using web::Method;

namespace {

// A form's address opened by itself (reloaded, copied, come back to) leads to the page that it stands on.
template <Paths (*paths)()>
base::Result<web::Response> to(Call& call) {
  return web::see_other(in(call.lang, paths()));
}
base::Result<web::Response> to_group(Call& call) { return web::see_other(in(call.lang, group_paths(call.arg))); }
base::Result<web::Response> to_person(Call& call) { return web::see_other(in(call.lang, person_paths(call.arg))); }

}  // namespace

web::Form query_of(const Call& call) {
  const auto query = web::parse_urlencoded(call.request.query);
  return web::Form::from_pairs(query ? *query : web::Pairs());
}

Paths front_paths() { return {"/fi/tyopoyta", "/sv/arbetsbord", "/en/desk"}; }
Paths people_paths() { return {"/fi/henkilot", "/sv/personer", "/en/people"}; }
Paths person_paths(const std::string& login) { return {"/fi/henkilot/" + login, "/sv/personer/" + login, "/en/people/" + login}; }
Paths groups_paths() { return {"/fi/ryhmat", "/sv/grupper", "/en/groups"}; }
Paths group_paths(const std::string& code) { return {"/fi/ryhmat/" + code, "/sv/grupper/" + code, "/en/groups/" + code}; }
Paths activities_paths() { return {"/fi/kurssit", "/sv/kurser", "/en/activities"}; }
Paths orders_paths() { return {"/fi/tilaukset", "/sv/bestallningar", "/en/orders"}; }
Paths order_paths_of(const std::string& id) { return {"/fi/tilaukset/" + id, "/sv/bestallningar/" + id, "/en/orders/" + id}; }
Paths new_order_paths() { return {"/fi/uusi-tilaus", "/sv/ny-bestallning", "/en/new-order"}; }
Paths order_paths(std::int64_t id) { return order_paths_of(std::to_string(id)); }
Paths refunds_paths() { return {"/fi/hyvitykset", "/sv/aterbetalningar", "/en/refunds"}; }
Paths gift_cards_paths() { return {"/fi/lahjakortit", "/sv/presentkort", "/en/gift-cards"}; }
Paths to_approve_paths() { return {"/fi/hyvaksyttavat-hyvitykset", "/sv/aterbetalningar-att-godkanna", "/en/refunds-to-approve"}; }
Paths keys_paths() { return {"/fi/avaimet", "/sv/nycklar", "/en/keys"}; }
Paths alerts_paths() { return {"/fi/halytykset", "/sv/larm", "/en/alerts"}; }
Paths deliveries_paths() { return {"/fi/toimitukset", "/sv/leveranser", "/en/deliveries"}; }
Paths tickets_paths() { return {"/fi/lipputarkastus", "/sv/biljettkontroll", "/en/ticket-check"}; }
Paths gates_paths() { return {"/fi/portit", "/sv/portar", "/en/gates"}; }
Paths approvals_paths() { return {"/fi/hyvaksynnat", "/sv/godkannanden", "/en/approvals"}; }
Paths vendor_paths() { return {"/fi/yllapito", "/sv/underhall", "/en/maintenance"}; }
Paths log_paths() { return {"/fi/kayttoloki", "/sv/anvandningslogg", "/en/use-log"}; }
Paths reports_paths() { return {"/fi/raportit", "/sv/rapporter", "/en/reports"}; }
Paths vouchers_paths() { return {"/fi/tositteet", "/sv/verifikationer", "/en/vouchers"}; }
Paths receipts_paths() { return {"/fi/kuittien-sailytys", "/sv/forvaring-av-kvitton", "/en/kept-receipts"}; }
Paths discounts_paths() { return {"/fi/alennukset", "/sv/rabatter", "/en/discounts"}; }
Paths settings_paths() { return {"/fi/asetukset", "/sv/installningar", "/en/settings"}; }
Paths closures_paths() { return {"/fi/myynnin-sulku", "/sv/stang-forsaljning", "/en/close-sales"}; }
Paths season_paths() { return {"/fi/kauden-kopiointi", "/sv/kopiera-sasong", "/en/copy-season"}; }
Paths form_paths(const std::string& code) { return {"/fi/lomakkeet/" + code, "/sv/blanketter/" + code, "/en/forms/" + code}; }
Paths forms_paths() { return {"/fi/lomakkeet", "/sv/blanketter", "/en/forms"}; }
Paths settlements_paths() { return {"/fi/tilitykset", "/sv/redovisningar", "/en/settlements"}; }

std::string below(const std::string& path, const char* fi, const char* sv, const char* en, Lang lang) { return path + "/" + std::string(by_lang(lang, fi, sv, en)); }

base::Status log_act(const Call& call, staff::Use what, std::string kind, std::string id, std::string result) {
  return staff::log_use(call.db, {call.person().id, call.request.address, what, std::move(kind), std::move(id), "", std::move(result)}, call.now);
}

const std::vector<staff::Route<Call>>& routes() {
  constexpr web::Paths kInvite = {"/fi/kutsu", "/sv/inbjudan", "/en/invitation"};
  constexpr web::Paths kReportFile = {"/fi/raportit/tiedosto", "/sv/rapporter/fil", "/en/reports/file"};
  constexpr web::Paths kPerson = {"/fi/henkilot/*", "/sv/personer/*", "/en/people/*"};
  constexpr web::Paths kGive = {"/fi/henkilot/*/ryhma", "/sv/personer/*/grupp", "/en/people/*/group"};
  constexpr web::Paths kEnd = {"/fi/henkilot/*/pois", "/sv/personer/*/bort", "/en/people/*/out"};
  constexpr web::Paths kDisable = {"/fi/henkilot/*/sulje", "/sv/personer/*/stang", "/en/people/*/disable"};
  constexpr web::Paths kEnable = {"/fi/henkilot/*/avaa", "/sv/personer/*/oppna", "/en/people/*/enable"};
  constexpr web::Paths kLink = {"/fi/henkilot/*/linkki", "/sv/personer/*/lank", "/en/people/*/link"};
  constexpr web::Paths kNewGroup = {"/fi/uusi-ryhma", "/sv/ny-grupp", "/en/new-group"};
  constexpr web::Paths kGroup = {"/fi/ryhmat/*", "/sv/grupper/*", "/en/groups/*"};
  constexpr web::Paths kEndGroup = {"/fi/ryhmat/*/poista", "/sv/grupper/*/ta-bort", "/en/groups/*/end"};
  constexpr web::Paths kCloseSession = {"/fi/kurssit/sulje", "/sv/kurser/stang", "/en/activities/close"};
  constexpr web::Paths kOpenSession = {"/fi/kurssit/avaa", "/sv/kurser/oppna", "/en/activities/open"};
  constexpr web::Paths kTickets = {"/fi/lipputarkastus", "/sv/biljettkontroll", "/en/ticket-check"};
  constexpr web::Paths kUndo = {"/fi/lipputarkastus/peru", "/sv/biljettkontroll/angra", "/en/ticket-check/undo"};
  constexpr web::Paths kList = {"/fi/lipputarkastus/lista", "/sv/biljettkontroll/lista", "/en/ticket-check/list"};
  constexpr web::Paths kNewGate = {"/fi/portit/uusi", "/sv/portar/ny", "/en/gates/new"};
  constexpr web::Paths kEndGate = {"/fi/portit/poista", "/sv/portar/ta-bort", "/en/gates/end"};
  constexpr web::Paths kApprove = {"/fi/hyvaksynnat/hyvaksy", "/sv/godkannanden/godkann", "/en/approvals/approve"};
  constexpr web::Paths kTakeBack = {"/fi/hyvaksynnat/peru", "/sv/godkannanden/aterkalla", "/en/approvals/take-back"};
  constexpr web::Paths kAsk = {"/fi/yllapito/pyynto", "/sv/underhall/begaran", "/en/maintenance/request"};
  constexpr web::Paths kVendorYes = {"/fi/yllapito/avaa", "/sv/underhall/oppna", "/en/maintenance/open"};
  constexpr web::Paths kClose = {"/fi/yllapito/sulje", "/sv/underhall/stang", "/en/maintenance/close"};
  constexpr web::Paths kCheck = {"/fi/kayttoloki/tarkista", "/sv/anvandningslogg/kontrollera", "/en/use-log/check"};
  constexpr web::Paths kExport = {"/fi/kayttoloki/vie", "/sv/anvandningslogg/exportera", "/en/use-log/export"};
  constexpr web::Paths kNewProduct = {"/fi/uusi-tuote", "/sv/ny-produkt", "/en/new-product"};
  constexpr web::Paths kProduct = {"/fi/tuotteet/*", "/sv/produkter/*", "/en/products/*"};
  constexpr web::Paths kPublish = {"/fi/tuotteet/*/julkaise", "/sv/produkter/*/publicera", "/en/products/*/publish"};
  constexpr web::Paths kHide = {"/fi/tuotteet/*/piilota", "/sv/produkter/*/dolj", "/en/products/*/hide"};
  constexpr web::Paths kEndProduct = {"/fi/tuotteet/*/lopeta", "/sv/produkter/*/avsluta", "/en/products/*/end"};
  constexpr web::Paths kCopy = {"/fi/tuotteet/*/kopioi", "/sv/produkter/*/kopiera", "/en/products/*/copy"};
  constexpr web::Paths kPicture = {"/fi/tuotteet/*/kuva", "/sv/produkter/*/bild", "/en/products/*/picture"};
  constexpr web::Paths kPreviewProduct = {"/fi/tuotteet/*/esikatselu", "/sv/produkter/*/forhandsvisning", "/en/products/*/preview"};
  constexpr web::Paths kPreviewNew = {"/fi/uusi-tuote/esikatselu", "/sv/ny-produkt/forhandsvisning", "/en/new-product/preview"};
  constexpr web::Paths kRestore = {"/fi/tuotteet/*/palauta", "/sv/produkter/*/aterstall", "/en/products/*/restore"};
  constexpr web::Paths kVariants = {"/fi/tuotteet/*/vaihtoehdot", "/sv/produkter/*/varianter", "/en/products/*/variants"};
  constexpr web::Paths kSlots = {"/fi/tuotteet/*/ajat", "/sv/produkter/*/tider", "/en/products/*/times"};
  constexpr web::Paths kVariant = {"/fi/vaihtoehto/*", "/sv/variant/*", "/en/variant/*"};
  constexpr web::Paths kStock = {"/fi/vaihtoehto/*/saldo", "/sv/variant/*/saldo", "/en/variant/*/stock"};
  constexpr web::Paths kCallOffTime = {"/fi/vaihtoehto/*/peru", "/sv/variant/*/stall-in", "/en/variant/*/call-off"};
  constexpr web::Paths kDiscount = {"/fi/alennukset/*", "/sv/rabatter/*", "/en/discounts/*"};
  constexpr web::Paths kEndDiscount = {"/fi/alennukset/*/lopeta", "/sv/rabatter/*/avsluta", "/en/discounts/*/end"};
  constexpr web::Paths kDestroyReceipts = {"/fi/kuittien-sailytys/havita", "/sv/forvaring-av-kvitton/forstor", "/en/kept-receipts/destroy"};
  constexpr web::Paths kExplain = {"/fi/tilitykset/selita", "/sv/redovisningar/forklara", "/en/settlements/explain"};
  constexpr web::Paths kPublishSession = {"/fi/kurssit/julkaise", "/sv/kurser/publicera", "/en/activities/publish"};
  constexpr web::Paths kDrop = {"/fi/kurssit/hylkaa", "/sv/kurser/forkasta", "/en/activities/drop"};
  constexpr web::Paths kNewSessions = {"/fi/uudet-ryhmat/*", "/sv/nya-grupper/*", "/en/new-sessions/*"};
  constexpr web::Paths kEditSession = {"/fi/kurssit/*/muokkaa", "/sv/kurser/*/redigera", "/en/activities/*/edit"};
  constexpr web::Paths kSeason = {"/fi/kauden-kopiointi", "/sv/kopiera-sasong", "/en/copy-season"};
  constexpr web::Paths kForms = {"/fi/lomakkeet", "/sv/blanketter", "/en/forms"};
  constexpr web::Paths kForm = {"/fi/lomakkeet/*", "/sv/blanketter/*", "/en/forms/*"};
  constexpr web::Paths kCopyForm = {"/fi/lomakkeet/*/kopioi", "/sv/blanketter/*/kopiera", "/en/forms/*/copy"};
  constexpr web::Paths kRaise = {"/fi/lomakkeet/*/ylos", "/sv/blanketter/*/upp", "/en/forms/*/up"};
  constexpr web::Paths kAsking = {"/fi/lomakkeet/*/kysyminen", "/sv/blanketter/*/fragande", "/en/forms/*/asking"};
  constexpr web::Paths kUseForm = {"/fi/lomakkeet/*/kayttoon", "/sv/blanketter/*/anvand", "/en/forms/*/use"};
  constexpr web::Paths kPreview = {"/fi/lomakkeet/*/esikatselu", "/sv/blanketter/*/forhandsvisning", "/en/forms/*/preview"};
  constexpr web::Paths kNewQuestion = {"/fi/lomakkeet/*/uusi-kysymys", "/sv/blanketter/*/ny-fraga", "/en/forms/*/new-question"};
  constexpr web::Paths kQuestion = {"/fi/kysymykset/*", "/sv/fragor/*", "/en/questions/*"};
  constexpr web::Paths kClosures = {"/fi/myynnin-sulku", "/sv/stang-forsaljning", "/en/close-sales"};
  constexpr web::Paths kCloseWide = {"/fi/myynnin-sulku/laaja", "/sv/stang-forsaljning/bred", "/en/close-sales/wide"};
  constexpr web::Paths kReopen = {"/fi/myynnin-sulku/avaa", "/sv/stang-forsaljning/oppna", "/en/close-sales/reopen"};
  constexpr web::Paths kReopenWide = {"/fi/myynnin-sulku/avaa-laaja", "/sv/stang-forsaljning/oppna-bred", "/en/close-sales/reopen-wide"};
  constexpr web::Paths kFiles = {"/fi/luettelon-tiedostot", "/sv/katalogens-filer", "/en/catalogue-files"};
  constexpr web::Paths kExportFiles = {"/fi/luettelon-tiedostot/vie", "/sv/katalogens-filer/exportera", "/en/catalogue-files/export"};
  constexpr web::Paths kFilesPlan = {"/fi/luettelon-tiedostot/*", "/sv/katalogens-filer/*", "/en/catalogue-files/*"};
  constexpr web::Paths kImportFiles = {"/fi/luettelon-tiedostot/*/tuo", "/sv/katalogens-filer/*/importera", "/en/catalogue-files/*/import"};
  static const std::vector<staff::Route<Call>> kRoutes = {
      {Method::get, "desk", {"/fi/tyopoyta", "/sv/arbetsbord", "/en/desk"}, {}, show_front},
      {Method::get, "continue", {"/fi/jatka/*", "/sv/fortsatt/*", "/en/continue/*"}, {}, show_continue},
      {Method::get, "activities", {"/fi/kurssit", "/sv/kurser", "/en/activities"}, {Need::session, Right::activities_edit}, show_activities},
      {Method::post, "close_session", kCloseSession, {Need::session, Right::activities_edit}, post_close_session},
      {Method::post, "open_session", kOpenSession, {Need::session, Right::activities_edit}, post_open_session},
      {Method::get, "to_activities", kCloseSession, {}, to<activities_paths>},
      {Method::get, "to_activities", kOpenSession, {}, to<activities_paths>},
      {Method::post, "publish", kPublishSession, {Need::session, Right::activities_edit}, post_publish},
      {Method::post, "drop_draft", kDrop, {Need::session, Right::activities_edit}, post_drop_draft},
      {Method::get, "to_activities", kPublishSession, {}, to<activities_paths>},
      {Method::get, "to_activities", kDrop, {}, to<activities_paths>},
      {Method::get, "new_sessions", kNewSessions, {Need::session, Right::activities_edit}, show_new_sessions},
      {Method::post, "new_sessions", kNewSessions, {Need::session, Right::activities_edit}, post_new_sessions},
      {Method::get, "edit_session", kEditSession, {Need::session, Right::activities_edit}, show_edit_session},
      {Method::post, "edit_session", kEditSession, {Need::session, Right::activities_edit}, post_edit_session},
      {Method::get, "season", kSeason, {Need::session, Right::activities_edit}, show_season},
      {Method::post, "season", kSeason, {Need::session, Right::activities_edit}, post_season},
      {Method::get, "forms", kForms, {Need::session, Right::activities_edit}, show_forms},
      {Method::post, "new_form", kForms, {Need::session, Right::activities_edit}, post_new_form},
      {Method::get, "form", kForm, {Need::session, Right::activities_edit}, show_form},
      {Method::post, "copy_form", kCopyForm, {Need::session, Right::activities_edit}, post_copy_form},
      {Method::post, "raise_question", kRaise, {Need::session, Right::activities_edit}, post_raise_question},
      {Method::post, "asking", kAsking, {Need::session, Right::activities_edit}, post_asking},
      {Method::post, "use_form", kUseForm, {Need::session, Right::activities_edit}, post_use_form},
      {Method::get, "to_form", kCopyForm, {}, to_form},
      {Method::get, "to_form", kRaise, {}, to_form},
      {Method::get, "to_form", kAsking, {}, to_form},
      {Method::get, "to_form", kUseForm, {}, to_form},
      {Method::get, "form_preview", kPreview, {Need::session, Right::activities_edit}, show_form_preview},
      {Method::get, "new_question", kNewQuestion, {Need::session, Right::activities_edit}, show_question},
      {Method::post, "new_question", kNewQuestion, {Need::session, Right::activities_edit}, post_question},
      {Method::get, "question", kQuestion, {Need::session, Right::activities_edit}, show_question},
      {Method::post, "question", kQuestion, {Need::session, Right::activities_edit}, post_question},
      {Method::get, "session", {"/fi/kurssit/*", "/sv/kurser/*", "/en/activities/*"}, {Need::session, Right::activities_edit}, show_session},
      {Method::post, "give_session", {"/fi/kurssit/*/ohjaaja", "/sv/kurser/*/ledare", "/en/activities/*/instructor"}, {Need::session, Right::activities_edit}, post_give_session},
      {Method::get, "to_session", {"/fi/kurssit/*/ohjaaja", "/sv/kurser/*/ledare", "/en/activities/*/instructor"}, {}, to_session},
      {Method::post, "take_session", {"/fi/kurssit/*/ohjaaja-pois", "/sv/kurser/*/ledare-bort", "/en/activities/*/instructor-out"}, {Need::session, Right::activities_edit}, post_take_session},
      {Method::get, "to_session", {"/fi/kurssit/*/ohjaaja-pois", "/sv/kurser/*/ledare-bort", "/en/activities/*/instructor-out"}, {}, to_session},
      {Method::post, "move", {"/fi/kurssit/*/siirra", "/sv/kurser/*/flytta", "/en/activities/*/move"}, {Need::session, Right::activities_edit}, post_move},
      {Method::get, "to_session", {"/fi/kurssit/*/siirra", "/sv/kurser/*/flytta", "/en/activities/*/move"}, {}, to_session},
      {Method::post, "cancel_sign_up", {"/fi/kurssit/*/peru-ilmoittautuminen", "/sv/kurser/*/annullera-anmalan", "/en/activities/*/cancel-sign-up"}, {Need::fresh, Right::activities_edit}, post_cancel_sign_up},
      {Method::get, "to_session", {"/fi/kurssit/*/peru-ilmoittautuminen", "/sv/kurser/*/annullera-anmalan", "/en/activities/*/cancel-sign-up"}, {}, to_session},
      {Method::post, "put_first", {"/fi/kurssit/*/jonon-alkuun", "/sv/kurser/*/forst-i-kon", "/en/activities/*/first-in-line"}, {Need::session, Right::activities_edit}, post_put_first},
      {Method::get, "to_session", {"/fi/kurssit/*/jonon-alkuun", "/sv/kurser/*/forst-i-kon", "/en/activities/*/first-in-line"}, {}, to_session},
      {Method::post, "message", {"/fi/kurssit/*/viesti", "/sv/kurser/*/meddelande", "/en/activities/*/message"}, {Need::session, Right::activities_edit}, post_message},
      {Method::get, "to_session", {"/fi/kurssit/*/viesti", "/sv/kurser/*/meddelande", "/en/activities/*/message"}, {}, to_session},
      {Method::post, "call_off", {"/fi/kurssit/*/peru", "/sv/kurser/*/stall-in", "/en/activities/*/call-off"}, {Need::fresh, Right::activities_edit}, post_call_off},
      {Method::get, "to_session", {"/fi/kurssit/*/peru", "/sv/kurser/*/stall-in", "/en/activities/*/call-off"}, {}, to_session},
      {Method::get, "orders", {"/fi/tilaukset", "/sv/bestallningar", "/en/orders"}, {Need::session, Right::orders_view}, show_orders},
      {Method::post, "search", {"/fi/tilaukset/haku", "/sv/bestallningar/sok", "/en/orders/search"}, {Need::session, Right::orders_view}, post_search},
      {Method::get, "to_orders", {"/fi/tilaukset/haku", "/sv/bestallningar/sok", "/en/orders/search"}, {}, to<orders_paths>},
      {Method::get, "order", {"/fi/tilaukset/*", "/sv/bestallningar/*", "/en/orders/*"}, {Need::session, Right::orders_view}, show_order, false},
      {Method::post, "note", {"/fi/tilaukset/*/muistiinpano", "/sv/bestallningar/*/anteckning", "/en/orders/*/note"}, {Need::session, Right::orders_view}, post_note},
      {Method::get, "to_order", {"/fi/tilaukset/*/muistiinpano", "/sv/bestallningar/*/anteckning", "/en/orders/*/note"}, {}, to_order},
      {Method::post, "mail_again", {"/fi/tilaukset/*/viesti", "/sv/bestallningar/*/meddelande", "/en/orders/*/mail"}, {Need::session, Right::orders_deliver}, post_mail_again},
      {Method::get, "to_order", {"/fi/tilaukset/*/viesti", "/sv/bestallningar/*/meddelande", "/en/orders/*/mail"}, {}, to_order},
      {Method::post, "cancel_order", {"/fi/tilaukset/*/peru", "/sv/bestallningar/*/annullera", "/en/orders/*/cancel"}, {Need::session, Right::orders_deliver}, post_cancel_order},
      {Method::get, "to_order", {"/fi/tilaukset/*/peru", "/sv/bestallningar/*/annullera", "/en/orders/*/cancel"}, {}, to_order},
      {Method::post, "deliver", {"/fi/tilaukset/*/toimitus", "/sv/bestallningar/*/leverans", "/en/orders/*/delivery"}, {Need::session, Right::orders_deliver}, post_deliver},
      {Method::get, "to_order", {"/fi/tilaukset/*/toimitus", "/sv/bestallningar/*/leverans", "/en/orders/*/delivery"}, {}, to_order},
      {Method::post, "settle", {"/fi/tilaukset/*/ratkaisu", "/sv/bestallningar/*/avgorande", "/en/orders/*/decision"}, {Need::fresh, Right::refunds_request}, post_settle},
      {Method::get, "to_order", {"/fi/tilaukset/*/ratkaisu", "/sv/bestallningar/*/avgorande", "/en/orders/*/decision"}, {}, to_order},
      {Method::get, "refund", {"/fi/tilaukset/*/hyvitys", "/sv/bestallningar/*/aterbetalning", "/en/orders/*/refund"}, {Need::session, Right::refunds_request}, show_refund},
      {Method::post, "refund", {"/fi/tilaukset/*/hyvitys", "/sv/bestallningar/*/aterbetalning", "/en/orders/*/refund"}, {Need::fresh, Right::refunds_request}, post_refund},
      {Method::get, "slip", {"/fi/tilaukset/*/lahete", "/sv/bestallningar/*/foljesedel", "/en/orders/*/packing-slip"}, {Need::session, Right::orders_deliver}, show_slip, false},
      {Method::get, "deliveries", {"/fi/toimitukset", "/sv/leveranser", "/en/deliveries"}, {Need::session, Right::orders_deliver}, show_deliveries},
      {Method::post, "mark", {"/fi/toimitukset/merkitse", "/sv/leveranser/markera", "/en/deliveries/mark"}, {Need::session, Right::orders_deliver}, post_mark},
      {Method::get, "to_deliveries", {"/fi/toimitukset/merkitse", "/sv/leveranser/markera", "/en/deliveries/mark"}, {}, to<deliveries_paths>},
      {Method::get, "slips", {"/fi/toimitukset/lahetteet", "/sv/leveranser/foljesedlar", "/en/deliveries/packing-slips"}, {Need::session, Right::orders_deliver}, show_slips, false},
      {Method::get, "picking", {"/fi/toimitukset/kerailylista", "/sv/leveranser/plocklista", "/en/deliveries/pick-list"}, {Need::session, Right::orders_deliver}, show_picking},
      {Method::get, "alerts", {"/fi/halytykset", "/sv/larm", "/en/alerts"}, {}, show_alerts},
      {Method::post, "deal", {"/fi/halytykset/kuittaa", "/sv/larm/kvittera", "/en/alerts/resolve"}, {}, post_deal},
      {Method::get, "to_alerts", {"/fi/halytykset/kuittaa", "/sv/larm/kvittera", "/en/alerts/resolve"}, {}, to<alerts_paths>},
      {Method::get, "refunds", {"/fi/hyvitykset", "/sv/aterbetalningar", "/en/refunds"}, {Need::session, Right::refunds_request}, show_refunds},
      {Method::post, "pay_asked", {"/fi/hyvitykset/maksa", "/sv/aterbetalningar/betala", "/en/refunds/pay"}, {Need::fresh, Right::refunds_request}, post_pay_asked},
      {Method::get, "to_refunds", {"/fi/hyvitykset/maksa", "/sv/aterbetalningar/betala", "/en/refunds/pay"}, {}, to<refunds_paths>},
      {Method::post, "pay_session", {"/fi/hyvitykset/maksa-ryhma", "/sv/aterbetalningar/betala-grupp", "/en/refunds/pay-session"}, {Need::fresh, Right::refunds_request}, post_pay_session},
      {Method::get, "to_refunds", {"/fi/hyvitykset/maksa-ryhma", "/sv/aterbetalningar/betala-grupp", "/en/refunds/pay-session"}, {}, to<refunds_paths>},
      {Method::post, "decline_asked", {"/fi/hyvitykset/hylkaa", "/sv/aterbetalningar/avsla", "/en/refunds/decline"}, {Need::session, Right::refunds_request}, post_decline_asked},
      {Method::get, "to_refunds", {"/fi/hyvitykset/hylkaa", "/sv/aterbetalningar/avsla", "/en/refunds/decline"}, {}, to<refunds_paths>},
      {Method::post, "decline_withdrawal", {"/fi/hyvitykset/peruutus", "/sv/aterbetalningar/frantrade", "/en/refunds/withdrawal"}, {Need::session, Right::refunds_request}, post_decline_withdrawal},
      {Method::get, "to_refunds", {"/fi/hyvitykset/peruutus", "/sv/aterbetalningar/frantrade", "/en/refunds/withdrawal"}, {}, to<refunds_paths>},
      {Method::get, "gift_cards", {"/fi/lahjakortit", "/sv/presentkort", "/en/gift-cards"}, {Need::session, Right::refunds_request}, show_gift_cards},
      {Method::post, "find_gift_card", {"/fi/lahjakortit", "/sv/presentkort", "/en/gift-cards"}, {Need::session, Right::refunds_request}, post_find_gift_card},
      {Method::get, "gift_card", {"/fi/lahjakortit/*", "/sv/presentkort/*", "/en/gift-cards/*"}, {Need::session, Right::refunds_request}, show_gift_card},
      {Method::post, "stop_gift_card", {"/fi/lahjakortit/*/mitatoi", "/sv/presentkort/*/ogiltigforklara", "/en/gift-cards/*/void"}, {Need::fresh, Right::refunds_request}, post_stop_gift_card},
      {Method::get, "to_gift_cards", {"/fi/lahjakortit/*/mitatoi", "/sv/presentkort/*/ogiltigforklara", "/en/gift-cards/*/void"}, {}, to<gift_cards_paths>},
      {Method::get, "to_approve", {"/fi/hyvaksyttavat-hyvitykset", "/sv/aterbetalningar-att-godkanna", "/en/refunds-to-approve"}, {Need::session, Right::refunds_approve}, show_to_approve},
      {Method::post, "agree", {"/fi/hyvaksyttavat-hyvitykset/vastaa", "/sv/aterbetalningar-att-godkanna/svara", "/en/refunds-to-approve/answer"}, {Need::fresh, Right::refunds_approve}, post_agree},
      {Method::get, "to_to_approve", {"/fi/hyvaksyttavat-hyvitykset/vastaa", "/sv/aterbetalningar-att-godkanna/svara", "/en/refunds-to-approve/answer"}, {}, to_to_approve},
      {Method::get, "tickets", kTickets, {Need::session, Right::tickets_check}, show_ticket_desk},
      {Method::post, "check_ticket", kTickets, {Need::session, Right::tickets_check}, post_ticket_desk},
      {Method::post, "undo_use", kUndo, {Need::session, Right::tickets_check}, post_undo_use},
      {Method::post, "ticket_list", kList, {Need::session, Right::tickets_check}, post_ticket_list},
      {Method::get, "to_tickets", kUndo, {}, to<tickets_paths>},
      {Method::get, "to_tickets", kList, {}, to<tickets_paths>},
      {Method::get, "gates", {"/fi/portit", "/sv/portar", "/en/gates"}, {Need::session, Right::gates_manage}, show_gates},
      {Method::post, "make_gate", kNewGate, {Need::fresh, Right::gates_manage}, post_make_gate},
      {Method::post, "end_gate", kEndGate, {Need::fresh, Right::gates_manage}, post_end_gate},
      {Method::get, "to_gates", kNewGate, {}, to<gates_paths>},
      {Method::get, "to_gates", kEndGate, {}, to<gates_paths>},
      {Method::post, "gate_check", {"/api/gate/check", "/api/gate/check", "/api/gate/check"}, {Need::nobody}, post_gate_check},
      {Method::post, "gate_use", {"/api/gate/use", "/api/gate/use", "/api/gate/use"}, {Need::nobody}, post_gate_use},
      {Method::get, "products", {"/fi/tuotteet", "/sv/produkter", "/en/products"}, {Need::session, Right::catalogue_edit}, show_products},
      {Method::get, "new_product", kNewProduct, {Need::session, Right::catalogue_edit}, show_new_product},
      {Method::post, "new_product", kNewProduct, {Need::session, Right::catalogue_edit}, post_new_product},
      {Method::get, "product", kProduct, {Need::session, Right::catalogue_edit}, show_product},
      {Method::post, "product", kProduct, {Need::session, Right::catalogue_edit}, post_product},
      {Method::post, "publish_product", kPublish, {Need::session, Right::catalogue_edit}, post_publish_product},
      {Method::post, "hide_product", kHide, {Need::session, Right::catalogue_edit}, post_hide_product},
      {Method::post, "end_product", kEndProduct, {Need::session, Right::catalogue_edit}, post_end_product},
      {Method::post, "copy_product", kCopy, {Need::session, Right::catalogue_edit}, post_copy_product},
      {Method::get, "to_product", kPublish, {}, to_product},
      {Method::get, "to_product", kHide, {}, to_product},
      {Method::get, "to_product", kEndProduct, {}, to_product},
      {Method::get, "to_product", kCopy, {}, to_product},
      {Method::post, "put_picture", kPicture, {Need::session, Right::catalogue_edit}, post_picture},
      {Method::get, "to_product", kPicture, {}, to_product},
      {Method::get, "picture", {"/fi/kuva/*", "/sv/bild/*", "/en/picture/*"}, {Need::session, Right::catalogue_edit}, show_picture},
      {Method::post, "preview_product", kPreviewProduct, {Need::session, Right::catalogue_edit}, post_preview_product},
      {Method::get, "to_product", kPreviewProduct, {}, to_product},
      {Method::post, "preview_new", kPreviewNew, {Need::session, Right::catalogue_edit}, post_preview_new},
      {Method::get, "to_products", kPreviewNew, {}, to<products_paths>},
      {Method::get, "preview", {"/fi/esikatselu/*", "/sv/forhandsvisning/*", "/en/preview/*"}, {Need::session, Right::catalogue_edit}, show_preview},
      {Method::get, "product_history", {"/fi/tuotteet/*/historia", "/sv/produkter/*/historik", "/en/products/*/history"}, {Need::session, Right::catalogue_edit}, show_product_history},
      {Method::post, "restore_product", kRestore, {Need::session, Right::catalogue_edit}, post_restore_product},
      {Method::get, "to_product_history", kRestore, {}, to_product_history},
      {Method::get, "variants", kVariants, {Need::session, Right::catalogue_edit}, show_variants},
      {Method::post, "new_variant", kVariants, {Need::session, Right::catalogue_edit}, post_variant_new},
      {Method::post, "new_slots", kSlots, {Need::session, Right::catalogue_edit}, post_slots_new},
      {Method::get, "to_variants", kSlots, {}, to_variants},
      {Method::get, "variant", kVariant, {Need::session, Right::catalogue_edit}, show_variant},
      {Method::post, "variant", kVariant, {Need::session, Right::catalogue_edit}, post_variant},
      {Method::post, "stock", kStock, {Need::session, Right::catalogue_edit}, post_stock},
      {Method::get, "to_variant", kStock, {}, to_variant},
      {Method::post, "call_off_time", kCallOffTime, {Need::fresh, Right::catalogue_edit}, post_call_off_time},
      {Method::get, "to_variant", kCallOffTime, {}, to_variant},
      {Method::get, "people", {"/fi/henkilot", "/sv/personer", "/en/people"}, {Need::session, Right::people_view}, show_people},
      {Method::get, "invite", kInvite, {Need::session, Right::people_change}, show_invite},
      {Method::post, "invite", kInvite, {Need::fresh, Right::people_change}, post_invite},
      {Method::get, "person", kPerson, {Need::session, Right::people_view}, show_person},
      {Method::post, "give", kGive, {Need::fresh, Right::people_change}, post_give},
      {Method::post, "end", kEnd, {Need::fresh, Right::people_change}, post_end},
      {Method::post, "disable", kDisable, {Need::fresh, Right::people_change}, post_disable},
      {Method::post, "enable", kEnable, {Need::fresh, Right::people_change}, post_enable},
      {Method::post, "link", kLink, {Need::fresh, Right::people_change}, post_link},
      {Method::get, "to_person", kGive, {}, to_person},
      {Method::get, "to_person", kEnd, {}, to_person},
      {Method::get, "to_person", kDisable, {}, to_person},
      {Method::get, "to_person", kEnable, {}, to_person},
      {Method::get, "to_person", kLink, {}, to_person},
      {Method::get, "groups", {"/fi/ryhmat", "/sv/grupper", "/en/groups"}, {Need::session, Right::people_view}, show_groups},
      {Method::get, "new_group", kNewGroup, {Need::session, Right::groups_change}, show_new_group},
      {Method::post, "new_group", kNewGroup, {Need::fresh, Right::groups_change}, post_new_group},
      {Method::get, "group", kGroup, {Need::session, Right::groups_change}, show_group},
      {Method::post, "group", kGroup, {Need::fresh, Right::groups_change}, post_group},
      {Method::post, "end_group", kEndGroup, {Need::fresh, Right::groups_change}, post_end_group},
      {Method::get, "to_group", kEndGroup, {}, to_group},
      {Method::get, "approvals", {"/fi/hyvaksynnat", "/sv/godkannanden", "/en/approvals"}, {Need::session, Right::register_approve}, show_approvals},
      {Method::post, "approve", kApprove, {Need::fresh, Right::register_approve}, post_approve},
      {Method::post, "take_back", kTakeBack, {Need::fresh, Right::register_approve}, post_take_back},
      {Method::get, "to_approvals", kApprove, {}, to<approvals_paths>},
      {Method::get, "to_approvals", kTakeBack, {}, to<approvals_paths>},
      {Method::get, "vendor", {"/fi/yllapito", "/sv/underhall", "/en/maintenance"}, {Need::session, Right::vendor_open}, show_vendor},
      {Method::post, "vendor_ask", kAsk, {Need::fresh, Right::vendor_open}, post_vendor_ask},
      {Method::post, "vendor_approve", kVendorYes, {Need::fresh, Right::vendor_open}, post_vendor_approve},
      {Method::post, "vendor_close", kClose, {Need::session, Right::vendor_open}, post_vendor_close},
      {Method::get, "to_vendor", kAsk, {}, to<vendor_paths>},
      {Method::get, "to_vendor", kVendorYes, {}, to<vendor_paths>},
      {Method::get, "to_vendor", kClose, {}, to<vendor_paths>},
      {Method::get, "reports", {"/fi/raportit", "/sv/rapporter", "/en/reports"}, {Need::session, Right::reports_view}, show_reports},
      {Method::get, "report_csv", {"/fi/raportit/csv", "/sv/rapporter/csv", "/en/reports/csv"}, {Need::session, Right::reports_view}, show_report_csv},
      {Method::get, "report_xlsx", {"/fi/raportit/xlsx", "/sv/rapporter/xlsx", "/en/reports/xlsx"}, {Need::session, Right::reports_view}, show_report_xlsx},
      {Method::post, "report_file", kReportFile, {Need::session, Right::reports_view}, post_report_file},
      {Method::get, "to_reports", kReportFile, {}, to<reports_paths>},
      {Method::get, "vouchers", {"/fi/tositteet", "/sv/verifikationer", "/en/vouchers"}, {Need::session, Right::finance_view}, show_vouchers},
      {Method::get, "voucher", {"/fi/tositteet/*", "/sv/verifikationer/*", "/en/vouchers/*"}, {Need::session, Right::finance_view}, show_voucher},
      {Method::get, "voucher_csv", {"/fi/tositteet/*/csv", "/sv/verifikationer/*/csv", "/en/vouchers/*/csv"}, {Need::session, Right::finance_view}, show_voucher_csv},
      {Method::get, "receipts", {"/fi/kuittien-sailytys", "/sv/forvaring-av-kvitton", "/en/kept-receipts"}, {Need::session, Right::finance_view}, show_receipts},
      {Method::get, "settlements", {"/fi/tilitykset", "/sv/redovisningar", "/en/settlements"}, {Need::session, Right::finance_view}, show_settlements},
      {Method::post, "explain_difference", kExplain, {Need::session, Right::finance_view}, post_explain},
      {Method::get, "to_settlements", kExplain, {}, to<settlements_paths>},
      {Method::post, "destroy_receipts", kDestroyReceipts, {Need::fresh, Right::finance_view}, post_destroy_receipts},
      {Method::get, "to_receipts", kDestroyReceipts, {}, to<receipts_paths>},
      {Method::get, "log", {"/fi/kayttoloki", "/sv/anvandningslogg", "/en/use-log"}, {Need::session, Right::log_read}, show_log, false},
      {Method::post, "check_log", kCheck, {Need::session, Right::log_read}, post_check_log},
      {Method::post, "export_log", kExport, {Need::fresh, Right::log_export}, post_export_log},
      {Method::get, "to_log", kExport, {}, to<log_paths>},
      {Method::get, "to_log", kCheck, {}, to<log_paths>},
      {Method::get, "catalogue_files", kFiles, {Need::session, Right::catalogue_edit}, show_catalogue_files},
      {Method::post, "check_files", kFiles, {Need::session, Right::catalogue_edit}, post_check_files},
      {Method::post, "export_files", kExportFiles, {Need::session, Right::catalogue_edit}, post_export_files},
      {Method::get, "to_files", kExportFiles, {}, to<catalogue_files_paths>},
      {Method::get, "files_plan", kFilesPlan, {Need::session, Right::catalogue_edit}, show_files_plan},
      {Method::post, "import_files", kImportFiles, {Need::fresh, Right::prices_edit}, post_import_files},
      {Method::get, "to_files_plan", kImportFiles, {}, to_files_plan},
      {Method::get, "job", {"/fi/pitka-tyo/*", "/sv/langt-arbete/*", "/en/long-work/*"}, {}, show_job},
      {Method::get, "job_file", {"/fi/pitka-tyo/*/tiedosto", "/sv/langt-arbete/*/fil", "/en/long-work/*/file"}, {}, show_job_file, false},
      {Method::get, "order_link", {"/fi/tilaukset/*/linkki", "/sv/bestallningar/*/lank", "/en/orders/*/link"}, {Need::session, Right::orders_make}, show_order_link, false},
      {Method::get, "new_order", {"/fi/uusi-tilaus", "/sv/ny-bestallning", "/en/new-order"}, {Need::session, Right::orders_make}, show_new_order},
      {Method::post, "ask_order", {"/fi/uusi-tilaus", "/sv/ny-bestallning", "/en/new-order"}, {Need::session, Right::orders_make}, post_new_order},
      {Method::get, "draft_order", {"/fi/uusi-tilaus/*", "/sv/ny-bestallning/*", "/en/new-order/*"}, {Need::session, Right::orders_make}, show_draft_order},
      {Method::post, "confirm_order", {"/fi/uusi-tilaus/*", "/sv/ny-bestallning/*", "/en/new-order/*"}, {Need::session, Right::orders_make}, post_confirm_order},
      {Method::get, "change_order", {"/fi/uusi-tilaus/*/muuta", "/sv/ny-bestallning/*/andra", "/en/new-order/*/change"}, {Need::session, Right::orders_make}, show_change_order},
      {Method::get, "settings", {"/fi/asetukset", "/sv/installningar", "/en/settings"}, {Need::session, Right::settings_view}, show_settings},
      {Method::get, "discounts", {"/fi/alennukset", "/sv/rabatter", "/en/discounts"}, {Need::session, Right::prices_edit}, show_discounts},
      {Method::get, "discount", kDiscount, {Need::session, Right::prices_edit}, show_discount},
      {Method::post, "save_discount", kDiscount, {Need::session, Right::prices_edit}, post_discount},
      {Method::post, "end_discount", kEndDiscount, {Need::session, Right::prices_edit}, post_end_discount},
      {Method::get, "to_discounts", kEndDiscount, {}, to<discounts_paths>},
      {Method::get, "closures", kClosures, {Need::session, Right::catalogue_edit}, show_closures},
      {Method::post, "close_product", kClosures, {Need::session, Right::catalogue_edit}, post_close_product},
      {Method::post, "close_wide", kCloseWide, {Need::fresh, Right::catalogue_edit}, post_close_wide},
      {Method::post, "reopen_product", kReopen, {Need::session, Right::catalogue_edit}, post_reopen_product},
      {Method::post, "reopen_wide", kReopenWide, {Need::fresh, Right::catalogue_edit}, post_reopen_wide},
      {Method::get, "to_closures", kCloseWide, {}, to<closures_paths>},
      {Method::get, "to_closures", kReopen, {}, to<closures_paths>},
      {Method::get, "to_closures", kReopenWide, {}, to<closures_paths>},
  };
  return kRoutes;
}

}  // namespace backoffice
