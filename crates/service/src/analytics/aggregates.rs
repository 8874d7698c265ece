//! Numbers by stretch of time and group, and the filter that opens each group into its conversations.

use std::collections::BTreeMap;

use waybill_engine::analytics::{
    AskedFilter, Column, Metric, disconnect_type, metric, parse_granularity, parse_interval, parse_time_zone, stretches,
};
use waybill_model::{
    OrganizationId, Queue, QueueId, QueueRules, Time,
    analytics::{Condition, Dimension, GroupValue, Handling, HandlingRow, Measure, Span, Tally, TallyRow},
};

use super::{
    groups::{Groups, StretchNumbers, cap, filter_of, is_other},
    question::Asker,
};
use crate::{Caller, Service, ServiceError};

/// The longest interval.
const MOST_DAYS: i64 = 400;
/// Groups that are named where nobody says another number.
const GROUPS: u32 = 100;
/// The most groups that can be named.
const MOST_GROUPS: u32 = 500;
/// The most dimensions.
const MOST_DIMENSIONS: usize = 4;
/// Groups that are looked at where several of them are put together before the largest are named.
const PUT_TOGETHER: usize = 10_000;
/// The most numbers of one answer.
const MOST_NUMBERS: usize = 100_000;

/// A question for numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AggregatesQuestion {
    /// `start/end` of the conversations' starts.
    pub interval: String,
    /// An ISO duration; one stretch where absent.
    pub granularity: Option<String>,
    /// A zone's name; UTC where absent.
    pub time_zone: Option<String>,
    /// Names of dimensions and keys.
    pub group_by: Vec<String>,
    /// What has to hold.
    pub filter: Option<AskedFilter>,
    /// Names of metrics.
    pub metrics: Vec<String>,
    /// So many groups are named, the largest.
    pub most_groups: Option<u32>,
}

/// Numbers in groups.
#[derive(Debug, Clone)]
pub struct Aggregates {
    /// The metrics that were asked for and have data.
    pub metrics: Vec<(String, Metric)>,
    /// The groups, the largest first; the many that are not named last.
    pub groups: Vec<Aggregate>,
}

/// One group.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// Its value by the names that were asked for.
    pub group: Vec<(String, GroupValue)>,
    /// In how many percent of its answers its queue wants to be in time, where it is of one queue.
    pub target_percent: Option<u8>,
    /// Its numbers, by time.
    pub stretches: Vec<AggregateStretch>,
    /// Filters that find exactly its conversations.
    pub filters: Vec<AskedFilter>,
}

/// The numbers of a stretch of time.
#[derive(Debug, Clone)]
pub struct AggregateStretch {
    /// When.
    pub span: Span,
    /// The numbers.
    pub numbers: StretchNumbers,
}

