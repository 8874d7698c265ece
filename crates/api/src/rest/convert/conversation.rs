//! The conversation in the field's own shape; it borrows from the snapshot that the store keeps in memory.

use std::collections::BTreeMap;

use waybill_model as model;
use waybill_protocol::rest::conversation::{Communication, Conversation, Participant};

use super::state;

pub(in crate::rest) fn conversation(conversation: &model::Conversation) -> Conversation<'_> {
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
        source: _,
        seq: _,
        last_at: _,
    } = conversation;
    let stored = conversation.context().map(|context| &context.stored).into_iter().flatten();
    Conversation {
        id: *id,
        start_time: *started_at,
        end_time: *ended_at,
        state: state(*ended_at),
        recording_state: "NONE",
        participants: participants.iter().map(|one| participant(one, *ended_at)).collect(),
        self_uri: format!("/api/v2/conversations/{id}"),
        deployment_id: *deployment_id,
        session_id: *session_id,
        custom_data: stored.map(|(key, attribute)| (key.as_str(), &attribute.value)).collect(),
        revision: *revision,
    }
}

fn participant(participant: &model::Participant, ended_at: Option<model::Time>) -> Participant<'_> {
    let model::Participant {
        id,
        communication_id,
        purpose,
        customer,
        user_id: _,
        queue_id: _,
        joined_at,
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
        purpose: purpose.as_str(),
        attributes: attributes(context),
        messages: [Communication {
            id: *communication_id,
            state: state(end_time),
            initial_state: "connected",
            held: false,
            direction: "inbound",
            provider: "Webmessaging",
            r#type: "webmessaging",
            connected_time: *joined_at,
            disconnected_time: end_time,
        }],
    }
}

/// Values as text; null has none and is left out (CTX3).
fn attributes(context: &model::Context) -> BTreeMap<&str, std::borrow::Cow<'_, str>> {
    let texts = context.stored.iter().filter_map(|(key, attribute)| Some((key.as_str(), attribute.value.to_text()?)));
    texts.collect()
}
