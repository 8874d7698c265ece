//! Filters and groups by the field's names → conditions and dimensions.

use std::collections::BTreeMap;

use waybill_model::{
    Time,
    analytics::{Condition, Dimension, Span},
};

use super::AskedFault;

/// How parts are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// All of them.
    And,
    /// One of them.
    Or,
}

/// What a predicate says of its dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// It has the value, or is within the range.
    Matches,
    /// It has another value, or none.
    NotMatches,
    /// There is a value.
    Exists,
    /// There is none.
    NotExists,
}

/// Bounds as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedRange {
    /// After.
    pub gt: Option<String>,
    /// At or after.
    pub gte: Option<String>,
    /// Before.
    pub lt: Option<String>,
    /// At or before.
    pub lte: Option<String>,
}

/// One predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedPredicate {
    /// The dimension's name, `attribute:<key>`, or the name of a property: a key.
    pub name: String,
    /// Whether the name is a property's.
    pub property: bool,
    /// What is said.
    pub operator: Operator,
    /// The value.
    pub value: Option<String>,
    /// The range.
    pub range: Option<AskedRange>,
}

/// Predicates that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedClause {
    /// How they are joined.
    pub combine: Combine,
    /// The predicates.
    pub predicates: Vec<AskedPredicate>,
}

/// One filter: clauses and predicates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFilter {
    /// How all of them are joined.
    pub combine: Combine,
    /// Its clauses.
    pub clauses: Vec<AskedClause>,
    /// Its own predicates.
    pub predicates: Vec<AskedPredicate>,
}

/// What has to be known to read a question.
pub struct Known<'a> {
    /// The canonical key behind a name (CTX5), and whether somebody declares it.
    pub key: &'a dyn Fn(&str) -> (String, bool),
    /// The deployments of each division, as texts.
    pub divisions: &'a BTreeMap<String, Vec<String>>,
    /// The flows of each name, as texts.
    pub flows: &'a BTreeMap<String, Vec<String>>,
}

/// A name that things can be told apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// A dimension.
    Dimension(Dimension),
    /// By the division of the deployment.
    Division,
    /// By the name that the flow has now.
    FlowName,
    /// The same for every conversation here: web messages from customers.
    Same(&'static str),
}

/// The dimension whose values are looked up among the flows.
const FLOW_NAME: &str = "flowName";

/// Whether filters or groups ask for flows by name, so that these have to be known.
#[must_use]
pub fn asks_for_flow_names(filters: &[AskedFilter], group_by: &[String]) -> bool {
    let named = |predicates: &[AskedPredicate]| predicates.iter().any(|one| !one.property && one.name == FLOW_NAME);
    let in_filter = |filter: &AskedFilter| {
        named(&filter.predicates) || filter.clauses.iter().any(|clause| named(&clause.predicates))
    };
    group_by.iter().any(|name| name == FLOW_NAME) || filters.iter().any(in_filter)
}

/// Predicates of one question.
const MOST_PREDICATES: usize = 2_500;

/// Reads filters: every one has to hold.
///
/// # Errors
/// What is wrong with them.
pub fn plan(field: &'static str, filters: &[AskedFilter], known: &Known<'_>) -> Result<Condition, AskedFault> {
    let predicates = |filter: &AskedFilter| {
        filter.predicates.len() + filter.clauses.iter().map(|clause| clause.predicates.len()).sum::<usize>()
    };
    if filters.iter().map(predicates).sum::<usize>() > MOST_PREDICATES {
        return Err(AskedFault::new(
            field,
            format!("has more than {MOST_PREDICATES} predicates"),
            "ask in several questions",
        ));
    }
    let mut parts = Vec::with_capacity(filters.len());
    for AskedFilter { combine, clauses, predicates } in filters {
        let mut own = Vec::new();
        for AskedClause { combine, predicates } in clauses {
            own.push(joined(*combine, read_all(field, predicates, known)?));
        }
        own.extend(read_all(field, predicates, known)?);
        parts.push(joined(*combine, own));
    }
    Ok(joined(Combine::And, parts))
}

fn joined(combine: Combine, mut parts: Vec<Condition>) -> Condition {
    match (combine, parts.len()) {
        // An empty filter asks for nothing.
        (_, 0) => Condition::always(),
        (_, 1) => parts.remove(0),
        (Combine::And, _) => Condition::All(parts),
        (Combine::Or, _) => Condition::Any(parts),
    }
}

