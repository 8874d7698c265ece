//! A receiver of webhooks: notes what comes and answers as a test wants.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// How long a test waits on a machine that does other things, too.
const PATIENCE: Duration = Duration::from_secs(60);

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn conversation(&self) -> &str {
        self.header("waybill-conversation-id")
    }

    pub(crate) fn seq(&self) -> u64 {
        self.header("waybill-conversation-seq").parse().unwrap()
    }

    /// Whether one of the signatures is this secret's.
    pub(crate) fn is_signed_by(&self, secret: &str) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap());
        let signed = format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        self.header("webhook-signature").split(' ').any(|one| {
            let signature = STANDARD.decode(one.strip_prefix("v1,").unwrap()).unwrap();
            hmac::verify(&key, signed.as_bytes(), &signature).is_ok()
        })
    }
}

/// How a request is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    Status(u16),
    /// The request is taken and nothing is said.
    Silence,
}

type Judge = Arc<dyn Fn(&Received) -> Answer + Send + Sync>;

pub(crate) struct Receiver {
    pub(crate) url: String,
    received: Arc<watch::Sender<Vec<Received>>>,
}

impl Receiver {
    /// One that takes everything.
    pub(crate) async fn new() -> Self {
        Self::answering(|_| Answer::Status(204)).await
    }

    pub(crate) async fn answering(judge: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let received = Arc::new(watch::Sender::new(Vec::new()));
        let (noted, judge): (_, Judge) = (Arc::clone(&received), Arc::new(judge));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&noted), Arc::clone(&judge)));
            }
        });
        Self { url, received }
    }

    /// Everything that has come so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.borrow().clone()
    }

    /// Waits until what has come is as a test wants it.
    pub(crate) async fn until(&self, what: &str, arrived: impl Fn(&[Received]) -> bool) -> Vec<Received> {
        let mut watching = self.received.subscribe();
        let found = tokio::time::timeout(PATIENCE, watching.wait_for(|all| arrived(all))).await;
        match found {
            Ok(found) => found.unwrap().clone(),
            Err(_) => panic!("{what} did not come; there is {:#?}", self.received()),
        }
    }

    /// Waits for so many.
    pub(crate) async fn count(&self, count: usize) -> Vec<Received> {
        self.until(&format!("{count} deliveries"), |all| all.len() >= count).await
    }
}

async fn serve(mut stream: TcpStream, noted: Arc<watch::Sender<Vec<Received>>>, judge: Judge) {
    let Some(received) = read(&mut stream).await else { return };
    let answer = judge(&received);
    noted.send_modify(|all| all.push(received));
    match answer {
        Answer::Status(status) => {
            let answer = format!("HTTP/1.1 {status} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            // The sender may be gone: that is its own loss.
            drop(stream.write_all(answer.as_bytes()).await);
        }
        Answer::Silence => {
            let mut rest = Vec::new();
            drop(stream.read_to_end(&mut rest).await);
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let headers: BTreeMap<String, String> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Received { headers, body: String::from_utf8(body).unwrap() })
}
