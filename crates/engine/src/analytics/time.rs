//! Intervals, granularities and time zones: where stretches of time begin and end.

use jiff::{
    Timestamp, ToSpan as _, Zoned,
    tz::{TimeZone, TimeZoneDatabase},
};
use waybill_model::{Time, analytics::Span};

use super::AskedFault;

/// The most stretches of one question.
pub const MOST_STRETCHES: usize = 1_000;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Reads `start/end`; refuses what is longer than so many days, saying what to do instead.
///
/// # Errors
/// What is wrong with it.
pub fn parse_interval(text: &str, most_days: i64, otherwise: &str) -> Result<Span, AskedFault> {
    const WRITTEN: &str = "write it like `2026-11-01T00:00:00.000Z/2026-11-02T00:00:00.000Z`";
    let unreadable = |rule: &str| AskedFault::new("interval", rule, WRITTEN);
    let (from, to) = text.split_once('/').ok_or_else(|| unreadable("has to be a start and an end with `/` between"))?;
    let read = |text: &str| text.parse::<Time>().map_err(|_| unreadable("has a time that can't be read"));
    let (from, to) = (read(from)?, read(to)?);
    if from >= to {
        return Err(AskedFault::new("interval", "ends before it begins", "put the earlier time first"));
    }
    if to.millis() - from.millis() > most_days * DAY {
        return Err(AskedFault::new("interval", format!("is longer than {most_days} days"), otherwise));
    }
    Ok(Span { from, to })
}

/// The length of the stretches that an interval is divided into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granularity {
    /// So many minutes, a divisor or a multiple of an hour.
    Minutes(i64),
    /// So many days of the calendar.
    Days(i64),
    /// Weeks, from Monday.
    Weeks(i64),
    /// Months of the calendar.
    Months(i64),
}

/// Reads an ISO duration with one part.
///
/// # Errors
/// What is wrong with it.
pub fn parse_granularity(text: &str) -> Result<Granularity, AskedFault> {
    let wrong = || {
        AskedFault::new(
            "granularity",
            "is none that is served",
            "use `PT15M`, `PT30M`, `PT1H` and other whole minutes or hours, `P1D`, `P1W` or `P1M`; leave it out for one number",
        )
    };
    let number = |digits: &str, most: i64| {
        let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i64>().ok()).flatten();
        number.filter(|number| (1..=most).contains(number)).ok_or_else(wrong)
    };
    let (rest, timed) = match (text.strip_prefix("PT"), text.strip_prefix('P')) {
        (Some(rest), _) => (rest, true),
        (None, Some(rest)) => (rest, false),
        (None, None) => return Err(wrong()),
    };
    let unit = rest.chars().last().ok_or_else(wrong)?;
    let digits = rest.strip_suffix(unit).ok_or_else(wrong)?;
    match (timed, unit) {
        (true, 'M') => {
            let minutes = number(digits, 1_440)?;
            if 60 % minutes == 0 || minutes % 60 == 0 { Ok(Granularity::Minutes(minutes)) } else { Err(wrong()) }
        }
        (true, 'H') => Ok(Granularity::Minutes(60 * number(digits, 24)?)),
        (false, 'D') => Ok(Granularity::Days(number(digits, 31)?)),
        (false, 'W') => Ok(Granularity::Weeks(number(digits, 5)?)),
        (false, 'M') => Ok(Granularity::Months(number(digits, 12)?)),
        _ => Err(wrong()),
    }
}

/// Finds a time zone by its name, among those that came with the program: no answer depends on the machine's files.
///
/// # Errors
/// When there is none of that name.
pub fn parse_time_zone(name: Option<&str>) -> Result<TimeZone, AskedFault> {
    let Some(name) = name else { return Ok(TimeZone::UTC) };
    let unknown = || {
        AskedFault::new("timeZone", "is no known zone", "use a name such as `Europe/Vienna`, or leave it out for UTC")
    };
    if name.len() > 64 {
        return Err(unknown());
    }
    TimeZoneDatabase::bundled().get(name).map_err(|_| unknown())
}

/// Where the stretches of an interval begin, and where the last one ends. They lie on the zone's own hours, midnights,
/// Mondays and first days of months; the first and the last are cut by the interval.
///
/// # Errors
/// When there are more than [`MOST_STRETCHES`].
pub fn stretches(span: Span, granularity: Option<Granularity>, zone: &TimeZone) -> Result<Vec<Time>, AskedFault> {
    let Some(granularity) = granularity else { return Ok(vec![span.from, span.to]) };
    let broken = |_| AskedFault::new("interval", "is outside of the calendar", "use times between 1970 and 9999");
    let zoned = |time: Time| Timestamp::from_millisecond(time.millis()).map(|at| at.to_zoned(zone.clone()));
    let first = zoned(span.from).map_err(broken)?;
    let mut next = floor(&first, granularity).map_err(broken)?;
    let mut edges = vec![span.from];
    loop {
        next = after(&next, granularity).map_err(broken)?;
        let at = Time::from_millis(next.timestamp().as_millisecond());
        if at >= span.to {
            edges.push(span.to);
            return Ok(edges);
        }
        if at > span.from {
            edges.push(at);
        }
        if edges.len() > MOST_STRETCHES {
            return Err(AskedFault::new(
                "granularity",
                format!("divides the interval into more than {MOST_STRETCHES} stretches"),
                "use a longer granularity or a shorter interval",
            ));
        }
    }
}

