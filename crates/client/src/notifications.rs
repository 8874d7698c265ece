//! Reading a notification channel: frames over its socket, and where to go on after a break.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{self, Message, protocol::WebSocketConfig},
};

use crate::ClientError;

/// Heartbeats come every 30 seconds: a socket that says nothing for so long is dead.
const PATIENCE: Duration = Duration::from_secs(75);

/// One frame of a channel.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Its topic; absent on answers to requests.
    #[serde(default)]
    pub topic_name: Option<String>,
    /// What happened, as JSON text.
    #[serde(default)]
    pub event_body: Option<Box<RawValue>>,
    /// What belongs to the frame.
    #[serde(default)]
    pub metadata: NotificationMetadata,
    /// The status of an answer.
    #[serde(default)]
    pub result: Option<String>,
    /// What became of a request.
    #[serde(default)]
    pub status: Option<String>,
    /// Why not.
    #[serde(default)]
    pub message: Option<String>,
    /// The request's own id.
    #[serde(default)]
    pub correlation_id: Option<String>,
    /// The topics that were not permitted.
    #[serde(default)]
    pub rejected: Vec<String>,
    /// Where the log begins, when a cursor can't be resumed.
    #[serde(default)]
    pub begin: Option<String>,
}

/// What belongs to a frame.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationMetadata {
    /// Where to go on after the frame.
    #[serde(default)]
    pub cursor: Option<String>,
    /// The event that is told; with the topic it removes doubles.
    #[serde(default)]
    pub event_id: Option<String>,
}

impl Notification {
    /// Whether it tells an event; heartbeats, warnings and answers do not.
    #[must_use]
    pub const fn is_event(&self) -> bool {
        self.metadata.event_id.is_some()
    }

    /// Its body.
    ///
    /// # Errors
    /// `Unreadable`.
    pub fn body<'a, B: Deserialize<'a>>(&'a self) -> Result<B, ClientError> {
        let text = self.event_body.as_deref().map_or("null", RawValue::get);
        Ok(serde_json::from_str(text)?)
    }
}

/// An open channel.
#[derive(Debug)]
pub struct NotificationStream {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    cursor: Option<String>,
}

impl NotificationStream {
    /// Opens a channel by its `connectUri`, after a cursor or from now on.
    ///
    /// # Errors
    /// `UpgradeRefused` with the status, `NotOpened`, `Silent`.
    pub async fn open(connect_uri: &str, after: Option<&str>) -> Result<Self, ClientError> {
        let address = || ClientError::Address("connectUri".to_owned());
        let mut url = reqwest::Url::parse(connect_uri).map_err(|_| address())?;
        if let Some(cursor) = after {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        let config = WebSocketConfig::default().write_buffer_size(0);
        let opened = timeout(PATIENCE, connect_async_with_config(url.as_str(), Some(config), true)).await;
        let (stream, _) =
            opened.map_err(|_| ClientError::Silent(PATIENCE.as_secs()))?.map_err(|error| match error {
                tungstenite::Error::Http(answer) => ClientError::UpgradeRefused(answer.status().as_u16()),
                error => ClientError::NotOpened(Box::new(error)),
            })?;
        Ok(Self { stream, cursor: after.map(str::to_owned) })
    }

    /// The next frame, whatever it is.
    ///
    /// # Errors
    /// `Closed`, `Broken`, `Silent`, `Unreadable`.
    pub async fn receive(&mut self) -> Result<Notification, ClientError> {
        let text = self.receive_text().await?;
        let notification: Notification = serde_json::from_str(&text)?;
        if let Some(cursor) = &notification.metadata.cursor {
            self.cursor = Some(cursor.clone());
        }
        Ok(notification)
    }

    async fn receive_text(&mut self) -> Result<String, ClientError> {
        loop {
            let next = timeout(PATIENCE, self.stream.next()).await;
            match next.map_err(|_| ClientError::Silent(PATIENCE.as_secs()))? {
                Some(Ok(Message::Text(text))) => return Ok(text.as_str().to_owned()),
                Some(Ok(Message::Close(why))) => {
                    let (code, reason) =
                        why.map_or((1005, String::new()), |why| (why.code.into(), why.reason.to_string()));
                    return Err(ClientError::Closed { code, reason });
                }
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => return Err(ClientError::Broken(Box::new(error))),
                None => return Err(ClientError::Closed { code: 1006, reason: String::new() }),
            }
        }
    }

    /// The next frame as JSON, with everything that is in it.
    ///
    /// # Errors
    /// As [`NotificationStream::receive`].
    pub async fn receive_value(&mut self) -> Result<serde_json::Value, ClientError> {
        let text = self.receive_text().await?;
        Ok(serde_json::from_str(&text)?)
    }

    /// The next event; heartbeats and answers are passed over.
    ///
    /// # Errors
    /// As [`NotificationStream::receive`].
    pub async fn next(&mut self) -> Result<Notification, ClientError> {
        loop {
            let notification = self.receive().await?;
            if notification.is_event() {
                return Ok(notification);
            }
        }
    }

    /// The answer to the last request; events that come before it are lost to this reader.
    ///
    /// # Errors
    /// As [`NotificationStream::receive`].
    pub async fn answer(&mut self) -> Result<Notification, ClientError> {
        loop {
            let notification = self.receive().await?;
            if notification.result.is_some() {
                return Ok(notification);
            }
        }
    }

    /// Waits until the server closes; whatever else comes is passed over.
    ///
    /// # Errors
    /// Whatever ended the socket but a close.
    pub async fn closed(&mut self) -> Result<(u16, String), ClientError> {
        loop {
            match self.receive().await {
                Ok(_) => {}
                Err(ClientError::Closed { code, reason }) => return Ok((code, reason)),
                Err(error) => return Err(error),
            }
        }
    }

    /// Asks for more topics.
    ///
    /// # Errors
    /// `Broken`.
    pub async fn subscribe(&mut self, topics: &[&str], correlation_id: &str) -> Result<(), ClientError> {
        let request = serde_json::json!({"message": "subscribe", "topics": topics, "correlationId": correlation_id});
        self.send_text(request.to_string()).await
    }

    /// Goes on after a cursor.
    ///
    /// # Errors
    /// `Broken`.
    pub async fn resume(&mut self, cursor: &str) -> Result<(), ClientError> {
        self.send_text(serde_json::json!({"message": "resume", "cursor": cursor}).to_string()).await
    }

    /// Sends a text as it is.
    ///
    /// # Errors
    /// `Broken`.
    pub async fn send_text(&mut self, text: impl Into<String>) -> Result<(), ClientError> {
        self.send(Message::text(text.into())).await
    }

    /// Pings as RFC 6455 says and waits for the pong; other frames that come before it are lost to this reader.
    ///
    /// # Errors
    /// `Silent` when none comes in time, or the connection's.
    pub async fn ping(&mut self, patience: Duration) -> Result<(), ClientError> {
        self.send(Message::Ping(Vec::from(*b"are you there").into())).await?;
        let pong = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Pong(_))) => return Ok(()),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(ClientError::Broken(Box::new(error))),
                    None => return Err(ClientError::Closed { code: 1006, reason: String::new() }),
                }
            }
        };
        timeout(patience, pong).await.map_err(|_| ClientError::Silent(patience.as_secs()))?
    }

    /// Where to go on after a break.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    async fn send(&mut self, message: Message) -> Result<(), ClientError> {
        self.stream.send(message).await.map_err(|error| ClientError::Broken(Box::new(error)))
    }
}
