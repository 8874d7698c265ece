//! What the operator sets: one commented TOML file that is the reference, the operator's own file, the environment.

mod flows;
mod known;
mod limits;
mod outbound;

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use ::config::{Environment, File, FileFormat};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

pub use flows::FlowsConfig;
pub use limits::{BucketConfig, LimitsConfig};
pub use outbound::{OutboundConfig, WebhooksConfig};

/// The reference: every key with its default and what it does.
pub const REFERENCE: &str = include_str!("../config/waybill.default.toml");

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The base URL for clients; empty for each request's own host.
    pub public_url: String,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The region that clients may name.
    pub region: String,
    /// The folder of the database.
    pub data: PathBuf,
    /// TLS by the server itself.
    pub tls: TlsConfig,
    /// What strangers may send.
    pub limits: LimitsConfig,
    /// Requests that leave the server.
    pub outbound: OutboundConfig,
    /// Webhooks.
    pub webhooks: WebhooksConfig,
    /// Flows.
    pub flows: FlowsConfig,
    /// Going down.
    pub drain: DrainConfig,
    /// Logs.
    pub log: LogConfig,
    /// Metrics.
    pub metrics: MetricsConfig,
}

/// Certificate and key; both empty for plain HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// Certificate chain, PEM.
    pub cert: PathBuf,
    /// Private key, PEM.
    pub key: PathBuf,
}

/// How the server goes down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrainConfig {
    /// How long connections may take to end.
    pub seconds: u64,
    /// Over how long reconnects are spread.
    pub spread_ms: u32,
}

/// Where and how the server tells what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// For people or for machines.
    pub format: LogFormat,
    /// A level, or directives.
    pub level: String,
}

/// The shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Who may read metrics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsConfig {
    /// Whether they are served.
    pub enabled: bool,
    /// Peers that may read them.
    pub allow: Vec<IpNet>,
}

/// Why a configuration was refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("the configuration file `{}` can't be read: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A key that does not exist.
    #[error("{origin} sets the unknown key `{key}`{}; see `waybill serve --print-config`", nearest.as_ref().map(|name| format!(", did you mean `{name}`")).unwrap_or_default())]
    UnknownKey {
        /// The file or the environment variable.
        origin: String,
        /// The key.
        key: String,
        /// The nearest one that exists.
        nearest: Option<String>,
    },
    /// The text is no TOML, or a value has the wrong type.
    #[error("the configuration is wrong: {0}")]
    Malformed(#[from] ::config::ConfigError),
    /// A value that contradicts itself or another one.
    #[error("`{key}` {rule}; {remedy}")]
    Invalid {
        /// The key.
        key: &'static str,
        /// The rule that it breaks.
        rule: String,
        /// What to do.
        remedy: &'static str,
    },
}

impl Config {
    /// The defaults, without any file or environment.
    ///
    /// # Errors
    /// Never, as long as the embedded reference is sound (a test holds that).
    pub fn reference() -> Result<Self, ConfigError> {
        Self::merge(None, HashMap::new())
    }

