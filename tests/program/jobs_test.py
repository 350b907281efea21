#!/usr/bin/python3
"""Goal: long work of the back office goes on without whoever asked for it, who may leave its page and come back; a process that is killed in the middle of an import leaves nothing half-done, and
the next one does it, or tells; nobody else sees it, nor they themselves once they may not, and after a day it is gone."""
import io
import re
import signal
import unittest

import openpyxl

from catalogue_files_test import PAGE, PRODUCT, content, files_of, of_order, zipped
import catalogue_files_test as files_test
from export_test import ExportBed
from jobs_bed import JOB, fetched, settled
from payments_bed import wait_until

REPORTS = "/fi/raportit"
LONG = REPORTS + "?from=2026-01-01&to=2026-11-30&by=day"


def setUpModule():
    global bed
    bed = files_test.bed = ExportBed()
    bed.sql("INSERT INTO sales_days VALUES ('2026-03-04', 'sports', 'gym-single-visit/-', 'standard', 255, 'nordea', 2, 2000, 406), ('2026-11-20', 'culture', 'crest-cup/-', 'standard', 255, 'nordea', 1, 1500, 305)")


def tearDownModule():
    bed.close()


def asked_export():
    return bed.manager.post(PAGE + "/vie", bed.manager.get(PAGE).form(PAGE + "/vie")["fields"])


def asked_report(browser, format="xlsx"):
    action = REPORTS + "/tiedosto"
    return browser.post(action, {**browser.get(LONG).form(action)["fields"], "format": format})


def planned(most):
    """A plan that the manager has seen: its path and its form."""
    files = files_of(files_test.get())
    files[PRODUCT] = of_order(files[PRODUCT], most)
    plan = files_test.send(zipped(files)).location
    return plan, bed.manager.get(plan).form(plan + "/tuo")["fields"]


def most():
    return bed.one("SELECT max_per_order FROM products WHERE code = 'gym-single-visit'")


def traces():
    """How often files have changed the product, by its history and by the use log."""
    return [int(bed.one("SELECT COUNT(*) FROM product_versions v JOIN products p ON p.id = v.product_id WHERE p.code = 'gym-single-visit' AND v.note = 'files'")),
            int(bed.one("SELECT COUNT(*) FROM use_log WHERE object_kind = 'catalogue' AND what = 'change'"))]


def state(job):
    return bed.one(f"SELECT state FROM jobs WHERE token = '{job.rsplit('/', 1)[1]}'")


class Progress(unittest.TestCase):
    def test_a_page_says_how_far_it_has_come_and_can_be_left_and_come_back_to(self):
        bed.set_fault("job.progress stall 8\n")
        job = asked_export().location
        page = bed.manager.get(job)
        self.assertRegex(page.text, r'<noscript><meta http-equiv="refresh" content="2"></noscript>')
        self.assertRegex(page.text, r'<progress class="progress" aria-label="Luettelo tiedostona"')
        self.assertIn("Voit poistua sivulta", page.text)
        self.assertEqual(asked_export().location, job, "asked for twice it is the same work")
        self.assertIn(f'href="{job}"', bed.manager.get(PAGE).text, "and the page that it concerns leads back to it")
        wait_until(lambda: state(job) == "done", 60)
        self.assertNotIn("http-equiv", bed.manager.get(job).text)
        self.assertEqual(bed.one(f"SELECT done = total AND total > 100 FROM jobs WHERE token = '{job[len(JOB):]}'"), "1")

    def test_only_whoever_asked_sees_it_and_only_while_they_may(self):
        boss = bed.here(bed.member("shop_manager", "boss"))
        job = asked_export().location
        wait_until(lambda: state(job) == "done", 60)
        for path in (job, job + "/tiedosto"):
            self.assertEqual(bed.manager.get(path).status, 200)
            self.assertEqual(boss.get(path).status, 404, "another's")
        self.assertNotIn(job, boss.get(PAGE).text)
        own = settled(boss, boss.post(PAGE + "/vie", boss.get(PAGE).form(PAGE + "/vie")["fields"]))
        path = re.search(r'href="([^"]*/tiedosto)"', own.text)[1]
        bed.sql("UPDATE staff_memberships SET ended_utc = UTC_TIMESTAMP(3) WHERE staff_id = (SELECT id FROM staff WHERE login = 'boss')")
        self.assertEqual(boss.get(path).status, 403, "the right has ended")

    def test_a_right_that_ends_before_its_turn_ends_the_work(self):
        boss = bed.here(bed.member("shop_manager", "late"))
        bed.set_fault("job.progress stall 8\n")
        first = asked_export().location
        second = boss.post(PAGE + "/vie", boss.get(PAGE).form(PAGE + "/vie")["fields"]).location
        self.assertTrue(wait_until(lambda: state(first) == "running"))
        self.assertEqual(state(second), "waiting", "one at a time")
        bed.sql("UPDATE staff_memberships SET ended_utc = UTC_TIMESTAMP(3) WHERE staff_id = (SELECT id FROM staff WHERE login = 'late')")
        wait_until(lambda: state(second) == "failed", 60)
        self.assertEqual(bed.one(f"SELECT problem FROM jobs WHERE token = '{second[len(JOB):]}'"), "job_denied")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM job_parts WHERE token = '{second[len(JOB):]}'"), "0")

    def test_after_a_day_it_is_gone(self):
        job = asked_export().location
        wait_until(lambda: state(job) == "done", 60)
        bed.sql(f"UPDATE jobs SET made_utc = made_utc - INTERVAL 24 HOUR WHERE token = '{job[len(JOB):]}'")
        self.assertEqual(bed.manager.get(job + "/tiedosto").status, 404)
        settled(bed.manager, asked_export())
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM job_parts WHERE token = '{job[len(JOB):]}'"), "0")