fn read_all(
    field: &'static str,
    predicates: &[AskedPredicate],
    known: &Known<'_>,
) -> Result<Vec<Condition>, AskedFault> {
    predicates.iter().map(|predicate| read(field, predicate, known)).collect()
}

fn read(field: &'static str, predicate: &AskedPredicate, known: &Known<'_>) -> Result<Condition, AskedFault> {
    if predicate.operator == Operator::NotMatches {
        let contrary = AskedPredicate { operator: Operator::Matches, ..predicate.clone() };
        return Ok(Condition::Not(Box::new(read(field, &contrary, known)?)));
    }
    let AskedPredicate { name, property, operator, value, range } = predicate;
    let not = |condition: Condition| Condition::Not(Box::new(condition));
    let exists = |has: Condition| match operator {
        Operator::Exists => Some(has),
        Operator::NotExists => Some(not(has)),
        Operator::Matches | Operator::NotMatches => None,
    };
    match (name.as_str(), *property) {
        ("conversationStart", false) => {
            if let Some(condition) = exists(Condition::always()) {
                return Ok(condition);
            }
            return span(field, range.as_ref()).map(Condition::Started);
        }
        ("conversationEnd", false) => {
            if let Some(condition) = exists(Condition::HasEnded) {
                return Ok(condition);
            }
            return span(field, range.as_ref()).map(Condition::Ended);
        }
        ("conversationId", false) => {
            if let Some(condition) = exists(Condition::always()) {
                return Ok(condition);
            }
            let id = wanted(field, value.as_ref())?;
            // What is no id is the id of nothing.
            return Ok(id.parse().map_or(Condition::Any(Vec::new()), Condition::Conversation));
        }
        ("late", false) => {
            if let Some(condition) = exists(Condition::Late) {
                return Ok(condition);
            }
            return match wanted(field, value.as_ref())? {
                "true" => Ok(Condition::Late),
                "false" => Ok(not(Condition::Late)),
                _ => {
                    Err(AskedFault::new(field, "has another value of `late` than `true` or `false`", "use one of them"))
                }
            };
        }
        (_, _) => {}
    }
    if range.is_some() {
        return Err(AskedFault::new(
            field,
            "has a range where only a value is compared",
            "use a range with `conversationStart` or `conversationEnd`, a `value` with others",
        ));
    }
    let column = if *property { attribute(field, name, known)? } else { self::column(field, name, known)? };
    match column {
        Column::Dimension(dimension) => {
            if let Some(condition) = exists(Condition::Has(dimension.clone())) {
                return Ok(condition);
            }
            let value = wanted(field, value.as_ref())?;
            if dimension == Dimension::Ending {
                let words = ending_words(value).iter().map(|word| (*word).to_owned());
                return Ok(Condition::Any(words.map(|word| Condition::Is(Dimension::Ending, word)).collect()));
            }
            Ok(Condition::Is(dimension, value.to_owned()))
        }
        Column::Division => {
            if let Some(condition) = exists(Condition::always()) {
                return Ok(condition);
            }
            let deployments = known.divisions.get(wanted(field, value.as_ref())?).cloned().unwrap_or_default();
            Ok(Condition::Any(deployments.into_iter().map(|id| Condition::Is(Dimension::Deployment, id)).collect()))
        }
        Column::FlowName => {
            if let Some(condition) = exists(Condition::Has(Dimension::Flow)) {
                return Ok(condition);
            }
            let flows = known.flows.get(wanted(field, value.as_ref())?).cloned().unwrap_or_default();
            Ok(Condition::Any(flows.into_iter().map(|id| Condition::Is(Dimension::Flow, id)).collect()))
        }
        Column::Same(constant) => {
            if let Some(condition) = exists(Condition::always()) {
                return Ok(condition);
            }
            let same = wanted(field, value.as_ref())?.eq_ignore_ascii_case(constant);
            Ok(if same { Condition::always() } else { Condition::Any(Vec::new()) })
        }
    }
}

fn wanted<'a>(field: &'static str, value: Option<&'a String>) -> Result<&'a str, AskedFault> {
    let missing =
        || AskedFault::new(field, "has a predicate without a value", "give it a `value`, or the operator `exists`");
    value.map(String::as_str).ok_or_else(missing)
}

