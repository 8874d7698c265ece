//! Rules, skills, languages and profiles as they are administered.

use waybill_model::{
    QueueRules, SkillId, SkillWish,
    routing::{ContextRule, Overflow, Ring, Silence},
};
use waybill_server::service::{Others, ProfileWish, RoutingQuery, ServiceError};

use crate::support::{World, until};

#[tokio::test]
async fn rout23_rules_that_can_t_work_are_refused_by_name() {
    let world = World::new().await;
    let queue = world.queue("Orders", QueueRules::default(), &[]).await;
    let id = queue.id.to_string();
    let ring = |after_seconds| Ring { after_seconds, drop_skills: Vec::new(), lower_levels: 1, drop_language: false };
    let rule = |when: &str, priority| ContextRule { when: when.to_owned(), priority, skills: Vec::new() };
    let usual = QueueRules::default;
    let silence = Silence { warn_seconds: 60, warning: " ".to_owned(), end_seconds: 60 };
    for (field, rules) in [
        ("alertingSeconds", QueueRules { alerting_seconds: 4, ..usual() }),
        ("wrapupSeconds", QueueRules { wrapup_seconds: 0, ..usual() }),
        ("serviceLevel", QueueRules { service_level: (101, 20), ..usual() }),
        ("rings", QueueRules { rings: vec![ring(20), ring(20)], ..usual() }),
        ("contextRules", QueueRules { context_rules: vec![rule("customData.plan ==", 1)], ..usual() }),
        ("contextRules", QueueRules { context_rules: vec![rule("true", 10_001)], ..usual() }),
        ("silence", QueueRules { silence: Some(silence), ..usual() }),
        ("overflow", QueueRules { overflow: Some(Overflow { after_seconds: 5, queue_id: queue.id }), ..usual() }),
    ] {
        let refused = world.service().set_queue_rules(&world.admin, &id, rules).await;
        assert!(
            matches!(&refused, Err(ServiceError::Invalid { field: at, .. }) if *at == field),
            "{field}: {refused:?}"
        );
    }
    // A chain is judged as a whole.
    let overflow = Some(Overflow { after_seconds: 5, queue_id: queue.id });
    let next = world.queue("Next", QueueRules { overflow, ..usual() }, &[]).await;
    let back = QueueRules { overflow: Some(Overflow { after_seconds: 5, queue_id: next.id }), ..usual() };
    let refused = world.service().set_queue_rules(&world.admin, &id, back).await;
    assert!(matches!(&refused, Err(ServiceError::Invalid { field: "overflow", .. })), "{refused:?}");
    let unknown = SkillWish { skill_id: SkillId::new(queue.id.uuid()), level: 1 };
    let asks = ContextRule { skills: vec![unknown], ..rule("true", 1) };
    let refused =
        world.service().set_queue_rules(&world.admin, &id, QueueRules { context_rules: vec![asks], ..usual() });
    assert!(matches!(refused.await, Err(ServiceError::NotFound { kind: "skill", .. })));
}

#[tokio::test]
async fn rout23_a_queue_in_which_somebody_waits_is_not_deleted() {
    let world = World::new().await;
    let queue = world.queue("Orders", QueueRules::default(), &[]).await;
    let (service, id) = (world.service(), queue.id.to_string());
    let chat = world.waiting(&queue).await;
    let waiting = || async { service.observe_queue(&world.admin, &id).await.unwrap().now.waiting };
    until("waiting", || async { waiting().await == 1 }).await;
    let refused = service.delete_queue(&world.admin, &id).await;
    assert!(matches!(refused, Err(ServiceError::WrongState { .. })), "{refused:?}");
    service.disconnect(&world.admin, &chat).await.unwrap();
    until("nobody", || async { waiting().await == 0 }).await;
    service.delete_queue(&world.admin, &id).await.unwrap();
}

#[tokio::test]
async fn rout23_skills_languages_and_profiles_are_administered_and_leave_a_trace() {
    let world = World::new().await;
    let (service, agent) = (world.service(), world.hire().await);
    let skill = service.create_skill(&world.admin, " Billing ".to_owned()).await.unwrap();
    let taken = service.create_skill(&world.admin, "BILLING".to_owned()).await;
    assert!(matches!(taken, Err(ServiceError::Taken(_))), "{taken:?}");
    let renamed = service.update_skill(&world.admin, &skill.id.to_string(), "Invoices".to_owned()).await.unwrap();
    assert_eq!((skill.name.as_str(), renamed.name.as_str()), ("Billing", "Invoices"));
    let language = service.create_language(&world.admin, "Français".to_owned()).await.unwrap();
    let user = agent.id.to_string();
    let wish = ProfileWish {
        skills: Some(vec![SkillWish { skill_id: skill.id, level: 5 }]),
        languages: Some(vec![(language.id, 3)]),
        capacity: None,
    };
    let profile = service.set_routing_profile(&world.admin, &user, wish).await.unwrap();
    assert_eq!((profile.skills.len(), profile.languages.len(), profile.capacity), (1, 1, 4));
    let more = ProfileWish { capacity: Some(7), ..ProfileWish::default() };
    assert_eq!(service.set_routing_profile(&world.admin, &user, more).await.unwrap().skills, profile.skills);
    let high = ProfileWish { skills: Some(vec![SkillWish { skill_id: skill.id, level: 6 }]), ..ProfileWish::default() };
    let refused = service.set_routing_profile(&world.admin, &user, high).await;
    assert!(matches!(refused, Err(ServiceError::Invalid { field: "skills", .. })), "{refused:?}");
    service.delete_skill(&world.admin, &skill.id.to_string()).await.unwrap();
    let query = RoutingQuery { limit: 100, ..RoutingQuery::default() };
    assert_eq!(service.list_skills(&world.admin, query).await.unwrap().total, 0);
    let audit = service.list_audit(&world.admin, 0, 1_000).await.unwrap();
    let acts: Vec<&str> = audit.iter().map(|row| row.entry.action.as_str()).collect();
    for act in ["skill.created", "skill.updated", "skill.deleted", "language.created", "routingProfile.set"] {
        assert!(acts.contains(&act), "{act}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rout23_changes_of_one_profile_at_the_same_time_lose_nothing() {
    let world = World::new().await;
    let (service, agent) = (world.service(), world.hire().await);
    let user = agent.id.to_string();
    for round in 0..12 {
        let mut skills = Vec::new();
        for name in ["a", "b"] {
            skills.push(service.create_skill(&world.admin, format!("{name}{round}")).await.unwrap().id);
        }
        let [first, second] = [skills[0], skills[1]].map(|skill_id| [SkillWish { skill_id, level: 3 }]);
        // The first round is about who makes the profile, the others about who changes it.
        let (one, other) = tokio::join!(
            service.give_skills(&world.admin, &user, &first, Others::Stay),
            service.give_skills(&world.admin, &user, &second, Others::Stay),
        );
        one.unwrap();
        other.unwrap();
        let has = service.get_routing_profile(&world.admin, &user).await.unwrap().skills;
        assert!(skills.iter().all(|id| has.iter().any(|wish| wish.skill_id == *id)), "round {round}: {has:?}");
        service.take_skill(&world.admin, &user, skills[0]).await.unwrap();
        let has = service.get_routing_profile(&world.admin, &user).await.unwrap().skills;
        assert_eq!(has.len(), round + 1);
    }
}
