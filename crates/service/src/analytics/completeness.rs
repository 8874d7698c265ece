//! How complete context is: for every key, in how many of all starts it came, and what became of it otherwise.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{
    ContextPolicy, Deployment, DeploymentId, Time,
    analytics::{CompletenessGroup, Condition, Dimension, GroupValue, KeyNumbers, RefusedStarts, Span},
};

use crate::{Caller, Service, ServiceError};

/// The longest span: refusals are kept for 30 days.
const MOST_DAYS: i64 = 31;
/// The span where nobody says another.
const DAYS: i64 = 7;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
/// Pages or versions of one deployment that stand for themselves.
const GROUPS: usize = 100;
/// Keys of one group that no deployment declares.
const UNDECLARED: usize = 50;

/// What completeness is told apart by, besides deployment and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CompletenessBy {
    /// Nothing more.
    #[default]
    Key,
    /// The path of the page.
    Page,
    /// The SDK's version.
    Sdk,
}

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompletenessQuestion {
    /// From; seven days ago where absent.
    pub from: Option<Time>,
    /// Until; now where absent.
    pub to: Option<Time>,
    /// Of one deployment.
    pub deployment: Option<String>,
    /// Told apart by.
    pub by: CompletenessBy,
}

/// How complete context was.
#[derive(Debug, Clone, PartialEq)]
pub struct Completeness {
    /// When.
    pub span: Span,
    /// By deployment, and by page or version, those with the most starts first.
    pub rows: Vec<CompletenessRow>,
}

/// One group of starts.
#[derive(Debug, Clone, PartialEq)]
pub struct CompletenessRow {
    /// The entry point.
    pub deployment_id: DeploymentId,
    /// Its name.
    pub deployment_name: Option<String>,
    /// The page or version, where it was asked for.
    pub value: Option<GroupValue>,
    /// Conversations that started.
    pub conversations: u64,
    /// Starts that were refused.
    pub refused_starts: u64,
    /// The keys: declared ones in the order of the policy, then others, the most frequent first.
    pub keys: Vec<KeyRow>,
}

impl CompletenessRow {
    /// Everybody who wanted to start: the denominator of every rate.
    #[must_use]
    pub const fn starts(&self) -> u64 {
        self.conversations + self.refused_starts
    }
}

/// What became of one key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyRow {
    /// The canonical key, or the name under which it was sent where nobody declares it.
    pub key: String,
    /// Whether the deployment declares it.
    pub declared: bool,
    /// Whether it is required.
    pub required: bool,
    /// The numbers.
    pub numbers: KeyNumbers,
    /// Refused starts in which it was at fault.
    pub refused_starts: u64,
}

/// One group while it is put together.
#[derive(Default)]
struct Gathered {
    conversations: u64,
    refused_starts: u64,
    keys: BTreeMap<String, (KeyNumbers, u64)>,
}

impl Service {
    /// How complete the context of conversations was that the caller's right reaches.
    ///
    /// # Errors
    /// `NotFound` for the deployment, `Invalid` for the span.
    pub async fn context_completeness(
        &self,
        caller: &Caller,
        question: CompletenessQuestion,
    ) -> Result<Completeness, ServiceError> {
        let CompletenessQuestion { from, to, deployment, by } = question;
        let to = to.unwrap_or_else(|| self.inner.ambient.now().plus_millis(1));
        let from = from.unwrap_or_else(|| to.plus_millis(-DAYS * DAY));
        let invalid = |rule: &str, remedy: &str| ServiceError::Invalid {
            field: "from",
            rule: rule.to_owned(),
            remedy: remedy.to_owned(),
        };
        if from >= to {
            return Err(invalid("is not before `to`", "put the earlier time into `from`"));
        }
        if to.millis() - from.millis() > MOST_DAYS * DAY {
            return Err(invalid(
                "is more than 31 days before `to`",
                "ask for 31 days at most: refusals are kept no longer",
            ));
        }
        let span = Span { from, to };
        let asker = self.asker(caller, &[], &[]).await?;
        let mut selection = asker.selection(span, Condition::always());
        if let Some(text) = &deployment {
            let not_found = || ServiceError::not_found("deployment", text);
            let id: DeploymentId = text.parse().map_err(|_| not_found())?;
            let known = asker.deployments.iter().any(|deployment| deployment.id == id);
            if !known || asker.reach().is_some_and(|reach| !reach.contains(&id)) {
                return Err(not_found());
            }
            selection.deployments = Some(vec![id]);
        }
        let (organization, reach) = (caller.organization_id(), selection.deployments.clone());
        let dimension = match by {
            CompletenessBy::Key => None,
            CompletenessBy::Page => Some(Dimension::Page),
            CompletenessBy::Sdk => Some(Dimension::Sdk),
        };
        let groups = self.inner.store.count_completeness(organization, selection, dimension).await?;
        let refused = self.inner.store.count_refused_starts(organization, reach, span).await?;
        let deployments: BTreeMap<DeploymentId, &Deployment> =
            asker.deployments.iter().map(|deployment| (deployment.id, deployment)).collect();
        let mut gathered = BTreeMap::<(DeploymentId, GroupValue), Gathered>::new();
        for CompletenessGroup { deployment_id, value, conversations, keys } in groups {
            let policy = deployments.get(&deployment_id).map(|deployment| &deployment.policy);
            let value = if by == CompletenessBy::Key { GroupValue::Absent } else { value };
            let group = gathered.entry((deployment_id, value)).or_default();
            group.conversations += conversations;
            for (name, numbers) in keys {
                add(&mut group.keys.entry(canonical(policy, &name)).or_default().0, numbers);
            }
        }
        for RefusedStarts { deployment_id, page, sdk, starts, keys } in refused {
            let policy = deployments.get(&deployment_id).map(|deployment| &deployment.policy);
            let value = match by {
                CompletenessBy::Key => None,
                CompletenessBy::Page => page,
                CompletenessBy::Sdk => sdk,
            };
            let value = value.map_or(GroupValue::Absent, GroupValue::Is);
            let group = gathered.entry((deployment_id, value)).or_default();
            group.refused_starts += starts;
            let mut counted = BTreeSet::new();
            for (name, starts) in keys {
                let key = canonical(policy, &name);
                if counted.insert(key.clone()) {
                    group.keys.entry(key).or_default().1 += starts;
                }
            }
        }
        let rows = put_together(gathered, &deployments, by);
        Ok(Completeness { span, rows })
    }
}

