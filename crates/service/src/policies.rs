//! The context policy of a deployment: read, previewed, published, version by version.

use std::sync::Arc;

use waybill_engine::{
    attributes::{CallForm, CompiledPolicy, PastStart, Preview, lint, preview},
    flow::Finding,
};
use waybill_model::{ContextPolicy, Deployment, Event, EventBody, Receipt};
use waybill_store::{PagePosition, RefusalFilter};

use crate::{Caller, Service, ServiceError, Windowed, deployments::Ready, entities::Act};

/// Most starts that one preview judges again.
const STARTS: u32 = 1_000;
/// Starts per read.
const LOOK: u32 = 200;
/// Most declared attributes of one policy.
const ATTRIBUTES: usize = 200;
/// Most names of one attribute, most values of one enum, most containers.
const NAMES: usize = 50;
const VALUES: usize = 500;

/// What a policy would have made of the starts that were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPreview {
    /// The version that is in force.
    pub present_version: u64,
    /// What was found.
    pub preview: Preview,
    /// Starts that the deployment refused in the same time: nothing of them was kept, so nobody can judge them again.
    pub refused_before: u64,
    /// Whether there were older starts that were not looked at.
    pub has_more: bool,
    /// What it breaks in the flow with which the deployment's conversations begin, beyond what is broken already.
    pub breaks: Vec<Finding>,
}

/// A policy that was published, and what it would have done to past starts.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedPolicy {
    /// The policy, with its version.
    pub policy: ContextPolicy,
    /// What it would have done.
    pub effect: PolicyPreview,
}

impl Service {
    /// The policy in force, as it is stored.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_policy(&self, caller: &Caller, deployment: &str) -> Result<ContextPolicy, ServiceError> {
        Ok(self.stored_deployment(caller, deployment).await?.policy)
    }

    /// Every published policy, the newest first; the page goes on after a version.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_policies(
        &self,
        caller: &Caller,
        deployment: &str,
        after: Option<u64>,
        page_size: u32,
    ) -> Result<Windowed<ContextPolicy>, ServiceError> {
        let Deployment { id, organization_id, policy, .. } = self.stored_deployment(caller, deployment).await?;
        let items = self.inner.store.list_policies(organization_id, id, after, page_size.clamp(1, 200)).await?;
        let last = items.last().map(|last| last.version).filter(|version| *version > 1);
        let after = last.map(|version| version.to_string());
        Ok(Windowed { total: usize::try_from(policy.version).unwrap_or(usize::MAX), items, before: None, after })
    }

    /// One published policy.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_policy_version(
        &self,
        caller: &Caller,
        deployment: &str,
        version: &str,
    ) -> Result<ContextPolicy, ServiceError> {
        let not_found = || ServiceError::not_found("policy version", version);
        let number: u64 = version.parse().map_err(|_| not_found())?;
        let Deployment { id, organization_id, .. } = self.stored_deployment(caller, deployment).await?;
        self.inner.store.find_policy(organization_id, id, number).await?.ok_or_else(not_found)
    }

    /// Judges past starts under a proposed policy; nothing is published.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` for a policy that contradicts itself.
    pub async fn preview_policy(
        &self,
        caller: &Caller,
        deployment: &str,
        proposed: ContextPolicy,
        starts: u32,
    ) -> Result<PolicyPreview, ServiceError> {
        let ready = self.own_deployment(caller, deployment).await?;
        let compiled = compile(proposed.clone())?;
        let breaks = self.policy_breaks(caller, deployment, proposed).await?;
        Ok(PolicyPreview { breaks, ..self.preview_of(&ready, &compiled, starts).await? })
    }

    /// What a start with these options would be answered under a proposed policy, without starting or publishing.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` for a policy that contradicts itself. A refusal is an answer here: `Err` inside.
    pub async fn lint_policy(
        &self,
        caller: &Caller,
        deployment: &str,
        proposed: ContextPolicy,
        form: CallForm,
        options: &str,
    ) -> Result<Result<Receipt, Receipt>, ServiceError> {
        self.own_deployment(caller, deployment).await?;
        Ok(lint(&compile(proposed)?, form, options))
    }

    /// Publishes a policy as the next version: from now on, starts are judged by it. Conversations that run keep theirs
    /// (LOG9). The answer says what it would have made of past starts.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` for a policy that contradicts itself, `RevisionMismatch` when `expected` is not the version
    /// in force.
    pub async fn change_policy(
        &self,
        caller: &Caller,
        deployment: &str,
        wanted: ContextPolicy,
        expected: Option<u64>,
    ) -> Result<PublishedPolicy, ServiceError> {
        let Deployment { id, organization_id, policy: present, .. } =
            self.stored_deployment(caller, deployment).await?;
        if let Some(expected) = expected
            && expected != present.version
        {
            return Err(ServiceError::RevisionMismatch { expected, found: present.version });
        }
        let policy =
            ContextPolicy { version: present.version + 1, published_at: Some(self.inner.ambient.now()), ..wanted };
        let proposed = compile(policy.clone())?;
        let ready = self.own_deployment(caller, deployment).await?;
        let breaks = self.policy_breaks(caller, deployment, policy.clone()).await?;
        let effect = PolicyPreview { breaks, ..self.preview_of(&ready, &proposed, LOOK).await? };
        let act = Act::of(caller, "policy.published", id.uuid()).saying(format!(
            "version {}: {}",
            policy.version,
            changed_parts(&present, &policy)
        ));
        let entry = self.audit_entry(act);
        let published = self.inner.store.publish_policy(organization_id, id, policy.clone(), entry).await;
        match published {
            Ok(()) => {}
            // Somebody else published in between.
            Err(waybill_store::StoreError::Exists(_)) if expected.is_some() => {
                return Err(ServiceError::RevisionMismatch { expected: present.version, found: policy.version });
            }
            Err(waybill_store::StoreError::Exists(_)) => {
                return Err(ServiceError::Stale(format!("the policy of deployment `{id}`")));
            }
            Err(error) => return Err(error.into()),
        }
        self.inner.deployments.forget(id);
        Ok(PublishedPolicy { policy, effect })
    }

    async fn preview_of(
        &self,
        ready: &Ready,
        proposed: &CompiledPolicy,
        starts: u32,
    ) -> Result<PolicyPreview, ServiceError> {
        let deployment = &ready.deployment;
        let wanted = starts.clamp(1, STARTS) as usize;
        let store = &self.inner.store;
        let mut events: Vec<Arc<Event>> = Vec::new();
        let mut has_more = false;
        let mut after = None;
        while events.len() <= wanted {
            let page = store.list_starts(deployment.organization_id, deployment.id, after, LOOK).await?;
            let is_last = page.len() < LOOK as usize;
            after = page.last().and_then(|event| position(event));
            events.extend(page);
            if is_last || after.is_none() {
                break;
            }
        }
        if events.len() > wanted {
            has_more = true;
            events.truncate(wanted);
        }
        let starts = events.iter().filter_map(|event| past_start(event));
        let preview = preview(&ready.policy, proposed, starts);
        let oldest = events.last().map(|event| event.at);
        let filter = RefusalFilter {
            deployment: Some(deployment.id),
            from: oldest.filter(|_| has_more),
            limit: 10_000,
            ..RefusalFilter::default()
        };
        let refused = store.list_refusals(deployment.organization_id, filter).await?;
        let refused_before = refused.iter().map(|(_, record)| u64::from(record.count)).sum();
        Ok(PolicyPreview {
            present_version: deployment.policy.version,
            preview,
            refused_before,
            has_more,
            breaks: Vec::new(),
        })
    }
}

