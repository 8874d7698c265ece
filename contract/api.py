"""Property-based tests of the whole API: what the OpenAPI document promises holds for whatever is sent."""

import os
import pathlib
import re
import subprocess
import sys

import demo as server

HERE = pathlib.Path(__file__).parent


def prepare(demo, bearer):
    """Something to find: a conversation with context and a message."""
    return server.call(
        demo,
        "POST",
        "/api/v2/conversations/webchat",
        body={
            "deploymentId": demo["deployments"]["open"],
            "customData": {"crmCustomerId": "CRM-4711"},
            "message": "Hello",
        },
        headers={"Authorization": f"Bearer {bearer}"},
    )


def run(demo, seed):
    bearer = server.token(demo)
    prepare(demo, bearer)
    schemathesis = pathlib.Path(sys.executable).parent / "schemathesis"
    command = [
        str(schemathesis),
        f"--config-file={HERE / 'schemathesis.toml'}",
        "run",
        f"{demo['baseUrl']}/api/v2/openapi.json",
        f"--header=Authorization: Bearer {bearer}",
        f"--seed={seed}",
        # Streams have no end.
        "--exclude-path-regex=/events$",
        *sys.argv[1:],
    ]
    process = subprocess.run(command, env={**os.environ, "NO_COLOR": "1"}, stdout=subprocess.PIPE, text=True)
    print(process.stdout)
    return process


if __name__ == "__main__":
    with server.running() as described:
        outcome = run(described, os.environ.get("WAYBILL_SEED", "20261120"))
    tested = re.search(r"Tested:\s+(\d+)", outcome.stdout)
    count = int(tested.group(1)) if tested else 0
    if outcome.returncode == 0 and count > 0:
        print(f"test result: ok. {count} passed; 0 failed;")
    raise SystemExit(outcome.returncode)
