//! Metrics by their names in the field.

/// A metric that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Conversations that started.
    Conversations,
    /// Conversations that were offered to agents: all that started, since an agent may take any of them.
    Offered,
    /// Conversations that an agent joined.
    Connected,
    /// Messages of conversations.
    MessageCount,
    /// One of the field's that has no data here yet: it is left out of the answer.
    Unserved,
}

/// The field's metrics that come with routing and flows.
const LATER: [&str; 30] = [
    "nTransferred",
    "nBlindTransferred",
    "nConsult",
    "nConsultTransferred",
    "nError",
    "nOverSla",
    "nOutbound",
    "nFlow",
    "nFlowOutcome",
    "nFlowMilestone",
    "oServiceLevel",
    "oMessageTurn",
    "tWait",
    "tAcd",
    "tAnswered",
    "tAbandon",
    "tHandle",
    "tTalk",
    "tTalkComplete",
    "tHeld",
    "tAcw",
    "tAlert",
    "tNotResponding",
    "tFlowOut",
    "tIvr",
    "tUserResponseTime",
    "tAgentResponseTime",
    "tFirstResponse",
    "tConnected",
    "nBotInteractions",
];

/// A metric by its name; `None` for a word that is none.
#[must_use]
pub fn metric(name: &str) -> Option<Metric> {
    Some(match name {
        "nConversations" => Metric::Conversations,
        "nOffered" => Metric::Offered,
        "nConnected" => Metric::Connected,
        "oMessageCount" => Metric::MessageCount,
        name if LATER.contains(&name) => Metric::Unserved,
        _ => return None,
    })
}