fn past_start(event: &Event) -> Option<PastStart<'_>> {
    let EventBody::Started { conversation, receipt } = &event.body else { return None };
    Some(PastStart { conversation, receipt })
}

fn position(event: &Event) -> Option<PagePosition> {
    let start = past_start(event)?;
    Some(PagePosition { started_at: start.conversation.started_at, id: start.conversation.id })
}

/// Checks a policy's sizes and its sense.
fn compile(policy: ContextPolicy) -> Result<CompiledPolicy, ServiceError> {
    let invalid = |rule: String| ServiceError::Invalid {
        field: "contextPolicy",
        rule,
        remedy: "correct the context policy".to_owned(),
    };
    let too_many = |what: &str, most: usize| invalid(format!("has too many {what}: at most {most}"));
    if policy.attributes.len() > ATTRIBUTES {
        return Err(too_many("attributes", ATTRIBUTES));
    }
    if policy.containers.len() > NAMES || policy.attributes.iter().any(|one| one.aliases.len() > NAMES) {
        return Err(too_many("containers, or aliases of one attribute", NAMES));
    }
    let is_large = |one: &waybill_model::DeclaredAttribute| one.allowed.as_ref().is_some_and(|all| all.len() > VALUES);
    if policy.attributes.iter().any(is_large) {
        return Err(too_many("values in one enum", VALUES));
    }
    CompiledPolicy::new(policy).map_err(|error| invalid(format!("does not work: {error}")))
}

/// What differs, by the names of fields and keys, for the audit log.
fn changed_parts(before: &ContextPolicy, after: &ContextPolicy) -> String {
    let mut parts: Vec<String> = Vec::new();
    let fields = [
        ("enabled", before.enabled != after.enabled),
        ("mode", before.mode != after.mode),
        ("maxBytes", before.max_bytes != after.max_bytes),
        ("containers", before.containers != after.containers),
        ("retention", before.retention != after.retention),
    ];
    parts.extend(fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name.to_owned()));
    let keys = before.attributes.iter().chain(&after.attributes).map(|one| &one.key);
    let keys: std::collections::BTreeSet<&String> = keys.collect();
    let of = |policy: &ContextPolicy, key: &str| policy.attributes.iter().find(|one| one.key == key).cloned();
    let changed = keys.into_iter().filter(|key| of(before, key) != of(after, key));
    parts.extend(changed.map(|key| format!("`{key}`")));
    parts.truncate(50);
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}
