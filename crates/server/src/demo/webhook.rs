//! The demo's own receiver of webhooks: checks the signature as any receiver should, and shows what came last.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use ring::hmac;
use serde::{Deserialize, Serialize};
use waybill_model::{OrganizationId, Time};
use waybill_service::{Ambient, Service};

use super::{DemoError, escaped};

/// The receiver's path.
const PATH: &str = "/demo/webhook";
/// Where its deliveries are shown.
pub(crate) const PAGE: &str = "/demo/webhooks";
/// The webhook's name in the sample organization.
const NAME: &str = "Demo receiver";
/// How many are shown.
const SHOWN: usize = 50;
/// The largest body.
const MOST_BYTES: usize = 1024 * 1024;
/// A signature is good for so many seconds, before and after.
const TOLERANCE: i64 = 300;

/// The demo's webhook, as `demo.json` names it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoWebhook {
    /// Where the sample organization's events are sent: the demo's own receiver.
    pub url: String,
    /// The secret of their signatures, `whsec_…`.
    pub secret: String,
}

impl std::fmt::Debug for DemoWebhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoWebhook").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The folder's webhook: created at the first start, aimed at this server's present address at each.
pub(super) async fn keep(service: &Service, org_id: OrganizationId, base_url: &str) -> Result<DemoWebhook, DemoError> {
    let url = format!("{base_url}{PATH}");
    let kept = service.keep_webhook(org_id, NAME, &url).await?;
    Ok(DemoWebhook { url, secret: kept.secret })
}

/// The receiver: what it checks with, and what it has seen.
#[derive(Clone, Debug)]
pub struct Receiver {
    webhook: DemoWebhook,
    ambient: Ambient,
    seen: Arc<Mutex<VecDeque<Delivery>>>,
}

#[derive(Debug)]
struct Delivery {
    at: Time,
    verified: Result<(), &'static str>,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// The headers that are shown.
const HEADERS: [&str; 8] = [
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "waybill-event",
    "waybill-conversation-id",
    "waybill-conversation-seq",
    "waybill-cursor",
    "waybill-attempt",
];

impl Receiver {
    pub(super) fn new(webhook: DemoWebhook, ambient: Ambient) -> Self {
        Self { webhook, ambient, seen: Arc::default() }
    }

    pub(crate) fn routes(self) -> Router {
        Router::new()
            .route(PATH, post(receive).layer(DefaultBodyLimit::max(MOST_BYTES)))
            .route(PAGE, get(show))
            .with_state(self)
    }

    /// The signature over `id.timestamp.body`, by any of the signatures that are there; not too old.
    fn verify(&self, headers: &HeaderMap, body: &[u8], now: Time) -> Result<(), &'static str> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let id = header("webhook-id").ok_or("no webhook-id")?;
        let timestamp = header("webhook-timestamp").ok_or("no webhook-timestamp")?;
        let signatures = header("webhook-signature").ok_or("no webhook-signature")?;
        let seconds: i64 = timestamp.parse().map_err(|_| "webhook-timestamp is no number")?;
        if (now.seconds() - seconds).abs() > TOLERANCE {
            return Err("older or newer than five minutes");
        }
        let secret = self.webhook.secret.strip_prefix("whsec_").unwrap_or(&self.webhook.secret);
        let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(secret).map_err(|_| "the secret is unreadable")?);
        let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
        let fits = signatures.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|one| {
            // In constant time.
            STANDARD.decode(one).is_ok_and(|signature| hmac::verify(&key, &signed, &signature).is_ok())
        });
        if fits { Ok(()) } else { Err("the signature does not fit") }
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let at = receiver.ambient.now();
    let verified = receiver.verify(&headers, &body, at);
    let text = |name: &'static str| Some((name, headers.get(name)?.to_str().ok()?.to_owned()));
    let delivery = Delivery {
        at,
        verified,
        headers: HEADERS.into_iter().filter_map(text).collect(),
        // What nobody vouches for is not shown either.
        body: verified.map(|()| String::from_utf8_lossy(&body).into_owned()).unwrap_or_default(),
    };
    // A panic elsewhere leaves a list that is as good as before.
    let mut seen = receiver.seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.push_front(delivery);
    seen.truncate(SHOWN);
    if verified.is_ok() { StatusCode::NO_CONTENT } else { StatusCode::UNAUTHORIZED }
}

