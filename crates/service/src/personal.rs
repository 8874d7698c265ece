//! Personal values: masked for whoever may not see them, and their reading leaves a row in the audit log (ACC3, ACC4).

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use moka::sync::Cache;
use tokio::{sync::mpsc, task::JoinSet};
use waybill_engine::attributes::{CompiledPolicy, link_for};
use waybill_model::{
    Attribute, AttributeChange, AuditEntry, Context, Conversation, ConversationId, Customer, DeploymentId, Event,
    EventBody, OrganizationId, Participant, Permission, Principal, Quarantined, Scalar,
};
use waybill_store::Store;

use crate::{Caller, ContextWritten, Service, ServiceError, entities::Act};

/// What stands in the place of a value that the reader may not see.
pub const MASK: &str = "***";
/// The same as the JSON text that quarantined values have.
const MASK_JSON: &str = "\"***\"";
/// The names under which a permission for single keys reaches the customer.
const CUSTOMER: [&str; 3] = ["customer.id", "customer.name", "customer.email"];
/// Readings that may wait to be written; beyond it they are counted into one row.
const WAITING: usize = 16_384;
/// Readings per round of writing.
const GROUP: usize = 256;

/// Which personal values of one conversation a reader sees.
#[derive(Debug, Clone)]
pub(crate) struct Veil {
    /// The policy that the conversation lives under, and the deployment's present one: a key that was declared personal
    /// later is personal.
    policies: Vec<Arc<CompiledPolicy>>,
    caller: Caller,
}

impl Veil {
    fn is_personal(&self, key: &str) -> bool {
        let declared = |name: &str| {
            let mut declared = self.policies.iter().filter_map(|policy| policy.policy().resolve(name).1);
            declared.any(|declared| declared.personal)
        };
        // A quarantined key can stand under its path.
        declared(key) || key.rsplit_once('.').is_some_and(|(_, last)| declared(last))
    }

    fn canonical<'a>(&'a self, key: &'a str) -> &'a str {
        let mut resolved = self.policies.iter().map(|policy| policy.policy().resolve(key));
        resolved.find_map(|(canonical, declared)| declared.map(|_| canonical)).unwrap_or(key)
    }

    fn sees(&self, key: &str) -> bool {
        let may = |key: &str| self.caller.may_key(Permission::PersonalView, key);
        may(key) || may(self.canonical(key))
    }

    /// Whether the reader must not see the value of a key.
    pub(crate) fn hides(&self, key: &str) -> bool {
        self.is_personal(key) && !self.sees(key)
    }

    /// Where a value leads, as the newest policy says; nothing for who may not see it.
    pub(crate) fn link(&self, key: &str, value: &Scalar) -> Option<String> {
        let declared = self.policies.last()?.declared(key)?;
        if self.hides(key) { None } else { link_for(declared.link.as_deref()?, value) }
    }

    /// The conversation as the reader may see it: the same one where nothing is hidden.
    pub(crate) fn conversation(&self, conversation: &Arc<Conversation>) -> Arc<Conversation> {
        if !conversation.participants.iter().any(|participant| self.hides_some(participant)) {
            return Arc::clone(conversation);
        }
        let mut masked = Conversation::clone(conversation);
        masked.participants.iter_mut().for_each(|participant| self.mask(participant));
        Arc::new(masked)
    }

    /// The event as the reader may see it.
    pub(crate) fn event(&self, event: &Arc<Event>) -> Arc<Event> {
        let mut masked = Event::clone(event);
        match &mut masked.body {
            EventBody::Started { conversation, receipt: _ } => {
                conversation.participants.iter_mut().for_each(|participant| self.mask(participant));
            }
            EventBody::AttributesChanged { changes, quarantined, customer, .. } => {
                changes.iter_mut().for_each(|change| self.mask_change(change));
                quarantined.iter_mut().for_each(|(key, value)| self.mask_quarantined(key, value));
                if let Some(customer) = customer {
                    self.mask_customer(customer);
                }
            }
            EventBody::ParticipantJoined { participant } => self.mask(participant),
            EventBody::NoteAdded { note } if !self.caller.may(Permission::NoteView) => MASK.clone_into(&mut note.text),
            EventBody::NoteAdded { .. } => return Arc::clone(event),
            EventBody::MessageAdded { .. }
            | EventBody::ParticipantLeft { .. }
            | EventBody::ParticipantConnected { .. }
            | EventBody::FlowStepped(_)
            | EventBody::Routed(_)
            | EventBody::WrappedUp { .. }
            | EventBody::Rated { .. }
            | EventBody::SeenUpTo { .. }
            | EventBody::Ended { .. }
            | EventBody::Erased { .. }
            | EventBody::Mark(_) => return Arc::clone(event),
        }
        Arc::new(masked)
    }

