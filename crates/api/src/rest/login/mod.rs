//! The page on which people log in (ACC5): what a client asks for, e-mail address and password, the second factor.
//!
//! Nothing of it runs in the browser, and nothing of it is kept on the server between its steps: each form carries the
//! client's request and is checked anew.

mod form;
mod page;

use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use utoipa::IntoParams;
use waybill_service::{Authorization, AuthorizationFault, LoggedIn, ServiceError, seconds};

use self::{
    form::{FormToken, Given},
    page::{Page, Step},
};
use super::extract::RawBody;
use crate::{
    App,
    address::{BaseUrl, ClientAddress},
    error::ApiError,
};

/// What a client's request has; the page reads it as it came, so that every fault in it can be told.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the page reads the raw query")]
struct AuthorizationParameters {
    /// `code`
    response_type: String,
    /// The client
    client_id: String,
    /// One of the client's redirect URIs
    redirect_uri: String,
    /// Base64url of the verifier's SHA-256
    code_challenge: String,
    /// `S256`
    code_challenge_method: String,
    /// Handed back as it came
    state: Option<String>,
    /// Names of scopes to narrow the token to
    scope: Option<String>,
}

/// What the page needs besides its documented routes.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/login.css", get(page::style))
}

/// Ask for an authorization code
///
/// A browser comes here with the client's request (`response_type=code`, PKCE with S256) and shows the page on which a
/// person logs in. A request that is wrong goes back to the client as a redirect with `error`; where the client or its
/// redirect URI is unknown, the page says so.
#[utoipa::path(
    get, path = "/oauth/authorize", tag = "Log-in", security(()),
    params(AuthorizationParameters),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 302, description = "Back to the client, with `error`"),
        (status = 400, description = "The client or its redirect URI is unknown: the page says so", body = String, content_type = "text/html")
    )
)]
pub(super) async fn authorize(
    State(app): State<App>,
    BaseUrl(base_url): BaseUrl,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    show(&app, &base_url, &headers, query).await
}

/// Show the log-in page
///
/// The same as `/oauth/authorize`.
#[utoipa::path(
    get, path = "/login", tag = "Log-in", security(()),
    params(AuthorizationParameters),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 302, description = "Back to the client, with `error`"),
        (status = 400, description = "The client or its redirect URI is unknown: the page says so", body = String, content_type = "text/html")
    )
)]
pub(super) async fn show_login(
    State(app): State<App>,
    BaseUrl(base_url): BaseUrl,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    show(&app, &base_url, &headers, query).await
}

async fn show(app: &App, base_url: &str, headers: &HeaderMap, query: Option<String>) -> Response {
    let given = match Given::read(query.as_deref().unwrap_or_default()) {
        Ok(given) => given,
        Err(twice) => return page::fault(StatusCode::BAD_REQUEST, &twice),
    };
    let token = FormToken::of(app.service().ambient(), headers, base_url);
    match app.service().check_authorization(&given.request, base_url).await {
        Ok(authorization) => {
            let page = Page { given: &given, authorization: &authorization, token: &token, fault: None };
            page.write(StatusCode::OK, Step::Password)
        }
        Err(fault) => refuse(fault, StatusCode::FOUND),
    }
}

