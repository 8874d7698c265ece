//! Business hours: a time zone, hours of the week, holidays.

use std::collections::BTreeMap;

use jiff::{civil, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waybill_model::Time;

/// Business hours as they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schedule {
    /// The IANA name of the time zone (`Europe/Berlin`).
    pub time_zone: String,
    /// When it is open, by day: `mon: ["09:00-12:00", "13:00-17:00"]`. A range whose end is earlier goes past midnight;
    /// `24:00` is the end of the day. Days that are not named are closed.
    pub hours: BTreeMap<Day, Vec<String>>,
    /// Dates that are holidays all day: `2026-12-25`, or `12-25` for every year.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

/// What business hours say of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hours {
    /// Somebody is there.
    Open,
    /// Nobody is there.
    Closed,
    /// Nobody is there all day.
    Holiday,
}

/// Business hours, ready to be asked.
#[derive(Debug, Clone)]
pub struct CompiledSchedule {
    zone: TimeZone,
    /// Minutes of the day, by day from Monday; an end before its start goes past midnight.
    hours: [Vec<(i32, i32)>; 7],
    holidays: Vec<Holiday>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holiday {
    Once(civil::Date),
    Yearly { month: i8, day: i8 },
}

/// Why business hours can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSchedule {
    /// A time zone that nobody knows.
    #[error("the time zone `{0}` is not known: take its IANA name, such as `Europe/Berlin`")]
    TimeZone(String),
    /// Hours that are no hours.
    #[error("`{0}` are no hours: write them as `09:00-17:30`")]
    Hours(String),
    /// A date that is no date.
    #[error("`{0}` is no date: write it as `2026-12-25`, or `12-25` for every year")]
    Holiday(String),
}

impl CompiledSchedule {
    /// Makes business hours ready.
    ///
    /// # Errors
    /// `InvalidSchedule` names what in them can't be used, and what could.
    pub fn new(schedule: &Schedule) -> Result<Self, InvalidSchedule> {
        let Schedule { time_zone, hours, holidays } = schedule;
        let zone = TimeZone::get(time_zone).map_err(|_| InvalidSchedule::TimeZone(time_zone.clone()))?;
        let mut week: [Vec<(i32, i32)>; 7] = Default::default();
        for (day, ranges) in hours {
            for range in ranges {
                let read = read_range(range).ok_or_else(|| InvalidSchedule::Hours(range.clone()))?;
                week[*day as usize].push(read);
            }
        }
        let read = |text: &String| read_holiday(text).ok_or_else(|| InvalidSchedule::Holiday(text.clone()));
        let holidays = holidays.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { zone, hours: week, holidays })
    }

    /// What they say of a moment. What goes past midnight belongs to the day on which it began.
    #[must_use]
    pub fn at(&self, time: Time) -> Hours {
        let Ok(timestamp) = jiff::Timestamp::from_millisecond(time.millis()) else { return Hours::Closed };
        let local = self.zone.to_datetime(timestamp);
        let (date, minute) = (local.date(), i32::from(local.hour()) * 60 + i32::from(local.minute()));
        let of = |date: civil::Date| &self.hours[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
        let began_today =
            of(date).iter().any(|(from, to)| if from < to { minute >= *from && minute < *to } else { minute >= *from });
        let runs_on =
            |date: civil::Date| !self.is_holiday(date) && of(date).iter().any(|(from, to)| from >= to && minute < *to);
        if date.yesterday().is_ok_and(runs_on) {
            Hours::Open
        } else if self.is_holiday(date) {
            Hours::Holiday
        } else if began_today {
            Hours::Open
        } else {
            Hours::Closed
        }
    }

    fn is_holiday(&self, date: civil::Date) -> bool {
        self.holidays.iter().any(|holiday| match holiday {
            Holiday::Once(once) => *once == date,
            Holiday::Yearly { month, day } => (*month, *day) == (date.month(), date.day()),
        })
    }
}

fn read_range(text: &str) -> Option<(i32, i32)> {
    let (from, to) = text.split_once('-')?;
    let (from, to) = (read_minute(from.trim())?, read_minute(to.trim())?);
    (from < 24 * 60 && from != to).then_some((from, to))
}

