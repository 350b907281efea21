#!/usr/bin/python3
"""Goal: a sign-up is whole or not at all, wherever the process dies and whenever the answer to a COMMIT is lost (D7, P16)."""
import unittest

from commit_eater import CommitEater
from payments_bed import wait_until
from signup_bed import CAMP, SignupBed, answers


def setUpModule():
    global bed
    bed = SignupBed()


def tearDownModule():
    bed.close()


class Case(unittest.TestCase):
    def setUp(self):
        bed.new_season()

    def tearDown(self):
        bed.set_fault("")
        self.assertEqual(bed.misplaced(), [])

    def fields(self, visitor, path, **changed):
        return {**visitor.get(path).form(path)["fields"], **answers(2, **changed)}

    def counts(self):
        """Sign-ups, participants, sealed records, data keys, consents, mails."""
        return tuple(bed.count(table) for table in ("registrations", "registration_participants", "health_answers", "registration_records", "registration_consents", "outbox")) + (int(bed.one("SELECT COUNT(*) FROM kuntakauppa_keys.data_keys")),)


NOTHING, HELD, WHOLE = (0, 0, 0, 0, 0, 0, 0), (1, 0, 0, 0, 0, 0, 0), (1, 2, 2, 4, 2, 1, 6)


class Killed(Case):
    def die(self, point, act):
        bed.set_fault(f"{point} exit\n")
        self.assertEqual(act().status, 0, "the process is gone")
        bed.children["registrations"].wait(5)
        bed.set_fault("")
        bed.start("registrations")

    def test_at_any_point_all_is_there_or_nothing(self):
        visitor = bed.family()
        self.die("registration.held", lambda: bed.enter(visitor, CAMP, 2))
        self.assertEqual((self.counts(), bed.free()), (NOTHING, 10))
        path = bed.enter(visitor, CAMP, 2).location
        self.assertEqual((self.counts(), bed.free()), (HELD, 8))
        fields = self.fields(visitor, path)
        self.die("registration.filled", lambda: visitor.post(path, fields))
        self.assertEqual((self.counts(), bed.free()), (HELD, 8))
        self.die("registration.after_commit", lambda: visitor.post(path, fields))
        self.assertEqual((self.counts(), bed.free()), (WHOLE, 8))
        self.assertEqual(visitor.post(path, fields).location, path, "the same form again finds it done")
        self.assertEqual(self.counts(), WHOLE)
        consent = visitor.get(path).form(path + "/suostumus")["fields"]
        self.die("registration.consent", lambda: visitor.post(path + "/suostumus", consent))
        self.assertEqual(self.counts(), WHOLE, "the consent stands, and so do the answers")
        self.die("registration.cancelled", lambda: visitor.post(path + "/peru", visitor.get(path).form(path + "/peru")["fields"]))
        self.assertEqual((self.counts(), bed.free()), (WHOLE, 8))
        visitor.post(path + "/peru", visitor.get(path).form(path + "/peru")["fields"])
        self.assertEqual((bed.count("health_answers"), bed.free()), (0, 10))


class Lost(Case):
    def test_a_lost_answer_to_a_commit_makes_nothing_twice(self):
        rounds = 30
        bed.sql(f"UPDATE stock SET capacity = 1000, free = 1000 WHERE variant_id = {CAMP}")
        eater = CommitEater(bed.path("run/eaten.sock"), bed.path("run/db.sock"))
        with open(bed.path("etc/instance.toml")) as file:
            settings = file.read()
        with open(bed.path("etc/eaten.toml"), "w") as file:
            file.write(settings.replace("run/db.sock", "run/eaten.sock"))
        bed.stop("registrations")
        try:
            bed.start("registrations", "etc/eaten.toml")
            visitor = bed.family()
            for i in range(rounds):
                eater.eat(1)
                held = bed.enter(visitor, CAMP, 2)
                self.assertEqual(held.status, 303, (i, held))
                fields = self.fields(visitor, held.location, email=f"family-{i}@example.com")
                eater.eat(1)
                self.assertEqual(visitor.post(held.location, fields).location, held.location, i)
                health = visitor.get(held.location + "/terveystiedot").forms()
                own = next(form["fields"] for form in health if form["action"].endswith("/terveystiedot"))
                eater.eat(1)
                self.assertEqual(visitor.post(held.location + "/terveystiedot", {**own, "p1_q_diet_gluten": "1", "p1_consent": "1"}).status, 303)
            self.assertEqual(eater.eaten, 3 * rounds)
            self.assertEqual((bed.count("registrations"), bed.count("registration_participants"), bed.count("health_answers"), bed.count("outbox")), (rounds, 2 * rounds, 2 * rounds, rounds))
            self.assertEqual(bed.one("SELECT COUNT(*) FROM registration_consents WHERE withdrawn_utc IS NULL"), str(2 * rounds))
            self.assertEqual(bed.free(), 1000 - 2 * rounds)
        finally:
            bed.stop("registrations")
            bed.start("registrations")
            eater.close()


class Away(Case):
    def test_while_the_database_is_away_a_calm_page_answers_and_nothing_typed_is_stored_elsewhere(self):
        visitor = bed.family()
        path = bed.enter(visitor, CAMP, 2).location
        fields = self.fields(visitor, path)
        bed.stop("db")
        try:
            answer = visitor.post(path, fields)
            self.assertEqual(answer.status, 503)
            self.assertNotIn("kanarialintu", bed.log("registrations"))
        finally:
            bed.start_database()
        self.assertTrue(wait_until(lambda: visitor.post(path, fields).status == 303))
        self.assertEqual(self.counts(), WHOLE)


if __name__ == "__main__":
    unittest.main()
