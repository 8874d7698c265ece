//! Erasing within one conversation: what goes is decided here, in its turn, and committed as one event (LOG6).

use std::{collections::BTreeSet, sync::Arc};

use uuid::Uuid;
use waybill_bus::Bell;
use waybill_engine::{
    attributes::CompiledPolicy,
    conversation::Going,
    privacy::{Found, Removed, Scrub, holds_text},
};
use waybill_model::{
    Actor, Context, Conversation, ConversationId, Customer, ErasedConversation, Event, EventBody, OrganizationId,
    RetentionClass,
};
use waybill_store::{CommitError, Erasure};

use crate::{Service, ServiceError, StartedAnswer, to_the_end::to_the_end};

/// How often an erasure is decided anew when somebody was faster.
const CONFLICT_RETRIES: usize = 3;

/// What of a conversation goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Every value, the customer, everything said.
    Everything,
    /// What belongs to whoever had this value under this name.
    Subject { name: String, value: String },
    /// Personal and undeclared values, quarantined ones, and the customer.
    Personal,
    /// What was said.
    Messages,
    /// One key.
    Key(String),
}

impl Extent {
    /// What need not be looked for again.
    const fn done(&self) -> Option<RetentionClass> {
        match self {
            Self::Everything => Some(RetentionClass::Everything),
            Self::Personal => Some(RetentionClass::Personal),
            Self::Messages => Some(RetentionClass::Messages),
            Self::Subject { .. } | Self::Key(_) => None,
        }
    }
}

/// The policies under which a conversation's keys have their names: its own, and the present one.
struct Names(Vec<Arc<CompiledPolicy>>);

impl Names {
    fn canonical<'a>(&'a self, name: &'a str) -> BTreeSet<&'a str> {
        self.0.iter().map(|policy| policy.canonical(name)).chain([name]).collect()
    }

    /// Whether two names lead to one key; what is set aside can stand under its path.
    fn are_one(&self, one: &str, other: &str) -> bool {
        let ours = self.canonical(one);
        let last = other.rsplit_once('.').map_or(other, |(_, last)| last);
        !ours.is_disjoint(&self.canonical(other)) || !ours.is_disjoint(&self.canonical(last))
    }

    /// Nobody said of an undeclared key that it is harmless.
    fn is_personal(&self, key: &str) -> bool {
        let mut declared = self.0.iter().map(|policy| policy.declared(key));
        declared.any(|declared| declared.is_none_or(|declared| declared.personal))
    }
}

/// How a conversation has to do with whoever is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Belongs {
    /// The value stands there, or nothing else does.
    Whole,
    /// The key has another value by now: only the former one is theirs.
    Formerly,
    No,
}

fn belongs(conversation: &Conversation, log: &[Arc<Event>], names: &Names, name: &str, value: &str) -> Belongs {
    let is_key = |key: &str| names.are_one(name, key);
    let stored = conversation.participants.iter().flat_map(|participant| &participant.context.stored);
    let standing: Vec<_> = stored.filter(|(key, _)| is_key(key)).map(|(_, one)| one.value.to_text()).collect();
    if standing.iter().any(|text| text.as_deref() == Some(value)) {
        return Belongs::Whole;
    }
    let in_context = |context: &Context| {
        let mut stored = context.stored.iter();
        let mut aside = context.quarantined.iter();
        stored.any(|(key, one)| is_key(key) && one.value.to_text().as_deref() == Some(value))
            || aside.any(|(key, one)| is_key(key) && holds_text(&one.json, value))
    };
    let in_event = |event: &Arc<Event>| match &event.body {
        EventBody::Started { conversation, receipt: _ } => {
            conversation.participants.iter().any(|one| in_context(&one.context))
        }
        EventBody::AttributesChanged { changes, quarantined, .. } => {
            changes.iter().filter(|change| is_key(&change.key)).any(|change| {
                let new = change.new.as_ref().map(|new| &new.value);
                change.old.iter().chain(new).any(|one| one.to_text().as_deref() == Some(value))
            }) || quarantined.iter().any(|(key, one)| is_key(key) && holds_text(&one.json, value))
        }
        EventBody::MessageAdded { .. }
        | EventBody::ParticipantJoined { .. }
        | EventBody::ParticipantLeft { .. }
        | EventBody::ParticipantConnected { .. }
        | EventBody::FlowStepped(_)
        | EventBody::Routed(_)
        | EventBody::WrappedUp { .. }
        | EventBody::NoteAdded { .. }
        | EventBody::Rated { .. }
        | EventBody::SeenUpTo { .. }
        | EventBody::Ended { .. }
        | EventBody::Erased { .. }
        | EventBody::Mark(_) => false,
    };
    let aside = conversation.participants.iter().any(|one| in_context(&one.context));
    match (aside || log.iter().any(in_event), standing.is_empty()) {
        (false, _) => Belongs::No,
        (true, true) => Belongs::Whole,
        (true, false) if aside => Belongs::Whole,
        (true, false) => Belongs::Formerly,
    }
}

