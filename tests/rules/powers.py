#!/usr/bin/python3
"""The table of powers in handlers/README.md is true: grants, systemd units, secrets and nginx say the same of each process."""
import re

import rule

# What a word of the column "may write" means in tables and columns; the grants must be exactly the sum of the words.
# TABLE: INSERT; TABLE*: also UPDATE of any column; TABLE(columns): UPDATE of these; alone or after INSERT with a +.
WRITES = {
    ("checkout", "orders (new; free ones already confirmed)"): ["orders+", "order_lines+", "order_events+"],
    ("checkout", "what staff asked to order"): ["staff_orders(state, answer, contents, order_id, changed_utc)"],
    ("checkout", "what a buyer agrees to before paying"): ["orders(age_confirmed)", "order_lines(begin_now)"],
    ("checkout", "stock (taking)"): ["stock(free)", "changes+"],
    ("checkout", "uses of discount codes (taking)"): ["discount_codes(used)", "discount_uses+"],
    ("checkout", "sign-ups taken into an order"): ["registrations(state, holds_seats, order_id)"],
    ("checkout", "withdrawals"): ["withdrawals+", "withdrawal_lines+", "staff_alerts+"],
    ("checkout", "guard rows of mails"): ["mail_guards+", "mail_guards*"],
    ("checkout", "cancel requests"): ["cancel_requests+"],
    ("checkout", "gift cards that an order holds"): ["gift_cards(balance_cents)", "gift_card_moves+", "order_gift_cards+"],
    ("registrations", "seat holds"): ["stock(free)", "changes+"],
    ("registrations", "registrations and what is owed when they are cancelled"): ["registrations+", "registrations(state, holds_seats, hold_until_utc, extensions, confirmed_utc, email, answers)", "registration_participants+", "refund_requests+"],
    ("registrations", "sealed answers (insert only, never select)"): ["registration_records+", "health_answers+", "data_keys+"],
    ("registrations", "guard rows of mails"): ["mail_guards+", "mail_guards*"],
    ("registrations", "consents"): ["registration_consents+", "registration_consents(withdrawn_utc)"],
    ("registrations", "alerts about keys; destroys answers by procedure"): ["staff_alerts+", "EXECUTE destroy_registration_records", "EXECUTE destroy_health_answers"],
    ("payments", "attempts"): ["payment_attempts+", "payment_attempts*", "payment_events+"],
    ("payments", "refunds and what staff asked and decided of them"): ["refunds+", "refunds(state, transaction_id, verdict, case_code, called_utc, answered_utc, ended_utc)", "refund_requests(state)", "decisions(done_utc, result)"],
    ("payments", "what is to be handed out"): ["deliveries+", "deliveries(state, changed_utc)"],
    ("payments", "payment and order state"): ["orders(state, holds_stock, settled_utc, fulfilled_utc)", "order_events+", "cancel_requests(done_utc)",
                                              "staff_alerts+", "staff_alerts(mailed_on, resolved_utc)"],
    ("payments", "sign-ups of orders and the end of holds and offers to those who wait"): ["registrations(state, holds_seats, confirmed_utc, hold_until_utc, offered_utc)", "registration_participants(unit_cents)", "EXECUTE destroy_health_answers", "refund_requests+"],
    ("payments", "orders of times that were called off asked back"): ["called_off_times(unasked)", "called_off_orders+", "called_off_orders(request_id, told, again_utc)", "refund_requests+", "refund_request_lines+"],
    ("payments", "settlements of the service"): ["settlements+", "settlements(token, asked_utc, received_utc)", "settlement_rows+", "settlement_differences+", "DELETE settlement_differences"],
    ("payments", "receipts"): ["receipts+", "receipt_lines+", "receipt_buyers+", "receipt_series+", "receipt_series*"],
    ("payments", "ledger"): ["ledger_entries+"],
    ("payments", "tickets"): ["tickets+", "tickets(refund_id)"],
    ("payments", "gift cards"): ["gift_cards+", "gift_cards(balance_cents, voided_utc, void_reason)", "gift_card_codes+", "gift_card_moves+", "order_gift_cards(state, refunded_cents)"],
    ("payments", "stock (giving back)"): ["stock(free)", "changes+"],
    ("payments", "uses of discount codes (giving back)"): ["discount_codes(used)", "discount_uses(counted)"],
    ("opener", "credentials"): ["staff(state)", "staff_enrolments(used_utc)", "staff_passwords+", "staff_passwords*", "staff_totp+", "staff_totp*", "DELETE staff_totp", "staff_passkeys+", "staff_passkeys(sign_count, used_utc)", "DELETE staff_passkeys", "passkey_challenges+", "DELETE passkey_challenges",
                                "staff_recovery_codes+", "staff_recovery_codes(used_utc)", "DELETE staff_recovery_codes"],
    ("opener", "views of answers"): ["registration_views+"],
    ("opener", "attendance"): ["attendance+", "attendance(present, marked_by, marked_utc)"],
    ("opener", "break-glass"): ["session_staff+"],
    ("opener", "sessions"): ["staff_sessions+", "staff_sessions(seen_utc, factor_utc, sealed_keys)", "DELETE staff_sessions"],
    ("opener", "person keys"): ["staff_keys+", "staff_keys*"],
    ("opener", "group keys and wraps"): ["key_signatures+", "key_groups+", "key_groups(members)", "DELETE key_groups", "key_wraps+", "DELETE key_wraps", "key_requests+",
                                         "key_requests(done_by, done_utc)"],
    ("opener", "data keys sealed anew"): ["data_keys(sealed, epoch)"],
    ("opener", "records that prove a key"): ["key_probes+", "data_keys+"],
    ("opener", "use log (by procedure)"): ["EXECUTE append_use_log"],
    ("opener", "alerts to staff"): ["staff_alerts+"],
    ("payments", "alerts about rights that end and sessions that are short (by procedure)"): ["EXECUTE note_ending_approvals", "EXECUTE note_short_sessions"],
    ("opener", "guard rows of logins"): ["login_guards+", "login_guards*"],
    ("backoffice", "people and invitations"): ["staff+", "staff(state)", "staff_enrolments+", "staff_enrolments(expires_utc)"],
    ("backoffice", "memberships and approvals"): ["staff_memberships+", "staff_memberships(ended_by, ended_utc)", "staff_register_approvals+", "staff_register_approvals(ended_utc)"],
    ("backoffice", "groups of the city's own"): ["staff_groups+", "staff_groups(name_fi, name_sv, name_en, ended_utc)", "staff_group_rights+", "DELETE staff_group_rights"],
    ("backoffice", "forms of sign-ups"): ["forms+", "forms(version)", "form_questions+", "form_questions(sort_order, of_whom, type, class, required, label_fi, label_sv, label_en, hint_fi, hint_sv, hint_en, purpose_fi, purpose_sv, purpose_en, retired_utc)",
                                         "form_choices+", "DELETE form_choices", "activities*"],
    ("backoffice", "earlier values of these"): ["edit_history+"],
    ("backoffice", "sessions of activities and their sign-up"): ["variants+", "variants*", "stock+", "stock(free, capacity)", "activity_sessions+", "activity_sessions*", "activity_meetings+",
                                                                 "DELETE activity_meetings", "prices+", "changes+"],
    ("backoffice", "sessions called off and sign-ups moved or cancelled with their seats and refunds asked for and mails"): ["registrations(state, holds_seats, variant_id, queue_rank)", "stock(free, capacity)", "refund_requests+", "staff_alerts+", "EXECUTE destroy_health_answers"],
    ("backoffice", "refunds asked for and agreed to"): ["refund_requests(state, cents, attempt_id, withdrawal_id, stock_back, outside, requested_by, decided_by, decided_utc, decided_words)", "refund_request_lines+", "DELETE refund_request_lines", "refund_request_lines(quantity, cents)", "refund_guards+", "refund_guards(moves)"],
    ("backoffice", "decisions and withdrawals and alerts that are dealt with"): ["decisions+", "withdrawals(order_id, state, handled_by, handled_utc, declined_words)", "staff_alerts(resolved_utc, resolved_by, resolved_words)", "cancel_requests+", "cancel_requests(requested_utc, done_utc)"],
    ("backoffice", "orders that it asks for"): ["staff_orders+", "staff_orders(state, channel, lang, contents, answer, changed_utc)"],
    ("backoffice", "gift cards that are stopped"): ["gift_cards(voided_utc, void_reason)", "gift_card_moves+"],
    ("backoffice", "deliveries"): ["deliveries(state, changed_by, changed_utc)"],
    ("backoffice", "notes on orders"): ["order_notes+"],
    ("backoffice", "guard rows of mails"): ["mail_guards+", "mail_guards*"],
    ("backoffice", "products with their texts and prices and versions"): ["products+", "products*", "product_texts+", "product_texts(name, summary, description)", "DELETE product_texts", "product_deliveries+", "DELETE product_deliveries", "prices+", "DELETE prices",
                                                                          "coming_prices+", "activities+", "activities*", "variants+", "variants*", "product_versions+", "changes+"],
    ("backoffice", "pictures"): ["images+"],
    ("backoffice", "catalogues that come as files"): ["units+", "units*", "categories+", "categories*", "price_groups+", "price_groups*", "delivery_ways+", "delivery_ways*", "forms(name, unit_code)", "DELETE form_questions"],
    ("backoffice", "long work"): ["jobs+", "jobs(state, run, done, total, problem, problem_detail, file_name, file_type, may, finished_utc)", "DELETE jobs", "job_parts+", "DELETE job_parts"],
    ("backoffice", "campaigns and discount codes"): ["campaigns+", "campaigns(name_fi, name_sv, name_en, scope, price_group, percent, cents, from_day, until_day, ended_utc, version)", "discount_codes+", "discount_codes(name_fi, name_sv, name_en, scope, price_group, percent, cents, from_day, until_day, ended_utc, version, code, minimum_cents, max_uses)", "changes+"],
    ("backoffice", "previews"): ["previews+", "DELETE previews"],
    ("backoffice", "stock (its capacity) and its movements"): ["stock+", "stock(free, capacity)", "DELETE stock", "stock_movements+"],
    ("backoffice", "years of receipts that may go"): ["receipt_destructions+"],
    ("backoffice", "what a settlement's difference is"): ["settlement_differences(explained_by, explained_utc, explained_words)"],
    ("backoffice", "who holds a session"): ["session_staff+", "session_staff(ends_utc)"],
    ("backoffice", "use of tickets"): ["tickets(uses)", "ticket_uses+", "ticket_uses(undone_utc)"],
    ("backoffice", "gates"): ["ticket_gates+", "ticket_gates(heard_utc, ended_by, ended_utc)"],
    ("backoffice", "times of tickets called off"): ["called_off_times+"],
    ("backoffice", "sales closed and reopened"): ["sale_closures+", "sale_closures(reopened_by, reopened_utc)"],
    ("backoffice", "openings for the vendor"): ["staff_vendor_openings+", "staff_vendor_openings(approved_by, approved_utc, ends_utc, closed_utc)"],
    ("backoffice", "kept forms"): ["staff_kept_forms+", "DELETE staff_kept_forms"],
    ("backoffice", "end of sessions"): ["staff_sessions(seen_utc)", "DELETE staff_sessions"],
    ("backoffice", "use log (by procedure)"): ["EXECUTE append_use_log", "EXECUTE check_use_log"],
    ("anchor", "what is anchored"): ["use_log_anchor(answered, anchored_utc, broken_utc)"],
    ("opener", "what is to be anchored"): ["use_log_anchor(asked)"],
    ("backoffice", "what is to be anchored"): ["use_log_anchor(asked)"],
    ("retention", "only by procedures `purge_<class>`"): ["EXECUTE purge_health_answers", "EXECUTE purge_registrations", "EXECUTE purge_unfinished_registrations", "EXECUTE purge_staff_moments", "EXECUTE purge_receipts", "EXECUTE purge_staff_orders"],
    ("mailer", "outbox state"): ["outbox(state, tries, next_try_utc, sent_utc, sent_sha256, last_error)", "staff_alerts+"],
}
# "All but opener, anchor, retention and render insert outbox rows" (the sentence below the table).
OUTBOX = {"checkout", "registrations", "payments", "backoffice"}
SECRET_FILES = {"pepper; sealed data open only with the key of the person logged in": "pepper", "form key": "form-key", "cart key": "cart-key", "cart key (checkout's)": "cart-key", "merchant key": "merchant-key", "SMTP password": "smtp-password", "pepper": "pepper"}
WITHOUT_SECRET = "checkout-sweep.service"  # meets no browser: it holds none of its process's
TOOLS = {"import", "use_log"}  # use_log: the rights of procedures; nobody can log in with them


