//! A canary on loopback, names that lead where a test wants, and answers of every bad kind.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use waybill_outbound::{
    Bytes, Limits, Lookup, LookupFuture, Method, Outbound, OutboundError, OutboundPolicy, Request, Response,
    header::HeaderMap,
};

/// A server on loopback that counts its connections.
pub(crate) struct Canary {
    pub(crate) address: SocketAddr,
    hits: Arc<AtomicUsize>,
}

impl Canary {
    /// One that answers each connection's first request with these bytes, and again and again while `endless`.
    pub(crate) async fn saying(answer: &'static str, endless: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let hits = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&hits);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(talk(stream, answer, endless));
            }
        });
        Self { address, hits }
    }

    /// One that answers 204.
    pub(crate) async fn new() -> Self {
        Self::saying("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", None).await
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }
}

async fn talk(mut stream: TcpStream, answer: &'static str, endless: Option<&'static str>) {
    let mut head = [0; 4096];
    if stream.read(&mut head).await.is_err() || stream.write_all(answer.as_bytes()).await.is_err() {
        return;
    }
    while let Some(more) = endless {
        if stream.write_all(more.as_bytes()).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    // Stays open until the other side leaves: what is missing never comes.
    if answer.contains("Connection: close") {
        return;
    }
    while let Ok(1..) = stream.read(&mut head).await {}
}

/// What successive look-ups of a name find.
type Answers = Vec<Vec<IpAddr>>;

/// Names of the tests; each look-up takes the next answer, the last one stays.
#[derive(Default)]
pub(crate) struct Names {
    answers: Mutex<Vec<(&'static str, Answers)>>,
    pub(crate) lookups: AtomicUsize,
}

impl Names {
    /// Each name with its answers; an answer is a line of addresses.
    pub(crate) fn with(names: &[(&'static str, &[&str])]) -> Arc<Self> {
        let parsed = |line: &&str| line.split(' ').map(|address| address.parse().unwrap()).collect();
        let answers = names.iter().map(|(name, lines)| (*name, lines.iter().map(parsed).collect())).collect();
        Arc::new(Self { answers: Mutex::new(answers), lookups: AtomicUsize::new(0) })
    }
}

impl Lookup for Names {
    fn lookup(&self, name: String) -> LookupFuture {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().unwrap();
        let found = answers.iter_mut().find(|(known, _)| *known == name.trim_end_matches('.'));
        let found = found.map(|(_, lists)| if lists.len() > 1 { lists.remove(0) } else { lists[0].clone() });
        Box::pin(async move { found.ok_or_else(|| io::Error::other("no such name")) })
    }
}

/// The default policy with bounds that a test need not wait for; `http` is allowed so that the address is what is judged.
pub(crate) fn policy(networks: &[&str]) -> OutboundPolicy {
    OutboundPolicy {
        allow_networks: networks.iter().map(|network| network.parse().unwrap()).collect(),
        allow_plain_http: true,
        limits: Limits { connect: Duration::from_secs(2), total: Duration::from_secs(5), ..Limits::default() },
        ..OutboundPolicy::default()
    }
}

pub(crate) fn request(url: &str) -> Request {
    Request {
        method: Method::POST,
        url: url.to_owned(),
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"{}"),
        timeout: Duration::from_secs(5),
        max_response: 64 * 1024,
    }
}

pub(crate) async fn send(client: &Outbound, url: &str) -> Result<Response, OutboundError> {
    client.send(request(url)).await
}
