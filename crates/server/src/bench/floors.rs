//! What the machine itself allows in the same minute: a bare WebSocket echo and a bare loop of appends and syncs.

use std::{
    fs::OpenOptions,
    io::Write as _,
    net::SocketAddr,
    path::Path,
    process::Stdio,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use futures_util::{SinkExt as _, StreamExt as _};
use serde::Serialize;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::{TcpListener, TcpStream},
    process::Command,
};
use tokio_tungstenite::{accept_async_with_config, tungstenite::protocol::WebSocketConfig};

use super::{
    run::{Board, Measured, Window, measure},
    speak::{Protocol, Speaker},
    target::Target,
    wire::Connection,
};
use crate::commands::terminal;

/// Appends and syncs of one writer.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SyncFloor {
    /// Appends of 4 KiB, each synced, per second.
    pub(super) per_second: f64,
    pub(super) p50_us: u64,
    pub(super) p99_us: u64,
}

/// Appends 4 KiB and syncs, again and again, in a folder.
pub(super) fn syncs(folder: &Path, length: Duration) -> Result<SyncFloor> {
    let path = folder.join(format!("waybill-bench-syncs-{}", std::process::id()));
    let mut file = OpenOptions::new().create_new(true).append(true).open(&path).context("the floor of syncs")?;
    let mut latencies = Vec::new();
    let begin = Instant::now();
    while begin.elapsed() < length {
        let since = Instant::now();
        file.write_all(&[7; 4_096])?;
        file.sync_data()?;
        latencies.push(u64::try_from(since.elapsed().as_micros())?);
    }
    let seconds = begin.elapsed().as_secs_f64();
    drop(file);
    std::fs::remove_file(&path)?;
    latencies.sort_unstable();
    let at = |percent: usize| latencies.get(latencies.len() * percent / 100).copied().unwrap_or(0);
    Ok(SyncFloor { per_second: latencies.len() as f64 / seconds, p50_us: at(50), p99_us: at(99) })
}

/// Runs the echo server in a process of its own and sends frames as long as a message through it.
pub(super) async fn echo(clients: usize, window: Window) -> Result<Measured> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["bench", "echo-floor"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("starting the echo server")?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let address: SocketAddr = lines.next_line().await?.context("the echo server ended")?.parse()?;
    let speaker = Speaker {
        address,
        protocol: Protocol::Plain,
        organization_id: String::new(),
        deployment_id: String::new(),
        run: String::new(),
        numbers: Rc::default(),
    };
    let target = Target::bare("bare echo", speaker, child.id());
    let mut connections = Vec::with_capacity(clients);
    for _ in 0..clients {
        connections.push(Connection::web_socket(address, "/").await?);
    }
    let measured = measure("echo", &target, window, |board| {
        connections.into_iter().map(|connection| echoing(connection, board.clone())).collect()
    })
    .await?;
    child.kill().await?;
    Ok(measured)
}

async fn echoing(mut connection: Connection, board: Board) -> Result<()> {
    while board.goes_on() {
        let since = tokio::time::Instant::now();
        connection.send_text(&[b'x'; 280]).await?;
        connection.next_text().await?;
        board.done(since);
    }
    Ok(())
}

/// The echo server itself, with the buffers of Waybill's guest socket.
pub(super) async fn serve_echo() -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    terminal::say(listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            if let Err(error) = echo_one(stream).await {
                tracing::debug!(%error, "a connection of the echo floor ended");
            }
        });
    }
}

async fn echo_one(stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let buffers = WebSocketConfig::default().read_buffer_size(1_024).write_buffer_size(0);
    let mut socket = accept_async_with_config(stream, Some(buffers)).await?;
    while let Some(message) = socket.next().await {
        let message = message?;
        if message.is_text() {
            socket.send(message).await?;
        }
    }
    Ok(())
}