    /// Reads the operator's file, if any, and the process's environment.
    ///
    /// # Errors
    /// `ConfigError`, naming the key, the rule and the remedy.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        // A variable that is no Unicode can only matter when its name is ours; its value is then refused as a text.
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())));
        let own = environment.filter(|(name, _)| name.starts_with(known::PREFIX)).collect();
        let Some(path) = file else { return Self::merge(None, own) };
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::File { path: path.to_owned(), error })?;
        Self::merge(Some((&path.display().to_string(), &text)), own)
    }

    /// Puts reference, file (name and text) and environment together.
    ///
    /// # Errors
    /// `ConfigError`, naming the key, the rule and the remedy.
    pub fn merge(file: Option<(&str, &str)>, mut environment: HashMap<String, String>) -> Result<Self, ConfigError> {
        let env = flows::take_env(&mut environment);
        known::check(file, &environment)?;
        let mut builder = ::config::Config::builder().add_source(File::from_str(REFERENCE, FileFormat::Toml));
        if let Some((_, text)) = file {
            builder = builder.add_source(File::from_str(text, FileFormat::Toml));
        }
        let environment = Environment::with_prefix("WAYBILL")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("trusted_proxies")
            .with_list_parse_key("metrics.allow")
            .with_list_parse_key("outbound.allow_networks")
            .with_list_parse_key("outbound.allow_hosts")
            .with_list_parse_key("outbound.allow_ports")
            .with_list_parse_key("webhooks.retry_seconds")
            .source(Some(environment));
        let mut config: Self = builder.add_source(environment).build()?.try_deserialize()?;
        config.flows.env.extend(env);
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let invalid = |key, rule: &str, remedy| Err(ConfigError::Invalid { key, rule: rule.to_owned(), remedy });
        let url = &self.public_url;
        if !(url.is_empty() || url.starts_with("https://") || url.starts_with("http://")) {
            return invalid(
                "public_url",
                "must begin with https:// or http://",
                "write the whole base URL, or leave it empty",
            );
        }
        if url.ends_with('/') {
            return invalid("public_url", "must not end with a slash", "remove the slash");
        }
        if self.region.is_empty() {
            return invalid("region", "must not be empty", "name the region, for example `us-east-1`");
        }
        if self.tls.cert.as_os_str().is_empty() != self.tls.key.as_os_str().is_empty() {
            return invalid("tls", "needs both `cert` and `key`", "set both, or neither");
        }
        if self.data.as_os_str().is_empty() {
            return invalid("data", "must not be empty", "name the folder of the database");
        }
        self.outbound.check()?;
        self.webhooks.check()?;
        self.flows.check()?;
        self.limits.check()
    }

    /// Whether the server ends TLS itself.
    #[must_use]
    pub fn has_tls(&self) -> bool {
        !self.tls.cert.as_os_str().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge(file: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::merge(Some(("waybill.toml", file)), environment).map_err(|error| error.to_string())
    }

    #[test]
    fn edge6_the_reference_holds_every_key_and_the_documented_limits() {
        let config = Config::reference().unwrap();
        let written: toml::Table = toml::from_str(&toml::to_string(&config).unwrap()).unwrap();
        let reference: toml::Table = toml::from_str(REFERENCE).unwrap();
        assert_eq!(known::keys_of(&written), known::keys_of(&reference));
        assert_eq!(config.limits.service_limits(), waybill_service::Limits::default());
        assert_eq!(config.webhooks.schedule(), waybill_service::Schedule::default());
        assert_eq!(config.flows.settings(), waybill_service::FlowSettings::default());
        assert_eq!(config.region, waybill_service::Settings::default().region);
    }

    #[test]
    fn edge6_a_file_changes_what_it_names_and_the_environment_goes_before_it() {
        let config = merge(
            "region = \"eu-west-1\"\n[limits]\nsession_messages = { burst = 3 }",
            &[
                ("WAYBILL__REGION", "ap-southeast-2"),
                ("WAYBILL__LIMITS__SESSION_MESSAGES__PER_SECOND", "0.5"),
                ("WAYBILL__TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.1/32"),
                ("WAYBILL__LOG__FORMAT", "json"),
                ("WAYBILL__OUTBOUND__ALLOW_NETWORKS", "10.0.0.0/8"),
                ("WAYBILL__OUTBOUND__ALLOW_PORTS", "81,82"),
                ("WAYBILL__WEBHOOKS__RETRY_SECONDS", "1,2.5"),
            ],
        );
        let config = config.unwrap();
        assert_eq!(config.region, "ap-southeast-2");
        assert_eq!(config.limits.session_messages, BucketConfig { per_second: 0.5, burst: 3 });
        assert_eq!(config.trusted_proxies.len(), 2);
        assert_eq!(config.log.format, LogFormat::Json);
        assert_eq!((config.outbound.allow_networks.len(), config.outbound.allow_ports), (1, vec![81, 82]));
        assert_eq!(config.webhooks.retry_seconds, [1.0, 2.5]);
    }

    #[test]
    fn flow24_what_flows_read_keeps_the_case_of_its_name_and_the_environment_goes_before_the_file() {
        let config = merge(
            "[flows]\ncircuit_failures = 7\n[flows.env]\nCRM_URL = \"https://a.example\"\nregion = \"eu\"",
            &[("WAYBILL__FLOWS__ENV__CRM_URL", "https://b.example"), ("WAYBILL__FLOWS__ENV__Port", "8080")],
        );
        let flows = config.unwrap().flows;
        let env: Vec<_> = flows.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(env, [("CRM_URL", "https://b.example"), ("Port", "8080"), ("region", "eu")]);
        assert_eq!(flows.circuit_failures, 7);
        assert!(merge("[flows.env]\n\"a-b\" = \"x\"", &[]).unwrap_err().contains("`flows.env` has a name"));
        assert!(merge("[flows]\ncircuit_failures = 0", &[]).unwrap_err().contains("`flows.circuit_failures`"));
    }

    #[test]
    fn edge6_unknown_keys_are_errors_that_name_the_nearest_one() {
        let file = |text: &str| merge(text, &[]).unwrap_err();
        assert_eq!(
            file("[limits]\nframe_byte = 1"),
            "waybill.toml sets the unknown key `limits.frame_byte`, did you mean `limits.frame_bytes`; see `waybill serve --print-config`"
        );
        assert!(file("regoin = \"x\"").contains("did you mean `region`"));
        assert!(file("[tsl]\ncert = \"x\"").contains("did you mean `tls.cert`"));
        assert!(!file("zzzzzzzzzzzzzzzz = 1").contains("did you mean"));
        let environment = merge("", &[("WAYBILL__LIMITS__FRAMEBYTES", "1")]).unwrap_err();
        assert!(environment.starts_with("WAYBILL__LIMITS__FRAMEBYTES sets the unknown key `limits.framebytes`, did you mean `limits.frame_bytes`"), "{environment}");
    }

    #[test]
    fn edge6_wrong_values_name_their_key() {
        let file = |text: &str| merge(text, &[]).unwrap_err();
        assert!(file("[limits]\nframe_bytes = \"many\"").contains("limits.frame_bytes"));
        assert!(file("public_url = \"chat.example\"").contains("`public_url` must begin with"));
        assert!(file("[tls]\ncert = \"a.pem\"").contains("`tls` needs both"));
        assert!(file("[limits]\nsession_messages = { burst = 0 }").contains("`limits.session_messages`"));
        assert!(file("[outbound]\nallow_hosts = [\"http://a\"]").contains("`outbound.allow_hosts`"));
        assert!(file("[webhooks]\nretry_seconds = [-1]").contains("`webhooks.retry_seconds`"));
        assert!(file("listen = \"nowhere\"").contains("listen"));
        assert!(file("listen = ").contains("TOML parse error"));
    }
}
