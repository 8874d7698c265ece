//! `doctor`, `backup` and `restore`: the tools that work on the folder.

use std::path::Path;

use serde_json::{Value, json};
use waybill_testkit::{RestClient, ServerProcess, TestServer};

use crate::start;

async fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = ServerProcess::run(arguments).await;
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder with one conversation whose message bears a text that can be found in the file.
async fn written(folder: &Path) -> (String, String) {
    let mut server = TestServer::builder().data(folder).start().await;
    let options = json!({"customData": {"crmCustomerId": "CRM-882910"}, "message": "findable-in-the-file"});
    let started = server.guest("open").await.start_chat(start(&options)).await.unwrap();
    let cursor = server.integrator().await.get("/api/v2/conversations/webchat").await.unwrap().text;
    assert!(cursor.contains("CRM-882910"));
    server.stop().await;
    (started.conversation_id.to_string(), started.cursor.to_string())
}

#[tokio::test]
async fn log4_a_restore_is_whole_and_starts_a_new_epoch() {
    let folders = tempfile::tempdir().unwrap();
    let (data, again, file) =
        (folders.path().join("data"), folders.path().join("again"), folders.path().join("copy.db"));
    let (conversation, cursor) = written(&data).await;
    let (code, said) = run(&["backup", text(&file), "--data", text(&data)]).await;
    assert!(code == Some(0) && said.contains("1 conversations; every checksum fits"), "{said}");
    let (code, said) = run(&["backup", text(&file), "--data", text(&data)]).await;
    assert!(code == Some(1) && said.contains("exists already"), "{said}");

    let (code, said) = run(&["restore", text(&file), "--data", text(&again)]).await;
    assert!(code == Some(0) && said.contains("every checksum fits") && said.contains("epoch"), "{said}");
    let (code, said) = run(&["restore", text(&file), "--data", text(&again)]).await;
    assert!(code == Some(1) && said.contains("is not empty"), "{said}");

    // Without the key of the secrets in it, nobody is let in: and no other key is drawn.
    let (code, said) = run(&["demo", "--listen", "127.0.0.1:0", "--data", text(&again)]).await;
    assert!(code != Some(0) && said.contains("master.key") && said.contains("missing"), "{said}");
    assert!(!again.join("master.key").exists());
    std::fs::copy(data.join("master.key"), again.join("master.key")).unwrap();

    let server = TestServer::builder().data(&again).start().await;
    let client = server.integrator().await;
    let webchat: Value =
        client.get(&format!("/api/v2/conversations/webchat/{conversation}")).await.unwrap().json().unwrap();
    assert_eq!(webchat["customData"]["crmCustomerId"], "CRM-882910");
    // The old cursor is of another epoch: 410 with where to begin.
    let gone = client.get(&format!("/api/v2/events?cursor={cursor}")).await.unwrap();
    assert_eq!(gone.status, 410, "{}", gone.text);
}

#[tokio::test]
async fn log10_a_backup_beside_the_running_server_holds_what_was_answered() {
    let folders = tempfile::tempdir().unwrap();
    let (data, again, file) =
        (folders.path().join("data"), folders.path().join("again"), folders.path().join("copy.db"));
    let mut process = ServerProcess::demo(&data, &[]).await;
    let demo = process.demo_file().await;
    let client = &demo.oauth_client;
    let (id, secret) = (client.id.to_string(), client.secret.clone());
    let rest = RestClient::log_in(&demo.base_url, &id, &secret).await.unwrap();
    let body = json!({"deploymentId": demo.deployments.open, "customData": {"crmCustomerId": "CRM-1"}});
    let created: Value = rest.post("/api/v2/conversations/webchat", &body).await.unwrap().json().unwrap();
    let (code, said) = run(&["backup", text(&file), "--data", text(&data)]).await;
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&["doctor", "--data", text(&data)]).await;
    assert!(code == Some(0) && said.contains("sound     every checksum fits"), "{said}");
    process.kill_9().await;

    let (code, said) = run(&["restore", text(&file), "--data", text(&again)]).await;
    assert_eq!(code, Some(0), "{said}");
    std::fs::copy(data.join("master.key"), again.join("master.key")).unwrap();
    let process = ServerProcess::serve(&again, &[]).await;
    let rest = RestClient::log_in(process.base_url(), &id, &secret).await.unwrap();
    let path = format!("/api/v2/conversations/webchat/{}", created["id"].as_str().unwrap());
    let webchat: Value = rest.get(&path).await.unwrap().json().unwrap();
    assert_eq!(webchat["customData"]["crmCustomerId"], "CRM-1");
}

#[tokio::test]
async fn log6_a_flipped_byte_is_found_by_the_doctor_and_by_a_restore() {
    let folders = tempfile::tempdir().unwrap();
    let (data, again, file) =
        (folders.path().join("data"), folders.path().join("again"), folders.path().join("copy.db"));
    written(&data).await;
    let (code, said) = run(&["backup", text(&file), "--data", text(&data)]).await;
    assert_eq!(code, Some(0), "{said}");

    flip(&file);
    let (code, said) = run(&["restore", text(&file), "--data", text(&again)]).await;
    assert!(code == Some(1) && said.contains("is not what was backed up"), "{said}");
    assert!(!again.exists());

    flip(&data.join("waybill.db"));
    let (code, said) = run(&["doctor", "--data", text(&data)]).await;
    assert!(code == Some(1) && said.contains("corrupt") && said.contains("unsound"), "{said}");
    let (code, said) = run(&["doctor", "--data", text(&data), "--json"]).await;
    let report: Value = serde_json::from_str(&said).unwrap();
    assert!(code == Some(1) && report["sound"] == false && report["faultCount"].as_u64().unwrap() > 0, "{said}");
    assert!(!said.contains("findable") && !said.contains("CRM-882910"), "values stay out of reports: {said}");
    let (code, said) = run(&["doctor", "--data", "/nowhere"]).await;
    assert!(code == Some(2) && said.contains("no database"), "{said}");
}

/// Changes one letter of the message's text, wherever it stands.
fn flip(file: &Path) {
    let mut bytes = std::fs::read(file).unwrap();
    let needle = b"findable-in-the-file";
    let places: Vec<_> = (0..bytes.len() - needle.len()).filter(|at| bytes[*at..].starts_with(needle)).collect();
    assert!(!places.is_empty(), "the control: the text stands in the file as it is");
    for at in places {
        bytes[at] ^= 1;
    }
    std::fs::write(file, bytes).unwrap();
}
