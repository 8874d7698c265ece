//! `waybill user`, `client`, `role`, `deployment` and `audit` against a running server.

use std::path::Path;

use serde_json::Value;
use waybill_testkit::{RestClient, ServerProcess};

/// Runs a command as the demo's administration.
async fn run(data: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let folder = ["--demo", data.to_str().unwrap()];
    let output = ServerProcess::run(arguments.iter().copied().chain(folder)).await;
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// The JSON of a command that went well.
async fn json(data: &Path, arguments: &[&str]) -> Value {
    let (code, said) = run(data, &[arguments, &["--json"]].concat()).await;
    assert_eq!(code, Some(0), "{arguments:?}: {said}");
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {said}"))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no `{name}` in {value}"))
}

fn find<'a>(listing: &'a Value, id: &str) -> &'a Value {
    listing["entities"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap_or_else(|| panic!("{listing}"))
}

#[tokio::test]
async fn acc5_clients_and_roles_are_created_rotated_and_disabled_by_command() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut process = ServerProcess::demo(&data, &[]).await;
    process.demo_file().await;
    let base_url = process.base_url().to_owned();
    let logs_in = async |id: &str, secret: &str| RestClient::log_in(&base_url, id, secret).await.is_ok();

    let permission = "conversation:communication:view";
    let role = json(&data, &["role", "create", "--name", "reader", "--permission", permission]).await;
    let (code, said) = run(&data, &["role", "show", "reader"]).await;
    assert_eq!((code, said.trim()), (Some(0), permission));
    let (code, said) = run(&data, &["role", "create", "--name", "x", "--permission", "no:such:right"]).await;
    assert!(code != Some(0) && said.contains("no:such:right"), "{said}");

    let client = json(&data, &["client", "create", "--name", "CRM sync", "--role", "reader"]).await;
    let (id, first) = (text(&client, "id"), text(&client, "secret"));
    assert_eq!(client["roleIds"][0], role["id"]);
    assert!(logs_in(id, first).await);
    let rotated = json(&data, &["client", "rotate", id]).await;
    let second = text(&rotated, "secret");
    assert!(logs_in(id, first).await && logs_in(id, second).await, "both are good for a day");
    let rotated = json(&data, &["client", "rotate", id, "--overlap", "0"]).await;
    let third = text(&rotated, "secret");
    assert!(!logs_in(id, second).await && logs_in(id, third).await);

    json(&data, &["client", "disable", id]).await;
    assert!(!logs_in(id, third).await);
    assert_eq!(find(&json(&data, &["client", "list"]).await, id)["state"], "inactive");
    json(&data, &["client", "enable", id]).await;
    assert!(logs_in(id, third).await, "roles and secrets stay");
}

#[tokio::test]
async fn acc5_people_and_deployments_are_administered_by_command() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut process = ServerProcess::demo(&data, &[]).await;
    process.demo_file().await;

    let person =
        json(&data, &["user", "create", "--email", "zoe@example.com", "--name", "Zoë", "--role", "agent"]).await;
    let id = text(&person, "id");
    assert!(text(&person, "password").len() >= 40, "drawn, and shown this once");
    let (code, said) = run(&data, &["user", "create", "--email", "zoe@example.com", "--name", "Zoë"]).await;
    assert!(code != Some(0) && said.contains("exists already"), "{said}");
    let (code, said) =
        run(&data, &["user", "create", "--email", "x@example.com", "--name", "X", "--role", "king"]).await;
    assert!(code != Some(0) && said.contains("there is no role `king`; there are"), "{said}");
    json(&data, &["user", "roles", id, "--role", "supervisor", "--role", "agent"]).await;
    let again = json(&data, &["user", "password", id]).await;
    assert_ne!(again["password"], person["password"]);
    json(&data, &["user", "disable", id]).await;
    assert_eq!(find(&json(&data, &["user", "list"]).await, id)["state"], "inactive");
    let (code, said) = run(&data, &["user", "list"]).await;
    assert!(code == Some(0) && said.contains("zoe@example.com") && said.contains("Zoë"), "{said}");

    let site = json(&data, &["deployment", "create", "--name", "Shop", "--domain", "shop.example"]).await;
    let id = text(&site, "id");
    json(&data, &["deployment", "disable", id]).await;
    let listed = json(&data, &["deployment", "list"]).await;
    let found = find(&listed, id);
    assert_eq!((&found["status"], &found["allowedDomains"][0]), (&"Inactive".into(), &"shop.example".into()));
}

#[tokio::test]
async fn log8_the_audit_log_is_verified_by_command_at_the_server_and_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut process = ServerProcess::demo(&data, &[]).await;
    process.demo_file().await;
    json(&data, &["role", "create", "--name", "reader", "--permission", "conversation:communication:view"]).await;
    let (code, said) = run(&data, &["audit", "list", "--limit", "1000"]).await;
    assert!(code == Some(0) && said.contains("role.created"), "{said}");

    let verified = json(&data, &["audit", "verify"]).await;
    assert_eq!(verified["sound"], true, "{verified}");
    let head = text(&verified["chains"][0], "head").to_owned();
    json(&data, &["role", "create", "--name", "another", "--permission", "conversation:communication:view"]).await;
    let later = json(&data, &["audit", "verify", "--head", &head]).await;
    assert_eq!((&later["sound"], &later["chains"][0]["notedHeadFound"]), (&true.into(), &true.into()), "{later}");
    let (code, said) = run(&data, &["audit", "verify", "--head", &"0".repeat(64)]).await;
    assert!(code == Some(1) && said.contains("GONE"), "{said}");

    process.kill_9().await;
    let path = data.to_str().unwrap();
    let sound = json(&data, &["audit", "verify", "--data", path]).await;
    assert_eq!(sound["chains"][0]["head"], later["chains"][0]["head"]);
}
