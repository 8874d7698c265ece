//! Numbers by time and group → their bodies.

use waybill_protocol::rest::analytics::{
    AggregateData, AggregateGroup, AggregateMetric, AggregatesResponse, GroupDetails, Stats,
};
use waybill_service::analytics::{
    Aggregate, AggregateStretch, Aggregates, GroupValue, Measure, MeasureNumbers, Metric, Numbers, PERCENTILES, Span,
    StretchNumbers, percentile,
};

use super::convert::filter;

pub(super) fn aggregates(aggregates: Aggregates) -> AggregatesResponse {
    let Aggregates { metrics, groups } = aggregates;
    let results = groups.into_iter().map(|Aggregate { group, target_percent, stretches, filters }| AggregateGroup {
        other: group.iter().any(|(_, value)| *value == GroupValue::Other),
        group: group
            .into_iter()
            .filter_map(|(name, value)| match value {
                GroupValue::Is(value) => Some((name, value)),
                GroupValue::Absent | GroupValue::Other => None,
            })
            .collect(),
        data: stretches.iter().map(|stretch| data(stretch, &metrics, target_percent)).collect(),
        details: GroupDetails {
            uri: "/api/v2/analytics/conversations/details/query",
            conversation_filters: filters.into_iter().map(filter).collect(),
        },
    });
    AggregatesResponse { results: results.collect() }
}

fn data(stretch: &AggregateStretch, metrics: &[(String, Metric)], target_percent: Option<u8>) -> AggregateData {
    let AggregateStretch { span: Span { from, to }, numbers } = stretch;
    let metrics = metrics.iter().filter_map(|(name, metric)| {
        Some(AggregateMetric { metric: name.clone(), stats: stats(*metric, numbers, target_percent)? })
    });
    AggregateData {
        interval: format!("{from}/{to}"),
        metrics: metrics.collect(),
        late: numbers.conversations.map(|numbers| numbers.late),
    }
}

/// What a metric says; nothing where nothing was measured.
fn stats(metric: Metric, numbers: &StretchNumbers, target_percent: Option<u8>) -> Option<Stats> {
    let StretchNumbers { conversations, measured } = numbers;
    match metric {
        Metric::Conversations => conversations.map(|numbers| counted(numbers.conversations)),
        Metric::MessageCount => conversations.and_then(messages),
        Metric::Measured(measure) => measured.get(&measure).map(|numbers| match measure {
            Measure::Offered | Measure::Connected | Measure::Transferred | Measure::Flow | Measure::Failed => {
                counted(numbers.count)
            }
            Measure::Wait
            | Measure::Stay
            | Measure::Answered
            | Measure::Abandoned
            | Measure::FlowedOut
            | Measure::Alert
            | Measure::NotResponding
            | Measure::Talk
            | Measure::AfterWork
            | Measure::Handle
            | Measure::InFlow
            | Measure::FirstResponse
            | Measure::Response
            | Measure::Score => times(numbers),
        }),
        Metric::OverTarget => {
            measured.get(&Measure::Answered).map(|numbers| counted(numbers.count.saturating_sub(numbers.in_time)))
        }
        Metric::ServiceLevel => {
            let answered = measured.get(&Measure::Answered);
            let numerator = answered.map_or(0, |numbers| numbers.in_time);
            let count = |numbers: Option<&MeasureNumbers>| numbers.map_or(0, |numbers| numbers.count);
            let denominator = count(answered) + count(measured.get(&Measure::Abandoned));
            (denominator > 0).then(|| Stats {
                ratio: Some(numerator as f64 / denominator as f64),
                numerator: Some(numerator),
                denominator: Some(denominator),
                target: target_percent.map(|percent| f64::from(percent) / 100.0),
                ..counted(denominator)
            })
        }
        Metric::Unserved => None,
    }
}

fn counted(count: u64) -> Stats {
    Stats { count, ..Stats::default() }
}

fn messages(numbers: Numbers) -> Option<Stats> {
    let Numbers { conversations, late: _, messages, fewest_messages, most_messages } = numbers;
    (conversations > 0).then(|| Stats {
        sum: Some(messages),
        min: Some(fewest_messages),
        max: Some(most_messages),
        ..counted(conversations)
    })
}

fn times(numbers: &MeasureNumbers) -> Stats {
    let MeasureNumbers { count, sum, least, most, in_time: _, values } = numbers;
    let [p50, p90, p95, p99] = PERCENTILES.map(|percent| percentile(values, percent));
    Stats { sum: Some(*sum), min: Some(*least), max: Some(*most), p50, p90, p95, p99, ..counted(*count) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(metric: Metric, measured: &[(Measure, MeasureNumbers)], expected: &Value) {
        let numbers = StretchNumbers { conversations: None, measured: measured.iter().cloned().collect() };
        let told = serde_json::to_value(stats(metric, &numbers, Some(80))).expect("numbers are JSON");
        assert_eq!(told, *expected, "{metric:?}");
    }

    fn of(count: u64, in_time: u64) -> MeasureNumbers {
        MeasureNumbers { count, sum: 600, least: 100, most: 300, in_time, values: vec![100, 200, 300] }
    }

    #[test]
    fn ana11_a_service_level_is_a_share_of_those_who_were_answered_or_gave_up() {
        let answered = (Measure::Answered, of(3, 2));
        let level = |count: u64, numerator: u64, ratio: f64| json!({"count": count, "ratio": ratio, "numerator": numerator, "denominator": count, "target": 0.8});
        let both = [answered.clone(), (Measure::Abandoned, of(1, 1))];
        check(Metric::ServiceLevel, &both, &level(4, 2, 0.5));
        check(Metric::ServiceLevel, &both[1..], &level(1, 0, 0.0));
        check(Metric::ServiceLevel, &[(Measure::Wait, of(1, 1))], &Value::Null);
        check(Metric::OverTarget, &[answered], &json!({"count": 1}));
        check(Metric::OverTarget, &[], &Value::Null);
    }

    #[test]
    fn ana9_what_is_counted_has_no_sum_and_what_takes_time_has() {
        check(Metric::Measured(Measure::Offered), &[(Measure::Offered, of(3, 3))], &json!({"count": 3}));
        let times =
            json!({"count": 3, "sum": 600, "min": 100, "max": 300, "p50": 200, "p90": 300, "p95": 300, "p99": 300});
        check(Metric::Measured(Measure::Wait), &[(Measure::Wait, of(3, 0))], &times);
        check(Metric::Measured(Measure::Wait), &[], &Value::Null);
    }
}
