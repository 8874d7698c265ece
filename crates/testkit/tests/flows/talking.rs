//! What a conversation sees of its flow.

use serde_json::json;

use crate::support::Rig;

const GREET: &str = "
flow: greet
kind: inboundMessage
start: hello
actions:
  hello:
    sendMessage: \"Hello {{ customData.firstName }}\"
    default: { firstName: you }
    next: bye
  bye:
    sendMessage: \"And bye\"
";

#[tokio::test]
async fn flow20_a_flow_speaks_as_soon_as_the_chat_begins() {
    let rig = Rig::quiet().await;
    rig.flow(GREET).await;
    let mut chat = rig.chat(json!({"firstName": "Ada"})).await;
    assert_eq!(chat.hears().await, "Hello Ada");
    assert_eq!(chat.hears().await, "And bye");
    assert_eq!(rig.path(&chat.id).await, "hello next, bye next");
}
