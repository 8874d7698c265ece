//! One attempt: the signed request, and what came back.

use std::time::Duration;

use tokio::time::Instant;
use waybill_model::{Cursor, Delivery, Occasion, Webhook};
use waybill_outbound::{
    Bytes, Method, Outbound, OutboundError, Request, Response,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};

use super::signature::{self, Secret};
use crate::{Service, ServiceError};

/// A receiver has so long to say 2xx.
const PATIENCE: Duration = Duration::from_secs(15);
/// What a receiver says beside its status is not kept; reading a little keeps the connection usable.
const MOST_ANSWER: usize = 16 * 1024;

/// What one request needs.
pub(super) struct Letter<'a> {
    pub(super) url: &'a str,
    pub(super) secrets: &'a [Secret],
    /// The same at each attempt.
    pub(super) id: &'a str,
    /// Seconds since 1970.
    pub(super) timestamp: i64,
    pub(super) body: String,
    pub(super) headers: Vec<(&'static str, String)>,
}

/// What came back, and after how long.
pub(super) struct Answer {
    pub(super) result: Result<Response, OutboundError>,
    pub(super) took: Duration,
}

/// Writes the request.
pub(super) fn request(letter: Letter<'_>) -> Request {
    let Letter { url, secrets, id, timestamp, body, headers: more } = letter;
    let signature = signature::sign(secrets, id, timestamp, &body);
    let own =
        [("webhook-id", id.to_owned()), ("webhook-timestamp", timestamp.to_string()), ("webhook-signature", signature)];
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in own.into_iter().chain(more) {
        // Ids and numbers of our own: always fit for a header.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    Request {
        method: Method::POST,
        url: url.to_owned(),
        headers,
        body: Bytes::from(body),
        timeout: PATIENCE,
        max_response: MOST_ANSWER,
    }
}

/// Sends it.
pub(super) async fn send(outbound: &Outbound, request: Request) -> Answer {
    let begun = Instant::now();
    let result = outbound.send(request).await;
    Answer { result, took: begun.elapsed() }
}

/// What tells receivers which delivery this is.
pub(super) fn headers(delivery: &Delivery, cursor: Option<Cursor>) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("waybill-webhook", delivery.webhook_id.to_string()),
        ("waybill-event", delivery.event.to_string()),
        ("waybill-attempt", (delivery.attempts + 1).to_string()),
    ];
    if let Occasion::Logged { seq: _, conversation_id, conversation_seq, revision: _ } = &delivery.occasion {
        headers.push(("waybill-conversation-id", conversation_id.to_string()));
        headers.push(("waybill-conversation-seq", conversation_seq.to_string()));
    }
    if let Some(cursor) = cursor {
        headers.push(("waybill-cursor", cursor.to_string()));
    }
    headers
}

impl Service {
    /// The keys that sign for a webhook now, newest first.
    pub(super) fn webhook_secrets(&self, webhook: &Webhook) -> Result<Vec<Secret>, ServiceError> {
        let purpose = purpose(webhook);
        let mut secrets = vec![self.unseal(&purpose, &webhook.secret)?];
        if let Some(previous) = &webhook.previous_secret
            && previous.good_until > self.inner.ambient.now()
        {
            secrets.push(self.unseal(&purpose, &previous.secret)?);
        }
        Ok(secrets)
    }
}

/// What a webhook's secrets are sealed for.
pub(super) fn purpose(webhook: &Webhook) -> String {
    format!("webhook {}", webhook.id)
}
