//! Whether the process lives, and whether it should get traffic.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use waybill_protocol::ErrorBody;

use super::reply::json;
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// How the server is.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`, or `ready`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Is the process alive?
#[utoipa::path(
    get, path = "/health", tag = "Server", security(()),
    responses((status = 200, description = "The process is alive", body = Health))
)]
pub(super) async fn health() -> ApiResult<Response> {
    json(&Health { status: "ok" })
}

/// Should the server get traffic?
///
/// 503 while it drains, and when the store failed.
#[utoipa::path(
    get, path = "/ready", tag = "Server", security(()),
    responses(
        (status = 200, description = "Ready", body = Health),
        (status = 503, description = "Draining, or the store failed", body = ErrorBody)
    )
)]
pub(super) async fn ready(State(app): State<App>) -> ApiResult<Response> {
    if *app.draining().borrow() {
        let message = "the server is about to stop; use another one";
        return Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "service.unavailable", message));
    }
    app.service().ready().await?;
    json(&Health { status: "ready" })
}
