//! A WebSocket client that costs next to nothing: the generator shares the machine with what it measures.

use std::{io, net::SocketAddr};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Room that a connection holds while it waits; a larger frame makes it grow.
const SMALL: usize = 1_024;
/// The longest frame that is believed.
const LONGEST: usize = 16 << 20;

/// One connection: raw bytes at first, frames after the upgrade.
pub(super) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
    /// What of `read` is filled and not yet handed out.
    start: usize,
    end: usize,
    write: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(super) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::new(), start: 0, end: 0, write: Vec::new() })
    }

    /// Connects and upgrades to a WebSocket.
    pub(super) async fn web_socket(address: SocketAddr, path: &str) -> Result<Self> {
        let mut connection = Self::open(address).await?;
        // The key only proves that the server speaks the protocol; ours need not be secret.
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: d2F5YmlsbC1iZW5jaC0xMg==\r\n\r\n"
        );
        connection.stream.write_all(request.as_bytes()).await?;
        let head = connection.head().await?;
        if !connection.read[..head].starts_with(b"HTTP/1.1 101") {
            bail!("no upgrade: {}", String::from_utf8_lossy(&connection.read[..head]));
        }
        Ok(connection)
    }

    /// Sends bytes as they are.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads a whole head of HTTP; it then stands at the beginning of [`Self::read_bytes`], with this length.
    pub(super) async fn head(&mut self) -> Result<usize> {
        self.compact();
        loop {
            if let Some(end) = memchr::memmem::find(&self.read[..self.end], b"\r\n\r\n") {
                self.start = end + 4;
                return Ok(end + 4);
            }
            self.fill().await?;
        }
    }

    /// The bytes from the beginning of the last head on.
    pub(super) fn read_bytes(&self, from: usize, to: usize) -> &[u8] {
        &self.read[from..to]
    }

    /// Takes so many bytes that follow; their place in [`Self::read_bytes`].
    pub(super) async fn take(&mut self, length: usize) -> Result<(usize, usize)> {
        while self.end - self.start < length {
            self.fill().await?;
        }
        let place = (self.start, self.start + length);
        self.start += length;
        Ok(place)
    }

    /// Whatever has arrived; waits for at least one byte.
    pub(super) async fn some(&mut self) -> Result<&[u8]> {
        self.compact();
        if self.end == 0 {
            self.fill().await?;
        }
        let end = std::mem::take(&mut self.end);
        Ok(&self.read[..end])
    }

    /// Sends one text frame. The mask is zero, which is as good as any and costs the sender nothing.
    pub(super) async fn send_text(&mut self, text: &[u8]) -> Result<()> {
        let mut frame = std::mem::take(&mut self.write);
        frame.clear();
        frame.push(0x80 | TEXT);
        match text.len() {
            length @ 0..=125 => frame.push(0x80 | u8::try_from(length)?),
            length @ 126..=0xffff => {
                frame.push(0x80 | 126);
                frame.extend_from_slice(&u16::try_from(length)?.to_be_bytes());
            }
            length => {
                frame.push(0x80 | 127);
                frame.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(text);
        let sent = self.stream.write_all(&frame).await;
        self.write = frame;
        Ok(sent?)
    }

    /// Says good-bye as a browser does.
    pub(super) async fn close(mut self) -> Result<()> {
        self.stream.write_all(&[0x80 | CLOSE, 0x80 | 2, 0, 0, 0, 0, 0x03, 0xe8]).await?;
        Ok(())
    }

    /// The next text frame.
    pub(super) async fn next_text(&mut self) -> Result<&[u8]> {
        let (from, to) = loop {
            if let Some(Frame { kind, from, to }) = frame_in(&self.read[..self.end], self.start)? {
                self.start = to;
                match kind {
                    TEXT => break (from, to),
                    PING => self.pong(from, to).await?,
                    CLOSE => bail!("the server closed: {}", reason(&self.read[from..to])),
                    PONG => {}
                    other => bail!("a frame of kind {other}"),
                }
            } else {
                self.compact();
                self.fill().await?;
            }
        };
        Ok(&self.read[from..to])
    }

    /// Gives back what a waiting connection does not need.
    pub(super) fn rest(&mut self) {
        self.compact();
        if self.end == 0 {
            (self.read, self.write) = (Vec::new(), Vec::new());
        }
    }

    async fn pong(&mut self, from: usize, to: usize) -> Result<()> {
        let length = u8::try_from(to - from)?;
        let mut frame = vec![0x80 | PONG, 0x80 | length, 0, 0, 0, 0];
        frame.extend_from_slice(&self.read[from..to]);
        Ok(self.stream.write_all(&frame).await?)
    }

    fn compact(&mut self) {
        self.read.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
    }

    async fn fill(&mut self) -> Result<()> {
        if self.end == self.read.len() {
            if self.end > LONGEST {
                bail!("more than {LONGEST} bytes without an end");
            }
            self.read.resize((self.end * 2).max(SMALL), 0);
        }
        match self.stream.read(&mut self.read[self.end..]).await? {
            0 => bail!("the connection ended"),
            read => self.end += read,
        }
        Ok(())
    }
}

struct Frame {
    kind: u8,
    from: usize,
    to: usize,
}

/// The frame that begins at `start`, when it has arrived whole.
fn frame_in(bytes: &[u8], start: usize) -> Result<Option<Frame>> {
    let rest = &bytes[start..];
    let &[first, second, ..] = rest else { return Ok(None) };
    if first & 0x80 == 0 || second & 0x80 != 0 {
        bail!("a frame in parts, or with a mask, which servers do not send here");
    }
    let (length, head) = match (second, rest) {
        (126, [_, _, high, low, ..]) => (usize::from(u16::from_be_bytes([*high, *low])), 4),
        (127, [_, _, length @ ..]) => match length.first_chunk::<8>() {
            Some(length) => (usize::try_from(u64::from_be_bytes(*length))?, 10),
            None => return Ok(None),
        },
        (126, _) => return Ok(None),
        (length, _) => (usize::from(length), 2),
    };
    if length > LONGEST {
        bail!("a frame of {length} bytes");
    }
    if rest.len() < head + length {
        return Ok(None);
    }
    Ok(Some(Frame { kind: first & 0x0f, from: start + head, to: start + head + length }))
}

fn reason(body: &[u8]) -> String {
    match body.split_first_chunk::<2>() {
        Some((code, text)) => format!("{} {}", u16::from_be_bytes(*code), String::from_utf8_lossy(text)),
        None => "without a code".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_only_when_they_are_whole() {
        let short = [0x81, 2, b'h', b'i'];
        let found = frame_in(&short, 0).unwrap().unwrap();
        assert_eq!((found.kind, found.from, found.to), (TEXT, 2, 4));
        assert!((0..4).all(|length| frame_in(&short[..length], 0).unwrap().is_none()));
        let mut long = vec![0x81, 126, 1, 0];
        long.extend([b'x'; 256]);
        assert!(frame_in(&long[..259], 0).unwrap().is_none());
        assert_eq!(frame_in(&long, 0).unwrap().unwrap().to, 260);
        assert!(frame_in(&[0x01, 0], 0).is_err() && frame_in(&[0x81, 0x81], 0).is_err());
    }
}
