"""A demo server for one run: its own folder, a free port, no rate limits in the way."""

import contextlib
import hashlib
import html
import http.cookiejar
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode, urlsafe_b64encode

# Every bucket of the server, so wide that no test meets it.
WIDE = {
    f"WAYBILL__LIMITS__{bucket}__{part}": "1000000"
    for bucket in (
        "SESSION_MESSAGES",
        "CONNECTION_FRAMES",
        "ADDRESS_STARTS",
        "DEPLOYMENT_CONNECTS",
        "CLIENT_REQUESTS",
        "ADDRESS_LOGINS",
    )
    for part in ("PER_SECOND", "BURST")
}


@contextlib.contextmanager
def running():
    """Yields what `demo.json` says of a server that goes when the block ends."""
    binary = os.environ["WAYBILL_BIN"]
    with tempfile.TemporaryDirectory(prefix="waybill-contract-") as folder:
        data = pathlib.Path(folder) / "data"
        log = pathlib.Path(folder) / "log.txt"
        with log.open("wb") as out:
            server = subprocess.Popen(
                [binary, "demo", "--listen", "127.0.0.1:0", "--data", str(data)],
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **WIDE},
            )
            try:
                yield wait_for(data / "demo.json", server, log)
            finally:
                server.send_signal(signal.SIGTERM)
                code = server.wait(timeout=30)
        if code != 0:
            raise SystemExit(f"the server ended with {code}:\n{log.read_text()[-4000:]}")


def wait_for(file, server, log):
    """The demo writes its file once it accepts connections."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        if file.exists():
            return json.loads(file.read_text())
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit(f"the server did not come up:\n{log.read_text()[-4000:]}")


def token(demo, client):
    """A bearer token of an API client."""
    basic = b64encode(f"{client['id']}:{client['secret']}".encode()).decode()
    answer = call(
        demo,
        "POST",
        "/oauth/token",
        body=urllib.parse.urlencode({"grant_type": "client_credentials"}).encode(),
        headers={"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    return answer["access_token"]


def log_in(demo, user):
    """A bearer token of a person, through the log-in page as a browser goes through it."""
    verifier, redirect = "a-verifier-that-nobody-guesses-because-nobody-listens", "http://127.0.0.1:1/callback"
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = urllib.parse.urlencode(
        {
            "response_type": "code",
            "client_id": demo["loginClient"]["id"],
            "redirect_uri": redirect,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "state": "1",
        }
    )
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies), NoRedirect())
    page = browser.open(f"{demo['baseUrl']}/oauth/authorize?{query}", timeout=20).read().decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    fields = {html.unescape(name): html.unescape(value) for name, value in hidden}
    form = urllib.parse.urlencode({**fields, "email": user["email"], "password": user["password"]})
    try:
        answer = browser.open(f"{demo['baseUrl']}/login", data=form.encode(), timeout=20)
    except urllib.error.HTTPError as redirected:
        answer = redirected
    location = urllib.parse.urlsplit(answer.headers["Location"])
    exchanged = {
        "grant_type": "authorization_code",
        "client_id": demo["loginClient"]["id"],
        "code": urllib.parse.parse_qs(location.query)["code"][0],
        "redirect_uri": redirect,
        "code_verifier": verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urllib.parse.urlencode(exchanged).encode()
    return call(demo, "POST", "/oauth/token", body=body, headers=headers)["access_token"]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The page that the person is sent back to is nobody's here."""

    def redirect_request(self, *_):
        return None


def call(demo, method, path, body=None, headers=None):
    """One request; the answer's JSON."""
    if isinstance(body, dict):
        body = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(demo["baseUrl"] + path, data=body, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()[:2000]}") from error
    return json.loads(text) if text else None
