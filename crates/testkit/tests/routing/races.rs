//! People and routing at the same time: whoever is second finds it decided.

use std::sync::Arc;

use waybill_model::{Conversation, EventBody, QueueRules, RoutingChange};
use waybill_server::service::{StreamItem, StreamStart};

use crate::support::{Person, World, at_work, places};

/// Replays a log: never two alerts at once, and nobody taken out who was not offered.
async fn check_log(world: &World, chat: &str) {
    let mut reader = world.service().read_events(&world.admin, Some(chat), StreamStart::Beginning).await.unwrap();
    let last = world.read(chat).await.seq;
    let (mut offered, mut answered) = (None, 0);
    loop {
        let StreamItem::Event(event) = reader.next().await.unwrap() else { continue };
        if let EventBody::Routed(record) = &event.body {
            match &record.change {
                RoutingChange::Offered { offer } => {
                    assert_eq!(offered.replace(offer.user_id), None, "{chat} alerted two at once");
                }
                RoutingChange::Declined { user_id, .. } => assert_eq!(offered.take(), Some(*user_id)),
                RoutingChange::Left { why, user_id, .. } => {
                    if why == "answered" {
                        assert_eq!(offered.take(), *user_id, "{chat}");
                        answered += 1;
                    }
                }
                RoutingChange::Queued { .. } => {}
            }
        }
        if event.conversation_seq >= last {
            assert!(answered <= 1, "{chat} was given away {answered} times");
            return;
        }
    }
}

async fn read_all(world: &World, chats: &[String]) -> Vec<Arc<Conversation>> {
    let mut standings = Vec::new();
    for chat in chats {
        standings.push(world.read(chat).await);
    }
    standings
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rout22_accepting_time_outs_and_ends_race_and_nobody_is_given_to_two() {
    let world = World::new().await;
    let mut agents: Vec<Person> = Vec::new();
    for _ in 0..3 {
        agents.push(world.on_queue(2).await);
    }
    let queue = world.queue("Orders", QueueRules::default(), &agents.iter().collect::<Vec<_>>()).await;
    let mut chats = Vec::new();
    for _ in 0..30 {
        chats.push(world.waiting(&queue).await);
    }
    let world = Arc::new(world);
    for round in 0..12 {
        let standings = read_all(&world, &chats).await;
        let taken = places(&standings);
        assert!(taken.values().all(|places| *places <= 2), "round {round}: {taken:?}");
        let mut racing = tokio::task::JoinSet::new();
        for standing in &standings {
            let Some(offer) = standing.queued.as_ref().and_then(|queued| queued.offer.clone()) else { continue };
            let agent = agents.iter().find(|agent| agent.id == offer.user_id).unwrap().clone();
            let (chat, participant) = (standing.id.to_string(), offer.participant_id.to_string());
            let shared = Arc::clone(&world);
            let (own, leg) = (chat.clone(), participant.clone());
            racing.spawn(async move {
                // Too late is an answer like others: nothing else than one of the two may come of it.
                shared.service().connect_participant(&agent.caller, &own, &leg).await.is_ok()
            });
            if round % 3 == 0 {
                let shared = Arc::clone(&world);
                racing.spawn(async move { shared.service().disconnect(&shared.admin, &chat).await.is_ok() });
            }
        }
        if round % 2 == 0 {
            world.advance(30);
        }
        while let Some(done) = racing.join_next().await {
            done.unwrap();
        }
        for agent in &agents {
            world.set_presence(agent, waybill_model::Presence::OnQueue).await;
        }
        for standing in read_all(&world, &chats).await {
            assert!(at_work(&standing).len() <= 1, "{} has two agents", standing.id);
            let own = standing.participants.iter().find(|one| one.answered_at.is_some() && one.left_at.is_none());
            if let (Some(own), None) = (own, standing.ended_at) {
                let agent = agents.iter().find(|agent| Some(agent.id) == own.user_id).unwrap();
                world.leave(&standing.id.to_string(), agent, own).await;
            }
        }
    }
    for chat in &chats {
        check_log(&world, chat).await;
    }
}