/// Log in
///
/// What the page's forms send. The right password, and the right code where there is a second factor, lead back to the
/// client with `code` and `state`; the code works once, within a minute.
#[utoipa::path(
    post, path = "/login", tag = "Log-in", security(()),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "email=zoe%40example.com&password=four%20words&csrf=9mJ0"),
    responses(
        (status = 200, description = "The page that asks for the second factor", body = String, content_type = "text/html"),
        (status = 303, description = "Back to the client, with `code` and `state`, or with `error`"),
        (status = 400, description = "The client or its redirect URI is unknown: the page says so", body = String, content_type = "text/html"),
        (status = 401, description = "Address, password or code is wrong: the page again", body = String, content_type = "text/html"),
        (status = 403, description = "The form did not come from this page: the page again", body = String, content_type = "text/html"),
        (status = 429, description = "Too many tries; see `Retry-After`", body = String, content_type = "text/html")
    )
)]
pub(super) async fn log_in(
    State(app): State<App>,
    BaseUrl(base_url): BaseUrl,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: Result<RawBody, ApiError>,
) -> Response {
    let given = match body {
        Ok(RawBody(body)) => Given::read(&body),
        Err(error) => return page::fault(error.status(), "The form could not be read. Go back and try again."),
    };
    let given = match given {
        Ok(given) => given,
        Err(twice) => return page::fault(StatusCode::BAD_REQUEST, &twice),
    };
    let service = app.service();
    let authorization: Authorization = match service.check_authorization(&given.request, &base_url).await {
        Ok(authorization) => authorization,
        Err(fault) => return refuse(fault, StatusCode::SEE_OTHER),
    };
    let token = FormToken::of(service.ambient(), &headers, &base_url);
    let page = |fault| Page { given: &given, authorization: &authorization, token: &token, fault };
    if !token.admits(&headers, &base_url, given.csrf.as_deref()) {
        let fault = "This page was too old, or cookies are switched off. Please try again.";
        return page(Some(fault.to_owned())).write(StatusCode::FORBIDDEN, Step::Password);
    }
    let (logged_in, step) = match (&given.ticket, &given.code) {
        (Some(ticket), code) => {
            let code = code.as_deref().unwrap_or_default();
            let code = service.log_in_second(&authorization, ticket, code, address).await;
            (code.map(LoggedIn::Code), Step::Code(ticket))
        }
        (None, _) => {
            let (email, password) = (given.email.as_deref(), given.password.as_deref());
            let email = email.unwrap_or_default();
            (service.log_in(&authorization, email, password.unwrap_or_default(), address).await, Step::Password)
        }
    };
    match logged_in {
        Ok(LoggedIn::Code(code)) => redirect(StatusCode::SEE_OTHER, &authorization.answer(&code)),
        Ok(LoggedIn::SecondFactor { ticket }) => page(None).write(StatusCode::OK, Step::Code(&ticket)),
        Err(error) => again(&page, error, step),
    }
}

/// The page again, with what was wrong in plain words.
fn again<'a>(page: &dyn Fn(Option<String>) -> Page<'a>, error: ServiceError, step: Step<'_>) -> Response {
    match error {
        ServiceError::Unauthorized(why) => page(Some(sentence(why))).write(StatusCode::UNAUTHORIZED, step),
        ServiceError::Invalid { field: "ticket", .. } => {
            let fault = "The log-in took too long. Please begin again.".to_owned();
            page(Some(fault)).write(StatusCode::UNAUTHORIZED, Step::Password)
        }
        ServiceError::Throttled { what: _, retry_after } => {
            let wait = seconds(retry_after);
            let fault = format!("Too many tries. Please wait {} and try again.", spoken(wait));
            let mut response = page(Some(fault)).write(StatusCode::TOO_MANY_REQUESTS, step);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
            response
        }
        error => failed(error),
    }
}

fn refuse(fault: AuthorizationFault, status: StatusCode) -> Response {
    match fault {
        AuthorizationFault::Client(uri) => redirect(status, &uri),
        AuthorizationFault::Person(ServiceError::Invalid { field, rule, remedy }) => {
            page::fault(StatusCode::BAD_REQUEST, &format!("{field} {rule}. To go on, {remedy}."))
        }
        AuthorizationFault::Person(error) => failed(error),
    }
}

/// A failure of the server: the cause goes to the log.
fn failed(error: ServiceError) -> Response {
    let error = ApiError::from(error);
    let status = error.status();
    tracing::warn!(status = status.as_u16(), "the log-in page could not do its work");
    page::fault(status, "The server can't do this now. Please try again in a moment.")
}

fn redirect(status: StatusCode, uri: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(uri) else {
        return page::fault(StatusCode::BAD_REQUEST, "The application's address can't be used.");
    };
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (status, headers).into_response()
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}

fn spoken(seconds: u64) -> String {
    match seconds {
        1 => "1 second".to_owned(),
        2..120 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}
