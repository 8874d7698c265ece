//! Conversations in detail.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use waybill_protocol::rest::analytics::{
    AnalyticsConversation, AnalyticsMultiGet, AnalyticsQueryResponse, DetailsQuery, Order, OrderBy, PagingSpec,
};
use waybill_service::analytics::DetailsQuestion;

use super::{
    super::{
        document::{BodyFailures, Failures},
        extract::{Authorized, Fields, RawBody, Segments, ViewDetails},
        reply::json,
    },
    conversation,
    read::{AN_INTERVAL, filters, refuse_unserved},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// The largest page.
const LARGEST_PAGE: u32 = 100;
const PAGE: u32 = 25;

/// Query conversations in detail
///
/// Conversations by their start, with their attributes. Filters have two levels; `attribute:<key>` is a dimension, and
/// a key under any of its names a property. At most 31 days; a job takes more.
#[utoipa::path(
    post, path = "/api/v2/analytics/conversations/details/query", tag = "Analytics",
    request_body(content = DetailsQuery, content_type = "application/json"),
    responses((status = 200, description = "A page of conversations", body = AnalyticsQueryResponse), BodyFailures, Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn query_details(
    State(app): State<App>,
    who: Authorized<ViewDetails>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let details = app.service().query_details(&who, question(&body)?).await?;
    json(&AnalyticsQueryResponse {
        conversations: conversation::conversations(&details.conversations),
        total_hits: details.total,
    })
}

fn question(body: &str) -> ApiResult<DetailsQuestion> {
    let mut fields = Fields::read(body)?;
    let interval = fields.take_text("interval", AN_INTERVAL)?;
    let conversation_filters = filters(&mut fields, "conversationFilters")?;
    let segment_filters = filters(&mut fields, "segmentFilters")?;
    let order: Option<Order> = fields.take_as("order", "`asc`, `desc` or `unordered`", "\"order\": \"desc\"")?;
    let order_by: Option<OrderBy> = fields.take_as(
        "orderBy",
        "`conversationStart`, `conversationEnd`, `segmentStart` or `segmentEnd`",
        "\"orderBy\": \"conversationStart\"",
    )?;
    let paging: Option<PagingSpec> = fields.take_object(
        "paging",
        "a page's size and number",
        "\"paging\": {\"pageSize\": 25, \"pageNumber\": 1}",
    )?;
    refuse_unserved(
        &mut fields,
        &["evaluationFilters", "surveyFilters", "resolutionFilters", "aggregations", "alternateTimeDimension"],
    )?;
    fields.finish("`interval`, `conversationFilters`, `segmentFilters`, `order`, `orderBy` and `paging`")?;
    let PagingSpec { page_size, page_number } = paging.unwrap_or(PagingSpec { page_size: None, page_number: None });
    let page_size = page_size.unwrap_or(PAGE);
    if page_size == 0 || page_size > LARGEST_PAGE {
        let rule = format!("must be 1 to {LARGEST_PAGE}");
        return Err(ApiError::invalid("paging.pageSize", &rule, "ask for the pages after it by `pageNumber`"));
    }
    let page_number = page_number.unwrap_or(1);
    if page_number == 0 {
        return Err(ApiError::invalid("paging.pageNumber", "must be 1 or more", "the first page is 1"));
    }
    Ok(DetailsQuestion {
        interval,
        conversation_filters,
        segment_filters,
        backwards: matches!(order, Some(Order::Desc)),
        by_end: matches!(order_by, Some(OrderBy::ConversationEnd | OrderBy::SegmentEnd)),
        page_size,
        page_number,
    })
}

/// Read several conversations in detail
///
/// In the order of their ids; what is not there, or private, is left out.
#[utoipa::path(
    get, path = "/api/v2/analytics/conversations/details", tag = "Analytics",
    params(("id" = Vec<String>, Query, description = "Up to 100 ids, as several parameters or with commas between")),
    responses((status = 200, description = "The conversations", body = AnalyticsMultiGet), Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn list_details(
    State(app): State<App>,
    who: Authorized<ViewDetails>,
    RawQuery(query): RawQuery,
) -> ApiResult<Response> {
    let mut ids = Vec::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if name != "id" {
            let name: String = name.chars().take(64).collect();
            return Err(ApiError::invalid(&name, "is not known here", "use `id`"));
        }
        let is_id = |id: &str| id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if !value.split(',').all(is_id) {
            return Err(ApiError::invalid("id", "has an entry that is no id", "name conversations by their ids"));
        }
        ids.extend(value.split(',').map(str::to_owned));
    }
    let details = app.service().list_details(&who, &ids).await?;
    json(&AnalyticsMultiGet { conversations: conversation::conversations(&details) })
}

/// Read a conversation in detail
#[utoipa::path(
    get, path = "/api/v2/analytics/conversations/{conversationId}/details", tag = "Analytics",
    params(("conversationId" = String, Path, description = "The conversation")),
    responses((status = 200, description = "The conversation", body = AnalyticsConversation), Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn get_details(
    State(app): State<App>,
    who: Authorized<ViewDetails>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let detail = app.service().get_details(&who, &id).await?;
    json(&conversation::conversation(&detail))
}
