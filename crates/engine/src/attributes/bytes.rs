//! Sizes (CTX2): one hand-over, and the whole context of a conversation.

use std::cmp::Reverse;

use waybill_model::{Context, Scalar, policy::MAX_CONTEXT_BYTES};

use super::{fault::Fault, handed::Place, judge::Judged};

/// Blames the keys that would have to go for the rest to fit, the largest first and declared ones last.
pub(super) fn mark(judged: &mut [Judged<'_>], limit: u64) {
    let total: u64 = judged.iter().map(|judged| judged.given.bytes()).sum();
    let limit = limit.min(MAX_CONTEXT_BYTES);
    if total <= limit {
        return;
    }
    let mut order: Vec<usize> =
        (0..judged.len()).filter(|position| !matches!(judged[*position].given.place, Place::Customer(_))).collect();
    order.sort_by_key(|position| (judged[*position].declared.is_some(), Reverse(judged[*position].given.bytes())));
    let mut rest = total;
    for position in order {
        if rest <= limit {
            break;
        }
        rest = rest.saturating_sub(judged[position].given.bytes());
        judged[position].blame(Fault::max_bytes(total, limit));
    }
}

/// Names and values of a context, quarantine included. Deleted names count as well: they are remembered.
pub(super) fn of_context(context: &Context) -> u64 {
    let stored = context.stored.iter().map(|(key, attribute)| key.len() + scalar(&attribute.value));
    let quarantined = context.quarantined.iter().map(|(key, quarantined)| key.len() + json(&quarantined.json));
    let deleted = context.deleted.keys().chain(context.erased.keys()).map(String::len);
    stored.chain(quarantined).chain(deleted).map(|bytes| bytes as u64).sum()
}

fn scalar(value: &Scalar) -> usize {
    value.to_text().map_or("null".len(), |text| text.len())
}

fn json(text: &str) -> usize {
    match serde_json::from_str::<Scalar>(text) {
        Ok(Scalar::Text(text)) => text.len(),
        Ok(Scalar::Null | Scalar::Bool(_) | Scalar::Number(_)) | Err(_) => text.len(),
    }
}
