//! Records of refusals.

use waybill_model as model;
use waybill_protocol::rest::refusal::{Refusal, RefusalListing, RefusedKey};

pub(in crate::rest) fn refusals(records: &[model::RefusalRecord], page_size: u32) -> RefusalListing {
    RefusalListing { entities: records.iter().map(refusal).collect(), page_size }
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
