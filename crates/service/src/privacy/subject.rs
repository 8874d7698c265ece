//! Everything that is known of somebody, for a download: read anew each time, so that no second copy has to be erased.

use std::sync::Arc;

use waybill_model::{
    Actor, ConversationId, EventBody, Mark, Message, PrivacyRequest, PrivacyRequestKind, PrivacyStatus, PrivacySubject,
    Time,
};

use super::{erase::Extent, exports::ExportedEvent, worker::Seek};
use crate::{Caller, ConversationView, HistoryEntry, KeyView, Service, ServiceError, TraceView};

/// The most conversations of one bundle.
const MOST: usize = 100_000;

/// One conversation with everything that is kept of it.
#[derive(Debug, Clone)]
pub struct SubjectBundle {
    /// The conversation.
    pub view: ConversationView,
    /// Its context, key by key.
    pub keys: Vec<KeyView>,
    /// Every change of it.
    pub history: Vec<HistoryEntry>,
    /// Where it went.
    pub trace: TraceView,
    /// What was said.
    pub messages: Vec<Message>,
    /// The records of its log.
    pub events: Vec<ExportedEvent>,
    /// Who was told or read what.
    pub marks: Vec<(Time, Actor, Mark)>,
}

impl Service {
    /// The conversations of an export request, for a download of its results.
    ///
    /// # Errors
    /// `NotFound`, `WrongState` for a request that is no export, not done, or over.
    pub async fn list_subject(&self, caller: &Caller, id: &str) -> Result<Vec<ConversationId>, ServiceError> {
        let request = self.get_privacy_request(caller, id).await?;
        let in_time = request.expires_at.is_some_and(|end| end > self.inner.ambient.now());
        let wrong = match (request.kind, request.status) {
            (PrivacyRequestKind::Delete, _) => Some(("erases, and has no results", "read its certificate")),
            (PrivacyRequestKind::Export, PrivacyStatus::Completed) if in_time => None,
            (PrivacyRequestKind::Export, PrivacyStatus::Completed) => {
                Some(("has results no more: their time is over", "make a new request"))
            }
            (PrivacyRequestKind::Export, PrivacyStatus::Initiated | PrivacyStatus::InProgress) => {
                Some(("is not done", "read it until its status is `COMPLETED`"))
            }
        };
        if let Some((rule, remedy)) = wrong {
            return Err(ServiceError::WrongState {
                what: format!("the request `{id}`"),
                rule: rule.to_owned(),
                remedy: remedy.to_owned(),
            });
        }
        let mut reached = Vec::new();
        for id in self.find_subject(&request).await? {
            if self.conversation_by_text(caller, &id.to_string()).await.is_ok() {
                reached.push(id);
            }
        }
        Ok(reached)
    }

    /// The conversations that are somebody's, in reach of whoever asked.
    pub(super) async fn find_subject(&self, request: &PrivacyRequest) -> Result<Vec<ConversationId>, ServiceError> {
        let (name, value) = match (&request.subject, self.sought(request)?) {
            (PrivacySubject::Conversation { conversation_id }, _) => return Ok(vec![*conversation_id]),
            (PrivacySubject::Attribute { .. }, Some(sought)) => sought,
            (PrivacySubject::Attribute { .. }, None) => {
                return Err(ServiceError::Bug("a request by key has no value".to_owned()));
            }
        };
        let extent = Extent::Subject { name: name.clone(), value: value.clone() };
        let (mut seek, mut found) = (Seek::new(request, &extent), std::collections::BTreeSet::new());
        while let Some(ids) = seek.next(self).await? {
            for id in ids {
                let conversation = self.inner.store.find_conversation(request.organization_id, id).await?;
                if let Some(conversation) = conversation
                    && !found.contains(&id)
                    && self.request_reaches(request, &conversation).await?
                    && self.is_of_subject(&conversation, &name, &value).await?
                {
                    found.insert(id);
                }
            }
            if found.len() > MOST {
                return Err(ServiceError::WrongState {
                    what: format!("the request `{}`", request.id),
                    rule: format!("is about more than {MOST} conversations"),
                    remedy: "export by `waybill export`, a stretch of time after the other".to_owned(),
                });
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Everything that is kept of one conversation, as the caller may see it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn bundle(&self, caller: &Caller, id: ConversationId) -> Result<SubjectBundle, ServiceError> {
        let text = id.to_string();
        let view = self.view_conversation(caller, &text).await?;
        let (_, keys) = self.list_context(caller, &text, None).await?;
        let (_, history) = self.list_context_history(caller, &text).await?;
        let trace = self.trace(caller, &text, None).await?;
        let conversation = Arc::clone(&view.conversation);
        let veil = self.veil(caller, conversation.deployment_id, conversation.policy_version).await?;
        let log = self.inner.store.list_conversation_log(conversation.organization_id, id).await?;
        let (mut messages, mut events, mut marks) = (Vec::new(), Vec::new(), Vec::new());
        let mut revision = 0;
        for event in &log {
            match &event.body {
                EventBody::Mark(mark) => marks.push((event.at, event.by.clone(), mark.clone())),
                EventBody::MessageAdded { message } => messages.push(Message::clone(message)),
                EventBody::Started { .. }
                | EventBody::AttributesChanged { .. }
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
                | EventBody::Erased { .. } => {}
            }
            if !event.body.is_mark() {
                revision = crate::stream::revision_in(&event.body).unwrap_or(revision);
                let cursor = waybill_model::Cursor { epoch: self.inner.store.epoch(), seq: event.seq };
                events.push(ExportedEvent { event: veil.event(event), cursor, revision });
            }
        }
        Ok(SubjectBundle { view, keys, history, trace, messages, events, marks })
    }
}
