//! The past: who changed which key when, and the context as of a revision or time (P5, LOG3).

use std::{collections::BTreeSet, str::FromStr, sync::Arc};

use waybill_engine::history::replay;
use waybill_model::{Actor, AttributeChange, Conversation, EventBody, ParticipantId, Quarantined, Receipt, Time};

use crate::{Caller, Service, ServiceError};

/// A point in a conversation's past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// After this context revision.
    Revision(u64),
    /// At this time.
    Time(Time),
}

impl FromStr for AsOf {
    type Err = ServiceError;
    fn from_str(text: &str) -> Result<Self, ServiceError> {
        if let Ok(revision) = text.parse() {
            return Ok(Self::Revision(revision));
        }
        text.parse().map(Self::Time).map_err(|_| ServiceError::Invalid {
            field: "asOf",
            rule: "is neither a revision nor a time".to_owned(),
            remedy: "use a revision such as `2`, or a time such as `2026-11-20T18:08:55Z`".to_owned(),
        })
    }
}

/// One change of a conversation's context.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// The revision after it.
    pub revision: u64,
    /// When.
    pub at: Time,
    /// Who.
    pub by: Actor,
    /// Whose context.
    pub participant_id: ParticipantId,
    /// The keys that changed, old and new.
    pub changes: Vec<AttributeChange>,
    /// The values that were set aside.
    pub quarantined: Vec<(String, Quarantined)>,
    /// The keys among both whose values the caller may not see.
    pub masked: BTreeSet<String>,
    /// The receipt of the write.
    pub receipt: Receipt,
    /// Whether it came after the end.
    pub late: bool,
}

impl Service {
    /// Every change of a conversation's context, oldest first; the start is the first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_context_history(
        &self,
        caller: &Caller,
        conversation: &str,
    ) -> Result<(Arc<Conversation>, Vec<HistoryEntry>), ServiceError> {
        let conversation = self.conversation_by_text(caller, conversation).await?;
        let veil = self.veil(caller, conversation.deployment_id, conversation.policy_version).await?;
        self.note_reading(&veil, &conversation);
        let log = self.inner.store.list_conversation_log(conversation.organization_id, conversation.id).await?;
        let entries = log.iter().filter_map(|event| match &event.body {
            EventBody::Started { conversation, receipt } => {
                let customer = conversation.customer()?;
                let changes = customer.context.stored.iter().map(|(key, attribute)| AttributeChange {
                    key: key.clone(),
                    old: None,
                    new: Some(attribute.clone()),
                    reason: None,
                    erased: None,
                });
                let erased = customer.context.erased.iter().map(|(key, certificate)| AttributeChange {
                    key: key.clone(),
                    old: None,
                    new: None,
                    reason: None,
                    erased: Some(*certificate),
                });
                let quarantined = customer.context.quarantined.iter();
                Some(HistoryEntry {
                    revision: conversation.revision,
                    at: event.at,
                    by: event.by.clone(),
                    participant_id: customer.id,
                    changes: changes.chain(erased).collect(),
                    quarantined: quarantined.map(|(key, value)| (key.clone(), value.clone())).collect(),
                    masked: BTreeSet::new(),
                    receipt: receipt.clone(),
                    late: false,
                })
            }
            EventBody::AttributesChanged {
                participant_id,
                revision,
                changes,
                quarantined,
                customer: _,
                receipt,
                late,
            } => Some(HistoryEntry {
                revision: *revision,
                at: event.at,
                by: event.by.clone(),
                participant_id: *participant_id,
                changes: changes.clone(),
                quarantined: quarantined.clone(),
                masked: BTreeSet::new(),
                receipt: receipt.clone(),
                late: *late,
            }),
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
            | EventBody::Mark(_) => None,
        });
        let mut entries: Vec<HistoryEntry> = entries.collect();
        for HistoryEntry { changes, quarantined, masked, .. } in &mut entries {
            let keys = changes.iter().map(|change| &change.key).chain(quarantined.iter().map(|(key, _)| key));
            *masked = keys.filter(|key| veil.hides(key)).cloned().collect();
            changes.iter_mut().for_each(|change| veil.mask_change(change));
            quarantined.iter_mut().for_each(|(key, value)| veil.mask_quarantined(key, value));
        }
        Ok((conversation, entries))
    }

    /// A conversation as it stood at a point of its past, rebuilt from the log.
    pub(crate) async fn conversation_as_of(
        &self,
        caller: &Caller,
        conversation: &str,
        as_of: Option<AsOf>,
    ) -> Result<Arc<Conversation>, ServiceError> {
        let present = self.conversation_by_text(caller, conversation).await?;
        let Some(as_of) = as_of else { return Ok(present) };
        let log = self.inner.store.list_conversation_log(present.organization_id, present.id).await?;
        let before = |event: &Arc<waybill_model::Event>, revision: u64| match as_of {
            AsOf::Revision(wanted) => revision <= wanted,
            AsOf::Time(time) => event.at <= time,
        };
        replay(&log, before).map(Arc::new).ok_or_else(|| {
            ServiceError::not_found("conversation", format!("{} as of then: it had not started", present.id))
        })
    }
}
