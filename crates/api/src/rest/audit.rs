//! The audit log (LOG8).

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_model::{AuditEntry, AuditRow};
use waybill_protocol::rest::audit::{AuditListing, AuditRecord};

use super::{
    document::Failures,
    extract::{Authorized, Parameters, ViewAudit, parse},
    reply::json,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// Rows of one page, when nothing else is asked for and at most.
const PAGE: u32 = 1_000;

/// What a page of the audit log takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditParameters {
    /// Only rows after this number.
    #[param(value_type = Option<u64>)]
    after: Option<String>,
    /// How many on a page, 1 to 1000.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    page_size: Option<String>,
}

/// Read the audit log
///
/// Who administered what, and who read personal context; oldest first. Each row carries the hash of everything before
/// it: `waybill audit verify` follows the chain.
#[utoipa::path(
    get, path = "/api/v2/audits", tag = "Audit",
    params(AuditParameters),
    responses((status = 200, description = "A page", body = AuditListing), Failures),
    security(("oauth" = ["audits:readonly"]))
)]
pub(super) async fn list_audits(
    State(app): State<App>,
    who: Authorized<ViewAudit>,
    Parameters(parameters): Parameters<AuditParameters>,
) -> ApiResult<Response> {
    let AuditParameters { after, page_size } = parameters;
    let after = parse("after", after.as_deref(), "120")?.unwrap_or(0);
    let limit: u32 = parse("pageSize", page_size.as_deref(), "100")?.unwrap_or(PAGE);
    if !(1..=PAGE).contains(&limit) {
        return Err(ApiError::invalid("pageSize", "has to be 1 to 1000", "ask for several pages"));
    }
    let rows = app.service().list_audit(&who, after, limit).await?;
    let next = rows.last().filter(|_| rows.len() == limit as usize).map(|row| row.number);
    let entities = rows.iter().map(record).collect::<ApiResult<_>>()?;
    json(&AuditListing { organization_id: who.organization_id(), entities, next })
}

fn record(AuditRow { number, entry, hash }: &AuditRow) -> ApiResult<AuditRecord> {
    let AuditEntry { by, action, subject, at, details } = entry;
    Ok(AuditRecord {
        number: *number,
        at: *at,
        actor: serde_json::to_string(by).map_err(|error| ApiError::bug(error.to_string()))?,
        action: action.clone(),
        subject: subject.clone(),
        details: details.clone(),
        hash: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}
