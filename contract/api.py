"""Property-based tests of the whole API: what the OpenAPI document promises holds for whatever is sent."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from base64 import b64encode

import demo as server

HERE = pathlib.Path(__file__).parent


def prepare(demo, bearer):
    """One of everything that a path can name, so that requests get further than the door."""
    authorized = {"Authorization": f"Bearer {bearer}"}

    def create(path, body):
        return server.call(demo, "POST", f"/api/v2{path}", body=body, headers=authorized)

    started = create(
        "/conversations/webchat",
        {
            "deploymentId": demo["deployments"]["open"],
            "customData": {"crmCustomerId": "CRM-4711", "plan": "gold"},
            "message": "Hello",
        },
    )
    authorized_json = {**authorized, "Content-Type": "application/json"}
    # Under the names of the examples: changes by them are changes then, no second of the name.
    queue = create("/routing/queues", {"name": "Orders"})["id"]
    code = create("/routing/wrapupcodes", {"name": "Order changed"})["id"]
    listed = json.dumps([{"id": code}]).encode()
    server.call(demo, "POST", f"/api/v2/routing/queues/{queue}/wrapupcodes", body=listed, headers=authorized_json)
    conversation = server.call(
        demo, "GET", f"/api/v2/conversations/{started['conversationId']}", headers=authorized
    )
    customer = conversation["participants"][0]
    return {
        "conversationId": conversation["id"],
        "participantId": customer["id"],
        "communicationId": customer["messages"][0]["id"],
        "messageId": customer["messages"][0]["messages"][0]["messageId"],
        "queueId": queue,
        "codeId": code,
        "channelId": create("/notifications/channels", {})["id"],
        "key": "crmCustomerId",
        "version": "1",
    }


def special(demo, bearer):
    """What single operations need, by their ids: things to delete, a key kept apart, a signing key."""
    authorized = {"Authorization": f"Bearer {bearer}"}

    def create(path, body):
        return server.call(demo, "POST", f"/api/v2{path}", body=body, headers=authorized)

    deployments = demo["deployments"]
    apart = {"deploymentId": deployments["quarantine"], "customData": {"shelf": "4"}, "message": "Hello"}
    signing = create(f"/webdeployments/deployments/{deployments['signed']}/signingkeys", {"algorithm": "HS256"})
    return {
        ("delete_queue",): {"queueId": create("/routing/queues", {"name": "Spare"})["id"]},
        ("delete_wrapup_code",): {"codeId": create("/routing/wrapupcodes", {"name": "Spare"})["id"]},
        ("promote_key",): {"conversationId": create("/conversations/webchat", apart)["conversationId"], "key": "shelf"},
        ("get_deployment_configurations", "get_context_policy_version"): {"deploymentId": deployments["open"]},
        ("get_signing_key", "patch_signing_key", "rotate_signing_key"): {
            "deploymentId": deployments["signed"],
            "keyId": signing["id"],
        },
    }


def person(demo, bearer, email):
    """Somebody with the password of the examples; his token."""
    password = "four words nobody guesses"
    body = {"name": "Somebody", "email": email, "password": password}
    server.call(demo, "POST", "/api/v2/users", body=body, headers={"Authorization": f"Bearer {bearer}"})
    return server.log_in(demo, {"email": email, "password": password})


def log_in_query(demo):
    """What brings the log-in page up."""
    return {
        "response_type": "code",
        "client_id": demo["loginClient"]["id"],
        "redirect_uri": "http://127.0.0.1:1/callback",
        "code_challenge": "0123456789012345678901234567890123456789012",
        "code_challenge_method": "S256",
    }


def inline(parameters, place):
    """Parameters as TOML writes them in one line."""
    return "{ " + ", ".join(f'"{place}.{name}" = "{value}"' for name, value in parameters.items()) + " }"


def write_config(folder, demo, ids, bearer):
    """The standing configuration, with what is only known now."""
    lines = [(HERE / "schemathesis.toml").read_text(), "[parameters]"]
    lines += [f'"path.{name}" = "{value}"' for name, value in ids.items()]
    client = demo["oauthClient"]
    basic = b64encode(f"{client['id']}:{client['secret']}".encode()).decode()
    for path, credentials in (
        (r"^/api/v2/users/me$", f"Bearer {server.log_in(demo, demo['users']['agent'])}"),
        (r"^/api/v2/users/me/password$", f"Bearer {person(demo, bearer, 'password@example.com')}"),
        (r"^/api/v2/users/me/totp$", f"Bearer {person(demo, bearer, 'totp@example.com')}"),
        (r"^/api/v2/tokens/me$", f"Bearer {server.token(demo, client)}"),
        (r"^/oauth/(token|revoke)$", f"Basic {basic}"),
    ):
        lines += ["[[operations]]", f'include-path-regex = "{path}"', f'headers = {{ Authorization = "{credentials}" }}']
    lines += ["[[operations]]", 'include-path-regex = "^/(login|oauth/authorize)$"', 'include-method = "GET"']
    lines += [f"parameters = {inline(log_in_query(demo), 'query')}"]
    for operations, parameters in special(demo, bearer).items():
        lines += ["[[operations]]", f"include-operation-id = {json.dumps(operations)}"]
        lines += [f"parameters = {inline(parameters, 'path')}"]
    path = pathlib.Path(folder) / "schemathesis.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def run(demo, seed):
    bearer = server.token(demo, demo["adminClient"])
    ids = prepare(demo, bearer)
    schemathesis = pathlib.Path(sys.executable).parent / "schemathesis"
    with tempfile.TemporaryDirectory(prefix="waybill-contract-") as folder:
        config = write_config(folder, demo, ids, bearer)
        command = [
            str(schemathesis),
            f"--config-file={config}",
            "run",
            f"{demo['baseUrl']}/api/v2/openapi.json",
            f"--header=Authorization: Bearer {bearer}",
            f"--seed={seed}",
            # Streams have no end.
            "--exclude-path-regex=/events$",
            *sys.argv[1:],
        ]
        environment = {**os.environ, "NO_COLOR": "1"}
        process = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    print(process.stdout)
    return process


if __name__ == "__main__":
    with server.running() as described:
        outcome = run(described, os.environ.get("WAYBILL_SEED", "20261120"))
    tested = re.search(r"Tested:\s+(\d+)", outcome.stdout)
    count = int(tested.group(1)) if tested else 0
    if outcome.returncode == 0 and count > 0:
        print(f"test result: ok. {count} passed; 0 failed;")
    raise SystemExit(outcome.returncode if count else 1)
