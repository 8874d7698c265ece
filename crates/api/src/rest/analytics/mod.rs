//! Analytics over REST: details, jobs, aggregates, completeness.

mod aggregates;
mod completeness;
mod conversation;
mod convert;
mod details;
mod jobs;
mod numbers;
mod read;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// Every operation of analytics.
pub(super) fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(details::query_details))
        .routes(routes!(details::list_details))
        .routes(routes!(details::get_details))
        .routes(routes!(jobs::create_details_job))
        .routes(routes!(jobs::get_details_job, jobs::delete_details_job))
        .routes(routes!(jobs::list_job_results))
        .routes(routes!(aggregates::query_aggregates))
        .routes(routes!(completeness::get_context_completeness))
        .routes(routes!(completeness::list_context_alarms))
}
