//! What the operator may set, with the defaults of EDGE6.

use std::{collections::BTreeMap, time::Duration};

/// A token bucket: `per_second` refills it, `burst` is what it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Refill rate.
    pub per_second: f64,
    /// Size.
    pub burst: u32,
}

/// Limits on everything a stranger can send (EDGE6).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Messages of one session.
    pub session_messages: Bucket,
    /// Frames of one connection.
    pub connection_frames: Bucket,
    /// Starts of one address (IPv6 by /64).
    pub address_starts: Bucket,
    /// Connects to one deployment.
    pub deployment_connects: Bucket,
    /// Requests of one API client.
    pub client_requests: Bucket,
    /// Token requests of one address.
    pub address_logins: Bucket,
    /// Largest frame in bytes.
    pub frame_bytes: usize,
    /// Largest REST body in bytes.
    pub body_bytes: usize,
    /// Longest message text in bytes.
    pub message_bytes: usize,
    /// A connection must have finished its handshake within this time.
    pub handshake: Duration,
    /// A connection that says nothing for this long is closed.
    pub idle: Duration,
    /// Sockets per session; one more closes the oldest (START6).
    pub session_sockets: usize,
    /// Commands of one conversation that may wait for their turn (LOG2).
    pub waiting_commands: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let bucket = |per_second, burst| Bucket { per_second, burst };
        Self {
            session_messages: bucket(5.0, 10),
            connection_frames: bucket(5.0, 300),
            address_starts: bucket(20.0, 100),
            deployment_connects: bucket(2_000.0, 2_000),
            client_requests: bucket(300.0, 600),
            address_logins: bucket(2.0, 20),
            frame_bytes: 64 * 1024,
            body_bytes: 64 * 1024,
            message_bytes: 4_096,
            handshake: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            session_sockets: 3,
            waiting_commands: 256,
        }
    }
}

/// Bounds of flows, and the names that they may read of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowSettings {
    /// Steps of flows that are taken at once.
    pub concurrent_turns: usize,
    /// Requests of flows that are under way at once.
    pub concurrent_requests: usize,
    /// The longest that a request may take.
    pub request_timeout: Duration,
    /// Bytes of an answer.
    pub response_bytes: usize,
    /// Failures in a row after which a host is left alone.
    pub circuit_failures: u32,
    /// For how long.
    pub circuit_pause: Duration,
    /// What `env.NAME` stands for.
    pub env: BTreeMap<String, String>,
}

impl Default for FlowSettings {
    fn default() -> Self {
        Self {
            concurrent_turns: 64,
            concurrent_requests: 64,
            request_timeout: Duration::from_secs(30),
            response_bytes: 256 * 1024,
            circuit_failures: 5,
            circuit_pause: Duration::from_secs(30),
            env: BTreeMap::new(),
        }
    }
}

/// What the service needs to know of its installation.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The region that clients may name (`us-east-1`).
    pub region: String,
    /// Limits.
    pub limits: Limits,
    /// How long a bearer token lives.
    pub access_token: Duration,
    /// How long a refresh token lives that nobody uses.
    pub refresh_token: Duration,
    /// How long a guest's history token lives.
    pub history_token: Duration,
    /// Flows.
    pub flows: FlowSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            limits: Limits::default(),
            access_token: Duration::from_secs(24 * 3_600),
            refresh_token: Duration::from_secs(30 * 24 * 3_600),
            history_token: Duration::from_secs(900),
            flows: FlowSettings::default(),
        }
    }
}
