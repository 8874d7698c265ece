//! How queues are doing now, in the field's words.

use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use waybill_protocol::rest::{
    analytics::{AnalyticsFilter, FilterPredicate},
    observation::{ObservationData, ObservationResult, ObservationStats, ObservationsQuery, ObservationsResponse},
};
use waybill_service::{QueueObservation, QueueView};

use super::{
    convert,
    document::{BodyFailures, Failures},
    extract::{Authorized, Fields, ObserveQueues, RawBody},
    reply::json,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// Queues of one question.
const MOST_QUEUES: usize = 100;
/// Of conversations.
const OF_CONVERSATIONS: [&str; 5] = ["oWaiting", "oAlerting", "oInteracting", "oWrappingUp", "oLongestWaiting"];
/// Of people.
const OF_PEOPLE: [&str; 5] =
    ["oOnQueueUsers", "oOffQueueUsers", "oMemberUsers", "oUserPresences", "oUserRoutingStatuses"];

/// Ask how queues are doing
///
/// Now: conversations that wait, are offered and are worked on, and what the members are doing.
#[utoipa::path(
    post, path = "/api/v2/analytics/queues/observations/query", tag = "Analytics",
    request_body(content = ObservationsQuery, content_type = "application/json"),
    responses((status = 200, description = "How they are doing", body = ObservationsResponse), BodyFailures, Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn query_observations(
    State(app): State<App>,
    who: Authorized<ObserveQueues>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let Asked { queues, metrics } = asked(&body)?;
    let mut results = Vec::new();
    for queue in &queues {
        let view = app.service().observe_queue(&who, queue).await?;
        results.extend(of_queue(&view, &metrics));
    }
    json(&ObservationsResponse { results })
}

struct Asked {
    queues: BTreeSet<String>,
    metrics: BTreeSet<String>,
}

fn asked(body: &str) -> ApiResult<Asked> {
    let mut fields = Fields::read_or_nothing(body)?;
    let example =
        "\"filter\": {\"type\": \"or\", \"predicates\": [{\"dimension\": \"queueId\", \"value\": \"0190b0a1-…\"}]}";
    let filter = fields.take_object::<AnalyticsFilter>("filter", "a filter", example)?;
    let metrics = fields.take_as::<Vec<String>>("metrics", "a list of metrics", "\"metrics\": [\"oWaiting\"]")?;
    if fields.take_list("detailMetrics", "[]")?.is_some_and(|all| !all.is_empty()) {
        return Err(ApiError::invalid(
            "detailMetrics",
            "are not served",
            "ask `GET /api/v2/conversations` for details",
        ));
    }
    fields.finish("`filter` and `metrics`")?;
    let known = || OF_CONVERSATIONS.iter().chain(&OF_PEOPLE);
    let metrics: BTreeSet<String> = metrics.unwrap_or_default().into_iter().collect();
    if metrics.iter().any(|metric| !known().any(|name| name == metric)) {
        let all = known().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return Err(ApiError::invalid("metrics", "has one that there is not", &format!("use some of {all}")));
    }
    let filter =
        filter.ok_or_else(|| ApiError::invalid("filter", "is missing", &format!("send it like `{example}`")))?;
    let AnalyticsFilter { r#type: _, clauses, predicates } = filter;
    let mut queues = BTreeSet::new();
    for predicate in clauses.into_iter().flat_map(|clause| clause.predicates).chain(predicates) {
        queues.extend(queue_of(predicate)?);
    }
    if queues.is_empty() || queues.len() > MOST_QUEUES {
        let rule = format!("has to name 1 to {MOST_QUEUES} queues");
        return Err(ApiError::invalid("filter", &rule, &format!("send it like `{example}`")));
    }
    Ok(Asked { queues, metrics })
}

/// The queue that a predicate names; none for the one kind of conversations that there is.
fn queue_of(predicate: FilterPredicate) -> ApiResult<Option<String>> {
    let refused = |rule: &str| Err(ApiError::invalid("filter", rule, "compare `queueId` with its values"));
    let Some(value) = predicate.value else { return refused("has a predicate without a value") };
    match predicate.dimension.as_deref() {
        Some("queueId") => Ok(Some(value)),
        Some("mediaType") if value == "message" => Ok(None),
        Some("mediaType") => refused("asks for another kind of conversations than `message`"),
        _ => refused("has another dimension than `queueId` and `mediaType`"),
    }
}

/// What a topic tells of a queue: everything that stays the same while nothing happens.
pub(crate) fn observed(view: &QueueView) -> Vec<ObservationResult> {
    let lasting = OF_CONVERSATIONS.into_iter().chain(OF_PEOPLE).filter(|name| *name != "oLongestWaiting");
    of_queue(view, &lasting.map(str::to_owned).collect())
}

/// Two groups for each queue: conversations have a kind, people have none.
fn of_queue(view: &QueueView, metrics: &BTreeSet<String>) -> Vec<ObservationResult> {
    let QueueView { queue, now, today: _ } = view;
    let wants = |name: &str| metrics.is_empty() || metrics.contains(name);
    let group = |media_type: Option<&'static str>, data: Vec<ObservationData>| {
        let mut group = std::collections::BTreeMap::from([("queueId", queue.id.to_string())]);
        group.extend(media_type.map(|kind| ("mediaType", kind.to_owned())));
        (!data.is_empty()).then_some(ObservationResult { group, data })
    };
    let conversations = OF_CONVERSATIONS.into_iter().filter(|name| wants(name)).flat_map(|name| data(name, now));
    let people = OF_PEOPLE.into_iter().filter(|name| wants(name)).flat_map(|name| data(name, now));
    [group(Some("message"), conversations.collect()), group(None, people.collect())].into_iter().flatten().collect()
}

fn data(metric: &'static str, seen: &QueueObservation) -> Vec<ObservationData> {
    let plain = |qualifier: Option<String>, count: usize| ObservationData {
        metric,
        qualifier,
        stats: ObservationStats { count: count as u64, max: None },
    };
    let statuses = || {
        let active = seen.members - seen.presences.get(&waybill_model::Presence::OnQueue).copied().unwrap_or(0);
        [
            ("OFF_QUEUE", active),
            ("IDLE", seen.idle),
            ("INTERACTING", seen.busy),
            ("NOT_RESPONDING", seen.not_responding),
        ]
    };
    match metric {
        "oWaiting" => vec![plain(None, seen.waiting + seen.alerting)],
        "oAlerting" => vec![plain(None, seen.alerting)],
        "oInteracting" => vec![plain(None, seen.interacting)],
        "oWrappingUp" => vec![plain(None, seen.wrapping_up)],
        "oLongestWaiting" => seen.longest_wait_ms.map_or_else(Vec::new, |longest| {
            vec![ObservationData { metric, qualifier: None, stats: ObservationStats { count: 1, max: Some(longest) } }]
        }),
        "oOnQueueUsers" => statuses()
            .into_iter()
            .filter(|(status, _)| *status != "OFF_QUEUE")
            .map(|(status, count)| plain(Some(status.to_owned()), count))
            .collect(),
        "oOffQueueUsers" => {
            statuses().into_iter().take(1).map(|(status, count)| plain(Some(status.to_owned()), count)).collect()
        }
        "oMemberUsers" => vec![plain(None, seen.members)],
        "oUserPresences" => seen
            .presences
            .iter()
            .map(|(presence, count)| plain(Some(convert::presence_id(*presence)), *count))
            .collect(),
        "oUserRoutingStatuses" => {
            statuses().into_iter().map(|(status, count)| plain(Some(status.to_owned()), count)).collect()
        }
        _ => Vec::new(),
    }
}
