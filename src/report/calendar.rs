//! Moments as people and hosts write them. Always UTC.

/// A moment's day, as `YYYY-MM-DD` (Howard Hinnant's `civil_from_days`,
/// <https://howardhinnant.github.io/date_algorithms.html>). `time` is in seconds since 1970.
pub(super) fn day(time: i64) -> String {
    let days = time.div_euclid(86_400) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
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
