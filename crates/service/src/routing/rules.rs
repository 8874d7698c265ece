//! The rules of a queue: what may be in them.

use std::collections::BTreeSet;

use waybill_engine::template::Expression;
use waybill_model::{
    Queue, QueueId, QueueRules, Skill, SkillId, SkillWish,
    routing::{ContextRule, Overflow, Ring},
};

use super::queues::{check_text, invalid};
use crate::{Caller, Service, ServiceError, entities::Act};

/// The longest time of a rule: a week, in seconds.
const MOST_SECONDS: u32 = 7 * 24 * 3_600;
/// The shortest time in which somebody can answer an alert.
const LEAST_ALERTING: u32 = 5;
/// The longest.
const MOST_ALERTING: u32 = 3_600;
/// The most rules on the context.
const MOST_RULES: usize = 50;
/// The most rings.
const MOST_RINGS: usize = 10;
/// The most skills of one rule.
const MOST_SKILLS: usize = 20;
/// The highest level.
pub(super) const MOST_LEVEL: u8 = 5;
/// What a rule may add to the priority, or take from it.
const MOST_PRIORITY: i32 = 10_000;
/// Longest warning and longest condition, in bytes.
const TEXT: usize = 1_024;

impl Service {
    /// Sets how the conversations of a queue find their agents.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` with the field that breaks its rule, `Stale` when somebody else changed the queue meanwhile.
    pub async fn set_queue_rules(&self, caller: &Caller, id: &str, rules: QueueRules) -> Result<Queue, ServiceError> {
        let _turn = self.inner.routing.administering.lock().await;
        let mut found = self.get_in_division::<Queue>(caller, id).await?;
        self.check_rules(&found.entity, &rules).await?;
        found.entity.rules = rules;
        let act = Act::of(caller, "queue.updated", found.entity.id.uuid()).saying("rules");
        self.update_entity(&found, act).await?;
        self.queue_changed(&found.entity).await?;
        Ok(found.entity)
    }

    pub(super) async fn check_rules(&self, queue: &Queue, rules: &QueueRules) -> Result<(), ServiceError> {
        let QueueRules {
            method: _,
            alerting_seconds,
            wrapup: _,
            wrapup_seconds,
            service_level: (percent, level_seconds),
            context_rules,
            rings,
            overflow,
            silence,
        } = rules;
        check_range("alertingSeconds", *alerting_seconds, LEAST_ALERTING, MOST_ALERTING)?;
        check_range("wrapupSeconds", *wrapup_seconds, 1, MOST_SECONDS)?;
        check_range("serviceLevel", u32::from(*percent), 1, 100)?;
        check_range("serviceLevel", *level_seconds, 1, MOST_SECONDS)?;
        check_context_rules(context_rules)?;
        check_rings(rings)?;
        let dropped = rings.iter().flat_map(|ring| &ring.drop_skills).copied();
        let asked = context_rules.iter().flat_map(|rule| &rule.skills).map(|wish| wish.skill_id);
        self.check_skills(queue, dropped.chain(asked).collect()).await?;
        if let Some(silence) = silence {
            check_range("silence", silence.warn_seconds, 1, MOST_SECONDS)?;
            check_range("silence", silence.end_seconds, 1, MOST_SECONDS)?;
            check_text("silence", &silence.warning, TEXT)?;
            if silence.warning.trim().is_empty() {
                return Err(invalid("silence", "has no words for its warning", "write what the customer is to read"));
            }
        }
        match overflow {
            Some(overflow) => self.check_overflow(queue, overflow).await,
            None => Ok(()),
        }
    }

    /// Overflow leads to another queue that is there, and never back.
    async fn check_overflow(&self, queue: &Queue, overflow: &Overflow) -> Result<(), ServiceError> {
        check_range("overflow", overflow.after_seconds, 1, MOST_SECONDS)?;
        let queues = self.all_of::<Queue>(queue.organization_id, None).await?;
        let next = |id: QueueId| queues.iter().find(|one| one.id == id);
        if next(overflow.queue_id).is_none() {
            return Err(ServiceError::not_found("queue", overflow.queue_id));
        }
        let mut seen = BTreeSet::from([queue.id]);
        let mut to = Some(overflow.queue_id);
        while let Some(id) = to {
            if !seen.insert(id) {
                return Err(invalid(
                    "overflow",
                    "leads back to a queue that it came from",
                    "let the last queue of the chain keep what waits in it",
                ));
            }
            to = next(id).and_then(|queue| queue.rules.overflow.as_ref()).map(|overflow| overflow.queue_id);
        }
        Ok(())
    }

    async fn check_skills(&self, queue: &Queue, skills: BTreeSet<SkillId>) -> Result<(), ServiceError> {
        let ids: Vec<_> = skills.iter().map(|skill| skill.uuid()).collect();
        let found = self.all_of::<Skill>(queue.organization_id, Some(&ids)).await?;
        match skills.iter().find(|id| !found.iter().any(|skill| skill.id == **id)) {
            Some(lacking) => Err(ServiceError::not_found("skill", lacking)),
            None => Ok(()),
        }
    }
}

fn check_context_rules(rules: &[ContextRule]) -> Result<(), ServiceError> {
    if rules.len() > MOST_RULES {
        return Err(invalid("contextRules", "are too many: at most 50 are possible", "join some of them with `or`"));
    }
    for (number, ContextRule { when, priority, skills }) in rules.iter().enumerate() {
        check_text("contextRules", when, TEXT)?;
        Expression::compile(when).map_err(|fault| ServiceError::Invalid {
            field: "contextRules",
            rule: format!("has a condition that can't be read, number {}: {fault}", number + 1),
            remedy: "write an expression such as `customData.plan == \"gold\"`".to_owned(),
        })?;
        if !(-MOST_PRIORITY..=MOST_PRIORITY).contains(priority) {
            return Err(invalid("contextRules", "adds too much to the priority", "stay within ±10000"));
        }
        check_levels("contextRules", skills)?;
    }
    Ok(())
}

fn check_rings(rings: &[Ring]) -> Result<(), ServiceError> {
    if rings.len() > MOST_RINGS {
        return Err(invalid("rings", "are too many: at most 10 are possible", "leave some out"));
    }
    for (number, Ring { after_seconds, drop_skills, lower_levels, drop_language: _ }) in rings.iter().enumerate() {
        check_range("rings", *after_seconds, 1, MOST_SECONDS)?;
        if number > 0 && rings[number - 1].after_seconds >= *after_seconds {
            return Err(invalid("rings", "are not in the order of time", "let each begin later than the one before"));
        }
        if *lower_levels > MOST_LEVEL || drop_skills.len() > MOST_SKILLS {
            return Err(invalid("rings", "lower or drop too much", "lower by 5 at most, and drop 20 skills at most"));
        }
    }
    Ok(())
}

/// Skills with levels that there are.
pub(super) fn check_levels(field: &'static str, skills: &[SkillWish]) -> Result<(), ServiceError> {
    if skills.len() > MOST_SKILLS {
        return Err(invalid(field, "asks for too many skills: at most 20 are possible", "ask for fewer"));
    }
    if skills.iter().any(|wish| wish.level > MOST_LEVEL) {
        return Err(invalid(field, "has a level above 5", "give levels from 0 to 5"));
    }
    Ok(())
}

fn check_range(field: &'static str, value: u32, least: u32, most: u32) -> Result<(), ServiceError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(ServiceError::Invalid {
        field,
        rule: format!("is {value}; from {least} to {most} is possible"),
        remedy: "choose a value in that range".to_owned(),
    })
}
