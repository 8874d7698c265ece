//! Numbered pages, as the field lists what is administered.

use serde::Deserialize;
use utoipa::IntoParams;
use waybill_model::DivisionId;
use waybill_protocol::rest::listing::Listing;
use waybill_service::{RoutingQuery, ids_of};

use super::extract::parse;
use crate::error::{ApiError, ApiResult};

const PAGE: u32 = 25;
const LARGEST_PAGE: u32 = 500;

/// Which page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// From 1.
    pub(super) number: u64,
    pub(super) size: u32,
}

impl Page {
    /// Reads the two parameters; a size of 0 is what some clients send for none.
    pub(super) fn read(number: Option<&str>, size: Option<&str>) -> ApiResult<Self> {
        let size = match parse::<u32>("pageSize", size, "25")? {
            None | Some(0) => PAGE,
            Some(size) if size <= LARGEST_PAGE => size,
            Some(_) => {
                let rule = format!("must be 1 to {LARGEST_PAGE}");
                return Err(ApiError::invalid("pageSize", &rule, "ask for the pages after it by `pageNumber`"));
            }
        };
        let number = u64::from(parse::<u32>("pageNumber", number, "1")?.unwrap_or(1).max(1));
        Ok(Self { number, size })
    }

    /// All of a list that is never long.
    pub(super) const fn whole() -> Self {
        Self { number: 1, size: LARGEST_PAGE }
    }

    /// This page of a list that is at hand as a whole.
    pub(super) fn cut<T>(self, path: &str, all: Vec<T>) -> Listing<T> {
        let total = all.len() as u64;
        let offset = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        self.listing(path, total, all.into_iter().skip(offset).take(size).collect())
    }

    pub(super) const fn offset(self) -> u64 {
        (self.number - 1).saturating_mul(self.size as u64)
    }

    /// The page with the addresses of its neighbours; `path` has no query.
    pub(super) fn listing<T>(self, path: &str, total: u64, entities: Vec<T>) -> Listing<T> {
        let Self { number, size } = self;
        let page_count = total.div_ceil(u64::from(size)).max(1);
        let uri = |number: u64| format!("{path}?pageSize={size}&pageNumber={number}");
        Listing {
            entities,
            page_size: size,
            page_number: number,
            total,
            page_count: if total == 0 { 0 } else { page_count },
            self_uri: uri(number),
            first_uri: uri(1),
            last_uri: uri(page_count),
            next_uri: (number < page_count).then(|| uri(number + 1)),
            previous_uri: (number > 1).then(|| uri(number - 1)),
        }
    }
}

/// What a list of somebody's things takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageParameters {
    /// The page, from 1.
    #[param(value_type = Option<u32>)]
    page_number: Option<String>,
    /// How many on a page, 1 to 500; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
    /// `asc`.
    sort_order: Option<String>,
}

impl PageParameters {
    pub(super) fn into_page(self) -> ApiResult<Page> {
        let Self { page_number, page_size, sort_order } = self;
        only("sortOrder", sort_order.as_deref(), "asc")?;
        Page::read(page_number.as_deref(), page_size.as_deref())
    }
}

/// What a list of queues or wrap-up codes takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RoutingParameters {
    /// The page, from 1.
    #[param(value_type = Option<u32>)]
    page_number: Option<String>,
    /// How many on a page, 1 to 500; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
    /// Only those whose name contains this.
    name: Option<String>,
    /// Only these, separated by commas.
    id: Option<String>,
    /// Only those of these divisions, separated by commas.
    division_id: Option<String>,
    /// `name`.
    sort_by: Option<String>,
    /// `asc`.
    sort_order: Option<String>,
}

impl RoutingParameters {
    pub(super) fn into_query(self) -> ApiResult<(Page, RoutingQuery)> {
        let Self { page_number, page_size, name, id, division_id, sort_by, sort_order } = self;
        only("sortBy", sort_by.as_deref(), "name")?;
        only("sortOrder", sort_order.as_deref(), "asc")?;
        let page = Page::read(page_number.as_deref(), page_size.as_deref())?;
        let ids = list(id.as_deref()).map(|ids| ids_of(&ids));
        let divisions: Option<Vec<DivisionId>> =
            list(division_id.as_deref()).map(|ids| ids.iter().filter_map(|id| id.parse().ok()).collect());
        let query = RoutingQuery {
            name: name.map(|name| name.trim_matches('*').to_owned()).filter(|name| !name.is_empty()),
            ids,
            divisions,
            offset: page.offset(),
            limit: page.size,
        };
        Ok((page, query))
    }
}

/// Values that came separated by commas; `None` for an empty text.
pub(super) fn list(text: Option<&str>) -> Option<Vec<String>> {
    let text = text?;
    let values: Vec<String> =
        text.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect();
    (!values.is_empty()).then_some(values)
}

/// A parameter of which one value is served.
fn only(name: &str, given: Option<&str>, served: &str) -> ApiResult<()> {
    match given {
        Some(given) if !given.is_empty() && !given.eq_ignore_ascii_case(served) => {
            Err(ApiError::invalid(name, &format!("can only be `{served}`"), "leave it out"))
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: &str, size: &str, total: u64, expected: (u64, Option<&str>, Option<&str>)) {
        let page = Page::read(Some(number), Some(size)).unwrap();
        let listing = page.listing("/q", total, Vec::<u8>::new());
        let (next, previous) = (listing.next_uri.as_deref(), listing.previous_uri.as_deref());
        assert_eq!((listing.page_count, next, previous), expected, "{number} {size} {total}");
    }

    #[test]
    fn plat7_pages_are_numbered_and_know_their_neighbours() {
        check("1", "10", 25, (3, Some("/q?pageSize=10&pageNumber=2"), None));
        check("3", "10", 25, (3, None, Some("/q?pageSize=10&pageNumber=2")));
        check("1", "0", 25, (1, None, None));
        check("1", "25", 0, (0, None, None));
        assert_eq!(Page::read(None, Some("501")).unwrap_err().status(), 400);
    }
}
