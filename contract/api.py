"""Property-based tests of the whole API: what the OpenAPI document promises holds for whatever is sent."""

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
    conversation = server.call(
        demo, "GET", f"/api/v2/conversations/{started['conversationId']}", headers=authorized
    )
    customer = conversation["participants"][0]
    return {
        "conversationId": conversation["id"],
        "participantId": customer["id"],
        "communicationId": customer["messages"][0]["id"],
        "messageId": customer["messages"][0]["messages"][0]["messageId"],
        "queueId": create("/routing/queues", {"name": "Parcels"})["id"],
        "codeId": create("/routing/wrapupcodes", {"name": "Delivered"})["id"],
        "channelId": create("/notifications/channels", {})["id"],
        "key": "crmCustomerId",
        "version": "1",
    }


def spare(demo, bearer):
    """What deleting finds: others go on with the rest."""
    authorized = {"Authorization": f"Bearer {bearer}"}

    def create(path, name):
        return server.call(demo, "POST", f"/api/v2{path}", body={"name": name}, headers=authorized)["id"]

    return {"queueId": create("/routing/queues", "Spare"), "codeId": create("/routing/wrapupcodes", "Spare")}


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


def write_config(folder, demo, ids, spares, own_token, throw_away):
    """The standing configuration, with what is only known now."""
    lines = [(HERE / "schemathesis.toml").read_text(), "[parameters]"]
    lines += [f'"path.{name}" = "{value}"' for name, value in ids.items()]
    client = demo["oauthClient"]
    basic = b64encode(f"{client['id']}:{client['secret']}".encode()).decode()
    for path, credentials in (
        (r"^/api/v2/users/me", f"Bearer {own_token}"),
        (r"^/api/v2/tokens/me$", f"Bearer {throw_away}"),
        (r"^/oauth/(token|revoke)$", f"Basic {basic}"),
    ):
        lines += ["[[operations]]", f'include-path-regex = "{path}"', f'headers = {{ Authorization = "{credentials}" }}']
    lines += ["[[operations]]", 'include-path-regex = "^/(login|oauth/authorize)$"', 'include-method = "GET"']
    lines += [f"parameters = {inline(log_in_query(demo), 'query')}"]
    lines += ["[[operations]]", 'include-path-regex = "^/api/v2/routing/"', 'include-method = "DELETE"']
    lines += [f"parameters = {inline(spares, 'path')}"]
    open_deployment = inline({"deploymentId": demo["deployments"]["open"], "version": "1"}, "path")
    lines += ["[[operations]]", 'include-operation-id = ["get_deployment_configurations", "get_context_policy_version"]']
    lines += [f"parameters = {open_deployment}"]
    path = pathlib.Path(folder) / "schemathesis.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def run(demo, seed):
    bearer = server.token(demo, demo["adminClient"])
    ids = prepare(demo, bearer)
    schemathesis = pathlib.Path(sys.executable).parent / "schemathesis"
    with tempfile.TemporaryDirectory(prefix="waybill-contract-") as folder:
        own_token = server.log_in(demo, demo["users"]["agent"])
        throw_away = server.token(demo, demo["oauthClient"])
        config = write_config(folder, demo, ids, spare(demo, bearer), own_token, throw_away)
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
