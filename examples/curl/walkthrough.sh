#!/bin/sh
# Follows one CRM id through the REST API of a running demo: `sh examples/curl/walkthrough.sh [demo.json]`.
# Needs curl and Node (to read JSON).
set -eu
demo=${1:-demo-data/demo.json}
read_json() { node -e 'let s="";process.stdin.on("data",d=>s+=d).on("end",()=>{let v=JSON.parse(s);for(const k of process.argv[1].split("."))v=v[k];console.log(v)})' "$1"; }
from_demo() { read_json "$1" < "$demo"; }
base=$(from_demo baseUrl)

echo "1. A bearer token for the demo's API client"
token=$(curl -fsS -u "$(from_demo oauthClient.id):$(from_demo oauthClient.secret)" -d grant_type=client_credentials "$base/oauth/token" | read_json access_token)
ask() { curl -fsS -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$@"; echo; }

echo "2. A conversation with a CRM id; the answer comes after it is stored, with a receipt"
started=$(ask "$base/api/v2/conversations/webchat" -d "{\"deploymentId\":\"$(from_demo deployments.open)\",\"customData\":{\"crmId\":\"CRM-882910\"},\"message\":\"Hello\"}")
echo "$started"
conversation=$(echo "$started" | read_json conversationId)
participant=$(echo "$started" | read_json participantId)

echo "3. Found again by its id"
ask "$base/api/v2/conversations/webchat?attributeKey=crmCustomerId&attributeValue=CRM-882910&pageSize=1"

echo "4. The context, key by key: value, trust, form, revision, receipt"
ask "$base/api/v2/conversations/$conversation/context"

echo "5. A key that is not there says why"
ask "$base/api/v2/conversations/$conversation/context/plan"

echo "6. More metadata, merged"
ask -X PUT "$base/api/v2/conversations/webchat/$conversation/participants/$participant" -d '{"metadata":{"plan":"gold"}}'

echo "7. Who changed what"
ask "$base/api/v2/conversations/$conversation/context/history"

echo "8. Where it went"
ask "$base/api/v2/conversations/$conversation/trace?key=crmCustomerId"

echo "9. The events so far (the stream goes on for ever; this reads two seconds of it)"
curl -sS -N --max-time 2 -H "Authorization: Bearer $token" "$base/api/v2/conversations/$conversation/events?cursor=beginning" || true
