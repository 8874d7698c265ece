//! Erasure and export of a customer's data.

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_model::{ConversationId, PrivacyRequestKind};
use waybill_protocol::rest::{
    listing::Listing,
    privacy::{CreatePrivacyRequest, ErasureCertificate, PrivacyRequest, SubjectConversation},
};
use waybill_service::{
    Caller, Service, ServiceError,
    privacy::{PrivacyWish, WishedSubject},
};

use super::{
    convert,
    document::{BodyFailures, ConflictFailures, Failures},
    extract::{AddPrivacyRequests, Authorized, Fields, Parameters, RawBody, Segments, ViewPrivacyRequests, parse},
    paging::Page,
    reply::{json, with_status},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

const PATH: &str = "/api/v2/gdpr/requests";
/// Lines of one page of a certificate.
const LINES: u32 = 200;

/// What asking takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CreateParameters {
    /// That an erasure is meant. It is, unless this is `false`.
    #[param(value_type = Option<bool>)]
    delete_confirmed: Option<String>,
}

/// Ask for erasure or export
///
/// Every conversation in which a key has, or once had, a value; or one conversation. An erasure by a value removes personal
/// and undeclared values, the key itself, what was quarantined, the customer and everything said; an erasure of a
/// conversation removes every value. Events and counts stay. It is worked on at once, and resumed after a restart.
#[utoipa::path(
    post, path = "/api/v2/gdpr/requests", tag = "Privacy",
    params(CreateParameters),
    request_body(content = CreatePrivacyRequest, content_type = "application/json"),
    responses((status = 202, description = "The request is taken on", body = PrivacyRequest), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["gdpr"]))
)]
pub(super) async fn create_privacy_request(
    State(app): State<App>,
    who: Authorized<AddPrivacyRequests>,
    Parameters(CreateParameters { delete_confirmed }): Parameters<CreateParameters>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let wish = read(&body)?;
    let confirmed = parse::<bool>("deleteConfirmed", delete_confirmed.as_deref(), "true")?.unwrap_or(true);
    if wish.kind == PrivacyRequestKind::Delete && !confirmed {
        return Err(ApiError::invalid("deleteConfirmed", "is false", "send `true` to erase, or nothing at all"));
    }
    let request = app.service().create_privacy_request(&who, wish).await?;
    Ok(with_status(StatusCode::ACCEPTED, json(&convert::privacy_request(&request))?))
}

fn read(body: &str) -> ApiResult<PrivacyWish> {
    let mut fields = Fields::read(body)?;
    let kind = match fields.take_text("requestType", "\"requestType\": \"GDPR_DELETE\"")?.as_str() {
        "GDPR_DELETE" => PrivacyRequestKind::Delete,
        "GDPR_EXPORT" => PrivacyRequestKind::Export,
        _ => return Err(ApiError::invalid("requestType", "is unknown", "write `GDPR_DELETE` or `GDPR_EXPORT`")),
    };
    let example = "\"subject\": {\"attributeKey\": \"crmCustomerId\", \"attributeValue\": \"CRM-1\"}";
    let subject = fields.take_given("subject")?;
    let subject = subject.ok_or_else(|| ApiError::invalid("subject", "is missing", &format!("send `{example}`")))?;
    // What the field's clients send besides says nothing here.
    fields.leave_out(&["name", "createdBy", "replacementTerms"])?;
    fields.finish("`requestType` and `subject`")?;
    let mut fields = Fields::read(subject.get())?;
    let key = fields.take_as::<String>("attributeKey", "text", "\"attributeKey\": \"crmCustomerId\"")?;
    let value = fields.take_as::<String>("attributeValue", "text", "\"attributeValue\": \"CRM-1\"")?;
    let conversation = fields.take_as::<String>("conversationId", "text", "\"conversationId\": \"0190b0a1-…\"")?;
    fields.finish("`attributeKey`, `attributeValue`, `conversationId`")?;
    let subject = match (key, value, conversation) {
        (key, Some(value), None) => WishedSubject::Attribute { key, value },
        (None, None, Some(conversation)) => WishedSubject::Conversation(conversation),
        _ => {
            let rule = "has to name either a value, with its key, or one conversation";
            return Err(ApiError::invalid("subject", rule, &format!("send `{example}`")));
        }
    };
    Ok(PrivacyWish { kind, subject })
}

/// Which page of requests.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RequestParameters {
    /// The page, from 1.
    #[param(value_type = Option<u32>)]
    page_number: Option<String>,
    /// How many on a page, 1 to 500; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
}

