//! Numbers by stretch of time and group, and the filter that opens each group into its conversations.

use std::collections::BTreeMap;

use waybill_engine::analytics::{
    AskedClause, AskedFilter, AskedPredicate, Column, Combine, Metric, Operator, disconnect_type, metric,
    parse_granularity, parse_interval, parse_time_zone, stretches,
};
use waybill_model::analytics::{Dimension, GroupValue, Numbers, Span, Tally, TallyRow};

use super::question::Asker;
use crate::{Caller, Service, ServiceError};

/// The longest interval.
const MOST_DAYS: i64 = 400;
/// Groups that are named where nobody says another number.
const GROUPS: u32 = 100;
/// The most groups that can be named.
const MOST_GROUPS: u32 = 500;
/// The most dimensions.
const MOST_DIMENSIONS: usize = 4;
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
    /// Its numbers, by time.
    pub stretches: Vec<AggregateStretch>,
    /// Filters that find exactly its conversations.
    pub filters: Vec<AskedFilter>,
}

/// The numbers of a stretch of time.
#[derive(Debug, Clone, Copy)]
pub struct AggregateStretch {
    /// When.
    pub span: Span,
    /// The numbers.
    pub numbers: Numbers,
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
        let asker = self.asker(caller).await?;
        let mut columns = Vec::with_capacity(group_by.len());
        for name in &group_by {
            columns.push(asker.column("groupBy", name)?);
        }
        let filters: Vec<AskedFilter> = filter.into_iter().collect();
        let condition = asker.condition(&[("filter", filters.as_slice())])?;
        let dimensions: Vec<Dimension> = columns.iter().filter_map(dimension_of).collect();
        self.check_keys(caller, &condition.dimensions()).await?;
        self.check_keys(caller, &dimensions).await?;
        let has = |wanted: Metric| metrics.iter().any(|(_, metric)| *metric == wanted);
        let by_division = columns.contains(&Column::Division);
        let tally = Tally {
            selection: asker.selection(started, condition),
            edges: edges.clone(),
            group_by: dimensions,
            // Deployments are put together to divisions before the largest are named.
            most_groups: if by_division { 10_000 } else { most_groups as usize },
            connected: has(Metric::Connected),
            messages: has(Metric::MessageCount),
        };
        let rows = self.inner.store.tally(caller.organization_id(), tally).await?;
        let mut groups = Groups::new();
        for TallyRow { group, stretch, numbers } in rows {
            let stretches = groups.entry(name_group(&columns, group, &asker)).or_default();
            join(stretches.entry(stretch).or_default(), numbers);
        }
        let groups = cap(groups, most_groups as usize);
        let named: Vec<Vec<GroupValue>> = groups.iter().map(|(values, _)| values.clone()).collect();
        let groups = groups.into_iter().map(|(values, stretches)| {
            let own = filter_of(&group_by, &columns, &values, &named);
            Aggregate {
                filters: filters.iter().cloned().chain(own).collect(),
                group: group_by.iter().cloned().zip(values).collect(),
                stretches: stretches
                    .into_iter()
                    .map(|(stretch, numbers)| AggregateStretch {
                        span: Span { from: edges[stretch], to: edges[stretch + 1] },
                        numbers,
                    })
                    .collect(),
            }
        });
        Ok(Aggregates { metrics, groups: groups.collect() })
    }
}

type Groups = BTreeMap<Vec<GroupValue>, BTreeMap<usize, Numbers>>;

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
                    "use nConversations, nOffered, nConnected or oMessageCount; waiting and handling times come with routing",
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
        Column::Dimension(Dimension::Ending) => match next() {
            GroupValue::Is(word) => GroupValue::Is(disconnect_type(&word).to_owned()),
            other => other,
        },
        Column::Dimension(_) => next(),
    });
    named.collect()
}

fn is_other(values: &[GroupValue]) -> bool {
    values.contains(&GroupValue::Other)
}

fn join(into: &mut Numbers, numbers: Numbers) {
    let Numbers { conversations, late, connected, messages, fewest_messages, most_messages } = numbers;
    let is_first = into.conversations == 0;
    into.conversations += conversations;
    into.late += late;
    into.connected += connected;
    into.messages += messages;
    into.fewest_messages = if is_first { fewest_messages } else { into.fewest_messages.min(fewest_messages) };
    into.most_messages = into.most_messages.max(most_messages);
}

