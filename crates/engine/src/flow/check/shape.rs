//! States that are never reached, ways out that are missing, circles without an end.

use super::{Findings, graph::Graph};
use crate::flow::CompiledFlow;

pub(super) fn check(flow: &CompiledFlow, graph: &Graph<'_>, findings: &mut Findings) {
    let reachable = graph.reachable(None);
    for (name, action) in &flow.actions {
        if !reachable.contains(name.as_str()) {
            let words = [format!("nothing leads to `{name}`"), "lead a way there, or take it out".to_owned()];
            findings.warning("unreachable", &action.place, words);
        }
        let has_any = |ways: &[&str]| ways.iter().any(|way| action.way(way).is_some());
        if action.facts.requests && !has_any(&["failure", "error"]) {
            let message = format!("`{}` has no way out when it fails", action.kind);
            findings.error("missingBranch", &action.place, [message, "add `failure`".to_owned()]);
        }
        let wanted: &[&str] = match action.kind {
            "ask" => &["noAnswer", "failure", "error"],
            "subFlow" => &["failure", "error"],
            _ => &[],
        };
        if let Some(first) = wanted.first().filter(|_| !has_any(wanted)) {
            let message = format!("`{}` has no way `{first}`: the flow would fail there", action.kind);
            findings.warning("missingBranch", &action.place, [message, format!("add `{first}`")]);
        }
    }
    for circle in graph.circles() {
        let actions = || circle.iter().filter_map(|name| Some((*name, flow.actions.get(*name)?)));
        let leaves = |way: &crate::flow::compiled::Way| way.name != "error" && !circle.contains(&way.to.as_str());
        // A decision or an open end leads out; what it asks has to change on the way round.
        let can_end = actions().any(|(_, action)| match action.kind {
            "decision" => {
                action.ways.iter().any(leaves) || ["then", "else"].iter().any(|way| action.way(way).is_none())
            }
            "switch" => action.ways.iter().any(leaves) || action.way("else").is_none(),
            "schedule" => action.ways.iter().any(leaves),
            _ => false,
        });
        let changes = actions().any(|(_, action)| !action.facts.sets.is_empty() || !action.facts.writes.is_empty());
        if can_end && changes {
            continue;
        }
        if let Some((_, action)) = actions().find(|(name, _)| reachable.contains(name)) {
            let message = format!("the flow goes round in a circle for ever: `{}`", circle.join("`, `"));
            let remedy = "let it wait for something, or count the rounds and leave".to_owned();
            findings.error("loop", &action.place, [message, remedy]);
        }
    }
}
