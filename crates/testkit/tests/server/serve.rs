//! `waybill serve` and `waybill init`: configuration, first organization.

use std::path::Path;

use waybill_testkit::{RestClient, ServerProcess, login};

async fn refused(folder: &Path, config: &str) -> String {
    let file = folder.join("waybill.toml");
    std::fs::write(&file, config).unwrap();
    let output = ServerProcess::run(["serve", "--config", file.to_str().unwrap()]).await;
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn edge6_a_wrong_configuration_is_refused_with_key_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let unknown = refused(folder, "[limits]\nmesage_bytes = 100\n").await;
    assert!(unknown.contains("unknown key `limits.mesage_bytes`, did you mean `limits.message_bytes`"), "{unknown}");
    let half = refused(folder, "[tls]\ncert = \"chain.pem\"\n").await;
    assert!(half.contains("`tls` needs both `cert` and `key`"), "{half}");
    let missing = refused(folder, "[tls]\ncert = \"/nowhere/chain.pem\"\nkey = \"/nowhere/key.pem\"\n").await;
    assert!(missing.contains("`/nowhere/chain.pem` can't be used as a certificate chain"), "{missing}");
}

#[tokio::test]
async fn edge6_the_printed_reference_is_a_configuration_that_holds() {
    let folder = tempfile::tempdir().unwrap();
    let printed = ServerProcess::run(["serve", "--print-config"]).await;
    let file = folder.path().join("waybill.toml");
    std::fs::write(&file, &printed.stdout).unwrap();
    let data = folder.path().join("data");
    let environment = [("WAYBILL_CONFIG", file.to_str().unwrap())];
    let process = ServerProcess::serve(&data, &environment).await;
    let ready = RestClient::anonymous(process.base_url()).unwrap().get("/ready").await.unwrap();
    assert_eq!(ready.status, 200);
}

#[tokio::test]
async fn rest2_init_prints_ids_and_a_secret_that_logs_in() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let config = folder.path().join("waybill.toml");
    std::fs::write(&config, format!("data = {:?}\n", data.to_str().unwrap())).unwrap();
    let init = async |more: &[&str]| {
        let arguments = ["init", "--config", config.to_str().unwrap()];
        ServerProcess::run(arguments.iter().chain(more)).await
    };
    let without_domain = init(&["--json"]).await;
    assert!(String::from_utf8(without_domain.stderr).unwrap().contains("--domain"));
    let output = init(&["--json", "--domain", "shop.example"]).await;
    let ids: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let again = init(&["--json", "--domain", "shop.example"]).await;
    assert!(String::from_utf8(again.stderr).unwrap().contains("--another"));

    let process = ServerProcess::serve(&data, &[]).await;
    let text = |key: &str| ids["oauthClient"][key].as_str().unwrap();
    let client = RestClient::log_in(process.base_url(), text("id"), text("secret")).await.unwrap();
    let path = format!("/api/v2/webdeployments/deployments/{}", ids["deploymentId"].as_str().unwrap());
    let deployment: serde_json::Value = client.get(&path).await.unwrap().json().unwrap();
    assert_eq!(deployment["allowedDomains"][0], "shop.example");
    let text = |pointer: &str| ids.pointer(pointer).and_then(serde_json::Value::as_str).unwrap();
    let (email, password) = (text("/users/admin/email"), text("/users/admin/password"));
    let token = login::log_in(process.base_url(), text("/loginClient/id"), email, password).await;
    let admin = RestClient::anonymous(process.base_url()).unwrap().with_token(token["access_token"].as_str().unwrap());
    let clients: serde_json::Value = admin.get("/api/v2/oauth/clients").await.unwrap().json().unwrap();
    assert_eq!(clients["total"], 3, "the integrator, the command line's and the one to log in through");
}

#[tokio::test]
async fn rest2_the_printed_openapi_document_is_the_served_one() {
    let printed = ServerProcess::run(["openapi"]).await;
    let printed: serde_json::Value = serde_json::from_slice(&printed.stdout).unwrap();
    let server = waybill_testkit::TestServer::start().await;
    let served: serde_json::Value = server.anonymous().get("/api/v2/openapi.json").await.unwrap().json().unwrap();
    assert_eq!(printed["paths"], served["paths"]);
    assert!(printed["openapi"].as_str().unwrap().starts_with("3.1"));
}
