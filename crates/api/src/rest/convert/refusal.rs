//! Records of refusals, one by one and in groups.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use waybill_model as model;
use waybill_protocol::rest::refusal::{Refusal, RefusalGroup, RefusalListing, RefusalSummary, RefusedKey};
use waybill_service::{RefusalList, RefusalPosition};

use crate::error::{ApiError, ApiResult};

pub(in crate::rest) fn refusals(list: &RefusalList, page_size: u32) -> RefusalListing {
    let RefusalList { records, next } = list;
    RefusalListing { entities: records.iter().map(refusal).collect(), page_size, cursor: next.map(cursor) }
}

pub(in crate::rest) fn summary(group_by: &'static str, summary: &waybill_service::RefusalSummary) -> RefusalSummary {
    let waybill_service::RefusalSummary { groups, other, refusals, is_cut } = summary;
    let group = |found: &waybill_service::RefusalGroup| {
        let waybill_service::RefusalGroup { value, refusals, last_at } = found;
        RefusalGroup { value: value.clone(), refusals: *refusals, last_at: *last_at }
    };
    RefusalSummary {
        group_by,
        entities: groups.iter().map(group).collect(),
        other: *other,
        refusals: *refusals,
        is_cut: *is_cut,
    }
}

/// Opaque outside: where the page before ended.
fn cursor(position: RefusalPosition) -> String {
    let RefusalPosition { at, number } = position;
    URL_SAFE_NO_PAD.encode(format!("r.{}.{number}", at.millis()))
}

pub(in crate::rest) fn read_cursor(cursor: &str) -> ApiResult<RefusalPosition> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (at, number) = text.strip_prefix("r.")?.split_once('.')?;
        Some(RefusalPosition { at: model::Time::from_millis(at.parse().ok()?), number: number.parse().ok()? })
    };
    let remedy = "use the `cursor` of the page before, or none for the first page";
    read().ok_or_else(|| ApiError::invalid("cursor", "is none that this server handed out", remedy))
}

fn refusal(record: &model::RefusalRecord) -> Refusal {
    let model::RefusalRecord { deployment_id, at, faults, source, count } = record;
    let model::conversation::Source { page, sdk, api, locale } = source;
    let fault = |(key, form, rule): &(String, model::Form, model::Rule)| RefusedKey {
        key: key.clone(),
        form: form.as_str().into(),
        rule: rule.as_str().into(),
    };
    Refusal {
        deployment_id: *deployment_id,
        at: *at,
        faults: faults.iter().map(fault).collect(),
        page: page.clone(),
        sdk: sdk.clone(),
        api: api.clone(),
        locale: locale.clone(),
        count: *count,
    }
}
