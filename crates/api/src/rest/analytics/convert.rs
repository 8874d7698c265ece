//! Answers of analytics → their bodies.

use std::borrow::Cow;

use waybill_model::{Context, Conversation, Participant, Purpose};
use waybill_protocol::rest::analytics::{
    AggregateData, AggregateGroup, AggregateMetric, AggregatesResponse, AnalyticsConversation, AnalyticsFilter,
    AnalyticsFlow, AnalyticsParticipant, AnalyticsSegment, AnalyticsSession, CompletenessListing, CompletenessRow,
    ContextAlarm, FilterClause, FilterCombine, FilterOperator, FilterPredicate, FilterRange, GroupDetails,
    KeyCompleteness, PredicateKind, PresenceShare, Stats,
};
use waybill_service::analytics::{
    Aggregate, AggregateStretch, Aggregates, Alarm, AlarmShare, AskedClause, AskedFilter, AskedPredicate, AskedRange,
    Combine, Completeness, CompletenessBy, Detail, GroupValue, KeyRow, Metric, Numbers, Operator, Span,
};

use crate::leg::{Left, Leg};

pub(super) fn conversations(details: &[Detail]) -> Vec<AnalyticsConversation<'_>> {
    details.iter().map(conversation).collect()
}

pub(super) fn conversation(detail: &Detail) -> AnalyticsConversation<'_> {
    let Detail { conversation, disconnect_type, division_id } = detail;
    let Conversation { id, deployment_id, started_at, ended_at, participants, revision, .. } = &**conversation;
    let late = conversation.context().is_some_and(|context| context.stored.values().any(|attribute| attribute.late));
    AnalyticsConversation {
        conversation_id: *id,
        conversation_start: *started_at,
        conversation_end: *ended_at,
        conversation_initiator: "customer",
        customer_participation: true,
        division_ids: division_id.iter().copied().collect(),
        originating_direction: "inbound",
        participants: participants.iter().map(|one| participant(one, *ended_at, *disconnect_type)).collect(),
        deployment_id: *deployment_id,
        revision: *revision,
        late,
    }
}

fn participant<'a>(
    participant: &'a Participant,
    ended_at: Option<waybill_model::Time>,
    disconnect_type: Option<&'static str>,
) -> AnalyticsParticipant<'a> {
    let Participant { id, communication_id, purpose, customer, user_id, flow_id, context, .. } = participant;
    AnalyticsParticipant {
        participant_id: *id,
        participant_name: customer.name.as_deref(),
        purpose: purpose.as_str(),
        user_id: *user_id,
        attributes: texts(context).collect(),
        late_attributes: late(context),
        sessions: [AnalyticsSession {
            session_id: *communication_id,
            media_type: "message",
            message_type: "webmessaging",
            direction: "inbound",
            provider: "Webmessaging",
            flow: flow_id.map(|flow_id| AnalyticsFlow { flow_id, flow_type: "INBOUNDSHORTMESSAGE" }),
            segments: segments(participant, ended_at, disconnect_type),
        }],
    }
}

/// The stretches of a leg, as far as they began.
fn segments(
    participant: &Participant,
    ended_at: Option<waybill_model::Time>,
    disconnect_type: Option<&'static str>,
) -> Vec<AnalyticsSegment> {
    let leg = Leg::of(participant, ended_at);
    let segment = |segment_type, segment_start, segment_end, disconnect_type| AnalyticsSegment {
        segment_start,
        segment_end,
        segment_type,
        queue_id: participant.queue_id,
        disconnect_type,
        wrap_up_code: None,
        wrap_up_note: None,
        conference: false,
    };
    let ending = leg.ended_at.and(leg.left.map(Left::in_analytics).or(disconnect_type));
    let mut segments = Vec::new();
    if let Some(alerted_at) = leg.alerted_at {
        let unanswered = if leg.connected_at.is_none() { ending } else { None };
        segments.push(segment("alert", alerted_at, leg.connected_at.or(leg.ended_at), unanswered));
    }
    if let Some(connected_at) = leg.connected_at {
        let kind = if participant.purpose == Purpose::Workflow { "ivr" } else { "interact" };
        segments.push(segment(kind, connected_at, leg.ended_at, ending));
    }
    if let Some(ended_at) = leg.ended_at
        && (participant.owes_wrapup || participant.wrapup.is_some())
    {
        let done = participant.wrapup.as_ref();
        segments.push(AnalyticsSegment {
            wrap_up_code: done.and_then(|done| done.code_id),
            wrap_up_note: done.map(|done| done.notes.clone()).filter(|notes| !notes.is_empty()),
            ..segment("wrapup", ended_at, done.map(|done| done.at), None)
        });
    }
    segments
}

/// Values as text; null has none and is left out (CTX3).
fn texts(context: &Context) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    context.stored.iter().filter_map(|(key, attribute)| Some((key.as_str(), attribute.value.to_text()?)))
}

fn late(context: &Context) -> Vec<&str> {
    context.stored.iter().filter(|(_, attribute)| attribute.late).map(|(key, _)| key.as_str()).collect()
}

pub(super) fn aggregates(aggregates: Aggregates) -> AggregatesResponse {
    let Aggregates { metrics, groups } = aggregates;
    let results = groups.into_iter().map(|Aggregate { group, stretches, filters }| AggregateGroup {
        other: group.iter().any(|(_, value)| *value == GroupValue::Other),
        group: group
            .into_iter()
            .filter_map(|(name, value)| match value {
                GroupValue::Is(value) => Some((name, value)),
                GroupValue::Absent | GroupValue::Other => None,
            })
            .collect(),
        data: stretches.iter().map(|stretch| data(*stretch, &metrics)).collect(),
        details: GroupDetails {
            uri: "/api/v2/analytics/conversations/details/query",
            conversation_filters: filters.into_iter().map(filter).collect(),
        },
    });
    AggregatesResponse { results: results.collect() }
}

fn data(stretch: AggregateStretch, metrics: &[(String, Metric)]) -> AggregateData {
    let AggregateStretch { span: Span { from, to }, numbers } = stretch;
    let metrics = metrics
        .iter()
        .filter_map(|(name, metric)| Some(AggregateMetric { metric: name.clone(), stats: stats(*metric, numbers)? }));
    AggregateData { interval: format!("{from}/{to}"), metrics: metrics.collect(), late: numbers.late }
}

fn stats(metric: Metric, numbers: Numbers) -> Option<Stats> {
    let Numbers { conversations, late: _, connected, messages, fewest_messages, most_messages } = numbers;
    let count = |count| Some(Stats { count, sum: None, min: None, max: None });
    match metric {
        Metric::Conversations | Metric::Offered => count(conversations),
        Metric::Connected => count(connected),
        Metric::MessageCount => Some(Stats {
            count: conversations,
            sum: Some(messages),
            min: Some(fewest_messages),
            max: Some(most_messages),
        }),
        Metric::Unserved => None,
    }
}

fn filter(filter: AskedFilter) -> AnalyticsFilter {
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
