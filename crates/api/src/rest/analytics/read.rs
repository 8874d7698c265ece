//! Bodies of questions: members one by one, so that a fault names its member.

use waybill_protocol::rest::analytics::{
    AnalyticsFilter, FilterClause, FilterCombine, FilterOperator, FilterPredicate, FilterRange, PredicateKind,
};
use waybill_service::analytics::{AskedClause, AskedFilter, AskedPredicate, AskedRange, Combine, Operator};

use super::super::extract::Fields;
use crate::error::{ApiError, ApiResult};

pub(super) const AN_INTERVAL: &str = "\"interval\": \"2026-11-01T00:00:00.000Z/2026-11-02T00:00:00.000Z\"";
const FILTERS: &str = "[{\"type\": \"and\", \"predicates\": [{\"type\": \"dimension\", \"dimension\": \
                       \"attribute:crmCustomerId\", \"operator\": \"matches\", \"value\": \"…\"}]}]";

/// Takes a list of filters out.
pub(super) fn filters(fields: &mut Fields<'_>, name: &'static str) -> ApiResult<Vec<AskedFilter>> {
    let filters: Option<Vec<AnalyticsFilter>> =
        fields.take_as(name, "a list of filters", &format!("\"{name}\": {FILTERS}"))?;
    filters.unwrap_or_default().into_iter().map(|filter| asked(name, filter)).collect()
}

/// Takes members out that the field has and nothing here answers to: an empty one is what some clients send for none.
pub(super) fn refuse_unserved(fields: &mut Fields<'_>, names: &[&'static str]) -> ApiResult<()> {
    for name in names {
        if fields.take_given(name)?.is_some_and(|value| !matches!(value.get(), "[]" | "{}" | "false")) {
            return Err(ApiError::invalid(name, "is not served here", "leave it out"));
        }
    }
    Ok(())
}

/// A filter as the service takes it.
pub(super) fn asked(field: &'static str, filter: AnalyticsFilter) -> ApiResult<AskedFilter> {
    let AnalyticsFilter { r#type, clauses, predicates } = filter;
    let clauses = clauses.into_iter().map(|FilterClause { r#type, predicates }| {
        Ok(AskedClause { combine: combine(r#type), predicates: all(field, predicates)? })
    });
    Ok(AskedFilter {
        combine: combine(r#type),
        clauses: clauses.collect::<ApiResult<_>>()?,
        predicates: all(field, predicates)?,
    })
}

const fn combine(combine: FilterCombine) -> Combine {
    match combine {
        FilterCombine::And => Combine::And,
        FilterCombine::Or => Combine::Or,
    }
}

fn all(field: &'static str, predicates: Vec<FilterPredicate>) -> ApiResult<Vec<AskedPredicate>> {
    predicates.into_iter().map(|predicate| one(field, predicate)).collect()
}

fn one(field: &'static str, predicate: FilterPredicate) -> ApiResult<AskedPredicate> {
    let FilterPredicate { r#type, dimension, property, property_type: _, metric, operator, value, range } = predicate;
    let invalid = |rule: &str, remedy: &str| Err(ApiError::invalid(field, rule, remedy));
    let kind = match (r#type, &property, &metric) {
        (Some(kind), _, _) => kind,
        (None, Some(_), _) => PredicateKind::Property,
        (None, None, Some(_)) => PredicateKind::Metric,
        (None, None, None) => PredicateKind::Dimension,
    };
    let (name, property) = match (kind, dimension, property) {
        (PredicateKind::Metric, _, _) => {
            return invalid("compares a metric, which is not served", "compare dimensions and properties");
        }
        (PredicateKind::Dimension, Some(name), None) => (name, false),
        (PredicateKind::Property, None, Some(name)) => (name, true),
        (PredicateKind::Dimension, _, _) => {
            return invalid(
                "has a predicate that does not name its dimension",
                "give it `dimension`, and no `property`",
            );
        }
        (PredicateKind::Property, _, _) => {
            return invalid(
                "has a predicate that does not name its property",
                "give it `property`, and no `dimension`",
            );
        }
    };
    Ok(AskedPredicate {
        name,
        property,
        operator: match operator {
            None | Some(FilterOperator::Matches) => Operator::Matches,
            Some(FilterOperator::NotMatches) => Operator::NotMatches,
            Some(FilterOperator::Exists) => Operator::Exists,
            Some(FilterOperator::NotExists) => Operator::NotExists,
        },
        value,
        range: range.map(|FilterRange { gt, gte, lt, lte }| AskedRange { gt, gte, lt, lte }),
    })
}
