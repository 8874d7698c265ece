//! The dialect of Salesforce: a token by client credentials, which names no end of its life, and records by external id.

use axum::{
    Form, Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Customer, Desk, idempotency_key, not_kept};

/// The OAuth client.
const CLIENT: &str = "waybill";
const RECORD: &str = "/services/data/v60.0/sobjects/Contact/CRM_Id__c/{id}";

pub(super) fn routes() -> Router<Desk> {
    Router::new().route(RECORD, get(record).patch(update))
}

pub(super) fn token_route() -> Router<Desk> {
    Router::new().route("/services/oauth2/token", post(token))
}

#[derive(Deserialize)]
struct TokenRequest {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: String,
}

async fn token(State(desk): State<Desk>, headers: HeaderMap, Form(request): Form<TokenRequest>) -> Response {
    let TokenRequest { grant_type, client_id, client_secret } = request;
    let (id, secret) = basic(&headers).unwrap_or((client_id, client_secret));
    let mut table = desk.table();
    if grant_type != "client_credentials" || id != CLIENT || secret != table.client_secret() {
        let said = json!({ "error": "invalid_client", "error_description": "invalid client credentials" });
        return (StatusCode::BAD_REQUEST, Json(said)).into_response();
    }
    let token = desk.ambient.secret();
    table.issue(token.clone());
    Json(json!({ "access_token": token, "token_type": "Bearer", "scope": "api" })).into_response()
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let value = headers.get("authorization")?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

async fn record(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    match desk.table().find(&id) {
        Some(Customer { id, first, last, tier, notes: _ }) => Json(json!({
            "attributes": { "type": "Contact" }, "Id": id, "CRM_Id__c": id,
            "FirstName": first, "LastName": last, "Tier__c": tier,
        }))
        .into_response(),
        None => unknown(),
    }
}

async fn update(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(fields): Json<Value>,
) -> Response {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let (first, last, tier) = (text("FirstName"), text("LastName"), text("Tier__c"));
    let changed = desk.table().change(&id, idempotency_key(&headers).as_deref(), |customer| {
        customer.first = first.unwrap_or_else(|| std::mem::take(&mut customer.first));
        customer.last = last.unwrap_or_else(|| std::mem::take(&mut customer.last));
        customer.tier = tier.unwrap_or_else(|| std::mem::take(&mut customer.tier));
    });
    match changed {
        Ok(Some(_)) => StatusCode::NO_CONTENT.into_response(),
        Ok(None) => unknown(),
        Err(error) => not_kept(&error),
    }
}

fn unknown() -> Response {
    let said = json!([{ "errorCode": "NOT_FOUND", "message": "The requested resource does not exist" }]);
    (StatusCode::NOT_FOUND, Json(said)).into_response()
}
