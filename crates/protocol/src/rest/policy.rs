//! The context policy of a deployment: versions, and what a change would have done to past starts.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::ConversationId;

use super::{deployment::ContextPolicy, flow::FlowFinding};

/// Published policies, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextPolicyListing {
    /// The policies.
    pub entities: Vec<ContextPolicy>,
    /// How many there are in all.
    pub total: usize,
    /// Where this page is read.
    pub self_uri: String,
    /// Where the next page is read; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_uri: Option<String>,
}

/// A policy that was published, and what it would have made of past starts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublishedContextPolicy {
    /// The policy that is in force now.
    #[serde(flatten)]
    pub policy: ContextPolicy,
    /// What it would have made of the latest 200 starts.
    pub effect: PolicyEffect,
}

/// What a policy would make of starts that were judged by others.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyEffect {
    /// The version of the policy that it is compared with: the one in force.
    pub present_version: u64,
    /// Past starts that were judged again, the newest ones.
    pub starts: u64,
    /// Whether there are older starts that were not.
    pub has_more: bool,
    /// Of the starts, how many the policy in force would refuse.
    pub refused_now: u64,
    /// And how many the proposed one would refuse.
    pub refused_then: u64,
    /// Some conversations whose start only the proposed policy would refuse.
    #[schema(value_type = Vec<String>)]
    pub refused_examples: Vec<ConversationId>,
    /// By key, under the names of the proposed policy.
    pub keys: Vec<KeyEffect>,
    /// Keys that are not listed.
    pub more_keys: u64,
    /// What it would break in the flow with which the deployment's conversations begin, beyond what is broken already.
    /// Nothing of it keeps a policy from being published.
    pub flow_findings: Vec<FlowFinding>,
    /// What this does not know.
    pub unknown: UnknownEffect,
}

/// What a preview can't know.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnknownEffect {
    /// Starts of which some values were not kept (refused beside stored ones, or erased since): judged without them.
    pub incomplete_starts: u64,
    /// Starts that were refused as a whole in that time: nothing of them was kept, so they are not judged again.
    pub refused_starts: u64,
}

/// One key under the policy in force and under the proposed one.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyEffect {
    /// The key, or the path under which it was sent.
    pub key: String,
    /// Whether the proposed policy declares it.
    pub declared: bool,
    /// Under the policy in force.
    pub now: KeyTally,
    /// Under the proposed one.
    pub then: KeyTally,
    /// Why the proposed policy would quarantine or refuse it, and how often.
    pub rules: BTreeMap<&'static str, u64>,
    /// Starts in which the key would fare otherwise.
    pub changed: u64,
    /// Some of them.
    #[schema(value_type = Vec<String>)]
    pub examples: Vec<ConversationId>,
}

/// What became of a key, in numbers of starts.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyTally {
    /// Stored, coerced or not.
    pub stored: u64,
    /// Of these, stored after a lossless coercion.
    pub coerced: u64,
    /// Kept apart.
    pub quarantined: u64,
    /// At fault: refused, and the start with it.
    pub refused: u64,
    /// Not at fault, but refused with the start.
    pub refused_with_start: u64,
    /// Required and not there.
    pub missing: u64,
}

/// Keys that are quarantined, the most frequent first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuarantineListing {
    /// The keys.
    pub entities: Vec<QuarantinedKeySummary>,
    /// Keys that are not listed.
    pub more_keys: u64,
    /// Conversations that were looked at, the newest ones.
    pub scanned: u64,
    /// Where to look on; absent when all were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One quarantined key.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuarantinedKeySummary {
    /// The key or path under which it was sent.
    pub key: String,
    /// The key that it would be stored as.
    pub stored_as: String,
    /// Whether the deployment declares it now.
    pub declared: bool,
    /// In how many conversations it is quarantined.
    pub conversations: u64,
    /// Why, and how often.
    pub rules: BTreeMap<&'static str, u64>,
    /// When it was set aside last.
    #[schema(value_type = String, format = DateTime)]
    pub last_at: waybill_model::Time,
    /// Some of the conversations.
    #[schema(value_type = Vec<String>)]
    pub examples: Vec<ConversationId>,
}

/// What became of a promotion in many conversations.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkPromotion {
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// Conversations that were looked at.
    pub scanned: u64,
    /// Of these, conversations in which the key was quarantined.
    pub found: u64,
    /// Of these, conversations in which it is stored now; in a dry run: would be.
    pub promoted: u64,
    /// Why it stays in quarantine elsewhere, and how often.
    pub kept: BTreeMap<&'static str, u64>,
    /// Some conversations in which it stays.
    #[schema(value_type = Vec<String>)]
    pub kept_examples: Vec<ConversationId>,
    /// Where to go on; absent when all were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A promotion.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"override": true, "reason": "checked with the customer"}))]
pub struct PromotionBody {
    /// Promote although the value does not fit the deployment's policy; takes a `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#override: Option<bool>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A promotion of one key in many conversations.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"dryRun": true, "limit": 1000}))]
pub struct BulkPromotionBody {
    /// Only say what would become of each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// Promote although a value does not fit; takes a `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#override: Option<bool>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where to go on: the `cursor` of the answer before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many conversations to look at, 1 to 2000; 500 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}