    /// Whether the reader sees some personal value of the context or the customer.
    fn shows_some(&self, conversation: &Conversation) -> bool {
        conversation.participants.iter().any(|participant| {
            let Customer { id, name, email, trust: _ } = &participant.customer;
            let customer = [id, name, email].into_iter().zip(CUSTOMER);
            // Agents and clients have names too; those are nobody's secret.
            let mut customer = customer.filter(|_| is_customer(participant));
            customer.any(|(value, key)| value.is_some() && self.sees(key))
                || participant.context.stored.keys().any(|key| self.is_personal(key) && self.sees(key))
        })
    }

    /// The same of one change.
    pub(crate) fn shows_change(&self, changes: &[AttributeChange], customer: Option<&Customer>) -> bool {
        changes.iter().any(|change| self.is_personal(&change.key) && self.sees(&change.key))
            || customer.is_some_and(|_| CUSTOMER.iter().any(|key| self.sees(key)))
    }

    fn hides_some(&self, participant: &Participant) -> bool {
        let Context { stored, quarantined, refused: _, missing: _, deleted: _, erased: _ } = &participant.context;
        stored.keys().chain(quarantined.keys()).any(|key| self.hides(key))
            || (is_customer(participant)
                && participant.customer != Customer::default()
                && CUSTOMER.iter().any(|key| !self.sees(key)))
    }

    fn mask(&self, participant: &mut Participant) {
        if is_customer(participant) {
            self.mask_customer(&mut participant.customer);
        }
        let Context { stored, quarantined, refused: _, missing: _, deleted: _, erased: _ } = &mut participant.context;
        for (key, attribute) in stored {
            self.mask_attribute(key, attribute);
        }
        for (key, value) in quarantined {
            self.mask_quarantined(key, value);
        }
    }

    fn mask_attribute(&self, key: &str, attribute: &mut Attribute) {
        if self.hides(key) {
            attribute.value = Scalar::from(MASK);
        }
    }

    pub(crate) fn mask_quarantined(&self, key: &str, quarantined: &mut Quarantined) {
        if self.hides(key) {
            MASK_JSON.clone_into(&mut quarantined.json);
        }
    }

    /// Masks both sides of a change; whether something stood there stays visible.
    pub(crate) fn mask_change(&self, change: &mut AttributeChange) {
        let AttributeChange { key, old, new, reason, erased: _ } = change;
        if !self.hides(key) {
            return;
        }
        if let Some(old) = old {
            *old = Scalar::from(MASK);
        }
        if let Some(new) = new {
            new.value = Scalar::from(MASK);
        }
        // Whoever corrected it may have said why by saying what it was.
        if let Some(reason) = reason {
            *reason = MASK.to_owned();
        }
    }

    /// Masks what a write answers: it repeats the whole context.
    pub(crate) fn mask_written(&self, written: &mut ContextWritten) {
        let ContextWritten { conversation_id: _, participant_id: _, revision: _, custom_data, customer, receipt: _ } =
            written;
        for (key, value) in custom_data {
            if self.hides(key) {
                *value = Scalar::from(MASK);
            }
        }
        self.mask_customer(customer);
    }

    pub(crate) fn mask_customer(&self, customer: &mut Customer) {
        let Customer { id, name, email, trust: _ } = customer;
        for (value, key) in [id, name, email].into_iter().zip(CUSTOMER) {
            if let Some(value) = value
                && !self.sees(key)
            {
                MASK.clone_into(value);
            }
        }
    }
}

fn is_customer(participant: &Participant) -> bool {
    participant.purpose == waybill_model::Purpose::Customer
}

/// Reads of personal values on their way into the audit log, off every hot path.
pub(crate) struct PersonalRecorder {
    sender: mpsc::Sender<(OrganizationId, AuditEntry)>,
    /// One row per conversation, revision and reader.
    seen: Cache<(ConversationId, u64, Principal), ()>,
    skipped: Arc<AtomicU64>,
}

impl PersonalRecorder {
    pub(crate) fn start(store: Arc<dyn Store>) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        let skipped = Arc::new(AtomicU64::new(0));
        tokio::spawn(write_readings(store, receiver, Arc::clone(&skipped)));
        let seen = Cache::builder().max_capacity(100_000).time_to_idle(Duration::from_secs(3_600)).build();
        Self { sender, seen, skipped }
    }
}

