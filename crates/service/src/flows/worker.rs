//! The loop that works through jobs: claims what is due, does it, keeps what became of it (FLOW20–FLOW23).

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep},
};
use waybill_engine::{
    conversation::{Going, TURN},
    flow::key,
};
use waybill_model::{Actor, ClaimedJob, FlowExit, JobOutcome, Queue, Time};

use super::{
    outcome::{FAILED, REQUEST},
    turn::Taken,
};
use crate::{
    EnteringWish, Service, ServiceError,
    routing::entering::Entering,
    service::{Inner, Step},
};

/// A claim lasts so long; what is done takes less, and a restart ends every claim.
const LEASE: i64 = 15 * 60 * 1_000;
/// The store is asked this often even when no bell rings (P4).
const LOOK: Duration = Duration::from_secs(1);
/// After the store could not answer.
const BREATH: Duration = Duration::from_millis(500);
/// A job that failed so often is given up. A store that can't be used now is no failure of the job.
const MOST_FAILURES: u32 = 6;
/// The longest wait between two attempts of a job that failed.
const LONGEST_WAIT: i64 = 30 * 1_000;
/// Jobs of one claim.
const CLAIM: usize = 256;

impl Service {
    /// Starts to work through the jobs of flows; ends with the last clone of the service, or with `stop_flows`.
    pub fn start_flows(&self) {
        let settings = &self.inner.settings.flows;
        let worker = Worker {
            service: Arc::downgrade(&self.inner),
            work: Arc::clone(&self.inner.flows.work),
            stopping: self.inner.flows.stopping(),
            places: settings.concurrent_turns.max(1) + settings.concurrent_requests.max(1),
            tasks: JoinSet::new(),
            under_way: HashMap::new(),
        };
        tokio::spawn(worker.run());
    }

    /// Takes up no more jobs, and lets go of requests that are under way: the next start makes them again, with the same
    /// `Idempotency-Key`.
    pub fn stop_flows(&self) {
        self.inner.flows.stop();
    }

    async fn do_job(&self, claimed: &ClaimedJob) -> Result<Taken, ServiceError> {
        match claimed.job.kind.as_str() {
            TURN => self.take_turn(claimed).await,
            REQUEST => self.attempt_request(claimed).await,
            kind => Err(ServiceError::Bug(format!("nobody works on jobs of the kind `{kind}`"))),
        }
    }

    /// Keeps what became of a job that no commit fulfilled.
    async fn settle(&self, claimed: &ClaimedJob, outcome: JobOutcome) {
        let now = self.inner.ambient.now();
        let settled = self.inner.store.settle_job(claimed.organization_id, claimed.job.id, outcome, now).await;
        if let Err(error) = settled {
            // It is claimed still, and offered again when that ends.
            tracing::warn!(job = %claimed.job.id, %error, "what became of a job could not be kept");
        }
    }

    /// A job that failed: it is tried again, or given up with its run, which says so.
    async fn failed(&self, claimed: &ClaimedJob, failure: Failure) {
        let now = self.inner.ambient.now();
        let (is_fault, reason) = match &failure {
            Failure::Busy(reason) => (false, reason),
            Failure::Fault(reason) => (true, reason),
        };
        if !is_fault || claimed.attempts < MOST_FAILURES {
            metrics::counter!("waybill_flow_jobs_total", "outcome" => "retried").increment(1);
            tracing::warn!(job = %claimed.job.id, kind = claimed.job.kind, reason, "a job of a flow is tried again");
            let wait = (100_i64 << claimed.attempts.min(10)).min(LONGEST_WAIT);
            return self.settle(claimed, JobOutcome::Retry { due_at: now.plus_millis(wait) }).await;
        }
        metrics::counter!("waybill_flow_jobs_total", "outcome" => "dead").increment(1);
        tracing::error!(job = %claimed.job.id, kind = claimed.job.kind, reason, "a job of a flow is given up");
        // The run first: it would wait for ever for a job that is dead.
        let given_up = match self.give_up_request(claimed).await {
            Ok(true) => Ok(()),
            Ok(false) => self.fail_run(claimed).await,
            Err(error) => Err(error),
        };
        if let Err(error) = given_up {
            tracing::warn!(job = %claimed.job.id, %error, "a run could not be ended with its job");
            let due_at = now.plus_millis(LONGEST_WAIT);
            return self.settle(claimed, JobOutcome::Retry { due_at }).await;
        }
        self.settle(claimed, JobOutcome::Dead { reason: reason.clone() }).await;
    }

