//! Waiting and handling over REST.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};
use waybill_testkit::{FixedClock, RestClient, TestServer};

use crate::support::{AGGREGATES, DETAILS, ask, body_of, interval, is};

/// A server whose clock stands at ten seconds before seven.
async fn stand() -> (TestServer, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::at("2026-11-20T18:59:50.000Z".parse().unwrap()));
    let server = TestServer::builder().clock(clock.clone()).without_rate_limits().start().await;
    (server, clock)
}

async fn post(client: &RestClient, path: &str, body: Value) -> Value {
    let answer = client.post(path, &body).await.unwrap();
    assert!(answer.status.is_success(), "{path}: {}", answer.text);
    if answer.text.is_empty() { Value::Null } else { body_of(&answer) }
}

/// A customer asks, an agent takes it five seconds later, answers after another five, and ends it 20 seconds after that:
/// 18:59:50, 18:59:55, 19:00:00, 19:00:20.
async fn serve(server: &TestServer, clock: &FixedClock, plan: &str) -> (String, String) {
    let (client, agent) = (server.integrator().await, server.admin().await);
    let me = body_of(&agent.get("/api/v2/users/me").await.unwrap())["id"].as_str().unwrap().to_owned();
    let body = json!({"deploymentId": server.deployment("open").to_string(), "message": "Hello", "customData": {"plan": plan}});
    let started = post(&client, "/api/v2/conversations/webchat", body).await;
    let id = started["id"].as_str().unwrap().to_owned();
    clock.advance_millis(5_000);
    let assigned = post(&agent, &format!("/api/v2/conversations/{id}/assign"), json!({"id": me})).await;
    clock.advance_millis(5_000);
    let leg = assigned["communicationId"].as_str().unwrap();
    let path = format!("/api/v2/conversations/messages/{id}/communications/{leg}/messages");
    post(&agent, &path, json!({"textBody": "Hi"})).await;
    clock.advance_millis(20_000);
    post(&client, &format!("/api/v2/conversations/{id}/disconnect"), json!({})).await;
    (id, me)
}

/// Each metric with its count and sum, by the start of its stretch.
fn told(answer: &Value) -> BTreeMap<(String, String), (u64, Option<u64>)> {
    let mut told = BTreeMap::new();
    for result in answer["results"].as_array().unwrap() {
        for data in result["data"].as_array().unwrap() {
            let hour = data["interval"].as_str().unwrap()[11..13].to_owned();
            for metric in data["metrics"].as_array().unwrap() {
                let name = metric["metric"].as_str().unwrap().to_owned();
                let stats = &metric["stats"];
                told.insert((name, hour.clone()), (stats["count"].as_u64().unwrap(), stats["sum"].as_u64()));
            }
        }
    }
    told
}

#[tokio::test]
async fn ana9_what_an_agent_did_is_counted_at_its_hour() {
    let (server, clock) = stand().await;
    let (_, me) = serve(&server, &clock, "gold").await;
    let client = server.integrator().await;
    let question = json!({
        "interval": "2026-11-20T18:00:00.000Z/2026-11-20T20:00:00.000Z", "granularity": "PT1H", "groupBy": ["userId"],
        "filter": is("userId", &me),
        "metrics": ["nConversations", "nConnected", "nOffered", "tWait", "tTalk", "tHandle", "tAcw", "tFirstResponse",
                    "tAgentResponseTime", "oServiceLevel", "tHeld"]});
    let answer = ask(&client, AGGREGATES, question).await;
    let expected = [
        ("nConversations", "18", 1, None),
        ("nConversations", "19", 0, None),
        ("nConnected", "18", 1, None),
        ("tFirstResponse", "19", 1, Some(5_000)),
        ("tAgentResponseTime", "19", 1, Some(5_000)),
        ("tTalk", "19", 1, Some(25_000)),
        ("tHandle", "19", 1, Some(25_000)),
    ];
    let expected: BTreeMap<_, _> = expected
        .into_iter()
        .map(|(name, hour, count, sum)| ((name.to_owned(), hour.to_owned()), (count, sum)))
        .collect();
    assert_eq!(told(&answer), expected, "{answer}");
}

#[tokio::test]
async fn ana12_percentiles_stand_beside_the_sums() {
    let (server, clock) = stand().await;
    serve(&server, &clock, "gold").await;
    let question =
        json!({"interval": interval(&server), "groupBy": ["attribute:plan"], "metrics": ["tHandle", "tTalk"]});
    let answer = ask(&server.integrator().await, AGGREGATES, question).await;
    let result = &answer["results"][0];
    assert_eq!(result["group"]["attribute:plan"], "gold");
    let data = &result["data"][0];
    assert_eq!(data["late"], Value::Null, "nobody asked for conversations: {data}");
    let stats = json!({"count": 1, "sum": 25_000, "min": 25_000, "max": 25_000});
    let mut with_percentiles = stats.clone();
    for name in ["p50", "p90", "p95", "p99"] {
        with_percentiles[name] = json!(25_000);
    }
    assert_eq!(
        data["metrics"],
        json!([
        {"metric": "tHandle", "stats": with_percentiles}, {"metric": "tTalk", "stats": stats}])
    );
}

