//! `POST /oauth/token`: client credentials for a bearer token (REST2), with errors in OAuth's own shape (REST3).

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use waybill_protocol::rest::token::{TokenAnswer, TokenError, TokenRequest};
use waybill_service::{IssuedToken, ServiceError};

use super::{extract::RawBody, reply::json};
use crate::{
    App,
    address::ClientAddress,
    error::{ApiError, ApiResult},
};

/// Get a bearer token
///
/// Client credentials, in the header `Authorization: Basic` or in the body; the body is a form, JSON is taken too.
#[utoipa::path(
    post, path = "/oauth/token", tag = "Tokens", security((), ("client" = [])),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token", body = TokenAnswer),
        (status = 400, description = "`invalid_request`, `unsupported_grant_type`, `invalid_scope`", body = TokenError),
        (status = 401, description = "`invalid_client`", body = TokenError),
        (status = 429, description = "`too_many_requests`; see `Retry-After`", body = TokenError),
        (status = 500, description = "`server_error`", body = TokenError),
        (status = 503, description = "`temporarily_unavailable`; see `Retry-After`", body = TokenError)
    )
)]
pub(super) async fn create_token(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: Result<RawBody, ApiError>,
) -> Result<Response, Refusal> {
    let RawBody(body) = body.map_err(|error| error.in_oauth_shape("invalid_request"))?;
    let Credentials { id, secret, scope } = read_credentials(&headers, &body)?;
    let issued = app.service().issue_token(&id, &secret, scope.as_deref(), address).await.map_err(in_oauth_shape)?;
    Ok(answer(issued)?)
}

fn answer(issued: IssuedToken) -> ApiResult<Response> {
    let IssuedToken { access_token, expires_in, scopes } = issued;
    let answer = TokenAnswer {
        access_token,
        token_type: "bearer".to_owned(),
        expires_in: expires_in.as_secs(),
        scope: (!scopes.is_empty()).then_some(scopes),
    };
    let mut response = json(&answer).map_err(|error| error.in_oauth_shape("server_error"))?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

struct Credentials {
    id: String,
    secret: String,
    scope: Option<String>,
}

fn read_credentials(headers: &HeaderMap, body: &str) -> ApiResult<Credentials> {
    let TokenRequest { grant_type, client_id, client_secret, scope } = read_request(headers, body)?;
    match grant_type.as_deref() {
        Some("client_credentials") => {}
        Some(_) => {
            let message = "`grant_type` is not served; use `client_credentials`";
            return Err(refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", message));
        }
        None => return Err(invalid_request("`grant_type` is missing; send `grant_type=client_credentials`")),
    }
    let in_body = client_id.zip(client_secret);
    let (id, secret) = match (basic(headers)?, in_body) {
        (Some(header), None) => header,
        (None, Some(body)) => body,
        (Some(header), Some(body)) if header == body => header,
        (Some(_), Some(_)) => return Err(invalid_request("header and body name different clients; send one of them")),
        (None, None) => {
            let message = "the client is not named; send its id and secret as `Authorization: Basic …` or in the body";
            return Err(refused(StatusCode::UNAUTHORIZED, "invalid_client", message));
        }
    };
    Ok(Credentials { id, secret, scope })
}

/// A form unless the body says that it is JSON. Members that nobody asked for are none of this endpoint's business.
fn read_request(headers: &HeaderMap, body: &str) -> ApiResult<TokenRequest> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.contains("json") {
        return serde_json::from_str(body)
            .map_err(|_| invalid_request("the body is not the JSON object that was announced"));
    }
    let mut request = TokenRequest::default();
    for (name, value) in form_urlencoded::parse(body.as_bytes()) {
        let field = match name.as_ref() {
            "grant_type" => &mut request.grant_type,
            "client_id" => &mut request.client_id,
            "client_secret" => &mut request.client_secret,
            "scope" => &mut request.scope,
            _ => continue,
        };
        if field.replace(value.into_owned()).is_some() {
            return Err(invalid_request("a parameter stands twice in the body; send each once"));
        }
    }
    Ok(request)
}

fn basic(headers: &HeaderMap) -> ApiResult<Option<(String, String)>> {
    let Some(header) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let read = || {
        let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
    };
    let message = "the header `Authorization` is not `Basic base64(id:secret)`; correct it, or send both in the body";
    read().map(Some).ok_or_else(|| invalid_request(message))
}

fn in_oauth_shape(error: ServiceError) -> ApiError {
    let word = match &error {
        ServiceError::Unauthorized(_) => "invalid_client",
        ServiceError::Invalid { field: "scope", .. } => "invalid_scope",
        ServiceError::Throttled { .. } => "too_many_requests",
        ServiceError::Unavailable { .. } => "temporarily_unavailable",
        ServiceError::WrongMasterKey | ServiceError::Bug(_) => "server_error",
        ServiceError::Refused(_)
        | ServiceError::Invalid { .. }
        | ServiceError::RegionMismatch { .. }
        | ServiceError::MessageTooLong { .. }
        | ServiceError::UnknownDeployment
        | ServiceError::WrongOrganization
        | ServiceError::InactiveDeployment
        | ServiceError::OriginDenied
        | ServiceError::MissingPermission(_)
        | ServiceError::NotFound { .. }
        | ServiceError::StartTokenReused
        | ServiceError::MissingKeyPermission { .. }
        | ServiceError::Taken(_)
        | ServiceError::Stale(_)
        | ServiceError::WrongState { .. }
        | ServiceError::CursorGone { .. }
        | ServiceError::RevisionMismatch { .. } => "invalid_request",
    };
    ApiError::from(error).in_oauth_shape(word)
}

fn invalid_request(message: &str) -> ApiError {
    refused(StatusCode::BAD_REQUEST, "invalid_request", message)
}

fn refused(status: StatusCode, word: &'static str, message: &str) -> ApiError {
    ApiError::new(status, word, message).in_oauth_shape(word)
}

/// Why there is no token; a 401 also says with what to come back.
pub(super) struct Refusal(ApiError);

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if response.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
        }
        response
    }
}
