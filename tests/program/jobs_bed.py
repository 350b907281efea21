"""Long work of the back office, as somebody at its pages meets it."""
import re

from payments_bed import wait_until

JOB = "/fi/pitka-tyo/"
ANY = re.compile(r"/(?:fi/pitka-tyo|sv/langt-arbete|en/long-work)/")


def settled(browser, asked):
    """Where a form that asks for long work leads in the end: the answer of the job's page once it is no longer going."""
    assert asked.status == 303, (asked.status, re.findall(r"wrong[^>]*>([^<]*)<", asked.text), asked.text[-500:])
    if not ANY.match(asked.location):
        return asked
    last = []

    def is_over():
        last.append(browser.get(asked.location))
        return "data-job" not in last[-1].text
    wait_until(is_over, 60)
    return last[-1]


def fetched(browser, asked):
    """The file that a job has made."""
    page = settled(browser, asked)
    assert page.status == 200, (page.status, page.location)
    found = re.search(r'href="([^"]*/(?:tiedosto|fil|file))" download', page.text)
    assert found, page.text[-800:]
    done = browser.get(found[1])
    assert done.status == 200, done
    return done
