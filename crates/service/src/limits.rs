//! Token buckets at the door (EDGE6): decided before any side effect, with the true time to wait.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use dashmap::DashMap;
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, QuantaClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use waybill_model::{DeploymentId, Principal, TokenHash};

use crate::{ServiceError, settings::Bucket, settings::Limits};

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, QuantaClock>;

/// What a session says of its reading: a client gathers it for a second.
const RECEIPTS: Bucket = Bucket { per_second: 1.0, burst: 20 };

/// One family of buckets.
struct Buckets<K: std::hash::Hash + Eq + Clone> {
    limiter: Keyed<K>,
    clock: QuantaClock,
    what: &'static str,
}

impl<K: std::hash::Hash + Eq + Clone> Buckets<K> {
    fn new(bucket: Bucket, what: &'static str) -> Self {
        Self { limiter: RateLimiter::dashmap(quota(bucket)), clock: QuantaClock::default(), what }
    }

    fn take(&self, key: &K) -> Result<(), ServiceError> {
        self.limiter.check_key(key).map_err(|not_until| ServiceError::Throttled {
            what: self.what,
            retry_after: not_until.wait_time_from(self.clock.now()),
        })
    }

    fn forget_the_idle(&self) {
        self.limiter.retain_recent();
    }
}

fn quota(bucket: Bucket) -> Quota {
    let burst = NonZeroU32::new(bucket.burst).unwrap_or(NonZeroU32::MIN);
    let refill = Duration::from_secs_f64(1.0 / bucket.per_second.max(1.0 / 86_400.0)).max(Duration::from_nanos(1));
    Quota::with_period(refill).unwrap_or_else(|| Quota::per_second(burst)).allow_burst(burst)
}

/// How much of its requests a caller has used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Requests that its bucket holds.
    pub allowed: u32,
    /// How many of them are gone.
    pub used: u32,
    /// When the bucket is full again.
    pub reset: Duration,
}

/// The requests of callers, with what is left of them.
struct Requests {
    limiter: RateLimiter<Principal, DashMapStateStore<Principal>, QuantaClock, StateInformationMiddleware>,
    clock: QuantaClock,
    bucket: Bucket,
}

impl Requests {
    fn new(bucket: Bucket) -> Self {
        let limiter = RateLimiter::dashmap(quota(bucket)).with_middleware::<StateInformationMiddleware>();
        Self { limiter, clock: QuantaClock::default(), bucket }
    }

    fn take(&self, caller: &Principal) -> Result<Allowance, ServiceError> {
        let Bucket { per_second, burst } = self.bucket;
        match self.limiter.check_key(caller) {
            Ok(left) => {
                let used = burst.saturating_sub(left.remaining_burst_capacity());
                let reset = Duration::from_secs_f64(f64::from(used) / per_second.max(1.0 / 86_400.0));
                Ok(Allowance { allowed: burst, used, reset })
            }
            Err(not_until) => Err(ServiceError::Throttled {
                what: "requests of this client",
                retry_after: not_until.wait_time_from(self.clock.now()),
            }),
        }
    }
}

/// Every bucket of the server.
pub(crate) struct Gate {
    session_messages: Buckets<(DeploymentId, TokenHash)>,
    session_receipts: Buckets<(DeploymentId, TokenHash)>,
    address_starts: Buckets<(DeploymentId, IpAddr)>,
    deployment_connects: Buckets<DeploymentId>,
    caller_requests: Requests,
    address_logins: Buckets<IpAddr>,
    /// Deployments with a start limit of their own: (count, seconds) → their buckets.
    own_starts: DashMap<(u32, u32), Buckets<(DeploymentId, IpAddr)>>,
}

impl Gate {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            session_messages: Buckets::new(limits.session_messages, "messages of this session"),
            session_receipts: Buckets::new(RECEIPTS, "receipts of this session"),
            address_starts: Buckets::new(limits.address_starts, "starts from this address"),
            deployment_connects: Buckets::new(limits.deployment_connects, "connections to this deployment"),
            caller_requests: Requests::new(limits.client_requests),
            address_logins: Buckets::new(limits.address_logins, "token requests from this address"),
            own_starts: DashMap::new(),
        }
    }

    pub(crate) fn message(&self, deployment: DeploymentId, token: TokenHash) -> Result<(), ServiceError> {
        self.session_messages.take(&(deployment, token))
    }

    pub(crate) fn receipt(&self, deployment: DeploymentId, token: TokenHash) -> Result<(), ServiceError> {
        self.session_receipts.take(&(deployment, token))
    }

    pub(crate) fn start(
        &self,
        deployment: DeploymentId,
        own: Option<(u32, u32)>,
        address: IpAddr,
    ) -> Result<(), ServiceError> {
        let key = (deployment, network(address));
        let Some((count, seconds)) = own else { return self.address_starts.take(&key) };
        let bucket = Bucket { per_second: f64::from(count) / f64::from(seconds.max(1)), burst: count };
        self.own_starts
            .entry((count, seconds))
            .or_insert_with(|| Buckets::new(bucket, "starts from this address"))
            .downgrade()
            .take(&key)
    }

    pub(crate) fn connect(&self, deployment: DeploymentId) -> Result<(), ServiceError> {
        self.deployment_connects.take(&deployment)
    }

    pub(crate) fn request(&self, caller: Principal) -> Result<Allowance, ServiceError> {
        self.caller_requests.take(&caller)
    }

    pub(crate) fn login(&self, address: IpAddr) -> Result<(), ServiceError> {
        self.address_logins.take(&network(address))
    }

    /// Called now and then, so that addresses that went away cost no memory.
    pub(crate) fn forget_the_idle(&self) {
        self.session_messages.forget_the_idle();
        self.session_receipts.forget_the_idle();
        self.address_starts.forget_the_idle();
        self.deployment_connects.forget_the_idle();
        self.caller_requests.limiter.retain_recent();
        self.address_logins.forget_the_idle();
        for buckets in &self.own_starts {
            buckets.forget_the_idle();
        }
    }
}

/// IPv6 addresses count by their /64, mapped IPv4 ones as IPv4.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => std::net::Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edge6_addresses_of_one_ipv6_network_share_a_bucket() {
        let address = |text: &str| network(text.parse().unwrap());
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:1"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
    }

    #[test]
    fn edge6_an_empty_bucket_says_how_long_to_wait() {
        let gate = Gate::new(&Limits::default());
        let deployment = DeploymentId::new(uuid::Uuid::from_u128(7));
        let address = "127.0.0.1".parse().unwrap();
        gate.start(deployment, Some((1, 10)), address).unwrap();
        let Err(ServiceError::Throttled { retry_after, .. }) = gate.start(deployment, Some((1, 10)), address) else {
            panic!("the second start within ten seconds passed")
        };
        assert!(retry_after > Duration::from_secs(9) && retry_after <= Duration::from_secs(10), "{retry_after:?}");
    }
}
