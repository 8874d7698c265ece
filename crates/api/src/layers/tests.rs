//! What becomes of bugs (REST3).

use std::sync::Arc;

use axum::{Router, body::Body, http::Request, middleware::from_fn_with_state, routing::get};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;
use waybill_model::Time;
use waybill_protocol::ErrorBody;
use waybill_service::{Ambient, Chance, Clock};

use super::{finish, panicked};
use crate::error::{ApiError, ApiResult};

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Time {
        Time::from_millis(0)
    }
}

impl Chance for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0xa5);
    }
}

async fn panics() -> ApiResult<()> {
    panic!("the secret reason")
}

async fn fails() -> ApiResult<()> {
    Err(ApiError::bug("the secret reason"))
}

async fn check(path: &str) {
    let ambient = Ambient { clock: Arc::new(Fixed), chance: Arc::new(Fixed) };
    let router = Router::new()
        .route("/panics", get(panics))
        .route("/fails", get(fails))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(ambient, finish::finish));
    let answer = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 500, "{path}");
    let header = answer.headers()[finish::CORRELATION_ID].to_str().unwrap().to_owned();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    let body: ErrorBody = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((body.code.as_ref(), body.status), ("internal.server.error", 500), "{path}");
    assert_eq!((header.as_str(), body.context_id), ("a5a5a5a5-a5a5-a5a5-a5a5-a5a5a5a5a5a5", header.clone()), "{path}");
    assert!(!String::from_utf8_lossy(&bytes).contains("secret"), "{path} tells its reason");
}

#[tokio::test]
async fn rest3_a_bug_and_a_panic_are_500_with_a_generic_message_and_the_context_id() {
    check("/fails").await;
    check("/panics").await;
}
