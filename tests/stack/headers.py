"""The headers that every answer carries (H1), judged from outside."""
import re


def observatory(page, https=True):
    """The score of MDN's HTTP Observatory for one answer, by its published table (100, then what is better or missing).
    On the loopback address there is no https: its parts are judged in the test of production's TLS (tests/rules/nginx_tls.sh)."""
    header = lambda name: page.header(name) or ""
    score, csp = 100, header("Content-Security-Policy")
    directives = {d.split()[0]: d.split()[1:] for d in csp.split(";") if d.strip()}
    if not csp:
        score -= 25
    elif "'unsafe-inline'" in csp or "'unsafe-eval'" in csp or "data:" in directives.get("script-src", []):
        score -= 20
    elif directives.get("default-src") == ["'none'"]:
        score += 10
    score += 5 if directives.get("frame-ancestors") == ["'none'"] else -20
    score += 0 if header("X-Content-Type-Options") == "nosniff" else -5
    score += 5 if header("Referrer-Policy") in ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin") else 0
    age = re.search(r"max-age=(\d+)", header("Strict-Transport-Security"))
    score += -20 if not age else -10 if int(age.group(1)) < 15768000 else 0
    score += 10 if header("Cross-Origin-Resource-Policy") == "same-origin" else 0
    for name, value in page.headers:
        if name.lower() == "set-cookie" and not ("Secure" in value and "SameSite=" in value):
            score -= 20
    return score


def weak_csp(csp):
    """What a reviewer of Content-Security-Policy (Google's csp_evaluator among them) calls a hole; nothing for a policy without any."""
    directives = {d.split()[0]: d.split()[1:] for d in csp.split(";") if d.strip()}
    sources = lambda name: directives.get(name, directives.get("default-src", ["*"]))
    out = [f"{name} allows {source}" for name in directives for source in directives[name] if source not in ("'none'", "'self'")]
    if sources("script-src") != ["'self'"]:
        out.append("scripts come from elsewhere")
    for name in ("object-src", "frame-src", "worker-src", "media-src", "manifest-src"):
        if sources(name) != ["'none'"] and name not in directives:
            out.append(f"{name} is open")
    # default-src doesn't stand in for these three.
    for name, wanted in (("base-uri", "'none'"), ("frame-ancestors", "'none'"), ("form-action", "'self'")):
        if directives.get(name) != [wanted]:
            out.append(f"{name} is not {wanted}")
    return out


def lacking(page):
    """What one answer lacks of the full set, in words."""
    out = weak_csp(page.header("Content-Security-Policy") or "")
    if (score := observatory(page)) < 120:
        out.append(f"scores {score}")
    out += [f"no {name}" for name in ("Cross-Origin-Opener-Policy", "Permissions-Policy", "Cache-Control") if page.header(name) is None]
    for name in {key.lower() for key, _ in page.headers} - {"set-cookie", "vary"}:
        if sum(key.lower() == name for key, _ in page.headers) > 1:
            out.append(f"{name} twice")
    if re.search(r"\d", page.header("Server") or ""):
        out.append("a version number")
    if page.status >= 400 and page.header("Cache-Control") != "no-store":
        out.append("an error that is stored")
    if page.status in (429, 502, 503, 504) and not (page.header("Retry-After") or "").isdigit():
        out.append("no Retry-After")
    if "text/html" in (page.header("Content-Type") or "") and re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*(?:src=|application/ld\+json))", page.text):
        out.append("inline style or script")
    return out
