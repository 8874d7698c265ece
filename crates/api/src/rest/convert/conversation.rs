//! The conversation in the field's own shape; it borrows from the snapshot that the store keeps in memory.

use std::{borrow::Cow, collections::BTreeMap};

use waybill_model as model;
use waybill_protocol::rest::{
    conversation::{
        Assigned, Communication, Conversation, ConversationDivision, ConversationRoutingData, MessageConversation,
        MessageDetail, MessageParticipant, Participant, ParticipantAttributes, ScoredAgent, Wrapup,
    },
    listing::EntityReference,
};
use waybill_service::{ContextWritten, ConversationView, MessageReference};

use super::state;
use crate::{
    convert,
    error::{ApiError, ApiResult},
    leg::{Left, Leg},
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
        beside: _,
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
        participants: participants.iter().map(|one| participant(conversation, one, messages)).collect(),
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
    conversation: &'a model::Conversation,
    participant: &'a model::Participant,
    messages: &[MessageReference],
) -> Participant<'a> {
    let model::Participant {
        id,
        communication_id,
        purpose,
        customer,
        user_id,
        queue_id,
        flow_id,
        joined_at,
        alerting: _,
        answered_at: _,
        wrapup: done,
        owes_wrapup,
        wrapup_prompt,
        left_at: _,
        context,
    } = participant;
    let leg = Leg::within(participant, conversation);
    Participant {
        id: *id,
        start_time: *joined_at,
        connected_time: leg.connected_at,
        end_time: leg.ended_at,
        name: customer.name.as_deref(),
        user_id: *user_id,
        user_uri: user_id.map(user_uri),
        queue_id: *queue_id,
        flow_id: *flow_id,
        purpose: purpose.as_str(),
        wrapup_required: *owes_wrapup,
        wrapup_prompt: wrapup_prompt.map(prompt),
        wrapup: done.as_ref().map(wrapup),
        start_acw_time: leg.ended_at.filter(|_| *owes_wrapup || done.is_some()),
        end_acw_time: done.as_ref().map(|done| done.at),
        conversation_routing_data: routing_data(conversation, *id),
        attributes: attributes(context),
        messages: [Communication {
            id: *communication_id,
            state: leg.state,
            initial_state: leg.initial_state,
            held: false,
            direction: "inbound",
            provider: PROVIDER,
            r#type: MEDIA,
            start_alerting_time: leg.alerted_at,
            connected_time: leg.connected_at,
            disconnected_time: leg.ended_at,
            disconnect_type: leg.left.map(Left::as_str),
            messages: details(conversation, *id, messages),
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
        beside: _,
        source: _,
        seq: _,
        last_at: _,
    } = &**conversation;
    MessageConversation {
        id: *id,
        start_time: *started_at,
        end_time: *ended_at,
        participants: participants.iter().map(|one| message_participant(conversation, one, messages)).collect(),
        self_uri: format!("/api/v2/conversations/messages/{id}"),
        custom_data: custom_data(conversation),
        revision: *revision,
    }
}

fn message_participant<'a>(
    conversation: &'a model::Conversation,
    participant: &'a model::Participant,
    messages: &[MessageReference],
) -> MessageParticipant<'a> {
    let model::Participant {
        id,
        communication_id: _,
        purpose,
        customer,
        user_id,
        queue_id,
        flow_id,
        joined_at,
        alerting: _,
        answered_at: _,
        wrapup: done,
        owes_wrapup,
        wrapup_prompt,
        left_at: _,
        context,
    } = participant;
    let leg = Leg::within(participant, conversation);
    MessageParticipant {
        id: *id,
        name: customer.name.as_deref(),
        start_time: *joined_at,
        connected_time: leg.connected_at,
        end_time: leg.ended_at,
        purpose: purpose.as_str(),
        state: leg.state,
        start_alerting_time: leg.alerted_at,
        disconnect_type: leg.left.map(Left::as_str),
        direction: "inbound",
        held: false,
        wrapup_required: *owes_wrapup,
        wrapup_prompt: wrapup_prompt.map(prompt),
        wrapup: done.as_ref().map(wrapup),
        conversation_routing_data: routing_data(conversation, *id),
        user: user_id.map(|id| EntityReference { id: id.to_string(), self_uri: user_uri(id) }),
        queue: queue_id.map(queue_reference),
        flow: flow_id.map(|id| EntityReference { id: id.to_string(), self_uri: format!("/api/v2/flows/{id}") }),
        attributes: attributes(context),
        provider: PROVIDER,
        r#type: MEDIA,
        messages: details(conversation, *id, messages),
    }
}

/// What a queue asks of an agent after its work.
pub(in crate::rest) const fn prompt(prompt: model::WrapupPrompt) -> &'static str {
    match prompt {
        model::WrapupPrompt::Optional => "optional",
        model::WrapupPrompt::Mandatory => "mandatory",
        model::WrapupPrompt::Timeout => "timeout",
    }
}

/// How an agent's work ended.
pub(crate) fn wrapup(wrapup: &model::Wrapup) -> Wrapup {
    let model::Wrapup { code_id, name, notes, at, took_ms } = wrapup;
    let said = |text: &String| (!text.is_empty()).then(|| text.clone());
    Wrapup { code: *code_id, name: said(name), notes: said(notes), duration_seconds: took_ms / 1_000, end_time: *at }
}

/// What a conversation waits for, told on the participant that stands for its queue.
fn routing_data(
    conversation: &model::Conversation,
    participant: model::ParticipantId,
) -> Option<ConversationRoutingData> {
    let queued = conversation.queued.as_deref().filter(|queued| queued.participant_id == participant)?;
    let model::Queued {
        queue_id,
        participant_id: _,
        priority,
        skills,
        language_id,
        agent,
        since: _,
        offer: _,
        declined: _,
    } = queued;
    let skill = |wish: &model::SkillWish| EntityReference {
        id: wish.skill_id.to_string(),
        self_uri: format!("/api/v2/routing/skills/{}", wish.skill_id),
    };
    Some(ConversationRoutingData {
        queue: queue_reference(*queue_id),
        language: language_id
            .map(|id| EntityReference { id: id.to_string(), self_uri: format!("/api/v2/routing/languages/{id}") }),
        priority: *priority,
        skills: skills.iter().map(skill).collect(),
        scored_agents: agent
            .iter()
            .map(|id| ScoredAgent {
                agent: EntityReference { id: id.to_string(), self_uri: user_uri(*id) },
                score: 100,
            })
            .collect(),
    })
}

pub(super) fn queue_reference(id: model::QueueId) -> EntityReference {
    EntityReference { id: id.to_string(), self_uri: format!("/api/v2/routing/queues/{id}") }
}

fn details(
    conversation: &model::Conversation,
    participant: model::ParticipantId,
    messages: &[MessageReference],
) -> Vec<MessageDetail> {
    let own = messages.iter().filter(|message| message.participant_id == participant);
    own.map(|message| {
        let MessageReference { id, participant_id: _, is_inbound, at } = message;
        let direction = if *is_inbound { model::Direction::Inbound } else { model::Direction::Outbound };
        let model::Reach { delivered, read } = conversation.reach_of(direction, *at);
        MessageDetail {
            message_id: *id,
            message_uri: format!("/api/v2/conversations/messages/{}/messages/{id}", conversation.id),
            message_status: if *is_inbound { "received" } else { "sent" },
            message_segment_count: 1,
            message_time: *at,
            delivered,
            read,
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
