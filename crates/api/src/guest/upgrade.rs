//! `GET /v1`: who may open a socket (EDGE1–EDGE4).

use axum::{
    extract::{Query, State, WebSocketUpgrade, rejection::QueryRejection, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, header::ORIGIN},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use waybill_service::Entry;

use super::{
    map::cut,
    socket::{Door, serve},
    visitor::Visitor,
};
use crate::{App, address::ClientAddress, error::ApiError};

/// Bytes that a socket reads at a time: thousands of visitors are idle at any moment.
const READ_BUFFER: usize = 1_024;
/// A frame over the limit is read up to so many times the limit, so that its sender gets a proper close and not a reset.
const HARD_LIMIT: usize = 4;
/// Longest name of a client that is kept, in bytes.
const APPLICATION_BYTES: usize = 64;

/// The query of the socket's address.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EntryQuery {
    deployment_id: Option<String>,
    organization_id: Option<String>,
    region: Option<String>,
    application: Option<String>,
}

/// Opens a socket. Everything but a wrong origin is refused in a frame, where a browser can read it.
pub(super) async fn upgrade(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    query: Result<Query<EntryQuery>, QueryRejection>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => {
            let message = "`/v1` is a WebSocket; open it with `new WebSocket(\"ws://HOST/v1?deploymentId=…\")`";
            return ApiError::new(rejection.into_response().status(), "upgrade.required", message).into_response();
        }
    };
    let EntryQuery { deployment_id, organization_id, region, application } =
        query.map(|Query(query)| query).unwrap_or_default();
    let header = |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let deployment_id = deployment_id.or_else(|| header("deploymentId")).unwrap_or_default();
    let origin = header(ORIGIN.as_str());
    if let Err(error) = app.service().check_origin(&deployment_id, origin.as_deref()).await {
        return ApiError::from(error).into_response();
    }
    let entry = Entry { deployment_id, organization_id, region, origin, address };
    let entered = app.service().enter(&entry).await;
    let application = application.map(|name| cut(name, APPLICATION_BYTES).into_boxed_str());
    let door = match entered {
        Ok(entered) => Door::Open(Visitor::new(app.clone(), entered, application)),
        Err(error) => Door::Refused(app.clone(), error),
    };
    let frame_bytes = app.service().settings().limits.frame_bytes;
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_frame_size(frame_bytes.saturating_mul(HARD_LIMIT))
        .max_message_size(frame_bytes.saturating_mul(HARD_LIMIT))
        .on_upgrade(move |socket| serve(socket, door))
}