#[tokio::test]
async fn ana13_sessions_say_what_was_measured_of_them() {
    let (server, clock) = stand().await;
    let (id, me) = serve(&server, &clock, "gold").await;
    let client = server.integrator().await;
    let page =
        ask(&client, DETAILS, json!({"interval": interval(&server), "conversationFilters": [is("userId", &me)]})).await;
    assert_eq!((&page["totalHits"], &page["conversations"][0]["conversationId"]), (&json!(1), &json!(id)));
    let participants = page["conversations"][0]["participants"].as_array().unwrap();
    assert_eq!(participants[0]["sessions"][0]["metrics"], Value::Null, "nothing is measured of customers");
    let session = &participants[1]["sessions"][0];
    let metric = |name: &str, value: u64, at: &str| json!({"name": name, "value": value, "emitDate": at});
    let (first, last) = ("2026-11-20T19:00:00.000Z", "2026-11-20T19:00:20.000Z");
    assert_eq!(
        session["metrics"],
        json!([
            metric("nConnected", 1, "2026-11-20T18:59:55.000Z"),
            metric("tFirstResponse", 5_000, first),
            metric("tAgentResponseTime", 5_000, first),
            metric("tTalk", 25_000, last),
            metric("tHandle", 25_000, last),
        ])
    );
    assert_eq!(
        session["segments"],
        json!([{
        "segmentStart": "2026-11-20T18:59:55.000Z", "segmentEnd": last, "segmentType": "interact",
        "disconnectType": "system", "conference": false}])
    );
}

#[tokio::test]
async fn ana9_numbers_are_the_sums_of_what_details_say() {
    let (server, clock) = stand().await;
    for plan in ["gold", "silver", "gold"] {
        serve(&server, &clock, plan).await;
    }
    let client = server.integrator().await;
    let page = ask(&client, DETAILS, json!({"interval": interval(&server)})).await;
    let mut sums = BTreeMap::<(String, String), (u64, u64)>::new();
    for conversation in page["conversations"].as_array().unwrap() {
        let plan = conversation["participants"][0]["attributes"]["plan"].as_str().unwrap();
        for participant in conversation["participants"].as_array().unwrap() {
            for metric in participant["sessions"][0]["metrics"].as_array().into_iter().flatten() {
                let name = metric["name"].as_str().unwrap();
                let sum = sums.entry((plan.to_owned(), name.to_owned())).or_default();
                *sum = (sum.0 + 1, sum.1 + metric["value"].as_u64().unwrap());
            }
        }
    }
    let metrics = ["nConnected", "tTalk", "tHandle", "tFirstResponse", "tAgentResponseTime"];
    let question = json!({"interval": interval(&server), "groupBy": ["plan"], "metrics": metrics});
    let answer = ask(&client, AGGREGATES, question).await;
    let mut counted = BTreeMap::new();
    for result in answer["results"].as_array().unwrap() {
        let plan = result["group"]["plan"].as_str().unwrap();
        for metric in result["data"][0]["metrics"].as_array().unwrap() {
            let (name, stats) = (metric["metric"].as_str().unwrap(), &metric["stats"]);
            let count = stats["count"].as_u64().unwrap();
            counted.insert((plan.to_owned(), name.to_owned()), (count, stats["sum"].as_u64().unwrap_or(count)));
        }
    }
    assert_eq!(counted, sums);
    assert_eq!(counted.len(), 10, "{counted:?}");
}

#[tokio::test]
async fn ana10_flows_and_codes_are_dimensions_though_nobody_has_them() {
    let (server, clock) = stand().await;
    serve(&server, &clock, "gold").await;
    let client = server.integrator().await;
    for dimension in ["wrapUpCode", "flowId", "flowName", "queueId"] {
        let question =
            json!({"interval": interval(&server), "groupBy": [dimension], "metrics": ["nConversations", "tHandle"]});
        let answer = ask(&client, AGGREGATES, question).await;
        assert_eq!(answer["results"].as_array().unwrap().len(), 1, "{dimension}: {answer}");
        assert_eq!(answer["results"][0]["group"], json!({}), "{dimension}");
        let found = json!({"interval": interval(&server), "conversationFilters": [is(dimension, "nobody")]});
        assert_eq!(ask(&client, DETAILS, found).await["totalHits"], 0, "{dimension}");
    }
}
