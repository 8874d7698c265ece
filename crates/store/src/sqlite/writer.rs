//! The one thread that writes: it groups waiting commits into one transaction and acknowledges after its sync.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};
use waybill_model::{Cursor, Event, OrganizationId, SessionId};

use super::{
    analytics,
    apply::{Applied, Group, SessionNews, Stop, apply_commit, apply_fence, apply_marks},
    checkpointer::{Checkpointer, Due},
    erasure::{PreparedErasure, apply_erasure},
    fault::{Fault, Gravity, gravity},
    known_owners::KnownOwners,
    open::{self, Checkpoint},
    pen::Pen,
    prepare::{PreparedCommit, PreparedEvent},
    recent::{RecentConversations, RecentLog, RecentSessions, Record},
};
use crate::{CommitError, Committed, StoreError};

/// How many jobs may wait; then callers wait.
pub(super) const QUEUE: usize = 1_024;
/// The most jobs of one transaction: larger groups gain nothing and delay their first.
const MOST_JOBS: usize = 256;

/// An administrative write: run within the group's transaction, alone undone when it fails.
pub(super) type Write = Box<dyn FnMut(&Connection) -> Result<(), Fault> + Send>;

/// What the writer is asked to do.
pub(super) enum Job {
    Commit(Box<PreparedCommit>, oneshot::Sender<Result<Committed, CommitError>>),
    Marks(OrganizationId, Vec<PreparedEvent>, oneshot::Sender<Result<(), StoreError>>),
    Fence(OrganizationId, SessionId, oneshot::Sender<Result<(), StoreError>>),
    Write(Write, oneshot::Sender<Result<(), StoreError>>),
    Erase(Box<PreparedErasure>, oneshot::Sender<Result<Committed, CommitError>>),
    /// Empties the WAL once the group is written.
    Settle(oneshot::Sender<Result<bool, StoreError>>),
}

/// What the writer publishes to readers.
pub(super) struct Published {
    pub(super) log: RecentLog,
    pub(super) conversations: RecentConversations,
    pub(super) sessions: RecentSessions,
    pub(super) known_owners: Arc<KnownOwners>,
    pub(super) failure: watch::Sender<Option<String>>,
    pub(super) epoch: u32,
    pub(super) counts: Counts,
}

impl Published {
    /// Stops acknowledging for good; nothing is tried again.
    pub(super) fn fail(&self, reason: &str) {
        tracing::error!(reason, "the store stops: a write or a sync failed");
        self.failure.send_replace(Some(reason.to_owned()));
    }

    fn has_failed(&self) -> bool {
        self.failure.borrow().is_some()
    }

    /// Copies the WAL into the database file; says how many pages of it stay.
    fn checkpoint(&self, how: impl FnOnce() -> rusqlite::Result<i64>) -> i64 {
        if self.has_failed() {
            return 0;
        }
        match how() {
            Ok(left) => {
                self.counts.checkpoints.fetch_add(1, Ordering::Relaxed);
                left
            }
            Err(error) => {
                self.checkpoint_failed(&error);
                1
            }
        }
    }

    /// A checkpoint syncs, too: when that fails, nothing of the file can be promised any more.
    pub(super) fn checkpoint_failed(&self, error: &rusqlite::Error) {
        if gravity(error) == Gravity::Fatal {
            self.fail(&error.to_string());
        } else {
            // A full disk: the WAL keeps everything, and a later checkpoint tries again.
            tracing::warn!(%error, "a checkpoint did not finish");
        }
    }
}

/// What the writer has done so far.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) jobs: AtomicU64,
    pub(super) groups: AtomicU64,
    pub(super) checkpoints: AtomicU64,
}

/// The writer's own state.
pub(super) struct Writer {
    connection: Connection,
    queue: mpsc::Receiver<Job>,
    published: Arc<Published>,
    next_seq: i64,
    wal_pages: Arc<AtomicI64>,
    checkpointer: Checkpointer,
}

/// What a job of the present group came to, before its transaction is committed.
enum Outcome {
    Commit(Result<Applied, CommitError>),
    /// The position of the first mark, and which marks were written.
    Marks(i64, Result<Vec<usize>, StoreError>),
    Fence(Result<Option<SessionNews>, StoreError>),
    Write(Result<(), StoreError>),
    Erase(Result<Applied, CommitError>),
    Settle,
}