async fn show(State(receiver): State<Receiver>) -> Response {
    let seen = receiver.seen.lock().unwrap_or_else(PoisonError::into_inner);
    let page = page(&seen);
    drop(seen);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
    ];
    (headers, page).into_response()
}

fn page(seen: &VecDeque<Delivery>) -> String {
    let mut rows = String::new();
    for Delivery { at, verified, headers, body } in seen {
        let header = |name: &str| headers.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
        let verdict = match verified {
            Ok(()) => "verified".to_owned(),
            Err(reason) => format!("refused: {reason}"),
        };
        let listed: String = headers.iter().map(|(name, value)| format!("{name}: {}\n", escaped(value))).collect();
        rows.push_str(&format!(
            "<tr><td>{at}</td><td>{verdict}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
             <td><details><summary>Headers and body</summary><pre>{listed}\n{}</pre></details></td></tr>\n",
            escaped(header("waybill-event")),
            escaped(header("waybill-conversation-id")),
            escaped(header("waybill-conversation-seq")),
            escaped(header("waybill-attempt")),
            escaped(body),
        ));
    }
    let list = if seen.is_empty() {
        "<p>Nothing has come yet. Start a chat, then load this page again.</p>".to_owned()
    } else {
        format!(
            "<table><caption>The last deliveries, newest first</caption><thead><tr><th scope=\"col\">Time</th>\
             <th scope=\"col\">Signature</th><th scope=\"col\">Event</th><th scope=\"col\">Conversation</th>\
             <th scope=\"col\">Number in it</th><th scope=\"col\">Attempt</th><th scope=\"col\">Details</th></tr></thead>\
             <tbody>\n{rows}</tbody></table>"
        )
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Webhook deliveries – Waybill demo</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>\
         body{{font:1rem/1.5 system-ui,sans-serif;margin:2rem;color:#1a1a1a;background:#fff}}\
         table{{border-collapse:collapse}}caption{{text-align:left;font-weight:600}}\
         th,td{{border:1px solid #767676;padding:.4rem .6rem;text-align:left;vertical-align:top}}\
         pre{{white-space:pre-wrap;overflow-wrap:anywhere;max-width:60rem}}</style></head><body><main>\
         <h1>Webhook deliveries</h1><p>This demo sends every event of its sample organization to its own receiver at \
         <code>{PATH}</code>, which checks the signature.</p><p><a href=\"{PAGE}\">Load again</a></p>{list}</main></body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wiring::system_ambient;

    /// The example that the convention's libraries publish.
    #[test]
    fn wh3_the_receiver_takes_the_published_example_and_no_other() {
        let webhook = DemoWebhook { url: String::new(), secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned() };
        let receiver = Receiver::new(webhook, system_ambient());
        let body = "{\"test\": 2432232314}";
        let check = |id: &str, timestamp: &str, signature: &str, body: &str, now: i64| {
            let mut headers = HeaderMap::new();
            headers.insert("webhook-id", id.parse().unwrap());
            headers.insert("webhook-timestamp", timestamp.parse().unwrap());
            headers.insert("webhook-signature", signature.parse().unwrap());
            receiver.verify(&headers, body.as_bytes(), Time::from_millis(now * 1_000)).is_ok()
        };
        let (id, at, good) =
            ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let now = 1_614_265_330;
        assert!(check(id, at, good, body, now));
        assert!(check(id, at, &format!("v1,AAAA v2,BBBB {good}"), body, now + 300));
        assert!(!check(id, at, good, body, now + 301) && !check(id, at, good, body, now - 301));
        assert!(!check("msg_other", at, good, body, now));
        assert!(!check(id, "1614265331", good, body, now));
        assert!(!check(id, at, good, "{\"test\": 2432232315}", now));
        assert!(!check(id, at, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", body, now));
        assert!(!check(id, at, "", body, now));
    }

    #[test]
    fn what_came_is_shown_as_text() {
        let delivery = Delivery {
            at: Time::from_millis(0),
            verified: Ok(()),
            headers: vec![("waybill-event", "<i>".to_owned())],
            body: "<script>\"&".to_owned(),
        };
        let page = page(&VecDeque::from([delivery]));
        assert!(page.contains("&lt;script&gt;&quot;&amp;") && page.contains("&lt;i&gt;"), "{page}");
        assert!(!page.contains("<script") && !page.contains("<i>"), "{page}");
    }
}
