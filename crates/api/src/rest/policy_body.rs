//! Bodies of context policies and of promotions: every member by name, so that a misspelt one is not lost.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use waybill_model::{ContextPolicy, DeclaredAttribute, Mode, Retention, ScalarType, Trust};
use waybill_service::{BulkPromotion, PromotionWish};

use super::{extract::Fields, windows::read_walk_cursor};
use crate::error::{ApiError, ApiResult};

/// Reads a policy. Its version is the server's to give; a version that comes along says what it was made from.
pub(super) fn read(body: &str) -> ApiResult<(ContextPolicy, Option<u64>)> {
    let mut fields = Fields::read(body)?;
    fields.leave_out(&["selfUri", "effect", "datePublished"])?;
    let standard = ContextPolicy::standard();
    let version = fields.take_as::<u64>("version", "a whole number", "\"version\": 3")?;
    let enabled = fields.take_as::<bool>("enabled", "true or false", "\"enabled\": true")?;
    let mode = fields.take_text("mode", "\"mode\": \"open\"")?;
    let max_bytes = fields.take_as::<u64>("maxBytes", "a whole number", "\"maxBytes\": 1024")?;
    let attributes = fields.take_as::<Vec<&RawValue>>("attributes", "a list of attributes", "\"attributes\": []");
    let attributes = attributes?.ok_or_else(|| {
        ApiError::invalid("attributes", "is missing", "send the whole list: what is not in it is not declared any more")
    })?;
    let containers = fields.take_as::<BTreeMap<String, String>>(
        "containers",
        "an object of namespaces and prefixes",
        "\"containers\": {\"custom\": \"\"}",
    )?;
    let retention = fields.take_as::<&RawValue>("retention", "an object", "\"retention\": {\"messageDays\": 365}")?;
    fields.finish("`enabled`, `mode`, `maxBytes`, `attributes`, `containers`, `retention`")?;
    let policy = ContextPolicy {
        version: 0,
        published_at: None,
        enabled: enabled.unwrap_or(true),
        mode: read_mode(&mode)?,
        max_bytes: max_bytes.unwrap_or(standard.max_bytes),
        attributes: attributes.into_iter().map(|one| read_attribute(one.get())).collect::<ApiResult<_>>()?,
        containers: containers.unwrap_or(standard.containers),
        retention: retention.map_or(Ok(Retention::default()), |given| read_retention(given.get()))?,
    };
    Ok((policy, version))
}

/// Keys with a time of their own: each is looked for by itself.
const MOST_RETAINED_KEYS: usize = 100;

fn read_retention(text: &str) -> ApiResult<Retention> {
    let mut fields = Fields::read(text)?;
    let mut days = |name: &'static str| fields.take_as::<u32>(name, "a whole number of days", "\"messageDays\": 365");
    let (conversation_days, message_days, personal_days) =
        (days("conversationDays")?, days("messageDays")?, days("personalDays")?);
    let attributes = fields.take_as::<BTreeMap<String, u32>>(
        "attributes",
        "an object of keys and days",
        "\"attributes\": {\"plan\": 30}",
    )?;
    fields.finish("`conversationDays`, `messageDays`, `personalDays`, `attributes`")?;
    let attributes = attributes.unwrap_or_default();
    if attributes.len() > MOST_RETAINED_KEYS {
        let rule = format!("names {} keys; at most {MOST_RETAINED_KEYS} are possible", attributes.len());
        return Err(ApiError::invalid(
            "retention.attributes",
            &rule,
            "declare others `personal` and use `personalDays`",
        ));
    }
    Ok(Retention { conversation_days, message_days, personal_days, attributes })
}

fn read_mode(mode: &str) -> ApiResult<Mode> {
    match mode {
        "open" => Ok(Mode::Open),
        "quarantine" => Ok(Mode::Quarantine),
        "strict" => Ok(Mode::Strict),
        _ => Err(ApiError::invalid("mode", "is unknown", "write `open`, `quarantine` or `strict`")),
    }
}

