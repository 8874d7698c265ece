//! Retention: what ended conversations hold goes when its time is over, by the same way as an erasure (PRIV7).

use std::{collections::HashMap, time::Duration};

use waybill_model::{
    Actor, ConversationId, Deployment, DeploymentId, ErasureTotals, OrganizationId, RetentionClass, Time,
    policy::{ContextPolicy, Retention},
};
use waybill_store::PagePosition;

use super::erase::Extent;
use crate::{Service, ServiceError, entities::Act};

/// Looks of one kind per round: commits and requests go on between rounds.
const LOOKS: usize = 4;
/// After a whole look over a deployment, the next one begins so much later.
const REST: Duration = Duration::from_secs(3_600);
const DAY: i64 = 86_400_000;

/// Where looks stand: by deployment and what is looked for. Forgotten at a restart: then they begin anew.
#[derive(Debug, Default)]
pub(super) struct Sweeps(HashMap<(DeploymentId, String), Sweep>);

#[derive(Debug, Clone, Copy, Default)]
struct Sweep {
    after: Option<PagePosition>,
    /// When everything had been looked at.
    done_at: Option<Time>,
}

/// What goes after so many days.
struct Rule {
    what: String,
    days: u32,
    extent: Extent,
    class: Option<RetentionClass>,
}

fn rules(policy: &ContextPolicy) -> Vec<Rule> {
    let Retention { conversation_days, message_days, personal_days, attributes } = &policy.retention;
    let classes = [
        ("everything", conversation_days, Extent::Everything, RetentionClass::Everything),
        ("messages", message_days, Extent::Messages, RetentionClass::Messages),
        ("personal", personal_days, Extent::Personal, RetentionClass::Personal),
    ];
    let classes = classes.into_iter().filter_map(|(what, days, extent, class)| {
        Some(Rule { what: what.to_owned(), days: (*days)?, extent, class: Some(class) })
    });
    let keys = attributes.iter().map(|(key, days)| Rule {
        what: format!("key {key}"),
        days: *days,
        // Lists know canonical names alone.
        extent: Extent::Key(policy.resolve(key).0.to_owned()),
        class: None,
    });
    classes.chain(keys).collect()
}

impl Service {
    /// Removes what is due in every deployment of an organization, a bounded step of it.
    pub(super) async fn apply_retention(
        &self,
        organization: OrganizationId,
        sweeps: &mut Sweeps,
    ) -> Result<(), ServiceError> {
        let mut removed = false;
        for deployment in self.inner.store.list_deployments(organization).await? {
            for rule in rules(&deployment.policy) {
                removed |= self.apply_rule(&deployment, &rule, sweeps).await?;
            }
        }
        if removed { self.settle_store().await } else { Ok(()) }
    }

    async fn apply_rule(
        &self,
        deployment: &Deployment,
        rule: &Rule,
        sweeps: &mut Sweeps,
    ) -> Result<bool, ServiceError> {
        let Rule { what, days, extent, class } = rule;
        let (organization, now) = (deployment.organization_id, self.inner.ambient.now());
        let sweep = sweeps.0.entry((deployment.id, what.clone())).or_default();
        let rest = i64::try_from(REST.as_millis()).unwrap_or(i64::MAX);
        if sweep.done_at.is_some_and(|done| now < done.plus_millis(rest)) {
            return Ok(false);
        }
        let ended_before = now.plus_millis(-i64::from(*days) * DAY);
        let certificate = self.inner.ambient.uuid();
        for _ in 0..LOOKS {
            let store = &self.inner.store;
            let due = match (class, extent) {
                (Some(class), _) => {
                    store.list_due(organization, deployment.id, ended_before, *class, sweep.after).await?
                }
                (None, Extent::Key(key)) => {
                    store.list_due_key(organization, deployment.id, ended_before, key.clone(), sweep.after).await?
                }
                (None, _) => return Err(ServiceError::Bug("a rule of retention has no class".to_owned())),
            };
            let mut empty: Vec<ConversationId> = Vec::new();
            for id in due.ids {
                let line = self.erase_in_turn(organization, id, extent, certificate, &Actor::Server).await?;
                if line.is_none() {
                    empty.push(id);
                }
            }
            if let (Some(class), false) = (class, empty.is_empty()) {
                self.inner.store.note_retained(organization, empty, *class).await?;
            }
            *sweep = Sweep { after: due.next, done_at: due.next.is_none().then_some(now) };
            if due.next.is_none() {
                break;
            }
        }
        let totals = self.total(organization, certificate).await?;
        if totals.conversations == 0 {
            return Ok(false);
        }
        let ErasureTotals { conversations, keys, messages, events, .. } = totals;
        let said = format!(
            "{what} after {days} days: {conversations} conversations, {keys} keys, {messages} messages, {events} \
             records; certificate {certificate}"
        );
        let act = Act::of_server("retention.applied", deployment.id.uuid()).saying(said);
        self.inner.store.append_audit(organization, self.audit_entry(act)).await?;
        Ok(true)
    }
}
