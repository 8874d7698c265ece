//! Customers who say nothing.

use waybill_client::NewMessage;
use waybill_model::{Originator, QueueRules, routing::Silence};
use waybill_server::service::QueueTransfer;

use crate::support::{World, at_work};

#[tokio::test]
async fn rout19_a_silent_customer_is_warned_once_and_then_the_conversation_ends() {
    let world = World::new().await;
    let agent = world.on_queue(1).await;
    let silence = Silence { warn_seconds: 300, warning: "Are you there?".to_owned(), end_seconds: 120 };
    let rules = QueueRules { silence: Some(silence), ..QueueRules::default() };
    let queue = world.queue("Orders", rules, &[&agent]).await;
    let mut guest = world.server.guest("open").await;
    guest.configure(false).await.unwrap();
    let started = guest.start_chat(waybill_client::StartChat::default()).await.unwrap();
    let chat = started.conversation_id.clone();
    // A program answers first, then it passes the conversation on.
    let helper = world.hire().await;
    let leg = world.service().assign(&world.admin, &chat, &helper.id.to_string()).await.unwrap();
    let transfer = QueueTransfer { queue: queue.id.to_string(), ..QueueTransfer::default() };
    world.service().transfer_to_queue(&world.admin, &chat, &leg.id.to_string(), transfer).await.unwrap();
    let mine = world.accept(&chat, &agent).await;
    world.advance(299);
    guest.send_message(NewMessage { text: "One moment".to_owned(), ..NewMessage::default() }).await.unwrap();
    world.advance(299);
    world.say(&chat, &agent, &mine, "Take your time").await;
    world.advance(1);
    let warning = loop {
        let message = guest.next_outbound().await.unwrap();
        if message.text.as_deref() == Some("Are you there?") {
            break message;
        }
    };
    assert_eq!(format!("{:?}", warning.originating_entity), format!("{:?}", Some(Originator::Bot)));
    world.advance(119);
    assert_eq!(at_work(&*world.read(&chat).await), [agent.id], "one warning, and time to answer it");
    world.advance(1);
    world.until(&chat, |standing| standing.ended_at.is_some()).await;
}
