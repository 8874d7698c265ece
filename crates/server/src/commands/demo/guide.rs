//! What the demo prints: what to open, what to try, which limits hold.

use std::path::Path;

use waybill_server::{
    config::{BucketConfig, LimitsConfig},
    demo::Demo,
};

/// The whole text.
pub(super) fn text(demo: &Demo, file: &Path, limits: &LimitsConfig) -> String {
    let Demo {
        base_url,
        org_id,
        region,
        deployments,
        oauth_client,
        admin_client: _,
        login_client: _,
        users,
        signing_key: _,
        queues: _,
        flow_id,
        crm,
        webhook: _,
    } = demo;
    let crm_url = crm.as_ref().map(|crm| format!("{}/", crm.url)).unwrap_or_default();
    let flow_id = flow_id.map(|id| id.to_string()).unwrap_or_default();
    let people = [&users.agent, &users.supervisor, &users.admin];
    let people = people.map(|user| format!("{:<28} {}", user.email, user.password)).join("\n           ");
    let file = file.display();
    let client = oauth_client.id;
    format!(
        r#"
Waybill is serving at {base_url}

Open       {base_url}/examples/   a walk through: start a chat, answer it, see the id everywhere, break it
           {base_url}/console/    desk, admin, trace and analytics
           {base_url}/examples/tutorial.html   press the button, see the CRM id come back
           {base_url}/examples/signed.html     see it come back signed
           {base_url}/demo/webhooks            every event, delivered to this demo's own receiver
           {crm_url:<36}the example CRM: whom the flow finds, and what it wrote back

Ids        orgId {org_id}   region {region}
           open        {}   takes every key
           quarantine  {}   keeps undeclared keys apart
           strict      {}   refuses undeclared keys
           disabled    {}   custom data switched off (400)
           inactive    {}   switched off (401)
           signed      {}   wants crmCustomerId signed
           limited     {}   one start per 10 s (429)
           bare        {}   begins with no flow
           flow        {flow_id}   greets conversations of open and signed
           All of them and the secrets of API client and webhook are in {file}

Log in     {people}

Try        TOKEN=$(curl -s {base_url}/oauth/token -d grant_type=client_credentials \
             -d client_id={client} -d client_secret=$(sed -n '/"secret"/{{s/.*: "\(.*\)".*/\1/p;q;}}' {file}) \
             | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
           curl -s {base_url}/api/v2/conversations/webchat -H "Authorization: Bearer $TOKEN"
           curl -s {base_url}/api/v2/conversations/webchat -H "Authorization: Bearer $TOKEN" \
             -H 'Content-Type: application/json' \
             -d '{{"deploymentId":"{}","customData":{{"crmCustomerId":"CRM-1"}},"message":"Hello"}}'
           curl -sN {base_url}/api/v2/events -H "Authorization: Bearer $TOKEN"
           waybill trace <conversation id> crmCustomerId

Limits
{}
           Every one can be changed: WAYBILL__LIMITS__… (waybill serve --print-config lists them).
           In the demo alone, webhooks and flows may reach this machine, by plain http.

Ctrl-C stops it."#,
        deployments.open,
        deployments.quarantine,
        deployments.strict,
        deployments.disabled,
        deployments.inactive,
        deployments.signed,
        deployments.limited,
        deployments.bare,
        deployments.open,
        limits_text(limits),
    )
}

/// EDGE6: every limit, in words.
fn limits_text(limits: &LimitsConfig) -> String {
    let LimitsConfig {
        connections,
        frame_bytes,
        body_bytes,
        message_bytes,
        handshake_seconds,
        idle_seconds,
        session_sockets,
        waiting_commands,
        session_messages,
        connection_frames,
        address_starts,
        deployment_connects,
        client_requests,
        address_logins,
    } = limits;
    let lines = [
        ("session", bucket(session_messages, "messages")),
        ("", format!("{session_sockets} sockets; one more closes the oldest")),
        ("connection", bucket(connection_frames, "frames")),
        ("address", bucket(address_starts, "starts (IPv6 by /64)")),
        ("", bucket(address_logins, "token requests")),
        ("deployment", bucket(deployment_connects, "connects")),
        ("API client", bucket(client_requests, "requests")),
        ("sizes", format!("frame {frame_bytes}, REST body {body_bytes}, message {message_bytes} bytes")),
        ("times", format!("handshake {handshake_seconds} s, idle socket {idle_seconds} s")),
        ("server", format!("{connections} connections, {waiting_commands} waiting commands per conversation")),
    ];
    let lines = lines.map(|(whose, what)| format!("           {whose:<11} {what}"));
    lines.join("\n")
}

fn bucket(bucket: &BucketConfig, what: &str) -> String {
    let BucketConfig { per_second, burst } = bucket;
    format!("{per_second} {what} per second, burst {burst}")
}
