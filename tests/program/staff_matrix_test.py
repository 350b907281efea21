#!/usr/bin/python3
"""Goal: every page of the staff's host is open to those who may and to nobody else (A8), and every form is refused without its own
session's token (A7). The pages are the processes' own tables of routes: a new one that stands in neither list fails."""
import unittest

from staff_bed import StaffBed, routes_of

# Who may come to a page that asks for a right; of all others anybody who is logged in. By the ready groups of schema/0009_staff_rights.sql,
# written out: a group that is given more, or a page that asks for less, shows here.
MAY = {
    "people": {"administrator", "shop_manager", "data_protection_officer", "auditor"},
    "person": {"administrator", "shop_manager", "data_protection_officer", "auditor"},
    "groups": {"administrator", "shop_manager", "data_protection_officer", "auditor"},
    "invite": {"administrator"}, "give": {"administrator"}, "end": {"administrator"}, "disable": {"administrator"}, "enable": {"administrator"}, "link": {"administrator"},
    "approvals": {"register_responsible"}, "approve": {"register_responsible"}, "take_back": {"register_responsible"},
    "vendor": {"administrator", "shop_manager"}, "vendor_ask": {"administrator", "shop_manager"}, "vendor_approve": {"administrator", "shop_manager"}, "vendor_close": {"administrator", "shop_manager"},
    "sign_key": {"administrator"}, "make_group": {"administrator"}, "ask_to_join": {"administrator"}, "leave_group": {"administrator"},
    **{name: {"shop_manager", "product_editor", "activity_supervisor"} for name in ("activities", "close_session", "open_session", "session", "give_session", "take_session", "move", "cancel_sign_up", "put_first", "message", "call_off", "publish", "drop_draft", "new_sessions", "edit_session", "season", "forms", "new_form", "form", "copy_form", "raise_question", "asking", "use_form", "form_preview", "new_question", "question")},
    **{name: {"shop_manager", "product_editor"} for name in ("products", "new_product", "product", "publish_product", "hide_product", "end_product", "copy_product", "put_picture", "picture", "preview_product", "preview_new", "preview", "product_history", "restore_product", "variants", "new_variant", "new_slots", "variant", "stock", "call_off_time")},
    **{name: {"instructor", "activity_supervisor"} for name in ("sessions", "participants", "health_answers", "emergency", "kitchen", "attendance", "break_glass")},
    **{name: {"shop_manager", "cashier"} for name in ("orders", "search", "order", "note", "mail_again", "cancel_order", "deliver", "slip", "slips", "deliveries", "mark", "picking", "settle", "refund", "refunds", "pay_asked", "pay_session", "decline_asked", "decline_withdrawal", "gift_cards", "find_gift_card", "gift_card", "stop_gift_card")},
    **{name: {"shop_manager", "cashier"} for name in ("new_order", "ask_order", "draft_order", "confirm_order", "change_order", "order_link")},
    "to_approve": {"shop_manager", "finance"}, "agree": {"shop_manager", "finance"},
    **{name: {"shop_manager", "cashier"} for name in ("tickets", "check_ticket", "undo_use", "ticket_list")}, **{name: {"shop_manager"} for name in ("gates", "make_gate", "end_gate")},
    **{name: {"shop_manager", "finance", "auditor"} for name in ("reports", "report_csv", "report_xlsx", "report_file")},
    **{name: {"finance"} for name in ("vouchers", "voucher", "voucher_csv", "settlements", "explain_difference", "receipts", "destroy_receipts")},
    "settings": {"administrator", "shop_manager", "data_protection_officer"},
    **{name: {"shop_manager", "product_editor"} for name in ("catalogue_files", "check_files", "export_files", "files_plan", "closures", "close_product", "close_wide", "reopen_product", "reopen_wide")},
    "import_files": {"shop_manager"}, **{name: {"shop_manager"} for name in ("discounts", "discount", "save_discount", "end_discount")},
    "new_group": {"administrator"}, "group": {"administrator"}, "end_group": {"administrator"}, "export_log": {"data_protection_officer"},
    "log": {"data_protection_officer", "auditor"}, "check_log": {"data_protection_officer", "auditor"},
}
# Of these pages none is of a unit, a product or a register alone.
WHOLE = {"data_protection_officer": {"log", "check_log", "export_log", "settings"}, "auditor": {"log", "check_log"}, "shop_manager": {"vendor", "vendor_ask", "vendor_approve", "vendor_close", "settings"},
         "finance": {"vouchers", "settlements", "receipts"}, "administrator": {"vendor", "vendor_ask", "vendor_approve", "vendor_close"}}
