//! Quarantined keys: which there are, and how they become stored ones (LOG9).

use std::{collections::BTreeMap, sync::Arc};

use waybill_engine::{
    attributes::{CompiledPolicy, Promotion, Unpromotable, promote},
    conversation::Going,
};
use waybill_model::{Conversation, ConversationId, Event, EventBody, ParticipantId, Permission, Rule, Time, Trust};
use waybill_store::{ConversationFilter, PagePosition};

use crate::{
    Caller, ContextWritten, Service, ServiceError,
    error::cut,
    service::Step,
    start::{custom_data, customer_of},
};

/// Conversations that one request looks at.
const LOOKED_AT: u32 = 2_000;
/// Conversations per read.
const LOOK: u32 = 200;
/// Keys that one list names; what is beyond is counted.
const KEYS: usize = 200;
/// Conversations named per key.
const EXAMPLES: usize = 5;
/// Longest reason in bytes.
const REASON_BYTES: usize = 512;

/// One key that is quarantined somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedKey {
    /// The name or path under which it was sent.
    pub key: String,
    /// Where it would go under the present policy.
    pub canonical: String,
    /// Whether the present policy declares it.
    pub declared: bool,
    /// In how many conversations.
    pub conversations: u64,
    /// Why, and how often.
    pub rules: BTreeMap<Rule, u64>,
    /// When it was set aside last.
    pub last_at: Time,
    /// Some of the conversations.
    pub examples: Vec<ConversationId>,
}

/// What is quarantined in a stretch of a deployment's conversations, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineList {
    /// By number of conversations, the most frequent first.
    pub keys: Vec<QuarantinedKey>,
    /// Keys beyond the first 200.
    pub more_keys: u64,
    /// Conversations that were looked at.
    pub scanned: u64,
    /// Where to look on; absent when all were looked at.
    pub next: Option<PagePosition>,
}

/// Whether values that do not fit the policy stay where they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PromotionWish {
    /// Why a value is promoted although the policy says no.
    pub override_reason: Option<String>,
}

/// A promotion of one key in many conversations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BulkPromotion {
    /// Whether values that do not fit are promoted all the same.
    pub wish: PromotionWish,
    /// Only says what would become of each.
    pub dry_run: bool,
    /// Where the request before ended.
    pub after: Option<PagePosition>,
    /// At most so many conversations are looked at.
    pub limit: u32,
}

/// What became of a promotion in many conversations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BulkPromoted {
    /// Conversations that were looked at.
    pub scanned: u64,
    /// Of these, conversations in which the key was quarantined.
    pub found: u64,
    /// Of these, conversations in which it is stored now (or would be).
    pub promoted: u64,
    /// Why it stays in quarantine elsewhere, and how often.
    pub kept: BTreeMap<Rule, u64>,
    /// Some of the conversations in which it stays.
    pub kept_examples: Vec<ConversationId>,
    /// Where to go on; absent when all were looked at.
    pub next: Option<PagePosition>,
}

