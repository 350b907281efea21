"""A test bed of a busy city: on the products' bed every list of the back office has more rows than a page, with names and words as long as people write them."""
from payments_orders import line, quoted
from products_bed import ProductsBed

NAME = "Pääkirjaston ja lähikirjastojen syksyisten työpajojen tarvikepaketti äidille ja lapselle"  # 88 letters
MANY = 230  # rows of a list
CROWDED, SESSIONS, QUIET = 900, 2000, 40  # an activity with MANY sessions; their first; activities beside it
ORDERS, REQUESTS, FULL_ORDER = 5000, 7000, 4999


def ordered(first, count):
    """Paid orders of two parcels each, both still to be handed out, and a third line whose parcel is what the others'."""
    row = dict(number="LPAD(o.seq, 9, '0')", token="LPAD(o.seq, 26, '0')", idempotency_key="UNHEX(MD5(o.seq))", content_hash="UNHEX(SHA2(o.seq, 256))", reference="LPAD(o.seq, 12, '1')", lang="'fi'", state="'paid'", total_cents="3900", cards_cents="0",
               holds_stock="0", created_utc=f"'2026-01-01' + INTERVAL o.seq MINUTE", hold_until_utc="'2026-01-01'", first_name="'Aino-Katariina'", last_name="'Mäkelä-Järvenpää'", street_address="'Rantatie 1'", postal_code="'06950'", town="'Lehtoranta'",
               country="'FI'", phone="'+358401234567'", email="'aino@example.com'", age_confirmed="18")
    out = [f"INSERT INTO orders (id, {', '.join(row)}) SELECT o.seq, {', '.join(row.values())} FROM seq_{first}_to_{first + count - 1} o;"]
    for number, (way, kind) in enumerate((("collect", "collect"), ("post", "post"), ("post", "post")), 1):
        one = {**line(unit_code="culture", delivery_code=way, delivery_kind=kind, delivery_name=f"{NAME[:50]}, {way}", name=NAME, detail="sininen, suuri"), "line_no": number}
        one["code"] = f"mug-{number}/-"
        out.append(f"INSERT INTO order_lines (order_id, {', '.join(one)}) SELECT o.seq, {', '.join(quoted(v) for v in one.values())} FROM seq_{first}_to_{first + count - 1} o;")
    out.append(f"INSERT INTO deliveries SELECT o.seq, 'culture', w.way, w.way, IF(o.seq % 3, 'waiting', 'ready'), NULL, NOW(3) FROM seq_{first}_to_{first + count - 1} o, (SELECT 'collect' AS way UNION ALL SELECT 'post') w;")
    return out


def money():
    """Of each stage of refunds as many; the times of asking are neither in the order of ids nor all different."""
    out = []
    for i, (stage, state) in enumerate((("asked", "asked"), ("requested", "requested"), ("under_way", "approved"), ("failed", "taken"))):
        out.append(f"INSERT INTO refund_requests (id, order_id, attempt_id, cents, reason, words, requested_by, requested_utc, state) SELECT {REQUESTS + i * 1000} + s.seq, {ORDERS} + s.seq, NULL, 1200, '{'family_cancelled' if i == 0 else 'customer_asked'}', "
                   f"REPEAT('Pyysi että ', 16), {'NULL' if i == 0 else 1}, '2026-02-01' + INTERVAL s.seq % 7 HOUR, '{state}' FROM seq_1_to_{MANY} s;")
    out.append(f"INSERT INTO refunds (id, request_id, attempt_id, stamp, cents, state, case_code, created_utc) SELECT {REQUESTS + 3000} + s.seq, {REQUESTS + 3000} + s.seq, s.seq, LPAD(s.seq, 26, '0'), 1200, 'failed', LPAD(s.seq, 9, '0'), NOW(3) FROM seq_1_to_{MANY} s;")
    out.append(f"INSERT INTO staff_alerts (kind, object_id, case_code, created_utc) SELECT 'refund_failed', {REQUESTS + 3000} + s.seq, LPAD(s.seq, 9, '0'), NOW(3) FROM seq_1_to_{MANY} s;")
    out.append(f"INSERT INTO staff_alerts (kind, object_id, case_code, created_utc) SELECT IF(s.seq % 2, 'session_short', 'paid_no_stock'), {ORDERS} + s.seq, LPAD(s.seq, 9, '0'), NOW(3) FROM seq_1_to_{MANY} s;")
    out.append(f"INSERT INTO withdrawals (id, case_code, form_key, order_id, via, name, order_number, email, lines_stated, lang, received_utc) SELECT s.seq, LPAD(s.seq, 9, 'W'), UNHEX(MD5(CONCAT('w', s.seq))), IF(s.seq % 5, {ORDERS} + s.seq, NULL), 'form', 'Aino', "
               f"LPAD({ORDERS} + s.seq, 9, '0'), 'aino@example.com', REPEAT('Perun tämän ä ', 60), 'fi', '2026-02-01' + INTERVAL s.seq % 7 HOUR FROM seq_1_to_{MANY} s;")
    return out


