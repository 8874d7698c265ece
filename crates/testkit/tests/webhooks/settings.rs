//! Setting webhooks up.

use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::{
    receiver::Receiver,
    support::{builder, get, hook, ok, server, start},
};

#[tokio::test]
async fn wh1_a_webhook_is_created_listed_changed_and_deleted() {
    let (server, receiver) = (server().await, Receiver::new().await);
    let client = server.integrator().await;
    let created = hook(&client, &receiver, json!({"name": "B", "keys": ["plan"]})).await;
    hook(&client, &receiver, json!({"name": "A"})).await;
    let listed = get(&client, "/api/v2/webhooks?pageSize=1&pageNumber=2").await;
    assert_eq!((&listed["total"], &listed["pageCount"], &listed["pageNumber"]), (&json!(2), &json!(2), &json!(2)));
    assert_eq!(listed["entities"][0]["name"], "B");
    let read = get(&client, &created.path).await;
    assert_eq!(read, listed["entities"][0]);
    assert_eq!(
        (&read["version"], &read["keys"], &read["includePersonal"]),
        (&json!(1), &json!(["plan"]), &json!(true))
    );

    let body = json!({"name": "C", "url": receiver.url, "enabled": false, "version": 1});
    let changed = ok(&client.put(&created.path, &body).await.unwrap());
    assert_eq!((&changed["name"], &changed["enabled"], &changed["keys"]), (&json!("C"), &json!(false), &json!([])));
    assert_eq!(client.put(&created.path, &body).await.unwrap().status, 409);

    let deleted = client.request(reqwest::Method::DELETE, &created.path).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    assert_eq!(client.get(&created.path).await.unwrap().status, 404);
    assert_eq!(client.get(&format!("{}/deliveries", created.path)).await.unwrap().status, 404);
}

#[tokio::test]
async fn wh1_a_deleted_webhook_is_told_nothing_more() {
    let (server, first, second) = (server().await, Receiver::new().await, Receiver::new().await);
    let client = server.integrator().await;
    let only = json!({"events": ["conversation:start"]});
    let gone = hook(&client, &first, only.clone()).await;
    hook(&client, &second, only).await;
    let deployment = server.deployment("open").to_string();
    start(&client, &deployment, json!({})).await;
    first.count(1).await;
    let deleted = client.request(reqwest::Method::DELETE, &gone.path).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    start(&client, &deployment, json!({})).await;
    second.count(2).await;
    assert_eq!(first.received().len(), 1);
}

async fn refusal(client: &waybill_testkit::RestClient, body: Value) -> (u16, String) {
    let answer = client.post("/api/v2/webhooks", &body).await.unwrap();
    (answer.status.as_u16(), answer.text)
}

#[tokio::test]
async fn wh1_a_url_that_leads_inside_is_refused_with_rule_and_remedy() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    for (url, said) in [
        ("https://127.0.0.1/", "outbound.allow_networks"),
        ("https://2130706433/", "outbound.allow_networks"),
        ("https://localhost:9999/", "outbound.allow_networks"),
        ("https://[::ffff:169.254.169.254]/", "outbound.allow_networks"),
        ("http://hooks.example.com/", "outbound.allow_http"),
        ("https://user:secret@hooks.example.com/", "no user and no password"),
        ("https://hooks.example.com:22/", "port 22"),
        ("ftp://hooks.example.com/", "begin with `https://`"),
        ("hooks.example.com", "no complete URL"),
    ] {
        let (status, text) = refusal(&client, json!({"name": "a", "url": url})).await;
        assert!(status == 400 && text.contains(said) && text.contains("\"fieldName\":\"url\""), "{url}: {text}");
    }
    let (status, text) = refusal(&client, json!({"name": "a", "url": "https://hooks.example.com/"})).await;
    assert_eq!(status, 200, "{text}");
}

#[tokio::test]
async fn out1_wh1_a_name_that_leads_inside_is_not_reached_by_a_delivery() {
    let canary = Receiver::new().await;
    let server = builder()
        .config(|config| {
            config.outbound.allow_networks.clear();
            config.outbound.allow_hosts = vec!["nowhere.invalid".to_owned()];
        })
        .start()
        .await;
    let client = server.integrator().await;
    let port = canary.url.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "localhost", "0.0.0.0", "[::1]"] {
        let (status, text) = refusal(&client, json!({"name": "a", "url": format!("http://{host}:{port}")})).await;
        assert_eq!(status, 400, "{text}");
    }
    assert!(canary.received().is_empty());
}

#[tokio::test]
async fn wh1_filters_name_what_exists() {
    let (server, receiver) = (server().await, Receiver::new().await);
    let client = server.integrator().await;
    let with = |more: Value| {
        let mut body = json!({"name": "a", "url": receiver.url});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (more, said) in [
        (json!({"events": ["conversation:typing"]}), "analytics:drift"),
        (json!({"deploymentIds": ["0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"]}), "unknown deployment"),
        (json!({"keys": [""]}), "no key"),
        (json!({"name": ""}), "1 to 200 bytes"),
        (json!({"secret": "whsec_mine"}), "not know"),
    ] {
        let (status, text) = refusal(&client, with(more.clone())).await;
        assert!(status == 400 && text.contains(said), "{more}: {text}");
    }
}