/// Why a group was given up as a whole.
enum GroupFailure {
    /// One job failed in the middle: do them again, each behind a savepoint.
    Again,
    Full,
    Fatal(String),
    /// The transaction did not come about, the next one may.
    Refused(String),
}

impl Writer {
    pub(super) fn new(
        mut connection: Connection,
        queue: mpsc::Receiver<Job>,
        published: Arc<Published>,
        checkpointer: Checkpointer,
    ) -> rusqlite::Result<Self> {
        let wal_pages = Arc::new(AtomicI64::new(0));
        let pages = Arc::clone(&wal_pages);
        connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, count| {
            pages.store(i64::from(count), Ordering::Relaxed);
            Ok(())
        }))?;
        let next_seq = published.log.newest().cast_signed() + 1;
        Ok(Self { connection, queue, published, next_seq, wal_pages, checkpointer })
    }

    /// Works until every sender is gone, then leaves a database without a WAL.
    pub(super) fn run(self) {
        let Self { connection, queue, published, next_seq, wal_pages, mut checkpointer } = self;
        let _guard = PanicGuard(Arc::clone(&published));
        match Pen::new(&connection) {
            Ok(pen) => {
                let names = analytics::Names::default();
                Desk { pen, queue, published: &published, next_seq, wal_pages: &wal_pages, names }
                    .work(&mut checkpointer);
            }
            Err(error) => published.fail(&error.to_string()),
        }
        checkpointer.stop();
        published.checkpoint(|| open::finish(&connection));
    }
}

/// The writer at work.
struct Desk<'c> {
    pen: Pen<'c>,
    queue: mpsc::Receiver<Job>,
    published: &'c Published,
    next_seq: i64,
    wal_pages: &'c AtomicI64,
    names: analytics::Names,
}

