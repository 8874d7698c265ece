//! Export of everything: pages of lines, in a stable order, resumed by a cursor.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use waybill_model::Time;
use waybill_protocol::rest::{
    event::StreamEvent,
    privacy::{ExportedAttribute, ExportedConversation, ExportedMessage},
};
use waybill_service::{
    PagePosition,
    privacy::{self, ExportPosition, ExportQuery},
};

use super::{
    convert,
    document::Failures,
    extract::{Authorized, ExportData, Parameters, parse},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// Rows of a page.
const PAGE: u32 = 500;
const LARGEST_PAGE: u32 = 1_000;
/// Where the next page begins; absent on the last one.
const NEXT: HeaderName = HeaderName::from_static("waybill-next-cursor");

/// What an export takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportParameters {
    /// Only what began (events: happened) at this time or later.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Only what began before this time.
    #[param(format = DateTime)]
    to: Option<String>,
    /// Where a page begins: the header `waybill-next-cursor` of the page before.
    cursor: Option<String>,
    /// About how many lines on a page, 1 to 1000; 500 when absent. A page can be shorter, even empty, although more
    /// follows.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    page_size: Option<String>,
}

impl ExportParameters {
    fn into_query(self) -> ApiResult<ExportQuery> {
        let Self { from, to, cursor, page_size } = self;
        let limit = parse::<u32>("pageSize", page_size.as_deref(), "500")?.unwrap_or(PAGE);
        if !(1..=LARGEST_PAGE).contains(&limit) {
            return Err(ApiError::invalid("pageSize", "has to be 1 to 1000", "ask for several pages"));
        }
        Ok(ExportQuery {
            from: time("from", from.as_deref())?,
            to: time("to", to.as_deref())?,
            after: cursor.as_deref().map(read_cursor).transpose()?,
            limit,
        })
    }
}

fn time(name: &str, text: Option<&str>) -> ApiResult<Option<Time>> {
    let parsed = text.map(str::parse::<Time>).transpose();
    parsed.map_err(|_| ApiError::invalid(name, "can't be read", "write it like `2026-11-20T18:08:55Z`"))
}

fn cursor(position: ExportPosition) -> String {
    URL_SAFE_NO_PAD.encode(match position {
        ExportPosition::Conversation(PagePosition { started_at, id }) => format!("c.{}.{id}", started_at.millis()),
        ExportPosition::Within(PagePosition { started_at, id }, seq) => format!("w.{}.{id}.{seq}", started_at.millis()),
        ExportPosition::Log(seq) => format!("l.{seq}"),
    })
}

fn read_cursor(text: &str) -> ApiResult<ExportPosition> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let parts: Vec<&str> = text.split('.').collect();
        let place = |millis: &str, id: &str| {
            Some(PagePosition { started_at: Time::from_millis(millis.parse().ok()?), id: id.parse().ok()? })
        };
        match parts.as_slice() {
            ["c", millis, id] => Some(ExportPosition::Conversation(place(millis, id)?)),
            ["w", millis, id, seq] => Some(ExportPosition::Within(place(millis, id)?, seq.parse().ok()?)),
            ["l", seq] => Some(ExportPosition::Log(seq.parse().ok().filter(|seq| *seq <= i64::MAX as u64)?)),
            _ => None,
        }
    };
    let remedy = "use the header `waybill-next-cursor` of the page before, or none for the first page";
    read().ok_or_else(|| ApiError::invalid("cursor", "is none that this server handed out", remedy))
}

/// Lines of JSON, and where to go on.
fn lines<T: Serialize>(rows: impl Iterator<Item = ApiResult<T>>, next: Option<ExportPosition>) -> ApiResult<Response> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, &row?).map_err(|error| ApiError::bug(error.to_string()))?;
        bytes.push(b'\n');
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (headers, bytes).into_response();
    if let Some(next) = next {
        let value = HeaderValue::from_str(&cursor(next)).map_err(|error| ApiError::bug(error.to_string()))?;
        response.headers_mut().insert(NEXT, value);
    }
    Ok(response)
}

/// Export conversations
///
/// The earliest start first; personal values are masked for who may not see them. The header `waybill-next-cursor` says
/// where the next page begins.
#[utoipa::path(
    get, path = "/api/v2/exports/conversations", tag = "Exports",
    params(ExportParameters),
    responses((status = 200, description = "A page, one conversation per line", body = ExportedConversation, content_type = "application/x-ndjson"), Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn export_conversations(
    State(app): State<App>,
    who: Authorized<ExportData>,
    Parameters(parameters): Parameters<ExportParameters>,
) -> ApiResult<Response> {
    let page = app.service().export_conversations(&who, parameters.into_query()?).await?;
    lines(page.rows.iter().map(convert::exported_conversation), page.next)
}

/// Export attributes
///
/// Stored values with everything about them, in the order of their conversations; personal values are masked for who may
/// not see them.
#[utoipa::path(
    get, path = "/api/v2/exports/attributes", tag = "Exports",
    params(ExportParameters),
    responses((status = 200, description = "A page, one value per line", body = ExportedAttribute, content_type = "application/x-ndjson"), Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn export_attributes(
    State(app): State<App>,
    who: Authorized<ExportData>,
    Parameters(parameters): Parameters<ExportParameters>,
) -> ApiResult<Response> {
    let page = app.service().export_attributes(&who, parameters.into_query()?).await?;
    lines(page.rows.iter().map(|row| Ok(convert::exported_attribute(row))), page.next)
}

/// Export messages
///
/// In the order of their conversations.
#[utoipa::path(
    get, path = "/api/v2/exports/messages", tag = "Exports",
    params(ExportParameters),
    responses((status = 200, description = "A page, one message per line", body = ExportedMessage, content_type = "application/x-ndjson"), Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn export_messages(
    State(app): State<App>,
    who: Authorized<ExportData>,
    Parameters(parameters): Parameters<ExportParameters>,
) -> ApiResult<Response> {
    let page = app.service().export_messages(&who, parameters.into_query()?).await?;
    lines(page.rows.iter().map(convert::exported_message), page.next)
}

/// Export events
///
/// In log order, in the shape of the event stream; personal values are masked for who may not see them.
#[utoipa::path(
    get, path = "/api/v2/exports/events", tag = "Exports",
    params(ExportParameters),
    responses((status = 200, description = "A page, one event per line", body = StreamEvent, content_type = "application/x-ndjson"), Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn export_events(
    State(app): State<App>,
    who: Authorized<ExportData>,
    Parameters(parameters): Parameters<ExportParameters>,
) -> ApiResult<Response> {
    let page = app.service().export_events(&who, parameters.into_query()?).await?;
    let rows = page.rows.iter().filter_map(|row| {
        let privacy::ExportedEvent { event, cursor, revision } = row;
        convert::event(event, *cursor, *revision).transpose()
    });
    lines(rows, page.next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priv8_a_cursor_survives_its_text_and_nonsense_is_refused() {
        let id = "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42".parse().unwrap();
        let place = PagePosition { started_at: Time::from_millis(1_795_198_135_031), id };
        let positions =
            [ExportPosition::Conversation(place), ExportPosition::Within(place, 7), ExportPosition::Log(12)];
        for position in positions {
            assert_eq!(read_cursor(&cursor(position)).unwrap(), position);
        }
        for text in ["", "x", "c.1", "bC4tMQ", "bC4xODQ0Njc0NDA3MzcwOTU1MTYxNQ"] {
            assert_eq!(read_cursor(text).unwrap_err().status(), 400, "{text}");
        }
    }
}
