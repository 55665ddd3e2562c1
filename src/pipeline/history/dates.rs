//! Dates as git takes them in `--since`: `yesterday`, `2 weeks ago`, `5.days`, `last monday`, `Jan 5 2026`, `@1700000000`.
//!
//! After git's `date.c` (2.47, read 2026-12-01). Git makes something of any text; here a text with a word that means nothing is no date, so
//! that a mistyped name is an error and not a moment. A day without a time begins at midnight in UTC, where git takes the time that it is
//! now: no fewer commits count.

use crate::model::Day;

const DAY: i64 = 86_400;
const UNITS: [(&str, i64); 5] = [("second", 1), ("minute", 60), ("hour", 3600), ("day", DAY), ("week", 7 * DAY)];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// From the day of the week on which 1970 began.
const WEEKDAYS: [&str; 7] = ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"];
const NUMBERS: [&str; 11] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// What was understood so far.
#[derive(Default)]
struct Date {
    number: Option<i64>,
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    /// Seconds since midnight.
    time: Option<i64>,
    /// Seconds east of Greenwich.
    offset: i64,
    seconds_back: i64,
    months_back: i64,
    is_relative: bool,
    is_midnight: bool,
}

/// Seconds since 1970 of a date in one of git's forms, where it is `now`; `None` when it is none.
pub(super) fn date(text: &str, now: i64) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.strip_prefix('@').unwrap_or(&text);
    let is_count = digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits.len() >= 9 || text.starts_with('@'));
    if let Some(seconds) = digits.parse().ok().filter(|_| is_count) {
        return Some(seconds);
    }
    let mut date = Date::default();
    for word in text.split([' ', ',', '\t', '_']).filter(|word| !word.is_empty()) {
        date.take(word, now)?;
    }
    date.finish(now)
}