impl Service {
    /// Counts conversations.
    ///
    /// # Errors
    /// `Invalid` for the question, `MissingKeyPermission` for a personal key.
    pub async fn query_aggregates(
        &self,
        caller: &Caller,
        question: AggregatesQuestion,
    ) -> Result<Aggregates, ServiceError> {
        let AggregatesQuestion { interval, granularity, time_zone, group_by, filter, metrics, most_groups } = question;
        let started = parse_interval(&interval, MOST_DAYS, "ask in several questions of at most 400 days")?;
        let granularity = granularity.as_deref().map(parse_granularity).transpose()?;
        let edges = stretches(started, granularity, &parse_time_zone(time_zone.as_deref())?)?;
        let metrics = read_metrics(&metrics)?;
        if group_by.len() > MOST_DIMENSIONS {
            return Err(invalid("groupBy", &format!("has more than {MOST_DIMENSIONS} dimensions"), "ask for fewer"));
        }
        let most_groups = most_groups.unwrap_or(GROUPS);
        if most_groups == 0 || most_groups > MOST_GROUPS {
            return Err(invalid("maxGroups", &format!("has to be 1 to {MOST_GROUPS}"), "leave it out for 100"));
        }
        if (most_groups as usize + 2) * (edges.len() - 1) > MOST_NUMBERS {
            return Err(invalid(
                "granularity",
                "asks for too many numbers at once",
                "use a longer granularity, a shorter interval or a smaller `maxGroups`",
            ));
        }
        let filters: Vec<AskedFilter> = filter.into_iter().collect();
        let asker = self.asker(caller, &[&filters], &group_by).await?;
        let mut columns = Vec::with_capacity(group_by.len());
        for name in &group_by {
            columns.push(asker.column("groupBy", name)?);
        }
        let condition = asker.condition(&[("filter", filters.as_slice())])?;
        let dimensions: Vec<Dimension> = columns.iter().filter_map(dimension_of).collect();
        self.check_keys(caller, &condition.dimensions()).await?;
        self.check_keys(caller, &dimensions).await?;
        let targets = self.read_targets(caller.organization_id(), &metrics).await?;
        let counting = Counting {
            metrics: &metrics,
            started,
            edges: &edges,
            dimensions: &dimensions,
            columns: &columns,
            condition: &condition,
            most_groups: most_groups as usize,
            targets: &targets,
        };
        let groups = cap(self.count_groups(caller.organization_id(), &asker, &counting).await?, most_groups as usize);
        let named: Vec<Vec<GroupValue>> = groups.iter().map(|(values, _)| values.clone()).collect();
        let by_queue = columns.iter().position(|column| *column == Column::Dimension(Dimension::Queue));
        let groups = groups.into_iter().map(|(values, stretches)| Aggregate {
            filters: filters.iter().cloned().chain(filter_of(&group_by, &columns, &values, &named)).collect(),
            target_percent: targets.percent(by_queue.and_then(|index| values.get(index))),
            group: group_by.iter().cloned().zip(values).collect(),
            stretches: stretches
                .into_iter()
                .map(|(stretch, mut numbers)| {
                    numbers.measured.values_mut().for_each(|numbers| numbers.values.sort_unstable());
                    AggregateStretch { span: Span { from: edges[stretch], to: edges[stretch + 1] }, numbers }
                })
                .collect(),
        });
        let groups = groups.collect();
        Ok(Aggregates { metrics, groups })
    }

    /// Numbers of conversations and of what was measured, in the same groups.
    async fn count_groups(
        &self,
        organization: OrganizationId,
        asker: &Asker,
        counting: &Counting<'_>,
    ) -> Result<Groups, ServiceError> {
        let Counting { metrics, started, edges, dimensions, columns, condition, most_groups, targets } = *counting;
        let has = |wanted: Metric| metrics.iter().any(|(_, metric)| *metric == wanted);
        let mut measures: Vec<Measure> = metrics.iter().flat_map(|(_, metric)| metric.measures()).collect();
        measures.sort_unstable();
        measures.dedup();
        let counts = has(Metric::Conversations) || has(Metric::MessageCount);
        // Several of a store's groups can be one here: they are put together before the largest are named.
        let puts_together = columns.contains(&Column::Division)
            || columns.contains(&Column::FlowName)
            || columns.contains(&Column::Dimension(Dimension::Ending))
            || (counts && !measures.is_empty());
        let most_groups = if puts_together { PUT_TOGETHER } else { most_groups };
        let mut groups = Groups::new();
        let (mut named, mut most_besides) = (Vec::new(), most_groups);
        if counts {
            let tally = Tally {
                selection: asker.selection(started, condition.clone()),
                edges: edges.to_vec(),
                group_by: dimensions.to_vec(),
                most_groups,
                messages: has(Metric::MessageCount),
            };
            for TallyRow { group, stretch, numbers } in self.inner.store.tally(organization, tally).await? {
                if is_other(&group) {
                    // Some are not named: what is measured of them is not named either.
                    most_besides = 0;
                } else if named.last() != Some(&group) {
                    named.push(group.clone());
                }
                let stretches = groups.entry(name_group(columns, group, asker)).or_default();
                stretches.entry(stretch).or_default().add_conversations(numbers);
            }
        }
        if !measures.is_empty() {
            let values_of = metrics.iter().filter(|(_, metric)| metric.has_percentiles());
            let handling = Handling {
                deployments: asker.reach().map(<[_]>::to_vec),
                condition: condition.clone(),
                edges: edges.to_vec(),
                group_by: dimensions.to_vec(),
                named,
                most_groups: most_besides,
                measures,
                values_of: values_of.flat_map(|(_, metric)| metric.measures()).collect(),
                targets: targets.of_queues.iter().map(|(id, (_, seconds))| (*id, millis(*seconds))).collect(),
                otherwise: millis(targets.otherwise.1),
            };
            let rows = self.inner.store.count_handling(organization, handling).await?;
            for HandlingRow { group, stretch, measure, numbers } in rows {
                let stretches = groups.entry(name_group(columns, group, asker)).or_default();
                let here = stretches.entry(stretch).or_default();
                if counts {
                    here.conversations.get_or_insert_default();
                }
                here.measured.entry(measure).or_default().join(numbers);
            }
        }
        Ok(groups)
    }