async fn write_readings(
    store: Arc<dyn Store>,
    mut receiver: mpsc::Receiver<(OrganizationId, AuditEntry)>,
    skipped: Arc<AtomicU64>,
) {
    let mut readings = Vec::with_capacity(GROUP);
    while receiver.recv_many(&mut readings, GROUP).await > 0 {
        // Nothing goes missing unseen: the row after a flood says how many found no place.
        if let Some((_, entry)) = readings.last_mut() {
            let skipped = skipped.swap(0, Relaxed);
            if skipped > 0 {
                entry.details.push_str(&format!("; {skipped} more readings were too many to be written one by one"));
            }
        }
        // Side by side, so that the writer takes them in one transaction.
        let mut writing = JoinSet::new();
        for (organization, entry) in readings.drain(..) {
            let store = Arc::clone(&store);
            writing.spawn(async move { store.append_audit(organization, entry).await });
        }
        for outcome in writing.join_all().await {
            if let Err(error) = outcome {
                tracing::error!(%error, "a reading of personal context was not written to the audit log");
            }
        }
    }
}

impl Service {
    /// What a caller may see of conversations of a deployment under a policy version.
    pub(crate) async fn veil(
        &self,
        caller: &Caller,
        deployment: DeploymentId,
        policy_version: u64,
    ) -> Result<Veil, ServiceError> {
        let mut policies = vec![self.policy(caller.organization_id(), deployment, policy_version).await?];
        if let Some(ready) = self.find_ready(deployment).await?
            && ready.policy.policy().version != policy_version
        {
            policies.push(Arc::clone(&ready.policy));
        }
        Ok(Veil { policies, caller: caller.clone() })
    }

    /// A conversation as the caller may see it; that it is shown personal values leaves a row in the audit log. Everybody
    /// who shows a conversation or its context goes through here.
    pub(crate) async fn shown(
        &self,
        caller: &Caller,
        conversation: &Arc<Conversation>,
    ) -> Result<Arc<Conversation>, ServiceError> {
        // The usual reader polls what it saw before, and sees everything.
        let seen = (conversation.id, conversation.revision, caller.principal());
        let sees_all = caller.sees_every_key(Permission::PersonalView);
        if sees_all && self.inner.personal.seen.contains_key(&seen) {
            return Ok(Arc::clone(conversation));
        }
        let veil = self.veil(caller, conversation.deployment_id, conversation.policy_version).await?;
        self.note_reading(&veil, conversation);
        Ok(if sees_all { Arc::clone(conversation) } else { veil.conversation(conversation) })
    }

    /// Leaves a row in the audit log, once per conversation, revision and reader, when the reader sees personal values.
    pub(crate) fn note_reading(&self, veil: &Veil, conversation: &Conversation) {
        let seen = (conversation.id, conversation.revision, veil.caller.principal());
        if !self.inner.personal.seen.contains_key(&seen) && veil.shows_some(conversation) {
            self.note_reading_of(veil, conversation.organization_id, conversation.id, conversation.revision);
        }
    }

    /// The same where it is known that personal values are shown.
    pub(crate) fn note_reading_of(
        &self,
        veil: &Veil,
        organization: OrganizationId,
        conversation: ConversationId,
        revision: u64,
    ) {
        let personal = &self.inner.personal;
        let seen = (conversation, revision, veil.caller.principal());
        if personal.seen.contains_key(&seen) || !personal.seen.entry(seen).or_insert(()).is_fresh() {
            return;
        }
        let act = Act::of(&veil.caller, "personal.read", conversation.uuid());
        let entry = self.audit_entry(act.saying(format!("revision {revision}")));
        if personal.sender.try_send((organization, entry)).is_err() {
            personal.skipped.fetch_add(1, Relaxed);
            metrics::counter!("waybill_readings_skipped_total").increment(1);
        }
    }

    /// Searching by a personal key tells its values apart: it takes the same right as seeing them.
    ///
    /// # Errors
    /// `MissingKeyPermission`.
    pub(crate) async fn check_searched_key(&self, caller: &Caller, name: &str) -> Result<(), ServiceError> {
        if caller.sees_every_key(Permission::PersonalView) {
            return Ok(());
        }
        let deployments = self.inner.store.list_deployments(caller.organization_id()).await?;
        let personal: BTreeSet<&str> = deployments
            .iter()
            .filter_map(|deployment| {
                let (key, declared) = deployment.policy.resolve(name);
                declared.filter(|declared| declared.personal).map(|_| key)
            })
            .collect();
        match personal.into_iter().find(|key| !caller.may_key(Permission::PersonalView, key)) {
            Some(key) => Err(ServiceError::MissingKeyPermission {
                permission: Permission::PersonalView.as_str(),
                key: key.to_owned(),
            }),
            None => Ok(()),
        }
    }
}
