//! What happens when everything happens at once: many conversations, few agents, all of them served.

use waybill_model::QueueRules;

use crate::support::{World, at_work, offered_to, places};

#[tokio::test]
async fn rout10_under_load_everybody_is_served_and_the_work_is_shared() {
    let world = World::new().await;
    let mut agents = Vec::new();
    for _ in 0..4 {
        agents.push(world.on_queue(3).await);
    }
    let queue = world.queue("Orders", QueueRules::default(), &agents.iter().collect::<Vec<_>>()).await;
    let mut chats = Vec::new();
    for _ in 0..60 {
        chats.push(world.waiting(&queue).await);
    }
    let mut served = std::collections::HashMap::new();
    while served.values().sum::<usize>() < chats.len() {
        let mut standings = Vec::new();
        for chat in &chats {
            standings.push(world.read(chat).await);
        }
        let taken = places(&standings);
        assert!(taken.values().all(|places| *places <= 3), "{taken:?}");
        for standing in standings.iter().filter(|standing| standing.ended_at.is_none()) {
            let Some(user) = offered_to(standing) else { continue };
            let agent = agents.iter().find(|agent| agent.id == user).unwrap();
            let chat = standing.id.to_string();
            let mine = world.accept(&chat, agent).await;
            assert_eq!(at_work(&*world.read(&chat).await), [agent.id]);
            world.clock.advance_millis(10);
            world.leave(&chat, agent, &mine).await;
            *served.entry(user).or_insert(0_usize) += 1;
        }
    }
    let (least, most) = (served.values().min().unwrap(), served.values().max().unwrap());
    assert!(served.len() == 4 && *least >= 10 && *most <= 20, "{served:?}");
}
