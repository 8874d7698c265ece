//! Parameters of lists and reads: text in, checked values out.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_model::{ConversationId, Time};
use waybill_protocol::rest::conversation::CursorPage;
use waybill_service::{AsOf, Caller, ConversationView, ListQuery, PagePosition};

use super::extract::parse;
use crate::{
    App,
    error::{ApiError, ApiResult},
};

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

/// What a list of conversations takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ConversationParameters {
    /// Only conversations of these kinds, separated by commas; all of them are `message`.
    communication_type: Option<String>,
    /// Only conversations that have this key, under any of its names.
    attribute_key: Option<String>,
    /// Only conversations where the key has this value, in its text form.
    attribute_value: Option<String>,
    /// Only conversations that started at this time or later.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Only conversations that started before this time.
    #[param(format = DateTime)]
    to: Option<String>,
    /// Where a page begins: the `cursor` of the page before.
    cursor: Option<String>,
    /// How many on a page, 1 to 200; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
    /// 1: later pages begin at a `cursor`, because the list grows while it is read.
    #[param(value_type = Option<u32>)]
    page_number: Option<String>,
    /// `true`: a person is told every conversation that it may see, not its own ones alone. API clients are told so anyway.
    #[param(value_type = Option<bool>)]
    everyone: Option<String>,
}

/// A list of conversations as it is wanted.
pub(super) struct ConversationWish {
    query: ListQuery,
    /// Whether the kinds that are wanted are those that exist.
    is_possible: bool,
    /// Whether a person is told its own ones alone.
    whose: Whose,
    path: &'static str,
    /// The conditions as they stood in the address, for the address of the next page.
    conditions: Vec<(&'static str, String)>,
    is_first: bool,
}

/// Which conversations a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Own,
    Everyones,
}

impl ConversationParameters {
    pub(super) fn into_wish(self, path: &'static str) -> ApiResult<ConversationWish> {
        let Self {
            communication_type,
            attribute_key,
            attribute_value,
            from,
            to,
            cursor,
            page_size,
            page_number,
            everyone,
        } = self;
        let whose = match parse::<bool>("everyone", everyone.as_deref(), "true")? {
            Some(true) => Whose::Everyones,
            Some(false) | None => Whose::Own,
        };
        if parse::<u64>("pageNumber", page_number.as_deref(), "1")?.unwrap_or(1) > 1 {
            return Err(ApiError::invalid("pageNumber", "can only be 1", "follow `nextUri`, or send its `cursor`"));
        }
        let mut kinds = communication_type.iter().flat_map(|kinds| kinds.split(',')).map(str::trim).peekable();
        let is_possible = kinds.peek().is_none()
            || kinds.any(|kind| ["message", "messages", "webmessaging"].contains(&kind.to_ascii_lowercase().as_str()));
        let kept = [
            ("communicationType", &communication_type),
            ("attributeKey", &attribute_key),
            ("attributeValue", &attribute_value),
            ("from", &from),
            ("to", &to),
            ("everyone", &everyone),
        ];
        let conditions = kept.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect();
        let is_first = cursor.is_none();
        // Some clients send 0 for "as you like".
        let page_size = page_size.filter(|size| size != "0");
        let query = ListParameters { attribute_key, attribute_value, from, to, cursor, page_size }.into_query()?;
        Ok(ConversationWish { query, is_possible, whose, path, conditions, is_first })
    }
}

impl ConversationWish {
    /// The page.
    pub(super) async fn list(
        &self,
        app: &App,
        who: &Caller,
    ) -> ApiResult<(Vec<ConversationView>, Option<PagePosition>)> {
        if !self.is_possible {
            return Ok((Vec::new(), None));
        }
        Ok(app.service().view_conversations(who, self.query.clone()).await?)
    }

    /// A person's own, all of them; `None` where an API client asks.
    pub(super) async fn own(&self, app: &App, who: &Caller) -> ApiResult<Option<Vec<ConversationView>>> {
        if who.user_id().is_none() || self.whose == Whose::Everyones {
            return Ok(None);
        }
        let chooses = |name: &str| !matches!(name, "communicationType" | "everyone");
        if let Some((name, _)) = self.conditions.iter().find(|(name, _)| chooses(name)) {
            let rule = "can't choose among a person's own conversations, which are all told at once";
            return Err(ApiError::invalid(name, rule, "leave it out, or add `everyone=true`"));
        }
        if !self.is_possible {
            return Ok(Some(Vec::new()));
        }
        Ok(app.service().view_own_conversations(who).await?)
    }

    /// How all of them at once stand in the list.
    pub(super) fn whole(&self, count: usize) -> CursorPage {
        let page = self.page(count, None);
        let page_size = page.page_size.max(u32::try_from(count).unwrap_or(u32::MAX));
        CursorPage { page_size, total: Some(count as u64), ..page }
    }

    /// How the page stands in the list.
    pub(super) fn page(&self, count: usize, next: Option<PagePosition>) -> CursorPage {
        let cursor = next.map(page_cursor);
        let uri = |cursor: Option<&str>| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("pageSize", &self.query.page_size.to_string()).extend_pairs(&self.conditions);
            if let Some(cursor) = cursor {
                query.append_pair("cursor", cursor);
            }
            format!("{}?{}", self.path, query.finish())
        };
        CursorPage {
            page_size: self.query.page_size,
            total: (self.is_first && cursor.is_none()).then_some(count as u64),
            self_uri: uri(self.query.after.map(page_cursor).as_deref()),
            next_uri: cursor.as_deref().map(|cursor| uri(Some(cursor))),
            cursor,
        }
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

pub(super) fn time(name: &str, text: Option<&str>) -> ApiResult<Option<Time>> {
    parse(name, text, A_TIME)
}

pub(super) fn page_size(text: Option<&str>, usual: u32, largest: u32) -> ApiResult<u32> {
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

pub(super) fn read_page_cursor(cursor: &str) -> ApiResult<PagePosition> {
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
