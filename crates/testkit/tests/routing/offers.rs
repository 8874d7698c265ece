//! Who is offered what.

use serde_json::json;
use waybill_model::{
    Presence, QueueRules, SkillWish,
    routing::{ContextRule, Ring},
};

use crate::support::{World, at_work, offered_to, places, until};

#[tokio::test]
async fn rout10_a_waiting_conversation_is_offered_taken_answered_and_left() {
    let world = World::new().await;
    let agent = world.on_queue(1).await;
    let queue = world.queue("Orders", QueueRules::default(), &[&agent]).await;
    let chat = world.waiting(&queue).await;
    let alerted = world.alerted(&chat, &agent).await;
    assert_eq!((alerted.alerting, alerted.queue_id, alerted.answered_at), (true, Some(queue.id), None));
    assert_eq!(alerted.customer.name.as_deref(), Some("Agent 0"));
    let mine = world.accept(&chat, &agent).await;
    assert!(!mine.alerting && mine.answered_at.is_some());
    world.say(&chat, &agent, &mine, "Hi").await;
    until("work", || async { world.status(&agent).await == "INTERACTING" }).await;
    world.leave(&chat, &agent, &mine).await;
    until("idling", || async { world.status(&agent).await == "IDLE" }).await;
    let told = world.told(&chat).await;
    let words: Vec<&str> = told.iter().map(String::as_str).collect();
    assert_eq!(
        words,
        [
            "started",
            "participant.joined",
            "message",
            "participant.joined",
            "queued rest",
            "participant.joined",
            "offered",
            "participant.connected",
            "left answered",
            "participant.left",
            "message",
            "participant.left",
            "participant.left",
            "ended"
        ]
    );
}

#[tokio::test]
async fn rout10_nobody_is_alerted_above_its_capacity() {
    let world = World::new().await;
    let (one, two) = (world.on_queue(1).await, world.on_queue(2).await);
    let queue = world.queue("Orders", QueueRules::default(), &[&one, &two]).await;
    let mut chats = Vec::new();
    for _ in 0..6 {
        chats.push(world.waiting(&queue).await);
    }
    let service = world.service();
    until("three alerts", || async {
        service.observe_queue(&world.admin, &queue.id.to_string()).await.unwrap().now.alerting == 3
    })
    .await;
    let mut standings = Vec::new();
    for chat in &chats {
        standings.push(world.read(chat).await);
    }
    let taken = places(&standings);
    assert_eq!((taken.get(&one.id), taken.get(&two.id)), (Some(&1), Some(&2)));
    // Those who came first are offered first.
    let offered: Vec<bool> = standings.iter().map(|standing| offered_to(standing).is_some()).collect();
    assert_eq!(offered, [true, true, true, false, false, false]);
}

#[tokio::test]
async fn rout11_who_declines_makes_room_for_others_and_is_asked_last() {
    let world = World::new().await;
    let first = world.on_queue(1).await;
    let queue = world.queue("Orders", QueueRules::default(), &[&first]).await;
    let chat = world.waiting(&queue).await;
    let alerted = world.alerted(&chat, &first).await;
    world.leave(&chat, &first, &alerted).await;
    assert_eq!(offered_to(&*world.read(&chat).await), None, "nobody else is there");
    until("idling: saying no is an answer", || async { world.status(&first).await == "IDLE" }).await;
    let second = world.on_queue(1).await;
    world.join(&queue, &[&second]).await;
    world.accept(&chat, &second).await;
    let told = world.told(&chat).await;
    assert!(told.contains(&"declined".to_owned()), "{told:?}");
}

#[tokio::test]
async fn rout11_who_lets_an_alert_pass_is_not_responding_until_it_says_so() {
    let world = World::new().await;
    let agent = world.on_queue(1).await;
    let queue = world.queue("Orders", QueueRules::default(), &[&agent]).await;
    let chat = world.waiting(&queue).await;
    let alerted = world.alerted(&chat, &agent).await;
    world.advance(30);
    world.until(&chat, |standing| offered_to(standing).is_none()).await;
    until("not responding", || async { world.status(&agent).await == "NOT_RESPONDING" }).await;
    // The alert is over: it can't be taken any more.
    let late = world.service().connect_participant(&agent.caller, &chat, &alerted.id.to_string()).await;
    assert!(late.unwrap_err().to_string().contains("not alerted any more"));
    world.advance(60);
    assert_eq!(offered_to(&*world.read(&chat).await), None);
    world.set_presence(&agent, Presence::OnQueue).await;
    assert_eq!(world.accept(&chat, &agent).await.user_id, Some(agent.id));
}

