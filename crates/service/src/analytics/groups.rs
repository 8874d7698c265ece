//! Groups of numbers: the largest by name, the others as one, and the filter that opens each.

use std::collections::BTreeMap;

use waybill_engine::analytics::{AskedClause, AskedFilter, AskedPredicate, Column, Combine, Operator};
use waybill_model::analytics::{GroupValue, Measure, MeasureNumbers, Numbers};

/// The numbers of a group in a stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StretchNumbers {
    /// Of conversations that started; absent where nobody asked for them.
    pub conversations: Option<Numbers>,
    /// What was measured; the values are in order.
    pub measured: BTreeMap<Measure, MeasureNumbers>,
}

impl StretchNumbers {
    fn join(&mut self, other: Self) {
        let Self { conversations, measured } = other;
        if let Some(numbers) = conversations {
            self.add_conversations(numbers);
        }
        for (measure, numbers) in measured {
            self.measured.entry(measure).or_default().join(numbers);
        }
    }

    pub(super) fn add_conversations(&mut self, numbers: Numbers) {
        join(self.conversations.get_or_insert_default(), numbers);
    }

    /// What the group is ranked by: conversations, then values.
    fn size(&self) -> (u64, u64) {
        let conversations = self.conversations.map_or(0, |numbers| numbers.conversations);
        (conversations, self.measured.values().map(|numbers| numbers.count).sum())
    }
}

/// Numbers by group and stretch of time.
pub(super) type Groups = BTreeMap<Vec<GroupValue>, Stretches>;
type Stretches = BTreeMap<usize, StretchNumbers>;

pub(super) fn is_other(values: &[GroupValue]) -> bool {
    values.contains(&GroupValue::Other)
}

fn join(into: &mut Numbers, numbers: Numbers) {
    let Numbers { conversations, late, messages, fewest_messages, most_messages } = numbers;
    let is_first = into.conversations == 0;
    into.conversations += conversations;
    into.late += late;
    into.messages += messages;
    into.fewest_messages = if is_first { fewest_messages } else { into.fewest_messages.min(fewest_messages) };
    into.most_messages = into.most_messages.max(most_messages);
}

/// The largest groups, those without a value in any case, and the others as one at the end.
pub(super) fn cap(groups: Groups, most_groups: usize) -> Vec<(Vec<GroupValue>, Stretches)> {
    let total = |stretches: &Stretches| {
        stretches.values().map(StretchNumbers::size).fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
    };
    let (mut named, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(values, _)| !is_other(values));
    named.sort_by_cached_key(|(values, stretches)| (std::cmp::Reverse(total(stretches)), values.clone()));
    let is_absent = |values: &[GroupValue]| values.iter().all(|value| *value == GroupValue::Absent);
    let mut left = most_groups;
    let (mut kept, cut): (Vec<_>, Vec<_>) = named.into_iter().partition(|(values, _)| {
        let keep = left > 0 || (!values.is_empty() && is_absent(values));
        left = left.saturating_sub(usize::from(!is_absent(values) || values.is_empty()));
        keep
    });
    let mut rest: Option<(Vec<GroupValue>, Stretches)> = None;
    for (values, stretches) in others.into_iter().chain(cut) {
        let (_, all) = rest.get_or_insert_with(|| (vec![GroupValue::Other; values.len()], BTreeMap::new()));
        for (stretch, numbers) in stretches {
            all.entry(stretch).or_default().join(numbers);
        }
    }
    kept.extend(rest);
    kept
}

/// The filter that finds the conversations of one group; none where there is but one.
pub(super) fn filter_of(
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
    use waybill_model::analytics::Dimension;

    use super::*;

    fn is(text: &str) -> GroupValue {
        GroupValue::Is(text.to_owned())
    }

    fn numbers(conversations: u64) -> Stretches {
        let numbers = Numbers { conversations, ..Numbers::default() };
        BTreeMap::from([(0, StretchNumbers { conversations: Some(numbers), ..StretchNumbers::default() })])
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
            .map(|(values, stretches)| (values[0].clone(), stretches[&0].conversations.unwrap().conversations))
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