impl Date {
    fn take(&mut self, word: &str, now: i64) -> Option<()> {
        if let Some(offset) = offset(word).filter(|_| self.time.is_some()) {
            self.offset = offset;
            return Some(());
        }
        if let Some((day, time)) = word.split_once('t').filter(|(day, _)| day.len() == 10 && self.year.is_none()) {
            self.take_day(day)?;
            return self.take_time(time);
        }
        if word.contains(':') {
            return self.take_time(word);
        }
        if word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.')) {
            return if word.bytes().all(|byte| byte.is_ascii_digit()) {
                self.take_number(word)
            } else {
                self.take_day(word)
            };
        }
        // `2.weeks.ago`, `5days`, `2-weeks`.
        let mut rest = word;
        while !rest.is_empty() {
            let is_digit = rest.as_bytes()[0].is_ascii_digit();
            let end = rest.bytes().position(|byte| byte.is_ascii_digit() != is_digit || matches!(byte, b'.' | b'-'));
            let (part, after) =
                rest.split_at(end.unwrap_or(rest.len()).max(usize::from(matches!(rest.as_bytes()[0], b'.' | b'-'))));
            rest = after;
            match part {
                "." | "-" => {}
                part if is_digit => self.take_number(part)?,
                part => self.take_word(part, now)?,
            }
        }
        Some(())
    }

    fn take_word(&mut self, word: &str, now: i64) -> Option<()> {
        match word {
            "ago" | "at" | "on" | "th" | "st" | "nd" | "rd"
                if self.number.is_some() || self.is_relative || self.day.is_some() => {}
            "now" => self.is_relative = true,
            "today" => (self.is_relative, self.is_midnight) = (true, true),
            "yesterday" => (self.is_relative, self.seconds_back) = (true, self.seconds_back + DAY),
            "midnight" => (self.is_relative, self.time) = (true, Some(0)),
            "noon" => (self.is_relative, self.time) = (true, Some(12 * 3600)),
            "tea" => (self.is_relative, self.time) = (true, Some(17 * 3600)),
            "never" => (self.is_relative, self.seconds_back) = (true, now),
            "last" => self.number = Some(1),
            "am" | "pm" => {
                let hour = self
                    .number
                    .take()
                    .or_else(|| self.time.map(|time| time / 3600))
                    .filter(|hour| (1..=12).contains(hour))?;
                let minutes = self.time.map_or(0, |time| time % 3600);
                self.time = Some((hour % 12 + if word == "pm" { 12 } else { 0 }) * 3600 + minutes);
                self.is_relative = true;
            }
            "z" | "utc" | "gmt" if self.time.is_some() => self.offset = 0,
            word => {
                if let Some(number) = NUMBERS.iter().position(|name| *name == word) {
                    self.number = i64::try_from(number).ok();
                } else if let Some(month) = place(&MONTHS, word) {
                    self.month = Some(month + 1);
                    self.day = self.number.take().or(self.day);
                } else if let Some(weekday) = place(&WEEKDAYS, word) {
                    self.take_weekday(weekday, now);
                } else {
                    self.take_unit(word)?;
                }
            }
        }
        Some(())
    }

    /// The last such day before today; `2 mondays ago` is a week before that. Beside a date it says nothing new.
    fn take_weekday(&mut self, weekday: i64, now: i64) {
        if self.year.is_some() || self.month.is_some() {
            return;
        }
        let back = (now.div_euclid(DAY) - weekday).rem_euclid(7);
        let weeks = self.number.take().map_or(0, |number| number - 1) + i64::from(back == 0);
        (self.is_relative, self.seconds_back) = (true, (back + 7 * weeks) * DAY);
    }

    fn take_unit(&mut self, word: &str) -> Option<()> {
        let names = |unit: &str| {
            word.len() >= 3
                && (unit.starts_with(word)
                    || word.strip_suffix('s') == Some(unit)
                    || word.strip_suffix('s').is_some_and(|word| word.len() >= 3 && unit.starts_with(word)))
        };
        let months = if names("month") { Some(1) } else { names("year").then_some(12) };
        if let Some(months) = months {
            self.months_back += self.number.take()?.checked_mul(months)?;
        } else {
            let (_, seconds) = UNITS.iter().find(|(unit, _)| names(unit))?;
            self.seconds_back += self.number.take()?.checked_mul(*seconds)?;
        }
        self.is_relative = true;
        Some(())
    }

    fn take_number(&mut self, digits: &str) -> Option<()> {
        let number: i64 = digits.parse().ok()?;
        if self.number.is_some() {
            return None;
        }
        if digits.len() == 4 && (1970..=2099).contains(&number) && self.year.is_none() {
            self.year = Some(number);
        } else if self.month.is_some() && self.day.is_none() && (1..=31).contains(&number) {
            self.day = Some(number);
        } else if number < 10_000_000 {
            self.number = Some(number);
        } else {
            return None;
        }
        Some(())
    }

    /// `2026-01-31`, `2026/1/31`, `2026.01.31`, `01/31/2026`, `31.01.2026`.
    fn take_day(&mut self, word: &str) -> Option<()> {
        let separator = word.bytes().find(|byte| !byte.is_ascii_digit()).map(char::from)?;
        let parts: Vec<&str> = word.split(separator).collect();
        let [a, b, c] = parts.as_slice() else { return None };
        let number = |text: &str| text.parse::<i64>().ok();
        let (year, month, day) = match (a.len(), separator) {
            (4, _) => (a, b, c),
            (_, '/') => (c, a, b),
            _ => (c, b, a),
        };
        if year.len() != 4 || self.year.is_some() {
            return None;
        }
        (self.year, self.month, self.day) = (Some(number(year)?), Some(number(month)?), Some(number(day)?));
        Some(())
    }

    /// `10:30`, `10:30:59`, with `z` or an offset behind it.
    fn take_time(&mut self, word: &str) -> Option<()> {
        let end = word.find(['z', '+', '-']).unwrap_or(word.len());
        let (clock, zone) = word.split_at(end);
        self.offset = if zone.is_empty() { 0 } else { offset(zone)? };
        let clock = clock.split('.').next()?;
        let parts: Vec<i64> = clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        let (hours, minutes, seconds) = match parts.as_slice() {
            [hours, minutes] => (*hours, *minutes, 0),
            [hours, minutes, seconds] => (*hours, *minutes, *seconds),
            _ => return None,
        };
        let fits = (0..24).contains(&hours) && (0..60).contains(&minutes) && (0..61).contains(&seconds);
        self.time = fits.then_some(hours * 3600 + minutes * 60 + seconds);
        self.time.map(|_| ())
    }

    fn finish(self, now: i64) -> Option<i64> {
        let is_day = self.day.is_some() && self.month.is_some();
        if self.number.is_some() || !(is_day || self.is_relative || self.time.is_some()) {
            return None;
        }
        let (year, month, day) = Day::of(now).date();
        if is_day {
            let (wanted_month, wanted_day) = (self.month?, self.day?);
            // Without a year the last one that there was.
            let is_ahead = (wanted_month, wanted_day) > (month, day);
            let year = self.year.unwrap_or(year - i64::from(is_ahead));
            let begin = Day::from_date(year, wanted_month, wanted_day)?.begin();
            return Some(begin + self.time.unwrap_or(0) - self.offset);
        }
        if self.month.is_some() || self.day.is_some() || self.year.is_some() {
            return None;
        }
        let months = year * 12 + month - 1 - self.months_back;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        // The 31st of a shorter month is its last day.
        let of_month = (1..=day).rev().find_map(|day| Day::from_date(year, month, day))?;
        let then = of_month.begin() + now.rem_euclid(DAY) - self.seconds_back;
        Some(match self.time {
            Some(time) => {
                let at = then.div_euclid(DAY) * DAY + time - self.offset;
                if at > now { at - DAY } else { at }
            }
            None if self.is_midnight => then.div_euclid(DAY) * DAY,
            None => then,
        })
    }
}

