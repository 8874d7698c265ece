//! Parameters of the lists of refusals.

use serde::Deserialize;
use utoipa::IntoParams;
use waybill_service::{RefusalGrouping, RefusalQuery};

use super::{
    convert::read_refusal_cursor,
    parameters::{page_size, time},
};
use crate::error::{ApiError, ApiResult};

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
    /// Only refusals before this time.
    #[param(format = DateTime)]
    to: Option<String>,
    /// Only refusals of this key, as it was sent.
    key: Option<String>,
    /// Only refusals by this rule.
    rule: Option<String>,
    /// Only refusals from pages whose path begins so.
    page: Option<String>,
    /// Where a page begins: the `cursor` of the page before.
    cursor: Option<String>,
    /// At most so many, 1 to 1000; 100 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
}

/// What a summary of refusals takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SummaryParameters {
    /// `key` (when absent), `rule`, `page`, `sdk`, `deployment` or `form`.
    group_by: Option<String>,
    /// Only refusals of this deployment.
    deployment_id: Option<String>,
    /// Only refusals at this time or later.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Only refusals before this time.
    #[param(format = DateTime)]
    to: Option<String>,
    /// Only refusals of this key, as it was sent.
    key: Option<String>,
    /// Only refusals by this rule.
    rule: Option<String>,
    /// Only refusals from pages whose path begins so.
    page: Option<String>,
    /// At most so many groups, 1 to 1000; 100 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
}

impl RefusalParameters {
    pub(super) fn into_query(self) -> ApiResult<RefusalQuery> {
        let Self { deployment_id, from, to, key, rule, page, cursor, page_size } = self;
        Ok(RefusalQuery {
            deployment: deployment_id,
            from: time("from", from.as_deref())?,
            to: time("to", to.as_deref())?,
            key,
            rule,
            page,
            after: cursor.as_deref().map(read_refusal_cursor).transpose()?,
            limit: self::page_size(page_size.as_deref(), 100, 1_000)?,
        })
    }
}

impl SummaryParameters {
    pub(super) fn into_query(self) -> ApiResult<(RefusalQuery, RefusalGrouping, &'static str)> {
        let Self { group_by, deployment_id, from, to, key, rule, page, page_size } = self;
        let (grouping, word) = match group_by.as_deref().unwrap_or("key") {
            "key" => (RefusalGrouping::Key, "key"),
            "rule" => (RefusalGrouping::Rule, "rule"),
            "page" => (RefusalGrouping::Page, "page"),
            "sdk" => (RefusalGrouping::Sdk, "sdk"),
            "deployment" => (RefusalGrouping::Deployment, "deployment"),
            "form" => (RefusalGrouping::Form, "form"),
            _ => {
                let remedy = "write `key`, `rule`, `page`, `sdk`, `deployment` or `form`";
                return Err(ApiError::invalid("groupBy", "is unknown", remedy));
            }
        };
        let parameters = RefusalParameters { deployment_id, from, to, key, rule, page, cursor: None, page_size };
        Ok((parameters.into_query()?, grouping, word))
    }
}
