//! HTTP/1.1 by hand: requests that were written once, answers of which only the end is looked for.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use memchr::memmem::find;

use super::{speak::field, wire::Connection};

/// A keep-alive connection.
pub(super) struct Http {
    connection: Connection,
}

impl Http {
    /// Connects.
    pub(super) async fn open(address: SocketAddr) -> Result<Self> {
        Ok(Self { connection: Connection::open(address).await? })
    }

    /// Sends a request and waits for its whole answer: its body.
    pub(super) async fn ask(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.connection.send(request).await?;
        let head = self.connection.head().await?;
        let length = {
            let head = self.connection.read_bytes(0, head);
            if !head.starts_with(b"HTTP/1.1 200") {
                bail!("the server refused: {}", String::from_utf8_lossy(head));
            }
            content_length(head)?
        };
        let (from, to) = self.connection.take(length).await?;
        Ok(self.connection.read_bytes(from, to))
    }

    /// Opens a stream of events: what follows comes by [`Connection::some`].
    pub(super) async fn stream(mut self, request: &[u8]) -> Result<Connection> {
        self.connection.send(request).await?;
        let head = self.connection.head().await?;
        if !self.connection.read_bytes(0, head).starts_with(b"HTTP/1.1 200") {
            bail!("the server refused: {}", String::from_utf8_lossy(self.connection.read_bytes(0, head)));
        }
        Ok(self.connection)
    }
}

/// A GET.
pub(super) fn get(address: SocketAddr, path: &str, token: Option<&str>) -> Vec<u8> {
    let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{authorization}\r\n").into_bytes()
}

/// A bearer token for an API client.
pub(super) async fn log_in(address: SocketAddr, id: &str, secret: &str) -> Result<String> {
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let request = format!(
        "POST /oauth/token HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut http = Http::open(address).await?;
    field(http.ask(request.as_bytes()).await?, br#""access_token":""#)
}

fn content_length(head: &[u8]) -> Result<usize> {
    const NAMES: [&[u8]; 2] = [b"content-length: ", b"Content-Length: "];
    let place = NAMES.iter().find_map(|name| find(head, name).map(|at| at + name.len()));
    let rest = &head[place.context("an answer without its length")?..];
    let end = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    Ok(std::str::from_utf8(&rest[..end])?.parse()?)
}