/// The largest groups, those without a value in any case, and the others as one at the end.
fn cap(groups: Groups, most_groups: usize) -> Vec<(Vec<GroupValue>, BTreeMap<usize, Numbers>)> {
    let total = |stretches: &BTreeMap<usize, Numbers>| stretches.values().map(|one| one.conversations).sum::<u64>();
    let (mut named, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(values, _)| !is_other(values));
    named.sort_by_cached_key(|(values, stretches)| (std::cmp::Reverse(total(stretches)), values.clone()));
    let is_absent = |values: &[GroupValue]| values.iter().all(|value| *value == GroupValue::Absent);
    let mut left = most_groups;
    let (mut kept, cut): (Vec<_>, Vec<_>) = named.into_iter().partition(|(values, _)| {
        let keep = left > 0 || (!values.is_empty() && is_absent(values));
        left = left.saturating_sub(usize::from(!is_absent(values) || values.is_empty()));
        keep
    });
    let mut rest: Option<(Vec<GroupValue>, BTreeMap<usize, Numbers>)> = None;
    for (values, stretches) in others.into_iter().chain(cut) {
        let (_, all) = rest.get_or_insert_with(|| (vec![GroupValue::Other; values.len()], BTreeMap::new()));
        for (stretch, numbers) in stretches {
            join(all.entry(stretch).or_default(), numbers);
        }
    }
    kept.extend(rest);
    kept
}

/// The filter that finds the conversations of one group; none where there is but one.
fn filter_of(
    names: &[String],
    columns: &[Column],
    values: &[GroupValue],
    groups: &[Vec<GroupValue>],
) -> Option<AskedFilter> {
    let tells_apart = |values: &[GroupValue], matching: [Operator; 2]| -> Vec<AskedPredicate> {
        let [same, absent] = matching;
        let columns = names.iter().zip(columns).zip(values);
        let columns = columns.filter(|((_, column), _)| !matches!(column, Column::Same(_)));
        columns
            .filter_map(|((name, _), value)| match value {
                GroupValue::Is(value) => Some(predicate(name, same, Some(value.clone()))),
                GroupValue::Absent => Some(predicate(name, absent, None)),
                GroupValue::Other => None,
            })
            .collect()
    };
    if !is_other(values) {
        let predicates = tells_apart(values, [Operator::Matches, Operator::NotExists]);
        return (!predicates.is_empty()).then_some(AskedFilter {
            combine: Combine::And,
            clauses: Vec::new(),
            predicates,
        });
    }
    // Not the first, and not the second …: each differs in one value at least.
    let clauses = groups.iter().filter(|group| !is_other(group)).map(|group| AskedClause {
        combine: Combine::Or,
        predicates: tells_apart(group, [Operator::NotMatches, Operator::Exists]),
    });
    Some(AskedFilter { combine: Combine::And, clauses: clauses.collect(), predicates: Vec::new() })
}

fn predicate(name: &str, operator: Operator, value: Option<String>) -> AskedPredicate {
    AskedPredicate { name: name.to_owned(), property: false, operator, value, range: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(text: &str) -> GroupValue {
        GroupValue::Is(text.to_owned())
    }

    fn numbers(conversations: u64) -> BTreeMap<usize, Numbers> {
        BTreeMap::from([(0, Numbers { conversations, ..Numbers::default() })])
    }

    #[test]
    fn ana2_the_largest_groups_are_named_and_nothing_gets_lost() {
        let groups = Groups::from([
            (vec![is("a")], numbers(5)),
            (vec![is("b")], numbers(7)),
            (vec![is("c")], numbers(1)),
            (vec![GroupValue::Absent], numbers(2)),
            (vec![GroupValue::Other], numbers(3)),
        ]);
        let told: Vec<_> = cap(groups, 2)
            .into_iter()
            .map(|(values, stretches)| (values[0].clone(), stretches[&0].conversations))
            .collect();
        assert_eq!(told, [(is("b"), 7), (is("a"), 5), (GroupValue::Absent, 2), (GroupValue::Other, 4)]);
    }

    #[test]
    fn ana2_a_group_is_opened_by_its_filter() {
        let names = ["plan".to_owned(), "mediaType".to_owned()];
        let columns = [Column::Dimension(Dimension::Attribute("plan".to_owned())), Column::Same("message")];
        let groups = [vec![is("gold"), is("message")], vec![GroupValue::Absent, is("message")]];
        let filter = |values: &[GroupValue]| filter_of(&names, &columns, values, &groups).unwrap();
        assert_eq!(filter(&groups[0]).predicates, [predicate("plan", Operator::Matches, Some("gold".to_owned()))]);
        assert_eq!(filter(&groups[1]).predicates, [predicate("plan", Operator::NotExists, None)]);
        let other = filter(&[GroupValue::Other, GroupValue::Other]);
        let clauses: Vec<_> = other.clauses.iter().map(|clause| clause.predicates[0].operator).collect();
        assert_eq!(clauses, [Operator::NotMatches, Operator::Exists]);
        assert_eq!(filter_of(&[], &[], &[], &[]), None);
    }
}
