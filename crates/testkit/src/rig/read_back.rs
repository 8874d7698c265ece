//! Reads back everything that a server shows of what was written, for the comparison.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use serde_json::json;

use super::{
    dice::Dice,
    found::Found,
    integrator::{Cursor, Integrator, history},
    process::Running,
    record::{Fate, Record},
    site::Site,
    socket::Socket,
};

/// How CRM ids of the rig's own end marks begin; no guest has one.
const MARK: &str = "RIG-MARK";

/// How much is read beside the event stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The context and the list entry of so many chats, chosen by chance, and the history of a fifth of them.
    Sample(usize),
    /// All of it.
    Everything,
}

/// Reads the stream from the cursor on into `found`, and then the views. What can't be read is noted in `found`.
///
/// # Errors
/// When the server can't be talked to at all.
pub async fn read_back(
    site: &Site,
    server: &Running,
    record: &Record,
    found: &mut Found,
    cursor: &mut Cursor,
    depth: Depth,
    dice: &mut Dice,
) -> Result<()> {
    let integrator = Integrator::new(&server.base_url(), &site.access_token)?;
    let mark = format!("{MARK}-{}", dice.uuid());
    found.marks.insert(integrator.start(&site.deployment_id, &mark).await?);
    match integrator.read_events(cursor, &mark, found).await {
        Ok(reached) => *cursor = reached,
        Err(error) => found.unreadable.push(format!("the event stream: {error:#}")),
    }
    let Found { conversations, marks, unreadable: _ } = found;
    conversations.retain(|id, _| !marks.contains(id));
    for (crm, id) in chosen(record, depth, dice) {
        read_views(site, server, &integrator, record, &crm, id.as_deref(), found, dice).await;
    }
    Ok(())
}

/// CRM ids with the acknowledged conversation ids. Starts of unknown fate are always among them (P3).
fn chosen(record: &Record, depth: Depth, dice: &mut Dice) -> Vec<(String, Option<String>)> {
    let all = record.chats.values().map(|chat| {
        let id = chat.start.conversation_id().map(str::to_owned);
        (chat.start.crm.clone(), id)
    });
    match depth {
        Depth::Everything => all.collect(),
        Depth::Sample(count) => {
            let (known, unknown): (Vec<_>, Vec<_>) = all.partition(|(_, id)| id.is_some());
            let picked: Vec<_> = (0..count).filter_map(|_| dice.pick(&known).cloned()).collect();
            unknown.into_iter().chain(picked).collect()
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one reading, with all that it needs, called once")]
async fn read_views(
    site: &Site,
    server: &Running,
    integrator: &Integrator,
    record: &Record,
    crm: &str,
    id: Option<&str>,
    found: &mut Found,
    dice: &mut Dice,
) {
    match integrator.find_by_crm(crm).await {
        // The list and the stream must tell of the same conversations: one that only the list knows has no events.
        Ok(ids) => {
            for id in ids {
                found.conversations.entry(id).or_default();
            }
        }
        Err(error) => found.unreadable.push(format!("the list for {crm}: {error:#}")),
    }
    let Some(id) = id else { return };
    match integrator.context(id).await {
        Ok(context) => found.conversations.entry(id.to_owned()).or_default().context = Some(context),
        Err(error) => found.unreadable.push(format!("the context of {id}: {error:#}")),
    }
    let token =
        record.chats.get(crm).filter(|chat| chat.start.fate == Fate::Acknowledged).map(|chat| &chat.start.token);
    if let Some(token) = token
        && dice.chance(20)
    {
        match read_history(site, server.address(), &server.base_url(), token).await {
            Ok(texts) => found.conversations.entry(id.to_owned()).or_default().history = Some(texts),
            Err(error) => found.unreadable.push(format!("the history of {id}: {error:#}")),
        }
    }
}

async fn read_history(site: &Site, address: SocketAddr, base_url: &str, token: &str) -> Result<Vec<String>> {
    let mut socket = Socket::open(address, &site.deployment_id).await?;
    let configure = json!({
        "action": "configureSession", "deploymentId": site.deployment_id, "token": token,
        "organizationId": site.organization_id, "startNew": false, "tracingId": "configure",
    });
    socket.ask(&configure).await?;
    let answer = socket.ask(&json!({ "action": "getJwt", "token": token, "tracingId": "jwt" })).await?;
    let jwt = answer["body"]["jwt"].as_str().context("no token for the history")?;
    history(base_url, jwt).await
}
