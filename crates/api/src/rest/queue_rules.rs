//! How a queue's rules are read from a body: in our words, and in the field's.
//!
//! A client sends back what it read, with what it changed: of a rule that stands there twice, what differs from what was is
//! meant.

use serde_json::value::RawValue;
use waybill_model::{
    QueueRules, RoutingMethod, SkillWish, WrapupPrompt,
    routing::{ContextRule, Overflow, Ring, Silence},
};
use waybill_protocol::rest::queue_rules as wire;

use super::extract::Fields;
use crate::error::{ApiError, ApiResult};

/// Reads the rules; `None` where the body says nothing of them.
pub(super) fn read_rules(fields: &mut Fields<'_>, before: &QueueRules) -> ApiResult<Option<QueueRules>> {
    let given = fields.take_given("rules")?;
    let mut rules = match given {
        Some(given) => own(given, before)?,
        None => before.clone(),
    };
    let acw = fields.take_given("acwSettings")?.map(|value| acw_settings(value, before, &mut rules)).transpose()?;
    let media =
        fields.take_given("mediaSettings")?.map(|value| media_settings(value, before, &mut rules)).transpose()?;
    let method = fields.take_optional_text("skillEvaluationMethod", "\"skillEvaluationMethod\": \"BEST\"")?;
    if let Some(method) = &method {
        let method = match method.to_ascii_uppercase().as_str() {
            "BEST" => RoutingMethod::BestSkill,
            "ALL" | "NONE" => RoutingMethod::LongestIdle,
            _ => {
                return Err(ApiError::invalid("skillEvaluationMethod", "is none that there is", "use `ALL` or `BEST`"));
            }
        };
        set(&mut rules.method, &before.method, method);
    }
    let is_said = given.is_some() || acw.is_some() || media.is_some() || method.is_some();
    Ok(is_said.then_some(rules))
}

/// What differs from what was is meant.
fn set<T: PartialEq>(rule: &mut T, before: &T, given: T) {
    if given != *before {
        *rule = given;
    }
}

fn own(given: &RawValue, before: &QueueRules) -> ApiResult<QueueRules> {
    let mut rules = before.clone();
    let mut fields = Fields::read(given.get())?;
    if let Some(method) = fields.take_optional_text("method", "\"method\": \"bestSkill\"")? {
        rules.method = match method.as_str() {
            "longestIdle" => RoutingMethod::LongestIdle,
            "bestSkill" => RoutingMethod::BestSkill,
            _ => return Err(ApiError::invalid("method", "is none that there is", "use `longestIdle` or `bestSkill`")),
        };
    }
    if let Some(wrapup) = fields.take_optional_text("wrapup", "\"wrapup\": \"timeout\"")? {
        rules.wrapup = match wrapup.as_str() {
            "optional" => WrapupPrompt::Optional,
            "mandatory" => WrapupPrompt::Mandatory,
            "timeout" => WrapupPrompt::Timeout,
            _ => {
                let remedy = "use `optional`, `mandatory` or `timeout`";
                return Err(ApiError::invalid("wrapup", "is none that there is", remedy));
            }
        };
    }
    let seconds = |fields: &mut Fields<'_>, name| fields.take_as::<u32>(name, "a whole number of seconds", "30");
    rules.alerting_seconds = seconds(&mut fields, "alertingSeconds")?.unwrap_or(rules.alerting_seconds);
    rules.wrapup_seconds = seconds(&mut fields, "wrapupSeconds")?.unwrap_or(rules.wrapup_seconds);
    let example = "\"serviceLevel\": {\"percent\": 80, \"seconds\": 20}";
    if let Some(level) = fields.take_object::<wire::ServiceLevel>("serviceLevel", "percent and seconds", example)? {
        rules.service_level = (level.percent, level.seconds);
    }
    let example = "\"contextRules\": [{\"when\": \"customData.plan == 'gold'\", \"priority\": 10}]";
    if let Some(all) = fields.take_as::<Vec<wire::ContextRule>>("contextRules", "a list of conditions", example)? {
        rules.context_rules = all.into_iter().map(context_rule).collect();
    }
    let example = "\"rings\": [{\"afterSeconds\": 60, \"lowerLevels\": 1}]";
    if let Some(all) = fields.take_as::<Vec<wire::Ring>>("rings", "a list of rings", example)? {
        rules.rings = all.into_iter().map(ring).collect();
    }
    let example = "\"overflow\": {\"afterSeconds\": 120, \"queueId\": \"0190b0a1-…\"}";
    if let Some(overflow) = fields.take("overflow")? {
        rules.overflow = nullable::<wire::Overflow>(overflow, "overflow", example)?
            .map(|wire::Overflow { after_seconds, queue_id }| Overflow { after_seconds, queue_id });
    }
    let example = "\"silence\": {\"warnSeconds\": 120, \"warning\": \"Are you still there?\", \"endSeconds\": 60}";
    if let Some(silence) = fields.take("silence")? {
        rules.silence = nullable::<wire::Silence>(silence, "silence", example)?
            .map(|wire::Silence { warn_seconds, warning, end_seconds }| Silence { warn_seconds, warning, end_seconds });
    }
    fields.finish(
        "`method`, `alertingSeconds`, `wrapup`, `wrapupSeconds`, `serviceLevel`, `contextRules`, `rings`, `overflow`, \
         `silence`",
    )?;
    Ok(rules)
}