fn read_minute(text: &str) -> Option<i32> {
    let (hour, minute) = text.split_once(':')?;
    let is_two = |digits: &str| digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_two(hour) || !is_two(minute) {
        return None;
    }
    let (Ok(hour), Ok(minute)) = (hour.parse::<i32>(), minute.parse::<i32>()) else { return None };
    let all = hour * 60 + minute;
    (minute < 60 && all <= 24 * 60).then_some(all)
}

fn read_holiday(text: &str) -> Option<Holiday> {
    if let Ok(date) = text.parse::<civil::Date>() {
        return Some(Holiday::Once(date));
    }
    // A leap year takes every day that there is.
    let date: Result<civil::Date, jiff::Error> = format!("2024-{text}").parse();
    let Ok(date) = date else { return None };
    Some(Holiday::Yearly { month: date.month(), day: date.day() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(hours: &[(Day, &str)], holidays: &[&str]) -> Schedule {
        let mut week: BTreeMap<Day, Vec<String>> = BTreeMap::new();
        for (day, range) in hours {
            week.entry(*day).or_default().push((*range).to_owned());
        }
        let holidays = holidays.iter().map(|date| (*date).to_owned()).collect();
        Schedule { time_zone: "Europe/Berlin".to_owned(), hours: week, holidays }
    }

    #[test]
    fn flow12_business_hours_follow_the_clock_on_the_wall() {
        let hours = [
            (Day::Mon, "09:00-12:00"),
            (Day::Mon, "13:00-24:00"),
            (Day::Fri, "22:00-06:00"),
            (Day::Sun, "02:30-03:30"),
        ];
        let compiled = CompiledSchedule::new(&schedule(&hours, &["12-25", "2027-01-04"])).expect("hours");
        for (at, expected) in [
            ("2026-11-30T07:59:59.999Z", Hours::Closed),
            ("2026-11-30T08:00:00.000Z", Hours::Open),
            ("2026-11-30T11:00:00.000Z", Hours::Closed),
            ("2026-11-30T22:59:00.000Z", Hours::Open),
            ("2026-11-30T23:00:00.000Z", Hours::Closed),
            // In summer the wall is two hours ahead.
            ("2026-06-29T07:00:00.000Z", Hours::Open),
            // From Friday evening into Saturday, into a holiday, and not out of one.
            ("2026-12-05T04:59:00.000Z", Hours::Open),
            ("2026-12-05T05:00:00.000Z", Hours::Closed),
            ("2026-12-25T22:00:00.000Z", Hours::Holiday),
            ("2026-12-26T02:00:00.000Z", Hours::Closed),
            ("2027-01-04T09:00:00.000Z", Hours::Holiday),
            ("2028-01-03T09:00:00.000Z", Hours::Open),
            // The hour that the clock leaves out in spring, and the one that it has twice in autumn.
            ("2026-03-29T01:00:00.000Z", Hours::Open),
            ("2026-10-25T00:45:00.000Z", Hours::Open),
            ("2026-10-25T01:45:00.000Z", Hours::Open),
        ] {
            let time: Time = at.parse().expect("a time");
            assert_eq!(compiled.at(time), expected, "{at}");
        }
    }

    #[test]
    fn flow12_hours_that_are_none_are_named() {
        for range in
            ["9:00-17:00", "09:00", "09:00-25:00", "09:60-17:00", "24:00-01:00", "09:00-09:00", "+9:00-17:00", ""]
        {
            let invalid = CompiledSchedule::new(&schedule(&[(Day::Mon, range)], &[])).map(|_| ());
            assert_eq!(invalid, Err(InvalidSchedule::Hours(range.to_owned())));
        }
        for date in ["25.12.", "13-01", "2026-02-30", "x"] {
            let invalid = CompiledSchedule::new(&schedule(&[], &[date])).map(|_| ());
            assert_eq!(invalid, Err(InvalidSchedule::Holiday(date.to_owned())));
        }
    }
}
