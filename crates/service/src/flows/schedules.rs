//! Schedules: business hours with a name.

use serde_json::Value;
use waybill_engine::flow::{CompiledSchedule, Schedule as HoursDocument};
use waybill_model::{DivisionId, Schedule};

use super::{check_version, invalid};
use crate::{
    Caller, EntityList, RoutingQuery, Service, ServiceError, Versioned,
    deployment_administration::{check_description, check_name},
    entities::Act,
    routing::InDivision,
};

/// Schedules of one tenant.
const MOST: u64 = 500;
/// The longest document, in bytes of JSON.
const LONGEST: usize = 32 * 1024;

/// A schedule as somebody wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleWish {
    /// Its name.
    pub name: String,
    /// What it is for; unchanged, or empty for a new one, where absent.
    pub description: Option<String>,
    /// Its division; unchanged, or the home division for a new one, where absent.
    pub division: Option<DivisionId>,
    /// `timeZone`, `hours` by day, `holidays`.
    pub hours: Value,
}

impl InDivision for Schedule {
    fn division(&self) -> DivisionId {
        self.division_id
    }
}

impl Service {
    /// Schedules by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_schedules(
        &self,
        caller: &Caller,
        query: RoutingQuery,
    ) -> Result<EntityList<Schedule>, ServiceError> {
        self.list_in_divisions(caller, query).await
    }

    /// A schedule.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_schedule(&self, caller: &Caller, id: &str) -> Result<Versioned<Schedule>, ServiceError> {
        self.get_in_division(caller, id).await
    }

    /// Creates a schedule.
    ///
    /// # Errors
    /// `Invalid` for hours that can't be read, `NotFound` for the division, `Taken`, `WrongState` when there are too many.
    pub async fn create_schedule(
        &self,
        caller: &Caller,
        wish: ScheduleWish,
    ) -> Result<Versioned<Schedule>, ServiceError> {
        let ScheduleWish { name, description, division, hours } = wish;
        self.check_room::<Schedule>(caller.organization_id(), MOST).await?;
        check_name(&name)?;
        check_hours(&hours)?;
        let description = description.unwrap_or_default();
        check_description(&description)?;
        let now = self.inner.ambient.now();
        let schedule = Schedule {
            id: self.inner.ambient.schedule_id(),
            organization_id: caller.organization_id(),
            division_id: self.check_division(caller, division).await?,
            name: name.trim().to_owned(),
            description,
            hours,
            created_at: now,
            modified_at: now,
        };
        self.create_entity(&schedule, Act::of(caller, "schedule.created", schedule.id.uuid())).await?;
        Ok(Versioned { entity: schedule, version: 1 })
    }

    /// Changes a schedule; flows that name it hold to the new hours at once.
    ///
    /// # Errors
    /// As `create_schedule`; `Stale`.
    pub async fn update_schedule(
        &self,
        caller: &Caller,
        id: &str,
        wish: ScheduleWish,
        version: Option<u64>,
    ) -> Result<Versioned<Schedule>, ServiceError> {
        let ScheduleWish { name, description, division, hours } = wish;
        let mut found = self.get_schedule(caller, id).await?;
        check_version("schedule", id, found.version, version)?;
        check_name(&name)?;
        check_hours(&hours)?;
        let schedule = &mut found.entity;
        if let Some(description) = description {
            check_description(&description)?;
            schedule.description = description;
        }
        if let Some(division) = division {
            schedule.division_id = self.check_division(caller, Some(division)).await?;
        }
        name.trim().clone_into(&mut schedule.name);
        schedule.hours = hours;
        schedule.modified_at = self.inner.ambient.now();
        let act = Act::of(caller, "schedule.changed", schedule.id.uuid());
        self.update_entity(&found, act).await?;
        Ok(Versioned { version: found.version + 1, ..found })
    }

    /// Deletes a schedule; flows that name it take their way for faults from now on.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_schedule(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let found = self.get_schedule(caller, id).await?.entity;
        self.delete_entity(&found, Act::of(caller, "schedule.deleted", found.id.uuid())).await
    }
}

fn check_hours(hours: &Value) -> Result<(), ServiceError> {
    let remedy = "write it like {\"timeZone\": \"Europe/Berlin\", \"hours\": {\"mon\": [\"09:00-17:00\"]}}";
    if hours.to_string().len() > LONGEST {
        return Err(invalid("hours", format!("has more than {LONGEST} bytes"), "name fewer holidays"));
    }
    let document: HoursDocument = serde_json::from_value(hours.clone())
        .map_err(|error| invalid("hours", format!("can't be read: {error}"), remedy))?;
    CompiledSchedule::new(&document)
        .map(drop)
        .map_err(|error| invalid("hours", format!("can't be used: {error}"), remedy))
}
