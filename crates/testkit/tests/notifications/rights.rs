//! Who is told what: agents' own conversations, divisions, personal values, revoked tokens (NOT5, NOT6, NOT9).

use reqwest::Method;
use serde_json::{Value, json};
use waybill_client::NotificationStream;
use waybill_testkit::{ClientError, DemoUser, RestClient, TestServer};

use crate::support::{
    Channel, EVERY_DETAIL, EVERY_EVENT, body, body_of, follow, narrowed, next, start, states, topics_body,
};

const AGENT: &str = "00000000-0000-8000-8000-000000000003";
const PASSWORD: &str = "four words nobody guesses";

async fn made(client: &RestClient, path: &str, body: Value) -> String {
    let answer = client.post(path, &body).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    body_of(&answer)["id"].as_str().unwrap().to_owned()
}

/// A new person with one role, logged in.
async fn person(server: &TestServer, admin: &RestClient, role: &str, division: &str) -> RestClient {
    let email = format!("{}@demo.example", division.replace('*', "everywhere"));
    let roles = json!([{"roleId": role, "divisionId": division}]);
    let new = json!({"name": "Somebody", "email": email, "password": PASSWORD, "roleDivisions": roles});
    made(admin, "/api/v2/users", new).await;
    server.log_in(&DemoUser { email, password: PASSWORD.to_owned() }).await
}

async fn own_id(client: &RestClient) -> String {
    body_of(&client.get("/api/v2/users/me").await.unwrap())["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn not6_an_agent_is_told_its_conversations_and_that_it_joined_and_left() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let (integrator, agent) = (server.integrator().await, server.agent().await);
    let me = own_id(&agent).await;
    let conversations = format!("v2.users.{me}.conversations");
    let messages = format!("{conversations}.messages");
    let (_own, mut own) = follow(&agent, &[&format!("v2.users.{me}?conversations&conversations.messages")]).await;
    let kinds = ["v2.detail.events.conversation.*.user.start", "v2.detail.events.conversation.*.user.end"];
    let (_details, mut details) = follow(&integrator, &kinds).await;
    start(&server, &integrator, "open", json!({"message": "not for this agent"})).await;
    let chat = start(&server, &integrator, "open", json!({"customData": {"crmCustomerId": "CRM-1"}})).await;
    let path = format!("/api/v2/conversations/{}", chat.id);
    let assigned = agent.post(&format!("{path}/assign"), &json!({"id": me})).await.unwrap();
    assert_eq!(assigned.status, 200, "{}", assigned.text);
    let assigned = body_of(&assigned);

    let (topic, joined) = next(&mut own).await;
    assert_eq!((&topic, &joined["id"]), (&conversations, &json!(chat.id)));
    assert_eq!(joined["participants"][0]["attributes"], json!({"crmCustomerId": "CRM-1"}));
    assert_eq!((&joined["participants"][1]["userId"], &joined["recordingState"]), (&json!(me), &json!("none")));
    let (topic, told) = next(&mut details).await;
    assert_eq!((topic, &told["userId"]), (chat.topic("user.start"), &json!(me)));
    assert_eq!(told["participantId"], assigned["participantId"]);

    let leg = assigned["communicationId"].as_str().unwrap();
    let say = format!("/api/v2/conversations/messages/{}/communications/{leg}/messages", chat.id);
    let said = agent.post(&say, &json!({"textBody": "Hello"})).await.unwrap();
    assert_eq!(said.status, 200, "{}", said.text);
    assert_eq!(next(&mut own).await.0, conversations);
    let (topic, told) = next(&mut own).await;
    let leg = &told["participants"][1]["messages"][0];
    let notice = &leg["messages"][0];
    assert_eq!((&topic, &notice["message"]["id"]), (&messages, &body_of(&said)["id"]));
    assert_eq!((&notice["messageStatus"], &leg["state"]), (&json!("sent"), &json!("connected")));

    let ended = agent.post(&format!("{path}/disconnect"), &Value::Null).await.unwrap();
    assert!(ended.status.is_success(), "{}", ended.text);
    let (topic, told) = next(&mut details).await;
    assert_eq!((topic, &told["userId"]), (chat.topic("user.end"), &json!(me)));
    assert!(told["connectedDurationMs"].as_i64().is_some_and(|millis| millis >= 0), "{told}");
}

#[tokio::test]
async fn not5_other_users_and_queues_are_judged_by_right_and_division() {
    let server = TestServer::start().await;
    let (admin, agent) = (server.admin().await, server.agent().await);
    let queue = made(&admin, "/api/v2/routing/queues", json!({"name": "Sales"})).await;
    let channel = Channel::create(&agent).await;
    let other = format!("v2.users.{}.conversations", own_id(&admin).await);
    let queued = format!("v2.routing.queues.{queue}.conversations.messages");
    channel.subscribe(&agent, &[&other, &queued]).await;
    let division = made(&admin, "/api/v2/authorization/divisions", json!({"name": "Parts"})).await;
    let theirs = person(&server, &admin, AGENT, &division).await;
    let channel = Channel::create(&theirs).await;
    let own = format!("v2.users.{}.conversations", own_id(&theirs).await);
    let path = format!("{}?ignoreErrors=true", channel.subscriptions());
    let answer = theirs.post(&path, &topics_body(&[&own, &other, &queued])).await.unwrap();
    let expected = [(own, "Permitted"), (other, "Rejected"), (queued, "Rejected")];
    assert_eq!(states(&body_of(&answer)), expected.map(|(topic, state)| (topic, state.to_owned())));
    // Somebody else's channel is not there.
    assert_eq!(agent.get(&channel.subscriptions()).await.unwrap().status, 404);
    assert_eq!(agent.post(&channel.subscriptions(), &topics_body(&[EVERY_EVENT])).await.unwrap().status, 404);
}

#[tokio::test]
async fn not6_a_channel_tells_of_the_reader_s_divisions_only() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let (admin, integrator) = (server.admin().await, server.integrator().await);
    let division = made(&admin, "/api/v2/authorization/divisions", json!({"name": "Parts"})).await;
    let path = format!("/api/v2/webdeployments/deployments/{}", server.deployment("quarantine"));
    let mut deployment = body_of(&admin.get(&path).await.unwrap());
    deployment["division"] = json!({"id": division});
    assert_eq!(admin.put(&path, &deployment).await.unwrap().status, 200);
    let theirs = person(&server, &admin, AGENT, &division).await;
    let (channel, mut stream) = follow(&theirs, &[EVERY_EVENT, EVERY_DETAIL]).await;
    let hidden = start(&server, &integrator, "open", json!({"message": "Hi"})).await;
    let seen = start(&server, &integrator, "quarantine", json!({})).await;
    let (topic, told) = next(&mut stream).await;
    assert_eq!((topic, &told["divisionId"]), (seen.topic("customer.start"), &json!(division)));
    let refused = theirs.post(&channel.subscriptions(), &topics_body(&[&hidden.topic("attributes")])).await.unwrap();
    assert_eq!(body_of(&refused)["code"], "notification.invalid.topic", "it can't be told from one that is not there");
    channel.subscribe(&theirs, &[&seen.topic("attributes")]).await;
}