/// List requests for erasure and export
///
/// The newest first.
#[utoipa::path(
    get, path = "/api/v2/gdpr/requests", tag = "Privacy",
    params(RequestParameters),
    responses((status = 200, description = "A page of requests", body = Listing<PrivacyRequest>), Failures),
    security(("oauth" = ["gdpr:readonly"]))
)]
pub(super) async fn list_privacy_requests(
    State(app): State<App>,
    who: Authorized<ViewPrivacyRequests>,
    Parameters(RequestParameters { page_number, page_size }): Parameters<RequestParameters>,
) -> ApiResult<Response> {
    let page = Page::read(page_number.as_deref(), page_size.as_deref())?;
    let list = app.service().list_privacy_requests(&who, page.offset(), page.size).await?;
    let entities = list.entities.iter().map(|one| convert::privacy_request(&one.entity)).collect();
    json(&page.listing(PATH, list.total, entities))
}

/// Read a request
#[utoipa::path(
    get, path = "/api/v2/gdpr/requests/{requestId}", tag = "Privacy",
    params(("requestId" = String, Path, description = "The request")),
    responses((status = 200, description = "How far it is", body = PrivacyRequest), Failures),
    security(("oauth" = ["gdpr:readonly"]))
)]
pub(super) async fn get_privacy_request(
    State(app): State<App>,
    who: Authorized<ViewPrivacyRequests>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::privacy_request(&app.service().get_privacy_request(&who, &id).await?))
}

/// Which page of a certificate.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CertificateParameters {
    /// Where a page begins: the `cursor` of the page before.
    cursor: Option<String>,
    /// How many conversations on a page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    page_size: Option<String>,
}

/// Read an erasure's certificate
///
/// What was removed from which conversation, never a value.
#[utoipa::path(
    get, path = "/api/v2/gdpr/requests/{requestId}/certificate", tag = "Privacy",
    params(("requestId" = String, Path, description = "The request"), CertificateParameters),
    responses((status = 200, description = "A page of the certificate", body = ErasureCertificate), ConflictFailures, Failures),
    security(("oauth" = ["gdpr:readonly"]))
)]
pub(super) async fn get_erasure_certificate(
    State(app): State<App>,
    who: Authorized<ViewPrivacyRequests>,
    Segments(id): Segments<String>,
    Parameters(CertificateParameters { cursor, page_size }): Parameters<CertificateParameters>,
) -> ApiResult<Response> {
    let after = parse("cursor", cursor.as_deref(), "120")?.unwrap_or(0);
    let limit: u32 = parse("pageSize", page_size.as_deref(), "100")?.unwrap_or(LINES);
    if !(1..=LINES).contains(&limit) {
        return Err(ApiError::invalid("pageSize", "has to be 1 to 200", "ask for several pages"));
    }
    json(&convert::certificate(&app.service().get_certificate(&who, &id, after, limit).await?))
}

/// Download an export's results
///
/// One line of JSON per conversation: with its context and the reasons, every change of it, what was said, its events,
/// and who was told. Written as it is read; personal values are masked for who may not see them.
#[utoipa::path(
    get, path = "/api/v2/gdpr/requests/{requestId}/results", tag = "Privacy",
    params(("requestId" = String, Path, description = "The request")),
    responses(
        (status = 200, description = "The conversations, one per line", body = SubjectConversation, content_type = "application/x-ndjson"),
        ConflictFailures, Failures
    ),
    security(("oauth" = ["gdpr:readonly"]))
)]
pub(super) async fn get_privacy_results(
    State(app): State<App>,
    who: Authorized<ViewPrivacyRequests>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let ids = app.service().list_subject(&who, &id).await?;
    let (service, caller) = (app.service().clone(), Caller::clone(&who));
    let lines = stream::unfold(ids.into_iter(), move |mut ids| {
        let (service, caller) = (service.clone(), caller.clone());
        async move {
            let id = ids.next()?;
            Some((line(&service, &caller, id).await, ids))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"export.ndjson\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// One conversation's line; one that is gone by now has none.
async fn line(service: &Service, caller: &Caller, id: ConversationId) -> Result<Bytes, std::io::Error> {
    let bundle = match service.bundle(caller, id).await {
        Ok(bundle) => bundle,
        Err(ServiceError::NotFound { .. }) => return Ok(Bytes::new()),
        Err(error) => {
            // The status is sent already: the client sees that the body breaks off.
            tracing::error!(%error, "an export breaks off");
            return Err(std::io::Error::other("the export breaks off"));
        }
    };
    let line = convert::subject_conversation(&bundle).map_err(|_| std::io::Error::other("a line was not written"))?;
    let mut bytes = serde_json::to_vec(&line).map_err(std::io::Error::other)?;
    bytes.push(b'\n');
    Ok(bytes.into())
}
