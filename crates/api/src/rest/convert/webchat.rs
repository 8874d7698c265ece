//! The webchat view of the two documents.

use std::collections::BTreeMap;

use waybill_model as model;
use waybill_protocol::{
    Scalar,
    rest::webchat::{Namespaces, ParticipantWritten, Webchat, WebchatAttributes, WebchatParticipant, WebchatStarted},
};
use waybill_service::{ContextWritten, Started, StartedAnswer};

use super::{raw, state};
use crate::{convert, error::ApiResult};

type Values = BTreeMap<String, Scalar>;

pub(in crate::rest) fn webchat(conversation: &model::Conversation) -> ApiResult<Webchat> {
    let model::Conversation {
        id,
        organization_id: _,
        deployment_id,
        session_id,
        started_at,
        ended_at,
        participants,
        revision,
        policy_version: _,
        routing,
        run: _,
        queued: _,
        beside: _,
        source: _,
        seq: _,
        last_at: _,
    } = conversation;
    let as_sent = conversation.context().map(as_sent).unwrap_or_default();
    Ok(Webchat {
        id: *id,
        conversation_id: *id,
        deployment_id: *deployment_id,
        session_id: *session_id,
        start_time: *started_at,
        end_time: *ended_at,
        state: state(*ended_at),
        revision: *revision,
        custom_data: conversation.context().map(canonical).unwrap_or_default(),
        custom_attributes: as_sent.clone(),
        attributes: Namespaces { custom: as_sent.clone() },
        routing_data: as_sent,
        routing: routing.as_deref().map(raw).transpose()?,
        customer: conversation.customer().map(|one| convert::customer(&one.customer)).unwrap_or_default(),
        participants: participants.iter().map(|one| participant(one, *ended_at)).collect(),
        self_uri: self_uri(*id),
    })
}

pub(in crate::rest) fn attributes(conversation: &model::Conversation) -> WebchatAttributes {
    let as_sent = conversation.context().map(as_sent).unwrap_or_default();
    WebchatAttributes {
        conversation_id: conversation.id,
        revision: conversation.revision,
        custom_data: conversation.context().map(canonical).unwrap_or_default(),
        custom_attributes: as_sent.clone(),
        attributes: Namespaces { custom: as_sent },
    }
}

pub(super) fn participant(participant: &model::Participant, ended_at: Option<model::Time>) -> WebchatParticipant {
    let model::Participant {
        id,
        communication_id,
        purpose,
        customer,
        user_id: _,
        queue_id: _,
        flow_id: _,
        joined_at,
        alerting: _,
        answered_at: _,
        wrapup: _,
        owes_wrapup: _,
        wrapup_prompt: _,
        left_at,
        context,
    } = participant;
    let attributes = as_sent(context);
    WebchatParticipant {
        id: *id,
        communication_id: *communication_id,
        purpose: purpose.as_str(),
        name: customer.name.clone(),
        start_time: *joined_at,
        end_time: left_at.or(ended_at),
        metadata: attributes.clone(),
        attributes,
    }
}

pub(in crate::rest) fn started(started: &Started) -> WebchatStarted {
    let StartedAnswer {
        session_id: _,
        conversation_id,
        participant_id,
        communication_id,
        resumed: _,
        custom_data,
        customer,
        receipt,
        revision,
    } = started.answer();
    WebchatStarted {
        id: *conversation_id,
        conversation_id: *conversation_id,
        participant_id: *participant_id,
        communication_id: *communication_id,
        custom_data: convert::custom_data(custom_data),
        customer: convert::customer(customer),
        receipt: convert::receipt(receipt),
        revision: *revision,
        cursor: started.cursor().to_string(),
        self_uri: self_uri(*conversation_id),
    }
}

pub(in crate::rest) fn written(written: &ContextWritten) -> ParticipantWritten {
    let ContextWritten { conversation_id, participant_id, revision, custom_data, customer, receipt } = written;
    let custom_data = convert::custom_data(custom_data);
    ParticipantWritten {
        id: *participant_id,
        conversation_id: *conversation_id,
        metadata: custom_data.clone(),
        custom_data,
        customer: convert::customer(customer),
        receipt: convert::receipt(receipt),
        revision: *revision,
    }
}

fn self_uri(id: model::ConversationId) -> String {
    format!("/api/v2/conversations/webchat/{id}")
}

/// The stored values by canonical key.
pub(super) fn canonical(context: &model::Context) -> Values {
    context.stored.iter().map(|(key, attribute)| (key.clone(), convert::scalar(&attribute.value))).collect()
}

/// The same, and beside every canonical key the name under which it was sent (CTX5). Where that name is itself a
/// stored key, the stored key keeps its place.
pub(super) fn as_sent(context: &model::Context) -> Values {
    let mut values = canonical(context);
    for (key, attribute) in &context.stored {
        if attribute.sent_as != *key && !context.stored.contains_key(&attribute.sent_as) {
            values.insert(attribute.sent_as.clone(), convert::scalar(&attribute.value));
        }
    }
    values
}
