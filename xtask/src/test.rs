//! `test`: installs what is missing, runs every check and test, and leaves nothing running.

mod tally;

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use self::tally::Tally;
use crate::workspace::Workspace;
use crate::{check, contract, crash, generate, process, tools, web};

/// Runs all steps, also after one has failed, and prints what became of each.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    let steps = match arguments {
        [] => all_steps(),
        [flag] if flag == "--fast" => rust_steps(|workspace| Ok(rust_tests(workspace, FEW_CYCLES))),
        other => bail!("expected nothing or `--fast`, got `{}`", other.join(" ")),
    };
    let started = Instant::now();
    let count = steps.len();
    let mut rows = Vec::new();
    for (number, step) in steps.into_iter().enumerate() {
        println!("\n[{}/{count}] {}", number + 1, step.name);
        rows.push(run_step(workspace, &step));
        if step.needed_by_all && rows.last().is_some_and(|row| row.tally.failed > 0) {
            println!("\nthe steps after this one need it and were not run");
            break;
        }
    }
    print_table(&rows, started.elapsed());
    if !check::has_deny() {
        println!("{}", check::DENY_IS_MISSING);
    }
    let total = rows.iter().fold(Tally::default(), |sum, row| sum + row.tally);
    println!("\n{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 && rows.len() == count { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One row of the table at the end.
struct Step {
    name: &'static str,
    /// Without it the other steps cannot tell anything.
    needed_by_all: bool,
    work: Work,
}

enum Work {
    /// Something done in this process: it counts as one.
    Here(fn(&Workspace) -> Result<()>),
    /// A program whose output says how many tests passed and failed.
    Program(fn(&Workspace) -> Result<Command>),
}

fn step(name: &'static str, work: Work) -> Step {
    Step { name, needed_by_all: false, work }
}

/// Crash cycles of a run that somebody waits for; without `--fast` it is `crash::CYCLES`.
const FEW_CYCLES: u32 = 5;

fn rust_steps(rust_tests: fn(&Workspace) -> Result<Command>) -> Vec<Step> {
    let mut steps = vec![
        Step { needed_by_all: true, ..step("what the tests need", Work::Here(|_| tools::install_for_rust_tests())) },
        step("formatting", Work::Program(|workspace| Ok(check::formatting_command(workspace)))),
        step("import arrows, vendor words, rule ids", Work::Here(check::read_sources)),
        step("lints", Work::Program(|workspace| Ok(check::lints_command(workspace)))),
        step("server binary", Work::Program(|workspace| Ok(crash::build_server(workspace)))),
        step("OpenAPI document is fresh", Work::Here(generate::check_openapi)),
        // The crash and fault rigs are among them.
        step("Rust tests", Work::Program(rust_tests)),
        step("Rust documentation tests", Work::Program(documentation_tests)),
    ];
    if check::has_deny() {
        let dependencies = Work::Program(|workspace| Ok(check::dependencies_command(workspace)));
        steps.push(step("licences, bans and sources", dependencies));
    }
    steps
}

fn all_steps() -> Vec<Step> {
    let mut steps = vec![
        Step { needed_by_all: true, ..step("Node", Work::Here(|_| tools::require_node())) },
        Step {
            needed_by_all: true,
            ..step("browsers, compiler, curl, Python", Work::Here(|_| tools::install_for_all_tests()))
        },
        // Before the Rust steps: the server embeds what this makes.
        step("browser SDK, console", Work::Here(web::build_if_stale)),
    ];
    steps.extend(rust_steps(|workspace| Ok(rust_tests(workspace, crash::CYCLES))).into_iter().skip(1));
    steps.extend([
        step("npm packages", Work::Here(web::install_packages)),
        step("wire types of SDK and console are fresh", Work::Here(generate::check_types)),
        step("SDK: types, lints, size", Work::Program(|workspace| npm(workspace, "check", "sdk"))),
        step("SDK tests", Work::Program(|workspace| npm(workspace, "test", "sdk"))),
        step("messenger: types, size", Work::Program(|workspace| npm(workspace, "check", "widget"))),
        step("messenger tests", Work::Program(|workspace| npm(workspace, "test", "widget"))),
        step("console: types, markup", Work::Program(|workspace| npm(workspace, "check", "console"))),
        step("console tests", Work::Program(|workspace| npm(workspace, "test", "console"))),
        step("browser tests: types", Work::Program(|workspace| npm(workspace, "check", "e2e"))),
        step("browser tests", Work::Program(|workspace| npm(workspace, "test", "e2e"))),
        step("Python packages", Work::Here(contract::install_packages)),
        step("contract tests: the field's Python client", Work::Program(contract::client_command)),
        step("contract tests: API document", Work::Program(contract::api_command)),
    ]);
    steps
}

/// nextest where it is installed: it runs the test binaries side by side. Building it here would take longer than it saves.
fn rust_tests(workspace: &Workspace, crash_cycles: u32) -> Command {
    let mut command = Command::new(process::cargo());
    if process::answers("cargo-nextest", &["--version"]) {
        command.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
    } else {
        command.args(["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"]);
    }
    command.env(crash::CYCLES_VARIABLE, crash_cycles.to_string()).current_dir(&workspace.root);
    command
}

fn documentation_tests(workspace: &Workspace) -> Result<Command> {
    let mut command = Command::new(process::cargo());
    command.args(["test", "--workspace", "--doc", "--no-fail-fast"]).current_dir(&workspace.root);
    Ok(command)
}

fn npm(workspace: &Workspace, script: &str, member: &str) -> Result<Command> {
    if !workspace.web().join(member).join("package.json").is_file() {
        bail!("web/{member}/package.json is missing");
    }
    let mut command = web::npm(workspace);
    command.args(["run", script, "--workspace", member]).env("WAYBILL_BIN", workspace.debug_binary());
    Ok(command)
}

struct Row {
    name: &'static str,
    tally: Tally,
    took: Duration,
}

fn run_step(workspace: &Workspace, step: &Step) -> Row {
    let started = Instant::now();
    let tally = match &step.work {
        Work::Here(work) => work(workspace).map(|()| Tally::one_passed()),
        Work::Program(command) => command(workspace).and_then(|command| run_program(command, step.name)),
    };
    let tally = tally.unwrap_or_else(|error| {
        println!("  {error:#}");
        Tally::one_failed()
    });
    Row { name: step.name, tally, took: started.elapsed() }
}

fn run_program(mut command: Command, name: &str) -> Result<Tally> {
    let mark = format!("{}-{}", std::process::id(), name.replace(' ', "-"));
    let mut tally = Tally::default();
    let (success, left) = process::watch(&mut command, &mark, |line| tally.read(line))?;
    for process in &left {
        println!("  left behind and ended: {process}");
    }
    if tally.skipped > 0 {
        println!("  {} skipped: a test that does not run proves nothing", tally.skipped);
    }
    Ok(tally.settled(success && left.is_empty()))
}

fn print_table(rows: &[Row], took: Duration) {
    println!("\n{:<42} {:>8} {:>8} {:>9}", "step", "passed", "failed", "time");
    for Row { name, tally, took } in rows {
        let mark = if tally.failed > 0 { "  <- failed" } else { "" };
        println!("{name:<42} {:>8} {:>8} {:>7.1} s{mark}", tally.passed, tally.failed, took.as_secs_f64());
    }
    println!("{:<42} {:>8} {:>8} {:>7.1} s", "all of it", "", "", took.as_secs_f64());
}
