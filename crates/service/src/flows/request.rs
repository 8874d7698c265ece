//! A request that a step wanted: attempted, attempted again, and its answer stepped in (FLOW21, FLOW25).

use std::time::Duration;

use waybill_engine::flow::{Input, Reply};
use waybill_model::{Call, ClaimedJob};

use super::{
    outcome::RequestJob,
    retry,
    send::{Came, Outgoing, target},
    turn::Taken,
};
use crate::{Service, ServiceError};

impl Service {
    /// Makes the next attempt of a request. What it came to goes to the run in the commit that fulfils the job.
    pub(super) async fn attempt_request(&self, claimed: &ClaimedJob) -> Result<Taken, ServiceError> {
        let RequestJob { effect, prepared, credential, timeout_ms, attempts, since } =
            serde_json::from_str(&claimed.job.payload)
                .map_err(|_| ServiceError::Bug("the payload of a request does not parse".to_owned()))?;
        let outgoing = Outgoing {
            organization: claimed.organization_id,
            effect,
            prepared: &prepared,
            credential,
            timeout: Duration::from_millis(u64::from(timeout_ms)),
        };
        let mut stopping = self.inner.flows.stopping();
        let came = tokio::select! {
            came = self.send_once(&outgoing) => came?,
            _ = stopping.wait_for(|stops| *stops) => return Ok(Taken::Left),
        };
        let now = self.inner.ambient.now();
        if came.again
            && claimed.attempts < attempts
            && let Some(wait) = retry::wait(&self.inner.ambient, claimed.attempts, came.asked)
        {
            metrics::counter!("waybill_flow_requests_total", "outcome" => "retried").increment(1);
            return Ok(Taken::Later(now.plus_millis(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))));
        }
        metrics::counter!("waybill_flow_requests_total", "outcome" => outcome(&came)).increment(1);
        let Came { result, timed_out, again: _, asked: _ } = came;
        let millis = u64::try_from(now.millis().saturating_sub(since.millis())).unwrap_or(0);
        let call = Call {
            effect,
            method: prepared.method.clone(),
            target: target(&prepared.url),
            status: result.as_ref().ok().map(|answer| answer.status),
            millis,
            attempts: claimed.attempts,
            error: result.as_ref().err().cloned(),
        };
        let reply = match result {
            Ok(answer) => Reply::Answer(answer),
            Err(_) if timed_out => Reply::TimedOut,
            Err(_) => Reply::Failed,
        };
        self.step_run(claimed, Input::Reply { call, reply }).await
    }
}

impl Service {
    /// Tells the run that a request of it was given up; nothing happens where the run waits for something else by
    /// now.
    pub(super) async fn request_failed(&self, claimed: &ClaimedJob) -> Result<(), ServiceError> {
        let RequestJob { effect, prepared, credential: _, timeout_ms: _, attempts: _, since } =
            serde_json::from_str(&claimed.job.payload)
                .map_err(|_| ServiceError::Bug("the payload of a request does not parse".to_owned()))?;
        let now = self.inner.ambient.now();
        let call = Call {
            effect,
            method: prepared.method.clone(),
            target: target(&prepared.url),
            status: None,
            millis: u64::try_from(now.millis().saturating_sub(since.millis())).unwrap_or(0),
            attempts: claimed.attempts,
            error: Some("given_up".to_owned()),
        };
        self.step_run(claimed, Input::Reply { call, reply: Reply::Failed }).await.map(drop)
    }
}

fn outcome(came: &Came) -> &'static str {
    match &came.result {
        Ok(answer) if (200..300).contains(&answer.status) => "success",
        Ok(_) => "failure",
        Err(_) if came.timed_out => "timeout",
        Err(_) => "error",
    }
}
