//! Parameters of lists and reads: text in, checked values out.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_model::{ConversationId, Time};
use waybill_service::{AsOf, ListQuery, PagePosition, RefusalQuery};

use super::extract::parse;
use crate::error::{ApiError, ApiResult};

const PAGE: u32 = 25;
const LARGEST_PAGE: u32 = 200;
const A_TIME: &str = "2026-11-20T18:08:55Z";

/// What a list of webchats takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParameters {
    /// Only webchats that have this key, under any of its names.
    attribute_key: Option<String>,
    /// Only webchats where the key has this value, in its text form.
    attribute_value: Option<String>,
    /// Only webchats that started at this time or later.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Only webchats that started before this time.
    #[param(format = DateTime)]
    to: Option<String>,
    /// Where a page begins: the `cursor` of the page before.
    cursor: Option<String>,
    /// How many on a page, 1 to 200; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
}

impl ListParameters {
    pub(super) fn into_query(self) -> ApiResult<ListQuery> {
        let Self { attribute_key, attribute_value, from, to, cursor, page_size } = self;
        let attribute = match (attribute_key, attribute_value) {
            (Some(key), value) => Some((key, value)),
            (None, None) => None,
            (None, Some(_)) => {
                return Err(ApiError::invalid(
                    "attributeValue",
                    "comes without a key",
                    "name the key in `attributeKey`",
                ));
            }
        };
        Ok(ListQuery {
            attribute,
            from: time("from", from.as_deref())?,
            to: time("to", to.as_deref())?,
            after: cursor.as_deref().map(read_page_cursor).transpose()?,
            page_size: self::page_size(page_size.as_deref(), PAGE, LARGEST_PAGE)?,
        })
    }
}

/// What a list of refusals takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RefusalParameters {
    /// Only refusals of this deployment.
    deployment_id: Option<String>,
    /// Only refusals at this time or later.
    #[param(format = DateTime)]
    from: Option<String>,
    /// At most so many, 1 to 1000; 100 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
}

impl RefusalParameters {
    pub(super) fn into_query(self) -> ApiResult<RefusalQuery> {
        let Self { deployment_id, from, page_size } = self;
        let limit = self::page_size(page_size.as_deref(), 100, 1_000)?;
        Ok(RefusalQuery { deployment: deployment_id, from: time("from", from.as_deref())?, limit })
    }
}

/// What a read of context takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ContextParameters {
    /// The context as it stood: a revision such as `2`, or a time such as `2026-11-20T18:08:55Z`.
    as_of: Option<String>,
}

impl ContextParameters {
    pub(super) fn as_of(&self) -> ApiResult<Option<AsOf>> {
        Ok(self.as_of.as_deref().map(str::parse).transpose()?)
    }
}

/// What a trace takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TraceParameters {
    /// One key, under any of its names; the whole context when absent.
    pub(super) key: Option<String>,
}

/// What a late write takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WriteParameters {
    /// `true` replaces the whole map: keys that are not named are deleted. Otherwise the write merges.
    #[param(value_type = Option<bool>)]
    replace: Option<String>,
}

impl WriteParameters {
    pub(super) fn replace(&self) -> ApiResult<bool> {
        Ok(parse("replace", self.replace.as_deref(), "true")?.unwrap_or(false))
    }
}

/// What a stream takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StreamParameters {
    /// Where to begin: a cursor, or `beginning`. The header `Last-Event-ID` goes before it; now when both are absent.
    pub(super) cursor: Option<String>,
}

/// What a dry run takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LintParameters {
    /// The call form: `webMessagingClient` (when absent), `genesysCloudWebMessaging`, `cxoneChat` or `genesysCommand`.
    pub(super) api: Option<String>,
}

fn time(name: &str, text: Option<&str>) -> ApiResult<Option<Time>> {
    parse(name, text, A_TIME)
}

fn page_size(text: Option<&str>, usual: u32, largest: u32) -> ApiResult<u32> {
    match parse("pageSize", text, "25")? {
        None => Ok(usual),
        Some(size) if (1..=largest).contains(&size) => Ok(size),
        Some(_) => Err(ApiError::invalid(
            "pageSize",
            &format!("must be 1 to {largest}"),
            "follow `cursor` for more than a page",
        )),
    }
}

/// A page's cursor is opaque outside: where the page before ended.
pub(super) fn page_cursor(position: PagePosition) -> String {
    let PagePosition { started_at, id } = position;
    URL_SAFE_NO_PAD.encode(format!("{}.{id}", started_at.millis()))
}

fn read_page_cursor(cursor: &str) -> ApiResult<PagePosition> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (millis, id) = text.split_once('.')?;
        let started_at = Time::from_millis(millis.parse().ok()?);
        Some(PagePosition { started_at, id: id.parse::<ConversationId>().ok()? })
    };
    let remedy = "use the `cursor` of the page before, or none for the first page";
    read().ok_or_else(|| ApiError::invalid("cursor", "is none that this server handed out", remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rest1_a_page_cursor_survives_its_text_and_nonsense_is_refused() {
        let id = "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42".parse().unwrap();
        let position = PagePosition { started_at: Time::from_millis(1_795_198_135_031), id };
        assert_eq!(read_page_cursor(&page_cursor(position)).unwrap(), position);
        for text in ["", "x", "beginning", "MTIz", "####"] {
            assert_eq!(read_page_cursor(text).unwrap_err().status(), 400, "{text}");
        }
    }

    #[test]
    fn rest1_a_value_without_a_key_and_a_page_of_nothing_are_refused() {
        let refused =
            |parameters: ListParameters| parameters.into_query().unwrap_err().into_body(String::new()).message;
        let value = || Some("CRM-1".to_owned());
        let lonely = refused(ListParameters { attribute_value: value(), ..ListParameters::default() });
        assert!(lonely.starts_with("`attributeValue` comes without a key") && !lonely.contains("CRM-1"), "{lonely}");
        for size in ["0", "201", "-1", "many"] {
            let wrong = ListParameters { page_size: Some(size.to_owned()), ..ListParameters::default() };
            assert!(refused(wrong).starts_with("`pageSize`"), "{size}");
        }
        let wrong = ListParameters { from: Some("yesterday".to_owned()), ..ListParameters::default() };
        assert!(refused(wrong).starts_with("`from` can't be read; write it like `2026-"));
    }
}
