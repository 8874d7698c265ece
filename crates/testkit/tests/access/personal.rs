//! Personal values: masked without the right, and their reading is in the audit log (ACC3, ACC4).

use serde_json::{Value, json};
use waybill_testkit::{RestClient, TestServer};

use crate::support::{audited, fails, good, own_role, person, read, role, start};

const VALUE: &str = "CRM-4711-ONLY-HERE";
const NAME: &str = "Zoë Only-Here";

/// Somebody who does everything with conversations but see personal values, save those of the named keys.
async fn reader(server: &TestServer, admin: &RestClient, keys: &[&str]) -> (String, RestClient) {
    let permissions = json!([
        "conversation:communication:view",
        "conversation:customAttributes:edit",
        "conversation:participant:attributesview",
        "notifications:events:view"
    ]);
    let policy =
        json!({"domain": "conversation", "entityName": "personalAttributes", "actionSet": ["view"], "keys": keys});
    let policies = if keys.is_empty() { json!([]) } else { json!([policy]) };
    let id = own_role(admin, "Reader", permissions, policies).await;
    person(server, admin, "reader@demo.example", &[role(&id, "*")]).await
}

fn context() -> Value {
    json!({
        "customData": {"crm_customer_id": VALUE, "campaign": "summer"},
        "customer": {"id": "C-ONLY-HERE", "name": NAME, "email": "zoe.only.here@example.com"}
    })
}

fn hides(text: &str, what: &str) {
    for value in [VALUE, NAME, "C-ONLY-HERE", "zoe.only.here"] {
        assert!(!text.contains(value), "{what} shows {value}: {text}");
    }
}

#[tokio::test]
async fn acc3_every_view_masks_what_the_reader_may_not_see_and_nothing_else() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let (admin, integrator) = (server.admin().await, server.integrator().await);
    let (_, reader) = reader(&server, &admin, &[]).await;
    let id = start(&server, &integrator, "open", context()).await;
    for path in [
        format!("/api/v2/conversations/{id}"),
        format!("/api/v2/conversations/webchat/{id}"),
        format!("/api/v2/conversations/webchat/{id}/attributes"),
        "/api/v2/conversations/webchat".to_owned(),
        format!("/api/v2/conversations/{id}/context"),
        format!("/api/v2/conversations/{id}/context?asOf=1"),
        format!("/api/v2/conversations/{id}/context/crmId"),
        format!("/api/v2/conversations/{id}/context/history"),
        format!("/api/v2/conversations/{id}/trace"),
        format!("/api/v2/conversations/{id}/trace?key=crmId"),
    ] {
        let seen = integrator.get(&path).await.unwrap();
        let masked = reader.get(&path).await.unwrap();
        assert_eq!((seen.status.as_u16(), masked.status.as_u16()), (200, 200), "{path}: {}", masked.text);
        assert_eq!(seen.text.contains(VALUE), !path.contains("trace"), "{path}");
        hides(&masked.text, &path);
    }
    let conversation = read(&reader, &format!("/api/v2/conversations/{id}")).await;
    assert_eq!(conversation["participants"][0]["attributes"], json!({"crmCustomerId": "***", "campaign": "summer"}));
    let webchat = read(&reader, &format!("/api/v2/conversations/webchat/{id}")).await;
    let both = json!({"crmCustomerId": "***", "crm_customer_id": "***", "campaign": "summer"});
    assert_eq!((&webchat["custom_attributes"], &webchat["attributes"]["custom"]), (&both, &both));
    assert_eq!(webchat["customer"], json!({"id": "***", "name": "***", "email": "***"}));
    let key = read(&reader, &format!("/api/v2/conversations/{id}/context/crmId")).await;
    assert_eq!((&key["value"], &key["masked"], &key["status"]), (&json!("***"), &json!(true), &json!("stored")));
    let history = read(&reader, &format!("/api/v2/conversations/{id}/context/history")).await;
    let changes = history["entries"][0]["changes"].as_array().unwrap();
    let of = |key: &str| changes.iter().find(|change| change["key"] == key).unwrap();
    assert_eq!((&of("crmCustomerId")["new"], &of("crmCustomerId")["masked"]), (&json!("***"), &json!(true)));
    assert_eq!((&of("campaign")["new"], of("campaign").get("masked")), (&json!("summer"), None));
}

