//! The real binary as a process of its own: started, killed, waited for.

use std::{
    net::SocketAddr,
    path::Path,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStderr, Command},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use super::shim::Shim;
use crate::ServerProcess;

/// A server that is not up after this long will not come up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Limits far above what a rig sends, by their names below `WAYBILL__LIMITS__`: what it measures is the store, not the door.
const NO_LIMITS: [(&str, &str); 12] = [
    ("SESSION_MESSAGES__PER_SECOND", "1000000"),
    ("SESSION_MESSAGES__BURST", "1000000"),
    ("CONNECTION_FRAMES__PER_SECOND", "1000000"),
    ("CONNECTION_FRAMES__BURST", "1000000"),
    ("ADDRESS_STARTS__PER_SECOND", "1000000"),
    ("ADDRESS_STARTS__BURST", "1000000"),
    ("DEPLOYMENT_CONNECTS__PER_SECOND", "1000000"),
    ("DEPLOYMENT_CONNECTS__BURST", "1000000"),
    ("CLIENT_REQUESTS__PER_SECOND", "1000000"),
    ("CLIENT_REQUESTS__BURST", "1000000"),
    ("ADDRESS_LOGINS__PER_SECOND", "1000"),
    ("ADDRESS_LOGINS__BURST", "1000"),
];

/// The environment of a server that lets a rig send as fast as it can.
pub fn without_limits() -> impl Iterator<Item = (String, String)> {
    NO_LIMITS.into_iter().map(|(name, value)| (format!("WAYBILL__LIMITS__{name}"), value.to_owned()))
}

/// A command of the binary with the rigs' settings, working on a folder.
#[must_use]
pub fn waybill(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(ServerProcess::binary());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("WAYBILL")) {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .env("WAYBILL__LISTEN", "127.0.0.1:0")
        .env("WAYBILL__DATA", data)
        .env("WAYBILL__LOG__FORMAT", "json")
        .env("WAYBILL__LOG__LEVEL", "info")
        .envs(without_limits())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// A running server.
#[derive(Debug)]
pub struct Running {
    child: Child,
    address: SocketAddr,
    log: Log,
    reader: JoinHandle<()>,
}

/// How a server ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// Its log, line by line.
    pub log: Vec<String>,
}

#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, line: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What became of an attempt to start.
#[derive(Debug)]
pub enum Launched {
    /// It serves.
    Up(Box<Running>),
    /// It ended before it served.
    Down(Ended),
}

impl Running {
    /// Starts `waybill serve` on a folder and waits until it accepts connections.
    ///
    /// # Errors
    /// When it ends or stays silent instead.
    pub async fn start(data: &Path) -> Result<Self> {
        match Self::launch(data, None).await? {
            Launched::Up(running) => Ok(*running),
            Launched::Down(ended) => bail!("the server did not start ({}):\n{}", ended.status, ended.log.join("\n")),
        }
    }

    /// The same, with faults, and with the end as a possible outcome.
    ///
    /// # Errors
    /// When it stays silent.
    pub async fn launch(data: &Path, shim: Option<&Shim>) -> Result<Launched> {
        let mut command = waybill(&["serve"], data);
        if let Some(shim) = shim {
            command.envs(shim.environment());
        }
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().context("starting waybill")?;
        let log = Log::default();
        let (serving, served) = oneshot::channel();
        let stderr = child.stderr.take().context("no standard error")?;
        let reader = tokio::spawn(read_log(stderr, log.clone(), serving));
        match timeout(PATIENCE, served).await.context("the server neither serves nor ends")? {
            Ok(address) => Ok(Launched::Up(Box::new(Self { child, address, log, reader }))),
            Err(_) => {
                let status =
                    timeout(PATIENCE, child.wait()).await.context("the server closed its log and lives on")??;
                reader.await?;
                Ok(Launched::Down(Ended { status, log: log.lines() }))
            }
        }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Kill -9: nothing of it runs on.
    ///
    /// # Errors
    /// When it can't be killed.
    pub async fn kill(mut self) -> Result<()> {
        self.child.kill().await.context("killing the server")
    }

    /// Asks it to stop, and waits until it has.
    ///
    /// # Errors
    /// When it does not stop.
    pub async fn stop(self) -> Result<Ended> {
        let id = self.child.id().context("the server has ended already")?;
        let asked = Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        if !asked.success() {
            bail!("the server can't be asked to stop");
        }
        self.ended().await
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ended(mut self) -> Result<Ended> {
        let status = timeout(PATIENCE, self.child.wait()).await.context("the server does not end")??;
        // Its last words may still be on their way.
        self.reader.await?;
        Ok(Ended { status, log: self.log.lines() })
    }

    /// Whether it has ended by itself.
    ///
    /// # Errors
    /// When that can't be told.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }
}

/// Keeps every line, and tells the address once.
async fn read_log(stderr: ChildStderr, log: Log, serving: oneshot::Sender<SocketAddr>) {
    let mut serving = Some(serving);
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(address) = address_in(&line)
            && let Some(serving) = serving.take()
            && serving.send(address).is_err()
        {
            log.add("the rig does not wait any more".to_owned());
        }
        log.add(line);
    }
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let line: Value = serde_json::from_str(line).ok()?;
    if line["message"] != "serving" {
        return None;
    }
    line["address"].as_str()?.parse().ok()
}