def split_words(cell):
    return [word.strip() for word in re.split(r",\s*(?![^()]*\))", cell) if word.strip()]


def table(tree):
    rows = {}
    for _, line in tree.lines("handlers/README.md"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 5 and cells[0] not in ("process", "---"):
            rows[cells[0]] = cells[1:]
    return rows


def granted(tree, process):
    """The writes of a grant file, in the notation above; and what it should never hold."""
    writes, wrong = set(), []
    text = re.sub(r"--[^\n]*", "", tree.read(f"schema/grants/{process}.sql"))
    for statement in filter(None, (s.strip() for s in text.split(";"))):
        found = re.fullmatch(r"GRANT (.+) ON (?:PROCEDURE )?kuntakauppa(?:_keys)?\.(\w+)\s+TO `kuntakauppa-(\w+)`@localhost", statement)
        if not found:
            wrong.append(f"not a plain grant on one table: {statement}")
            continue
        rights, name, account = found.groups()
        if account != process:
            wrong.append(f"a grant to another account: {account}")
        for right in split_words(rights):
            kind, _, columns = right.partition("(")
            kind, columns = kind.strip(), columns.rstrip(")").strip()
            if kind == "INSERT":
                writes.add(name + "+")
            elif kind == "UPDATE":
                writes.add(f"{name}({columns})" if columns else name + "*")
            elif kind != "SELECT":
                writes.add(f"{kind} {name}")
    return writes, wrong


def findings(tree):
    rows = table(tree)
    processes = {name.split("/")[1] for name in tree.files("handlers/*/main.cc")} | ({"render"} if tree.files("site/render/main.cc") else set())
    grants = {name.split("/")[-1].removesuffix(".sql") for name in tree.files("schema/grants/*.sql")}
    for process in sorted(processes - set(rows)):
        yield f"{process} is a process, and the table of powers in handlers/README.md doesn't name it"
    for process in sorted(set(rows) - grants):
        yield f"{process} has no schema/grants/{process}.sql"
    for process in sorted(grants - set(rows) - TOOLS):
        yield f"schema/grants/{process}.sql belongs to no process of the table"
    for process, (reached, secret, writes, calls) in sorted(rows.items()):
        if process in grants:
            yield from wrong_grants(tree, process, writes)
        yield from wrong_units(tree, process, reached, secret, calls)


def wrong_grants(tree, process, cell):
    allowed = {"outbox+"} if process in OUTBOX else set()
    for word in [] if cell == "nothing in the database" else split_words(cell):
        if (process, word) not in WRITES:
            yield f"{process} may write \"{word}\": tests/rules/powers.py doesn't know what that means in tables"
        allowed |= set(WRITES.get((process, word), []))
    has, wrong = granted(tree, process)
    for line in wrong:
        yield f"schema/grants/{process}.sql: {line}"
    for one in sorted(has - allowed):
        yield f"schema/grants/{process}.sql: {one} is more than the table of powers says"
    for one in sorted(allowed - has):
        yield f"schema/grants/{process}.sql: {one} is in the table of powers and not granted"


def wrong_units(tree, process, reached, secret, calls):
    units = tree.files(f"deploy/systemd/kuntakauppa-{process}.service", f"deploy/systemd/kuntakauppa-{process}-*.service")
    if not units:
        yield f"{process} has no unit in deploy/systemd"
    public = "public" in reached or "staff virtual host" in reached
    if public != bool(tree.files(f"deploy/systemd/kuntakauppa-{process}.socket")):
        yield f"{process}: reached from \"{reached}\" and its .socket unit disagree"
    if public != bool(tree.files(f"nginx/{process}.conf")):
        yield f"{process}: reached from \"{reached}\" and nginx/{process}.conf disagree"
    expected = set() if secret == "none" else {SECRET_FILES.get(word, word) for word in split_words(secret)}
    for name in units:
        text = tree.read(name)
        held = set(re.findall(r"^LoadCredential=([\w-]+):", text, re.M))
        if held != (set() if name.endswith(WITHOUT_SECRET) else expected):
            yield f"{name}: holds {sorted(held)}, and the table of powers says {sorted(expected)}"
        families = re.search(r"^RestrictAddressFamilies=(.*)$", text, re.M)
        calls_out = families is None or "INET" in families.group(1)
        if calls_out != (calls != "nobody"):
            yield f"{name}: address families {families and families.group(1)}, and it may call out to \"{calls}\""


rule.run(findings, [
    rule.plant("schema/grants/checkout.sql", "+GRANT UPDATE (state) ON kuntakauppa.orders TO `kuntakauppa-checkout`@localhost;\n", "more than the table"),
    rule.plant("schema/grants/render.sql", "+GRANT INSERT ON kuntakauppa.changes TO `kuntakauppa-render`@localhost;\n", "more than the table"),
    rule.plant("schema/grants/mailer.sql", "+GRANT ALL ON kuntakauppa.* TO `kuntakauppa-mailer`@localhost;\n", "not a plain grant"),
    rule.plant("schema/grants/mailer.sql", "+GRANT DELETE ON kuntakauppa.outbox TO `kuntakauppa-mailer`@localhost;\n", "DELETE outbox"),
    rule.plant("schema/grants/payments.sql", "-- nothing\n", "not granted"),
    rule.plant("handlers/relay/main.cc", "int main() {}\n", "relay is a process"),
    rule.plant("deploy/systemd/kuntakauppa-checkout.service", "+LoadCredential=merchant-key:/etc/kuntakauppa/secrets/checkout/merchant-key\n", "holds"),
    rule.plant("deploy/systemd/kuntakauppa-render.service", "[Service]\nRestrictAddressFamilies=AF_UNIX AF_INET\n", "may call out"),
    rule.plant("nginx/mailer.conf", "location /x {}\n", "disagree"),
])
