//! Somebody who writes all the time, through every death of the server, and remembers what was acknowledged.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::Result;
use serde_json::{Value, json};
use tokio::sync::watch;
use waybill_testkit::{
    RestClient,
    rig::{dice::Dice, site::Site},
};

use crate::Address;

/// Writes into one conversation before the next one is begun.
const WRITES: u64 = 12;
/// The mark of the last write.
pub(crate) const THE_END: &str = "the end";

pub(crate) struct Writer {
    number: usize,
    dice: Dice,
    site: Arc<Site>,
    address: Address,
    written: Arc<AtomicU64>,
    count: u64,
    acknowledged: Vec<String>,
}

/// Where to write.
struct Place {
    conversation: String,
    participant: String,
}

impl Writer {
    pub(crate) fn new(number: usize, dice: Dice, site: Arc<Site>, address: Address, written: Arc<AtomicU64>) -> Self {
        Self { number, dice, site, address, written, count: 0, acknowledged: Vec::new() }
    }

    /// Writes until it is told to stop; what was acknowledged comes back.
    pub(crate) async fn run(mut self, mut stopped: watch::Receiver<bool>) -> Result<Vec<String>> {
        loop {
            let address = tokio::select! {
                _ = stopped.wait_for(|stopped| *stopped) => return Ok(self.acknowledged),
                found = self.address.wait_for(Option::is_some) => found?.clone(),
            };
            let Some(address) = address else { continue };
            let client = RestClient::anonymous(&address)?.with_token(&self.site.access_token);
            // An error is the death of the server: what had no answer is nobody's promise.
            if self.one_conversation(&client, &stopped).await.is_err() {
                tokio::select! {
                    _ = stopped.wait_for(|stopped| *stopped) => {}
                    moved = self.address.wait_for(|present| present.as_ref() != Some(&address)) => drop(moved?),
                }
            }
        }
    }

    async fn one_conversation(&mut self, client: &RestClient, stopped: &watch::Receiver<bool>) -> Result<()> {
        let mark = self.mark();
        let body = json!({
            "deploymentId": self.site.deployment_id,
            "customData": {"mark": mark, "filler": self.dice.text(40)},
        });
        let started: Value = client.post("/api/v2/conversations/webchat", &body).await?.json()?;
        self.acknowledge(mark, 2);
        let text = |name: &str| started[name].as_str().unwrap_or_default().to_owned();
        let place = Place { conversation: text("conversationId"), participant: text("participantId") };
        for _ in 0..self.dice.below(WRITES) + 1 {
            if *stopped.borrow() {
                return Ok(());
            }
            let mark = self.mark();
            let path =
                format!("/api/v2/conversations/webchat/{}/participants/{}", place.conversation, place.participant);
            client.put(&path, &json!({"metadata": {"mark": mark}})).await?.json::<Value>()?;
            self.acknowledge(mark, 1);
        }
        Ok(())
    }

    /// The last write of a run: nothing comes after it.
    pub(crate) async fn write_the_end(client: &RestClient, site: &Site) -> Result<()> {
        let body = json!({ "deploymentId": site.deployment_id });
        let started: Value = client.post("/api/v2/conversations/webchat", &body).await?.json()?;
        let text = |name: &str| started[name].as_str().unwrap_or_default().to_owned();
        let path =
            format!("/api/v2/conversations/webchat/{}/participants/{}", text("conversationId"), text("participantId"));
        client.put(&path, &json!({"metadata": {"mark": THE_END}})).await?.json::<Value>()?;
        Ok(())
    }

    /// A value that nobody else writes.
    fn mark(&mut self) -> String {
        self.count += 1;
        format!("w{}-{}", self.number, self.count)
    }

    fn acknowledge(&mut self, mark: String, events: u64) {
        self.acknowledged.push(mark);
        self.written.fetch_add(events, Ordering::SeqCst);
    }
}
