//! A deployment out of the field's public files: what maps is taken, everything else is named with the reason.

use serde_json::{Map, Value};
use waybill_model::{DeploymentId, DeploymentStatus};
use waybill_protocol::rest::deployment::NotTaken;

/// What an import found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Imported {
    /// The id of the file, where it could be one.
    pub(super) id: Option<DeploymentId>,
    pub(super) status: DeploymentStatus,
    pub(super) allow_all_domains: bool,
    pub(super) allowed_domains: Vec<String>,
    /// What the configuration is to say.
    pub(super) settings: Map<String, Value>,
    pub(super) taken: Vec<String>,
    pub(super) not_taken: Vec<NotTaken>,
}

/// What a member of the file means here.
enum Use {
    Take,
    /// A group whose members are looked at one by one.
    Open,
    Leave(&'static str),
}

const OWN_ADDRESS: &str = "this server announces its own address";
const NO_UPLOADS: &str = "this server takes no uploads yet";
const NOT_THERE: &str = "this server has no such feature";
const UNKNOWN: &str = "nothing here knows this member";

/// Members by path; what a path begins with decides for everything in it.
fn use_of(path: &str) -> Use {
    match path {
        "languages" | "defaultLanguage" | "headlessMode" | "position" | "customI18nLabels" => Use::Take,
        "messenger" | "messenger.apps" | "messenger.apps.conversations" => Use::Open,
        "messenger.enabled"
        | "messenger.styles"
        | "messenger.launcherButton"
        | "messenger.homeScreen"
        | "messenger.sessionPersistenceType"
        | "messenger.apps.conversations.enabled"
        | "messenger.apps.conversations.showAgentTypingIndicator"
        | "messenger.apps.conversations.showUserTypingIndicator"
        | "messenger.apps.conversations.autoStart"
        | "messenger.apps.conversations.markdown"
        | "messenger.apps.conversations.humanize"
        | "messenger.apps.conversations.sessionDurationSeconds" => Use::Take,
        "messenger.apps.conversations.messagingEndpoint" | "apiEndpoint" => Use::Leave(OWN_ADDRESS),
        "messenger.apps.conversations.notifications" => Use::Leave("this server sends no push notifications"),
        "messenger.apps.conversations.conversationDisconnect" => {
            Use::Leave("the end of a conversation always lets the visitor begin another")
        }
        "messenger.apps.conversations.conversationClear" => Use::Leave(NOT_THERE),
        "messenger.fileUpload" => Use::Leave(NO_UPLOADS),
        "messenger.apps.knowledge" | "cobrowse" | "video" | "supportCenter" | "journeyEvents" => Use::Leave(NOT_THERE),
        "auth" | "authenticationSettings" => {
            Use::Leave("visitors are vouched for by signed context: create a signing key for the deployment")
        }
        "version" => Use::Leave("this server counts versions by itself"),
        "waybill" => Use::Leave("this server says it itself"),
        _ => Use::Leave(UNKNOWN),
    }
}

/// Reads `config.json` and `domains.json`.
pub(super) fn import(config: &Map<String, Value>, domains: Option<&Map<String, Value>>) -> Imported {
    let mut imported = Imported {
        id: None,
        status: DeploymentStatus::Active,
        allow_all_domains: false,
        allowed_domains: Vec::new(),
        settings: Map::new(),
        taken: Vec::new(),
        not_taken: Vec::new(),
    };
    for (name, value) in config {
        match name.as_str() {
            "id" => match value.as_str().and_then(|text| text.parse().ok()) {
                Some(id) => {
                    imported.id = Some(id);
                    imported.taken.push("id".to_owned());
                }
                None => imported.leave("id", "it is no UUID; another was drawn"),
            },
            "status" => match value.as_str() {
                Some("Active") => imported.taken.push("status".to_owned()),
                Some("Inactive") => {
                    imported.status = DeploymentStatus::Inactive;
                    imported.taken.push("status".to_owned());
                }
                Some(_) | None => imported.leave("status", "it is neither `Active` nor `Inactive`"),
            },
            _ => {
                let mut settings = std::mem::take(&mut imported.settings);
                imported.member(name, name, value, &mut settings);
                imported.settings = settings;
            }
        }
    }
    imported.domains(domains);
    imported
}

impl Imported {
    fn member(&mut self, path: &str, name: &str, value: &Value, into: &mut Map<String, Value>) {
        if value.is_null() {
            return self.leave(path, "it is null");
        }
        match (use_of(path), value) {
            (Use::Take, value) => {
                into.insert(name.to_owned(), value.clone());
                self.taken.push(path.to_owned());
            }
            (Use::Open, Value::Object(members)) => {
                let mut inner = Map::new();
                for (name, value) in members {
                    self.member(&format!("{path}.{name}"), name, value, &mut inner);
                }
                if !inner.is_empty() {
                    into.insert(name.to_owned(), Value::Object(inner));
                }
            }
            (Use::Open, _) => self.leave(path, "it is no object"),
            (Use::Leave(reason), _) => self.leave(path, reason),
        }
    }

