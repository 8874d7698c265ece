//! The static check: what is wrong with a flow is found when it is published, not when somebody chats.

use std::collections::BTreeSet;

use super::{CompiledFlow, Directory, Finding};
use crate::attributes::CompiledPolicy;

/// What a flow is held against.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The deployments that are bound to it, or will be.
    pub deployments: &'a [Deployment<'a>],
    /// Names of the operator's values for flows.
    pub env: &'a BTreeSet<String>,
    /// Names of secrets that flows may use.
    pub secrets: &'a BTreeSet<String>,
    /// What flows can name.
    pub directory: &'a Directory,
}

/// A deployment that is bound to a flow.
#[derive(Debug, Clone, Copy)]
pub struct Deployment<'a> {
    /// Its name, for sentences.
    pub name: &'a str,
    /// Its policy.
    pub policy: &'a CompiledPolicy,
}

/// Holds a flow against its surroundings. It can be published where no finding is an error.
#[must_use]
pub fn check(flow: &CompiledFlow, surroundings: &Surroundings<'_>) -> Vec<Finding> {
    todo!("{flow:?} {surroundings:?}")
}
