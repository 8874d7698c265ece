//! Prometheus metrics: one recorder for the process, its text at `/metrics` for those who may read it.

use std::{
    sync::{LazyLock, Once},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use ipnet::IpNet;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use waybill_api::PeerAddress;

use crate::{config::MetricsConfig, refusal};

/// Bounds of latency histograms, in seconds.
const BOUNDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// Histograms gather what came in since the last look.
const UPKEEP: Duration = Duration::from_secs(5);

static HANDLE: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let builder = PrometheusBuilder::new();
    let recorder = match builder.set_buckets(&BOUNDS) {
        Ok(builder) => builder.build_recorder(),
        // Only an empty list is refused.
        Err(_) => PrometheusBuilder::new().build_recorder(),
    };
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("somebody else records metrics in this process; /metrics stays empty");
    }
    describe();
    handle
});

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_gauge!("waybill_build_info", "1; its label says which version runs");
    describe_gauge!("waybill_connections", "Connections that are open now");
    describe_counter!("waybill_connections_refused_total", "Connections beyond limits.connections, answered 503");
    describe_counter!(
        "waybill_slow_handshakes_total",
        "Connections closed because they did not finish a handshake or a request's head in time"
    );
    describe_counter!("waybill_http_requests_total", "Requests by status class");
    describe_histogram!("waybill_http_seconds", "From a request's head to its answer's head");
    describe_gauge!("waybill_sockets", "Guest sockets that are open now");
    describe_gauge!("waybill_notification_sockets", "Sockets of notification channels that are open now");
    describe_counter!("waybill_notifications_total", "Frames that told an event on sockets of notification channels");
    describe_counter!("waybill_guest_refusals_total", "Refused frames and connections of guests, by code");
    describe_counter!("waybill_stalled_connections_total", "Connections cut off because their peer took nothing");
    describe_counter!("waybill_slow_readers_total", "Guest sockets closed because their reader was too slow");
    describe_counter!("waybill_starts_total", "Conversations that were started");
    describe_counter!("waybill_identity_tokens_total", "Signed tokens, by what became of them");
    describe_counter!("waybill_messages_total", "Messages that were stored, by direction");
    describe_counter!("waybill_refused_keys_total", "Keys that were refused, by rule");
    describe_counter!("waybill_marks_dropped_total", "Delivery marks that found no place in the queue");
    describe_counter!("waybill_flow_jobs_claimed_total", "Jobs of flows that were taken up");
    describe_counter!(
        "waybill_flow_jobs_total",
        "Jobs of flows by what became of them: fulfilled, stale, retried, dead"
    );
    describe_histogram!("waybill_flow_job_seconds", "How long a job of a flow took, by kind: turn or request");
    describe_counter!("waybill_flow_requests_total", "Requests of flows by outcome");
    describe_counter!("waybill_flow_tokens_total", "Answers of token issuers");
    describe_counter!("waybill_flow_circuit_total", "Changes of circuits, by the state that they came to");
    describe_counter!("waybill_flow_circuit_refused_total", "Requests that an open circuit kept back");
    metrics::gauge!("waybill_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// Counts one answered request.
pub(crate) fn answered(status: StatusCode, took: Duration) {
    // Handles are kept: looking a metric up costs more than counting.
    static CLASSES: LazyLock<[metrics::Counter; 5]> = LazyLock::new(|| {
        ["1xx", "2xx", "3xx", "4xx", "5xx"]
            .map(|class| metrics::counter!("waybill_http_requests_total", "status" => class))
    });
    static SECONDS: LazyLock<metrics::Histogram> = LazyLock::new(|| metrics::histogram!("waybill_http_seconds"));
    if let Some(class) = CLASSES.get(usize::from(status.as_u16() / 100).saturating_sub(1)) {
        class.increment(1);
    }
    SECONDS.record(took);
}

/// `/metrics`, when it is switched on.
pub(crate) fn routes(config: &MetricsConfig) -> Router {
    let MetricsConfig { enabled, allow } = config.clone();
    if !enabled {
        return Router::new();
    }
    LazyLock::force(&HANDLE);
    start_upkeep();
    Router::new().route("/metrics", get(move |request: Request| async move { answer(&request, &allow) }))
}

fn start_upkeep() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let started = std::thread::Builder::new().name("metrics-upkeep".to_owned()).spawn(|| {
            loop {
                std::thread::sleep(UPKEEP);
                HANDLE.run_upkeep();
            }
        });
        if let Err(error) = started {
            tracing::warn!(%error, "metrics are gathered when they are read only");
        }
    });
}

fn answer(request: &Request, allow: &[IpNet]) -> Response {
    if !is_allowed(request, allow) {
        let message = "metrics are for peers in `metrics.allow` of the configuration";
        return refusal::problem(StatusCode::NOT_FOUND, "not.found", message);
    }
    let mut response = Response::new(Body::from(HANDLE.render()));
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response
}

/// A proxy on this machine has a loopback address too: what it passes on is not for it.
fn is_allowed(request: &Request, allow: &[IpNet]) -> bool {
    let passed_on = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];
    if passed_on.iter().any(|name| request.headers().contains_key(*name)) {
        return false;
    }
    let peer = request.extensions().get::<PeerAddress>();
    peer.is_some_and(|PeerAddress(peer)| allow.iter().any(|network| network.contains(&peer.ip().to_canonical())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, header: Option<&str>, allowed: bool) {
        let allow = ["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(PeerAddress(peer.parse().unwrap()));
        if let Some(name) = header {
            request.headers_mut().insert(header::HeaderName::try_from(name).unwrap(), HeaderValue::from_static("x"));
        }
        assert_eq!(is_allowed(&request, &allow), allowed, "{peer} {header:?}");
    }

    #[test]
    fn edge6_metrics_are_for_allowed_peers_alone() {
        check("127.0.0.1:4711", None, true);
        check("[::1]:4711", None, true);
        check("[::ffff:127.0.0.1]:4711", None, true);
        check("192.0.2.1:4711", None, false);
        check("127.0.0.1:4711", Some("x-forwarded-for"), false);
        check("127.0.0.1:4711", Some("forwarded"), false);
    }
}
