//! How many steps of flows one core takes in a second.
//!
//! `cargo run --release -p waybill-engine --example flow_steps [rounds]` plays every script beside the tests' flows again and
//! again: reading the context, templates, expressions, requests (answered by the script) and their mapping; no store, no socket.

use std::{hint::black_box, time::Instant};

use waybill_engine::flow::{Scene, Script, key, simulate};

#[path = "../tests/common/mod.rs"]
mod common;

use common::{files, folder, published, text};

#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rounds: u32 = std::env::args().nth(1).map_or(Ok(2_000), |text| text.parse())?;
    let directory = common::directory(&common::organization(), &published());
    let (mut all, mut took) = (0_u64, std::time::Duration::ZERO);
    println!("{:<44} {:>6} {:>12} {:>10}", "script", "steps", "steps/s", "µs/step");
    for file in files(&folder("scripts")) {
        let script = Script::read(&text(&file)).map_err(|fault| fault.to_string())?;
        let policy = script.policy().map_err(|fault| fault.to_string())?;
        let conversation = script.conversation(&policy).map_err(|fault| fault.to_string())?;
        let name = script.flow.clone().ok_or("every script names its flow")?;
        let flow = directory.flows.get(&key(&name)).ok_or("every flow is there")?;
        let play = || {
            let scene = Scene {
                conversation: conversation.clone(),
                policy: &policy,
                env: &script.env,
                secrets: &script.secrets,
                directory: &directory,
                now: script.at(),
            };
            let simulation = simulate(flow, scene, &script.script);
            let outcomes = simulation.played().iter().filter_map(|played| played.outcome.as_ref());
            outcomes.map(|outcome| outcome.record.steps.len() as u64).sum::<u64>()
        };
        let steps = play();
        let began = Instant::now();
        let taken: u64 = (0..rounds).map(|_| black_box(play())).sum();
        let elapsed = began.elapsed();
        (all, took) = (all + taken, took + elapsed);
        let per_second = taken as f64 / elapsed.as_secs_f64();
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        println!("{name:<44} {steps:>6} {per_second:>12.0} {:>10.2}", 1e6 / per_second);
    }
    println!("\nall: {all} steps, {:.0} in a second", all as f64 / took.as_secs_f64());
    Ok(())
}