impl Desk<'_> {
    fn work(mut self, checkpointer: &mut Checkpointer) {
        let mut jobs = Vec::with_capacity(MOST_JOBS);
        while let Some(job) = self.queue.blocking_recv() {
            jobs.push(job);
            self.gather(&mut jobs);
            self.commit_group(&mut jobs);
            let pages = self.wal_pages.load(Ordering::Relaxed);
            if checkpointer.look(pages) == Due::Finish {
                let connection = self.pen.connection;
                let left = self.published.checkpoint(|| open::checkpoint(connection, Checkpoint::Passive));
                checkpointer.finished(pages, left);
            }
        }
    }

    /// Takes all that waits. While a group is synced the next one gathers by itself, so nobody waits for company.
    fn gather(&mut self, jobs: &mut Vec<Job>) {
        while jobs.len() < MOST_JOBS {
            match self.queue.try_recv() {
                Ok(job) => jobs.push(job),
                Err(mpsc::error::TryRecvError::Empty | mpsc::error::TryRecvError::Disconnected) => return,
            }
        }
    }

    fn commit_group(&mut self, jobs: &mut Vec<Job>) {
        if self.published.has_failed() {
            refuse_all(jobs, "the store has stopped after a failed write");
            return;
        }
        let result = match self.try_group(jobs, Care::Fast) {
            Err(GroupFailure::Again) => self.try_group(jobs, Care::Savepoints),
            other => other,
        };
        match result {
            Ok((outcomes, group)) => self.acknowledge(jobs, outcomes, group),
            Err(GroupFailure::Full) => jobs.drain(..).for_each(Job::refuse_full),
            Err(GroupFailure::Fatal(reason)) => {
                self.published.fail(&reason);
                refuse_all(jobs, &reason);
            }
            Err(GroupFailure::Refused(reason)) => {
                tracing::error!(reason, "a group of commits was rolled back");
                refuse_all(jobs, &reason);
            }
            Err(GroupFailure::Again) => refuse_all(jobs, "a group of commits failed twice"),
        }
    }

    /// One transaction; when this returns `Ok`, it is on disk.
    fn try_group(&mut self, jobs: &mut [Job], care: Care) -> Result<(Vec<Outcome>, Written), GroupFailure> {
        self.execute("BEGIN IMMEDIATE").map_err(|error| self.give_up(&error))?;
        let mut group = Group {
            next_seq: self.next_seq,
            standings: HashMap::new(),
            owners: HashSet::new(),
            recent: &self.published.conversations,
            known_owners: &self.published.known_owners,
            // A group that fails takes them along: they are learnt anew.
            names: std::mem::take(&mut self.names),
            ledger: analytics::Ledger::default(),
        };
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            outcomes.push(self.run_job(&mut group, job, care)?);
        }
        group.ledger.flush(self.pen.connection).map_err(|fault| match fault {
            Fault::Sqlite(error) => self.give_up(&error),
            Fault::Store(error) => GroupFailure::Fatal(error.to_string()),
        })?;
        self.execute("COMMIT").map_err(|error| self.give_up(&error))?;
        let Group { next_seq, standings, owners, mut names, ledger, recent: _, known_owners: _ } = group;
        names.learn(ledger.into_names());
        self.names = names;
        Ok((outcomes, Written { next_seq, standings: standings.into_values().collect(), owners }))
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        self.pen.connection.prepare_cached(sql)?.execute([]).map(|_| ())
    }

    /// Rolls back, and says what the error means for the group.
    fn give_up(&self, error: &rusqlite::Error) -> GroupFailure {
        let failure = match gravity(error) {
            Gravity::Full => GroupFailure::Full,
            Gravity::Fatal => GroupFailure::Fatal(error.to_string()),
            Gravity::Job => GroupFailure::Refused(error.to_string()),
        };
        self.roll_back().map_or(failure, |error| GroupFailure::Fatal(error.to_string()))
    }

    /// SQLite has rolled back by itself after some errors.
    fn roll_back(&self) -> Option<rusqlite::Error> {
        if self.pen.connection.is_autocommit() {
            return None;
        }
        self.execute("ROLLBACK").err()
    }

    fn run_job(&mut self, group: &mut Group<'_>, job: &mut Job, care: Care) -> Result<Outcome, GroupFailure> {
        let savepoint = care == Care::Savepoints || matches!(job, Job::Write(..) | Job::Fence(..) | Job::Erase(..));
        if savepoint {
            self.execute("SAVEPOINT job").map_err(|error| self.give_up(&error))?;
        }
        let counted = group.ledger.mark();
        let (outcome, failed) = match job {
            Job::Commit(commit, _) => match apply_commit(&mut self.pen, group, commit) {
                Ok(applied) => (Outcome::Commit(Ok(applied)), false),
                Err(Stop::Refused(error)) => (Outcome::Commit(Err(error)), false),
                Err(Stop::Fault(fault)) => (Outcome::Commit(Err(self.judge(fault, savepoint)?.into())), true),
            },
            Job::Marks(organization, marks, _) => {
                let first = group.next_seq;
                match apply_marks(&mut self.pen, group, *organization, marks) {
                    Ok(written) => (Outcome::Marks(first, Ok(written)), false),
                    Err(fault) => (Outcome::Marks(first, Err(self.judge(fault, savepoint)?)), true),
                }
            }
            Job::Fence(organization, session, _) => match apply_fence(self.pen.connection, *organization, *session) {
                Ok(news) => (Outcome::Fence(Ok(news)), false),
                Err(fault) => (Outcome::Fence(Err(self.judge(fault, savepoint)?)), true),
            },
            Job::Write(write, _) => match write(self.pen.connection) {
                Ok(()) => (Outcome::Write(Ok(())), false),
                Err(fault) => (Outcome::Write(Err(self.judge(fault, savepoint)?)), true),
            },
            Job::Erase(erasure, _) => match apply_erasure(&mut self.pen, group, erasure) {
                Ok(applied) => (Outcome::Erase(Ok(applied)), false),
                Err(Stop::Refused(error)) => (Outcome::Erase(Err(error)), false),
                Err(Stop::Fault(fault)) => (Outcome::Erase(Err(self.judge(fault, savepoint)?.into())), true),
            },
            Job::Settle(_) => (Outcome::Settle, false),
        };
        if savepoint {
            if failed {
                self.execute("ROLLBACK TO job").map_err(|error| self.give_up(&error))?;
                group.ledger.back_to(counted);
            }
            self.execute("RELEASE job").map_err(|error| self.give_up(&error))?;
        }
        Ok(outcome)
    }

    /// A fault in the middle of a job: its own, or the whole group's.
    fn judge(&self, fault: Fault, savepoint: bool) -> Result<StoreError, GroupFailure> {
        if let Fault::Sqlite(error) = &fault
            && (gravity(error) != Gravity::Job || self.pen.connection.is_autocommit())
        {
            return Err(self.give_up(error));
        }
        if !savepoint {
            return Err(self.roll_back().map_or(GroupFailure::Again, |error| GroupFailure::Fatal(error.to_string())));
        }
        Ok(fault.into())
    }

    /// The transaction is on disk: publish it, then answer.
    fn acknowledge(&mut self, jobs: &mut Vec<Job>, outcomes: Vec<Outcome>, written: Written) {
        self.published.counts.groups.fetch_add(1, Ordering::Relaxed);
        self.published.counts.jobs.fetch_add(jobs.len() as u64, Ordering::Relaxed);
        let mut news = News::default();
        let mut answers = Vec::with_capacity(jobs.len());
        for (job, outcome) in jobs.drain(..).zip(outcomes) {
            answers.push(self.finish(job, outcome, &mut news));
        }
        self.next_seq = written.next_seq;
        for owner in written.owners {
            self.published.known_owners.add(owner);
        }
        self.published.sessions.publish(&news.sessions);
        for standing in written.standings {
            self.published.conversations.publish(standing);
        }
        self.published.log.rewrite(news.rewritten);
        // The log comes last: where it shows nothing new of a conversation, the conversation tells whether there was any.
        self.published.log.publish(news.records);
        answers.into_iter().for_each(Answer::send);
    }

    fn finish(&self, job: Job, outcome: Outcome, news: &mut News) -> Answer {
        let News { records, sessions, rewritten } = news;
        match (job, outcome) {
            (Job::Commit(commit, answer), Outcome::Commit(result)) => {
                Answer::Commit(answer, result.map(|applied| self.committed(*commit, applied, records, sessions)))
            }
            (Job::Erase(erasure, answer), Outcome::Erase(result)) => {
                let result = result.map(|applied| {
                    rewritten.extend(erasure.rewritten());
                    self.committed(erasure.commit, applied, records, sessions)
                });
                Answer::Commit(answer, result)
            }
            (Job::Settle(answer), Outcome::Settle) => Answer::Settle(answer, self.settle()),
            (Job::Marks(organization, marks, answer), Outcome::Marks(first, result)) => {
                let result = result.map(|written| {
                    let mut marks: Vec<_> = marks.into_iter().map(Some).collect();
                    if written.len() < marks.len() {
                        tracing::warn!(
                            missing = marks.len() - written.len(),
                            "marks of unknown conversations were left out"
                        );
                    }
                    let marks = written.into_iter().filter_map(|index| marks[index].take());
                    // Marks stand outside of their conversation's sequence: none comes before them.
                    records.extend((first..).zip(marks).map(|(seq, mark)| mark.record(seq, organization, 0)));
                });
                Answer::Write(answer, result)
            }
            (Job::Fence(_, _, answer), Outcome::Fence(result)) => {
                Answer::Write(answer, result.map(|fenced| sessions.extend(fenced)))
            }
            (Job::Write(_, answer), Outcome::Write(result)) => Answer::Write(answer, result),
            (job, _) => {
                // Outcomes are pushed in the order of their jobs, each by its own arm of `run_job`.
                unreachable!("an outcome of another kind than its job: {}", job.kind())
            }
        }
    }
}

