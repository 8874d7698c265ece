//! Numbers by time and group.

use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{
    AGGREGATES, COMPLETENESS, DETAILS, analyst, ask, body_of, ids, interval, is, put, read, refused, start,
};

/// Group values and conversations.
fn counts(answer: &Value, dimension: &str) -> Vec<(String, u64)> {
    let results = answer["results"].as_array().unwrap();
    let count = |result: &Value| {
        let data = result["data"].as_array().unwrap().iter();
        data.map(|data| data["metrics"][0]["stats"]["count"].as_u64().unwrap()).sum::<u64>()
    };
    let name = |result: &Value| match result["group"][dimension].as_str() {
        Some(value) => value.to_owned(),
        None if result["other"] == true => "…".to_owned(),
        None => "-".to_owned(),
    };
    results.iter().map(|result| (name(result), count(result))).collect()
}

fn told(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

#[tokio::test]
async fn ana2_numbers_by_a_declared_key_open_into_their_conversations() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    for id in ["CRM-1", "CRM-1", "CRM-1", "CRM-2", "CRM-2", "CRM-3", ""] {
        let context = if id.is_empty() { json!({}) } else { json!({"crmCustomerId": id}) };
        start(&server, &client, "open", context).await;
    }
    let interval = interval(&server);
    let question = |group_by: &str, most: u32| json!({"interval": interval, "groupBy": [group_by], "metrics": ["nConversations"], "maxGroups": most});
    for name in ["crmCustomerId", "attribute:crmCustomerId", "customer_id"] {
        let answer = ask(&client, AGGREGATES, question(name, 100)).await;
        let expected = told(&[("CRM-1", 3), ("CRM-2", 2), ("-", 1), ("CRM-3", 1)]);
        let mut counted = counts(&answer, name);
        counted.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), name.clone()));
        assert_eq!(counted, expected, "{name}");
    }
    let answer = ask(&client, AGGREGATES, question("crmCustomerId", 1)).await;
    assert_eq!(counts(&answer, "crmCustomerId"), told(&[("CRM-1", 3), ("-", 1), ("…", 3)]));
    for result in answer["results"].as_array().unwrap() {
        for data in result["data"].as_array().unwrap() {
            let opened = json!({
                "interval": data["interval"],
                "conversationFilters": result["details"]["conversationFilters"],
            });
            let page = ask(&client, result["details"]["uri"].as_str().unwrap(), opened).await;
            assert_eq!(page["totalHits"], data["metrics"][0]["stats"]["count"], "{result}");
        }
    }
    let filtered = json!({"interval": interval, "metrics": ["nConversations"], "filter": is("crmId", "CRM-2")});
    assert_eq!(counts(&ask(&client, AGGREGATES, filtered).await, ""), told(&[("-", 2)]));
}

#[tokio::test]
async fn ana2_the_fields_dimensions_and_metrics() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"plan": "gold"})).await;
    start(&server, &client, "quarantine", json!({})).await;
    let admin = server.admin().await;
    let me = body_of(&admin.get("/api/v2/users/me").await.unwrap())["id"].as_str().unwrap().to_owned();
    let assigned = admin.post(&format!("/api/v2/conversations/{}/assign", chat.id), &json!({"id": me})).await.unwrap();
    assert_eq!(assigned.status, 200, "{}", assigned.text);
    let interval = interval(&server);
    let by = |group_by: Value| {
        json!({"interval": interval, "granularity": "P1D", "groupBy": group_by,
               "metrics": ["nConversations", "nOffered", "nConnected", "tHandle", "tAnswered", "tAbandon"]})
    };
    let home = server.organization_id().to_string();
    let (open, quarantine) = (server.deployment("open").to_string(), server.deployment("quarantine").to_string());
    for (dimension, expected) in [
        ("mediaType", vec![("message", 2)]),
        ("messageType", vec![("webmessaging", 2)]),
        ("divisionId", vec![(home.as_str(), 2)]),
        ("deploymentId", vec![(open.as_str(), 1), (quarantine.as_str(), 1)]),
        ("userId", vec![("-", 1), (me.as_str(), 1)]),
        ("purpose", vec![("customer", 2), ("agent", 1)]),
    ] {
        let answer = ask(&client, AGGREGATES, by(json!([dimension]))).await;
        let mut counted = counts(&answer, dimension);
        let mut expected = told(&expected);
        counted.sort();
        expected.sort();
        assert_eq!(counted, expected, "{dimension}: {answer}");
    }
    let answer = ask(&client, AGGREGATES, by(json!(["userId"]))).await;
    let mine = answer["results"].as_array().unwrap().iter().find(|result| result["group"]["userId"] == me.as_str());
    let metrics = mine.unwrap()["data"][0]["metrics"].as_array().unwrap();
    let names: Vec<_> = metrics.iter().map(|metric| metric["metric"].as_str().unwrap()).collect();
    assert_eq!(names, ["nConversations", "nConnected"], "no queue had it, and the work goes on");
    assert_eq!(metrics[1]["stats"], json!({"count": 1}));
    let two = ask(&client, AGGREGATES, by(json!(["deploymentId", "attribute:plan"]))).await;
    assert_eq!(
        two["results"][0]["group"].as_object().unwrap().len() + two["results"][1]["group"].as_object().unwrap().len(),
        3
    );
}

