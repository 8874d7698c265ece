//! Searching by attributes.

use serde_json::{Value, json};
use waybill_testkit::{RestClient, TestServer};

use crate::support::{UNKNOWN, assert_no_null, ids, ok, read, refused, start};

const PATH: &str = "/api/v2/conversations/participants/attributes/search";

async fn search(client: &RestClient, body: Value) -> Value {
    ok(client.post(PATH, &body).await.unwrap())
}

fn exact(field: &str, value: &str) -> Value {
    json!({"type": "EXACT", "fields": [field], "value": value})
}

async fn found(client: &RestClient, criteria: &[Value]) -> Vec<String> {
    ids(&search(client, json!({ "query": criteria })).await["results"], "conversationId")
}

#[tokio::test]
async fn plat6_a_conversation_is_found_by_any_name_of_its_key_in_the_field_s_rows() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let first = start(&server, &client, "open", json!({"customData": {"crmCustomerId": "CRM-1", "vip": true}})).await;
    let second =
        start(&server, &client, "open", json!({"customData": {"crm_customer_id": "CRM-1", "vip": false}})).await;
    let third = start(&server, &client, "open", json!({"customData": {"crmId": "CRM-2", "vip": true}})).await;
    for field in ["crmCustomerId", "crmId", "customer_id", "attributes.crmId", "participantData.crmCustomerId"] {
        assert_eq!(found(&client, &[exact(field, "CRM-1")]).await, [second.id.clone(), first.id.clone()], "{field}");
    }
    assert_eq!(found(&client, &[exact("crmId", "CRM-1"), exact("vip", "true")]).await, std::slice::from_ref(&first.id));
    let several = json!({"type": "EXACT", "fields": ["crmId"], "values": ["CRM-2", "CRM-3", "CRM-1"]});
    assert_eq!(found(&client, &[several.clone(), exact("vip", "true")]).await, [third.id.clone(), first.id.clone()]);
    assert_eq!(found(&client, &[exact("conversationId", &second.id)]).await, std::slice::from_ref(&second.id));
    assert_eq!(found(&client, &[exact("conversationId", &second.id), exact("crmId", "CRM-2")]).await, [""; 0]);
    assert_eq!(found(&client, &[exact("crmId", "CRM")]).await, [""; 0], "a part of a value is another value");
    let home = server.organization_id().to_string();
    assert_eq!(found(&client, &[exact("divisionId", &home)]).await.len(), 3);
    assert_eq!(found(&client, &[exact("divisionId", UNKNOWN)]).await, [""; 0]);
    // A change is found by the next request.
    crate::support::patch(&client, &first.attributes(), json!({"attributes": {"crmId": "CRM-9"}})).await;
    assert_eq!(found(&client, &[exact("crmId", "CRM-9")]).await, std::slice::from_ref(&first.id));
    assert_eq!(found(&client, &[exact("crmId", "CRM-1")]).await, std::slice::from_ref(&second.id));

    let answer = search(&client, json!({"query": [exact("crmId", "CRM-2")]})).await;
    assert_no_null(&answer);
    let conversation = read(&client, &third.path("")).await;
    let row = json!({
        "conversationId": third.id, "startTime": conversation["startTime"], "divisionIds": [home],
        "participantData": [{
            "participantPurpose": "customer", "participantAttributes": {"crmCustomerId": "CRM-2", "vip": "true"},
            "participantId": third.customer, "sessionIds": []
        }],
        "truncatedData": false, "_type": "participant_attributes"
    });
    assert_eq!(answer["results"], json!([row]));
    let narrow = search(&client, json!({"query": [exact("crmId", "CRM-2")], "returnFields": ["startTime"]})).await;
    let fields: Vec<_> = narrow["results"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["_type", "conversationId", "startTime", "truncatedData"]);
}

#[tokio::test]
async fn plat6_pages_join_in_both_orders_and_times_narrow() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let mut chats = Vec::new();
    for number in 0..7 {
        let body = json!({"customData": {"crmId": "CRM-1", "number": number}});
        chats.push(start(&server, &client, "open", body).await);
    }
    ok(client.post(&chats[2].path("/disconnect"), &Value::Null).await.unwrap());
    let upward: Vec<String> = chats.iter().map(|chat| chat.id.clone()).collect();
    let downward: Vec<String> = upward.iter().rev().cloned().collect();
    for (order, expected) in [("ASC", &upward), ("DESC", &downward)] {
        for size in [1, 3, 7] {
            let (mut all, mut cursor) = (Vec::new(), Value::Null);
            for _ in 0..8 {
                let body =
                    json!({"query": [exact("crmId", "CRM-1")], "sortOrder": order, "pageSize": size, "cursor": cursor});
                let page = search(&client, body).await;
                all.extend(ids(&page["results"], "conversationId"));
                cursor = page["cursor"].clone();
                if cursor.is_null() {
                    break;
                }
            }
            assert_eq!(&all, expected, "{order} in pages of {size}");
        }
    }
    let started = read(&client, &chats[3].path("")).await["startTime"].clone();
    let range = |field: &str, from: &Value, to: &Value| json!({"type": "DATE_RANGE", "fields": [field], "startValue": from, "endValue": to});
    let since = found(&client, &[range("startTime", &started, &Value::Null)]).await;
    assert!(since.contains(&upward[3]) && since.contains(&upward[6]) && !since.contains(&upward[0]), "{since:?}");
    assert!(
        !found(&client, &[range("startTime", &Value::Null, &started)]).await.contains(&upward[3]),
        "the end is out"
    );
    let ended =
        found(&client, &[range("endTime", &json!("2020-01-01T00:00:00Z"), &json!("2100-01-01T00:00:00Z"))]).await;
    assert_eq!(ended, [upward[2].clone()]);
    assert_eq!(search(&client, Value::Null).await["results"].as_array().unwrap().len(), 7, "no condition finds all");
    refused(
        &client.post(PATH, &json!({"query": [{"type": "EXACT", "fields": ["endTime"], "value": "x"}]})).await.unwrap(),
        400,
        "bad.request",
    );
}