/// The largest groups of each deployment, the others of it as one.
fn put_together(
    gathered: BTreeMap<(DeploymentId, GroupValue), Gathered>,
    deployments: &BTreeMap<DeploymentId, &Deployment>,
    by: CompletenessBy,
) -> Vec<CompletenessRow> {
    let mut of = BTreeMap::<DeploymentId, Vec<(GroupValue, Gathered)>>::new();
    for ((deployment, value), group) in gathered {
        of.entry(deployment).or_default().push((value, group));
    }
    let mut rows = Vec::new();
    for (deployment_id, mut groups) in of {
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.conversations + group.refused_starts));
        let mut rest = Gathered::default();
        let many = groups.len() > GROUPS;
        for (_, group) in groups.drain(GROUPS.min(groups.len())..) {
            rest.conversations += group.conversations;
            rest.refused_starts += group.refused_starts;
            for (key, (numbers, refused)) in group.keys {
                let (all, all_refused) = rest.keys.entry(key).or_default();
                add(all, numbers);
                *all_refused += refused;
            }
        }
        if many {
            groups.push((GroupValue::Other, rest));
        }
        let deployment = deployments.get(&deployment_id);
        for (value, group) in groups {
            let Gathered { conversations, refused_starts, keys } = group;
            rows.push(CompletenessRow {
                deployment_id,
                deployment_name: deployment.map(|deployment| deployment.name.clone()),
                value: (by != CompletenessBy::Key).then_some(value),
                conversations,
                refused_starts,
                keys: key_rows(deployment.map(|deployment| &deployment.policy), keys),
            });
        }
    }
    rows
}

fn key_rows(policy: Option<&ContextPolicy>, mut keys: BTreeMap<String, (KeyNumbers, u64)>) -> Vec<KeyRow> {
    let mut rows = Vec::new();
    for declared in policy.iter().flat_map(|policy| &policy.attributes) {
        let (numbers, refused_starts) = keys.remove(&declared.key).unwrap_or_default();
        rows.push(KeyRow {
            key: declared.key.clone(),
            declared: true,
            required: declared.required,
            numbers,
            refused_starts,
        });
    }
    let mut others: Vec<KeyRow> = keys
        .into_iter()
        .map(|(key, (numbers, refused_starts))| KeyRow { key, numbers, refused_starts, ..KeyRow::default() })
        .collect();
    others.sort_by_key(|row| std::cmp::Reverse(row.numbers.present + row.numbers.quarantined + row.refused_starts));
    others.truncate(UNDECLARED);
    rows.extend(others);
    rows
}

fn canonical(policy: Option<&ContextPolicy>, name: &str) -> String {
    policy.map_or(name, |policy| policy.resolve(name).0).to_owned()
}

fn add(into: &mut KeyNumbers, numbers: KeyNumbers) {
    let KeyNumbers { present, coerced, late, quarantined, refused, missing } = numbers;
    into.present += present;
    into.coerced += coerced;
    into.late += late;
    into.quarantined += quarantined;
    into.refused += refused;
    into.missing += missing;
}
