//! The server that is measured: one of our own, in a process of its own with its limits raised, or one that runs already.

use std::{
    net::{SocketAddr, ToSocketAddrs as _},
    path::{Path, PathBuf},
    process::Stdio,
    rc::Rc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};
use waybill_server::{demo::Demo, wiring::system_ambient};

use super::{
    process::ProcessStat,
    rest::log_in,
    speak::{Protocol, Speaker},
};

/// A server that does not come up in this time will not.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is raised: the generator is one address, and no shopper types that fast.
const RAISED: [&str; 6] = [
    "SESSION_MESSAGES",
    "CONNECTION_FRAMES",
    "ADDRESS_STARTS",
    "DEPLOYMENT_CONNECTS",
    "CLIENT_REQUESTS",
    "ADDRESS_LOGINS",
];

/// The server that is measured.
pub(super) struct Target {
    /// How it is called in results.
    pub(super) name: String,
    pub(super) speaker: Speaker,
    /// For REST and events; Waybill alone has it.
    pub(super) access_token: Option<String>,
    /// The deployment whose conversations begin with the demo's flow.
    pub(super) flow_deployment: Option<String>,
    /// Its process, for what it uses.
    pub(super) process: Option<u32>,
    /// A folder on the disk that holds its data, for what the disk does.
    pub(super) folder: Option<PathBuf>,
    own: Option<Own>,
}

/// A server of our own.
struct Own {
    child: Child,
    folder: PathBuf,
}

impl Drop for Own {
    fn drop(&mut self) {
        // Whatever ended the measurement, nothing of it stays behind.
        let killed = self.child.start_kill();
        let removed = std::fs::remove_dir_all(&self.folder);
        for error in [killed.err(), removed.err()].into_iter().flatten() {
            tracing::debug!(%error, "a measured server was gone already");
        }
    }
}

/// A server that runs already.
#[derive(Debug, Clone)]
pub(super) struct Running {
    pub(super) url: String,
    pub(super) protocol: Protocol,
    /// `demo.json` of a running Waybill.
    pub(super) ids: Option<PathBuf>,
    pub(super) process: Option<u32>,
    /// A folder on the disk that holds its data.
    pub(super) folder: Option<PathBuf>,
}

impl Target {
    /// Starts a server of our own on a new folder below `parent`.
    pub(super) async fn own(parent: &Path) -> Result<Self> {
        let run = run_name();
        let folder = parent.join(format!("waybill-bench-{run}"));
        std::fs::create_dir_all(&folder).with_context(|| format!("creating `{}`", folder.display()))?;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(&folder)
            .env("WAYBILL__LOG__LEVEL", "warn")
            .envs(RAISED.map(|name| (format!("WAYBILL__LIMITS__{name}__PER_SECOND"), "10000000")))
            .envs(RAISED.map(|name| (format!("WAYBILL__LIMITS__{name}__BURST"), "100000000")))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let child = command.spawn().context("starting a server")?;
        let mut own = Own { child, folder: folder.clone() };
        let mut lines = BufReader::new(own.child.stdout.take().context("no output")?).lines();
        // Its first line is said once connections are accepted and the ids are written.
        let first =
            tokio::time::timeout(PATIENCE, lines.next_line()).await.context("the server does not come up")??;
        if first.is_none() {
            bail!("the server ended at once ({})", own.child.wait().await?);
        }
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let demo = Demo::read(&folder)?;
        let address = address_of(&demo.base_url)?;
        let access_token = log_in(address, &demo.oauth_client.id.to_string(), &demo.oauth_client.secret).await?;
        Ok(Self {
            name: "waybill".to_owned(),
            speaker: Speaker {
                address,
                protocol: Protocol::Waybill,
                organization_id: demo.org_id.to_string(),
                deployment_id: demo.deployments.bare.to_string(),
                run,
                numbers: Rc::default(),
            },
            access_token: Some(access_token),
            flow_deployment: demo.flow_id.map(|_| demo.deployments.open.to_string()),
            process: own.child.id(),
            folder: Some(folder),
            own: Some(own),
        })
    }

    /// Takes a server that runs already.
    pub(super) async fn running(running: &Running) -> Result<Self> {
        let Running { url, protocol, ids, process, folder } = running;
        let address = address_of(url)?;
        let mut speaker = Speaker {
            address,
            protocol: *protocol,
            organization_id: String::new(),
            deployment_id: String::new(),
            run: run_name(),
            numbers: Rc::default(),
        };
        let mut access_token = None;
        let mut flow_deployment = None;
        match (protocol, ids) {
            (Protocol::Waybill, Some(ids)) => {
                let demo: Demo = serde_json::from_slice(&std::fs::read(ids)?)
                    .with_context(|| format!("`{}` is no demo.json", ids.display()))?;
                speaker.organization_id = demo.org_id.to_string();
                speaker.deployment_id = demo.deployments.bare.to_string();
                flow_deployment = demo.flow_id.map(|_| demo.deployments.open.to_string());
                let id = demo.oauth_client.id.to_string();
                access_token = Some(log_in(address, &id, &demo.oauth_client.secret).await?);
            }
            (Protocol::Waybill, None) => bail!("give the server's demo.json by --ids"),
            (Protocol::Plain | Protocol::Socketio, _) => {}
        }
        let name = match protocol {
            Protocol::Waybill => "waybill",
            Protocol::Plain => "plain",
            Protocol::Socketio => "socketio",
        };
        Ok(Self {
            name: name.to_owned(),
            speaker,
            access_token,
            flow_deployment,
            process: *process,
            folder: folder.clone(),
            own: None,
        })
    }

    /// A server that only the floors know.
    pub(super) fn bare(name: &str, speaker: Speaker, process: Option<u32>) -> Self {
        Self {
            name: name.to_owned(),
            speaker,
            access_token: None,
            flow_deployment: None,
            process,
            folder: None,
            own: None,
        }
    }

    /// What its process has used so far; nothing where its process is not known.
    pub(super) fn stat(&self) -> Result<Option<ProcessStat>> {
        self.process.map(ProcessStat::of).transpose()
    }

    /// Ends a server of our own; its folder goes with it.
    pub(super) async fn end(self) -> Result<()> {
        if let Some(mut own) = self.own {
            own.child.kill().await?;
        }
        Ok(())
    }
}

fn run_name() -> String {
    let name: String = system_ambient().secret().chars().filter(char::is_ascii_alphanumeric).collect();
    name.chars().take(12).collect()
}

/// The address in a URL; measurements stay on this machine.
fn address_of(url: &str) -> Result<SocketAddr> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    let address = host.to_socket_addrs().with_context(|| format!("`{url}` has no address"))?.next();
    let address = address.with_context(|| format!("`{url}` has no address"))?;
    if !address.ip().is_loopback() {
        bail!("{address} is another machine: the load generator works on this one only");
    }
    Ok(address)
}
