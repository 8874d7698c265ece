//! Flows, data actions, credentials and schedules over REST.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{assert_no_null, delete, ids, ok, patch, person, read, refused};

const HELLO: &str = "flow: hello\nkind: inboundMessage\nstart: say-hello\nactions:\n  say-hello:\n    sendMessage: Hello\n    next: bye\n  bye:\n    sendMessage: Bye\n";
const FLOWS: &str = "/api/v2/flows";

#[tokio::test]
async fn plat13_a_flow_is_drafted_published_and_taken_back() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await.client;
    let request = admin.request(Method::POST, FLOWS).header("Content-Type", "application/yaml").body(HELLO);
    let made: Value = serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();
    assert_no_null(&made);
    assert_eq!((&made["name"], &made["type"]), (&json!("hello"), &json!("INBOUNDSHORTMESSAGE")));
    assert_eq!((&made["active"], &made["document"]), (&json!(false), &json!(HELLO)));
    let path = made["selfUri"].as_str().unwrap().to_owned();
    let first = ok(admin.post(&format!("{path}/publish"), &Value::Null).await.unwrap());
    assert_eq!((&first["version"]["id"], &first["flow"]["publishedVersion"]["id"]), (&json!("1"), &json!("1")));

    let broken = HELLO.replace("next: bye", "next: nowhere");
    let changed =
        ok(admin.put(&path, &json!({"document": broken, "version": first["flow"]["version"]})).await.unwrap());
    let checked = ok(admin.post(&format!("{path}/validate"), &json!({})).await.unwrap());
    assert_eq!((&checked["valid"], &checked["findings"][0]["severity"]), (&json!(false), &json!("error")));
    assert!(ok(admin.post(&format!("{path}/validate"), &json!({"document": HELLO})).await.unwrap())["valid"] == true);
    let failure = refused(&admin.post(&format!("{path}/publish"), &json!({})).await.unwrap(), 400, "flow.invalid");
    assert!(failure["details"][0]["remedy"].is_string(), "{failure}");
    refused(&admin.put(&path, &json!({"document": HELLO, "version": 1})).await.unwrap(), 409, "changed.in.between");
    let mut sent = changed.clone();
    sent["document"] = json!(HELLO.replace("Hello", "Good day"));
    ok(admin.put(&path, &sent).await.unwrap());
    let id = made["id"].as_str().unwrap();
    let operation = ok(admin.post(&format!("{FLOWS}/actions/publish?flow={id}"), &Value::Null).await.unwrap());
    assert_eq!((&operation["complete"], &operation["actionStatus"]), (&json!(true), &json!("SUCCESS")));
    let versions = read(&admin, &format!("{path}/versions")).await;
    assert_eq!(ids(&versions["entities"], "id"), ["1", "2"]);
    assert_eq!(read(&admin, &format!("{path}/versions/1")).await["document"], json!(HELLO));
    let back = ok(admin.post(&format!("{path}/rollback"), &json!({"version": 1})).await.unwrap());
    assert_eq!(back["flow"]["publishedVersion"]["id"], "1");
    assert_eq!(read(&admin, &format!("{FLOWS}?type=inboundshortmessage&name=hel")).await["total"], 1);
    assert_eq!(read(&admin, &format!("{FLOWS}?type=inboundcall")).await["total"], 0);
    assert_eq!(read(&admin, &format!("{path}/latestconfiguration")).await["document"], sent["document"]);

    // A deployment begins with it, and then it can't be deleted.
    let deployment = format!("/api/v2/webdeployments/deployments/{}", server.deployment("open"));
    let mut bound = read(&admin, &deployment).await;
    bound["flow"] = json!({"id": id});
    assert_eq!(ok(admin.put(&deployment, &bound).await.unwrap())["flow"]["id"], json!(id));
    refused(&delete(&admin, &path).await, 409, "wrong.state");
    bound.as_object_mut().unwrap().remove("flow");
    ok(admin.put(&deployment, &bound).await.unwrap());
    assert_eq!(delete(&admin, &path).await.status, 204);
    refused(&admin.get(&path).await.unwrap(), 404, "not.found");
    refused(&admin.post(&format!("{FLOWS}/actions/publish"), &Value::Null).await.unwrap(), 400, "bad.request");
}

