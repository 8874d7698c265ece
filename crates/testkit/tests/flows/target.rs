//! A system that flows ask: notes what comes and answers as a test wants.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// How long a test waits on a machine that does other things, too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn key(&self) -> &str {
        self.header("idempotency-key")
    }
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// With a status and JSON.
    Json(u16, Value),
    /// With a status, a header, and nothing else.
    Header(u16, &'static str, &'static str),
    /// The request is taken and nothing is said.
    Silence,
    /// The connection is closed without a word.
    Hangup,
}

type Judge = Arc<Mutex<dyn FnMut(&Received) -> Answer + Send>>;

/// One that listens on this machine.
pub(crate) struct Target {
    pub(crate) url: String,
    received: Arc<watch::Sender<Vec<Received>>>,
}

impl Target {
    pub(crate) async fn answering(judge: impl FnMut(&Received) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(watch::Sender::new(Vec::new()));
        let (noted, judge): (_, Judge) = (Arc::clone(&received), Arc::new(Mutex::new(judge)));
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

    /// Waits for so many requests.
    pub(crate) async fn count(&self, count: usize) -> Vec<Received> {
        let mut watching = self.received.subscribe();
        let found = tokio::time::timeout(PATIENCE, watching.wait_for(|all| all.len() >= count)).await;
        match found {
            Ok(found) => found.unwrap().clone(),
            Err(_) => panic!("{count} requests did not come; there is {:#?}", self.received()),
        }
    }
}

async fn serve(mut stream: TcpStream, noted: Arc<watch::Sender<Vec<Received>>>, judge: Judge) {
    let Some(received) = read(&mut stream).await else { return };
    let answer = judge.lock().unwrap()(&received);
    noted.send_modify(|all| all.push(received));
    let (status, header, body) = match answer {
        Answer::Json(status, body) => (status, "Content-Type: application/json".to_owned(), body.to_string()),
        Answer::Header(status, name, value) => (status, format!("{name}: {value}"), String::new()),
        Answer::Silence => {
            let mut rest = Vec::new();
            // Until the other side has had enough.
            drop(stream.read_to_end(&mut rest).await);
            return;
        }
        Answer::Hangup => return,
    };
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status} Said\r\n{header}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    // The asker may be gone: that is its own loss.
    drop(stream.write_all(answer.as_bytes()).await);
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
    let mut words = head.lines().next().unwrap().split(' ');
    let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
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
    Some(Received { method, path, headers, body: String::from_utf8(body).unwrap() })
}