def an_order_with_all():
    """Of 50 lines, with notes, mails and a journal."""
    out = ordered(FULL_ORDER, 1)
    one = line(unit_code="culture", delivery_code="collect", delivery_name="Nouto", name=NAME, detail="sininen, suuri")
    out.append(f"INSERT INTO order_lines (order_id, line_no, {', '.join(one)}) SELECT {FULL_ORDER}, s.seq, {', '.join(quoted(v) for v in one.values())} FROM seq_4_to_50 s;")
    out.append(f"INSERT INTO order_notes (id, order_id, form_key, staff_id, at_utc, words) SELECT s.seq, {FULL_ORDER}, UNHEX(MD5(CONCAT('n', s.seq))), 1, NOW(3), REPEAT('Soitti että ä', 76) FROM seq_1_to_{MANY} s;")
    out.append(f"INSERT INTO order_events (order_id, at_utc, event, detail) SELECT {FULL_ORDER}, NOW(3), 'paid', '4999 12,00' FROM seq_1_to_{MANY} s;")
    out.append(f"INSERT INTO outbox (kind, lang, recipient, data, order_id, message_id, state, next_try_utc, created_utc) SELECT 'order_paid', 'fi', 'aino@example.com', '{{}}', {FULL_ORDER}, LPAD(s.seq, 26, 'M'), 'sent', NOW(3), NOW(3) FROM seq_1_to_{MANY} s;")
    return out


def courses():
    """One activity with many sessions, many of few, forms that they use, and a session with many families."""
    product = "category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc"
    values = "'all', 'culture', 'reduced', 'none_dated_leisure', '4100', '3000', 20, 'published', '2026-01-01'"
    out = [f"INSERT INTO forms (code, name, unit_code) SELECT CONCAT('form-', s.seq), CONCAT('{NAME} ', s.seq), 'culture' FROM seq_1_to_{MANY} s;"]
    out.append(f"INSERT INTO products (id, code, kind, {product}) SELECT {CROWDED} + s.seq, CONCAT('course-', s.seq), 'activity', {values} FROM seq_0_to_{QUIET} s;")
    out.append(f"INSERT INTO product_texts SELECT {CROWDED} + s.seq, l.lang, CONCAT('course-', l.lang, s.seq), CONCAT('{NAME} ', s.seq), '', '' FROM seq_0_to_{QUIET} s, (SELECT 'fi' AS lang UNION ALL SELECT 'sv' UNION ALL SELECT 'en') l;")
    out.append(f"INSERT INTO activities SELECT {CROWDED} + s.seq, 'course', 'form-1' FROM seq_0_to_{QUIET} s;")
    # The crowded one's, and one of every second of the others: the rest have none.
    out.append(f"INSERT INTO variants (id, product_id, code, name_fi, name_sv, name_en, starts_utc, ends_utc) SELECT {SESSIONS} + s.seq, IF(s.seq < {MANY}, {CROWDED}, {CROWDED} + (s.seq - {MANY}) * 2 + 1), CONCAT('g', s.seq), CONCAT('{NAME} ', s.seq), 'Grupp', 'Group', "
               f"'2037-01-01' + INTERVAL s.seq % 9 DAY, '2037-06-01' FROM seq_0_to_{MANY + QUIET // 2 - 1} s;")
    out.append(f"INSERT INTO stock SELECT id, 200, 0 FROM variants WHERE id >= {SESSIONS};")
    out.append(f"INSERT INTO activity_sessions (variant_id, place_fi, place_sv, place_en, address, waiting_places, minimum, signup_from_utc, signup_until_utc, cancel_until_utc, state) SELECT id, '{NAME[:60]}', 'Strand', 'Shore', 'Rantatie 1', 5, 4, '2026-01-01', '2036-01-01', "
               f"'2036-01-01', ELT(1 + id % 3, 'open', 'closed', 'draft') FROM variants WHERE id >= {SESSIONS};")
    out.append(f"INSERT INTO registrations (number, token, variant_id, lang, state, seats, holds_seats, hold_until_utc, created_utc, email) SELECT LPAD(s.seq, 9, 'R'), LPAD(s.seq, 26, 'R'), {SESSIONS + 2}, 'fi', IF(s.seq % 2, 'confirmed', 'waiting'), 1, 0, NOW(3), '2026-01-01', "
               f"'aino@example.com' FROM seq_1_to_{MANY} s;")
    return out


