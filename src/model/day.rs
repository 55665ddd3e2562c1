//! A calendar day, such as the end of an exception.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A day in UTC, counted from 1970-01-01. Written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

/// A text that is not a day.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{0}` is no day; write it as YYYY-MM-DD, such as 2027-01-31")]
pub struct BadDay(String);

impl Day {
    /// The day that contains a moment, given in seconds since 1970 (UTC).
    #[must_use]
    pub fn of(seconds: i64) -> Day {
        Day(seconds.div_euclid(86_400))
    }

    /// The day of a date, if the date exists (Howard Hinnant's `days_from_civil`, <https://howardhinnant.github.io/date_algorithms.html>,
    /// read 2026-11-24).
    #[must_use]
    pub fn from_date(year: i64, month: i64, day: i64) -> Option<Day> {
        if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let shifted = if month <= 2 { year - 1 } else { year };
        let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
        let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        let found = Day(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468);
        // The formula maps 31 April to 1 May, so a date exists if it survives the round trip.
        (found.date() == (year, month, day)).then_some(found)
    }

    /// Its first second, in seconds since 1970 (UTC).
    #[must_use]
    pub fn begin(self) -> i64 {
        self.0 * 86_400
    }

    /// Year, month and day of the month, the latter two from 1 (`civil_from_days`, same source).
    #[must_use]
    pub fn date(self) -> (i64, i64, i64) {
        let days = self.0 + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, of_year - (153 * from_march + 2) / 5 + 1)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = BadDay;

    fn from_str(text: &str) -> Result<Day, BadDay> {
        let parse = || {
            let mut parts = text.split('-');
            let mut number = |digits: usize| -> Option<i64> {
                let part = parts.next()?;
                let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
                part.parse().ok().filter(|_| is_number)
            };
            let (year, month, day) = (number(4)?, number(2)?, number(2)?);
            if parts.next().is_some() { None } else { Day::from_date(year, month, day) }
        };
        parse().ok_or_else(|| BadDay(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!("1970-01-01".parse(), Ok(Day::of(0)));
        assert_eq!(Day::of(951_782_400).to_string(), "2000-02-29");
        assert_eq!(Day::of(-1).to_string(), "1969-12-31");
        for day in (-200_000..200_000).map(|count| Day::of(count * 86_400)) {
            let (year, month, of_month) = day.date();
            assert_eq!(Day::from_date(year, month, of_month), Some(day));
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["2027-02-29", "2027-13-01", "2027-1-31", "31.1.2027", "2027-01-31x", "+027-01-31", ""] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }
}