#[tokio::test]
async fn rout10_skills_languages_and_priority_choose() {
    let world = World::new().await;
    let service = world.service();
    let skill = service.create_skill(&world.admin, "Billing".to_owned()).await.unwrap();
    let (plain, skilled) = (world.on_queue(1).await, world.on_queue(1).await);
    world.skilled(&skilled, vec![SkillWish { skill_id: skill.id, level: 3 }]).await;
    let queue = world.queue("Orders", QueueRules::default(), &[&plain, &skilled]).await;
    // By name as by id, whatever the case.
    let wish = json!({"queue": "orders", "skills": [{"skill": "billing", "level": 3}]});
    let chat = world.start(wish, json!({})).await;
    world.alerted(&chat, &skilled).await;
    let urgent = json!({"queue": queue.id, "priority": 7, "skills": ["Billing"]});
    let (usual, urgent) = (
        world.start(json!({"queue": queue.id, "skills": ["Billing"]}), json!({})).await,
        world.start(urgent, json!({})).await,
    );
    assert_eq!(world.read(&urgent).await.queued.as_ref().unwrap().priority, 7);
    let mine = world.accept(&chat, &skilled).await;
    world.leave(&chat, &skilled, &mine).await;
    world.alerted(&urgent, &skilled).await;
    assert_eq!(offered_to(&*world.read(&usual).await), None);
}

#[tokio::test]
async fn rout17_rings_ask_for_less_in_time() {
    let world = World::new().await;
    let skill = world.service().create_skill(&world.admin, "Billing".to_owned()).await.unwrap();
    let plain = world.on_queue(1).await;
    let ring = Ring { after_seconds: 40, drop_skills: vec![skill.id], lower_levels: 0, drop_language: false };
    let rules = QueueRules { rings: vec![ring], ..QueueRules::default() };
    let queue = world.queue("Orders", rules, &[&plain]).await;
    let chat = world.start(json!({"queue": queue.id, "skills": ["Billing"]}), json!({})).await;
    world.advance(39);
    assert_eq!(offered_to(&*world.read(&chat).await), None);
    world.advance(1);
    world.alerted(&chat, &plain).await;
}

#[tokio::test]
async fn rout16_wishes_at_a_rest_start_that_name_nobody_queue_nothing() {
    let world = World::new().await;
    let agent = world.on_queue(1).await;
    world.queue("Orders", QueueRules::default(), &[&agent]).await;
    for routing in [json!({"queue": "sales"}), json!({"priority": 3}), json!({"queue": 7})] {
        let chat = world.start(routing.clone(), json!({})).await;
        let standing = world.read(&chat).await;
        assert_eq!((standing.queued.is_some(), standing.participants.len()), (false, 1), "{routing}");
        assert_eq!(standing.routing.as_deref(), Some(routing.to_string().as_str()));
    }
}

#[tokio::test]
async fn rout16_rules_on_the_context_change_what_is_asked_for() {
    let world = World::new().await;
    let skill = world.service().create_skill(&world.admin, "Gold".to_owned()).await.unwrap();
    let gold = ContextRule {
        when: "customData.plan == \"gold\"".to_owned(),
        priority: 10,
        skills: vec![SkillWish { skill_id: skill.id, level: 0 }],
    };
    let rules = QueueRules { context_rules: vec![gold], ..QueueRules::default() };
    let queue = world.queue("Orders", rules, &[]).await;
    for (context, priority, skills) in
        [(json!({"plan": "gold"}), 12, 1), (json!({"plan": "free"}), 2, 0), (json!({}), 2, 0)]
    {
        let chat = world.start(json!({"queue": queue.id, "priority": 2}), context.clone()).await;
        let standing = world.read(&chat).await;
        let queued = standing.queued.as_ref().unwrap();
        assert_eq!((queued.priority, queued.skills.len()), (priority, skills), "{context}");
    }
}

#[tokio::test]
async fn rout15_whoever_is_assigned_or_answers_takes_what_waits() {
    let world = World::new().await;
    let (busy, helper) = (world.hire().await, world.hire().await);
    let queue = world.queue("Orders", QueueRules::default(), &[]).await;
    let assigned = world.waiting(&queue).await;
    let user = busy.id.to_string();
    let agent = world.service().assign(&world.admin, &assigned, &user).await.unwrap();
    assert_eq!(agent.queue_id, Some(queue.id));
    let answered = world.waiting(&queue).await;
    let customer = world.read(&answered).await.participants[0].clone();
    world.say(&answered, &helper, &customer, "I have it").await;
    for (chat, person) in [(&assigned, &busy), (&answered, &helper)] {
        let standing = world.read(chat).await;
        assert_eq!((standing.queued.is_none(), at_work(&standing)), (true, vec![person.id]));
        assert!(world.told(chat).await.contains(&"left answered".to_owned()));
    }
}
