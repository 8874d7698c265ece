"""Receives webhooks and checks their signatures. Run: WEBHOOK_SECRET=whsec_… python3 receiver.py"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 300
LARGEST_BODY = 1024 * 1024


def is_genuine(secret, headers, body, now):
    """Whether a body came from who knows the secret, and came now."""
    event_id = headers.get("webhook-id")
    timestamp = headers.get("webhook-timestamp")
    signatures = headers.get("webhook-signature")
    if not event_id or not timestamp or not signatures:
        return False
    if not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return any(_fits(wanted, one) for one in signatures.split(" "))


def _fits(wanted, signature):
    if not signature.startswith("v1,"):
        return False
    try:
        return hmac.compare_digest(wanted, base64.b64decode(signature.removeprefix("v1,")))
    except binascii.Error:
        return False


class Receiver(BaseHTTPRequestHandler):
    # A real receiver keeps these for longer than a process lives.
    seen = set()

    def do_POST(self):
        size = int(self.headers.get("content-length", 0))
        body = self.rfile.read(min(size, LARGEST_BODY))
        if not is_genuine(os.environ["WEBHOOK_SECRET"], self.headers, body, time.time()):
            self.send_response(401)
            self.end_headers()
            return
        # Answered first: the sender waits for 15 seconds at most.
        self.send_response(204)
        self.end_headers()
        event_id = self.headers["webhook-id"]
        if event_id not in self.seen:
            self.seen.add(event_id)
            event = json.loads(body)
            custom_data = event.get("data", {}).get("customData", {})
            print(event["type"], event.get("conversationId", ""), custom_data.get("crmCustomerId", ""))

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Receiver).serve_forever()