#[tokio::test]
async fn plat13_a_flow_is_simulated_with_a_script() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await.client;
    let made = ok(admin.post(FLOWS, &json!({"document": HELLO})).await.unwrap());
    let path = made["selfUri"].as_str().unwrap();
    let ran = ok(admin.post(&format!("{path}/simulate"), &json!({"script": "script: []\n"})).await.unwrap());
    assert!(ran["path"].to_string().contains("say-hello"), "{ran}");
    refused(
        &admin.post(&format!("{path}/simulate"), &json!({"script": "nothing: true\n"})).await.unwrap(),
        400,
        "bad.request",
    );
    let replay = json!({"deploymentId": server.deployment("open").to_string()});
    let replayed = ok(admin.post(&format!("{path}/replay"), &replay).await.unwrap());
    assert_eq!((&replayed["conversations"], &replayed["different"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn plat14_a_secret_goes_in_and_never_comes_out() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await.client;
    let path = "/api/v2/integrations/credentials";
    let secret = "kF2n0Lx9mA7Yq3vW8sT1uB6eR4cD5hZj";
    let body = json!({"name": "crmToken", "type": "basic", "user": "waybill", "secret": secret});
    let made = admin.post(path, &body).await.unwrap();
    let own = ok(made)["selfUri"].as_str().unwrap().to_owned();
    let moved = json!({"name": "crmToken", "type": "bearer", "version": 1});
    for answer in [
        admin.get(path).await.unwrap(),
        admin.get(&own).await.unwrap(),
        admin.put(&own, &moved).await.unwrap(),
        admin.put(&own, &moved).await.unwrap(),
        admin.post(path, &body).await.unwrap(),
        admin.get("/api/v2/audits").await.unwrap(),
    ] {
        assert!(!answer.text.contains(secret), "{}", answer.text);
    }
    let seen = read(&admin, &own).await;
    assert_no_null(&seen);
    assert_eq!((&seen["type"], &seen["version"]), (&json!("bearer"), &json!(2)));
    refused(
        &admin.post(path, &json!({"name": "x", "type": "magic", "secret": "y"})).await.unwrap(),
        400,
        "bad.request",
    );
    assert_eq!(delete(&admin, &own).await.status, 204);
}

#[tokio::test]
async fn plat14_data_actions_and_schedules_are_administered() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await.client;
    let path = "/api/v2/integrations/actions";
    let request = json!({"requestUrlTemplate": "https://crm.example.com/customers/${input.id}", "requestType": "GET"});
    let schema = json!({"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]});
    let contract = json!({"input": {"inputSchema": schema}, "output": {}});
    let body = json!({"name": "Find customer", "contract": contract, "config": {"request": request}});
    let made = ok(admin.post(&format!("{path}/drafts"), &body).await.unwrap());
    assert_no_null(&made);
    let own = made["selfUri"].as_str().unwrap();
    assert_eq!((&made["version"], &made["hasDraft"]), (&json!(0), &json!(true)));
    refused(&admin.post(&format!("{own}/execute"), &json!({"id": "7"})).await.unwrap(), 409, "wrong.state");
    let published = ok(admin.post(&format!("{own}/draft/publish"), &Value::Null).await.unwrap());
    assert_eq!((&published["version"], &published["contract"]), (&json!(1), &made["contract"]));
    assert_eq!(read(&admin, &format!("{own}/schemas/input.json")).await, schema);
    let tried = ok(admin.post(&format!("{own}/test"), &json!({})).await.unwrap());
    assert_eq!(
        (&tried["success"], tried["error"].is_string()),
        (&json!(false), true),
        "the input lacks its id: {tried}"
    );
    ok(patch(&admin, own, json!({"category": "CRM"})).await);
    assert_eq!(read(&admin, own).await["category"], "CRM");
    refused(&admin.post(path, &json!({"name": "Half", "contract": contract})).await.unwrap(), 400, "bad.request");
    assert_eq!(delete(&admin, own).await.status, 204);

    let path = "/api/v2/architect/schedules";
    let office = json!({"name": "Office", "timeZone": "Europe/Berlin", "hours": {"mon": ["09:00-17:30"]}});
    let made = ok(admin.post(path, &office).await.unwrap());
    assert_no_null(&made);
    let own = made["selfUri"].as_str().unwrap();
    let mut sent = made.clone();
    sent["holidays"] = json!(["12-25"]);
    assert_eq!(ok(admin.put(own, &sent).await.unwrap())["holidays"], json!(["12-25"]));
    refused(&admin.put(own, &sent).await.unwrap(), 409, "changed.in.between");
    let nowhere = json!({"name": "Moon", "timeZone": "Moon/Base", "hours": {}});
    refused(&admin.post(path, &nowhere).await.unwrap(), 400, "bad.request");
    assert_eq!(delete(&admin, own).await.status, 204);
}
