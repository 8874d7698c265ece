//! An event of the log → the bodies of the detail topics.

use std::{borrow::Cow, collections::BTreeMap};

use waybill_model as model;
use waybill_protocol::notification::detail::{
    AcdEnd, AcdStart, AttributesDetail, CustomerEnd, CustomerStart, DetailCommunication, FlowEnd, FlowStart, LegDetail,
    UserEnd, UserStart, WrapupDetail,
};
use waybill_service::SeenEvent;

use super::frames::texts;
use crate::leg::{Left, Leg};

/// Every flow here begins with a message of a customer.
const FLOW_TYPE: &str = "INBOUNDSHORTMESSAGE";

fn leg(seen: &SeenEvent, participant: &model::Participant) -> LegDetail {
    LegDetail {
        event_time: seen.event.at.millis(),
        conversation_id: seen.event.conversation_id,
        participant_id: participant.id,
        session_id: participant.communication_id,
        media_type: "MESSAGE",
        provider: "Webmessaging",
        direction: "INBOUND",
        message_type: "WEBMESSAGING",
        division_id: seen.division,
    }
}

pub(super) fn customer_start(seen: &SeenEvent, started: &model::Conversation) -> Option<CustomerStart> {
    let customer = started.customer()?;
    Some(CustomerStart {
        leg: leg(seen, customer),
        address_to: started.deployment_id,
        address_from: started.session_id,
        attributes: texts(&customer.context),
    })
}

pub(super) fn customer_end(seen: &SeenEvent, reason: &str) -> Option<CustomerEnd> {
    let conversation = &seen.conversation;
    let customer = conversation.customer()?;
    Some(CustomerEnd {
        leg: leg(seen, customer),
        address_to: conversation.deployment_id,
        address_from: conversation.session_id,
        disconnect_type: match reason {
            "customer" | "startNew" => "ENDPOINT",
            "agent" | "api" => "PEER",
            _ => "SYSTEM",
        },
        connected_duration_ms: seen.event.at.millis() - conversation.started_at.millis(),
    })
}

/// A start with context sets attributes too: whoever follows them alone misses nothing.
pub(super) fn first_attributes(seen: &SeenEvent, started: &model::Conversation) -> Option<AttributesDetail> {
    let customer = started.customer().filter(|customer| !customer.context.stored.is_empty())?;
    Some(attributes_detail(seen, customer, texts(&customer.context), Vec::new(), started.revision))
}

pub(super) fn changed_attributes(
    seen: &SeenEvent,
    participant: model::ParticipantId,
    changes: &[model::AttributeChange],
    revision: u64,
) -> Option<AttributesDetail> {
    if changes.is_empty() {
        return None;
    }
    let participant = seen.conversation.participant(participant)?;
    let (mut set, mut removed) = (BTreeMap::new(), Vec::new());
    for model::AttributeChange { key, old: _, new, reason: _, erased: _ } in changes {
        match new {
            Some(new) => {
                if let Some(text) = new.value.to_text() {
                    set.insert(key.clone(), text.into_owned());
                }
            }
            None => removed.push(key.clone()),
        }
    }
    Some(attributes_detail(seen, participant, set, removed, revision))
}

fn attributes_detail(
    seen: &SeenEvent,
    participant: &model::Participant,
    attributes: BTreeMap<String, String>,
    removed_attributes: Vec<String>,
    revision: u64,
) -> AttributesDetail {
    AttributesDetail {
        event_time: seen.event.at.millis(),
        conversation_id: seen.event.conversation_id,
        participant_id: participant.id,
        participant_start_time: participant.joined_at.millis(),
        attributes,
        removed_attributes,
        revision,
        communications: [DetailCommunication {
            id: participant.communication_id,
            media_type: Cow::Borrowed("MESSAGE"),
        }],
        conversation_external_contact_ids: [],
    }
}

pub(super) fn user_start(seen: &SeenEvent, joined: &model::Participant) -> Option<UserStart> {
    Some(UserStart {
        leg: leg(seen, joined),
        user_id: joined.user_id?,
        queue_id: joined.queue_id,
        state: if joined.alerting { "ALERTING" } else { "CONNECTED" },
    })
}