fn span(field: &'static str, range: Option<&AskedRange>) -> Result<Span, AskedFault> {
    let Some(AskedRange { gt, gte, lt, lte }) = range else {
        return Err(AskedFault::new(field, "compares a time without a range", "give it `range` with `gte` and `lt`"));
    };
    let read = |text: &Option<String>, more: i64| -> Result<Option<Time>, AskedFault> {
        let Some(text) = text else { return Ok(None) };
        let time: Time = text.parse().map_err(|_| {
            AskedFault::new(
                field,
                "has a time in a range that can't be read",
                "write it like `2026-11-20T18:08:55.000Z`",
            )
        })?;
        Ok(Some(time.plus_millis(more)))
    };
    let from = [read(gt, 1)?, read(gte, 0)?].into_iter().flatten().max();
    let to = [read(lt, 0)?, read(lte, 1)?].into_iter().flatten().min();
    Ok(Span { from: from.unwrap_or_default(), to: to.unwrap_or(Time::from_millis(i64::MAX)) })
}

fn attribute(field: &'static str, name: &str, known: &Known<'_>) -> Result<Column, AskedFault> {
    let name = name.strip_prefix("attribute:").unwrap_or(name);
    if name.is_empty() || name.len() > 128 {
        return Err(AskedFault::new(field, "names no key", "write `attribute:<key>` with a key of 1 to 128 bytes"));
    }
    Ok(Column::Dimension(Dimension::Attribute((known.key)(name).0)))
}

/// A dimension by its name; a key as `attribute:<key>`, or bare where somebody declares it.
///
/// # Errors
/// When there is none of that name.
pub fn column(field: &'static str, name: &str, known: &Known<'_>) -> Result<Column, AskedFault> {
    let dimension = match name {
        "mediaType" => return Ok(Column::Same("message")),
        "messageType" => return Ok(Column::Same("webmessaging")),
        "direction" | "originatingDirection" => return Ok(Column::Same("inbound")),
        "conversationInitiator" => return Ok(Column::Same("customer")),
        "customerParticipation" => return Ok(Column::Same("true")),
        "provider" => return Ok(Column::Same("Webmessaging")),
        "divisionId" => return Ok(Column::Division),
        FLOW_NAME => return Ok(Column::FlowName),
        "deploymentId" => Dimension::Deployment,
        "pagePath" => Dimension::Page,
        "sdkVersion" => Dimension::Sdk,
        "callForm" => Dimension::Form,
        "userId" => Dimension::User,
        "queueId" => Dimension::Queue,
        "purpose" => Dimension::Purpose,
        "wrapUpCode" => Dimension::Wrapup,
        "flowId" => Dimension::Flow,
        "disconnectType" => Dimension::Ending,
        name if name.starts_with("attribute:") => return attribute(field, name, known),
        name => {
            let (key, declared) = (known.key)(name);
            if !declared {
                return Err(AskedFault::new(
                    field,
                    "names an unknown dimension",
                    "use `attribute:<key>` for a context key, or one of conversationId, conversationStart, \
                     conversationEnd, divisionId, deploymentId, mediaType, messageType, originatingDirection, \
                     direction, purpose, queueId, userId, wrapUpCode, flowId, flowName, disconnectType, pagePath, sdkVersion, callForm, late",
                ));
            }
            Dimension::Attribute(key)
        }
    };
    Ok(Column::Dimension(dimension))
}

/// The field's word for how a conversation ended.
#[must_use]
pub fn disconnect_type(ending: &str) -> &'static str {
    match ending {
        "customer" | "fenced" | "startNew" => "client",
        "agent" => "endpoint",
        "inactivity" | "idle" => "inactivity",
        "timeout" => "timeout",
        _ => "system",
    }
}

