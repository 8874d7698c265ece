//! The context of a conversation, key by key.

use waybill_model as model;
use waybill_protocol::rest::context::{AbsentKey, ContextKey, ContextKeyView, ContextView, QuarantinedKey, StoredKey};
use waybill_service::{Absence, KeyView};

use super::{actor, raw};
use crate::{convert, error::ApiResult};

pub(in crate::rest) fn context_view(conversation: &model::Conversation, keys: &[KeyView]) -> ApiResult<ContextView> {
    Ok(ContextView {
        conversation_id: conversation.id,
        revision: conversation.revision,
        policy_version: conversation.policy_version,
        customer: conversation.customer().map(|one| convert::customer(&one.customer)).unwrap_or_default(),
        keys: keys.iter().map(key).collect::<ApiResult<_>>()?,
    })
}

pub(in crate::rest) fn context_key(conversation: &model::Conversation, view: &KeyView) -> ApiResult<ContextKeyView> {
    Ok(ContextKeyView {
        conversation_id: conversation.id,
        conversation_revision: conversation.revision,
        key: key(view)?,
    })
}

pub(super) fn key(view: &KeyView) -> ApiResult<ContextKey> {
    Ok(match view {
        KeyView::Stored { key, attribute, masked, link, entry } => ContextKey::Stored(StoredKey {
            masked: *masked,
            link: link.clone(),
            ..stored(key, attribute, entry.as_deref())
        }),
        KeyView::Quarantined { key, quarantined: value, masked, entry } => {
            let quarantined = quarantined(key, value, entry.as_deref())?;
            ContextKey::Quarantined(QuarantinedKey { masked: *masked, ..quarantined })
        }
        KeyView::Absent { key: _, absence } => ContextKey::Absent(absent(absence)),
    })
}

pub(super) fn stored(key: &str, attribute: &model::Attribute, entry: Option<&model::ReceiptEntry>) -> StoredKey {
    let model::Attribute { value, trust, forms, sent_as, declared, coerced, revision, at, by, late } = attribute;
    StoredKey {
        key: key.to_owned(),
        value: convert::scalar(value),
        masked: false,
        trust: convert::trust(*trust),
        form: forms.first().map_or("", |form| form.as_str()).into(),
        forms: forms.iter().map(|form| form.as_str().into()).collect(),
        sent_as: sent_as.clone(),
        declared: *declared,
        coerced: *coerced,
        revision: *revision,
        at: *at,
        by: actor(by),
        late: *late,
        link: None,
        receipt: entry.map(convert::receipt_entry),
    }
}

pub(super) fn quarantined(
    key: &str,
    quarantined: &model::Quarantined,
    entry: Option<&model::ReceiptEntry>,
) -> ApiResult<QuarantinedKey> {
    let model::Quarantined { json, form, rule, revision, at } = quarantined;
    Ok(QuarantinedKey {
        key: key.to_owned(),
        value: raw(json)?,
        masked: false,
        form: form.as_str().into(),
        rule: rule.as_str().into(),
        revision: *revision,
        at: *at,
        receipt: entry.map(convert::receipt_entry),
    })
}

pub(super) fn absent(absence: &Absence) -> AbsentKey {
    let Absence { key, why, declared, rule, form, revision, reason, remedy } = absence;
    AbsentKey {
        key: key.clone(),
        why: why.as_str().into(),
        declared: *declared,
        rule: rule.map(|rule| rule.as_str().into()),
        form: form.map(|form| form.as_str().into()),
        revision: *revision,
        reason: reason.clone(),
        remedy: remedy.clone(),
    }
}
