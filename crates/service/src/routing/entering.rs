//! How a conversation comes to a queue: what it asks for there, with what the queue's rules make of its context.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use waybill_engine::{
    attributes::CompiledPolicy,
    conversation::Decision,
    template::{ConversationFacts, Expression, Names, Secrets},
};
use waybill_model::{
    Actor, Conversation, EffectId, Language, LanguageId, Participant, Purpose, Queue, Queued, Skill, SkillWish, Time,
    UserId,
};
use waybill_store::EntityFilter;

use crate::{Service, ServiceError, start::customer_of};

/// The most skills that a conversation asks for.
const MOST_SKILLS: usize = 20;
/// Priorities beyond this are cut: nothing that is added to them runs over.
pub(super) const MOST_PRIORITY: i32 = 1_000_000;
/// Entities of one look by name.
const LOOK: u32 = 500;

/// What somebody wants for a conversation that comes to a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnteringWish {
    /// Higher comes first.
    pub priority: i32,
    /// Wanted skills.
    pub skills: Vec<SkillWish>,
    /// The wanted language.
    pub language_id: Option<LanguageId>,
    /// The one person that it is for.
    pub agent: Option<UserId>,
}

/// A conversation on its way into a queue: [`Going::queue`](waybill_engine::conversation::Going::queue) takes both parts.
#[derive(Debug, Clone)]
pub(crate) struct Entering {
    /// The participant that stands for the queue.
    pub(crate) acd: Participant,
    /// How it waits.
    pub(crate) standing: Queued,
}

impl Service {
    /// What a conversation that comes to a queue asks for there: the wish, and what the queue's rules on its context add.
    ///
    /// Everything that queues goes through here: hand-overs of flows, transfers, starts over REST.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn queue_wish(
        &self,
        conversation: &Conversation,
        queue: &Queue,
        wish: EnteringWish,
    ) -> Result<Entering, ServiceError> {
        let policy = self.policy_of(conversation).await?;
        let now = self.inner.ambient.now();
        let acd = Participant { queue_id: Some(queue.id), ..self.newcomer(Purpose::Acd, now) };
        let EnteringWish { priority, skills, language_id, agent } = apply(&policy, conversation, queue, wish, now)?;
        let standing = Queued {
            queue_id: queue.id,
            participant_id: acd.id,
            priority,
            skills,
            language_id,
            agent,
            since: now,
            offer: None,
            declined: Vec::new(),
        };
        Ok(Entering { acd, standing })
    }

    /// A start over REST whose wishes name a queue waits there from its beginning, unless a flow goes on with it. Names that
    /// are nobody's ask for nothing: the wishes stay readable beside the context (REST1).
    pub(crate) async fn queued_at_start(
        &self,
        decision: Decision,
        by: Actor,
        at: Time,
    ) -> Result<Decision, ServiceError> {
        let conversation = decision.conversation();
        let Some(text) = conversation.routing.as_deref().filter(|_| conversation.run.is_none()) else {
            return Ok(decision);
        };
        let Ok(Value::Object(wishes)) = serde_json::from_str::<Value>(text) else { return Ok(decision) };
        let Some(queue) = self.named::<Queue>(conversation, wishes.get("queue"), |queue| &queue.name).await? else {
            return Ok(decision);
        };
        let mut wish = EnteringWish {
            priority: wishes.get("priority").and_then(Value::as_i64).map_or(0, |it| i32::try_from(it).unwrap_or(0)),
            ..EnteringWish::default()
        };
        let language = self.named::<Language>(conversation, wishes.get("language"), |language| &language.name).await?;
        wish.language_id = language.map(|language| language.id);
        let skills = wishes.get("skills").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for skill in skills.iter().take(MOST_SKILLS) {
            let (name, level) = match skill {
                Value::Object(skill) => (skill.get("skill"), skill.get("level").and_then(Value::as_u64)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                    (Some(skill), None)
                }
            };
            if let Some(skill) = self.named::<Skill>(conversation, name, |skill| &skill.name).await? {
                let level = level.and_then(|level| u8::try_from(level).ok()).unwrap_or(0);
                wish.skills.push(SkillWish { skill_id: skill.id, level });
            }
        }
        let Entering { acd, standing } = self.queue_wish(conversation, &queue, wish).await?;
        Ok(decision.waiting(by, at, acd, standing, "rest"))
    }

    /// Something by its id or its name, whatever the case.
    async fn named<E: waybill_model::Entity>(
        &self,
        conversation: &Conversation,
        name: Option<&Value>,
        name_of: impl Fn(&E) -> &str + Send + Sync,
    ) -> Result<Option<E>, ServiceError> {
        let Some(name) = name.and_then(Value::as_str).map(str::trim) else { return Ok(None) };
        let organization = conversation.organization_id;
        if let Ok(id) = uuid::Uuid::try_parse(name)
            && let Some(found) = self.find_entity::<E>(organization, id).await?
        {
            return Ok(Some(found.entity));
        }
        let filter = EntityFilter { name: Some(name.to_owned()), ids: None, offset: 0, limit: LOOK };
        let list = self.list_entities::<E>(organization, filter).await?;
        let mut found = list.entities.into_iter().map(|found| found.entity);
        Ok(found.find(|one| name_of(one).to_lowercase() == name.to_lowercase()))
    }
}

/// The wish with what the rules add that hold; a rule about what is not there does not.
fn apply(
    policy: &CompiledPolicy,
    conversation: &Conversation,
    queue: &Queue,
    mut wish: EnteringWish,
    now: Time,
) -> Result<EnteringWish, ServiceError> {
    let customer = customer_of(conversation)?;
    let (variables, env, allowed) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
    let names = Names {
        policy,
        context: &customer.context,
        customer: &customer.customer,
        conversation: ConversationFacts::of(conversation),
        variables: &variables,
        env: &env,
        secrets: Secrets { allowed: &allowed, marker: EffectId::new(uuid::Uuid::nil()) },
        message: None,
        now,
    };
    for rule in &queue.rules.context_rules {
        // It compiled when the rules were set.
        let Ok(expression) = Expression::compile(&rule.when) else { continue };
        let holds = match expression.evaluate(&names) {
            Ok(rendered) => rendered.value == Value::Bool(true),
            Err(_) => false,
        };
        if holds {
            wish.priority = wish.priority.saturating_add(rule.priority);
            wish.skills.extend(rule.skills.iter().cloned());
        }
    }
    wish.priority = wish.priority.clamp(-MOST_PRIORITY, MOST_PRIORITY);
    wish.skills.truncate(MOST_SKILLS);
    Ok(wish)
}