impl Service {
    /// The keys that are quarantined in a deployment's conversations, counted over a stretch of them.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_quarantine(
        &self,
        caller: &Caller,
        deployment: &str,
        after: Option<PagePosition>,
        limit: u32,
    ) -> Result<QuarantineList, ServiceError> {
        let ready = self.own_deployment(caller, deployment).await?;
        let mut keys: BTreeMap<String, QuarantinedKey> = BTreeMap::new();
        let mut more = std::collections::BTreeSet::new();
        let mut walk = Walk::new(&ready.deployment, after, limit);
        while let Some(page) = walk.next_page(self).await? {
            for conversation in &page {
                let Some(context) = conversation.context() else { continue };
                for (key, aside) in &context.quarantined {
                    if keys.len() >= KEYS && !keys.contains_key(key) {
                        more.insert(key.clone());
                        continue;
                    }
                    let row = keys.entry(key.clone()).or_insert_with(|| QuarantinedKey {
                        key: key.clone(),
                        canonical: ready.policy.canonical(key).to_owned(),
                        declared: ready.policy.declared(key).is_some(),
                        conversations: 0,
                        rules: BTreeMap::new(),
                        last_at: aside.at,
                        examples: Vec::new(),
                    });
                    row.conversations += 1;
                    *row.rules.entry(aside.rule).or_default() += 1;
                    row.last_at = row.last_at.max(aside.at);
                    if row.examples.len() < EXAMPLES {
                        row.examples.push(conversation.id);
                    }
                }
            }
        }
        let mut keys: Vec<_> = keys.into_values().collect();
        keys.sort_by(|one, other| other.conversations.cmp(&one.conversations).then_with(|| one.key.cmp(&other.key)));
        Ok(QuarantineList { keys, more_keys: more.len() as u64, scanned: walk.scanned, next: walk.next() })
    }

    /// Promotes a quarantined key of one conversation: an event like any other change, with the trust that the value had.
    ///
    /// # Errors
    /// `NotFound` for the conversation, or a key that is not quarantined there; `Refused`-like `WrongState` when the value
    /// does not fit the deployment's present policy; `MissingKeyPermission`.
    pub async fn promote_key(
        &self,
        caller: &Caller,
        conversation: &str,
        key: &str,
        wish: &PromotionWish,
    ) -> Result<ContextWritten, ServiceError> {
        check_reason(wish)?;
        let conversation = self.conversation_by_text(caller, conversation).await?;
        let policy = self.present_policy(&conversation).await?;
        let name = quarantined_name(&conversation, &policy, key)
            .ok_or_else(|| ServiceError::not_found("quarantined key", key))?;
        check_key(caller, &policy, &name)?;
        match self.promote_in(caller, &conversation, &policy, &name, wish).await? {
            Ok(mut written) => {
                // The answer repeats what stands there, also what others wrote.
                let veil = self.veil(caller, conversation.deployment_id, conversation.policy_version).await?;
                veil.mask_written(&mut written);
                Ok(written)
            }
            Err(Unpromotable::NotThere) => Err(ServiceError::not_found("quarantined key", key)),
            Err(Unpromotable::Unfit { rule, reason, remedy, can_be_overridden }) => Err(ServiceError::WrongState {
                what: format!("the quarantined value of `{}`", cut(&name, 64)),
                rule: format!("stays where it is ({}): {reason}", rule.as_str()),
                remedy: if can_be_overridden {
                    format!("{remedy} Or promote it with `override` and a `reason`.")
                } else {
                    remedy
                },
            }),
        }
    }

    /// Promotes a key in many conversations of a deployment, newest first; each gets its own event.
    ///
    /// # Errors
    /// `NotFound` for the deployment, `Invalid`, `MissingKeyPermission`, or the store's: what was promoted until then stays.
    pub async fn promote_everywhere(
        &self,
        caller: &Caller,
        deployment: &str,
        key: &str,
        bulk: &BulkPromotion,
    ) -> Result<BulkPromoted, ServiceError> {
        let BulkPromotion { wish, dry_run, after, limit } = bulk;
        check_reason(wish)?;
        let ready = self.own_deployment(caller, deployment).await?;
        check_key(caller, &ready.policy, key)?;
        let mut done = BulkPromoted::default();
        let mut walk = Walk::new(&ready.deployment, *after, *limit);
        while let Some(page) = walk.next_page(self).await? {
            for conversation in &page {
                let is_there = conversation.context().is_some_and(|context| context.quarantined.contains_key(key));
                if !is_there {
                    continue;
                }
                let outcome = if *dry_run {
                    self.try_promotion(caller, conversation, &ready.policy, key, wish).await?
                } else {
                    self.promote_in(caller, conversation, &ready.policy, key, wish).await?.map(drop)
                };
                match outcome {
                    Ok(()) => (done.found, done.promoted) = (done.found + 1, done.promoted + 1),
                    // Somebody else was faster.
                    Err(Unpromotable::NotThere) => {}
                    Err(Unpromotable::Unfit { rule, .. }) => {
                        done.found += 1;
                        *done.kept.entry(rule).or_default() += 1;
                        if done.kept_examples.len() < EXAMPLES {
                            done.kept_examples.push(conversation.id);
                        }
                    }
                }
            }
        }
        (done.scanned, done.next) = (walk.scanned, walk.next());
        Ok(done)
    }

    async fn try_promotion(
        &self,
        caller: &Caller,
        conversation: &Conversation,
        policy: &CompiledPolicy,
        name: &str,
        wish: &PromotionWish,
    ) -> Result<Result<(), Unpromotable>, ServiceError> {
        let whose = customer_of(conversation)?.id;
        let trust = self.trust_aside(conversation, whose, name).await?;
        let by = caller.actor();
        let promotion = self.promotion(conversation, trust, &by, wish)?;
        Ok(promote(policy, name, &promotion).map(drop))
    }

    async fn promote_in(
        &self,
        caller: &Caller,
        conversation: &Conversation,
        policy: &CompiledPolicy,
        name: &str,
        wish: &PromotionWish,
    ) -> Result<Result<ContextWritten, Unpromotable>, ServiceError> {
        let whose = customer_of(conversation)?.id;
        let trust = self.trust_aside(conversation, whose, name).await?;
        let by = caller.actor();
        let decide = |standing: &Arc<Conversation>| {
            let promotion = self.promotion(standing, trust, &by, wish)?;
            let admission = match promote(policy, name, &promotion) {
                Ok(admission) => admission,
                Err(why) => return Ok(Step::new(None, Err(why))),
            };
            let written = ContextWritten {
                conversation_id: standing.id,
                participant_id: whose,
                revision: admission.revision,
                custom_data: custom_data(&admission.context),
                customer: admission.customer.clone(),
                receipt: admission.receipt.clone(),
            };
            let going = Going::on(standing, by.clone(), promotion.at).context(whose, admission);
            Ok(Step::new(going.finish(), Ok(written)))
        };
        Ok(self.change(conversation.organization_id, conversation.id, decide).await?.outcome)
    }

    fn promotion<'a>(
        &self,
        conversation: &'a Conversation,
        trust: Trust,
        by: &'a waybill_model::Actor,
        wish: &'a PromotionWish,
    ) -> Result<Promotion<'a>, ServiceError> {
        let customer = customer_of(conversation)?;
        Ok(Promotion {
            standing: &customer.context,
            customer: &customer.customer,
            revision: conversation.revision,
            trust,
            by,
            at: self.inner.ambient.now(),
            late: conversation.ended_at.is_some(),
            override_reason: wish.override_reason.as_deref(),
        })
    }

    /// How far a quarantined value was believed: the receipt of the write that set it aside says so.
    async fn trust_aside(
        &self,
        conversation: &Conversation,
        whose: ParticipantId,
        name: &str,
    ) -> Result<Trust, ServiceError> {
        let log = self.inner.store.list_conversation_log(conversation.organization_id, conversation.id).await?;
        Ok(log.iter().rev().find_map(|event| trust_in(event, whose, name)).unwrap_or(Trust::Page))
    }

    async fn present_policy(&self, conversation: &Conversation) -> Result<Arc<CompiledPolicy>, ServiceError> {
        match self.find_ready(conversation.deployment_id).await? {
            Some(ready) => Ok(Arc::clone(&ready.policy)),
            None => self.policy_of(conversation).await,
        }
    }
}

