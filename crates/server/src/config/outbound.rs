//! Requests that leave the server: where they may go, and when webhooks are tried again.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use waybill_outbound::{HostRule, OutboundPolicy};
use waybill_service::Schedule;

use super::ConfigError;

/// The longest wait between two attempts.
const LONGEST_WAIT: f64 = 7.0 * 24.0 * 3_600.0;
/// Most attempts.
const MOST_WAITS: usize = 50;

/// Where requests may go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutboundConfig {
    /// Networks inside that may be reached.
    pub allow_networks: Vec<IpNet>,
    /// Names that may lead inside.
    pub allow_hosts: Vec<String>,
    /// More ports.
    pub allow_ports: Vec<u16>,
    /// `http` as well.
    pub allow_http: bool,
    /// More certificate authorities, PEM; empty for none.
    pub authorities: PathBuf,
}

/// Webhooks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhooksConfig {
    /// The waits between attempts.
    pub retry_seconds: Vec<f64>,
}

impl OutboundConfig {
    /// Lets requests go to this machine itself, by plain HTTP: for the demo and for tests, where everything is on one.
    pub fn allow_this_machine(&mut self) {
        self.allow_http = true;
        for address in [IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])] {
            if !self.allow_networks.iter().any(|network| network.contains(&address)) {
                self.allow_networks.push(IpNet::from(address));
            }
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.hosts().map(drop)
    }

    fn hosts(&self) -> Result<Vec<HostRule>, ConfigError> {
        let rules = self.allow_hosts.iter().map(|host| host.parse::<HostRule>());
        rules.collect::<Result<_, _>>().map_err(|error| ConfigError::Invalid {
            key: "outbound.allow_hosts",
            rule: format!("has an entry that is no host: {error}"),
            remedy: "name hosts, not URLs",
        })
    }

    /// What the client for requests holds to; reads the file of authorities.
    ///
    /// # Errors
    /// `ConfigError`.
    pub fn policy(&self) -> Result<OutboundPolicy, ConfigError> {
        let Self { allow_networks, allow_hosts: _, allow_ports, allow_http, authorities } = self;
        let extra_authorities = if authorities.as_os_str().is_empty() {
            Vec::new()
        } else {
            std::fs::read(authorities).map_err(|error| ConfigError::File { path: authorities.clone(), error })?
        };
        Ok(OutboundPolicy {
            allow_networks: allow_networks.clone(),
            allow_hosts: self.hosts()?,
            allow_plain_http: *allow_http,
            allow_ports: allow_ports.clone(),
            extra_authorities,
            ..OutboundPolicy::default()
        })
    }
}

impl WebhooksConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let fits = |seconds: &f64| (0.0..=LONGEST_WAIT).contains(seconds);
        if self.retry_seconds.len() <= MOST_WAITS && self.retry_seconds.iter().all(fits) {
            return Ok(());
        }
        Err(ConfigError::Invalid {
            key: "webhooks.retry_seconds",
            rule: "has to be a list of at most 50 waits from 0 to 604800 seconds".to_owned(),
            remedy: "write it like `[5, 30, 120]`",
        })
    }

    /// The waits.
    #[must_use]
    pub fn schedule(&self) -> Schedule {
        Schedule::new(self.retry_seconds.iter().map(|seconds| Duration::from_secs_f64(*seconds)).collect())
    }
}