def the_rest():
    out = [f"INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) SELECT {CROWDED + 100} + s.seq, CONCAT('thing-', s.seq), 'goods', 'all', 'culture', 'standard', 'goods_14d', "
           f"'4100', '3000', 20, 'published', '2026-01-01' FROM seq_1_to_{MANY} s;",
           f"INSERT INTO product_texts SELECT {CROWDED + 100} + s.seq, 'fi', CONCAT('thing-', s.seq), CONCAT('{NAME} ', s.seq), '', '' FROM seq_1_to_{MANY} s;",
           f"INSERT INTO variants (product_id, code, name_fi, name_sv, name_en) SELECT {CROWDED + 101}, CONCAT('v', s.seq), CONCAT('{NAME} ', s.seq), 'x', 'x' FROM seq_1_to_{MANY} s;",
           f"INSERT INTO prices SELECT {CROWDED + 100} + s.seq, 0, 'everyone', 1200 FROM seq_1_to_{MANY} s;",
           f"INSERT INTO stock_movements (variant_id, form_key, pieces, capacity, reason, staff_id, at_utc) SELECT 1, UNHEX(MD5(CONCAT('m', s.seq))), s.seq, 10, REPEAT('Lisää ä', 28), 1, NOW(3) FROM seq_1_to_{MANY} s;",
           f"INSERT INTO ticket_gates (id, name, unit_code, token_hash, made_utc) SELECT s.seq, CONCAT('{NAME[:70]} ', s.seq), 'culture', UNHEX(SHA2(s.seq, 256)), NOW(3) FROM seq_1_to_{MANY} s;",
           f"INSERT INTO sale_closures (id, scope, reason_fi, reason_sv, reason_en, closed_by, closed_utc) SELECT s.seq, CONCAT('product:thing-', s.seq), REPEAT('Korjaus ä', 20), 'x', 'x', 1, NOW(3) FROM seq_1_to_{MANY} s;"]
    for i, (begin, end) in enumerate((("2026-01-01", "2036-12-31"), ("2036-01-01", "2036-12-31"), ("2026-01-01", "2026-02-01"))):
        words = f"CONCAT('{NAME[:70]} ', s.seq), CONCAT('{NAME[:70]} ', s.seq), 'x', 'unit:culture', 10, '{begin}', '{end}'"
        out.append(f"INSERT INTO campaigns (id, name_fi, name_sv, name_en, scope, percent, from_day, until_day, form_key, made_utc) SELECT {i * 1000} + s.seq, {words}, UNHEX(MD5(CONCAT('c{i}', s.seq))), NOW(3) FROM seq_1_to_{MANY} s;")
        out.append(f"INSERT INTO discount_codes (id, name_fi, name_sv, name_en, scope, percent, from_day, until_day, form_key, made_utc, code) SELECT {i * 1000} + s.seq, {words}, UNHEX(MD5(CONCAT('d{i}', s.seq))), NOW(3), CONCAT('CODE{i}X', s.seq) FROM seq_1_to_{MANY} s;")
    out.append(f"INSERT INTO staff (id, login, name, email, lang, state, created_utc) SELECT 5000 + s.seq, CONCAT('person-', s.seq), CONCAT('Kukka-Maaria Järvenpää-Mäkeläinen ', s.seq), 'x@example.com', 'fi', 'active', NOW(3) FROM seq_1_to_{MANY} s;")
    out.append(f"INSERT INTO staff_memberships (id, staff_id, group_id, scope_kind, scope_id, given_utc) SELECT 9000 + s.seq, 5000 + s.seq, g.id, 'unit', 'culture', NOW(3) FROM seq_1_to_{MANY} s, staff_groups g WHERE g.code = 'cashier';")
    out.append(f"INSERT INTO staff_register_approvals (membership_id, register_name, approved_by, approved_utc, ends_utc) SELECT 9000 + s.seq, 'shop', 1, NOW(3), NOW(3) + INTERVAL ELT(s.seq % 3, 300, 20) DAY FROM seq_1_to_{MANY} s WHERE s.seq % 3;")
    out.append("CALL append_use_log(UTC_TIMESTAMP(3), 1, '192.0.2.7', 'change', 'order', '5001', REPEAT('Syynä ä', 28), 'refund approved');" * MANY)
    return out