impl Service {
    /// Whether a conversation is somebody's.
    pub(super) async fn is_of_subject(
        &self,
        conversation: &Conversation,
        name: &str,
        value: &str,
    ) -> Result<bool, ServiceError> {
        let names = self.names_of(conversation).await?;
        let log = self.inner.store.list_conversation_log(conversation.organization_id, conversation.id).await?;
        Ok(belongs(conversation, &log, &names, name, value) == Belongs::Whole)
    }

    async fn names_of(&self, conversation: &Conversation) -> Result<Names, ServiceError> {
        let deployment = conversation.deployment_id;
        let own = self.policy(conversation.organization_id, deployment, conversation.policy_version).await?;
        let present = self.find_ready(deployment).await?.map(|ready| Arc::clone(&ready.policy));
        Ok(Names(std::iter::once(own).chain(present).collect()))
    }

    /// Removes what goes from a conversation in its turn. `None` when there is nothing (left) to remove.
    ///
    /// Once it has begun it goes to its end, and begun again after a crash it finds nothing left to do.
    pub(super) async fn erase_in_turn(
        &self,
        organization: OrganizationId,
        id: ConversationId,
        extent: &Extent,
        certificate: Uuid,
        by: &Actor,
    ) -> Result<Option<ErasedConversation>, ServiceError> {
        let _turn = self.inner.conversations.turn(id).await?;
        for _ in 0..CONFLICT_RETRIES {
            let Some(standing) = self.inner.store.find_conversation(organization, id).await? else { return Ok(None) };
            let Some(erasure) = self.decide_erasure(&standing, extent, certificate, by).await? else {
                return Ok(None);
            };
            let line = erasure.line.clone();
            let (store, bus) = (Arc::clone(&self.inner.store), Arc::clone(&self.inner.bus));
            let erased = to_the_end(async move {
                let committed = store.erase(organization, erasure).await?;
                let seq = committed.cursor().seq;
                bus.ring(Bell { organization_id: organization, conversation_id: id, seq });
                Ok(seq)
            })
            .await;
            match erased {
                Ok(position) => {
                    self.inner.privacy.erased.send_modify(|count| *count += 1);
                    return Ok(Some(ErasedConversation { position, ..line }));
                }
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::busy("three conflicts in a row on one conversation"))
    }

    async fn decide_erasure(
        &self,
        standing: &Arc<Conversation>,
        extent: &Extent,
        certificate: Uuid,
        by: &Actor,
    ) -> Result<Option<Erasure>, ServiceError> {
        let (organization, id) = (standing.organization_id, standing.id);
        let names = self.names_of(standing).await?;
        let log = self.inner.store.list_conversation_log(organization, id).await?;
        let whose = match extent {
            Extent::Subject { name, value } => belongs(standing, &log, &names, name, value),
            Extent::Everything | Extent::Personal | Extent::Messages | Extent::Key(_) => Belongs::Whole,
        };
        if whose == Belongs::No {
            return Ok(None);
        }
        let goes = |found: Found<'_>| match (extent, found) {
            (Extent::Everything, _) => true,
            (Extent::Messages, _) => false,
            (Extent::Personal, Found::Stored(key, _)) => names.is_personal(key),
            (Extent::Personal, Found::Quarantined(..)) => true,
            (Extent::Key(name), Found::Stored(key, _)) => names.are_one(name, key),
            (Extent::Key(name), Found::Quarantined(key, _)) => names.are_one(name, key),
            (Extent::Subject { name, value }, Found::Stored(key, scalar)) => {
                let is_value = scalar.to_text().as_deref() == Some(value);
                match whose {
                    Belongs::Whole => is_value || names.are_one(name, key) || names.is_personal(key),
                    Belongs::Formerly | Belongs::No => is_value,
                }
            }
            (Extent::Subject { value, .. }, Found::Quarantined(_, aside)) => {
                whose == Belongs::Whole || holds_text(&aside.json, value)
            }
        };
        let scrub = Scrub {
            certificate,
            goes: &goes,
            customer: whose == Belongs::Whole
                && matches!(extent, Extent::Everything | Extent::Subject { .. } | Extent::Personal),
            messages: whose == Belongs::Whole
                && matches!(extent, Extent::Everything | Extent::Subject { .. } | Extent::Messages),
            routing: *extent == Extent::Everything,
        };
        let Scrubbed { conversation, rewritten, removed, pages } = scrub_all(&scrub, standing, &log, organization);
        let answers = self.inner.store.list_start_answers(organization, id).await?;
        let mut changed = Vec::new();
        for kept in answers {
            if removed.is_repeated_in(&kept.token) {
                changed.push((kept.number, None));
            } else if let Some(answer) = scrub_answer(&scrub, &kept.answer)? {
                changed.push((kept.number, Some(answer)));
            }
        }
        if rewritten.is_empty() && changed.is_empty() && conversation == **standing {
            return Ok(None);
        }
        let now = self.inner.ambient.now();
        let keys: Vec<String> = removed.keys.iter().cloned().collect();
        let line = ErasedConversation {
            conversation_id: id,
            at: now,
            position: 0,
            keys: keys.clone(),
            quarantined: removed.quarantined.len() as u64,
            messages: removed.messages,
            events: rewritten.len() as u64,
            start_tokens: changed.len() as u64,
        };
        let decision = Going::on(standing, by.clone(), now).erased(conversation, certificate, keys, removed.messages);
        let decision = decision.finish().ok_or_else(|| ServiceError::Bug("an erasure has no event".to_owned()))?;
        Ok(Some(Erasure {
            change: decision.into_change(None, None),
            rewritten,
            answers: changed,
            pages,
            certificate,
            line,
            done: extent.done(),
        }))
    }
}