/// The log's words behind one of the field's.
#[must_use]
pub fn ending_words(disconnect_type: &str) -> &'static [&'static str] {
    match disconnect_type {
        "client" => &["customer", "fenced", "startNew"],
        "endpoint" => &["agent"],
        "inactivity" => &["inactivity", "idle"],
        "timeout" => &["timeout"],
        "system" => &["api", "server"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known<T>(ask: impl FnOnce(&Known<'_>) -> T) -> T {
        let key = |name: &str| match name {
            "customerId" | "crmCustomerId" => ("crmCustomerId".to_owned(), true),
            other => (other.to_owned(), false),
        };
        let divisions = BTreeMap::from([("d1".to_owned(), vec!["a".to_owned(), "b".to_owned()])]);
        let flows = BTreeMap::from([("greet".to_owned(), vec!["f1".to_owned()])]);
        ask(&Known { key: &key, divisions: &divisions, flows: &flows })
    }

    fn predicate(name: &str, value: Option<&str>) -> AskedPredicate {
        AskedPredicate {
            name: name.to_owned(),
            property: false,
            operator: Operator::Matches,
            value: value.map(str::to_owned),
            range: None,
        }
    }

    fn is(dimension: Dimension, value: &str) -> Condition {
        Condition::Is(dimension, value.to_owned())
    }

    fn key(name: &str) -> Dimension {
        Dimension::Attribute(name.to_owned())
    }

    fn check(predicate: AskedPredicate, expected: Condition) {
        let filter = AskedFilter { combine: Combine::And, clauses: Vec::new(), predicates: vec![predicate] };
        let planned = known(|known| plan("conversationFilters", &[filter], known));
        assert_eq!(planned, Ok(expected));
    }

    #[test]
    fn ana3_predicates_become_conditions() {
        check(predicate("attribute:customerId", Some("CRM-1")), is(key("crmCustomerId"), "CRM-1"));
        check(predicate("customerId", Some("CRM-1")), is(key("crmCustomerId"), "CRM-1"));
        check(predicate("attribute:odd-key", Some("1")), is(key("odd-key"), "1"));
        check(AskedPredicate { property: true, ..predicate("plan", Some("gold")) }, is(key("plan"), "gold"));
        check(predicate("mediaType", Some("message")), Condition::always());
        check(predicate("mediaType", Some("voice")), Condition::Any(Vec::new()));
        check(predicate("conversationId", Some("nonsense")), Condition::Any(Vec::new()));
        check(
            predicate("divisionId", Some("d1")),
            Condition::Any(vec![is(Dimension::Deployment, "a"), is(Dimension::Deployment, "b")]),
        );
        check(predicate("divisionId", Some("another")), Condition::Any(Vec::new()));
        check(predicate("wrapUpCode", Some("w1")), is(Dimension::Wrapup, "w1"));
        check(predicate("flowId", Some("f1")), is(Dimension::Flow, "f1"));
        check(predicate("flowName", Some("greet")), Condition::Any(vec![is(Dimension::Flow, "f1")]));
        check(predicate("flowName", Some("another")), Condition::Any(Vec::new()));
        check(
            AskedPredicate { operator: Operator::NotExists, ..predicate("userId", None) },
            Condition::Not(Box::new(Condition::Has(Dimension::User))),
        );
        check(AskedPredicate { operator: Operator::Exists, ..predicate("conversationEnd", None) }, Condition::HasEnded);
    }

    #[test]
    fn ana3_two_levels_are_joined_as_they_say() {
        let (one, two) = (predicate("attribute:a", Some("1")), predicate("attribute:b", Some("2")));
        let clause = AskedClause { combine: Combine::And, predicates: vec![one.clone(), two.clone()] };
        let filter = AskedFilter { combine: Combine::Or, clauses: vec![clause], predicates: vec![one] };
        let planned = known(|known| plan("conversationFilters", &[filter], known)).unwrap();
        let (a, b) = (is(key("a"), "1"), is(key("b"), "2"));
        assert_eq!(planned, Condition::Any(vec![Condition::All(vec![a.clone(), b]), a]));
        assert_eq!(known(|known| plan("filter", &[], known)), Ok(Condition::always()));
    }

    #[test]
    fn ana3_faults_name_the_field_and_what_to_do_and_no_value() {
        let range = Some(AskedRange { gte: Some("noon SECRET".to_owned()), ..AskedRange::default() });
        let wrong = [
            predicate("nonsense", Some("SECRET")),
            predicate("attribute:", Some("SECRET")),
            predicate("attribute:a", None),
            predicate("late", Some("SECRET")),
            predicate("conversationStart", Some("SECRET")),
            AskedPredicate { range: range.clone(), ..predicate("conversationStart", None) },
            AskedPredicate { range, ..predicate("attribute:a", None) },
        ];
        for predicate in wrong {
            let filter =
                AskedFilter { combine: Combine::And, clauses: Vec::new(), predicates: vec![predicate.clone()] };
            let fault = known(|known| plan("segmentFilters", &[filter], known)).unwrap_err();
            assert!(fault.field == "segmentFilters" && !fault.remedy.is_empty(), "{predicate:?}");
            assert!(!fault.to_string().contains("SECRET"), "{fault}");
        }
    }

    #[test]
    fn ana3_every_word_of_an_ending_is_found_by_its_type() {
        for ending in ["customer", "fenced", "startNew", "agent", "api", "inactivity", "timeout"] {
            assert!(ending_words(disconnect_type(ending)).contains(&ending), "{ending}");
        }
    }
}
