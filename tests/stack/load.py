"""Buyers who keep buying while something is being killed: each notes what it was told, so that nothing acknowledged may be missing."""
import threading
import time


class Load:
    """with Load(shop, buyers=4) as load: ...; then load.acknowledged are tokens that a 303 named, load.paid what the buyers paid."""

    def __init__(self, shop, buyers=4, pay=True, quantity=1):
        self.shop, self.pay, self.quantity = shop, pay, quantity
        self.variant, self.group, _ = shop.product()
        shop.sql(f"UPDATE stock SET capacity = capacity + 100000, free = free + 100000 WHERE variant_id = {self.variant}")
        self.stopping, self.lock = threading.Event(), threading.Lock()
        self.acknowledged, self.paid, self.failures, self.odd = [], [], 0, []
        self.threads = [threading.Thread(target=self._buy_on, args=(("fi", "sv", "en")[i % 3],), daemon=True) for i in range(buyers)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)

    def check(self, test):
        """What was acknowledged is there, what was paid is paid, and every mail goes once its claim has lapsed."""
        test.assertGreater(len(self.acknowledged), 5, "there was load")
        test.assertEqual(self.odd, [], "answers that are neither success nor a calm error")
        known = {row[0] for row in self.shop.sql("SELECT token FROM orders")}
        test.assertEqual([t for t in self.acknowledged if t not in known], [], "every acknowledged order is there")
        for token in self.paid:
            test.assertTrue(self.shop.settled(token, seconds=90), "what was paid is paid")
        test.assertTrue(self.shop.mails_have_gone(), "a mail stays behind")
        print(f"{len(self.acknowledged)} orders, {len(self.paid)} paid, {self.failures} failed answers")

    def _buy_on(self, lang):
        while not self.stopping.is_set():
            try:
                self._buy_once(lang)
            except AssertionError:  # some step was answered with an error page: the buyer starts again
                with self.lock:
                    self.failures += 1
                time.sleep(0.1)

    def _buy_once(self, lang):
        visitor = self.shop.visitor(lang)
        assert visitor.add(self.variant, self.group, self.quantity).status == 303
        assert visitor.fill_details().status == 303
        fields = visitor.review()
        # As a person does: the same form again until there is an answer.
        for _ in range(100):
            answer = visitor.order(fields)
            if answer.status == 303 or self.stopping.is_set():
                break
            with self.lock:
                self.failures += 1
                if answer.status not in (0, 500, 502, 503, 504):
                    self.odd.append(repr(answer))
            time.sleep(0.1)
        if answer.status != 303 or not answer.location.startswith(visitor.paths["pay"]):
            return
        token = answer.location.rsplit("/", 1)[1]
        with self.lock:
            self.acknowledged.append(token)
        if not self.pay:
            return
        for _ in range(100):
            page = self.shop.begin_payment(visitor, token)
            if page.status == 200 or self.stopping.is_set():
                break
            time.sleep(0.1)
        if page.status == 200 and page.header("Refresh") and "/pay/" in page.header("Refresh"):
            transaction = page.header("Refresh").rsplit("/", 1)[1]
            self.shop.sandbox("pay", {"transactionId": transaction, "how": "both"})
            with self.lock:
                self.paid.append(token)
