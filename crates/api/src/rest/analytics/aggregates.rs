//! Numbers by time and group.

use axum::{extract::State, response::Response};
use waybill_protocol::rest::analytics::{AggregatesQuery, AggregatesResponse, AnalyticsFilter};
use waybill_service::analytics::AggregatesQuestion;

use super::{
    super::{
        document::{BodyFailures, Failures},
        extract::{Authorized, Fields, RawBody, ViewAggregates},
        reply::json,
    },
    numbers,
    read::{AN_INTERVAL, asked, refuse_unserved},
};
use crate::{App, error::ApiResult};

/// Query aggregates
///
/// Numbers of conversations by time and group. Groups may be told apart by any declared key; the largest are named, the
/// others are one. Every group says with which filters its conversations are found.
#[utoipa::path(
    post, path = "/api/v2/analytics/conversations/aggregates/query", tag = "Analytics",
    request_body(content = AggregatesQuery, content_type = "application/json"),
    responses((status = 200, description = "The numbers", body = AggregatesResponse), BodyFailures, Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn query_aggregates(
    State(app): State<App>,
    who: Authorized<ViewAggregates>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let aggregates = app.service().query_aggregates(&who, question(&body)?).await?;
    json(&numbers::aggregates(aggregates))
}

fn question(body: &str) -> ApiResult<AggregatesQuestion> {
    let mut fields = Fields::read(body)?;
    let interval = fields.take_text("interval", AN_INTERVAL)?;
    let granularity = fields.take_optional_text("granularity", "\"granularity\": \"P1D\"")?;
    let time_zone = fields.take_optional_text("timeZone", "\"timeZone\": \"Europe/Vienna\"")?;
    let group_by: Option<Vec<String>> =
        fields.take_as("groupBy", "a list of names", "\"groupBy\": [\"attribute:plan\"]")?;
    let metrics: Option<Vec<String>> =
        fields.take_as("metrics", "a list of names", "\"metrics\": [\"nConversations\"]")?;
    let filter: Option<AnalyticsFilter> = fields.take_object(
        "filter",
        "a filter",
        "\"filter\": {\"type\": \"and\", \"predicates\": [{\"dimension\": \"attribute:plan\", \"value\": \"…\"}]}",
    )?;
    let most_groups: Option<u32> = fields.take_as("maxGroups", "a number", "\"maxGroups\": 100")?;
    let _flattened: Option<bool> =
        fields.take_as("flattenMultivaluedDimensions", "true or false", "\"flattenMultivaluedDimensions\": true")?;
    refuse_unserved(&mut fields, &["views", "alternateTimeDimension"])?;
    fields.finish("`interval`, `granularity`, `timeZone`, `groupBy`, `filter`, `metrics` and `maxGroups`")?;
    Ok(AggregatesQuestion {
        interval,
        granularity,
        time_zone,
        group_by: group_by.unwrap_or_default(),
        filter: filter.map(|filter| asked("filter", filter)).transpose()?,
        metrics: metrics.unwrap_or_default(),
        most_groups,
    })
}