#[tokio::test]
async fn not6_personal_values_are_masked_in_every_frame() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let (admin, integrator) = (server.admin().await, server.integrator().await);
    let role =
        json!({"name": "Reader", "permissions": ["conversation:communication:view", "notifications:events:view"]});
    let role = made(&admin, "/api/v2/authorization/roles", role).await;
    let reader = person(&server, &admin, &role, "*").await;
    let agent = own_id(&server.agent().await).await;
    let topics = [EVERY_EVENT, EVERY_DETAIL, &format!("v2.users.{agent}.conversations")];
    let (_channel, mut stream) = follow(&reader, &topics).await;
    let (_whole, mut whole) = follow(&integrator, &topics).await;
    let context = json!({
        "customData": {"crm_customer_id": "CRM-ONLY-HERE", "campaign": "summer"},
        "customer": {"name": "Zoë Only-Here"}
    });
    let chat = start(&server, &integrator, "open", context).await;
    chat.put(&integrator, json!({"crmCustomerId": "CRM-ONLY-HERE-2"})).await;
    let path = format!("/api/v2/conversations/{}/assign", chat.id);
    let assigned = admin.post(&path, &json!({"id": agent})).await.unwrap();
    assert_eq!(assigned.status, 200, "{}", assigned.text);
    let user_topic = format!("v2.users.{agent}.conversations");
    let (mut masked, mut shown) = (0, 0);
    loop {
        let (topic, told) = next(&mut stream).await;
        let (same, told_whole) = next(&mut whole).await;
        assert_eq!(topic, same);
        let (told, told_whole) = (told.to_string(), told_whole.to_string());
        assert!(!told.to_lowercase().contains("only-here"), "{topic} shows a personal value: {told}");
        masked += usize::from(told.contains("***"));
        shown += usize::from(told_whole.contains("ONLY-HERE"));
        if topic == user_topic {
            break;
        }
    }
    assert!(shown >= 6 && masked >= shown, "{shown} frames had personal values, {masked} had masks");
}

/// The words of a socket whose token is over, and that nothing opens it again.
async fn is_over(channel: &Channel, mut stream: NotificationStream) {
    let answer = stream.answer().await.unwrap();
    assert_eq!((answer.result.as_deref(), answer.status.as_deref()), (Some("404"), Some("failure")));
    assert_eq!(stream.closed().await.unwrap().0, 1008);
    let opened = NotificationStream::open(&channel.connect_uri, None).await;
    assert!(matches!(opened, Err(ClientError::UpgradeRefused(401 | 403))), "{opened:?}");
}

#[tokio::test]
async fn not9_a_revoked_token_ends_the_socket_and_another_one_revives_the_channel() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    let (channel, stream) = follow(&client, &[EVERY_EVENT]).await;
    let revoked = client.request(Method::DELETE, "/api/v2/tokens/me").send().await.unwrap();
    assert!(revoked.status().is_success());
    is_over(&channel, stream).await;
    let again = server.integrator().await;
    channel.subscribe(&again, &["v2.detail.events.conversation.*.customer.start"]).await;
    let mut stream = channel.open().await;
    let chat = start(&server, &again, "open", json!({})).await;
    assert_eq!(body(&stream.next().await.unwrap())["conversationId"], chat.id);
    // The application's other tokens live on, and so does a channel of theirs.
    let narrow = narrowed(&server, "notifications").await;
    drop(follow(&narrow, &[EVERY_EVENT]).await);
}

#[tokio::test]
async fn not9_somebody_who_may_no_longer_follow_events_hears_nothing_more() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let (admin, agent) = (server.admin().await, server.agent().await);
    let (channel, stream) = follow(&agent, &[EVERY_EVENT]).await;
    let path = format!("/api/v2/users/{}", own_id(&agent).await);
    let mut user = body_of(&admin.get(&path).await.unwrap());
    let version = user["version"].take();
    let change = json!({"version": version, "state": "inactive"});
    let changed = admin.request(Method::PATCH, &path).json(&change).send().await.unwrap();
    assert_eq!(changed.status(), 200, "{}", changed.text().await.unwrap());
    is_over(&channel, stream).await;
}
