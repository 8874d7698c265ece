//! The server as its operators and integrators meet it: the binary, its folder, its signals, its tools.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod administration;
mod canary;
mod certificate;
mod demo;
mod door;
mod drain;
mod flows;
mod folder;
mod serve;
mod tls;
mod tools;

use serde_json::{Value, value::RawValue};
use waybill_testkit::StartChat;

/// A start with these options, as a page of the tutorial gives them.
fn start(options: &Value) -> StartChat {
    StartChat { options: Some(raw(options)), ..StartChat::default() }
}

fn raw(value: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).unwrap()
}
