//! Flows: their bounds, and what they may read of the installation.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use waybill_service::FlowSettings;

use super::{ConfigError, known::PREFIX};

/// How variables begin that set what flows read as `env.NAME`.
const ENV: &str = "FLOWS__ENV__";
/// Most names, and the longest value in bytes.
const MOST_NAMES: usize = 200;
const LONGEST_VALUE: usize = 4_096;
/// The longest time that a request may take.
const LONGEST_REQUEST: f64 = 120.0;

/// Bounds of flows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowsConfig {
    /// Steps that are taken at once.
    pub concurrent_turns: usize,
    /// Requests that are under way at once.
    pub concurrent_requests: usize,
    /// The longest that a request may take.
    pub request_timeout_seconds: f64,
    /// The largest answer.
    pub response_bytes: usize,
    /// Failures in a row after which a host is left alone.
    pub circuit_failures: u32,
    /// For how long.
    pub circuit_seconds: f64,
    /// What `env.NAME` stands for.
    pub env: BTreeMap<String, String>,
}

impl FlowsConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let invalid = |key, rule: &str, remedy| Err(ConfigError::Invalid { key, rule: rule.to_owned(), remedy });
        let counts = [
            ("flows.concurrent_turns", self.concurrent_turns),
            ("flows.concurrent_requests", self.concurrent_requests),
            ("flows.circuit_failures", self.circuit_failures as usize),
        ];
        if let Some((key, _)) = counts.into_iter().find(|(_, count)| *count == 0) {
            return invalid(key, "must be at least 1", "choose a greater number");
        }
        if !(0.001..=LONGEST_REQUEST).contains(&self.request_timeout_seconds) {
            return invalid("flows.request_timeout_seconds", "must be within 0.001 and 120", "choose another time");
        }
        if !(0.0..=3_600.0).contains(&self.circuit_seconds) {
            return invalid("flows.circuit_seconds", "must be within 0 and 3600", "choose another time");
        }
        if self.env.len() > MOST_NAMES || self.env.values().any(|value| value.len() > LONGEST_VALUE) {
            return invalid("flows.env", "has more than 200 names, or a value over 4096 bytes", "shorten it");
        }
        match self.env.keys().find(|name| !is_name(name)) {
            None => Ok(()),
            Some(_) => invalid(
                "flows.env",
                "has a name with other characters than letters, digits and underscores",
                "rename it: flows read it as `env.NAME`",
            ),
        }
    }

    /// As the service takes them.
    #[must_use]
    pub fn settings(&self) -> FlowSettings {
        let Self {
            concurrent_turns,
            concurrent_requests,
            request_timeout_seconds,
            response_bytes,
            circuit_failures,
            circuit_seconds,
            env,
        } = self;
        FlowSettings {
            concurrent_turns: *concurrent_turns,
            concurrent_requests: *concurrent_requests,
            request_timeout: Duration::from_secs_f64(*request_timeout_seconds),
            response_bytes: *response_bytes,
            circuit_failures: *circuit_failures,
            circuit_pause: Duration::from_secs_f64(*circuit_seconds),
            env: env.clone(),
        }
    }
}

/// Takes the variables for flows out of the environment, with the case of their names: the others know none.
pub(super) fn take_env(environment: &mut HashMap<String, String>) -> BTreeMap<String, String> {
    let name = |key: &str| key.strip_prefix(PREFIX)?.strip_prefix(ENV).map(str::to_owned);
    let taken = environment.extract_if(|key, _| name(key).is_some());
    taken.filter_map(|(key, value)| Some((name(&key)?, value))).collect()
}

/// Whether templates can name it.
fn is_name(name: &str) -> bool {
    let fits = |(place, letter): (usize, char)| {
        letter == '_' || letter.is_ascii_alphabetic() || (place > 0 && letter.is_ascii_digit())
    };
    !name.is_empty() && name.chars().enumerate().all(fits)
}
