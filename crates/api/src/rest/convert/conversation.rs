//! The conversation in the field's own shape; it borrows from the snapshot that the store keeps in memory.

use std::{borrow::Cow, collections::BTreeMap};

use waybill_model as model;
use waybill_protocol::rest::{
    conversation::{
        Assigned, Communication, Conversation, ConversationDivision, MessageConversation, MessageDetail,
        MessageParticipant, Participant, ParticipantAttributes,
    },
    listing::EntityReference,
};
use waybill_service::{ContextWritten, ConversationView, MessageReference};

use super::state;
use crate::{
    convert,
    error::{ApiError, ApiResult},
};

const PROVIDER: &str = "Webmessaging";
const MEDIA: &str = "webmessaging";

pub(in crate::rest) fn conversation(view: &ConversationView) -> Conversation<'_> {
    let ConversationView { conversation, division_id, messages } = view;
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
        routing: _,
        run: _,
        queued: _,
        source: _,
        seq: _,
        last_at: _,
    } = &**conversation;
    Conversation {
        id: *id,
        start_time: *started_at,
        end_time: *ended_at,
        state: state(*ended_at),
        recording_state: "NONE",
        participants: participants.iter().map(|one| participant(*id, one, *ended_at, messages)).collect(),
        divisions: division_id
            .iter()
            .map(|id| ConversationDivision { division: division(*id), entities: [] })
            .collect(),
        self_uri: format!("/api/v2/conversations/{id}"),
        deployment_id: *deployment_id,
        session_id: *session_id,
        custom_data: custom_data(conversation),
        revision: *revision,
    }
}

fn participant<'a>(
    conversation_id: model::ConversationId,
    participant: &'a model::Participant,
    ended_at: Option<model::Time>,
    messages: &[MessageReference],
) -> Participant<'a> {
    let model::Participant {
        id,
        communication_id,
        purpose,
        customer,
        user_id,
        queue_id,
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
    let end_time = left_at.or(ended_at);
    Participant {
        id: *id,
        start_time: *joined_at,
        connected_time: *joined_at,
        end_time,
        name: customer.name.as_deref(),
        user_id: *user_id,
        user_uri: user_id.map(user_uri),
        queue_id: *queue_id,
        purpose: purpose.as_str(),
        attributes: attributes(context),
        messages: [Communication {
            id: *communication_id,
            state: state(end_time),
            initial_state: "connected",
            held: false,
            direction: "inbound",
            provider: PROVIDER,
            r#type: MEDIA,
            connected_time: *joined_at,
            disconnected_time: end_time,
            messages: details(conversation_id, *id, messages),
        }],
    }
}

pub(in crate::rest) fn message_conversation(view: &ConversationView) -> MessageConversation<'_> {
    let ConversationView { conversation, division_id: _, messages } = view;
    let model::Conversation {
        id,
        organization_id: _,
        deployment_id: _,
        session_id: _,
        started_at,
        ended_at,
        participants,
        revision,
        policy_version: _,
        routing: _,
        run: _,
        queued: _,
        source: _,
        seq: _,
        last_at: _,
    } = &**conversation;
    MessageConversation {
        id: *id,
        start_time: *started_at,
        end_time: *ended_at,
        participants: participants.iter().map(|one| message_participant(*id, one, *ended_at, messages)).collect(),
        self_uri: format!("/api/v2/conversations/messages/{id}"),
        custom_data: custom_data(conversation),
        revision: *revision,
    }
}

fn message_participant<'a>(
    conversation_id: model::ConversationId,
    participant: &'a model::Participant,
    ended_at: Option<model::Time>,
    messages: &[MessageReference],
) -> MessageParticipant<'a> {
    let model::Participant {
        id,
        communication_id: _,
        purpose,
        customer,
        user_id,
        queue_id,
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
    let end_time = left_at.or(ended_at);
    MessageParticipant {
        id: *id,
        name: customer.name.as_deref(),
        start_time: *joined_at,
        connected_time: *joined_at,
        end_time,
        purpose: purpose.as_str(),
        state: state(end_time),
        direction: "inbound",
        held: false,
        wrapup_required: false,
        user: user_id.map(|id| EntityReference { id: id.to_string(), self_uri: user_uri(id) }),
        queue: queue_id
            .map(|id| EntityReference { id: id.to_string(), self_uri: format!("/api/v2/routing/queues/{id}") }),
        attributes: attributes(context),
        provider: PROVIDER,
        r#type: MEDIA,
        messages: details(conversation_id, *id, messages),
    }
}

fn details(
    conversation: model::ConversationId,
    participant: model::ParticipantId,
    messages: &[MessageReference],
) -> Vec<MessageDetail> {
    let own = messages.iter().filter(|message| message.participant_id == participant);
    own.map(|message| {
        let MessageReference { id, participant_id: _, is_inbound, at } = message;
        MessageDetail {
            message_id: *id,
            message_uri: format!("/api/v2/conversations/messages/{conversation}/messages/{id}"),
            message_status: if *is_inbound { "received" } else { "sent" },
            message_segment_count: 1,
            message_time: *at,
        }
    })
    .collect()
}

/// What a write of attributes answers: the map as text, and the verdicts.
pub(in crate::rest) fn participant_attributes(written: &ContextWritten) -> ParticipantAttributes {
    let ContextWritten { conversation_id: _, participant_id: _, revision, custom_data, customer: _, receipt } = written;
    let texts = custom_data.iter().filter_map(|(key, value)| Some((key.clone(), value.to_text()?.into_owned())));
    ParticipantAttributes { attributes: texts.collect(), receipt: convert::receipt(receipt), revision: *revision }
}

/// Who works on a conversation now.
pub(in crate::rest) fn assigned(conversation: &str, participant: &model::Participant) -> ApiResult<Assigned> {
    let lacking = || ApiError::bug("an assigned participant has no user");
    Ok(Assigned {
        conversation_id: conversation
            .parse()
            .map_err(|error: model::id::InvalidId| ApiError::bug(error.to_string()))?,
        participant_id: participant.id,
        communication_id: participant.communication_id,
        user_id: participant.user_id.ok_or_else(lacking)?,
    })
}

fn custom_data(conversation: &model::Conversation) -> BTreeMap<&str, &model::Scalar> {
    let stored = conversation.context().map(|context| &context.stored).into_iter().flatten();
    stored.map(|(key, attribute)| (key.as_str(), &attribute.value)).collect()
}

/// Values as text; null has none and is left out (CTX3).
pub(super) fn attributes(context: &model::Context) -> BTreeMap<&str, Cow<'_, str>> {
    let texts = context.stored.iter().filter_map(|(key, attribute)| Some((key.as_str(), attribute.value.to_text()?)));
    texts.collect()
}

pub(super) fn division(id: model::DivisionId) -> EntityReference {
    EntityReference { id: id.to_string(), self_uri: format!("/api/v2/authorization/divisions/{id}") }
}

pub(super) fn user_uri(id: model::UserId) -> String {
    format!("/api/v2/users/{id}")
}
