//! `GET /channels/{id}`: whoever knows the id may open the socket (NOT2).

use axum::{
    extract::{Query, State, WebSocketUpgrade, rejection::QueryRejection, ws::rejection::WebSocketUpgradeRejection},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use waybill_model::Cursor;
use waybill_service::{ServiceError, StreamStart};

use super::socket::{self, FRAME_BYTES};
use crate::{
    App,
    address::ClientAddress,
    error::{ApiError, ApiResult},
    rest::Segments,
};

/// Bytes that a socket reads at a time: clients say little.
const READ_BUFFER: usize = 1_024;
/// A frame over the limit is read up to so many times the limit, so that its sender gets a proper close and not a reset.
const HARD_LIMIT: usize = 2;

/// The query of a socket's address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct OpenQuery {
    cursor: Option<String>,
}

/// Where a socket begins to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begin {
    pub(super) start: StreamStart,
}

pub(super) async fn upgrade(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Segments(id): Segments<String>,
    query: Result<Query<OpenQuery>, QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> ApiResult<Response> {
    let upgrade = upgrade.map_err(|rejection| {
        let message = "a channel's address is a WebSocket; open it with `new WebSocket(connectUri)`";
        ApiError::new(rejection.into_response().status(), "upgrade.required", message)
    })?;
    let OpenQuery { cursor } = query.map(|Query(query)| query).unwrap_or_default();
    let begin = Begin { start: read_start(cursor.as_deref())? };
    let opened = match app.service().open_channel(&id).await {
        Ok(opened) => opened,
        Err(error @ ServiceError::NotFound { .. }) => {
            // Guessing is slow.
            app.service().take_guess(address)?;
            return Err(error.into());
        }
        Err(error) => return Err(error.into()),
    };
    Ok(upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_frame_size(FRAME_BYTES * HARD_LIMIT)
        .max_message_size(FRAME_BYTES * HARD_LIMIT)
        .on_upgrade(move |socket| socket::serve(socket, app, opened, begin)))
}

/// Reads a cursor; without one the socket tells what happens from now on.
pub(super) fn read_start(cursor: Option<&str>) -> ApiResult<StreamStart> {
    match cursor {
        None => Ok(StreamStart::Now),
        Some("beginning") => Ok(StreamStart::Beginning),
        Some(text) => text.parse::<Cursor>().map(StreamStart::After).map_err(|_| {
            let remedy = "use one from `metadata.cursor`, or `beginning`, or none for what happens from now on";
            ApiError::invalid("cursor", "is none that this server handed out", remedy)
        }),
    }
}