    /// Lets the run go on from a request that nobody could make, along its way for failures; `false` where there is no such
    /// request.
    async fn give_up_request(&self, claimed: &ClaimedJob) -> Result<bool, ServiceError> {
        if claimed.job.kind != REQUEST {
            return Ok(false);
        }
        match self.request_failed(claimed).await {
            Ok(()) => Ok(true),
            Err(error @ ServiceError::Unavailable { .. }) => Err(error),
            Err(error) => {
                tracing::error!(job = %claimed.job.id, %error, "a run can't go on from its request");
                Ok(false)
            }
        }
    }

    async fn fail_run(&self, claimed: &ClaimedJob) -> Result<(), ServiceError> {
        let now = self.inner.ambient.now();
        let entering = self.fallback_of(claimed).await?;
        let fault = format!("the job `{}` failed {} times", claimed.job.kind, claimed.attempts);
        let ended = self
            .change(claimed.organization_id, claimed.conversation_id, |standing| {
                let going = Going::on(standing, Actor::Server, now);
                let going = match &entering {
                    Some(Entering { acd, standing: place }) if standing.run.is_some() && !standing.is_in_hands() => {
                        going.queue(acd.clone(), place.clone(), FAILED)
                    }
                    Some(_) | None => going,
                };
                Ok(Step::new(going.end_run(FlowExit::Failed { fault: fault.clone() }).finish(), ()))
            })
            .await;
        match ended {
            Ok(_) | Err(ServiceError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// How the conversation of a run that fails waits, where its flow says so. What can't be read any more says nothing.
    async fn fallback_of(&self, claimed: &ClaimedJob) -> Result<Option<Entering>, ServiceError> {
        match self.written_fallback(claimed).await {
            Err(error @ ServiceError::Unavailable { .. }) => Err(error),
            Err(error) => {
                tracing::warn!(job = %claimed.job.id, %error, "where a failed run's conversation waits can't be read");
                Ok(None)
            }
            found => found,
        }
    }

    async fn written_fallback(&self, claimed: &ClaimedJob) -> Result<Option<Entering>, ServiceError> {
        let organization = claimed.organization_id;
        let found = self.inner.store.find_conversation(organization, claimed.conversation_id).await?;
        let Some(standing) = found else { return Ok(None) };
        let Some(run) = standing.run.as_deref() else { return Ok(None) };
        let (flow_id, version) = match run.stack.first() {
            Some(outermost) => (outermost.flow_id, outermost.version),
            None => (run.flow_id, run.version),
        };
        let Some(published) = self.flow_version(organization, flow_id, version).await? else { return Ok(None) };
        let Some(name) = published.flow.on_failure() else { return Ok(None) };
        let inventory = self.inventory(organization).await?;
        let Some(id) = inventory.directory.queues.get(&key(name)) else { return Ok(None) };
        let Some(queue) = self.find_entity::<Queue>(organization, id.uuid()).await? else { return Ok(None) };
        Ok(Some(self.queue_wish(&standing, &queue.entity, EnteringWish::default()).await?))
    }
}

/// Why a job came to nothing.
enum Failure {
    /// The store can't be used now.
    Busy(String),
    /// A bug, ours or in what is stored.
    Fault(String),
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Unavailable { cause, retry_after: _ } => Self::Busy(cause),
            ServiceError::Bug(text) => Self::Fault(text),
            other => Self::Fault(other.to_string()),
        }
    }
}

struct Worker {
    /// Weak, so that a worker that waits keeps no server alive.
    service: Weak<Inner>,
    work: Arc<Notify>,
    stopping: watch::Receiver<bool>,
    /// Jobs that are under way at once.
    places: usize,
    tasks: JoinSet<Result<Taken, ServiceError>>,
    under_way: HashMap<Id, ClaimedJob>,
}

impl Worker {
    async fn run(mut self) {
        loop {
            let wait = {
                let Some(inner) = self.service.upgrade() else { return };
                let service = Service { inner };
                while let Some(ended) = self.tasks.try_join_next_with_id() {
                    self.ended(&service, ended).await;
                }
                if *self.stopping.borrow() { LOOK } else { self.claim(&service).await }
            };
            if *self.stopping.borrow() && self.tasks.is_empty() {
                return;
            }
            let ended = tokio::select! {
                () = self.work.notified() => None,
                _ = self.stopping.changed() => None,
                Some(ended) = self.tasks.join_next_with_id() => Some(ended),
                () = sleep(wait) => None,
            };
            if let Some(ended) = ended {
                let Some(inner) = self.service.upgrade() else { return };
                self.ended(&Service { inner }, ended).await;
            }
        }
    }

