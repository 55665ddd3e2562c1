//! Formats moments for people and hosts.

use crate::model::Day;

/// A moment's day, as `YYYY-MM-DD`. `time` is in seconds since 1970.
pub(super) fn day(time: i64) -> String {
    Day::of(time).to_string()
}

/// A moment to the second, as `YYYY-MM-DDTHH:MM:SS`.
pub(super) fn moment(time: i64) -> String {
    let second = time.rem_euclid(86_400);
    format!("{}T{:02}:{:02}:{:02}", day(time), second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_400), "2000-02-29");
        assert_eq!(day(-1), "1969-12-31");
        assert_eq!(moment(951_782_400 + 3600 * 13 + 60 * 5 + 9), "2000-02-29T13:05:09");
        assert_eq!(moment(-1), "1969-12-31T23:59:59");
    }
}
