//! The plain dialect: one customer by id, and notes that are written back.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{Customer, Desk, Note, idempotency_key, not_kept};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/customers/{id}", get(look_up)).route("/customers/{id}/notes", post(note))
}

async fn look_up(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    match desk.table().find(&id) {
        Some(customer) => Json(view(customer)).into_response(),
        None => unknown(),
    }
}

/// A note is kept once per `Idempotency-Key`.
async fn note(State(desk): State<Desk>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if serde_json::from_slice::<Value>(&body).is_err() {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "the body is no JSON" }))).into_response();
    }
    let key = idempotency_key(&headers);
    let note = Note { at: desk.ambient.now(), key: key.clone(), body: String::from_utf8_lossy(&body).into_owned() };
    match desk.table().change(&id, key.as_deref(), |customer| customer.notes.push(note)) {
        Ok(Some(is_new)) => (StatusCode::CREATED, Json(json!({ "kept": true, "again": !is_new }))).into_response(),
        Ok(None) => unknown(),
        Err(error) => not_kept(&error),
    }
}

fn view(customer: &Customer) -> Value {
    let Customer { id, first, last, tier, notes } = customer;
    json!({ "id": id, "name": { "first": first, "last": last }, "tier": tier, "notes": notes.len() })
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": "there is no such customer" }))).into_response()
}