impl Desk<'_> {
    /// What a commit stored: its records for the readers, and the proof for its caller.
    fn committed(
        &self,
        commit: PreparedCommit,
        applied: Applied,
        records: &mut Vec<Record>,
        sessions: &mut Vec<SessionNews>,
    ) -> Committed {
        let first = records.len();
        sessions.extend(applied.sessions);
        applied.standing.message_keys.add(commit.message_keys());
        let organization = commit.organization;
        let last = applied.first_seq + commit.events.len() as i64 - 1;
        let mut previous = applied.previous;
        for (seq, event) in (applied.first_seq..).zip(commit.events) {
            let record = event.record(seq, organization, previous);
            previous = record.event.seq;
            records.push(record);
        }
        let events = records[first..].iter().map(|record| Arc::clone(&record.event)).collect();
        let cursor = Cursor { epoch: self.published.epoch, seq: last.cast_unsigned() };
        Committed::new(events, Arc::clone(&applied.standing.conversation), cursor)
    }

    /// Copies the whole WAL into the database file and empties it; `false` when a reader still looks at an old state.
    fn settle(&self) -> Result<bool, StoreError> {
        let connection = self.pen.connection;
        let unavailable = |error: rusqlite::Error| {
            self.published.checkpoint_failed(&error);
            StoreError::Unavailable(error.to_string())
        };
        // Nobody's commit waits for a reader: whoever asked comes again.
        connection.busy_timeout(std::time::Duration::ZERO).map_err(unavailable)?;
        let is_empty = open::empty_wal(connection);
        connection.busy_timeout(open::BUSY).map_err(unavailable)?;
        is_empty.map_err(unavailable)
    }
}

