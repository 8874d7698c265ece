//! What an erasure leaves behind: its certificate, its row in the audit log, a sound database (PRIV5).

use serde_json::json;

use crate::support::{CRM, ask, assert_without, body_of, read, server, talk};

#[tokio::test]
async fn priv5_a_certificate_lists_what_was_removed_and_never_a_value() {
    let mut server = server().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    let id = talk(&server, &client, CRM).await;
    let request = ask(&admin, "GDPR_DELETE", json!({"attributeKey": "crmId", "attributeValue": CRM})).await;
    let path = request["resultsUrl"].as_str().unwrap();
    let answer = admin.get(path).await.unwrap();
    assert_without(&answer.text, "the certificate");
    let certificate = body_of(&answer);
    assert_eq!(certificate["request"]["subject"]["attributeKey"], "crmId", "{certificate}");
    assert_eq!(certificate["requestHash"].as_str().unwrap().len(), 64);
    assert!(certificate["notReached"].to_string().contains("backups"), "{certificate}");
    let line = &certificate["conversations"][0];
    assert_eq!(line["conversationId"], id.as_str(), "{certificate}");
    let keys = json!(["crmCustomerId", "customer.email", "customer.id", "customer.name", "note", "score"]);
    assert_eq!((&line["keys"], &line["quarantined"], &line["messages"]), (&keys, &json!(1), &json!(2)), "{line}");
    assert_eq!(certificate["conversations"].as_array().unwrap().len(), 1);
    let audits = read(&admin, "/api/v2/audits").await;
    let own = request["id"].as_str().unwrap();
    let about = audits["entities"].as_array().unwrap().iter().filter(|row| row["subject"] == own);
    let actions: Vec<_> = about.map(|row| row["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["gdpr.requested", "gdpr.begun", "gdpr.erased"]);
    // Asked for again, there is nothing left: the certificate is empty.
    let again = ask(&admin, "GDPR_DELETE", json!({"attributeKey": "crmId", "attributeValue": CRM})).await;
    assert_eq!(again["totals"]["conversations"], 0, "{again}");
    server.stop().await;
    let output = waybill_testkit::ServerProcess::run(&["doctor", "--data", server.data().to_str().unwrap()]).await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("every checksum fits"), "{said}");
}

#[tokio::test]
async fn priv5_requests_are_listed_newest_first_and_bad_ones_refused_by_name() {
    let server = server().await;
    let admin = server.admin().await;
    for value in ["A-1", "A-2", "A-3"] {
        ask(&admin, "GDPR_EXPORT", json!({"attributeValue": value})).await;
    }
    let list = read(&admin, "/api/v2/gdpr/requests?pageSize=2").await;
    assert_eq!((&list["total"], &list["pageCount"]), (&json!(3), &json!(2)), "{list}");
    let dates: Vec<_> = list["entities"].as_array().unwrap().iter().map(|one| one["createdDate"].to_string()).collect();
    assert!(dates[0] >= dates[1], "{dates:?}");
    for (body, part) in [
        (json!({"requestType": "GDPR_UPDATE", "subject": {"attributeValue": "x"}}), "GDPR_DELETE"),
        (json!({"requestType": "GDPR_DELETE"}), "subject"),
        (json!({"requestType": "GDPR_DELETE", "subject": {}}), "either a value"),
        (json!({"requestType": "GDPR_DELETE", "subject": {"attributeKey": "a"}}), "either a value"),
        (json!({"requestType": "GDPR_DELETE", "subject": {"attributeValue": ""}}), "attributeValue"),
        (json!({"requestType": "GDPR_DELETE", "subject": {"email": "a@b.example"}}), "does not know"),
    ] {
        let refused = admin.post("/api/v2/gdpr/requests", &body).await.unwrap();
        assert_eq!(refused.status, 400, "{body}: {}", refused.text);
        assert!(refused.text.contains(part), "{body}: {}", refused.text);
    }
    let body = json!({"requestType": "GDPR_DELETE", "subject": {"attributeValue": "A-1"}});
    let refused = admin.post("/api/v2/gdpr/requests?deleteConfirmed=false", &body).await.unwrap();
    assert_eq!(refused.status, 400, "{}", refused.text);
    let body =
        json!({"requestType": "GDPR_DELETE", "subject": {"conversationId": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"}});
    let refused = admin.post("/api/v2/gdpr/requests", &body).await.unwrap();
    assert_eq!(refused.status, 404, "{}", refused.text);
}