/// A conversation and its log without what goes.
struct Scrubbed {
    conversation: Conversation,
    rewritten: Vec<Event>,
    removed: Removed,
    pages: Vec<String>,
}

fn scrub_all(scrub: &Scrub<'_>, standing: &Conversation, log: &[Arc<Event>], organization: OrganizationId) -> Scrubbed {
    // Once for the values alone: what repeats one of them may stand before it.
    let mut found = Removed::default();
    scrub.conversation(&mut standing.clone(), &mut found);
    for event in log {
        drop(scrub.body(&event.body, &mut found));
    }
    let mut removed = Removed { texts: found.texts, ..Removed::default() };
    let mut conversation = standing.clone();
    scrub.conversation(&mut conversation, &mut removed);
    let mut rewritten = Vec::new();
    for event in log.iter().filter(|event| event.organization_id == organization) {
        if let Some(body) = scrub.body(&event.body, &mut removed) {
            rewritten.push(Event { body, ..Event::clone(event) });
        }
    }
    let page = standing.source.page.iter().filter(|_| conversation.source.page.is_none()).cloned();
    Scrubbed { pages: page.collect(), conversation, rewritten, removed }
}

/// A kept answer without what goes; `None` when nothing of it does.
fn scrub_answer(scrub: &Scrub<'_>, text: &str) -> Result<Option<String>, ServiceError> {
    let before: StartedAnswer = serde_json::from_str(text)
        .map_err(|error| ServiceError::Bug(format!("a kept answer does not parse: {error}")))?;
    let mut after = before.clone();
    after.custom_data.retain(|key, value| !(scrub.goes)(Found::Stored(key, value)));
    if scrub.customer {
        after.customer = Customer::default();
    }
    if after == before {
        return Ok(None);
    }
    serde_json::to_string(&after).map(Some).map_err(|error| ServiceError::Bug(error.to_string()))
}
