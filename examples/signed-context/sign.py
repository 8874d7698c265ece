"""A site's server vouches for the customer who is logged in: one token for each start of a chat.

WAYBILL_KEY_ID=… WAYBILL_KEY_SECRET=… WAYBILL_DEPLOYMENT_ID=… python3 sign.py CRM-882910 "Zoë Doe"
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import uuid


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def vouch(key_id: str, secret: str, deployment_id: str, crm_customer_id: str, name: str) -> str:
    """Call it for the customer of the session that your own server knows, never for an id that the page sends."""
    now = int(time.time())
    header = {"alg": "HS256", "typ": "JWT", "kid": key_id}
    claims = {
        "aud": deployment_id,
        "iat": now,
        "exp": now + 120,
        "jti": str(uuid.uuid4()),
        "customData": {"crmCustomerId": crm_customer_id},
        "customer": {"name": name},
    }
    message = ".".join(encode(json.dumps(part).encode("utf-8")) for part in (header, claims))
    # The secret's text is the key: it is not decoded.
    signature = hmac.new(secret.encode("utf-8"), message.encode("ascii"), hashlib.sha256).digest()
    return f"{message}.{encode(signature)}"


if __name__ == "__main__":
    print(
        vouch(
            os.environ["WAYBILL_KEY_ID"],
            os.environ["WAYBILL_KEY_SECRET"],
            os.environ["WAYBILL_DEPLOYMENT_ID"],
            sys.argv[1],
            sys.argv[2],
        )
    )