    fn domains(&mut self, domains: Option<&Map<String, Value>>) {
        let Some(domains) = domains else {
            return self.leave("domains", "no `domains.json` came along: no site may embed the deployment yet");
        };
        for (name, value) in domains {
            let path = format!("domains.{name}");
            match (name.as_str(), value) {
                ("allowAllDomains", Value::Bool(all)) => {
                    self.allow_all_domains = *all;
                    self.taken.push(path);
                }
                ("allowedDomains", Value::Array(hosts)) => {
                    for host in hosts {
                        match host.as_str().map(host_alone) {
                            Some(Some(host)) => self.allowed_domains.push(host),
                            Some(None) | None => self.leave(&path, "an entry is no host"),
                        }
                    }
                    self.taken.push(path);
                }
                _ => self.leave(&path, UNKNOWN),
            }
        }
    }

    fn leave(&mut self, path: &str, reason: &str) {
        let path = path.chars().take(200).collect();
        self.not_taken.push(NotTaken { path, reason: reason.to_owned() });
    }
}

/// The host of an entry, without scheme, port and the wildcard that other systems write.
fn host_alone(entry: &str) -> Option<String> {
    let rest = entry.split_once("://").map_or(entry, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or(rest);
    let host = host.strip_prefix("*.").unwrap_or(host);
    let is_letter = |letter: char| letter.is_alphanumeric() || ".-_".contains(letter);
    (!host.is_empty() && host.chars().all(is_letter)).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(members) => members,
            other => panic!("{other} is no object"),
        }
    }

    #[test]
    fn dep6_every_member_of_a_file_is_taken_or_named_with_a_reason() {
        let config = map(json!({
            "id": "6a1c0f6e-3f3c-4a6d-9d43-0c6f6a3b1c11", "version": "7", "languages": ["de"], "defaultLanguage": "de",
            "apiEndpoint": "https://api.vendor.example", "status": "Inactive", "novelty": {"a": 1}, "position": null,
            "messenger": {
                "enabled": true, "styles": {"primaryColor": "#112233"}, "fileUpload": {"enableAttachments": true},
                "apps": {"conversations": {"messagingEndpoint": "wss://x", "markdown": {"enabled": true}}, "knowledge": {}}
            }
        }));
        let domains =
            map(json!({"allowAllDomains": false, "allowedDomains": ["https://shop.example:443", "*.b.example", 7]}));
        let found = import(&config, Some(&domains));
        assert_eq!(found.status, DeploymentStatus::Inactive);
        assert_eq!(found.allowed_domains, ["shop.example", "b.example"]);
        assert_eq!(
            Value::Object(found.settings.clone()),
            json!({
                "languages": ["de"], "defaultLanguage": "de",
                "messenger": {
                    "enabled": true, "styles": {"primaryColor": "#112233"},
                    "apps": {"conversations": {"markdown": {"enabled": true}}}
                }
            })
        );
        let left: Vec<_> = found.not_taken.iter().map(|one| one.path.as_str()).collect();
        for path in [
            "version",
            "apiEndpoint",
            "novelty",
            "position",
            "messenger.fileUpload",
            "messenger.apps.conversations.messagingEndpoint",
            "messenger.apps.knowledge",
            "domains.allowedDomains",
        ] {
            assert!(left.contains(&path), "{path} is not in {left:?}");
        }
        // One member may be on both sides: of the allowed domains one is taken, another is no host.
        assert_eq!((found.taken.len(), found.not_taken.len()), (9, 8), "{found:?}");
        assert!(found.not_taken.iter().all(|one| !one.reason.is_empty()));
    }
}