/// A member that `null` takes away.
fn nullable<'a, T: serde::Deserialize<'a>>(value: &'a RawValue, name: &str, example: &str) -> ApiResult<Option<T>> {
    if value.get().starts_with('[') {
        return Err(ApiError::invalid(name, "has to be an object", &format!("send it like `{example}`")));
    }
    serde_json::from_str(value.get())
        .map_err(|_| ApiError::invalid(name, "has another shape", &format!("send it like `{example}`")))
}

fn context_rule(rule: wire::ContextRule) -> ContextRule {
    let wire::ContextRule { when, priority, skills } = rule;
    let skills = skills.into_iter().map(|wire::SkillWish { id, level }| SkillWish { skill_id: id, level }).collect();
    ContextRule { when, priority, skills }
}

fn ring(ring: wire::Ring) -> Ring {
    let wire::Ring { after_seconds, drop_skills, lower_levels, drop_language } = ring;
    Ring { after_seconds, drop_skills, lower_levels, drop_language }
}

fn acw_settings(value: &RawValue, before: &QueueRules, rules: &mut QueueRules) -> ApiResult<()> {
    let mut fields = Fields::read(value.get())?;
    if let Some(prompt) = fields.take_optional_text("wrapupPrompt", "\"wrapupPrompt\": \"MANDATORY\"")? {
        let prompt = match prompt.to_ascii_uppercase().as_str() {
            "OPTIONAL" | "AGENT_REQUESTED" => WrapupPrompt::Optional,
            "MANDATORY" => WrapupPrompt::Mandatory,
            "MANDATORY_TIMEOUT" | "MANDATORY_FORCED_TIMEOUT" => WrapupPrompt::Timeout,
            _ => {
                let remedy = "use `OPTIONAL`, `MANDATORY` or `MANDATORY_TIMEOUT`";
                return Err(ApiError::invalid("wrapupPrompt", "is none that there is", remedy));
            }
        };
        set(&mut rules.wrapup, &before.wrapup, prompt);
    }
    if let Some(millis) = fields.take_as::<u64>("timeoutMs", "a number of milliseconds", "\"timeoutMs\": 120000")? {
        set(&mut rules.wrapup_seconds, &before.wrapup_seconds, whole_seconds(millis));
    }
    fields.finish("`wrapupPrompt` and `timeoutMs`")
}

fn media_settings(value: &RawValue, before: &QueueRules, rules: &mut QueueRules) -> ApiResult<()> {
    let mut kinds = Fields::read(value.get())?;
    let message = kinds.take_given("message")?;
    // Of the other kinds there are no conversations here: what a queue of the field says of them means nothing.
    kinds.leave_out(&["call", "callback", "chat", "email"])?;
    kinds.finish("`message`")?;
    let Some(message) = message else { return Ok(()) };
    let mut fields = Fields::read(message.get())?;
    let example = "\"alertingTimeoutSeconds\": 30";
    if let Some(seconds) = fields.take_as::<u32>("alertingTimeoutSeconds", "a number of seconds", example)? {
        set(&mut rules.alerting_seconds, &before.alerting_seconds, seconds);
    }
    if let Some(level) = fields.take_given("serviceLevel")? {
        let mut level = Fields::read(level.get())?;
        let percentage = level.take_as::<f64>("percentage", "a share from 0 to 1", "\"percentage\": 0.8")?;
        let duration = level.take_as::<u64>("durationMs", "a number of milliseconds", "\"durationMs\": 20000")?;
        level.finish("`percentage` and `durationMs`")?;
        let (percent, seconds) = before.service_level;
        let percent = match percentage {
            Some(share) if (0.0..=1.0).contains(&share) => percent_of(share),
            Some(_) => return Err(ApiError::invalid("percentage", "has to be from 0 to 1", "send `0.8` for 80 %")),
            None => percent,
        };
        let given = (percent, duration.map_or(seconds, whole_seconds));
        set(&mut rules.service_level, &before.service_level, given);
    }
    fields.leave_out(&[
        "enableAutoAnswer",
        "autoAnswerAlertToneSeconds",
        "manualAnswerAlertToneSeconds",
        "subTypeSettings",
    ])?;
    fields.finish("`alertingTimeoutSeconds` and `serviceLevel`")
}