/// Goes through a deployment's conversations, newest first, up to a bound.
struct Walk<'a> {
    deployment: &'a waybill_model::Deployment,
    after: Option<PagePosition>,
    left: u32,
    scanned: u64,
    at_end: bool,
}

impl<'a> Walk<'a> {
    fn new(deployment: &'a waybill_model::Deployment, after: Option<PagePosition>, limit: u32) -> Self {
        Self { deployment, after, left: limit.clamp(1, LOOKED_AT), scanned: 0, at_end: false }
    }

    async fn next_page(&mut self, service: &Service) -> Result<Option<Vec<Arc<Conversation>>>, ServiceError> {
        if self.at_end || self.left == 0 {
            return Ok(None);
        }
        let wanted = self.left.min(LOOK);
        let filter = ConversationFilter { deployment: Some(self.deployment.id), ..ConversationFilter::default() };
        let store = &service.inner.store;
        let page = store.list_conversations(self.deployment.organization_id, filter, self.after, wanted).await?;
        self.at_end = page.len() < wanted as usize;
        self.left -= u32::try_from(page.len()).unwrap_or(self.left).min(self.left);
        self.scanned += page.len() as u64;
        if let Some(last) = page.last() {
            self.after = Some(PagePosition { started_at: last.started_at, id: last.id });
        }
        Ok(Some(page))
    }

