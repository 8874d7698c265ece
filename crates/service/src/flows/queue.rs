//! How a conversation comes to stand in a queue: what was asked for, and what the queue's conditions on the context add.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;
use waybill_engine::{
    flow::{QueueWish, World},
    template::{ConversationFacts, Names, Secrets},
};
use waybill_model::{Context, EffectId, Participant, Purpose, Queued, SkillWish};

use super::inventory::{Inventory, ReadyRule};
use crate::{Ambient, start::customer_of};

/// Where and when a conversation comes to a queue.
pub(super) struct Circumstances<'a> {
    pub(super) world: &'a World<'a>,
    /// Its context, with what was set on the way.
    pub(super) context: &'a Context,
    pub(super) inventory: &'a Inventory,
}

/// The participant `acd` and its place.
pub(super) fn standing(ambient: &Ambient, wish: QueueWish, circumstances: &Circumstances<'_>) -> (Participant, Queued) {
    let QueueWish { queue_id, mut priority, mut skills, language_id, agent } = wish;
    let rules = circumstances.inventory.rules.get(&queue_id).map(Vec::as_slice).unwrap_or_default();
    for rule in rules.iter().filter(|rule| holds(rule, circumstances)) {
        priority = priority.saturating_add(rule.priority);
        rule.skills.iter().for_each(|skill| ask_for(&mut skills, skill));
    }
    let now = circumstances.world.now;
    let participant_id = ambient.participant_id();
    let acd = Participant {
        queue_id: Some(queue_id),
        ..Participant::joining(participant_id, ambient.communication_id(), Purpose::Acd, now)
    };
    let queued = Queued {
        queue_id,
        participant_id,
        priority,
        skills,
        language_id,
        agent,
        since: now,
        offer: None,
        declined: Vec::new(),
    };
    (acd, queued)
}

/// A condition that can't be answered, because a key is not there, does not hold.
fn holds(rule: &ReadyRule, circumstances: &Circumstances<'_>) -> bool {
    let Circumstances { world, context, inventory: _ } = circumstances;
    let Some(when) = &rule.when else { return false };
    let (variables, none) = (BTreeMap::new(), BTreeSet::new());
    let Ok(customer) = customer_of(world.conversation) else { return false };
    let names = Names {
        policy: world.policy,
        context,
        customer: &customer.customer,
        conversation: ConversationFacts::of(world.conversation),
        variables: &variables,
        env: world.env,
        secrets: Secrets { allowed: &none, marker: EffectId::new(Uuid::nil()) },
        message: world.message,
        now: world.now,
    };
    when.evaluate(&names).is_ok_and(|found| found.value == Value::Bool(true))
}

/// A skill that is asked for twice is asked for at the higher level.
fn ask_for(skills: &mut Vec<SkillWish>, skill: &SkillWish) {
    match skills.iter_mut().find(|there| there.skill_id == skill.skill_id) {
        Some(there) => there.level = there.level.max(skill.level),
        None => skills.push(skill.clone()),
    }
}
