//! A deployment comes along with the files that it was public by (DEP6).

use reqwest::Method;
use serde_json::json;
use waybill_testkit::TestServer;

use crate::support::{DEPLOYMENTS, admin, get, of, post, refused};

#[tokio::test]
async fn dep6_an_import_takes_what_maps_and_names_the_rest() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let id = "6a1c0f6e-3f3c-4a6d-9d43-0c6f6a3b1c11";
    let body = json!({
        "name": "moved", "dryRun": true,
        "config": {
            "id": id, "version": "9", "languages": ["nl"], "defaultLanguage": "nl", "apiEndpoint": "https://api.elsewhere.example",
            "messenger": {
                "enabled": true, "styles": {"primaryColor": "#ABCDEF"}, "launcherButton": {"visibility": "On"},
                "fileUpload": {"enableAttachments": true, "modes": []},
                "apps": {"conversations": {"messagingEndpoint": "wss://elsewhere.example", "markdown": {"enabled": true}}}
            },
            "journeyEvents": {"enabled": true}, "status": "Active", "auth": {"enabled": false}, "surprise": 1
        },
        "domains": {"allowAllDomains": false, "allowedDomains": ["shop.example"]}
    });
    let path = "/api/v2/webdeployments/import";
    let before = get(&client, DEPLOYMENTS).await["total"].clone();
    let dry = post(&client, path, body.clone()).await;
    assert!(dry.get("deployment").is_none(), "{dry}");
    assert_eq!(get(&client, DEPLOYMENTS).await["total"], before);

    let mut real = body;
    real["dryRun"] = json!(false);
    let made = post(&client, path, real.clone()).await;
    assert_eq!(made["deployment"]["id"], id, "a free id is kept");
    assert_eq!((&made["taken"], &made["notTaken"]), (&dry["taken"], &dry["notTaken"]));
    let left: Vec<_> = made["notTaken"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    for path in ["apiEndpoint", "messenger.fileUpload", "journeyEvents", "auth", "surprise", "version"] {
        assert!(left.contains(&path), "{path} is not in {left:?}");
    }
    let config = get(&server.anonymous(), &format!("/webdeployments/v1/deployments/{id}/config.json")).await;
    assert_eq!(
        (&config["messenger"]["styles"]["primaryColor"], &config["languages"], &config["journeyEvents"]["enabled"]),
        (&json!("#ABCDEF"), &json!(["nl"]), &json!(false))
    );
    assert_eq!(config["apiEndpoint"], server.base_url());
    let domains = get(&server.anonymous(), &format!("/webdeployments/v1/deployments/{id}/domains.json")).await;
    assert_eq!(domains, json!({"allowAllDomains": false, "allowedDomains": ["shop.example"]}));

    let second = post(&client, path, real).await;
    assert_ne!(second["deployment"]["id"], id);
    assert!(second["notTaken"].to_string().contains("another was drawn"), "{second}");
    assert_eq!(get(&client, &of(id, "")).await["name"], "moved");
    refused(&client, Method::POST, path, Some(json!({"name": "a"})), 400, "bad.request").await;
    refused(&client, Method::POST, path, Some(json!({"config": [1]})), 400, "bad.request").await;
}