fn read_attribute(text: &str) -> ApiResult<DeclaredAttribute> {
    let mut fields = Fields::read(text)?;
    let key = fields.take_text("key", "\"key\": \"plan\"")?;
    let scalar_type = fields.take_text("type", "\"type\": \"string\"")?;
    let max_length = fields.take_as::<u32>("maxLength", "a whole number", "\"maxLength\": 64")?;
    let pattern = fields.take_as::<String>("pattern", "text", "\"pattern\": \"CRM-[0-9]+\"")?;
    let allowed = fields.take_as::<Vec<String>>("enum", "a list of texts", "\"enum\": [\"basic\", \"gold\"]")?;
    let required = fields.take_as::<bool>("required", "true or false", "\"required\": true")?;
    let aliases = fields.take_as::<Vec<String>>("aliases", "a list of names", "\"aliases\": [\"customerId\"]")?;
    let personal = fields.take_as::<bool>("personal", "true or false", "\"personal\": true")?;
    let trust_floor = fields.take_as::<String>("trustFloor", "text", "\"trustFloor\": \"page\"")?;
    let link = fields.take_as::<String>("link", "text", "\"link\": \"https://crm.example/customers/{value}\"")?;
    fields.finish(
        "`key`, `type`, `maxLength`, `pattern`, `enum`, `required`, `aliases`, `personal`, `trustFloor`, `link`",
    )?;
    Ok(DeclaredAttribute {
        key,
        scalar_type: read_type(&scalar_type)?,
        max_length,
        pattern,
        allowed,
        required: required.unwrap_or(false),
        aliases: aliases.unwrap_or_default(),
        personal: personal.unwrap_or(false),
        trust_floor: trust_floor.as_deref().map_or(Ok(Trust::Page), read_trust)?,
        link,
    })
}

fn read_type(scalar_type: &str) -> ApiResult<ScalarType> {
    match scalar_type {
        "string" => Ok(ScalarType::String),
        "number" => Ok(ScalarType::Number),
        "boolean" => Ok(ScalarType::Boolean),
        _ => Err(ApiError::invalid("type", "is unknown", "write `string`, `number` or `boolean`")),
    }
}

fn read_trust(trust: &str) -> ApiResult<Trust> {
    let all = [Trust::Page, Trust::Flow, Trust::Agent, Trust::Server, Trust::Signed];
    let found = all.into_iter().find(|one| one.as_str() == trust);
    found.ok_or_else(|| {
        ApiError::invalid("trustFloor", "is unknown", "write `page`, `flow`, `agent`, `server` or `signed`")
    })
}

/// Reads how one key is promoted; nothing at all is fine.
pub(super) fn read_promotion(body: &str) -> ApiResult<PromotionWish> {
    let mut fields = Fields::read_or_nothing(body)?;
    let wish = promotion_wish(&mut fields)?;
    fields.finish("`override`, `reason`")?;
    Ok(wish)
}

/// Reads how a key is promoted in many conversations.
pub(super) fn read_bulk_promotion(body: &str) -> ApiResult<BulkPromotion> {
    let mut fields = Fields::read_or_nothing(body)?;
    let wish = promotion_wish(&mut fields)?;
    let dry_run = fields.take_as::<bool>("dryRun", "true or false", "\"dryRun\": true")?.unwrap_or(false);
    let cursor = fields.take_as::<String>("cursor", "text", "\"cursor\": \"…\"")?;
    let limit = fields.take_as::<u32>("limit", "a whole number", "\"limit\": 500")?.unwrap_or(500);
    fields.finish("`override`, `reason`, `dryRun`, `cursor`, `limit`")?;
    if !(1..=2_000).contains(&limit) {
        return Err(ApiError::invalid("limit", "must be 1 to 2000", "go on with the `cursor` of the answer"));
    }
    Ok(BulkPromotion { wish, dry_run, after: read_walk_cursor(cursor.as_deref())?, limit })
}

fn promotion_wish(fields: &mut Fields<'_>) -> ApiResult<PromotionWish> {
    let overrides = fields.take_as::<bool>("override", "true or false", "\"override\": true")?.unwrap_or(false);
    let reason = fields.take_as::<String>("reason", "text", "\"reason\": \"checked with the customer\"")?;
    match (overrides, reason) {
        (true, None) => {
            Err(ApiError::invalid("reason", "is missing", "say why the value is promoted although it does not fit"))
        }
        (true, reason) => Ok(PromotionWish { override_reason: reason }),
        (false, Some(_)) => {
            Err(ApiError::invalid("reason", "comes without `override`", "send `\"override\": true`, or no reason"))
        }
        (false, None) => Ok(PromotionWish::default()),
    }
}
