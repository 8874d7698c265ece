//! Log-ins that failed, counted per account: each failure makes the next one wait longer, many lock it for a while (ACC6).
//!
//! They are kept in memory: a stranger's guesses must not write to the disk, and whoever can restart the server is its
//! operator.

use std::{collections::HashMap, net::IpAddr, sync::Arc, time::Duration};

use parking_lot::Mutex;
use waybill_model::{OrganizationId, Time};

use crate::{Service, ServiceError, ambient::hash_parts, entities::Act, limits::network};

/// So many failures cost nothing but themselves.
const FREE: u32 = 5;
/// From so many failures of one network on, or of all networks together, the account is locked.
const LOCKED: u32 = 10;
const LOCKED_IN_ALL: u32 = 30;
/// How long a lock holds, in milliseconds; also the longest wait.
const LOCK: i64 = 15 * 60 * 1_000;
/// Failures are forgotten after this time without one.
const FORGOTTEN: i64 = 60 * 60 * 1_000;
/// Accounts that are remembered before those that may try again at once are forgotten.
const REMEMBERED: usize = 100_000;
/// Log-ins of one account that may be under way before one of them was refused.
const UNDER_WAY: u32 = 64;

/// Whose failures are counted together.
type Key = [u8; 32];

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    /// Log-ins that nobody has judged yet.
    under_way: u32,
    last: Time,
    until: Time,
}

#[derive(Default)]
pub(crate) struct Attempts(Mutex<Accounts>);

#[derive(Default)]
struct Accounts {
    failures: HashMap<Key, Failures>,
    /// How many the last look through them left: the next one comes when as many have come again.
    left: usize,
}

impl Accounts {
    fn make_room(&mut self, now: Time) {
        if self.failures.len() >= REMEMBERED.max(2 * self.left) {
            self.failures.retain(|_, failures| failures.until > now || failures.under_way > 0);
            self.left = self.failures.len();
        }
    }
}

/// A log-in that nobody has judged yet. Dropped unjudged it counts for nothing.
pub(crate) struct Attempt {
    attempts: Arc<Attempts>,
    keys: [(Key, u32); 2],
    judged: bool,
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if !self.judged {
            self.attempts.judge(&self.keys, |failures| failures.under_way = failures.under_way.saturating_sub(1));
        }
    }
}

impl Attempts {
    fn begin(self: &Arc<Self>, account: &str, address: IpAddr, now: Time) -> Result<Attempt, ServiceError> {
        let network = network(address).to_string();
        let keys = [
            (hash_parts(&[account.as_bytes(), network.as_bytes()]), LOCKED),
            (hash_parts(&[account.as_bytes()]), LOCKED_IN_ALL),
        ];
        let mut accounts = self.0.lock();
        accounts.make_room(now);
        let accounts = &mut accounts.failures;
        for (key, _) in &keys {
            let Some(failures) = accounts.get(key) else { continue };
            if now < failures.until {
                return Err(throttled(failures.until.millis() - now.millis()));
            }
            // Whoever tries many at once gets no more answers than one after the other.
            let most = if failures.count == 0 { UNDER_WAY } else { FREE.saturating_sub(failures.count).max(1) };
            if now.millis() - failures.last.millis() < FORGOTTEN && failures.under_way >= most {
                return Err(throttled(1_000));
            }
        }
        for (key, _) in &keys {
            let failures =
                accounts.entry(*key).or_insert(Failures { count: 0, under_way: 0, last: now, until: Time::default() });
            if now.millis() - failures.last.millis() >= FORGOTTEN {
                failures.count = 0;
            }
            failures.under_way += 1;
        }
        Ok(Attempt { attempts: Arc::clone(self), keys, judged: false })
    }

    fn judge(&self, keys: &[(Key, u32)], change: impl Fn(&mut Failures)) {
        let mut accounts = self.0.lock();
        let accounts = &mut accounts.failures;
        for (key, _) in keys {
            let Some(failures) = accounts.get_mut(key) else { continue };
            change(failures);
            if failures.count == 0 && failures.under_way == 0 {
                accounts.remove(key);
            }
        }
    }
}

impl Attempt {
    /// It was right: earlier failures are forgotten.
    pub(crate) fn succeeded(mut self) {
        self.judged = true;
        self.attempts.judge(&self.keys, |failures| {
            failures.under_way = failures.under_way.saturating_sub(1);
            failures.count = 0;
        });
    }