    /// Takes up what is due, and says how long there is nothing else.
    async fn claim(&mut self, service: &Service) -> Duration {
        let room = self.places.saturating_sub(self.tasks.len()).min(CLAIM);
        // With every place taken, the next job that ends wakes this loop.
        let Some(limit) = u32::try_from(room).ok().filter(|room| *room > 0) else { return LOOK };
        let now = service.inner.ambient.now();
        let claimed = match service.inner.store.claim_jobs(now, now.plus_millis(LEASE), limit).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(%error, "the jobs of flows wait for the store");
                return BREATH;
            }
        };
        metrics::counter!("waybill_flow_jobs_claimed_total").increment(claimed.jobs.len() as u64);
        for job in claimed.jobs {
            let (service, taken) = (service.clone(), job.clone());
            let handle = self.tasks.spawn(async move {
                let begun = Instant::now();
                let result = service.do_job(&taken).await;
                let kind = if taken.job.kind == REQUEST { "request" } else { "turn" };
                metrics::histogram!("waybill_flow_job_seconds", "kind" => kind).record(begun.elapsed().as_secs_f64());
                result
            });
            self.under_way.insert(handle.id(), job);
        }
        claimed.next_due.map_or(LOOK, |due| until(due, now).min(LOOK))
    }

    async fn ended(&mut self, service: &Service, ended: Result<(Id, Result<Taken, ServiceError>), JoinError>) {
        let (id, result) = match ended {
            Ok((id, result)) => (id, result.map_err(Failure::from)),
            // Its words may hold values: they went to the log of panics only.
            Err(error) => (error.id(), Err(Failure::Fault("it panicked".to_owned()))),
        };
        let Some(job) = self.under_way.remove(&id) else { return };
        match result {
            Ok(Taken::Fulfilled) => {
                metrics::counter!("waybill_flow_jobs_total", "outcome" => "fulfilled").increment(1);
            }
            Ok(Taken::Stale) => {
                metrics::counter!("waybill_flow_jobs_total", "outcome" => "stale").increment(1);
                service.settle(&job, JobOutcome::Done).await;
            }
            Ok(Taken::Later(due_at)) => service.settle(&job, JobOutcome::Retry { due_at }).await,
            Ok(Taken::Left) => {}
            Err(failure) => service.failed(&job, failure).await,
        }
    }
}

