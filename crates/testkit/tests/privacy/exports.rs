//! Export of one customer's data, and of everything (PRIV8, PRIV9).

use serde_json::{Value, json};
use waybill_testkit::{RestClient, ServerProcess};

use crate::support::{CANARIES, CRM, ask, body_of, builder, read, server, talk};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn priv8_an_export_holds_everything_that_is_known_and_nobody_elses() {
    let server = server().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    let id = talk(&server, &client, CRM).await;
    talk(&server, &client, "CRM-SOMEBODY-ELSE").await;
    let request = ask(&admin, "GDPR_EXPORT", json!({"attributeKey": "crmId", "attributeValue": CRM})).await;
    assert!(!request.to_string().contains(CRM), "{request}");
    let results = admin.get(request["resultsUrl"].as_str().unwrap()).await.unwrap();
    assert_eq!(results.status, 200, "{}", results.text);
    for canary in CANARIES {
        assert!(results.text.contains(canary), "the export lacks {canary}: {}", results.text);
    }
    let lines = lines(&results.text);
    assert_eq!(lines.len(), 1, "{}", results.text);
    assert_eq!(lines[0]["conversation"]["id"], id.as_str());
    for part in ["context", "history", "messages", "events", "trace"] {
        assert!(!lines[0][part].as_array().unwrap().is_empty(), "{part} is empty: {}", lines[0]);
    }
    // What was erased meanwhile is not in it any more: there is no second copy.
    ask(&admin, "GDPR_DELETE", json!({"conversationId": id})).await;
    let results = admin.get(request["resultsUrl"].as_str().unwrap()).await.unwrap();
    assert!(!results.text.contains(CRM), "{}", results.text);
}

#[tokio::test]
async fn priv8_results_end_with_their_time() {
    let clock = std::sync::Arc::new(waybill_testkit::FixedClock::at("2026-11-20T12:00:00Z".parse().unwrap()));
    let server = builder(Default::default()).clock(clock.clone()).start().await;
    let admin = server.admin().await;
    let request = ask(&admin, "GDPR_EXPORT", json!({"attributeValue": CRM})).await;
    clock.advance_millis(8 * 86_400_000);
    server.service().work_on_privacy().await.unwrap();
    let admin = server.admin().await;
    let path = format!("/api/v2/gdpr/requests/{}", request["id"].as_str().unwrap());
    let later = read(&admin, &path).await;
    assert!(later.get("resultsUrl").is_none(), "{later}");
    assert_eq!(admin.get(&format!("{path}/results")).await.unwrap().status, 409);
}

async fn pages(client: &RestClient, what: &str, size: u32) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/api/v2/exports/{what}?pageSize={size}{cursor}")).await.unwrap();
        assert_eq!(page.status, 200, "{}", page.text);
        rows.extend(lines(&page.text));
        match page.headers.get("waybill-next-cursor") {
            Some(next) => cursor = format!("&cursor={}", next.to_str().unwrap()),
            None => return rows,
        }
    }
}

#[tokio::test]
async fn priv9_pages_of_every_size_tell_the_same_rows_in_the_same_order() {
    let server = server().await;
    let client = server.admin().await;
    let integrator = server.integrator().await;
    for number in 0..7 {
        talk(&server, &integrator, &format!("CRM-{number}")).await;
    }
    for (what, count) in [("conversations", 7), ("attributes", 21), ("messages", 14), ("events", 0)] {
        let whole = pages(&client, what, 1_000).await;
        assert!(whole.len() >= count && (count == 0 || whole.len() == count), "{what}: {}", whole.len());
        for size in [1, 3, 20] {
            assert_eq!(pages(&client, what, size).await, whole, "{what} by {size}");
        }
    }
    assert_eq!(server.agent().await.get("/api/v2/exports/messages").await.unwrap().status, 403);
}

#[tokio::test]
async fn priv9_the_command_writes_tables_that_no_spreadsheet_runs() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut process = ServerProcess::demo(&data, &[]).await;
    let demo = process.demo_file().await;
    let secret = &demo.oauth_client.secret;
    let client = RestClient::log_in(&demo.base_url, &demo.oauth_client.id.to_string(), secret).await.unwrap();
    let context = json!({"crmCustomerId": "=1+1", "note": "a \"quoted\", line\nand one more"});
    let body = json!({"deploymentId": demo.deployments.open, "customData": context, "message": "@SUM(A1)"});
    let started = client.post("/api/v2/conversations/webchat", &body).await.unwrap();
    let id = body_of(&started)["id"].as_str().unwrap().to_owned();
    let demo_folder = data.to_str().unwrap();
    let export = async |arguments: &[&str]| {
        let output = ServerProcess::run(&[&["export", "--demo", demo_folder], arguments].concat()).await;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let attributes = export(&["--what", "attributes", "--format", "csv"]).await;
    assert!(
        attributes.contains(",'=1+1,") && attributes.contains("\"a \"\"quoted\"\", line\nand one more\""),
        "{attributes}"
    );
    assert!(attributes.starts_with("conversationId,"), "{attributes}");
    let messages = export(&["--what", "messages", "--format", "csv", "--bom"]).await;
    assert!(messages.starts_with('\u{feff}') && messages.contains("'@SUM(A1)"), "{messages}");
    let rows = lines(&export(&["--what", "conversations", "--format", "ndjson"]).await);
    assert!(rows.iter().any(|row| row["conversationId"] == id.as_str()), "{rows:?}");
    let file = folder.path().join("events.ndjson");
    let said = export(&["--what", "events", "--out", file.to_str().unwrap()]).await;
    assert_eq!(said, "");
    assert!(!lines(&std::fs::read_to_string(&file).unwrap()).is_empty());
    let none = export(&["--what", "messages", "--format", "ndjson", "--to", "2001-01-01T00:00:00Z"]).await;
    assert_eq!(none, "");
}
