//! The record of a refusal (CTX11): keys and rules, never values.

use serde::{Deserialize, Serialize};

use crate::{DeploymentId, Form, Rule, Time, conversation::Source};

/// One refused hand-over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusalRecord {
    /// The entry point.
    pub deployment_id: DeploymentId,
    /// When.
    pub at: Time,
    /// Every fault: the key as sent, its form, the rule.
    pub faults: Vec<(String, Form, Rule)>,
    /// Page path, SDK version and call form.
    pub source: Source,
    /// How many refusals this record stands for when a flood was sampled; 1 otherwise.
    pub count: u32,
}
