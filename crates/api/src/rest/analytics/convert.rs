//! Answers of analytics → their bodies.

use waybill_protocol::rest::analytics::{
    AnalyticsFilter, CompletenessListing, CompletenessRow, ContextAlarm, FilterClause, FilterCombine, FilterOperator,
    FilterPredicate, FilterRange, KeyCompleteness, PredicateKind, PresenceShare,
};
use waybill_service::analytics::{
    Alarm, AlarmShare, AskedClause, AskedFilter, AskedPredicate, AskedRange, Combine, Completeness, CompletenessBy,
    GroupValue, KeyRow, Operator, Span,
};

pub(super) fn filter(filter: AskedFilter) -> AnalyticsFilter {
    let AskedFilter { combine, clauses, predicates } = filter;
    AnalyticsFilter {
        r#type: self::combine(combine),
        clauses: clauses
            .into_iter()
            .map(|AskedClause { combine, predicates }| FilterClause {
                r#type: self::combine(combine),
                predicates: predicates.into_iter().map(predicate).collect(),
            })
            .collect(),
        predicates: predicates.into_iter().map(predicate).collect(),
    }
}

const fn combine(combine: Combine) -> FilterCombine {
    match combine {
        Combine::And => FilterCombine::And,
        Combine::Or => FilterCombine::Or,
    }
}

fn predicate(predicate: AskedPredicate) -> FilterPredicate {
    let AskedPredicate { name, property, operator, value, range } = predicate;
    let (dimension, property) = if property { (None, Some(name)) } else { (Some(name), None) };
    FilterPredicate {
        r#type: Some(if property.is_some() { PredicateKind::Property } else { PredicateKind::Dimension }),
        dimension,
        property,
        property_type: None,
        metric: None,
        operator: Some(match operator {
            Operator::Matches => FilterOperator::Matches,
            Operator::NotMatches => FilterOperator::NotMatches,
            Operator::Exists => FilterOperator::Exists,
            Operator::NotExists => FilterOperator::NotExists,
        }),
        value,
        range: range.map(|AskedRange { gt, gte, lt, lte }| FilterRange { gt, gte, lt, lte }),
    }
}

pub(super) fn completeness(completeness: Completeness, by: CompletenessBy) -> CompletenessListing {
    let Completeness { span: Span { from, to }, rows } = completeness;
    let entities = rows.into_iter().map(|row| {
        let starts = row.starts();
        let waybill_service::analytics::CompletenessRow {
            deployment_id,
            deployment_name,
            value,
            conversations,
            refused_starts,
            keys,
        } = row;
        let other = value == Some(GroupValue::Other);
        let text = match value {
            Some(GroupValue::Is(text)) => Some(text),
            Some(GroupValue::Absent | GroupValue::Other) | None => None,
        };
        let (page_path, sdk_version) = match by {
            CompletenessBy::Key => (None, None),
            CompletenessBy::Page => (text, None),
            CompletenessBy::Sdk => (None, text),
        };
        CompletenessRow {
            deployment_id,
            deployment_name,
            page_path,
            sdk_version,
            other,
            starts,
            conversations,
            refused_starts,
            keys: keys.into_iter().map(|key| key_completeness(key, starts)).collect(),
        }
    });
    CompletenessListing { from, to, entities: entities.collect() }
}

fn key_completeness(row: KeyRow, starts: u64) -> KeyCompleteness {
    let KeyRow { key, declared, required, numbers, refused_starts } = row;
    let waybill_model::analytics::KeyNumbers { present, coerced, late, quarantined, refused, missing } = numbers;
    KeyCompleteness {
        key,
        declared,
        required,
        present,
        presence_rate: if starts == 0 { 0.0 } else { present as f64 / starts as f64 },
        refused: refused + refused_starts,
        quarantined,
        coerced,
        late,
        missing,
    }
}

pub(super) fn alarm(alarm: &Alarm) -> ContextAlarm {
    ContextAlarm {
        id: alarm.id.to_string(),
        state: if alarm.ended_at.is_some() { "ended" } else { "began" },
        deployment_id: alarm.deployment_id,
        key: alarm.key.clone(),
        began_at: alarm.began_at,
        ended_at: alarm.ended_at,
        baseline: share(alarm.baseline),
        window: share(alarm.window),
        latest: share(alarm.latest),
    }
}

fn share(share: AlarmShare) -> PresenceShare {
    let AlarmShare { present, starts, from, to } = share;
    PresenceShare { present, starts, rate: share.rate(), from, to }
}
