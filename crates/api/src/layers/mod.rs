//! What every request passes, whatever its route: a context id, CORS, panics caught, errors written, unknown paths named.

mod allowance;
mod cors;
mod finish;
mod unknown;

use axum::{
    Router,
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
};
use tower_http::catch_panic::CatchPanicLayer;

pub(crate) use allowance::Used;

use crate::{App, error::ApiError};

/// Wraps the routes of the edge; the last layer is the outermost.
pub(crate) fn wrap(routes: Router<App>, app: &App) -> Router<App> {
    routes
        .fallback(unknown::unknown_path)
        .method_not_allowed_fallback(unknown::unknown_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), cors::cors))
        .layer(from_fn_with_state(app.service().ambient().clone(), finish::finish))
}

/// A panic is a bug like any other: the client gets the usual body, the log the reason (REST3).
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the payload over")]
fn panicked(payload: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let reason = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
    ApiError::bug(format!("a handler panicked: {reason}")).into_response()
}

#[cfg(test)]
mod tests;