/// Whether a job can be undone alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    Fast,
    Savepoints,
}

/// What readers must know before anybody is answered.
#[derive(Default)]
struct News {
    records: Vec<Record>,
    sessions: Vec<SessionNews>,
    /// Records that were written again.
    rewritten: Vec<Arc<Event>>,
}

/// A writer that panicked acknowledges nothing any more: whoever watches must know.
struct PanicGuard(Arc<Published>);

impl Drop for PanicGuard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail("the writer thread panicked");
        }
    }
}

/// What a committed group leaves.
struct Written {
    next_seq: i64,
    standings: Vec<Arc<super::rows::Standing>>,
    owners: HashSet<i64>,
}

/// An answer that waits until everything is published.
enum Answer {
    Commit(oneshot::Sender<Result<Committed, CommitError>>, Result<Committed, CommitError>),
    Write(oneshot::Sender<Result<(), StoreError>>, Result<(), StoreError>),
    Settle(oneshot::Sender<Result<bool, StoreError>>, Result<bool, StoreError>),
}

impl Answer {
    /// A caller that went away does not mind.
    fn send(self) {
        let gone = match self {
            Self::Commit(to, result) => to.send(result).is_err(),
            Self::Write(to, result) => to.send(result).is_err(),
            Self::Settle(to, result) => to.send(result).is_err(),
        };
        if gone {
            tracing::debug!("a caller did not wait for its commit");
        }
    }
}

impl Job {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Commit(..) => "commit",
            Self::Marks(..) => "marks",
            Self::Fence(..) => "fence",
            Self::Write(..) => "write",
            Self::Erase(..) => "erase",
            Self::Settle(..) => "settle",
        }
    }

    fn refuse(self, reason: &str) {
        let error = StoreError::Unavailable(reason.to_owned());
        match self {
            Self::Commit(_, to) | Self::Erase(_, to) => Answer::Commit(to, Err(error.into())).send(),
            Self::Settle(to) => Answer::Settle(to, Err(error)).send(),
            Self::Marks(_, _, to) | Self::Fence(_, _, to) | Self::Write(_, to) => Answer::Write(to, Err(error)).send(),
        }
    }

    fn refuse_full(self) {
        match self {
            Self::Commit(_, to) | Self::Erase(_, to) => Answer::Commit(to, Err(CommitError::Full)).send(),
            other => other.refuse("the disk is full; free space in the data folder"),
        }
    }
}

fn refuse_all(jobs: &mut Vec<Job>, reason: &str) {
    jobs.drain(..).for_each(|job| job.refuse(reason));
}

impl PreparedEvent {
    /// The record at its position, after the conversation's `previous` one.
    fn record(self, seq: i64, organization: OrganizationId, previous: u64) -> Record {
        let bytes = self.payload.len();
        let event = Event {
            seq: seq.cast_unsigned(),
            organization_id: organization,
            conversation_id: self.conversation_id,
            conversation_seq: self.conversation_seq,
            at: self.at,
            by: self.by,
            body: self.body,
        };
        Record { event: Arc::new(event), bytes, previous }
    }
}