/// The place of a name, or of its first three letters or more.
fn place(names: &[&str], word: &str) -> Option<i64> {
    let word = if word.len() > 5 { word.strip_suffix('s').unwrap_or(word) } else { word };
    let found = names.iter().position(|name| word.len() >= 3 && name.starts_with(word))?;
    i64::try_from(found).ok()
}

/// Seconds of `z`, `+02:00` or `-0130`.
fn offset(text: &str) -> Option<i64> {
    if text == "z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text.strip_prefix(['+', '-'])?.replace(':', "");
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    Some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::{DAY, date};

    /// 2026-03-31 12:00:00 UTC, a Tuesday.
    const NOW: i64 = 1_774_958_400;

    #[test]
    fn what_is_relative_goes_back_from_now() {
        for (text, back) in [
            ("now", 0),
            ("yesterday", DAY),
            ("2 weeks ago", 14 * DAY),
            ("2.weeks.ago", 14 * DAY),
            ("2.weeks", 14 * DAY),
            ("5days", 5 * DAY),
            ("5 days", 5 * DAY),
            ("3 hours 5 minutes ago", 3 * 3600 + 300),
            ("last week", 7 * DAY),
            ("two days ago", 2 * DAY),
            ("one_day_ago", DAY),
            ("last monday", DAY),
            ("tuesday", 7 * DAY),
            ("today", 12 * 3600),
            ("midnight", 12 * 3600),
            ("yesterday noon", DAY),
            ("1 month ago", 31 * DAY),
            ("1 year ago", 365 * DAY),
            ("10 secs", 10),
            ("never", NOW),
        ] {
            assert_eq!(date(text, NOW), Some(NOW - back), "{text}");
        }
    }

    #[test]
    fn days_and_moments_are_taken_in_every_usual_form() {
        let day = 1_767_571_200; // 2026-01-05
        for text in [
            "2026-01-05",
            "2026/01/05",
            "2026.01.05",
            "01/05/2026",
            "05.01.2026",
            "Jan 5 2026",
            "5 Jan 2026",
            "January 5, 2026",
            "Mon, 5 Jan 2026",
            "5 jan",
            "@1767571200",
            "1767571200",
            "2026-01-05 00:00",
            "2026-01-05T02:00:00+02:00",
            "Mon Jan 5 00:00:00 2026 +0000",
            "Mon, 5 Jan 2026 01:30:00 +0130",
            "2026-01-05T00:00:00Z",
        ] {
            assert_eq!(date(text, NOW), Some(day), "{text}");
        }
        assert_eq!(date("5 Jan 2026 5pm", NOW), Some(day + 17 * 3600));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "main",
            "v1.0",
            "2",
            "weeks",
            "ago",
            "2026",
            "feature/5-days-off",
            "31 feb 2026",
            "10:99",
            "marble",
            "1a2b3c4",
            "5 6 days",
        ] {
            assert_eq!(date(text, NOW), None, "{text}");
        }
    }
}