fn until(due: Time, now: Time) -> Duration {
    Duration::from_millis(u64::try_from(due.millis().saturating_sub(now.millis())).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        sync::atomic::{AtomicI64, Ordering},
    };

    use waybill_bus::InProcessBus;
    use waybill_engine::{
        attributes::{CompiledPolicy, Handed},
        conversation::{Start, StartingFlow, start},
    };
    use waybill_model::{
        ContextPolicy, Conversation, DeploymentStatus, DivisionId, Event, EventBody, FlowId, FlowVersion,
        OrganizationId, QueueId, QueueRules, Trust, conversation::Source,
    };
    use waybill_store::{SqliteStore, Store as _, WorkStore as _};

    use super::*;
    use crate::{Ambient, Chance, Clock, MasterKey, NewDeployment, Settings, entities::Act};

    /// A clock that goes on a second with every look: no wait is long.
    #[derive(Default)]
    struct Hasty(AtomicI64);
    impl Clock for Hasty {
        fn now(&self) -> Time {
            Time::from_millis(1_795_198_135_000 + 1_000 * self.0.fetch_add(1, Ordering::SeqCst))
        }
    }

    #[derive(Default)]
    struct Counting(AtomicI64);
    impl Chance for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            let number = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            bytes
                .iter_mut()
                .rev()
                .zip(number.iter().rev().chain(std::iter::repeat(&7)))
                .for_each(|(to, from)| *to = *from);
        }
    }

    /// A conversation whose run is on version 7 of a flow.
    async fn begin(service: &Service, organization: OrganizationId, flow_id: FlowId) -> Conversation {
        let new = NewDeployment {
            id: None,
            name: "Shop".to_owned(),
            status: DeploymentStatus::Active,
            allow_all_domains: true,
            allowed_domains: Vec::new(),
            allow_native: true,
            start_limit: None,
            policy: ContextPolicy::standard(),
        };
        let deployment_id = service.create_deployment(organization, new).await.unwrap();
        let policy = CompiledPolicy::new(ContextPolicy::standard()).unwrap();
        let admission = service.admit_start(&policy, &Handed::default(), Trust::Page, &Actor::Guest).unwrap();
        let ambient = service.ambient();
        let decision = start(Start {
            organization_id: organization,
            deployment_id,
            conversation_id: ambient.conversation_id(),
            participant_id: ambient.participant_id(),
            communication_id: ambient.communication_id(),
            session_id: None,
            admission,
            message: None,
            source: Source::default(),
            routing: None,
            by: Actor::Guest,
            at: ambient.now(),
            flow: Some(StartingFlow {
                run_id: ambient.run_id(),
                flow_id,
                name: "gone".to_owned(),
                version: 7,
                participant_id: ambient.participant_id(),
                communication_id: ambient.communication_id(),
                job_id: ambient.job_id(),
                variables: BTreeMap::new(),
            }),
        });
        service.commit(decision, None, None).await.unwrap().conversation().as_ref().clone()
    }

    async fn open() -> (Service, Arc<SqliteStore>, OrganizationId) {
        let ambient = Ambient { clock: Arc::new(Hasty::default()), chance: Arc::new(Counting::default()) };
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        let key = MasterKey::new(&[1; 32]).unwrap();
        let (settings, bus) = (Settings::default(), Arc::new(InProcessBus::new()));
        let service = Service::start(store.clone(), bus, ambient, settings, key).await.unwrap();
        let organization = service.create_organization("Example").await.unwrap();
        (service, store, organization)
    }

    /// Publishes a document as version 7 of a flow.
    async fn publish(service: &Service, organization_id: OrganizationId, source: &str) -> FlowId {
        let flow_id = FlowId::new(service.ambient().uuid());
        let version = FlowVersion {
            flow_id,
            organization_id,
            version: 7,
            sort: FlowVersion::sort_of(flow_id, 7),
            name: "tested".to_owned(),
            source: source.to_owned(),
            published_at: service.ambient().now(),
            by: Actor::Server,
        };
        service.create_entity(&version, Act::of_server("flow.published", flow_id.uuid())).await.unwrap();
        flow_id
    }

    const ASKS: &str = "
