//! The dialect of HubSpot: contacts by a property that is unique.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::{Customer, Desk, idempotency_key, not_kept};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/crm/v3/objects/contacts/{id}", get(contact).patch(update))
}

async fn contact(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    match desk.table().find(&id) {
        Some(customer) => Json(view(customer)).into_response(),
        None => unknown(),
    }
}

async fn update(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let text = |name: &str| body.pointer(&format!("/properties/{name}")).and_then(Value::as_str).map(str::to_owned);
    let (first, last, tier) = (text("firstname"), text("lastname"), text("tier"));
    let mut table = desk.table();
    let changed = table.change(&id, idempotency_key(&headers).as_deref(), |customer| {
        customer.first = first.unwrap_or_else(|| std::mem::take(&mut customer.first));
        customer.last = last.unwrap_or_else(|| std::mem::take(&mut customer.last));
        customer.tier = tier.unwrap_or_else(|| std::mem::take(&mut customer.tier));
    });
    match changed {
        Ok(_) => table.find(&id).map_or_else(unknown, |customer| Json(view(customer)).into_response()),
        Err(error) => not_kept(&error),
    }
}

fn view(customer: &Customer) -> Value {
    let Customer { id, first, last, tier, notes: _ } = customer;
    json!({ "id": id, "properties": { "crm_id": id, "firstname": first, "lastname": last, "tier": tier }, "archived": false })
}

fn unknown() -> Response {
    let said = json!({ "status": "error", "category": "OBJECT_NOT_FOUND", "message": "resource not found" });
    (StatusCode::NOT_FOUND, Json(said)).into_response()
}
