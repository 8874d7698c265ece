//! The limits of EDGE6 as the operator writes them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use waybill_service::{Bucket, Limits};

use super::ConfigError;

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketConfig {
    /// Refill rate.
    pub per_second: f64,
    /// Size.
    pub burst: u32,
}

impl BucketConfig {
    const fn bucket(self) -> Bucket {
        let Self { per_second, burst } = self;
        Bucket { per_second, burst }
    }
}

/// What strangers may send.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// Connections at the same time.
    pub connections: usize,
    /// Largest frame in bytes.
    pub frame_bytes: usize,
    /// Largest REST body in bytes.
    pub body_bytes: usize,
    /// Longest message text in bytes.
    pub message_bytes: usize,
    /// For the TLS handshake and for each request's head.
    pub handshake_seconds: u64,
    /// A silent guest socket is closed after this time.
    pub idle_seconds: u64,
    /// Sockets per session.
    pub session_sockets: usize,
    /// Waiting commands of one conversation.
    pub waiting_commands: usize,
    /// Messages of one session.
    pub session_messages: BucketConfig,
    /// Frames of one connection.
    pub connection_frames: BucketConfig,
    /// Starts of one address.
    pub address_starts: BucketConfig,
    /// Connects to one deployment.
    pub deployment_connects: BucketConfig,
    /// Requests of one API client.
    pub client_requests: BucketConfig,
    /// Token requests of one address.
    pub address_logins: BucketConfig,
}

impl LimitsConfig {
    /// What the service and the edge hold to.
    #[must_use]
    pub const fn service_limits(&self) -> Limits {
        let Self {
            connections: _, // held by the accept loop
            frame_bytes,
            body_bytes,
            message_bytes,
            handshake_seconds,
            idle_seconds,
            session_sockets,
            waiting_commands,
            session_messages,
            connection_frames,
            address_starts,
            deployment_connects,
            client_requests,
            address_logins,
        } = *self;
        Limits {
            session_messages: session_messages.bucket(),
            connection_frames: connection_frames.bucket(),
            address_starts: address_starts.bucket(),
            deployment_connects: deployment_connects.bucket(),
            client_requests: client_requests.bucket(),
            address_logins: address_logins.bucket(),
            frame_bytes,
            body_bytes,
            message_bytes,
            handshake: Duration::from_secs(handshake_seconds),
            idle: Duration::from_secs(idle_seconds),
            session_sockets,
            waiting_commands,
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let buckets = [
            ("limits.session_messages", self.session_messages),
            ("limits.connection_frames", self.connection_frames),
            ("limits.address_starts", self.address_starts),
            ("limits.deployment_connects", self.deployment_connects),
            ("limits.client_requests", self.client_requests),
            ("limits.address_logins", self.address_logins),
        ];
        for (key, BucketConfig { per_second, burst }) in buckets {
            if burst == 0 || !per_second.is_finite() || per_second <= 0.0 {
                let rule = "lets nothing through".to_owned();
                return Err(ConfigError::Invalid { key, rule, remedy: "set `burst` and `per_second` above 0" });
            }
        }
        let numbers = [
            ("limits.connections", self.connections as u64, 1),
            ("limits.frame_bytes", self.frame_bytes as u64, 1_024),
            ("limits.body_bytes", self.body_bytes as u64, 1_024),
            ("limits.message_bytes", self.message_bytes as u64, 1),
            ("limits.handshake_seconds", self.handshake_seconds, 1),
            ("limits.idle_seconds", self.idle_seconds, 1),
            ("limits.session_sockets", self.session_sockets as u64, 1),
            ("limits.waiting_commands", self.waiting_commands as u64, 1),
        ];
        for (key, value, least) in numbers {
            if value < least {
                let rule = format!("is {value}, below {least}");
                return Err(ConfigError::Invalid { key, rule, remedy: "raise it" });
            }
        }
        Ok(())
    }
}