pub(super) fn user_end(seen: &SeenEvent, left: &model::Participant) -> Option<UserEnd> {
    let stood = Leg::within(left, &seen.conversation);
    let connected_duration_ms = stood.connected_ms(seen.event.at);
    Some(UserEnd {
        leg: leg(seen, left),
        user_id: left.user_id?,
        queue_id: left.queue_id,
        disconnect_type: stood.left.map_or("PEER", Left::in_details),
        alerting_duration_ms: stood.alerting_ms(seen.event.at),
        interacting_duration_ms: connected_duration_ms,
        connected_duration_ms,
        after_call_work_required: left.owes_wrapup || left.wrapup.is_some(),
    })
}

pub(super) fn flow_start(seen: &SeenEvent, record: &model::FlowRecord) -> Option<FlowStart> {
    let workflow = seen.conversation.participant(record.participant_id)?;
    Some(FlowStart {
        leg: leg(seen, workflow),
        flow_type: FLOW_TYPE,
        flow_id: record.flow_id,
        flow_version: record.version.to_string(),
    })
}

pub(super) fn flow_end(seen: &SeenEvent, record: &model::FlowRecord, exit: &model::FlowExit) -> Option<FlowEnd> {
    let workflow = seen.conversation.participant(record.participant_id)?;
    let (exit_reason, transfer_type) = match exit {
        model::FlowExit::Finished => ("FLOW_EXIT", None),
        model::FlowExit::Transferred { queue_id: _ } => ("TRANSFER", Some("ACD")),
        model::FlowExit::TransferredToFlow { flow_id: _ } => ("TRANSFER", Some("FLOW")),
        model::FlowExit::Ended => ("DISCONNECT", None),
        model::FlowExit::Failed { fault: _ } => ("FLOW_ERROR_EXIT", None),
    };
    Some(FlowEnd {
        leg: leg(seen, workflow),
        flow_type: FLOW_TYPE,
        flow_id: record.flow_id,
        flow_version: record.version.to_string(),
        exit_reason,
        transfer_type,
        connected_duration_ms: since(seen, workflow.joined_at),
    })
}

/// What a conversation waits for, as its record in the log has it.
pub(super) fn acd_start(seen: &SeenEvent, record: &model::RoutingRecord) -> Option<AcdStart> {
    let model::RoutingChange::Queued { priority, skills, language_id, agent, since: _, why } = &record.change else {
        return None;
    };
    // It waits already.
    if why == "changed" {
        return None;
    }
    let acd = seen.conversation.participant(record.participant_id)?;
    Some(AcdStart {
        leg: leg(seen, acd),
        queue_id: record.queue_id,
        routing_priority: *priority,
        requested_routing_skill_ids: skills.iter().map(|wish| wish.skill_id).collect(),
        requested_language_id: *language_id,
        requested_routing_user_ids: agent.iter().copied().collect(),
    })
}

pub(super) fn acd_end(seen: &SeenEvent, record: &model::RoutingRecord) -> Option<AcdEnd> {
    let model::RoutingChange::Left { waited_ms: _, why, user_id } = &record.change else { return None };
    let acd = seen.conversation.participant(record.participant_id)?;
    let (acd_outcome, disconnect_type) = match why.as_str() {
        "answered" => ("ANSWERED", "TRANSFER"),
        "abandoned" => ("ABANDON", "ENDPOINT"),
        _ => ("FLOW_OUT", "TRANSFER"),
    };
    Some(AcdEnd {
        leg: leg(seen, acd),
        queue_id: record.queue_id,
        acd_outcome,
        answered_user_id: *user_id,
        disconnect_type,
        connected_duration_ms: since(seen, acd.joined_at),
    })
}

pub(super) fn wrapup(
    seen: &SeenEvent,
    participant: model::ParticipantId,
    wrapup: &model::Wrapup,
) -> Option<WrapupDetail> {
    let model::Wrapup { code_id, name: _, notes, at: _, took_ms } = wrapup;
    let agent = seen.conversation.participant(participant)?;
    Some(WrapupDetail {
        leg: leg(seen, agent),
        user_id: agent.user_id?,
        queue_id: agent.queue_id,
        wrapup_code: *code_id,
        wrapup_notes: notes.clone(),
        wrapup_duration_ms: *took_ms,
    })
}

fn since(seen: &SeenEvent, start: model::Time) -> i64 {
    seen.event.at.millis() - start.millis()
}
