//! What is said to each kind of server: texts written by hand, answers recognised by a few bytes.

use std::{cell::Cell, io::Write as _, net::SocketAddr, rc::Rc};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use memchr::memmem::find;

use super::wire::Connection;

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Protocol {
    /// Waybill's guest socket.
    Waybill,
    /// `bench/peers/bun-sqlite`.
    Plain,
    /// `bench/peers/socketio-postgres`.
    Socketio,
}

/// One who can speak to a server.
#[derive(Debug, Clone)]
pub(super) struct Speaker {
    pub(super) address: SocketAddr,
    pub(super) protocol: Protocol,
    pub(super) organization_id: String,
    pub(super) deployment_id: String,
    /// Different in every run, so that no run meets another one's ids.
    pub(super) run: String,
    /// Counts chats over all work on this server: a number that came twice would be a repeated start, and its messages
    /// repeated messages, of which nothing is stored.
    pub(super) numbers: Rc<Cell<u64>>,
}

/// A chat that has started.
#[derive(Debug, Clone)]
pub(super) struct Chat {
    pub(super) conversation_id: String,
    token: String,
    /// Counts its messages.
    said: u64,
    number: u64,
}

/// The text of every message: as long as a sentence.
const SENTENCE: &str = "Hello, my order has not arrived yet; can you tell me where it is, please? Thank you very much!";

impl Speaker {
    /// Connects, up to where a chat can be started.
    pub(super) async fn connect(&self) -> Result<Connection> {
        match self.protocol {
            Protocol::Waybill => {
                let path = format!("/v1?deploymentId={}&application=waybill-bench-1", self.deployment_id);
                Connection::web_socket(self.address, &path).await
            }
            Protocol::Plain => Connection::web_socket(self.address, "/").await,
            Protocol::Socketio => {
                let mut connection =
                    Connection::web_socket(self.address, "/socket.io/?EIO=4&transport=websocket").await?;
                expect(connection.next_text().await?, b"0")?;
                connection.send_text(b"40").await?;
                expect(connection.next_text().await?, b"40")?;
                Ok(connection)
            }
        }
    }