flow: tested
kind: inboundMessage
onFailure: { queue: Rescue }
start: look
actions:
  look:
    apiRequest: { url: https://crm.example/x }
    failure: rest
  rest: { wait: 10m }
";

    #[tokio::test]
    async fn flow23_a_request_that_nobody_can_make_takes_its_way_for_failures() {
        let (service, store, organization) = open().await;
        let flow = publish(&service, organization, ASKS).await;
        let conversation = begin(&service, organization, flow).await;
        let claim = async || {
            let now = service.ambient().now();
            store.claim_jobs(now, now.plus_millis(LEASE), 1).await.unwrap().jobs.remove(0)
        };
        let turn = claim().await;
        assert_eq!(service.do_job(&turn).await.unwrap(), Taken::Fulfilled);
        let request = ClaimedJob { attempts: MOST_FAILURES, ..claim().await };
        assert_eq!(request.job.kind, REQUEST);
        service.failed(&request, Failure::Fault("it panicked".to_owned())).await;
        let standing = store.find_conversation(organization, conversation.id).await.unwrap().unwrap();
        let at = standing.run.as_ref().and_then(|run| run.at.as_deref());
        assert_eq!((at, standing.queued.is_none()), (Some("rest"), true), "the run goes on");
        let log = store.list_conversation_log(organization, conversation.id).await.unwrap();
        let calls = log.iter().filter_map(|event| match &event.body {
            EventBody::FlowStepped(record) => record.steps.iter().find_map(|step| step.call.clone()),
            _ => None,
        });
        let errors: Vec<_> = calls.map(|call| (call.error, call.attempts)).collect();
        assert_eq!(errors, [(Some("given_up".to_owned()), MOST_FAILURES)]);
    }

    #[tokio::test]
    async fn flow23_the_conversation_of_a_run_that_is_given_up_waits_in_the_queue_for_that() {
        let (service, store, organization) = open().await;
        let queue = Queue {
            id: QueueId::new(service.ambient().uuid()),
            organization_id: organization,
            division_id: DivisionId::new(organization.uuid()),
            name: "Rescue".to_owned(),
            description: String::new(),
            members: Vec::new(),
            wrapup_codes: Vec::new(),
            rules: QueueRules::default(),
            created_at: service.ambient().now(),
        };
        service.create_entity(&queue, Act::of_server("queue.created", queue.id.uuid())).await.unwrap();
        let flow = publish(&service, organization, ASKS).await;
        let conversation = begin(&service, organization, flow).await;
        let now = service.ambient().now();
        let claimed = store.claim_jobs(now, now.plus_millis(LEASE), 1).await.unwrap().jobs.remove(0);
        service.fail_run(&claimed).await.unwrap();
        let standing = store.find_conversation(organization, conversation.id).await.unwrap().unwrap();
        assert_eq!((&standing.run, standing.ended_at), (&None, None));
        assert_eq!(standing.queued.as_ref().map(|queued| queued.queue_id), Some(queue.id));
        let log = store.list_conversation_log(organization, conversation.id).await.unwrap();
        let failed = |event: &Event| {
            matches!(&event.body, EventBody::FlowStepped(record)
                if matches!(record.ended, Some(FlowExit::Failed { .. })))
        };
        assert!(log.iter().any(|event| failed(event)), "the record has the reason");
    }

    #[tokio::test]
    async fn flow23_a_job_that_keeps_failing_is_given_up_and_its_run_says_so() {
        let (service, store, organization) = open().await;
        let conversation = begin(&service, organization, FlowId::new(service.ambient().uuid())).await;
        service.start_flows();
        let over = async {
            while store.list_dead_jobs(organization, None, 10).await.unwrap().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), over).await.unwrap();
        let dead = store.list_dead_jobs(organization, None, 10).await.unwrap();
        assert_eq!((dead.len(), dead[0].1.claimed.attempts), (1, MOST_FAILURES));
        assert!(dead[0].1.reason.contains("version 7"), "{}", dead[0].1.reason);
        let standing = store.find_conversation(organization, conversation.id).await.unwrap().unwrap();
        assert_eq!((&standing.run, standing.ended_at), (&None, None), "the conversation goes on without it");
        let left = standing.participants.iter().filter(|one| one.left_at.is_some()).count();
        assert_eq!(left, 1, "the participant `workflow` has left");
    }
}