#[tokio::test]
async fn ana1_a_correction_moves_the_numbers_at_once() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"plan": "gold"})).await;
    let question = json!({"interval": interval(&server), "groupBy": ["attribute:plan"], "metrics": ["nConversations"], "timeZone": "Europe/Vienna", "granularity": "PT1H"});
    assert_eq!(counts(&ask(&client, AGGREGATES, question.clone()).await, "attribute:plan"), told(&[("gold", 1)]));
    put(&client, &chat, json!({"plan": "silver"})).await;
    assert_eq!(counts(&ask(&client, AGGREGATES, question.clone()).await, "attribute:plan"), told(&[("silver", 1)]));
    put(&client, &chat, json!({"plan": null})).await;
    assert_eq!(counts(&ask(&client, AGGREGATES, question).await, "attribute:plan"), told(&[("-", 1)]));
}

#[tokio::test]
async fn ana4_messages_and_late_writes_are_counted() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    let ended = client.post(&format!("/api/v2/conversations/{}/disconnect", chat.id), &json!({})).await.unwrap();
    assert!(ended.status.is_success(), "{}", ended.text);
    put(&client, &chat, json!({"outcome": "sold"})).await;
    let question = json!({"interval": interval(&server), "metrics": ["oMessageCount"]});
    let answer = ask(&client, AGGREGATES, question).await;
    let data = &answer["results"][0]["data"][0];
    assert_eq!((&data["late"], &data["metrics"][0]["stats"]["count"]), (&json!(1), &json!(1)), "{answer}");
    let late = json!({"interval": interval(&server), "conversationFilters": [is("late", "true")]});
    assert_eq!(ids(&ask(&client, DETAILS, late).await), [&chat.id]);
}

#[tokio::test]
async fn ana2_wrong_questions_name_the_field_and_the_remedy() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let interval = interval(&server);
    let with = |name: &str, value: Value| {
        let mut question = json!({"interval": interval, "metrics": ["nConversations"]});
        question[name] = value;
        question
    };
    let cases = [
        (with("interval", json!("SECRET/SECRET")), "interval"),
        (with("granularity", json!("SECRET")), "granularity"),
        (with("timeZone", json!("SECRET")), "timeZone"),
        (with("groupBy", json!(["SECRET"])), "groupBy"),
        (with("groupBy", json!(["conversationId"])), "groupBy"),
        (with("groupBy", json!(["purpose", "purpose", "purpose", "purpose", "purpose"])), "groupBy"),
        (with("metrics", json!(["SECRET"])), "metrics"),
        (with("metrics", json!([])), "metrics"),
        (with("maxGroups", json!(0)), "maxGroups"),
        (with("filter", json!({"type": "and", "predicates": [{"metric": "tHandle"}]})), "filter"),
        (with("views", json!([{"name": "SECRET"}])), "views"),
    ];
    for (question, field) in cases {
        refused(&client, AGGREGATES, question, field).await;
    }
}

#[tokio::test]
async fn ana8_personal_keys_take_the_right_to_see_them() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    start(&server, &client, "open", json!({"crmCustomerId": "CRM-SECRET", "plan": "gold"})).await;
    let blind = analyst(&server, "*").await;
    let interval = interval(&server);
    let grouped = json!({"interval": interval, "groupBy": ["customerId"], "metrics": ["nConversations"]});
    let filtered = json!({"interval": interval, "conversationFilters": [is("crmId", "CRM-SECRET")]});
    for (path, question) in [(AGGREGATES, grouped), (DETAILS, filtered)] {
        let answer = blind.post(path, &question).await.unwrap();
        assert_eq!(answer.status, 403, "{}", answer.text);
        assert!(!answer.text.contains("CRM-SECRET"), "{}", answer.text);
    }
    let page = ask(&blind, DETAILS, json!({"interval": interval})).await;
    let attributes = &page["conversations"][0]["participants"][0]["attributes"];
    assert_eq!((&attributes["plan"], &attributes["crmCustomerId"]), (&json!("gold"), &json!("***")));
}

#[tokio::test]
async fn ana8_nobody_counts_what_another_division_has() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"plan": "gold"})).await;
    let admin = server.admin().await;
    let division = admin.post("/api/v2/authorization/divisions", &json!({"name": "Elsewhere"})).await.unwrap();
    assert_eq!(division.status, 200, "{}", division.text);
    let stranger = analyst(&server, body_of(&division)["id"].as_str().unwrap()).await;
    let home = analyst(&server, "*").await;
    let interval = interval(&server);
    let numbers = json!({"interval": interval, "groupBy": ["attribute:plan"], "metrics": ["nConversations"]});
    for (who, expected) in [(&stranger, 0), (&home, 1)] {
        assert_eq!(ask(who, DETAILS, json!({"interval": interval})).await["totalHits"], expected);
        let by_value = json!({"interval": interval, "conversationFilters": [is("attribute:plan", "gold")]});
        assert_eq!(ask(who, DETAILS, by_value).await["totalHits"], expected);
        assert_eq!(ask(who, AGGREGATES, numbers.clone()).await["results"].as_array().unwrap().len(), expected);
        assert_eq!(read(who, COMPLETENESS).await["entities"].as_array().unwrap().len(), expected);
        let several = read(who, &format!("/api/v2/analytics/conversations/details?id={}", chat.id)).await;
        assert_eq!(several["conversations"].as_array().unwrap().len(), expected);
        let alone = who.get(&format!("/api/v2/analytics/conversations/{}/details", chat.id)).await.unwrap();
        assert_eq!(alone.status, if expected == 1 { 200 } else { 404 }, "{}", alone.text);
    }
}