LOGGED_IN = {"desk", "continue", "account", "logout", "end_session", "end_sessions", "confirm", "authenticator", "remove_authenticator", "to_person", "to_receipts", "to_settlements", "to_approvals", "to_vendor", "to_log", "to_group", "to_form", "to_closures", "to_discounts", "to_files", "to_files_plan", "job", "job_file", "to_reports", "to_activities", "alerts", "deal", "to_alerts", "to_orders", "to_order", "to_deliveries", "to_refunds", "to_gift_cards", "to_to_approve", "to_session", "to_tickets", "to_gates", "to_product", "to_products", "to_product_history", "to_variants", "to_variant", "to_participants", "password", "add_passkey", "remove_passkey", "recovery_codes", "keys", "let_join", "reseal", "make_probe", "open_probe"}
# The gates have tokens of their own (gates_test.py); what comes from a browser is refused like a form from elsewhere.
ANYBODY = {"login", "enrolment", "to_account", "to_keys", "gate_check", "gate_use"}
# Pages that are for members of a group: who is none is refused by the group's key or its scope (keys_test.py).
BY_KEY = {"add_passkey", "let_join", "reseal", "make_probe", "open_probe"}
GROUPS = ("administrator", "shop_manager", "product_editor", "cashier", "instructor", "activity_supervisor", "finance", "data_protection_officer", "register_responsible", "service_supervisor", "vendor", "auditor")
MONEY_AND_PEOPLE = {"orders_view", "orders_make", "orders_deliver", "refunds_request", "refunds_approve", "reports_view", "finance_view", "people_view", "people_change", "participants_view", "contacts_open", "health_open"}
OPENS_SEALED = {"health_open", "contacts_open", "recordings_play", "recordings_export", "requests_handle", "keys_manage"}


def setUpModule():
    global bed, routes, browsers
    bed = StaffBed()
    routes = [route for process in bed.processes for route in routes_of(bed, process)]
    bed.person("somebody")
    browsers = {group: bed.here(bed.member(group)) for group in GROUPS}


def tearDownModule():
    bed.close()


def path_of(route, lang=0):
    return route["paths"][lang].replace("*", "0" * 26 if route["name"] in ("continue", "enrolment", "preview") else "somebody")


class Matrix(unittest.TestCase):
    def test_every_route_is_listed(self):
        self.assertEqual({route["name"] for route in routes}, set(MAY) | LOGGED_IN | ANYBODY)
        for route in routes:
            kind = MAY if route["right"] else ANYBODY if route["need"] == "nobody" else LOGGED_IN
            self.assertIn(route["name"], kind, route)
        self.assertEqual({row[0] for row in bed.sql("SELECT code FROM staff_groups WHERE is_ready")}, set(GROUPS))

    def test_A8_each_group_gets_what_is_its_and_nothing_else(self):
        for route in routes:
            if route["need"] == "nobody" or route["name"] in {"logout", "end_sessions", *BY_KEY}:
                continue
            for group, browser in browsers.items():
                with self.subTest(route=route["name"], method=route["method"], group=group):
                    refused = route["right"] is not None and group not in MAY[route["name"]]
                    if route["method"] == "GET":
                        status = browser.get(path_of(route)).status
                        self.assertEqual(status == 403, refused, status)
                    else:
                        token = browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
                        status = browser.post(path_of(route), {"form": token}).status
                        self.assertEqual(status == 403, refused, status)

    def test_A8_what_is_of_the_whole_shop_is_closed_to_a_right_on_a_part_of_it(self):
        for group, names in WHOLE.items():
            person = bed.member(group, group.replace("_", "-") + "-of-a-part")
            browser = bed.here(person)
            for kind, of in (("unit", "sports"), ("register", "shop"), ("register", "recordings")):
                bed.sql(f"UPDATE staff_memberships SET scope_kind = '{kind}', scope_id = '{of}' WHERE ended_utc IS NULL AND staff_id = {bed.id_of(person)}")
                desk = browser.get("/fi/tyopoyta").text
                token = browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
                for route in routes:
                    if route["name"] in names:
                        with self.subTest(route=route["name"], group=group, scope=of):
                            answer = browser.get(path_of(route)) if route["method"] == "GET" else browser.post(path_of(route), {"form": token})
                            self.assertEqual(answer.status, 403)
                            self.assertNotIn(f'href="{path_of(route)}"', desk, "nothing leads there")

    def test_A8_who_is_not_logged_in_gets_nothing(self):
        for route in routes:
            if route["need"] != "nobody":
                for lang in range(3):
                    ask = bed.browser().get if route["method"] == "GET" else lambda path: bed.browser().post(path, {})
                    answer = ask(path_of(route, lang))
                    self.assertEqual(answer.status, 303, route)
                    self.assertRegex(answer.location, "^/(fi/kirjaudu|sv/logga-in|en/login)")

    def test_A7_every_form_is_refused_without_its_sessions_token(self):
        browser, other = browsers["administrator"], browsers["auditor"]
        own = browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]
        foreign = other.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]
        def standing():
            bed.sql("UPDATE staff_sessions SET seen_utc = begun_utc")  # a session is noted as seen every ten seconds, whatever comes of the request
            return bed.dump()
        before = standing()
        for route in routes:
            if route["method"] == "POST":
                for fields, headers in ((own, {"Origin": "https://evil.example"}), (own, {"Sec-Fetch-Site": "cross-site"}), (own, {"Sec-Fetch-Site": "same-site"}),
                                        (own, {"Origin": None, "Sec-Fetch-Site": None}), ({}, None), (foreign, None)):
                    self.assertEqual(browser.post(path_of(route), fields, headers).status, 403, (route, headers))
        self.assertEqual(standing(), before)

    def test_an_editor_of_products_sees_no_money_and_no_people_and_the_vendor_opens_nothing(self):
        rights = {}
        for group, right in bed.sql("SELECT g.code, r.right_name FROM staff_groups g JOIN staff_group_rights r ON r.group_id = g.id"):
            rights.setdefault(group, set()).add(right)
        self.assertEqual(rights["product_editor"] & MONEY_AND_PEOPLE, set())
        self.assertEqual(rights["vendor"] & OPENS_SEALED, set())


if __name__ == "__main__":
    unittest.main()
