//! A conversation waits, is offered, taken, passed on and wrapped up.

use serde_json::{Value, json};
use waybill_client::EventStream;
use waybill_testkit::{RestClient, TestServer};

use crate::support::{Chat, Person, UNKNOWN, assert_no_null, ids, ok, patch, person, read, refused, start};

/// A queue with one agent who waits for it.
struct Desk {
    server: TestServer,
    client: RestClient,
    admin: RestClient,
    agent: Person,
    queue: String,
    code: String,
    events: EventStream,
}

impl Desk {
    async fn open() -> Self {
        let server = TestServer::builder().without_rate_limits().start().await;
        let client = server.integrator().await;
        let admin = person(&server, "admin").await.client;
        let agent = person(&server, "agent").await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let rules = json!({"wrapup": "mandatory", "alertingSeconds": 3_600});
        let queue =
            ok(admin.post("/api/v2/routing/queues", &json!({"name": "Parcels", "rules": rules})).await.unwrap());
        let queue = text(&queue["id"]);
        let code = ok(admin.post("/api/v2/routing/wrapupcodes", &json!({"name": "Delivered"})).await.unwrap());
        let code = text(&code["id"]);
        ok(admin.post(&format!("/api/v2/routing/queues/{queue}/wrapupcodes"), &json!([{"id": code}])).await.unwrap());
        ok(patch(&admin, &format!("/api/v2/routing/queues/{queue}/members"), json!([{"id": agent.id}])).await);
        let status = format!("/api/v2/users/{}/routingstatus", agent.id);
        ok(agent.client.put(&status, &json!({"status": "IDLE"})).await.unwrap());
        let events = client.events("/api/v2/events", None).await.unwrap();
        Self { server, client, admin, agent, queue, code, events }
    }

    async fn waiting(&self, priority: i32) -> Chat {
        let routing = json!({"queue": self.queue, "priority": priority});
        start(&self.server, &self.client, "open", json!({"routing": routing, "customData": {"plan": "gold"}})).await
    }

    /// The next event of this type and action.
    async fn until(&mut self, kind: &str, action: &str) -> Value {
        loop {
            let sent = self.events.next().await.unwrap().expect("the stream goes on");
            let event: Value = serde_json::from_str(&sent.data).unwrap();
            assert_no_null(&event["data"]);
            if event["type"] == kind && event["data"]["action"] == action {
                return event["data"].clone();
            }
        }
    }
}