fn whole_seconds(millis: u64) -> u32 {
    u32::try_from(millis.div_ceil(1_000)).unwrap_or(u32::MAX)
}

/// A share as whole percents.
fn percent_of(share: f64) -> u8 {
    (0..=100u8).find(|percent| f64::from(*percent) / 100.0 >= share - 0.005).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, before: &QueueRules, expected: Result<Option<QueueRules>, &str>) {
        let read = Fields::read(body).and_then(|mut fields| read_rules(&mut fields, before));
        match (read.map_err(|error| error.into_body(String::new()).message), expected) {
            (Ok(rules), Ok(expected)) => assert_eq!(rules, expected, "{body}"),
            (Err(message), Err(part)) => assert!(message.contains(part), "{body}: {message}"),
            (read, expected) => panic!("{body}: {read:?}, not {expected:?}"),
        }
    }

    #[test]
    fn plat7_rules_are_read_in_both_languages_and_what_differs_is_meant() {
        let usual = QueueRules::default;
        check("{}", &usual(), Ok(None));
        let rules = QueueRules { alerting_seconds: 12, method: RoutingMethod::BestSkill, ..usual() };
        check(r#"{"rules":{"method":"bestSkill","alertingSeconds":12}}"#, &usual(), Ok(Some(rules)));
        let rules = QueueRules { service_level: (90, 15), alerting_seconds: 8, ..usual() };
        let media = r#"{"mediaSettings":{"message":{"alertingTimeoutSeconds":8,"serviceLevel":{"percentage":0.9,"durationMs":15000}}}}"#;
        check(media, &usual(), Ok(Some(rules)));
        // Sent back whole, with one of the two changed.
        let before = QueueRules { wrapup: WrapupPrompt::Mandatory, ..usual() };
        let both = |acw: &str, own: &str| {
            format!(r#"{{"acwSettings":{{"wrapupPrompt":"{acw}"}},"rules":{{"wrapup":"{own}"}}}}"#)
        };
        check(&both("MANDATORY", "optional"), &before, Ok(Some(usual())));
        check(&both("OPTIONAL", "mandatory"), &before, Ok(Some(usual())));
        let silent = QueueRules {
            silence: Some(Silence { warn_seconds: 9, warning: "?".to_owned(), end_seconds: 9 }),
            ..usual()
        };
        check(r#"{"rules":{"silence":null}}"#, &silent, Ok(Some(usual())));
        check(r#"{"rules":{}}"#, &silent, Ok(Some(silent.clone())));
    }

    #[test]
    fn plat7_rules_that_there_are_not_are_refused_by_name() {
        for (body, part) in [
            (r#"{"rules":{"method":"random"}}"#, "`method`"),
            (r#"{"rules":{"alertingSeconds":"soon"}}"#, "`alertingSeconds`"),
            (r#"{"rules":{"bullseye":[]}}"#, "does not know"),
            (r#"{"rules":{"overflow":[60]}}"#, "`overflow`"),
            (r#"{"acwSettings":{"wrapupPrompt":"NEVER"}}"#, "`wrapupPrompt`"),
            (r#"{"mediaSettings":{"message":{"serviceLevel":{"percentage":80}}}}"#, "`percentage`"),
            (r#"{"skillEvaluationMethod":"LUCK"}"#, "`skillEvaluationMethod`"),
        ] {
            check(body, &QueueRules::default(), Err(part));
        }
    }
}