def histories():
    """Of a session with 200 meetings that were moved now and then, of a form with long texts that were once all changed, of a campaign and of a code."""
    meetings = "REPEAT('{day}.6.2027 9.00-16.00\\n', 200)"
    moved = f"JSON_ARRAY('meetings', {meetings.format(day=7)}, {meetings.format(day=14)})"
    words = "REPEAT('Kysymys ä ', 60)"
    all_words = f"JSON_ARRAY('q.hint_fi', {words}, {words})"
    rewritten = ", ".join([all_words] * 60)
    out = []
    for subject, key, field, more, seldom in (("session", SESSIONS + 2, "place_fi", moved, 15), ("form", "form-1", "q.label_fi", rewritten, 100), ("campaign", 1, "name_fi", "JSON_ARRAY('name_sv', '', 'x')", 2), ("discount_code", 1, "name_fi", "JSON_ARRAY('name_sv', '', 'x')", 2)):
        one = f"JSON_ARRAY('{field}', '', CONCAT('Numero ', s.seq))"
        out.append(f"INSERT INTO edit_history (subject, subject_id, staff_id, at_utc, changes) SELECT '{subject}', '{key}', 1, NOW(3), IF(s.seq % {seldom}, JSON_ARRAY({one}), JSON_ARRAY({one}, {more})) FROM seq_1_to_{MANY} s;")
    return out


def paid_out():
    """Settlements, two at a time of the same moment; of their differences as many wait as were explained, each about an order."""
    out = [f"INSERT INTO settlements (id, reference, created_utc, received_utc) SELECT s.seq, 100000 + s.seq, '2026-01-01' + INTERVAL s.seq DIV 2 HOUR, NOW(3) FROM seq_1_to_{MANY} s;",
           f"INSERT INTO settlement_rows SELECT s.seq, 1, 'payment', UUID(), LPAD(s.seq, 26, 's'), '1232', 123456789 FROM seq_1_to_{MANY} s;",
           f"INSERT INTO payment_attempts (id, order_id, stamp, account, reference, amount_cents, state, created_utc) SELECT {REQUESTS + 9000} + s.seq, {ORDERS} + s.seq, LPAD(s.seq, 26, 'P'), '375917', LPAD(s.seq, 20, '1'), 1200, 'fail', NOW(3) FROM seq_1_to_{MANY} s;"]
    for first, explained in ((0, "NULL, NULL, ''"), (1000, "1, '2026-03-01' + INTERVAL s.seq DIV 3 HOUR, REPEAT('Sovittu ää', 20)")):
        out.append(f"INSERT INTO settlement_differences (id, settlement_id, number, what, transaction_id, their_cents, our_cents, found_utc, explained_by, explained_utc, explained_words) SELECT {first} + s.seq, 0, {REQUESTS + 9000} + s.seq, "
                   f"'{'refund' if first else 'payment'}_missing_there', CONCAT(LPAD({first} + s.seq, 8, '0'), '-0000-4000-8000-000000000000'), NULL, 123456789, NOW(3), {explained} FROM seq_1_to_{MANY} s;")
    return out


class ListsBed(ProductsBed):
    def __init__(self):
        super().__init__()
        self.historic = self.made()
        self.sql("SET FOREIGN_KEY_CHECKS = 0;" + "".join(ordered(ORDERS, MANY + 1) + money() + an_order_with_all() + courses() + the_rest() + histories() + paid_out()))
        # A version a save, each with another summary, now and then a long one.
        self.sql(f"INSERT INTO product_versions (product_id, version, content, staff_id, at_utc, note) SELECT v.product_id, v.version + s.seq, REPLACE(v.content, 'Lautanen fi', CONCAT(s.seq, REPEAT(' Lautanen ä', IF(s.seq % 10, 20, 500)))), v.staff_id, v.at_utc, v.note FROM product_versions v JOIN products p ON p.id = v.product_id "
                 f"JOIN seq_1_to_{MANY} s WHERE p.code = '{self.historic}' AND v.version = (SELECT MIN(version) FROM product_versions x WHERE x.product_id = p.id)")
        everybody = self.member("shop_manager", "everybody")
        for group in ("administrator", "data_protection_officer", "register_responsible", "finance", "product_editor"):
            self.put_in(everybody, group)
        self.sql(f"INSERT INTO jobs (token, kind, staff_id, address, lang, state, file_name, may, made_utc) SELECT LPAD(s.seq, 26, '0'), 'files_export', {self.id_of(everybody)}, '192.0.2.7', 'fi', 'done', 'catalogue.zip', '', UTC_TIMESTAMP(3) FROM seq_1_to_{MANY} s")
        self.everybody = self.here(everybody)
