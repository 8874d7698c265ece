//! Metrics by their names in the field.

use waybill_model::analytics::Measure;

/// A metric that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Conversations that started.
    Conversations,
    /// Messages of conversations.
    MessageCount,
    /// A measure of waiting or handling.
    Measured(Measure),
    /// Answers that came later than their queue's target.
    OverTarget,
    /// The share of answers within the target among those who were answered or gave up.
    ServiceLevel,
    /// One of the field's that has no data here: it is left out of the answer.
    Unserved,
}

impl Metric {
    /// The measures that it is made of.
    #[must_use]
    pub fn measures(self) -> Vec<Measure> {
        match self {
            Self::Conversations | Self::MessageCount | Self::Unserved => Vec::new(),
            Self::Measured(measure) => vec![measure],
            Self::OverTarget => vec![Measure::Answered],
            Self::ServiceLevel => vec![Measure::Answered, Measure::Abandoned],
        }
    }

    /// Whether percentiles are answered of it.
    #[must_use]
    pub const fn has_percentiles(self) -> bool {
        matches!(self, Self::Measured(Measure::Wait | Measure::Answered | Measure::Handle))
    }
}

/// The field's metrics that have nothing here to measure.
const UNSERVED: [&str; 12] = [
    "nBlindTransferred",
    "nConsult",
    "nConsultTransferred",
    "nOutbound",
    "nFlowOutcome",
    "nFlowMilestone",
    "oMessageTurn",
    "tTalkComplete",
    "tHeld",
    "tConnected",
    "tUserResponseTime",
    "nBotInteractions",
];

/// The field's name of a measure.
#[must_use]
pub const fn name_of(measure: Measure) -> &'static str {
    match measure {
        Measure::Offered => "nOffered",
        Measure::Connected => "nConnected",
        Measure::Transferred => "nTransferred",
        Measure::Flow => "nFlow",
        Measure::Failed => "nError",
        Measure::Wait => "tWait",
        Measure::Stay => "tAcd",
        Measure::Answered => "tAnswered",
        Measure::Abandoned => "tAbandon",
        Measure::FlowedOut => "tFlowOut",
        Measure::Alert => "tAlert",
        Measure::NotResponding => "tNotResponding",
        Measure::Talk => "tTalk",
        Measure::AfterWork => "tAcw",
        Measure::Handle => "tHandle",
        Measure::InFlow => "tIvr",
        Measure::FirstResponse => "tFirstResponse",
        Measure::Response => "tAgentResponseTime",
        Measure::Score => "oSurveyTotalScore",
    }
}

/// A metric by its name; `None` for a word that is none.
#[must_use]
pub fn metric(name: &str) -> Option<Metric> {
    Some(match name {
        "nConversations" => Metric::Conversations,
        "oMessageCount" => Metric::MessageCount,
        "nOverSla" => Metric::OverTarget,
        "oServiceLevel" => Metric::ServiceLevel,
        name if UNSERVED.contains(&name) => Metric::Unserved,
        name => Metric::Measured(Measure::ALL.into_iter().find(|measure| name_of(*measure) == name)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ana9_every_measure_has_a_name_and_a_code() {
        for (code, measure) in (0..).zip(Measure::ALL) {
            assert_eq!(metric(name_of(measure)), Some(Metric::Measured(measure)));
            assert_eq!((measure.code(), Measure::from_code(code)), (code, Some(measure)));
            assert_eq!(Metric::Measured(measure).measures(), [measure]);
        }
        assert_eq!(Measure::from_code(19), None);
        assert_eq!((metric("tHeld"), metric("tNonsense")), (Some(Metric::Unserved), None));
    }
}
