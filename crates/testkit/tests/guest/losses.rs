//! Ways in which context got lost elsewhere, tried on the socket (L2, L16, L20), and whose context it is (CTX9).

use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{Socket, answer_as_agent, custom_data, get, start, webchat};

#[tokio::test]
async fn l2_a_start_and_a_context_sent_at_once_are_stored_in_their_order() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let first = socket.send(start(&json!({"customData": {"crmCustomerId": "CRM-1", "plan": "silver"}}))).await;
    let second = socket.send(json!({"action": "setContext", "options": {"customData": {"plan": "gold"}}})).await;
    let (started, set) = (socket.next().await, socket.next().await);
    assert_eq!((&started["tracingId"], &started["code"]), (&json!(first), &json!(200)), "{started}");
    assert_eq!((&set["tracingId"], &set["code"]), (&json!(second), &json!(200)), "{set}");
    let stored = custom_data(&server, &started["body"]["conversationId"]).await;
    assert_eq!(stored, json!({"crmCustomerId": "CRM-1", "plan": "gold"}));
}

#[tokio::test]
async fn l16_a_start_is_never_made_to_work_by_leaving_something_out() {
    let server = TestServer::start().await;
    let given = json!({"crmCustomerId": "CRM-16", "bag": {"nested": true}});
    let mut open = Socket::open(&server, "open").await;
    let refused = open.ask(start(&json!({"customData": given}))).await;
    assert_eq!(refused["code"], 400, "{refused}");
    let client = server.integrator().await;
    let path = "/api/v2/conversations/webchat?attributeKey=crmCustomerId&attributeValue=CRM-16";
    assert_eq!(get(&client, path).await["entities"], json!([]));

    // Where the mode lets the chat start, the part that does not fit is kept apart, not left out.
    let mut lenient = Socket::open(&server, "quarantine").await;
    let started = lenient.start(given).await;
    let id = started["conversationId"].as_str().expect("an id");
    let bag = get(&client, &format!("/api/v2/conversations/{id}/context/bag")).await;
    assert!(bag.to_string().contains("nested"), "{bag}");
}

#[tokio::test]
async fn l20_a_visitor_who_says_nothing_else_has_an_id() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let started = socket.start(json!({"crmCustomerId": "CRM-20"})).await;
    assert_eq!(started["customer"], json!({}));
    assert_eq!(custom_data(&server, &started["conversationId"]).await, json!({"crmCustomerId": "CRM-20"}));
}

#[tokio::test]
async fn ctx9_attributes_of_an_agent_stay_with_the_agent() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let started = socket.start(json!({"crmCustomerId": "CRM-9"})).await;
    let conversation = &started["conversationId"];
    answer_as_agent(&server, conversation, "Hello").await;
    let participants = webchat(&server, conversation).await["participants"].clone();
    let agent = participant(&participants, "agent");
    let client = server.integrator().await;
    let (id, whose) = (conversation.as_str().expect("an id"), agent["id"].as_str().expect("an id"));
    let path = format!("/api/v2/conversations/webchat/{id}/participants/{whose}");
    let written = client.put(&path, &json!({"metadata": {"crmCustomerId": "CRM-OTHER", "desk": "7"}})).await;
    assert!(written.expect("the server answers").status.is_success());

    let shown = webchat(&server, conversation).await;
    assert_eq!(shown["customData"], json!({"crmCustomerId": "CRM-9"}));
    assert_eq!(participant(&shown["participants"], "customer")["attributes"]["crmCustomerId"], "CRM-9");
    assert_eq!(participant(&shown["participants"], "agent")["attributes"]["desk"], "7");
}

fn participant<'a>(participants: &'a Value, purpose: &str) -> &'a Value {
    let all = participants.as_array().expect("a list");
    all.iter().find(|one| one["purpose"] == purpose).unwrap_or_else(|| panic!("no {purpose} in {participants}"))
}