    /// Starts a chat with a context of three keys and a first message; returns when it is acknowledged.
    pub(super) async fn start(&self, connection: &mut Connection) -> Result<Chat> {
        let number = self.numbers.get();
        self.numbers.set(number + 1);
        let token = format!("{}-{number:024}", self.run);
        let context = format!(r#"{{"crmCustomerId":"CRM-{}-{number}","source":"pricing","plan":"gold"}}"#, self.run);
        let text = match self.protocol {
            Protocol::Waybill => format!(
                r#"{{"action":"startChat","deploymentId":"{}","organizationId":"{}","token":"{token}","startToken":"{number:08x}-0000-4000-8000-000000000000","tracingId":"s{number}","api":"webMessagingClient","options":{{"customData":{context},"message":"{SENTENCE}"}},"page":{{"path":"/pricing"}},"sdk":"2.0.0"}}"#,
                self.deployment_id, self.organization_id,
            ),
            Protocol::Plain => {
                format!(r#"{{"op":"start","id":{number},"customData":{context},"message":"{SENTENCE}"}}"#)
            }
            Protocol::Socketio => format!(r#"421["start",{{"customData":{context},"message":"{SENTENCE}"}}]"#),
        };
        connection.send_text(text.as_bytes()).await?;
        let answer = loop {
            let frame = connection.next_text().await?;
            match self.protocol {
                Protocol::Waybill if find(frame, b"StartChatResponse").is_some() => break frame,
                Protocol::Plain if frame.starts_with(br#"{"op":"started""#) => break frame,
                Protocol::Socketio if frame.starts_with(b"431") => break frame,
                Protocol::Socketio if frame == b"2" => connection.send_text(b"3").await?,
                _ => refuse_error(frame)?,
            }
        };
        let conversation_id = field(answer, br#""conversationId":""#)?;
        Ok(Chat { conversation_id, token, said: 0, number })
    }

    /// Waits for the next thing that the business says.
    pub(super) async fn hear(&self, connection: &mut Connection) -> Result<()> {
        loop {
            let frame = connection.next_text().await?;
            if find(frame, br#""direction":"Outbound""#).is_some() {
                return Ok(());
            }
            refuse_error(frame)?;
        }
    }

    /// Says something; returns when it is acknowledged.
    pub(super) async fn say(&self, connection: &mut Connection, chat: &mut Chat, room: &mut Vec<u8>) -> Result<()> {
        chat.said += 1;
        let Chat { conversation_id, token, said, number } = chat;
        room.clear();
        match self.protocol {
            // As our SDK says it: with its own id, by which doubles are recognised.
            Protocol::Waybill => write!(
                room,
                r#"{{"action":"onMessage","token":"{token}","tracingId":"m{said}","message":{{"type":"Text","text":"{SENTENCE}","metadata":{{"id":"{number:08x}-0000-4000-8000-{said:012x}"}}}}}}"#
            )?,
            Protocol::Plain => write!(
                room,
                r#"{{"op":"message","id":{said},"conversationId":"{conversation_id}","text":"{SENTENCE}"}}"#
            )?,
            Protocol::Socketio => {
                write!(room, r#"422["message",{{"conversationId":"{conversation_id}","text":"{SENTENCE}"}}]"#)?;
            }
        }
        connection.send_text(room).await?;
        room.clear();
        match self.protocol {
            Protocol::Waybill => write!(room, r#""tracingId":"m{said}""#)?,
            Protocol::Plain => write!(room, r#"{{"op":"stored","id":{said},"#)?,
            Protocol::Socketio => write!(room, "432[")?,
        }
        loop {
            let frame = connection.next_text().await?;
            match self.protocol {
                Protocol::Waybill => {
                    if find(frame, room).is_some() && find(frame, br#""class":"StructuredMessage""#).is_some() {
                        return Ok(());
                    }
                    refuse_error(frame)?;
                }
                Protocol::Plain | Protocol::Socketio => {
                    if frame.starts_with(room) && find(frame, br#""error""#).is_none() {
                        return Ok(());
                    }
                    if frame == b"2" {
                        connection.send_text(b"3").await?;
                    } else {
                        refuse_error(frame)?;
                    }
                }
            }
        }
    }

    /// Subscribes a connection of a peer to a conversation's events.
    pub(super) async fn subscribe(&self, connection: &mut Connection, conversation_id: &str) -> Result<()> {
        let (text, answer) = match self.protocol {
            Protocol::Waybill => bail!("events of Waybill are read over HTTP"),
            Protocol::Plain => (
                format!(r#"{{"op":"subscribe","id":1,"conversationId":"{conversation_id}"}}"#),
                r#"{"op":"subscribed""#,
            ),
            Protocol::Socketio => (format!(r#"423["subscribe",{{"conversationId":"{conversation_id}"}}]"#), "433["),
        };
        connection.send_text(text.as_bytes()).await?;
        while !connection.next_text().await?.starts_with(answer.as_bytes()) {}
        Ok(())
    }
}

/// Whether a frame of a peer is an event for a subscriber.
pub(super) fn is_event(protocol: Protocol, frame: &[u8]) -> bool {
    match protocol {
        Protocol::Waybill => false,
        Protocol::Plain => frame.starts_with(br#"{"op":"event""#),
        Protocol::Socketio => frame.starts_with(br#"42["event""#),
    }
}

fn expect(frame: &[u8], beginning: &[u8]) -> Result<()> {
    if frame.starts_with(beginning) {
        return Ok(());
    }
    bail!("expected `{}`, got `{}`", String::from_utf8_lossy(beginning), String::from_utf8_lossy(frame))
}

/// Pushes are passed over; a refusal ends the measurement, which would measure refusals otherwise.
fn refuse_error(frame: &[u8]) -> Result<()> {
    let wrong = find(frame, br#""class":"Error""#).is_some()
        || find(frame, br#""class":"string""#).is_some()
        || find(frame, br#""class":"TooManyRequests"#).is_some()
        || find(frame, br#""error":"#).is_some();
    if wrong {
        bail!("the server refused: {}", String::from_utf8_lossy(frame));
    }
    Ok(())
}

/// The text that follows a needle, up to the next quote.
pub(super) fn field(text: &[u8], needle: &[u8]) -> Result<String> {
    let start = find(text, needle).with_context(|| format!("no {} in an answer", String::from_utf8_lossy(needle)))?;
    let rest = &text[start + needle.len()..];
    let end = memchr::memchr(b'"', rest).context("an answer without its end")?;
    Ok(std::str::from_utf8(&rest[..end])?.to_owned())
}
