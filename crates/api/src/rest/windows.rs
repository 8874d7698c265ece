//! Lists that go on after one of their members or back before one: their parameters and the addresses of their pages.

use serde::Deserialize;
use utoipa::IntoParams;
use waybill_service::{Window, Windowed};

use super::{
    extract::parse,
    parameters::{page_cursor, page_size, read_page_cursor},
};
use crate::error::{ApiError, ApiResult};

const PAGE: u32 = 25;
const LARGEST_PAGE: u32 = 200;

/// What a list of deployments takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DeploymentsParameters {
    /// What comes before the deployment of this id.
    before: Option<String>,
    /// What comes after the deployment of this id.
    after: Option<String>,
    /// How many on a page, 1 to 200; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
    /// `configuration` shows the whole configuration in the place of its id.
    expand: Option<String>,
}

/// What a look at one deployment takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DeploymentParameters {
    /// `configuration` shows the whole configuration in the place of its id.
    expand: Option<String>,
}

/// What a look at the configuration of a deployment takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ActiveParameters {
    /// Taken and left: there is one kind.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    _type: Option<String>,
    /// Taken and left: everything is shown.
    #[serde(rename = "expand")]
    #[param(rename = "expand")]
    _expand: Option<String>,
}

/// What a list of configurations takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ConfigurationsParameters {
    /// What comes before the configuration of this id.
    before: Option<String>,
    /// What comes after the configuration of this id.
    after: Option<String>,
    /// How many on a page, 1 to 200; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
    /// `true` leaves out configurations of which nothing is published.
    #[param(value_type = Option<bool>)]
    show_only_published: Option<String>,
}

/// What a list of versions takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct VersionsParameters {
    /// What comes before (is newer than) this version.
    before: Option<String>,
    /// What comes after (is older than) this version.
    after: Option<String>,
    /// How many on a page, 1 to 200; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
}

/// What a list of policy versions takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PoliciesParameters {
    /// What is older than this version.
    #[param(value_type = Option<u64>)]
    after: Option<String>,
    /// How many on a page, 1 to 200; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
}

/// What a preview takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PreviewParameters {
    /// How many of the newest starts are judged again, 1 to 1000; 200 when absent.
    #[param(value_type = Option<u32>)]
    starts: Option<String>,
}

/// What a list of quarantined keys takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct QuarantineParameters {
    /// Where to look on: the `cursor` of the answer before.
    cursor: Option<String>,
    /// How many conversations to look at, 1 to 2000; 1000 when absent.
    #[param(value_type = Option<u32>)]
    limit: Option<String>,
}

impl DeploymentsParameters {
    pub(super) fn into_window(self) -> ApiResult<(Window, bool)> {
        let Self { before, after, page_size, expand } = self;
        Ok((window(before, after, page_size.as_deref())?, expands(expand.as_deref())?))
    }
}

impl DeploymentParameters {
    pub(super) fn expands(&self) -> ApiResult<bool> {
        expands(self.expand.as_deref())
    }
}

impl ConfigurationsParameters {
    pub(super) fn into_window(self) -> ApiResult<(Window, bool)> {
        let Self { before, after, page_size, show_only_published } = self;
        let only_published = parse("showOnlyPublished", show_only_published.as_deref(), "true")?.unwrap_or(false);
        Ok((window(before, after, page_size.as_deref())?, only_published))
    }
}

impl VersionsParameters {
    pub(super) fn into_window(self) -> ApiResult<Window> {
        let Self { before, after, page_size } = self;
        window(before, after, page_size.as_deref())
    }
}

impl PoliciesParameters {
    pub(super) fn read(&self) -> ApiResult<(Option<u64>, u32)> {
        let Self { after, page_size } = self;
        Ok((parse("after", after.as_deref(), "3")?, self::page_size(page_size.as_deref(), PAGE, LARGEST_PAGE)?))
    }
}

impl PreviewParameters {
    pub(super) fn starts(&self) -> ApiResult<u32> {
        within("starts", self.starts.as_deref(), 200, 1_000)
    }
}

impl QuarantineParameters {
    pub(super) fn read(&self) -> ApiResult<(Option<waybill_service::PagePosition>, u32)> {
        let Self { cursor, limit } = self;
        let position = cursor.as_deref().map(read_page_cursor).transpose()?;
        Ok((position, within("limit", limit.as_deref(), 1_000, 2_000)?))
    }
}

/// Where a walk through conversations goes on, as text.
pub(super) fn walk_cursor(position: Option<waybill_service::PagePosition>) -> Option<String> {
    position.map(page_cursor)
}

/// The same read again.
pub(super) fn read_walk_cursor(cursor: Option<&str>) -> ApiResult<Option<waybill_service::PagePosition>> {
    cursor.map(read_page_cursor).transpose()
}

fn within(name: &str, text: Option<&str>, usual: u32, largest: u32) -> ApiResult<u32> {
    match parse(name, text, "100")? {
        None => Ok(usual),
        Some(number) if (1..=largest).contains(&number) => Ok(number),
        Some(_) => Err(ApiError::invalid(name, &format!("must be 1 to {largest}"), "ask in several steps")),
    }
}

fn window(before: Option<String>, after: Option<String>, size: Option<&str>) -> ApiResult<Window> {
    let given = |name: Option<String>| name.filter(|name| !name.is_empty());
    Ok(Window { before: given(before), after: given(after), page_size: page_size(size, PAGE, LARGEST_PAGE)? })
}

/// The one thing that can be expanded.
fn expands(expand: Option<&str>) -> ApiResult<bool> {
    let mut wanted = expand.unwrap_or_default().split(',').map(str::trim).filter(|one| !one.is_empty()).peekable();
    let some = wanted.peek().is_some();
    if wanted.all(|one| one.eq_ignore_ascii_case("configuration")) {
        return Ok(some);
    }
    Err(ApiError::invalid("expand", "names something that can't be expanded", "write `configuration`, or leave it out"))
}

/// The addresses of a page and its neighbours.
pub(super) struct Addresses {
    pub(super) own: String,
    pub(super) next: Option<String>,
    pub(super) previous: Option<String>,
}

impl Addresses {
    pub(super) fn of<T>(path: &str, page_size: u32, page: &Windowed<T>) -> Self {
        let at = |name: &str, member: &String| format!("{path}?{name}={member}&pageSize={page_size}");
        Self {
            own: path.to_owned(),
            next: page.after.as_ref().map(|after| at("after", after)),
            previous: page.before.as_ref().map(|before| at("before", before)),
        }
    }
}
