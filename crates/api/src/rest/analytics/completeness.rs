//! How complete context is, and alarms about it.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_protocol::rest::analytics::{AlarmListing, CompletenessListing};
use waybill_service::analytics::{CompletenessBy, CompletenessQuestion};

use super::{
    super::{
        document::Failures,
        extract::{Authorized, Parameters, ViewAggregates},
        parameters::{page_size, time},
        reply::json,
    },
    convert,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// What a look at completeness takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CompletenessParameters {
    /// Starts at this time or later; seven days ago when absent.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Starts before this time; now when absent.
    #[param(format = DateTime)]
    to: Option<String>,
    /// Of one deployment.
    deployment_id: Option<String>,
    /// `key` (when absent), `pagePath` or `sdkVersion`.
    group_by: Option<String>,
}

/// Read how complete context is
///
/// For every deployment and key: in how many of all starts it came – refused starts included –, and how often it was
/// refused, kept apart, coerced, late or missing.
#[utoipa::path(
    get, path = "/api/v2/analytics/context/completeness", tag = "Analytics",
    params(CompletenessParameters),
    responses((status = 200, description = "By deployment, page or version, and key", body = CompletenessListing), Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn get_context_completeness(
    State(app): State<App>,
    who: Authorized<ViewAggregates>,
    Parameters(parameters): Parameters<CompletenessParameters>,
) -> ApiResult<Response> {
    let CompletenessParameters { from, to, deployment_id, group_by } = parameters;
    let by = match group_by.as_deref() {
        None | Some("key") => CompletenessBy::Key,
        Some("pagePath") => CompletenessBy::Page,
        Some("sdkVersion") => CompletenessBy::Sdk,
        Some(_) => {
            return Err(ApiError::invalid(
                "groupBy",
                "is none that is served",
                "use `key`, `pagePath` or `sdkVersion`",
            ));
        }
    };
    let question = CompletenessQuestion {
        from: time("from", from.as_deref())?,
        to: time("to", to.as_deref())?,
        deployment: deployment_id,
        by,
    };
    let completeness = app.service().context_completeness(&who, question).await?;
    json(&convert::completeness(completeness, by))
}

/// What a list of alarms takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AlarmParameters {
    /// At most so many, 1 to 1000; 100 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
}

/// List drift alarms
///
/// Keys that come less often than they used to, newest first: those that last, and those that are over for 90 days.
/// Each is told once as the event `analytics:drift` when it begins and once when it is over.
#[utoipa::path(
    get, path = "/api/v2/analytics/context/alarms", tag = "Analytics",
    params(AlarmParameters),
    responses((status = 200, description = "The alarms", body = AlarmListing), Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn list_context_alarms(
    State(app): State<App>,
    who: Authorized<ViewAggregates>,
    Parameters(AlarmParameters { page_size: size }): Parameters<AlarmParameters>,
) -> ApiResult<Response> {
    let page_size = page_size(size.as_deref(), 100, 1_000)?;
    let alarms = app.service().list_alarms(&who, page_size).await?;
    json(&AlarmListing { entities: alarms.iter().map(convert::alarm).collect(), page_size })
}