    /// The service levels of the queues, where answers are held against them.
    async fn read_targets(
        &self,
        organization: OrganizationId,
        metrics: &[(String, Metric)],
    ) -> Result<Targets, ServiceError> {
        let mut targets = Targets { of_queues: BTreeMap::new(), otherwise: QueueRules::default().service_level };
        if metrics.iter().any(|(_, metric)| matches!(metric, Metric::OverTarget | Metric::ServiceLevel)) {
            let queues = self.list_all::<Queue>(organization).await?;
            targets.of_queues = queues.into_iter().map(|queue| (queue.id, queue.rules.service_level)).collect();
        }
        Ok(targets)
    }
}

/// What is counted, read and resolved.
#[derive(Clone, Copy)]
struct Counting<'a> {
    metrics: &'a [(String, Metric)],
    started: Span,
    edges: &'a [Time],
    dimensions: &'a [Dimension],
    columns: &'a [Column],
    condition: &'a Condition,
    most_groups: usize,
    targets: &'a Targets,
}

/// Service levels: so many percent within so many seconds.
struct Targets {
    of_queues: BTreeMap<QueueId, (u8, u32)>,
    /// Of a queue that is gone.
    otherwise: (u8, u32),
}

impl Targets {
    /// The share that is wanted in a group: of its queue, or the one that all queues have.
    fn percent(&self, queue: Option<&GroupValue>) -> Option<u8> {
        match queue {
            Some(GroupValue::Is(id)) => {
                let found = id.parse().ok().and_then(|id: QueueId| self.of_queues.get(&id));
                Some(found.unwrap_or(&self.otherwise).0)
            }
            Some(GroupValue::Absent | GroupValue::Other) => None,
            None => {
                let mut percents = self.of_queues.values().map(|(percent, _)| *percent);
                let first = percents.next()?;
                percents.all(|percent| percent == first).then_some(first)
            }
        }
    }
}

fn millis(seconds: u32) -> u64 {
    u64::from(seconds) * 1_000
}

fn invalid(field: &'static str, rule: &str, remedy: &str) -> ServiceError {
    ServiceError::Invalid { field, rule: rule.to_owned(), remedy: remedy.to_owned() }
}

fn read_metrics(names: &[String]) -> Result<Vec<(String, Metric)>, ServiceError> {
    let mut metrics = Vec::with_capacity(names.len());
    for name in names {
        match metric(name) {
            Some(Metric::Unserved) => {}
            Some(found) => metrics.push((name.clone(), found)),
            None => {
                return Err(invalid(
                    "metrics",
                    "names an unknown metric",
                    "use nConversations, oMessageCount, or one of waiting and handling such as nOffered, tAnswered, tHandle, oServiceLevel",
                ));
            }
        }
    }
    if names.is_empty() {
        return Err(invalid("metrics", "is empty", "name at least one, such as nConversations"));
    }
    Ok(metrics)
}

fn dimension_of(column: &Column) -> Option<Dimension> {
    match column {
        Column::Dimension(dimension) => Some(dimension.clone()),
        Column::Division => Some(Dimension::Deployment),
        Column::FlowName => Some(Dimension::Flow),
        Column::Same(_) => None,
    }
}

/// The values of a row by the columns that were asked for.
fn name_group(columns: &[Column], group: Vec<GroupValue>, asker: &Asker) -> Vec<GroupValue> {
    let mut found = group.into_iter();
    let mut next = || found.next().unwrap_or(GroupValue::Other);
    let named = columns.iter().map(|column| match column {
        Column::Same(constant) => GroupValue::Is((*constant).to_owned()),
        Column::Division => match next() {
            GroupValue::Is(deployment) => asker
                .division_of(&deployment)
                .map_or(GroupValue::Absent, |division| GroupValue::Is(division.to_owned())),
            other => other,
        },
        Column::FlowName => match next() {
            GroupValue::Is(flow) => {
                asker.flow_name(&flow).map_or(GroupValue::Other, |name| GroupValue::Is(name.to_owned()))
            }
            other => other,
        },
        Column::Dimension(Dimension::Ending) => match next() {
            GroupValue::Is(word) => GroupValue::Is(disconnect_type(&word).to_owned()),
            other => other,
        },
        Column::Dimension(_) => next(),
    });
    named.collect()
}
