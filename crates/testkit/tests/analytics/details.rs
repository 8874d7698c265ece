//! Conversations in detail.

use serde_json::json;
use waybill_testkit::TestServer;

use crate::support::{DETAILS, ask, body_of, ids, interval, is, put, read, refused, start};

#[tokio::test]
async fn ana3_details_carry_attributes_and_are_found_by_them() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chats = [
        start(&server, &client, "open", json!({"crmCustomerId": "CRM-1", "plan": "gold", "vip": true})).await,
        start(&server, &client, "open", json!({"customerId": "CRM-2", "plan": "gold"})).await,
        start(&server, &client, "quarantine", json!({"crmCustomerId": "CRM-1"})).await,
    ];
    let interval = interval(&server);
    let query = |filters: serde_json::Value| json!({"interval": interval, "conversationFilters": filters});
    let cases = [
        (json!([]), vec![0, 1, 2]),
        (json!([is("attribute:crmCustomerId", "CRM-1")]), vec![0, 2]),
        // An alias, bare, and as a property.
        (json!([is("crm_customer_id", "CRM-2")]), vec![1]),
        (
            json!([{"type": "and", "predicates": [{"type": "property", "property": "crmId", "value": "CRM-1"}]}]),
            vec![0, 2],
        ),
        (json!([is("attribute:vip", "true"), is("attribute:plan", "gold")]), vec![0]),
        (json!([is("deploymentId", &server.deployment("quarantine").to_string())]), vec![2]),
        (json!([is("mediaType", "message"), is("messageType", "webmessaging")]), vec![0, 1, 2]),
        (json!([is("mediaType", "voice")]), vec![]),
        (json!([is("divisionId", &server.organization_id().to_string())]), vec![0, 1, 2]),
        (json!([is("conversationId", &chats[1].id)]), vec![1]),
        (json!([{"type": "and", "predicates": [{"dimension": "attribute:plan", "operator": "notExists"}]}]), vec![2]),
        (
            json!([{"type": "or", "clauses": [{"type": "and", "predicates": [
                {"dimension": "attribute:plan", "value": "gold"}, {"dimension": "attribute:vip", "value": "true"}]}],
                "predicates": [{"dimension": "deploymentId", "value": server.deployment("quarantine").to_string()}]}]),
            vec![0, 2],
        ),
    ];
    for (filters, expected) in cases {
        let page = ask(&client, DETAILS, query(filters.clone())).await;
        let expected: Vec<_> = expected.into_iter().map(|index: usize| chats[index].id.as_str()).collect();
        assert_eq!(ids(&page), expected, "{filters}");
        assert_eq!(page["totalHits"], expected.len(), "{filters}");
    }
    let page = ask(&client, DETAILS, query(json!([is("conversationId", &chats[0].id)]))).await;
    let conversation = &page["conversations"][0];
    let customer = &conversation["participants"][0];
    assert_eq!(customer["attributes"], json!({"crmCustomerId": "CRM-1", "plan": "gold", "vip": "true"}));
    assert_eq!((&customer["purpose"], &customer["sessions"][0]["mediaType"]), (&json!("customer"), &json!("message")));
    assert_eq!(conversation["divisionIds"], json!([server.organization_id()]));
    assert_eq!(conversation["originatingDirection"], "inbound");
    let alone = read(&client, &format!("/api/v2/analytics/conversations/{}/details", chats[0].id)).await;
    assert_eq!(&alone, conversation);
    let several = format!("/api/v2/analytics/conversations/details?id={}&id={}", chats[2].id, chats[0].id);
    assert_eq!(ids(&read(&client, &several).await), [&chats[2].id, &chats[0].id]);
}

#[tokio::test]
async fn ana3_pages_join_in_both_directions() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    let mut chats = Vec::new();
    for _ in 0..5 {
        chats.push(start(&server, &client, "open", json!({})).await.id);
    }
    let interval = interval(&server);
    for order in ["asc", "desc"] {
        let mut found = Vec::new();
        for number in 1..=3 {
            let paging = json!({"pageSize": 2, "pageNumber": number});
            let question =
                json!({"interval": interval, "order": order, "orderBy": "conversationStart", "paging": paging});
            let page = ask(&client, DETAILS, question).await;
            assert_eq!(page["totalHits"], 5);
            found.extend(ids(&page).into_iter().map(str::to_owned));
        }
        if order == "desc" {
            found.reverse();
        }
        assert_eq!(found, chats, "{order}");
    }
    let beyond = json!({"interval": interval, "paging": {"pageSize": 2, "pageNumber": 9}});
    assert_eq!(ask(&client, DETAILS, beyond).await["conversations"], json!([]));
}

#[tokio::test]
async fn ana3_wrong_questions_name_the_field_and_the_remedy() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let interval = interval(&server);
    let with = |name: &str, value: serde_json::Value| {
        let mut question = json!({"interval": interval});
        question[name] = value;
        question
    };
    let cases = [
        (json!({}), "interval"),
        (json!({"interval": "SECRET"}), "interval"),
        (json!({"interval": "2026-01-01T00:00:00Z/2026-03-01T00:00:00Z"}), "interval"),
        (with("paging", json!({"pageSize": 101})), "paging.pageSize"),
        (with("paging", json!({"pageNumber": 0})), "paging.pageNumber"),
        (with("paging", json!("SECRET")), "paging"),
        (with("order", json!("SECRET")), "order"),
        (with("orderBy", json!("SECRET")), "orderBy"),
        (with("conversationFilters", json!("SECRET")), "conversationFilters"),
        (with("conversationFilters", json!([is("SECRET", "SECRET")])), "conversationFilters"),
        (with("segmentFilters", json!([{"type": "xor"}])), "segmentFilters"),
        (with("surveyFilters", json!([{"type": "and"}])), "surveyFilters"),
        (with("filtres", json!([])), "filtres"),
    ];
    for (question, field) in cases {
        refused(&client, DETAILS, question, field).await;
    }
    let long = json!({"interval": "2026-01-01T00:00:00Z/2026-03-01T00:00:00Z"});
    let long = body_of(&client.post(DETAILS, &long).await.unwrap());
    assert!(long["details"][0]["remedy"].as_str().unwrap().contains("details/jobs"), "{long}");
    let unknown = "/api/v2/analytics/conversations/0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42/details";
    assert_eq!(client.get(unknown).await.unwrap().status, 404);
    assert_eq!(client.get("/api/v2/analytics/conversations/details").await.unwrap().status, 400);
}

#[tokio::test]
async fn ana4_late_writes_are_marked() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"plan": "gold"})).await;
    let ended = client.post(&format!("/api/v2/conversations/{}/disconnect", chat.id), &json!({})).await.unwrap();
    assert!(ended.status.is_success(), "{}", ended.text);
    put(&client, &chat, json!({"outcome": "sold"})).await;
    let question = json!({"interval": interval(&server), "conversationFilters": [is("late", "true")]});
    let page = ask(&client, DETAILS, question).await;
    assert_eq!(ids(&page), [&chat.id]);
    assert_eq!(page["conversations"][0]["late"], true);
    let participant = &page["conversations"][0]["participants"][0];
    assert_eq!(participant["lateAttributes"], json!(["outcome"]));
    assert_eq!(participant["attributes"]["outcome"], "sold");
    assert!(participant["sessions"][0]["segments"][0]["disconnectType"].is_string(), "{participant}");
}