#[tokio::test]
async fn plat12_an_alert_is_taken_and_the_work_wrapped_up() {
    let mut desk = Desk::open().await;
    let chat = desk.waiting(7).await;
    let queued = desk.until("conversation:routing", "queued").await;
    assert_eq!((&queued["queueId"], &queued["priority"]), (&json!(desk.queue), &json!(7)));
    let offered = desk.until("conversation:routing", "offered").await;
    assert_eq!(offered["userId"], json!(desk.agent.id));
    let view = read(&desk.agent.client, &chat.path("")).await;
    assert_no_null(&view);
    let participants = view["participants"].as_array().unwrap();
    let of = |purpose: &str| participants.iter().find(|one| one["purpose"] == purpose).unwrap();
    let acd = of("acd");
    assert_eq!((&acd["queueId"], &acd["conversationRoutingData"]["priority"]), (&json!(desk.queue), &json!(7)));
    let alerted = of("agent");
    let leg = &alerted["messages"][0];
    assert_eq!((&leg["state"], &leg["initialState"]), (&json!("alerting"), &json!("alerting")));
    assert!(leg["startAlertingTime"].is_string() && leg.get("connectedTime").is_none(), "{leg}");
    assert_eq!((&alerted["wrapupPrompt"], &alerted["wrapupRequired"]), (&json!("mandatory"), &json!(false)));
    let position = read(&desk.client, &chat.path("/queueposition")).await;
    assert_eq!((&position["waiting"], &position["position"]), (&json!(true), &json!(1)));

    let id = alerted["id"].as_str().unwrap();
    let own = chat.path(&format!("/participants/{id}"));
    assert_eq!(patch(&desk.agent.client, &own, json!({"state": "connected"})).await.status, 202);
    assert_eq!(desk.until("conversation:participant", "connected").await["participantId"], json!(id));
    assert_eq!(desk.until("conversation:routing", "left").await["reason"], "answered");
    let messages = read(&desk.agent.client, &chat.messages("")).await;
    assert_no_null(&messages);
    let connected = messages["participants"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
    assert_eq!((&connected["state"], &connected["queue"]["id"]), (&json!("connected"), &json!(desk.queue)));
    assert!(connected["startAlertingTime"].is_string() && connected["connectedTime"].is_string(), "{connected}");
    let status = read(&desk.agent.client, &format!("/api/v2/users/{}/routingstatus", desk.agent.id)).await;
    assert_eq!(status["status"], "INTERACTING");
    assert_eq!(read(&desk.client, &chat.path("/queueposition")).await["waiting"], false);

    // What can't be said of the work leaves the agent where it is, and so does skipping what is mandatory.
    let unknown = json!({"state": "disconnected", "wrapup": {"code": UNKNOWN}});
    refused(&patch(&desk.agent.client, &own, unknown).await, 404, "not.found");
    let skipped = json!({"state": "disconnected", "wrapupSkipped": true});
    refused(&patch(&desk.agent.client, &own, skipped).await, 409, "wrong.state");
    let messages = read(&desk.agent.client, &chat.messages("")).await;
    let still = messages["participants"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
    assert_eq!(still["state"], "connected");
    assert_eq!(patch(&desk.agent.client, &own, json!({"state": "disconnected"})).await.status, 202);
    let wrapup = format!("{own}/communications/{}/wrapup", leg["id"].as_str().unwrap());
    refused(&desk.agent.client.get(&format!("{own}/wrapup")).await.unwrap(), 404, "not.found");
    refused(&patch(&desk.agent.client, &own, json!({"wrapupSkipped": true})).await, 409, "wrong.state");
    let done = json!({"code": desk.code, "notes": "Left with the neighbour"});
    assert_eq!(desk.agent.client.post(&wrapup, &done).await.unwrap().status, 204);
    let told = desk.until("conversation:participant", "wrapup").await;
    assert_eq!((&told["wrapup"]["code"], &told["wrapup"]["name"]), (&json!(desk.code), &json!("Delivered")));
    let read_back = read(&desk.agent.client, &format!("{own}/wrapup")).await;
    assert_eq!((&read_back["code"], &read_back["notes"]), (&json!(desk.code), &done["notes"]));
    let view = read(&desk.client, &chat.path("")).await;
    let worked = view["participants"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
    assert_eq!((&worked["wrapup"]["code"], &worked["wrapupRequired"]), (&json!(desk.code), &json!(false)));

    let details = read(&desk.client, &format!("/api/v2/analytics/conversations/{}/details", chat.id)).await;
    let worked = details["participants"].as_array().unwrap().iter().find(|one| one["purpose"] == "agent").unwrap();
    let segments = worked["sessions"][0]["segments"].as_array().unwrap();
    let kinds: Vec<_> = segments.iter().map(|one| one["segmentType"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["alert", "interact", "wrapup"]);
    assert_eq!(segments[2]["wrapUpCode"], json!(desk.code));
}

#[tokio::test]
async fn plat12_who_leaves_says_at_once_how_the_work_ended() {
    let mut desk = Desk::open().await;
    let chat = desk.waiting(0).await;
    let offered = desk.until("conversation:routing", "offered").await;
    let own = chat.path(&format!("/participants/{}", offered["agentParticipantId"].as_str().unwrap()));
    let done = json!({"state": "disconnected", "wrapup": {"code": desk.code, "notes": "Left at the door"}});
    // Whoever only was alerted has no work to wrap up: the alert stays out.
    refused(&patch(&desk.agent.client, &own, done.clone()).await, 409, "wrong.state");
    assert_eq!(patch(&desk.agent.client, &own, json!({"state": "connected"})).await.status, 202);
    assert_eq!(patch(&desk.agent.client, &own, done).await.status, 202);
    let wrapup = read(&desk.agent.client, &format!("{own}/wrapup")).await;
    assert_eq!((&wrapup["code"], &wrapup["notes"]), (&json!(desk.code), &json!("Left at the door")));
}

#[tokio::test]
async fn plat1_a_person_lists_what_it_takes_part_in() {
    let mut desk = Desk::open().await;
    let list = "/api/v2/conversations";
    let chat = desk.waiting(0).await;
    let offered = desk.until("conversation:routing", "offered").await;
    let other = start(&desk.server, &desk.client, "open", json!({})).await;
    let mine = read(&desk.agent.client, list).await;
    assert_no_null(&mine);
    assert_eq!((ids(&mine["entities"], "id"), &mine["total"]), (vec![chat.id.clone()], &json!(1)));
    ok(desk.agent.client.post(&other.path("/assign"), &json!({"id": desk.agent.id})).await.unwrap());
    let both = read(&desk.agent.client, &format!("{list}?communicationType=message")).await;
    assert_eq!(ids(&both["entities"], "id"), [other.id.clone(), chat.id.clone()]);
    // Whoever administers takes part in nothing; an API client sees all.
    assert_eq!(read(&desk.admin, list).await["entities"], json!([]));
    let all = read(&desk.client, list).await;
    assert_eq!(ids(&all["entities"], "id"), [other.id.clone(), chat.id.clone()]);
    let everything = read(&desk.agent.client, "/api/v2/conversations/messages").await;
    assert_eq!(everything["entities"].as_array().unwrap().len(), 2);
    let own = chat.path(&format!("/participants/{}", offered["agentParticipantId"].as_str().unwrap()));
    assert_eq!(patch(&desk.agent.client, &own, json!({"state": "disconnected"})).await.status, 202);
    desk.until("conversation:routing", "declined").await;
    assert_eq!(ids(&read(&desk.agent.client, list).await["entities"], "id"), std::slice::from_ref(&other.id));
    let everyones = read(&desk.agent.client, &format!("{list}?everyone=true&pageSize=1")).await;
    assert_eq!(ids(&everyones["entities"], "id"), std::slice::from_ref(&other.id));
    let next = everyones["nextUri"].as_str().unwrap();
    assert_eq!(ids(&read(&desk.agent.client, next).await["entities"], "id"), std::slice::from_ref(&chat.id));
    refused(&desk.agent.client.get(&format!("{list}?attributeKey=tier")).await.unwrap(), 400, "bad.request");
}

#[tokio::test]
async fn plat12_what_a_waiting_conversation_asks_for_is_changed() {
    let mut desk = Desk::open().await;
    let off = json!({"status": "OFF_QUEUE"});
    ok(desk.agent.client.put(&format!("/api/v2/users/{}/routingstatus", desk.agent.id), &off).await.unwrap());
    let chat = desk.waiting(1).await;
    let queued = desk.until("conversation:routing", "queued").await;
    let skill = ok(desk.admin.post("/api/v2/routing/skills", &json!({"name": "Refunds"})).await.unwrap());
    let language = ok(desk.admin.post("/api/v2/routing/languages", &json!({"name": "Dansk"})).await.unwrap());
    let path = format!("/api/v2/routing/conversations/{}", chat.id);
    let wish = json!({"priority": 9, "skillIds": [skill["id"], skill["id"]], "languageId": language["id"]});
    let changed = ok(patch(&desk.client, &path, wish).await);
    assert_eq!(changed, json!({"priority": 9, "skills": [skill], "language": language}));
    let told = desk.until("conversation:routing", "queued").await;
    assert_eq!((&told["reason"], &told["priority"]), (&json!("changed"), &json!(9)));
    assert_eq!((&told["participantId"], &told["waitingSince"]), (&queued["participantId"], &queued["waitingSince"]));
    let again = ok(patch(&desk.client, &path, json!({"skillIds": []})).await);
    assert_eq!(again, json!({"priority": 9, "skills": [], "language": language}));
    for (body, status, code) in [
        (json!({"priority": 1_000_001}), 400, "bad.request"),
        (json!({"skillIds": [UNKNOWN]}), 404, "not.found"),
        (json!({"languageId": UNKNOWN}), 404, "not.found"),
        (json!({"label": "x"}), 400, "bad.request"),
    ] {
        refused(&patch(&desk.client, &path, body).await, status, code);
    }
    refused(&patch(&desk.agent.client, &path, json!({"priority": 1})).await, 403, "missing.permissions");
    ok(desk.client.post(&chat.path("/disconnect"), &json!({})).await.unwrap());
    refused(&patch(&desk.client, &path, json!({"priority": 1})).await, 409, "wrong.state");
}

#[tokio::test]
async fn plat12_a_conversation_is_declined_and_passed_on() {
    let mut desk = Desk::open().await;
    let chat = desk.waiting(0).await;
    let offered = desk.until("conversation:routing", "offered").await;
    let alerted = offered["agentParticipantId"].as_str().unwrap();
    let own = chat.path(&format!("/participants/{alerted}"));
    let declined = patch(&desk.agent.client, &own, json!({"state": "disconnected"})).await;
    assert_eq!(declined.status, 202, "{}", declined.text);
    assert_eq!(desk.until("conversation:routing", "declined").await["reason"], "declined");
    let view = read(&desk.client, &chat.path("")).await;
    let leg = view["participants"].as_array().unwrap().iter().find(|one| one["id"] == alerted).unwrap();
    assert_eq!(leg["messages"][0]["disconnectType"], "transfer.noanswer");
    // It is taken by hand, and passed on to another queue.
    let taken = ok(desk.agent.client.post(&chat.path("/assign"), &json!({"id": desk.agent.id})).await.unwrap());
    let other = ok(desk.admin.post("/api/v2/routing/queues", &json!({"name": "Returns"})).await.unwrap());
    let from = chat.path(&format!("/participants/{}/replace", taken["participantId"].as_str().unwrap()));
    let to = json!({"queueId": other["id"], "priority": 3});
    let passed = desk.agent.client.post(&format!("{from}/queue"), &to).await.unwrap();
    assert_eq!(passed.status, 202, "{}", passed.text);
    let queued = loop {
        let queued = desk.until("conversation:routing", "queued").await;
        if queued["queueId"] == other["id"] {
            break queued;
        }
    };
    assert_eq!((&queued["reason"], &queued["priority"]), (&json!("transfer"), &json!(3)));
    for (path, body) in [
        ("queue", json!({})),
        ("agent", json!({})),
        ("flow", json!({})),
        ("queue", json!({"queueId": other["id"], "transferType": "Attended"})),
    ] {
        refused(&desk.agent.client.post(&format!("{from}/{path}"), &body).await.unwrap(), 400, "bad.request");
    }
}

#[tokio::test]
async fn plat15_queues_are_observed_in_the_field_s_words() {
    let mut desk = Desk::open().await;
    desk.waiting(0).await;
    desk.until("conversation:routing", "offered").await;
    let path = "/api/v2/analytics/queues/observations/query";
    let by = |queue: &str| json!({"type": "or", "predicates": [{"dimension": "queueId", "value": queue}]});
    let asked = json!({"filter": by(&desk.queue), "metrics": ["oWaiting", "oOnQueueUsers"]});
    let seen = ok(desk.client.post(path, &asked).await.unwrap());
    assert_no_null(&seen);
    let [conversations, people] = seen["results"].as_array().unwrap().as_slice() else { panic!("two groups: {seen}") };
    assert_eq!(conversations["group"], json!({"queueId": desk.queue, "mediaType": "message"}));
    assert_eq!(conversations["data"], json!([{"metric": "oWaiting", "stats": {"count": 1}}]));
    let on_queue = people["data"].as_array().unwrap().iter().map(|one| one["stats"]["count"].as_u64().unwrap());
    assert_eq!(on_queue.sum::<u64>(), 1);
    for wrong in [
        json!({}),
        json!({"filter": by(&desk.queue), "metrics": ["oNothing"]}),
        json!({"filter": {"type": "or", "predicates": [{"dimension": "userId", "value": "1"}]}}),
    ] {
        refused(&desk.client.post(path, &wrong).await.unwrap(), 400, "bad.request");
    }
    refused(&desk.client.post(path, &json!({"filter": by("nothing")})).await.unwrap(), 404, "not.found");
}
