"""A demo server for one run: its own folder, a free port, no rate limits in the way."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode

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


def token(demo):
    """A bearer token of the demo's API client."""
    client = demo["oauthClient"]
    basic = b64encode(f"{client['id']}:{client['secret']}".encode()).decode()
    answer = call(
        demo,
        "POST",
        "/oauth/token",
        body=urllib.parse.urlencode({"grant_type": "client_credentials"}).encode(),
        headers={"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    return answer["access_token"]


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
