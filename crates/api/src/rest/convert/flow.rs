//! Flows, their versions, and what was found in them.

use serde_json::Value;
use waybill_model as model;
use waybill_protocol::rest::flow::{
    Flow, FlowDifference, FlowFinding, FlowReplayed, FlowSimulated, FlowVersion, FlowVersionReference, Schedule,
};
use waybill_service::{Difference, Finding, Place, Replayed, Severity, SimulatedFlow, Versioned};

use super::{actor, conversation::division};

const TYPE: &str = "INBOUNDSHORTMESSAGE";

/// A flow with its draft.
pub(in crate::rest) fn flow(found: &Versioned<model::Flow>) -> Flow {
    Flow { document: Some(found.entity.draft.clone()), ..listed_flow(found) }
}

pub(in crate::rest) fn listed_flow(found: &Versioned<model::Flow>) -> Flow {
    let Versioned { entity: flow, version } = found;
    let model::Flow {
        id,
        organization_id: _,
        division_id,
        name,
        description,
        draft: _,
        published,
        newest,
        created_at,
        modified_at,
    } = flow;
    let reference = |number: u64| FlowVersionReference {
        id: number.to_string(),
        commit_version: number.to_string(),
        self_uri: version_uri(*id, number),
    };
    Flow {
        id: *id,
        name: name.clone(),
        description: description.clone(),
        r#type: TYPE,
        division: division(*division_id),
        active: published.is_some(),
        published_version: published.map(reference),
        saved_version: (*newest > 0).then(|| reference(*newest)),
        document: None,
        version: *version,
        date_created: *created_at,
        date_modified: *modified_at,
        self_uri: format!("/api/v2/flows/{id}"),
    }
}

/// A version with its document.
pub(in crate::rest) fn flow_version(version: &model::FlowVersion) -> FlowVersion {
    FlowVersion { document: Some(version.source.clone()), ..listed_flow_version(version) }
}

pub(in crate::rest) fn listed_flow_version(version: &model::FlowVersion) -> FlowVersion {
    let model::FlowVersion { flow_id, organization_id: _, version, sort: _, name, source: _, published_at, by } =
        version;
    FlowVersion {
        id: version.to_string(),
        commit_version: version.to_string(),
        name: name.clone(),
        r#type: TYPE,
        date_published: published_at.millis(),
        published_by: actor(by),
        document: None,
        self_uri: version_uri(*flow_id, *version),
    }
}

fn version_uri(flow: model::FlowId, number: u64) -> String {
    format!("/api/v2/flows/{flow}/versions/{number}")
}

pub(in crate::rest) fn findings(findings: &[Finding]) -> Vec<FlowFinding> {
    findings.iter().map(finding).collect()
}

fn finding(finding: &Finding) -> FlowFinding {
    let Finding { severity, place: Place { line, column, path }, action, rule, message, remedy } = finding;
    FlowFinding {
        severity: match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        line: (*line > 0).then_some(*line),
        column: (*column > 0).then_some(*column),
        path: path.clone(),
        action: action.clone(),
        rule: (*rule).to_string(),
        message: message.clone(),
        remedy: remedy.clone(),
    }
}

pub(in crate::rest) fn simulated(simulated: SimulatedFlow) -> FlowSimulated {
    let SimulatedFlow { path, transcript, as_expected } = simulated;
    FlowSimulated { path, transcript, as_expected }
}

pub(in crate::rest) fn replayed(replayed: Replayed) -> FlowReplayed {
    let Replayed { conversations, without_flow, same, different } = replayed;
    let difference = |Difference { conversation_id, started_at, version, recorded, before, after, at }| {
        FlowDifference { conversation_id, start_time: started_at, version, recorded, before, after, at }
    };
    FlowReplayed { conversations, without_flow, same, different: different.into_iter().map(difference).collect() }
}

pub(in crate::rest) fn schedule(found: &Versioned<model::Schedule>) -> Schedule {
    let Versioned { entity, version } = found;
    let model::Schedule { id, organization_id: _, division_id, name, description, hours, created_at, modified_at } =
        entity;
    let part = |name: &str, absent: Value| hours.get(name).cloned().unwrap_or(absent);
    Schedule {
        id: id.to_string(),
        name: name.clone(),
        description: description.clone(),
        division: division(*division_id),
        time_zone: part("timeZone", Value::String(String::new())),
        hours: part("hours", Value::Object(serde_json::Map::new())),
        holidays: part("holidays", Value::Array(Vec::new())),
        version: *version,
        date_created: *created_at,
        date_modified: *modified_at,
        self_uri: format!("/api/v2/architect/schedules/{id}"),
    }
}
