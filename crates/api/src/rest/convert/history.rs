//! The past of a context, and the hops of a trace.

use waybill_model as model;
use waybill_protocol::rest::history::{ContextChange, ContextHistory, Hop, KeyAction, KeyChange, SetAside, Trace};
use waybill_service::{HistoryEntry, TraceView};

use super::{actor, context::absent, raw};
use crate::{convert, error::ApiResult};

pub(in crate::rest) fn history(
    conversation: &model::Conversation,
    entries: &[HistoryEntry],
) -> ApiResult<ContextHistory> {
    Ok(ContextHistory {
        conversation_id: conversation.id,
        revision: conversation.revision,
        entries: entries.iter().map(entry).collect::<ApiResult<_>>()?,
    })
}

pub(super) fn entry(entry: &HistoryEntry) -> ApiResult<ContextChange> {
    let HistoryEntry { revision, at, by, participant_id, changes, quarantined, masked, receipt, late } = entry;
    let change = |one: &model::AttributeChange| KeyChange { masked: masked.contains(&one.key), ..change(one) };
    let set_aside = |key: &str, value| Ok(SetAside { masked: masked.contains(key), ..set_aside(key, value)? });
    Ok(ContextChange {
        revision: *revision,
        at: *at,
        by: actor(by),
        participant_id: *participant_id,
        changes: changes.iter().map(change).collect(),
        quarantined: quarantined.iter().map(|(key, value)| set_aside(key, value)).collect::<ApiResult<_>>()?,
        receipt: convert::receipt(receipt),
        late: *late,
    })
}

pub(super) fn change(change: &model::AttributeChange) -> KeyChange {
    let model::AttributeChange { key, old, new, reason, erased } = change;
    KeyChange {
        key: key.clone(),
        action: match (old, new) {
            (_, None) if erased.is_some() => KeyAction::Erased,
            (None, Some(_)) => KeyAction::Added,
            (Some(_), Some(_)) => KeyAction::Changed,
            (_, None) => KeyAction::Deleted,
        },
        old: old.as_ref().map(convert::scalar),
        new: new.as_ref().map(|attribute| convert::scalar(&attribute.value)),
        masked: false,
        trust: new.as_ref().map(|attribute| convert::trust(attribute.trust)),
        form: new.as_ref().and_then(|attribute| attribute.forms.first()).map(|form| form.as_str().into()),
        sent_as: new.as_ref().map(|attribute| attribute.sent_as.clone()),
        reason: reason.clone(),
        erased_by: erased.map(|certificate| certificate.to_string()),
    }
}

pub(super) fn set_aside(key: &str, quarantined: &model::Quarantined) -> ApiResult<SetAside> {
    let model::Quarantined { json, form, rule, revision: _, at: _ } = quarantined;
    Ok(SetAside {
        key: key.to_owned(),
        value: raw(json)?,
        masked: false,
        form: form.as_str().into(),
        rule: rule.as_str().into(),
    })
}

pub(in crate::rest) fn trace(view: &TraceView) -> Trace {
    let TraceView { conversation, key, hops, absence } = view;
    Trace {
        conversation_id: conversation.id,
        revision: conversation.revision,
        key: key.clone(),
        hops: hops.iter().map(hop).collect(),
        absence: absence.as_ref().map(absent),
    }
}

pub(super) fn hop(hop: &waybill_service::Hop) -> Hop {
    let waybill_service::Hop { at, after_ms, stage, who, outcome, detail, position, revision } = hop;
    Hop {
        at: *at,
        after_ms: *after_ms,
        stage: stage.clone(),
        who: who.clone(),
        outcome: outcome.clone(),
        detail: detail.clone(),
        position: *position,
        revision: *revision,
    }
}
