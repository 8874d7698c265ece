//! The real binary as a process of its own: for crashes, signals, and everything that a second process sees.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::{Arc, LazyLock},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, Command},
    sync::watch,
};
use waybill_server::demo::Demo;

/// How long a process may take to come up on a machine that does other things, too.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this status.
    Status(i32),
    /// By a signal.
    Signal,
}

/// A running `waybill serve` or `waybill demo`, killed when it is dropped.
pub struct ServerProcess {
    child: Child,
    base_url: String,
    folder: PathBuf,
    lines: Arc<Mutex<Vec<String>>>,
    seen: watch::Receiver<usize>,
}

impl ServerProcess {
    /// `waybill demo` on a folder and a free port, with more environment variables; waits until it accepts connections.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn demo(folder: &Path, environment: &[(&str, &str)]) -> Self {
        let mut command = waybill();
        command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
        Self::spawn(command, folder, environment).await
    }

    /// `waybill serve` on a folder and a free port.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn serve(folder: &Path, environment: &[(&str, &str)]) -> Self {
        let mut command = waybill();
        command.arg("serve").env("WAYBILL__LISTEN", "127.0.0.1:0").env("WAYBILL__DATA", folder);
        Self::spawn(command, folder, environment).await
    }

    async fn spawn(mut command: Command, folder: &Path, environment: &[(&str, &str)]) -> Self {
        command
            .env("WAYBILL__LOG__FORMAT", "json")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().expect("the binary can be started");
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (counted, seen) = watch::channel(0);
        let counted = Arc::new(counted);
        gather(child.stderr.take().expect("its log is piped"), Arc::clone(&lines), Arc::clone(&counted));
        gather(child.stdout.take().expect("its output is piped"), Arc::clone(&lines), counted);
        let mut process = Self { child, base_url: String::new(), folder: folder.to_owned(), lines, seen };
        let serving = process.line("\"message\":\"serving\"").await;
        let serving: serde_json::Value = serde_json::from_str(&serving).expect("log lines are JSON");
        process.base_url = serving["base_url"].as_str().expect("the line names the address").to_owned();
        process
    }

    /// Waits for the first line of its log or output that contains this text.
    ///
    /// # Panics
    /// When the process ends or is silent for a minute before.
    pub async fn line(&mut self, text: &str) -> String {
        let mut seen = self.seen.clone();
        let find = || self.lines.lock().iter().find(|line| line.contains(text)).cloned();
        let found = async {
            loop {
                if let Some(line) = find() {
                    return Some(line);
                }
                // Both readers end with the process; a last look then finds what came at the very end.
                if seen.changed().await.is_err() {
                    return find();
                }
            }
        };
        let found = tokio::time::timeout(PATIENCE, found).await.ok().flatten();
        found.unwrap_or_else(|| panic!("no line with `{text}` in:\n{}", self.output()))
    }

    /// Waits for its demo.json.
    ///
    /// # Panics
    /// When there is none although the process said what to open.
    pub async fn demo_file(&mut self) -> Demo {
        self.line("Ctrl-C stops it.").await;
        Demo::read(&self.folder).expect("demo.json is written before the demo says what to open")
    }

    /// Where it is.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Everything that it has said so far, log and output.
    #[must_use]
    pub fn output(&self) -> String {
        self.lines.lock().join("\n")
    }

    /// Kills it at once (SIGKILL) and waits until it is gone.
    ///
    /// # Panics
    /// When it can't be killed.
    pub async fn kill_9(mut self) {
        self.child.kill().await.expect("a running process can be killed");
    }

    /// Asks it to stop (SIGTERM).
    ///
    /// # Panics
    /// When the signal can't be sent.
    pub async fn terminate(&self) {
        let id = self.child.id().expect("the process runs");
        let status = Command::new("sh").args(["-c", &format!("kill -TERM {id}")]).status().await;
        assert!(status.expect("a shell can be started").success(), "SIGTERM was not sent");
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// When it does not.
    pub async fn ended(&mut self) -> Exit {
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = status.expect("the process ends").expect("its status can be read");
        status.code().map_or(Exit::Signal, Exit::Status)
    }

    /// Runs another subcommand to its end.
    ///
    /// # Panics
    /// When the binary can't be started.
    pub async fn run(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
        waybill().args(arguments).stdin(Stdio::null()).output().await.expect("the binary can be started")
    }

    /// The binary, built when it is not: `WAYBILL_BINARY`, or `waybill` beside the test programs.
    ///
    /// # Panics
    /// When it can't be built.
    #[must_use]
    pub fn binary() -> &'static Path {
        static BINARY: LazyLock<PathBuf> = LazyLock::new(|| match std::env::var_os("WAYBILL_BINARY") {
            Some(path) => path.into(),
            None => build(),
        });
        &BINARY
    }
}

/// A command without anything of ours in its environment.
fn waybill() -> Command {
    let mut command = Command::new(ServerProcess::binary());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WAYBILL") {
            command.env_remove(name);
        }
    }
    command
}

/// Cargo builds a package's binary for its own tests alone, so it is asked for here.
fn build() -> PathBuf {
    let test = std::env::current_exe().expect("the test program knows where it is");
    let profile = test.parent().and_then(Path::parent).expect("test programs lie in target/<profile>/deps");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = std::process::Command::new(cargo);
    build.args(["build", "--quiet", "-p", "waybill-server", "--bin", "waybill", "--target-dir"]);
    build.arg(profile.parent().expect("target/<profile> lies in target"));
    if profile.ends_with("release") {
        build.arg("--release");
    }
    let status = build.status().expect("cargo can be started");
    assert!(status.success(), "the binary `waybill` can't be built");
    profile.join("waybill")
}

fn gather(
    stream: impl AsyncRead + Unpin + Send + 'static,
    lines: Arc<Mutex<Vec<String>>>,
    counted: Arc<watch::Sender<usize>>,
) {
    tokio::spawn(async move {
        let mut stream = BufReader::new(stream).lines();
        while let Ok(Some(line)) = stream.next_line().await {
            lines.lock().push(line);
            counted.send_modify(|count| *count += 1);
        }
    });
}