class Killed(unittest.TestCase):
    def end_of_backoffice(self):
        wait_until(lambda: bed.children["backoffice"].poll() is not None, 60)
        bed.stop("backoffice")

    def test_an_import_whose_process_is_killed_is_done_once_by_the_next(self):
        plan, fields = planned(21)
        before, once = content(), [count + 1 for count in traces()]
        bed.set_fault("job.before_end exit\n")
        job = bed.manager.post(plan + "/tuo", fields).location
        self.end_of_backoffice()
        self.assertEqual(content(), before, "nothing of it is there")
        self.assertEqual(state(job), "running")
        bed.start("backoffice")
        wait_until(lambda: state(job) == "done", 60)
        self.assertEqual(bed.manager.get(job).location, PAGE + "?done=1")
        self.assertEqual(most(), "21")
        self.assertEqual(traces(), once)

    def test_a_process_that_is_told_to_stop_leaves_the_work_to_the_next(self):
        plan, fields = planned(22)
        bed.set_fault("job.progress stall 8\n")
        job = bed.manager.post(plan + "/tuo", fields).location
        wait_until(lambda: state(job) == "running", 60)
        self.assertEqual(bed.stop("backoffice", signal.SIGTERM), 0)
        self.assertEqual(state(job), "waiting")
        bed.start("backoffice")
        wait_until(lambda: state(job) == "done", 60)
        self.assertEqual(most(), "22")

    def test_work_that_ends_its_process_each_time_is_told_as_failed(self):
        plan, fields = planned(23)
        before = content()
        job = None
        for _ in range(3):
            bed.set_fault("job.before_end exit\n")
            job = job or bed.manager.post(plan + "/tuo", fields).location
            self.end_of_backoffice()
            bed.start("backoffice")
        wait_until(lambda: state(job) == "failed", 60)
        page = bed.manager.get(bed.manager.get(job).location)
        self.assertIn("Työ keskeytyi, eikä mitään muutettu", page.text)
        self.assertEqual(content(), before)


class Reports(unittest.TestCase):
    def test_a_report_of_a_long_time_is_made_meanwhile_and_of_a_short_one_at_once(self):
        self.assertEqual(bed.manager.get(LONG.replace("?", "/xlsx?")).location, LONG, "its address leads to the page that asks for it")
        done = fetched(bed.manager, asked_report(bed.manager))
        self.assertIn('filename="sales-by-day-2026-01-01-2026-11-30.xlsx"', done.header("Content-Disposition"))
        self.assertEqual(openpyxl.load_workbook(io.BytesIO(done.body)).active.max_row, 335)
        done = fetched(bed.manager, asked_report(bed.manager, "csv"))
        self.assertEqual(done.text.count("\n"), 335)
        self.assertEqual(bed.manager.get(REPORTS + "/csv?from=2026-11-01&to=2026-11-30&by=day").status, 200)

    def test_its_file_is_for_the_scopes_that_it_was_made_for(self):
        person = bed.member("finance", "money")
        money = bed.here(person)
        page = settled(money, asked_report(money))
        path = re.search(r'href="([^"]*/tiedosto)"', page.text)[1]
        self.assertEqual(money.get(path).status, 200)
        bed.sql(f"UPDATE staff_memberships SET scope_kind = 'unit', scope_id = 'sports' WHERE staff_id = {bed.id_of(person)} AND ended_utc IS NULL")
        self.assertEqual(money.get(path).status, 403)


if __name__ == "__main__":
    unittest.main()