    /// It was wrong. Whether that locked the account.
    fn failed(mut self, now: Time) -> bool {
        self.judged = true;
        let mut locked = false;
        let mut accounts = self.attempts.0.lock();
        for (key, limit) in &self.keys {
            let Some(failures) = accounts.failures.get_mut(key) else { continue };
            failures.under_way = failures.under_way.saturating_sub(1);
            failures.count += 1;
            failures.last = now;
            let free = limit - (LOCKED - FREE);
            if failures.count >= *limit {
                failures.until = now.plus_millis(LOCK);
                locked |= failures.count == *limit;
            } else if failures.count >= free {
                failures.until = now.plus_millis(1_000 << (failures.count - free));
            }
        }
        drop(accounts);
        locked
    }
}

fn throttled(millis: i64) -> ServiceError {
    ServiceError::Throttled {
        what: "failed log-ins of this account",
        retry_after: Duration::from_millis(u64::try_from(millis).unwrap_or(0)),
    }
}

impl Service {
    /// Begins a log-in: decided before anything is hashed.
    ///
    /// # Errors
    /// `Throttled` with the true time to wait.
    pub(crate) fn begin_log_in(&self, account: &str, address: IpAddr) -> Result<Attempt, ServiceError> {
        self.inner.gate.login(address)?;
        self.inner.attempts.begin(account, address, self.inner.ambient.now())
    }

    /// Counts a failed log-in; a lock leaves a row in the audit log of the account's organization.
    pub(crate) async fn log_in_failed(
        &self,
        attempt: Attempt,
        account: Option<(OrganizationId, uuid::Uuid)>,
    ) -> Result<(), ServiceError> {
        metrics::counter!("waybill_failed_logins_total").increment(1);
        let locked = attempt.failed(self.inner.ambient.now());
        let (true, Some((organization, subject))) = (locked, account) else { return Ok(()) };
        let act = Act::of_server("login.locked", subject).saying("too many failed log-ins");
        Ok(self.inner.store.append_audit(organization, self.audit_entry(act)).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([198, 51, 100, last])
    }

    fn wait(attempts: &Arc<Attempts>, address: IpAddr, now: Time) -> u64 {
        match attempts.begin("zoe@example.com", address, now) {
            Ok(_) => 0,
            Err(ServiceError::Throttled { retry_after, .. }) => crate::seconds(retry_after),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn acc6_each_failure_waits_longer_until_the_account_is_locked() {
        let (attempts, mut now) = (Arc::new(Attempts::default()), Time::from_millis(1_000_000));
        let mut waits = Vec::new();
        for _ in 0..10 {
            let attempt = attempts.begin("zoe@example.com", address(1), now).unwrap();
            attempt.failed(now);
            let wait = wait(&attempts, address(1), now);
            waits.push(wait);
            now = now.plus_millis(i64::try_from(wait).unwrap() * 1_000);
        }
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 900]);
        assert_eq!(wait(&attempts, address(2), now), 0, "another network still may");
        attempts.begin("zoe@example.com", address(1), now).unwrap().succeeded();
        assert!(attempts.0.lock().failures.is_empty(), "a success forgets");
    }

    #[test]
    fn acc6_guesses_side_by_side_get_no_further_than_one_after_another() {
        let (attempts, now) = (Arc::new(Attempts::default()), Time::from_millis(1_000_000));
        attempts.begin("zoe@example.com", address(1), now).unwrap().failed(now);
        let under_way: Vec<_> =
            (0..20).filter_map(|_| attempts.begin("zoe@example.com", address(1), now).ok()).collect();
        assert_eq!(under_way.len(), 4);
        drop(under_way);
        assert_eq!(wait(&attempts, address(1), now), 0, "what nobody judged counts for nothing");
    }

    #[test]
    fn acc6_guesses_from_everywhere_lock_the_account_in_the_end() {
        let (attempts, now) = (Arc::new(Attempts::default()), Time::from_millis(1_000_000));
        let mut locks = 0;
        let mut now = now;
        for round in 0..30 {
            let wait = wait(&attempts, address(round), now);
            now = now.plus_millis(i64::try_from(wait).unwrap() * 1_000);
            let attempt = attempts.begin("zoe@example.com", address(round), now).unwrap();
            locks += u32::from(attempt.failed(now));
        }
        assert_eq!((locks, wait(&attempts, address(200), now)), (1, 900));
    }
}