#[tokio::test]
async fn acc3_a_write_s_answer_and_the_stream_are_masked_too() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let (admin, integrator) = (server.admin().await, server.integrator().await);
    let (_, reader) = reader(&server, &admin, &[]).await;
    let id = start(&server, &integrator, "open", context()).await;
    let participant = read(&integrator, &format!("/api/v2/conversations/{id}")).await["participants"][0]["id"].clone();
    let path = format!("/api/v2/conversations/webchat/{id}/participants/{}", participant.as_str().unwrap());
    let answer = reader.put(&path, &json!({"metadata": {"note": "seen"}})).await.unwrap();
    hides(&answer.text, "the write");
    assert_eq!(good(&answer)["metadata"], json!({"crmCustomerId": "***", "campaign": "summer", "note": "seen"}));
    good(&integrator.put(&path, &json!({"metadata": {"crmId": format!("{VALUE}-2")}})).await.unwrap());
    for path in
        [format!("/api/v2/conversations/{id}/events?cursor=beginning"), "/api/v2/events?cursor=beginning".to_owned()]
    {
        let mut stream = reader.events(&path, None).await.unwrap();
        let mut kinds = Vec::new();
        while kinds.len() < 4 {
            let event = stream.next().await.unwrap().unwrap();
            hides(&event.data, &path);
            kinds.push(event.event.unwrap());
        }
        let expected = ["start", "participant", "attributes", "attributes"].map(|kind| format!("conversation:{kind}"));
        assert_eq!(kinds, expected);
    }
}

#[tokio::test]
async fn acc3_a_filter_by_a_personal_key_takes_the_right_to_see_it() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let (admin, integrator) = (server.admin().await, server.integrator().await);
    let (_, reader) = reader(&server, &admin, &[]).await;
    let id = start(&server, &integrator, "open", context()).await;
    for name in ["crmCustomerId", "crmId", "crm_customer_id"] {
        let path = format!("/api/v2/conversations/webchat?attributeKey={name}&attributeValue={VALUE}");
        let error = fails(&reader.get(&path).await.unwrap(), 403, "missing.permissions");
        assert_eq!(error["messageParams"]["key"], "crmCustomerId");
        hides(&error.to_string(), "the refusal");
        assert_eq!(read(&integrator, &path).await["entities"][0]["id"], json!(id));
    }
    let path = "/api/v2/conversations/webchat?attributeKey=campaign&attributeValue=summer";
    assert_eq!(read(&reader, path).await["entities"][0]["id"], json!(id), "other keys are free");
}

#[tokio::test]
async fn acc3_the_right_may_cover_single_keys() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let (admin, integrator) = (server.admin().await, server.integrator().await);
    let (_, reader) = reader(&server, &admin, &["crmCustomerId"]).await;
    let id = start(&server, &integrator, "open", context()).await;
    let webchat = read(&reader, &format!("/api/v2/conversations/webchat/{id}")).await;
    assert_eq!(webchat["customData"]["crmCustomerId"], json!(VALUE));
    assert_eq!(webchat["customer"], json!({"id": "***", "name": "***", "email": "***"}));
    let path = format!("/api/v2/conversations/webchat?attributeKey=crmId&attributeValue={VALUE}");
    assert_eq!(read(&reader, &path).await["entities"][0]["id"], json!(id));
}

#[tokio::test]
async fn acc3_a_quarantined_alias_of_a_personal_key_is_masked() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let (admin, integrator) = (server.admin().await, server.integrator().await);
    let (_, reader) = reader(&server, &admin, &[]).await;
    let body = json!({"customData": {"crmId": VALUE, "crm_customer_id": "another", "other": [VALUE.len()]}});
    let id = start(&server, &integrator, "quarantine", body).await;
    for path in ["context", "context/history", "events?cursor=beginning"] {
        let path = format!("/api/v2/conversations/{id}/{path}");
        if path.contains("events") {
            let event = reader.events(&path, None).await.unwrap().next().await.unwrap().unwrap();
            hides(&event.data, &path);
        } else {
            let answer = reader.get(&path).await.unwrap();
            hides(&answer.text, &path);
            assert!(answer.text.contains("\"masked\":true"), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn acc4_reading_personal_values_is_in_the_audit_log_once_per_revision_and_reader() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let (admin, integrator, agent) = (server.admin().await, server.integrator().await, server.agent().await);
    let (reader_id, reader) = reader(&server, &admin, &[]).await;
    let id = start(&server, &integrator, "open", context()).await;
    for client in [&agent, &agent, &reader] {
        read(client, &format!("/api/v2/conversations/{id}")).await;
        read(client, &format!("/api/v2/conversations/{id}/context")).await;
    }
    let agent_id = read(&agent, "/api/v2/users/me").await["id"].as_str().unwrap().to_owned();
    // Rows are written off the hot path: wait for the one that comes.
    let rows = loop {
        let rows = audited(&admin, &id).await;
        if !rows.is_empty() {
            break rows;
        }
        tokio::task::yield_now().await;
    };
    assert!(rows.iter().all(|row| row.to_string().contains("personal.read")), "{rows:?}");
    assert!(rows.len() == 1 && rows[0].to_string().contains(&agent_id), "{rows:?}");
    assert!(!rows[0].to_string().contains(&reader_id), "whoever saw masks read nothing");
    hides(&rows[0].to_string(), "the audit log");
}
