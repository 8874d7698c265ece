//! Tokens: what is exchanged for them, and how they end (REST2), with errors in OAuth's own shape (REST3).

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use waybill_protocol::rest::{
    token::{RevokeRequest, TokenAnswer, TokenClient, TokenError, TokenInfo, TokenRequest},
    user::NamedReference,
};
use waybill_service::{Caller, ClientLogin, Exchange, IssuedToken, ServiceError};

use super::{
    document::Failures,
    extract::{AnyToken, Authorized, RawBody},
    reply::{json, silent},
};
use crate::{
    App,
    address::ClientAddress,
    error::{ApiError, ApiResult},
};

/// Get a bearer token
///
/// Client credentials, an authorization code with its PKCE verifier, or a refresh token. The client names itself in the
/// header `Authorization: Basic` or in the body; the body is a form, JSON is taken too. A code or refresh token works
/// once: one that comes again ends everything of its log-in.
#[utoipa::path(
    post, path = "/oauth/token", tag = "Tokens", security((), ("client" = [])),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token", body = TokenAnswer),
        (status = 400, description = "`invalid_request`, `invalid_grant`, `unauthorized_client`, `unsupported_grant_type`, `invalid_scope`", body = TokenError),
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
    let request = read_request(&headers, &body)?;
    let exchange = exchange_of(&request)?;
    let client = client_of(&headers, request.client_id, request.client_secret)?;
    let issued = app.service().issue_token(client, exchange, address).await.map_err(in_oauth_shape)?;
    Ok(answer(issued)?)
}

/// End a token
///
/// RFC 7009: an access token of a client ends alone; with any token of a person everything of that log-in ends. A token
/// that is unknown is as good as ended.
#[utoipa::path(
    post, path = "/oauth/revoke", tag = "Tokens", security((), ("client" = [])),
    request_body(content = RevokeRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 204, description = "It is over"),
        (status = 400, description = "`invalid_request`", body = TokenError),
        (status = 401, description = "`invalid_client`", body = TokenError),
        (status = 429, description = "`too_many_requests`; see `Retry-After`", body = TokenError),
        (status = 500, description = "`server_error`", body = TokenError),
        (status = 503, description = "`temporarily_unavailable`; see `Retry-After`", body = TokenError)
    )
)]
pub(super) async fn revoke_token(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: Result<RawBody, ApiError>,
) -> Result<Response, Refusal> {
    let RawBody(body) = body.map_err(|error| error.in_oauth_shape("invalid_request"))?;
    let [token, client_id, client_secret] = read_form(&body, ["token", "client_id", "client_secret"])?;
    let token = token.ok_or_else(|| invalid_request("`token` is missing; send the token that is to end"))?;
    let client = client_of(&headers, client_id, client_secret)?;
    app.service().revoke_token(client, &token, address).await.map_err(in_oauth_shape)?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Read what is known of one's token
#[utoipa::path(
    get, path = "/api/v2/tokens/me", tag = "Tokens",
    responses((status = 200, description = "The token", body = TokenInfo), Failures),
    security(("oauth" = []))
)]
pub(super) async fn get_own_token(State(app): State<App>, who: Authorized<AnyToken>) -> ApiResult<Response> {
    let organization = app.service().get_own_organization(&who).await?;
    let organization = NamedReference {
        id: organization.id.to_string(),
        name: Some(organization.name),
        self_uri: "/api/v2/organizations/me".to_owned(),
    };
    json(&TokenInfo {
        home_organization: organization.clone(),
        authorized_scope: who.scopes().split_whitespace().map(str::to_owned).collect(),
        oauth_client: who.client_id().map(|id| TokenClient { id, organization: organization.clone() }),
        user: person(&who),
        expires_at: who.expires_at(),
        organization,
    })
}

