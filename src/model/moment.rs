//! A second in the calendar.

use super::Day;
use std::fmt;

/// A moment in UTC, in whole seconds since 1970, of the years 1970 to 9999. `Display` writes it as `2021-03-04T05:06:07Z` (RFC 3339).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// The first second of the year 10000.
const END: i64 = 253_402_300_800;

impl Moment {
    /// The moment so many seconds after 1970 began; `None` beyond the year 9999 or before 1970.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Moment> {
        (0..END).contains(&seconds).then_some(Moment(seconds))
    }

    /// The moment so many seconds after 1970 began, or the nearest that there is.
    #[must_use]
    pub fn nearest(seconds: i64) -> Moment {
        Moment(seconds.clamp(0, END - 1))
    }

    /// Seconds since 1970 began.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// Reads `2021-03-04`, with or without `T05:06`, `:07`, a fraction and `Z`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Moment> {
        let number = |from: usize, to: usize| -> Option<i64> {
            let part = text.get(from..to)?;
            if part.bytes().all(|byte| byte.is_ascii_digit()) { part.parse().ok() } else { None }
        };
        let is = |at: usize, byte: u8| text.as_bytes().get(at) == Some(&byte);
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        if !is(4, b'-') || !is(7, b'-') {
            return None;
        }
        let day = Day::from_date(year, month, day)?;
        let (mut hour, mut minute, mut second) = (0, 0, 0);
        if is(10, b'T') && is(13, b':') {
            (hour, minute) = (number(11, 13)?, number(14, 16)?);
            second = if is(16, b':') { number(17, 19)? } else { 0 };
        }
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        Self::from_seconds(day.begin() + hour * 3600 + minute * 60 + second)
    }

    /// Its day, as `2021-03-04`.
    #[must_use]
    pub fn day(self) -> String {
        Day::of(self.0).to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.0.rem_euclid(86_400);
        write!(f, "{}T{:02}:{:02}:{:02}Z", self.day(), second / 3600, second / 60 % 60, second % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn reads_what_it_writes() {
        for seconds in (0..253_402_300_799).step_by(987_654_321) {
            let moment = Moment::from_seconds(seconds).expect("in range");
            assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
        }
        assert_eq!(Moment::parse("2000-02-29").map(Moment::seconds), Some(951_782_400));
        assert_eq!(Moment::parse("2000-02-29T13:05:09.5Z").map(Moment::seconds), Some(951_782_400 + 47_109));
        assert_eq!(Moment::parse("2000-02-29T13:05Z").map(Moment::seconds), Some(951_782_400 + 47_100));
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in [
            "",
            "2000",
            "2000-13-01",
            "2000-00-01",
            "20000-01-01",
            "2000-01-32",
            "2001-02-29",
            "2000-01-01T25:00Z",
            "ab-cd-ef",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
        assert_eq!(Moment::from_seconds(-1), None);
        assert_eq!(Moment::from_seconds(i64::MAX), None);
    }
}
