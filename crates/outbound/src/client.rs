//! Sending one request and reading its answer, within bounds.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Uri,
    header::{self, USER_AGENT},
};
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, Error as ClientError, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use tokio::sync::Semaphore;
use url::Url;

use crate::{
    Denied, Limits, Lookup, OutboundError, OutboundPolicy, SetupError,
    lookup::{LookupFailure, SystemLookup, VettedResolver, causes, failure_in},
    target, trust,
};

/// A request to somewhere outside.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to, as somebody wrote it.
    pub url: String,
    /// Headers; those of the connection itself are refused.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Time for everything; the policy's at most.
    pub timeout: Duration,
    /// Bytes of the answer's body; the policy's at most.
    pub max_response: usize,
}

/// An answer, complete.
#[derive(Debug, Clone)]
pub struct Response {
    /// Its status; 3xx like any other, no redirect is followed.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, as it came: nothing is decompressed.
    pub body: Bytes,
}

/// The client for all requests that leave the server. Clones share connections.
#[derive(Clone)]
pub struct Outbound {
    policy: Arc<OutboundPolicy>,
    client: Client<HttpsConnector<HttpConnector<VettedResolver>>, Full<Bytes>>,
    places: Arc<Semaphore>,
    trusts_anybody: bool,
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbound").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// Headers that describe the connection: with them one request could be read as two.
const RESERVED: [HeaderName; 9] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::HOST,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// How this server names itself.
const NAME: HeaderValue = HeaderValue::from_static(concat!("waybill/", env!("CARGO_PKG_VERSION")));

/// The smallest read buffer that the HTTP library takes.
const SMALLEST_BUFFER: usize = 8 * 1024;

impl Outbound {
    /// A client under this policy.
    ///
    /// # Errors
    /// `SetupError`, when the policy's authorities can't be read.
    pub fn new(policy: OutboundPolicy) -> Result<Self, SetupError> {
        Self::with_lookup(policy, Arc::new(SystemLookup::new()))
    }

    /// A client that finds addresses another way.
    ///
    /// # Errors
    /// As [`Outbound::new`].
    pub fn with_lookup(policy: OutboundPolicy, lookup: Arc<dyn Lookup>) -> Result<Self, SetupError> {
        let (tls, trusts_anybody) = trust::tls(&policy.extra_authorities)?;
        let policy = Arc::new(policy);
        let limits = &policy.limits;
        let mut tcp = HttpConnector::new_with_resolver(VettedResolver { policy: Arc::clone(&policy), lookup });
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(limits.connect));
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(4)
            .http1_max_headers(limits.headers)
            .http1_max_buf_size(limits.header_bytes.max(SMALLEST_BUFFER))
            .build(connector);
        let places = Arc::new(Semaphore::new(limits.at_once.clamp(1, Semaphore::MAX_PERMITS)));
        Ok(Self { policy, client, places, trusts_anybody })
    }

    /// Whether requests may go to this URL, as far as it tells without a look-up: for the moment when it is configured.
    ///
    /// # Errors
    /// `Denied`, with the rule and what to do.
    pub fn check_url(&self, url: &str) -> Result<(), Denied> {
        target::vetted(&self.policy, url).map(drop)
    }

    /// Sends a request and reads the answer to its end. Dropping the future ends the request.
    ///
    /// # Errors
    /// `OutboundError`.
    pub async fn send(&self, request: Request) -> Result<Response, OutboundError> {
        let time = request.timeout.min(self.policy.limits.total);
        let url = target::vetted(&self.policy, &request.url)?;
        check_request(&request, &self.policy.limits)?;
        if url.scheme() == "https" && !self.trusts_anybody {
            return Err(OutboundError::NoAuthorities);
        }
        let exchange = self.exchange(&url, request);
        tokio::time::timeout(time, exchange).await.unwrap_or(Err(OutboundError::TimedOut(time)))
    }

    async fn exchange(&self, url: &Url, request: Request) -> Result<Response, OutboundError> {
        let limits = &self.policy.limits;
        let Request { method, url: _, headers, body, timeout: _, max_response } = request;
        let mut outgoing = http::Request::new(Full::new(body));
        *outgoing.method_mut() = method;
        *outgoing.uri_mut() = url.as_str().parse::<Uri>().map_err(|_| Denied::Malformed)?;
        *outgoing.headers_mut() = headers;
        outgoing.headers_mut().entry(USER_AGENT).or_insert(NAME);

        let place = self.places.acquire().await.map_err(|_| OutboundError::Broken)?;
        let host = url.host_str().unwrap_or_default();
        let answer = self.client.request(outgoing).await.map_err(|error| no_answer(&error, host, limits))?;
        let (head, mut incoming) = answer.into_parts();
        let most = max_response.min(limits.response_bytes);
        let mut body = BytesMut::new();
        while let Some(frame) = incoming.frame().await {
            // Trailers say nothing to us.
            let Ok(chunk) = frame.map_err(|_| OutboundError::Broken)?.into_data() else { continue };
            if body.len() + chunk.len() > most {
                return Err(OutboundError::AnswerTooLarge { what: "many bytes", most });
            }
            body.extend_from_slice(&chunk);
        }
        drop(place);
        Ok(Response { status: head.status.as_u16(), headers: head.headers, body: body.freeze() })
    }
}

fn check_request(request: &Request, limits: &Limits) -> Result<(), OutboundError> {
    let too_large = |what, most| Err(OutboundError::RequestTooLarge { what, most });
    if request.body.len() > limits.request_bytes {
        return too_large("many bytes", limits.request_bytes);
    }
    if request.headers.len() > limits.headers {
        return too_large("many headers", limits.headers);
    }
    let bytes: usize = request.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > limits.header_bytes {
        return too_large("many header bytes", limits.header_bytes);
    }
    match RESERVED.iter().find(|name| request.headers.contains_key(*name)) {
        Some(name) => Err(OutboundError::ReservedHeader(name.as_str().to_owned())),
        None => Ok(()),
    }
}

/// What a failed exchange means to who asked. The library's text may hold addresses and is not passed on.
fn no_answer(error: &ClientError, host: &str, limits: &Limits) -> OutboundError {
    match failure_in(error) {
        Some(LookupFailure::Denied) => return OutboundError::Denied(Denied::Address(host.to_owned())),
        Some(LookupFailure::NotFound) => return OutboundError::NameNotFound(host.to_owned()),
        None => {}
    }
    if causes(error).any(|cause| cause.downcast_ref().is_some_and(hyper::Error::is_parse_too_large)) {
        return OutboundError::AnswerTooLarge { what: "many or too long headers", most: limits.header_bytes };
    }
    let mut io = causes(error).filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    match io.next() {
        Some(io) if is_about_tls(io) => OutboundError::Untrusted,
        Some(io) if error.is_connect() && io.kind() == std::io::ErrorKind::TimedOut => {
            OutboundError::TimedOut(limits.connect)
        }
        _ if error.is_connect() => OutboundError::NotConnected,
        _ => OutboundError::Broken,
    }
}

/// A handshake's error reaches us inside an I/O error, or inside two: their own `source` does not show it.
fn is_about_tls(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(|inner| {
        inner.is::<rustls::Error>() || inner.downcast_ref::<std::io::Error>().is_some_and(is_about_tls)
    })
}