fn floor(at: &Zoned, granularity: Granularity) -> Result<Zoned, jiff::Error> {
    let midnight = at.start_of_day()?;
    match granularity {
        Granularity::Minutes(minutes) => {
            // Counted from midnight by the clock that runs, so that an hour is an hour on every day.
            let passed = at.timestamp().as_second() - midnight.timestamp().as_second();
            midnight.checked_add((passed - passed % (minutes * 60)).seconds())
        }
        Granularity::Days(_) => Ok(midnight),
        Granularity::Weeks(_) => midnight.checked_sub(i64::from(midnight.weekday().to_monday_zero_offset()).days()),
        Granularity::Months(_) => midnight.first_of_month()?.start_of_day(),
    }
}

fn after(at: &Zoned, granularity: Granularity) -> Result<Zoned, jiff::Error> {
    match granularity {
        Granularity::Minutes(minutes) => {
            let next = at.checked_add(minutes.minutes())?;
            // A day of 23 or 25 hours ends the row of its stretches.
            let midnight = at.tomorrow()?.start_of_day()?;
            Ok(if next > midnight { midnight } else { next })
        }
        Granularity::Days(days) => at.checked_add(days.days())?.start_of_day(),
        Granularity::Weeks(weeks) => at.checked_add(weeks.weeks())?.start_of_day(),
        Granularity::Months(months) => at.checked_add(months.months())?.start_of_day(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> Span {
        parse_interval(text, 400, "no").unwrap()
    }

    /// Hours from one edge to the next.
    fn check(interval: &str, granularity: &str, zone: &str, expected: &[i64]) {
        let zone = parse_time_zone(Some(zone)).unwrap();
        let edges = stretches(span(interval), Some(parse_granularity(granularity).unwrap()), &zone).unwrap();
        let hours: Vec<_> = edges.windows(2).map(|pair| (pair[1].millis() - pair[0].millis()) / 3_600_000).collect();
        assert_eq!(hours, expected, "{interval} {granularity}");
    }

    #[test]
    fn ana2_stretches_lie_on_the_calendar_of_their_zone() {
        check("2026-11-01T00:00:00Z/2026-11-03T00:00:00Z", "P1D", "UTC", &[24, 24]);
        check("2026-11-01T00:00:00Z/2026-11-03T00:00:00Z", "P1D", "Europe/Vienna", &[23, 24, 1]);
        // Clocks go back on 2026-10-25 and forward on 2026-03-29.
        check("2026-10-24T22:00:00Z/2026-10-26T23:00:00Z", "P1D", "Europe/Vienna", &[25, 24]);
        check("2026-03-28T23:00:00Z/2026-03-30T22:00:00Z", "P1D", "Europe/Vienna", &[23, 24]);
        check("2026-11-20T10:30:00Z/2026-11-20T13:00:00Z", "PT1H", "UTC", &[0, 1, 1]);
        check("2026-01-15T00:00:00Z/2026-03-15T00:00:00Z", "P1M", "UTC", &[17 * 24, 28 * 24, 14 * 24]);
        check("2026-11-18T00:00:00Z/2026-11-25T00:00:00Z", "P1W", "UTC", &[5 * 24, 2 * 24]);
        check("2026-11-20T00:00:00Z/2026-11-20T04:00:00Z", "PT2H", "Asia/Kolkata", &[0, 2, 1]);
    }

    #[test]
    fn ana2_without_granularity_there_is_one_stretch() {
        let span = span("2026-11-01T00:00:00Z/2026-11-03T12:00:00Z");
        assert_eq!(stretches(span, None, &TimeZone::UTC).unwrap(), [span.from, span.to]);
    }

    #[test]
    fn ana2_wrong_times_name_field_and_remedy() {
        for text in ["", "2026-11-01", "yesterday/today", "2026-11-02T00:00:00Z/2026-11-01T00:00:00Z"] {
            let fault = parse_interval(text, 31, "ask for a job").unwrap_err();
            assert!(fault.field == "interval" && !fault.remedy.is_empty(), "{text}");
        }
        let long = parse_interval("2026-01-01T00:00:00Z/2026-03-01T00:00:00Z", 31, "ask for a job").unwrap_err();
        assert_eq!(long.to_string(), "`interval` is longer than 31 days; ask for a job");
        for text in ["", "P", "PT", "P1", "PT7M", "PT0M", "P1Y", "PT1S", "PT90M", "P-1D", "1D", "PTéM"] {
            assert_eq!(parse_granularity(text).unwrap_err().field, "granularity", "{text}");
        }
        assert_eq!(parse_time_zone(Some("Mars/Olympus")).unwrap_err().field, "timeZone");
        let minutes = Some(Granularity::Minutes(1));
        let many = stretches(span("2026-11-01T00:00:00Z/2026-11-03T00:00:00Z"), minutes, &TimeZone::UTC);
        assert_eq!(many.unwrap_err().field, "granularity");
    }
}