    fn next(&self) -> Option<PagePosition> {
        self.after.filter(|_| !self.at_end)
    }
}

fn trust_in(event: &Event, whose: ParticipantId, name: &str) -> Option<Trust> {
    let receipt = match &event.body {
        EventBody::Started { conversation, receipt } if conversation.customer()?.id == whose => receipt,
        EventBody::AttributesChanged { participant_id, receipt, .. } if *participant_id == whose => receipt,
        EventBody::Started { .. }
        | EventBody::AttributesChanged { .. }
        | EventBody::MessageAdded { .. }
        | EventBody::ParticipantJoined { .. }
        | EventBody::ParticipantLeft { .. }
        | EventBody::ParticipantConnected { .. }
        | EventBody::FlowStepped(_)
        | EventBody::Routed(_)
        | EventBody::WrappedUp { .. }
        | EventBody::NoteAdded { .. }
        | EventBody::Rated { .. }
        | EventBody::SeenUpTo { .. }
        | EventBody::Ended { .. }
        | EventBody::Erased { .. }
        | EventBody::Mark(_) => return None,
    };
    let is_it = |entry: &&waybill_model::ReceiptEntry| entry.stored_as.as_deref().unwrap_or(&entry.key) == name;
    receipt.with(waybill_model::Verdict::Quarantined).find(is_it).map(|entry| entry.trust)
}

/// The name in quarantine that a key means: itself, or any name of the same attribute.
fn quarantined_name(conversation: &Conversation, policy: &CompiledPolicy, key: &str) -> Option<String> {
    let quarantined = &conversation.context()?.quarantined;
    if quarantined.contains_key(key) {
        return Some(key.to_owned());
    }
    let canonical = policy.canonical(key);
    let mut same = quarantined.keys().filter(|name| policy.canonical(name) == canonical);
    let found = same.next()?.clone();
    // Two of them are a question that only their own names answer.
    if same.next().is_some() { None } else { Some(found) }
}

/// The right to promote may be granted for single keys.
fn check_key(caller: &Caller, policy: &CompiledPolicy, name: &str) -> Result<(), ServiceError> {
    let permission = Permission::QuarantinePromote;
    let key = policy.canonical(name);
    if caller.may_key(permission, key) || caller.may_key(permission, name) {
        return Ok(());
    }
    Err(ServiceError::MissingKeyPermission { permission: permission.as_str(), key: cut(key, 128) })
}

fn check_reason(wish: &PromotionWish) -> Result<(), ServiceError> {
    let Some(reason) = &wish.override_reason else { return Ok(()) };
    if !reason.trim().is_empty() && reason.len() <= REASON_BYTES && !reason.chars().any(char::is_control) {
        return Ok(());
    }
    Err(ServiceError::Invalid {
        field: "reason",
        rule: format!("must have 1 to {REASON_BYTES} bytes and no control characters"),
        remedy: "say in a sentence why the value is promoted although it does not fit".to_owned(),
    })
}
