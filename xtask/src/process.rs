//! Running other programs: loud failures, output that streams, nothing left behind.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Marks every process that a test step starts, so that those which stay can be found.
const MARK: &str = "WAYBILL_TEST_STEP";

/// How long a process may outlive the step that started it (browsers need a moment to close).
const PATIENCE: Duration = Duration::from_secs(5);

/// The cargo that runs us.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}

/// Runs a program in our own terminal; a failure names the command line.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    println!("  $ {line}");
    let status = command.status().with_context(|| format!("starting `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a program and returns what it printed; its error output goes to the terminal.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("starting `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` printed something that is not UTF-8"))
}

/// Whether a program can be started at all and says so by its exit status.
pub(crate) fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a program, shows its lines as they come and hands each to `see`. Says whether it succeeded and which of
/// the processes that it started did not end with it; those are ended here.
pub(crate) fn watch(command: &mut Command, mark: &str, see: impl FnMut(&str) + Send) -> Result<(bool, Vec<String>)> {
    let line = line(command);
    println!("  $ {line}");
    let mut child = command
        .env(MARK, mark)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting `{line}`"))?;
    let stdout = child.stdout.take().context("no standard output")?;
    let stderr = child.stderr.take().context("no standard error")?;
    let see = Mutex::new(see);
    thread::scope(|scope| {
        // A process left behind holds the pipes open: end it before waiting for the readers.
        let out = scope.spawn(|| relay(stdout, std::io::stdout(), &see));
        let err = scope.spawn(|| relay(stderr, std::io::stderr(), &see));
        let status = child.wait().with_context(|| format!("waiting for `{line}`"))?;
        let left = end_leftovers(mark, PATIENCE)?;
        for reader in [out, err] {
            reader.join().map_err(|_| anyhow::anyhow!("a reader of `{line}` panicked"))??;
        }
        Ok((status.success(), left))
    })
}

fn relay(from: impl Read, mut to: impl Write, see: &Mutex<impl FnMut(&str)>) -> Result<()> {
    let mut from = BufReader::new(from);
    let mut bytes = Vec::new();
    while from.read_until(b'\n', &mut bytes)? > 0 {
        to.write_all(&bytes)?;
        to.flush()?;
        let mut see = see.lock().map_err(|_| anyhow::anyhow!("the other reader panicked"))?;
        see(String::from_utf8_lossy(&bytes).trim_end());
        drop(see);
        bytes.clear();
    }
    Ok(())
}

/// Waits a little for processes that carry the mark, then ends those that stay and names them.
fn end_leftovers(mark: &str, patience: Duration) -> Result<Vec<String>> {
    let deadline = Instant::now() + patience;
    while !marked(mark).is_empty() {
        if Instant::now() < deadline {
            thread::sleep(Duration::from_millis(50));
            continue;
        }
        let left = marked(mark);
        for (id, _) in &left {
            // It may have ended by itself in between; then there is nothing to do.
            Command::new("kill").args(["-9", id]).stderr(Stdio::null()).status().context("starting `kill`")?;
        }
        return Ok(left.into_iter().map(|(id, name)| format!("{name} ({id})")).collect());
    }
    Ok(Vec::new())
}

/// Processes whose environment carries the mark: (id, name). Empty where there is no `/proc`.
fn marked(mark: &str) -> Vec<(String, String)> {
    let wanted = format!("{MARK}={mark}").into_bytes();
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let id = entry.file_name().to_string_lossy().into_owned();
        if id == std::process::id().to_string() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        // Processes of others, and those that end while we look, cannot be read: not ours, or gone.
        let Ok(environment) = std::fs::read(entry.path().join("environ")) else {
            continue;
        };
        if environment.split(|byte| *byte == 0).any(|variable| variable == wanted) {
            let name = std::fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
            found.push((id, name.trim().to_owned()));
        }
    }
    found
}

fn line(command: &Command) -> String {
    let mut words = vec![command.get_program()];
    words.extend(command.get_args());
    let mut line = words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    if let Some(name) = std::path::Path::new(command.get_program()).file_name() {
        let program = command.get_program().to_string_lossy();
        line.replace_range(..program.len(), &name.to_string_lossy());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{MARK, end_leftovers, watch};
    use std::io::Read;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    #[test]
    fn lines_of_both_outputs_are_seen_and_failure_is_told() {
        let mut seen = Vec::new();
        let (success, left) =
            watch(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"]), "unit-lines", |line| {
                seen.push(line.to_owned());
            })
            .expect("sh runs");
        seen.sort();
        assert_eq!((success, left, seen), (false, vec![], vec!["one".to_owned(), "two".to_owned()]));
    }

    #[test]
    fn a_process_left_behind_is_named_and_ended() {
        let mut stays = Command::new("sh")
            .args(["-c", "echo ready; read line"])
            .env(MARK, "unit-left")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh runs");
        // Its environment can be read only once it has become `sh`.
        let mut ready = [0; 6];
        stays.stdout.take().expect("it is piped").read_exact(&mut ready).expect("it says that it is ready");
        let left = end_leftovers("unit-left", Duration::ZERO);
        let name = format!("sh ({})", stays.id());
        drop(stays.stdin.take());
        assert_eq!(left.expect("it can be ended"), [name]);
        assert!(!stays.wait().expect("it ended").success());
    }
}
