//! Searching conversations by their attributes, in the field's shape and beyond it.

use axum::{extract::State, response::Response};
use serde_json::value::RawValue;
use waybill_model::Time;
use waybill_protocol::rest::search::{AttributeSearch, SearchAnswer};
use waybill_service::{ListOrder, SearchQuery};

use super::{
    convert::{self, RowField},
    document::{BodyFailures, Failures},
    extract::{Authorized, Fields, RawBody, SearchAttributes},
    parameters::{page_cursor, read_page_cursor},
    reply::json,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 100;
/// Most conditions of one search.
const MOST_CRITERIA: usize = 20;
/// Most values of one condition.
const MOST_VALUES: usize = 100;
const A_CRITERION: &str = "{\"type\": \"EXACT\", \"fields\": [\"crmCustomerId\"], \"value\": \"CRM-1\"}";
const A_RANGE: &str =
    "{\"type\": \"DATE_RANGE\", \"fields\": [\"startTime\"], \"startValue\": \"2026-11-20T00:00:00Z\"}";

/// Search conversations by attributes
///
/// The field's own conditions (`conversationId`, `divisionId`, ranges of `startTime` and `endTime`), and beyond them any
/// attribute of the customer, under any of its names and by the text form of its value. All conditions have to fit. One
/// request looks at a bounded number of conversations: a page can be short although its `cursor` leads on.
#[utoipa::path(
    post, path = "/api/v2/conversations/participants/attributes/search", tag = "Conversations",
    request_body(content = AttributeSearch, content_type = "application/json"),
    responses((status = 200, description = "A page of what was found", body = SearchAnswer), BodyFailures, Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn search_attributes(
    State(app): State<App>,
    who: Authorized<SearchAttributes>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let Search { query, fields } = read(&body)?;
    let (hits, next) = app.service().search_conversations(&who, query).await?;
    let results = hits.iter().map(|hit| convert::search_row(hit, &fields)).collect();
    json(&SearchAnswer { results, cursor: next.map(page_cursor), types: ["participant_attributes"] })
}

/// What a body asks for.
#[derive(Debug)]
struct Search {
    query: SearchQuery,
    fields: Vec<RowField>,
}

fn read(body: &str) -> ApiResult<Search> {
    let mut members = Fields::read_or_nothing(body)?;
    let example = format!("\"query\": [{A_CRITERION}]");
    let criteria = members.take_list("query", &example)?.unwrap_or_default();
    if criteria.len() > MOST_CRITERIA {
        let rule = format!("has {} conditions; at most {MOST_CRITERIA} are possible", criteria.len());
        return Err(ApiError::invalid("query", &rule, "ask with fewer"));
    }
    let mut query = SearchQuery::default();
    for criterion in criteria {
        read_criterion(criterion, &mut query)?;
    }
    let sort_by: Option<String> = members.take_as("sortBy", "text", "\"sortBy\": \"startTime\"")?;
    if sort_by.is_some_and(|name| !matches!(name.as_str(), "startTime" | "conversationStart")) {
        return Err(ApiError::invalid("sortBy", "can only be `startTime`", "leave it out"));
    }
    let order: Option<String> = members.take_as("sortOrder", "text", "\"sortOrder\": \"DESC\"")?;
    query.order = match order.map(|order| order.to_ascii_uppercase()).as_deref() {
        None | Some("DESC") => ListOrder::NewestFirst,
        Some("ASC") => ListOrder::OldestFirst,
        Some(_) => return Err(ApiError::invalid("sortOrder", "can be `DESC` or `ASC`", "use one of them")),
    };
    let cursor: Option<String> = members.take_as("cursor", "text", "\"cursor\": \"…\"")?;
    query.after = cursor.as_deref().map(read_page_cursor).transpose()?;
    query.page_size = match members.take_as::<u32>("pageSize", "a number", "\"pageSize\": 50")? {
        None | Some(0) => PAGE,
        Some(size) if size <= LARGEST_PAGE => size,
        Some(_) => {
            return Err(ApiError::invalid("pageSize", &format!("must be 1 to {LARGEST_PAGE}"), "follow `cursor`"));
        }
    };
    let fields =
        return_fields(members.take_as("returnFields", "a list of texts", "\"returnFields\": [\"startTime\"]")?)?;
    members.finish("`query`, `returnFields`, `sortBy`, `sortOrder`, `cursor` and `pageSize`")?;
    Ok(Search { query, fields })
}

fn return_fields(names: Option<Vec<String>>) -> ApiResult<Vec<RowField>> {
    let Some(names) = names.filter(|names| !names.is_empty()) else { return Ok(RowField::ALL.to_vec()) };
    let mut fields = Vec::new();
    for name in names {
        match name.as_str() {
            "startTime" => fields.push(RowField::StartTime),
            "endTime" => fields.push(RowField::EndTime),
            "divisionIds" | "divisionId" => fields.push(RowField::DivisionIds),
            "participantData" => fields.push(RowField::ParticipantData),
            "conversationId" | "truncatedData" | "_type" => {}
            _ => {
                let remedy = "use some of `startTime`, `endTime`, `divisionIds`, `participantData`";
                return Err(ApiError::invalid("returnFields", "names a member that rows do not have", remedy));
            }
        }
    }
    Ok(fields)
}

/// One condition of a body.
struct Criterion {
    field: String,
    values: Vec<String>,
    start: Option<String>,
    end: Option<String>,
}

fn read_criterion(criterion: &RawValue, query: &mut SearchQuery) -> ApiResult<()> {
    let mut members = Fields::read(criterion.get())?;
    let kind: Option<String> = members.take_as("type", "text", A_CRITERION)?;
    let operator: Option<String> = members.take_as("operator", "text", "\"operator\": \"AND\"")?;
    if operator.is_some_and(|operator| !operator.eq_ignore_ascii_case("AND")) {
        return Err(ApiError::invalid("operator", "can only be `AND`", "search once per alternative"));
    }
    let group = members.take_list("group", "\"group\": []")?;
    if group.is_some_and(|group| !group.is_empty()) {
        return Err(ApiError::invalid("group", "is not served", "put all conditions into `query`"));
    }
    members.leave_out(&["dateFormat"])?;
    let fields: Option<Vec<String>> = members.take_as("fields", "a list of one field", A_CRITERION)?;
    let value: Option<String> = members.take_as("value", "text", A_CRITERION)?;
    let values: Option<Vec<String>> = members.take_as("values", "a list of texts", A_CRITERION)?;
    let start = members.take_as("startValue", "a time", A_RANGE)?;
    let end = members.take_as("endValue", "a time", A_RANGE)?;
    members.finish("`type`, `fields`, `value`, `values`, `startValue`, `endValue`, `operator`, `group`")?;
    let field = match fields.unwrap_or_default().as_slice() {
        [field] => field.clone(),
        _ => {
            return Err(ApiError::invalid("fields", "has to name one field", &format!("send it like `{A_CRITERION}`")));
        }
    };
    let values: Vec<String> = value.into_iter().chain(values.into_iter().flatten()).collect();
    if values.len() > MOST_VALUES {
        return Err(ApiError::invalid("values", &format!("can have {MOST_VALUES} entries"), "search in parts"));
    }
    let criterion = Criterion { field, values, start, end };
    match kind.map(|kind| kind.to_ascii_uppercase()).as_deref() {
        Some("EXACT") | None if criterion.start.is_none() && criterion.end.is_none() => exact(criterion, query),
        Some("DATE_RANGE") if criterion.values.is_empty() => range(&criterion, query),
        Some("EXACT") | None => Err(ApiError::invalid(
            "startValue",
            "belongs to the type `DATE_RANGE`",
            &format!("send it like `{A_RANGE}`"),
        )),
        Some("DATE_RANGE") => {
            Err(ApiError::invalid("value", "belongs to the type `EXACT`", &format!("send it like `{A_RANGE}`")))
        }
        Some(_) => {
            Err(ApiError::invalid("type", "can be `EXACT` or `DATE_RANGE`", &format!("send it like `{A_CRITERION}`")))
        }
    }
}

/// A field with a value of its own name, or a key of the context under any of the three names of its place.
fn exact(criterion: Criterion, query: &mut SearchQuery) -> ApiResult<()> {
    let Criterion { field, values, start: _, end: _ } = criterion;
    if values.is_empty() {
        let rule = format!("is missing for `{}`", cut(&field));
        return Err(ApiError::invalid("value", &rule, &format!("send it like `{A_CRITERION}`")));
    }
    match field.as_str() {
        "conversationId" => narrow(&mut query.conversations, parse_all(&values)),
        "divisionId" | "divisionIds" => narrow(&mut query.divisions, parse_all(&values)),
        "startTime" | "endTime" => {
            let rule = format!("can't be `EXACT` on `{field}`");
            return Err(ApiError::invalid("type", &rule, &format!("send it like `{A_RANGE}`")));
        }
        "" => return Err(unknown(&field)),
        _ => {
            let key = ["attributes.", "participantData.", "participantAttributes."]
                .iter()
                .find_map(|prefix| field.strip_prefix(prefix))
                .unwrap_or(&field);
            if key.is_empty() || key.len() > 128 {
                return Err(unknown(&field));
            }
            query.attributes.push((key.to_owned(), values));
        }
    }
    Ok(())
}

fn range(criterion: &Criterion, query: &mut SearchQuery) -> ApiResult<()> {
    let Criterion { field, values: _, start, end } = criterion;
    let (from, to) = match field.as_str() {
        "startTime" | "conversationStart" => (&mut query.started_from, &mut query.started_to),
        "endTime" | "conversationEnd" => (&mut query.ended_from, &mut query.ended_to),
        _ => return Err(unknown(field)),
    };
    // Several ranges narrow each other.
    if let Some(start) = time("startValue", start.as_deref())? {
        *from = Some(from.map_or(start, |standing| standing.max(start)));
    }
    if let Some(end) = time("endValue", end.as_deref())? {
        *to = Some(to.map_or(end, |standing| standing.min(end)));
    }
    Ok(())
}

fn time(name: &str, text: Option<&str>) -> ApiResult<Option<Time>> {
    let parsed = text.map(str::parse::<Time>).transpose();
    parsed.map_err(|_| ApiError::invalid(name, "can't be read", "write it like `2026-11-20T18:08:55Z`"))
}

fn unknown(field: &str) -> ApiError {
    let rule = format!("names `{}`, by which nothing can be searched in this way", cut(field));
    let remedy = "use `conversationId`, `divisionId` or an attribute's key with `EXACT`, `startTime` or `endTime` with \
                  `DATE_RANGE`";
    ApiError::invalid("fields", &rule, remedy)
}

fn cut(field: &str) -> &str {
    &field[..field.floor_char_boundary(128)]
}

/// What can't be read is an id that nothing has.
fn parse_all<I: std::str::FromStr>(values: &[String]) -> Vec<I> {
    values.iter().filter_map(|value| value.parse().ok()).collect()
}

/// Two conditions on one field leave what is in both.
fn narrow<I: PartialEq>(standing: &mut Option<Vec<I>>, wanted: Vec<I>) {
    match standing {
        Some(standing) => standing.retain(|one| wanted.contains(one)),
        None => *standing = Some(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str, field: &str, part: &str) {
        let error = read(body).unwrap_err().into_body(String::new());
        assert_eq!(error.status, 400, "{body}");
        assert_eq!(error.details[0].field_name, field, "{body}: {}", error.message);
        assert!(error.message.contains(part), "{body}: {}", error.message);
        assert!(!error.message.contains("CRM-1\"}") || error.message.contains(A_CRITERION), "{}", error.message);
    }

    #[test]
    fn plat6_a_condition_that_is_not_known_is_refused_by_name() {
        refused(r#"{"query":[{"type":"EXACT","fields":["startTime"],"value":"x"}]}"#, "type", "startTime");
        refused(r#"{"query":[{"type":"DATE_RANGE","fields":["crmId"],"startValue":"x"}]}"#, "fields", "crmId");
        refused(r#"{"query":[{"type":"CONTAINS","fields":["crmId"],"value":"x"}]}"#, "type", "EXACT");
        refused(r#"{"query":[{"type":"EXACT","fields":["crmId"]}]}"#, "value", "crmId");
        refused(r#"{"query":[{"type":"EXACT","fields":["a","b"],"value":"x"}]}"#, "fields", "one field");
        refused(r#"{"query":[{"type":"EXACT","field":"a","fields":["a"],"value":"x"}]}"#, "field", "does not know");
        refused(r#"{"query":[{"type":"EXACT","fields":["a"],"value":"x","operator":"NOT"}]}"#, "operator", "AND");
        refused(r#"{"query":[{"type":"DATE_RANGE","fields":["startTime"],"startValue":"x"}]}"#, "startValue", "read");
        refused(r#"{"sortOrder":"SCORE"}"#, "sortOrder", "DESC");
        refused(r#"{"sortBy":"score"}"#, "sortBy", "startTime");
        refused(r#"{"returnFields":["secret"]}"#, "returnFields", "member");
        refused(r#"{"cursor":"x"}"#, "cursor", "handed out");
        refused(r#"{"pageSize":101}"#, "pageSize", "100");
    }

    #[test]
    fn plat6_a_key_stands_alone_or_behind_its_place() {
        for field in ["crmId", "attributes.crmId", "participantData.crmId"] {
            let body = format!(r#"{{"query":[{{"type":"EXACT","fields":["{field}"],"value":"CRM-1"}}]}}"#);
            assert_eq!(read(&body).unwrap().query.attributes, [("crmId".to_owned(), vec!["CRM-1".to_owned()])]);
        }
        assert_eq!(read("null").unwrap().query, SearchQuery { page_size: PAGE, ..SearchQuery::default() });
    }
}