/// End one's token
///
/// With a person's token everything of that log-in ends: log out. Streams and sockets that it opened end as well.
#[utoipa::path(
    delete, path = "/api/v2/tokens/me", tag = "Tokens",
    responses((status = 204, description = "It is over"), Failures),
    security(("oauth" = []))
)]
pub(super) async fn delete_own_token(State(app): State<App>, who: Authorized<AnyToken>) -> ApiResult<Response> {
    app.service().revoke_own_token(&who).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

fn person(who: &Caller) -> Option<NamedReference> {
    let id = who.user_id()?;
    Some(NamedReference {
        id: id.to_string(),
        name: Some(who.name().to_owned()),
        self_uri: format!("/api/v2/users/{id}"),
    })
}

fn answer(issued: IssuedToken) -> ApiResult<Response> {
    let IssuedToken { access_token, expires_in, scopes, refresh_token } = issued;
    let answer = TokenAnswer {
        access_token,
        token_type: "bearer".to_owned(),
        expires_in: expires_in.as_secs(),
        scope: (!scopes.is_empty()).then_some(scopes),
        refresh_token,
    };
    let mut response = json(&answer).map_err(|error| error.in_oauth_shape("server_error"))?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// What the request wants to exchange.
fn exchange_of(request: &TokenRequest) -> ApiResult<Exchange> {
    let TokenRequest {
        grant_type,
        client_id: _,
        client_secret: _,
        scope,
        code,
        redirect_uri,
        code_verifier,
        refresh_token,
    } = request;
    let wanted = |value: &Option<String>, name: &str| {
        value.clone().ok_or_else(|| invalid_request(&format!("`{name}` is missing; this `grant_type` needs it")))
    };
    match grant_type.as_deref() {
        Some("client_credentials") => Ok(Exchange::ClientCredentials { scopes: scope.clone() }),
        Some("authorization_code") => Ok(Exchange::Code {
            code: wanted(code, "code")?,
            redirect_uri: wanted(redirect_uri, "redirect_uri")?,
            verifier: wanted(code_verifier, "code_verifier")?,
        }),
        Some("refresh_token") => Ok(Exchange::Refresh { token: wanted(refresh_token, "refresh_token")? }),
        Some(_) => {
            let message =
                "`grant_type` is not served; use `client_credentials`, `authorization_code` or `refresh_token`";
            Err(refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", message))
        }
        None => Err(invalid_request("`grant_type` is missing; send `grant_type=client_credentials`")),
    }
}

/// The client by the header or the body; a public one has no secret.
fn client_of(headers: &HeaderMap, id: Option<String>, secret: Option<String>) -> ApiResult<ClientLogin> {
    match (basic(headers)?, id, secret) {
        (None, Some(id), secret) => Ok(ClientLogin { id, secret }),
        (Some((id, secret)), None, None) => Ok(from_header(id, secret)),
        (Some((id, secret)), Some(in_body), given)
            if id == in_body && given.as_ref().is_none_or(|one| *one == secret) =>
        {
            Ok(from_header(id, secret))
        }
        (Some(_), _, _) => Err(invalid_request("header and body name different clients; send one of them")),
        (None, None, _) => {
            let message = "the client is not named; send its id and secret as `Authorization: Basic …` or in the body";
            Err(refused(StatusCode::UNAUTHORIZED, "invalid_client", message))
        }
    }
}

/// Some clients send the header although they have no secret to put into it.
fn from_header(id: String, secret: String) -> ClientLogin {
    ClientLogin { id, secret: Some(secret).filter(|secret| !secret.is_empty()) }
}

/// A form unless the body says that it is JSON. Members that nobody asked for are none of this endpoint's business.
fn read_request(headers: &HeaderMap, body: &str) -> ApiResult<TokenRequest> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.contains("json") {
        return serde_json::from_str(body)
            .map_err(|_| invalid_request("the body is not the JSON object that was announced"));
    }
    let names =
        ["grant_type", "client_id", "client_secret", "scope", "code", "redirect_uri", "code_verifier", "refresh_token"];
    let [grant_type, client_id, client_secret, scope, code, redirect_uri, code_verifier, refresh_token] =
        read_form(body, names)?;
    Ok(TokenRequest { grant_type, client_id, client_secret, scope, code, redirect_uri, code_verifier, refresh_token })
}

/// The values of these names in a form.
pub(super) fn read_form<const N: usize>(body: &str, names: [&str; N]) -> ApiResult<[Option<String>; N]> {
    let mut values = [const { None }; N];
    for (name, value) in form_urlencoded::parse(body.as_bytes()) {
        let Some(place) = names.iter().position(|known| *known == name) else { continue };
        if values[place].replace(value.into_owned()).is_some() {
            return Err(invalid_request("a parameter stands twice in the body; send each once"));
        }
    }
    Ok(values)
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
        ServiceError::Invalid { field: "code" | "refresh_token", .. } => "invalid_grant",
        ServiceError::Invalid { field: "grant_type", .. } => "unauthorized_client",
        ServiceError::Throttled { .. } => "too_many_requests",
        ServiceError::Unavailable { .. } => "temporarily_unavailable",
        ServiceError::Bug(_) => "server_error",
        _ => "invalid_request",
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
