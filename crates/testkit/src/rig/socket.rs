//! A guest socket without any convenience: frames out, frames in. The rig must not share code with what it judges.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

/// Nothing that lives takes longer to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// One open socket.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
}

impl Socket {
    /// Connects to a deployment.
    ///
    /// # Errors
    /// When nobody listens, or the upgrade is refused.
    pub async fn open(address: SocketAddr, deployment: &str) -> Result<Self> {
        let tcp = timeout(PATIENCE, TcpStream::connect(address)).await.context("connecting")??;
        tcp.set_nodelay(true)?;
        let url = format!("ws://{address}/v1?deploymentId={deployment}&application=waybill-rig-1");
        let (stream, _) = timeout(PATIENCE, client_async(url, tcp)).await.context("the upgrade")??;
        Ok(Self { stream })
    }

    /// Sends one frame.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send(&mut self, frame: &Value) -> Result<()> {
        Ok(self.stream.send(Message::text(frame.to_string())).await?)
    }

    /// The next frame of the server.
    ///
    /// # Errors
    /// When the connection is gone, or stays silent.
    pub async fn receive(&mut self) -> Result<Value> {
        loop {
            let next = timeout(PATIENCE, self.stream.next()).await.context("no frame came")?;
            match next.context("the connection ended")?? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(why) => bail!("the server closed: {why:?}"),
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// The answer to the frame with this `tracingId`; other frames are passed over.
    ///
    /// # Errors
    /// When the connection is gone, or stays silent.
    pub async fn answer(&mut self, tracing_id: &str) -> Result<Value> {
        loop {
            let frame = self.receive().await?;
            if frame["tracingId"] == tracing_id {
                return Ok(frame);
            }
        }
    }

    /// Sends and waits for the answer.
    ///
    /// # Errors
    /// When the connection is gone, or stays silent.
    pub async fn ask(&mut self, frame: &Value) -> Result<Value> {
        self.send(frame).await?;
        self.answer(frame["tracingId"].as_str().context("a frame without tracingId")?).await
    }
}
