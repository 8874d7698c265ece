//! Context policies, previews of their changes, quarantined keys and their promotion.

use std::collections::BTreeMap;

use waybill_model as model;
use waybill_protocol::rest::policy::{
    BulkPromotion, ContextPolicyListing, KeyEffect, KeyTally, PolicyEffect, PublishedContextPolicy, QuarantineListing,
    QuarantinedKeySummary, UnknownEffect,
};
use waybill_service::{
    BulkPromoted, KeyPreview, PolicyPreview, Preview, PublishedPolicy, QuarantineList, Tally, Windowed,
};

use super::{deployment::policy, flow::findings};
use crate::rest::windows::{Addresses, walk_cursor};

pub(in crate::rest) fn policies(
    deployment: model::DeploymentId,
    page: &Windowed<model::ContextPolicy>,
    page_size: u32,
) -> ContextPolicyListing {
    let path = format!("/api/v2/webdeployments/deployments/{deployment}/contextpolicy/versions");
    let Addresses { own, next, previous: _ } = Addresses::of(&path, page_size, page);
    ContextPolicyListing {
        entities: page.items.iter().map(|one| policy(deployment, one)).collect(),
        total: page.total,
        self_uri: own,
        next_uri: next,
    }
}

pub(in crate::rest) fn published(
    deployment: model::DeploymentId,
    published: &PublishedPolicy,
) -> PublishedContextPolicy {
    let PublishedPolicy { policy: present, effect: found } = published;
    PublishedContextPolicy { policy: policy(deployment, present), effect: effect(found) }
}

pub(in crate::rest) fn effect(found: &PolicyPreview) -> PolicyEffect {
    let PolicyPreview { present_version, preview, refused_before, has_more, breaks } = found;
    let Preview { starts, incomplete, refused_now, refused_then, refused_examples, keys, more_keys } = preview;
    PolicyEffect {
        present_version: *present_version,
        starts: *starts,
        has_more: *has_more,
        refused_now: *refused_now,
        refused_then: *refused_then,
        refused_examples: refused_examples.clone(),
        keys: keys.iter().map(key_effect).collect(),
        more_keys: *more_keys,
        flow_findings: findings(breaks),
        unknown: UnknownEffect { incomplete_starts: *incomplete, refused_starts: *refused_before },
    }
}

fn key_effect(found: &KeyPreview) -> KeyEffect {
    let KeyPreview { key, declared, present, proposed, rules, changed, examples } = found;
    KeyEffect {
        key: key.clone(),
        declared: *declared,
        now: tally(*present),
        then: tally(*proposed),
        rules: words(rules),
        changed: *changed,
        examples: examples.clone(),
    }
}

const fn tally(tally: Tally) -> KeyTally {
    let Tally { stored, coerced, quarantined, refused, refused_with_start, missing } = tally;
    KeyTally { stored, coerced, quarantined, refused, refused_with_start, missing }
}

fn words(rules: &BTreeMap<model::Rule, u64>) -> BTreeMap<&'static str, u64> {
    rules.iter().map(|(rule, count)| (rule.as_str(), *count)).collect()
}

pub(in crate::rest) fn quarantine(list: &QuarantineList) -> QuarantineListing {
    let QuarantineList { keys, more_keys, scanned, next } = list;
    let key = |found: &waybill_service::QuarantinedKey| {
        let waybill_service::QuarantinedKey { key, canonical, declared, conversations, rules, last_at, examples } =
            found;
        QuarantinedKeySummary {
            key: key.clone(),
            stored_as: canonical.clone(),
            declared: *declared,
            conversations: *conversations,
            rules: words(rules),
            last_at: *last_at,
            examples: examples.clone(),
        }
    };
    QuarantineListing {
        entities: keys.iter().map(key).collect(),
        more_keys: *more_keys,
        scanned: *scanned,
        cursor: walk_cursor(*next),
    }
}

pub(in crate::rest) fn bulk_promoted(dry_run: bool, done: &BulkPromoted) -> BulkPromotion {
    let BulkPromoted { scanned, found, promoted, kept, kept_examples, next } = done;
    BulkPromotion {
        dry_run,
        scanned: *scanned,
        found: *found,
        promoted: *promoted,
        kept: words(kept),
        kept_examples: kept_examples.clone(),
        cursor: walk_cursor(*next),
    }
}
