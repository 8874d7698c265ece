//! Refusals are counted and listed by what they have in common (DEP8).

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::{GuestClient, TestServer};

use crate::support::{admin, get, refused};

const REFUSALS: &str = "/api/v2/webdeployments/refusals";

/// A start of a page that a strict deployment refuses.
async fn try_start(server: &TestServer, custom_data: Value, page: &str, sdk: &str) {
    let mut guest = GuestClient::connect(server.visitor("strict")).await.unwrap();
    let start = json!({
        "action": "startChat", "deploymentId": server.deployment("strict").to_string(), "token": guest.token(), "tracingId": "t",
        "startToken": format!("{page}{sdk}{custom_data}"), "api": "webMessagingClient",
        "options": {"customData": custom_data}, "page": {"path": page}, "sdk": sdk
    });
    guest.send_text(start.to_string()).await.unwrap();
    let answer: Value = serde_json::from_str(&guest.receive_text().await.unwrap()).unwrap();
    assert_eq!(answer["code"], 400, "{answer}");
}

#[tokio::test]
async fn dep8_refusals_are_grouped_filtered_and_paged() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = admin(&server).await;
    for _ in 0..3 {
        try_start(&server, json!({"odd-key": "SECRET"}), "/cart", "2.0.0").await;
    }
    try_start(&server, json!({"odd-key": "SECRET", "other": "SECRET"}), "/checkout", "2.1.0").await;
    // Records are written behind the answer: ask until they are there.
    loop {
        if get(&client, &format!("{REFUSALS}/summary")).await["refusals"] == 4 {
            break;
        }
        tokio::task::yield_now().await;
    }
    let summary = |query: &'static str| {
        let client = &client;
        async move {
            let summary = get(client, &format!("{REFUSALS}/summary?{query}")).await;
            assert!(!summary.to_string().contains("SECRET"), "{summary}");
            let groups = summary["entities"].as_array().unwrap().iter();
            groups
                .map(|one| (one["value"].as_str().unwrap().to_owned(), one["refusals"].as_u64().unwrap()))
                .collect::<Vec<_>>()
        }
    };
    let group = |value: &str, count: u64| (value.to_owned(), count);
    assert_eq!(summary("groupBy=key").await, [group("odd-key", 4), group("other", 1)]);
    assert_eq!(summary("groupBy=page").await, [group("/cart", 3), group("/checkout", 1)]);
    assert_eq!(summary("groupBy=sdk&page=/check").await, [group("2.1.0", 1)]);
    assert_eq!(summary("groupBy=rule&key=other").await, [group("key_name", 1), group("undeclared", 1)]);
    assert_eq!(summary("groupBy=form").await, [group("customData", 4)]);
    assert_eq!(summary("groupBy=key&rule=undeclared").await, [group("odd-key", 1), group("other", 1)]);
    let cut = get(&client, &format!("{REFUSALS}/summary?groupBy=key&pageSize=1")).await;
    assert_eq!((&cut["other"], &cut["isCut"]), (&json!(1), &json!(false)));

    let (mut path, mut seen) = (format!("{REFUSALS}?pageSize=3"), 0);
    loop {
        let page = get(&client, &path).await;
        seen += page["entities"].as_array().unwrap().len();
        let Some(cursor) = page["cursor"].as_str() else { break };
        path = format!("{REFUSALS}?pageSize=3&cursor={cursor}");
    }
    assert_eq!(seen, 4);
    let of_other = get(&client, &format!("{REFUSALS}?key=other")).await;
    assert_eq!(of_other["entities"].as_array().unwrap().len(), 1);
    for wrong in ["/summary?groupBy=colour", "?cursor=MTIz", "?to=soon", "?kye=a"] {
        refused(&client, Method::GET, &format!("{REFUSALS}{wrong}"), None, 400, "bad.request").await;
    }
}
