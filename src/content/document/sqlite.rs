//! SQLite: the rows of every table, each on a line, a value behind its column's name.
//!
//! The file is searched as it stands, too: there, what was deleted is left over. But there a long value is cut where it goes on to another page, and
//! nothing says of which column it is. Format: <https://www.sqlite.org/fileformat2.html> (read 2026-11-30).

use super::sqlite_record::{Encoding, Value, record, varint};
use crate::content::fault::Fault;
use crate::content::input::Input;
use crate::content::parts::{Flow, Parts};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// Trees are not deeper.
const DEEPEST: usize = 32;
/// A larger value is not joined, bytes.
const LONGEST_VALUE: usize = 16 << 20;
/// Of rows that go on to other pages no more is joined than so many times the file.
const JOINED: u64 = 16;
/// The header of a log, and that before each of its pages, bytes.
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// A table's text is passed on when there is so much of it, bytes.
const PORTION: usize = 4 << 20;

/// Passes on the rows of every table.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let flow = rows(&held, parts);
    held.release(parts.budget);
    flow
}

fn rows(bytes: &[u8], parts: &mut Parts<'_>) -> Flow {
    let database = Database::open(bytes).ok_or_else(|| Fault::corrupt("it is damaged: its header is wrong"))?;
    let mut tables = Vec::new();
    let mut is_sound = database.walk(1, &mut |_, payload| {
        let values = record(payload, database.encoding);
        let text = |at: usize| values.get(at).and_then(Value::text).unwrap_or_default();
        let root = values.get(3).and_then(Value::number).and_then(|root| u32::try_from(root).ok());
        if text(0) == "table"
            && let Some(root) = root.filter(|root| *root > 0)
        {
            tables.push((text(1).to_owned(), root, columns(text(4))));
        }
        ControlFlow::Continue(())
    });
    for (table, root, columns) in tables {
        let mut text: Vec<u8> = Vec::new();
        let mut flow = ControlFlow::Continue(());
        is_sound &= database.walk(root, &mut |_, payload| {
            for (at, value) in record(payload, database.encoding).iter().enumerate() {
                value.write(columns.get(at).map(String::as_str), &mut text);
            }
            end_line(&mut text);
            if text.len() >= PORTION {
                flow = parts.view(&format!("table {table}"), &text);
                text.clear();
            }
            flow
        });
        if flow.is_break() || parts.view(&format!("table {table}"), &text).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    if database.loose_rows(parts).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    let damaged =
        || Fault::corrupt("it is damaged: a page is not what it should be, and the rows behind it were not joined");
    if is_sound && !database.is_joined_too_often() { Ok(ControlFlow::Continue(())) } else { Err(damaged()) }
}

/// Passes on the rows in a write-ahead log: pages that go to the database later, or have gone there. Of which table they are is said elsewhere, so
/// the values have no names. Format: <https://www.sqlite.org/fileformat2.html#walformat> (read 2026-12-01).
pub(in crate::content) fn expand_log(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let flow = match Database::of_log(&held) {
        Some(database) => Ok(database.loose_rows(parts)),
        None => Err(Fault::corrupt("it is damaged: its header is wrong")),
    };
    held.release(parts.budget);
    flow
}

fn end_line(text: &mut Vec<u8>) {
    if text.last() == Some(&b'\t') {
        text.pop();
        text.push(b'\n');
    }
}

/// The names of a table's columns, from the statement that made it. A name that is not understood only lacks in the text.
fn columns(statement: &str) -> Vec<String> {
    let Some(begin) = statement.find('(') else { return Vec::new() };
    let mut columns = vec![String::new()];
    let mut depth = 0;
    for c in statement[begin + 1..].chars() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => break,
            ')' => depth -= 1,
            ',' if depth == 0 => columns.push(String::new()),
            _ => {}
        }
        if c != ',' || depth > 0 {
            columns.last_mut().unwrap_or(&mut String::new()).push(c);
        }
    }
    let name = |column: &String| {
        let column = column.trim();
        match column.chars().next() {
            Some('"' | '`' | '[' | '\'') => {
                column[1..].split(['"', '`', ']', '\'']).next().unwrap_or_default().to_owned()
            }
            _ => column.split_whitespace().next().unwrap_or_default().to_owned(),
        }
    };
    columns.iter().map(name).collect()
}

/// A database in memory.
struct Database<'a> {
    bytes: &'a [u8],
    page: usize,
    /// Bytes of a page that are used.
    usable: usize,
    encoding: Encoding,
    /// Of a log, where each page's bytes begin, the latest ones last.
    frames: HashMap<u32, Vec<usize>>,
    /// Pages that were read as part of a table.
    read: RefCell<HashSet<u32>>,
    /// Bytes that were joined out of other pages.
    joined: Cell<u64>,
}

/// A page to be read: its number, and its depth.
type Todo = (u32, usize);

impl<'a> Database<'a> {
    fn open(bytes: &'a [u8]) -> Option<Database<'a>> {
        let page = match u16_at(bytes, 16)? {
            1 => 65_536,
            size => usize::from(size),
        };
        let usable = page.checked_sub(usize::from(*bytes.get(20)?))?;
        let encoding = Encoding::of(u32_at(bytes, 56)?);
        let (frames, read, joined) = Default::default();
        let database = Database { bytes, page, usable, encoding, frames, read, joined };
        (page.is_power_of_two() && usable >= 480).then_some(database)
    }

    /// The pages of a log.
    fn of_log(bytes: &'a [u8]) -> Option<Database<'a>> {
        let page = usize::try_from(u32_at(bytes, 8)?).ok()?;
        if !page.is_power_of_two() || !(512..=65_536).contains(&page) {
            return None;
        }
        let mut frames: HashMap<u32, Vec<usize>> = HashMap::new();
        let mut at = LOG_HEADER;
        while let Some(number) = u32_at(bytes, at).filter(|_| bytes.len() >= at + FRAME_HEADER + page) {
            frames.entry(number).or_default().push(at + FRAME_HEADER);
            at += FRAME_HEADER + page;
        }
        // The first page tells the encoding, if the log has it.
        let first = frames.get(&1).and_then(|places| places.last());
        let encoding = Encoding::of(first.and_then(|at| u32_at(bytes, at + 56)).unwrap_or_default());
        let reserved = first.and_then(|at| bytes.get(at + 20)).copied().unwrap_or_default();
        let usable = page.checked_sub(usize::from(reserved)).filter(|usable| *usable >= 480)?;
        let (read, joined) = Default::default();
        Some(Database { bytes, page, usable, encoding, frames, read, joined })
    }

    /// The rows on pages that belong to no table any more, or not yet: those of a log, and what was deleted from a database and not written over.
    fn loose_rows(&self, parts: &mut Parts<'_>) -> ControlFlow<()> {
        let mut places: Vec<(u32, usize)> = if self.frames.is_empty() {
            let count = u32::try_from(self.bytes.len() / self.page).unwrap_or(u32::MAX);
            let read = self.read.borrow();
            (1..=count)
                .filter(|number| !read.contains(number))
                .map(|number| (number, (number as usize - 1) * self.page))
                .collect()
        } else {
            self.frames.iter().flat_map(|(number, places)| places.iter().map(|at| (*number, *at))).collect()
        };
        places.sort_unstable_by_key(|(_, at)| *at);
        let mut text = Vec::new();
        for (number, at) in places {
            let Some(page) = self.bytes.get(at..at + self.usable) else { continue };
            let begin = if number == 1 { 100 } else { 0 };
            if page.get(begin) != Some(&13) {
                continue;
            }
            // What is left of a page need not be whole.
            let mut flow = ControlFlow::Continue(());
            let _ = self.leaf(page, begin, &mut |_, payload| {
                record(payload, self.encoding).iter().for_each(|value| value.write(None, &mut text));
                end_line(&mut text);
                if text.len() >= PORTION {
                    flow = parts.view("loose rows", &text);
                    text.clear();
                }
                flow
            });
            flow?;
        }
        parts.view("loose rows", &text)
    }

    /// Whether far more was joined than there is.
    fn is_joined_too_often(&self) -> bool {
        self.joined.get() > JOINED * self.bytes.len() as u64
    }

    fn page(&self, number: u32) -> Option<&'a [u8]> {
        if let Some(at) = self.frames.get(&number).and_then(|places| places.last()) {
            return self.bytes.get(*at..at + self.usable);
        }
        if !self.frames.is_empty() {
            return None;
        }
        self.read.borrow_mut().insert(number);
        let at = (number as usize).checked_sub(1)?.checked_mul(self.page)?;
        self.bytes.get(at..at.checked_add(self.usable)?)
    }

    /// Calls `each` for the rows of a table, with their numbers and their records; returns whether all pages are what they should be.
    fn walk(&self, root: u32, each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>) -> bool {
        let mut todo = vec![(root, 0)];
        let mut seen = HashSet::new();
        let mut is_sound = true;
        while let Some((number, depth)) = todo.pop() {
            if depth > DEEPEST || !seen.insert(number) {
                is_sound = false;
                continue;
            }
            match self.page_of(number, depth, &mut todo, each) {
                Some(ControlFlow::Continue(())) => {}
                Some(ControlFlow::Break(())) => return is_sound,
                None => is_sound = false,
            }
        }
        is_sound
    }

    fn page_of(
        &self,
        number: u32,
        depth: usize,
        todo: &mut Vec<Todo>,
        each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Option<ControlFlow<()>> {
        let page = self.page(number)?;
        let begin = if number == 1 { 100 } else { 0 };
        let cells = usize::from(u16_at(page, begin + 3)?);
        match page.get(begin)? {
            // Inner pages of a table: children, and one more to the right.
            5 => {
                todo.push((u32_at(page, begin + 8)?, depth + 1));
                for cell in (0..cells).rev() {
                    let at = usize::from(u16_at(page, begin + 12 + 2 * cell)?);
                    todo.push((u32_at(page, at)?, depth + 1));
                }
            }
            13 => return self.leaf(page, begin, each),
            // Tables without row numbers are kept as indexes are: their rows stand in the file as they are.
            2 | 10 => {}
            _ => return None,
        }
        Some(ControlFlow::Continue(()))
    }

    /// The rows of a page without children.
    fn leaf(
        &self,
        page: &[u8],
        begin: usize,
        each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Option<ControlFlow<()>> {
        for cell in 0..usize::from(u16_at(page, begin + 3)?) {
            let at = usize::from(u16_at(page, begin + 8 + 2 * cell)?);
            let (length, used) = varint(page.get(at..)?)?;
            let (row, more) = varint(page.get(at + used..)?)?;
            let payload = self.payload(page, at + used + more, usize::try_from(length).ok()?)?;
            if each(row, &payload).is_break() {
                return Some(ControlFlow::Break(()));
            }
        }
        Some(ControlFlow::Continue(()))
    }

    /// A record, joined with what stands on other pages.
    fn payload(&self, page: &[u8], at: usize, length: usize) -> Option<Vec<u8>> {
        let most = self.usable - 35;
        if length <= most {
            return page.get(at..at.checked_add(length)?).map(<[u8]>::to_vec);
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let local = least + (length - least) % (self.usable - 4);
        let local = if local <= most { local } else { least };
        let mut payload = page.get(at..at + local)?.to_vec();
        let wanted = length.min(LONGEST_VALUE).min(self.bytes.len());
        // Rows that share their pages, which no program writes, would be joined again and again.
        self.joined.set(self.joined.get() + wanted as u64);
        if self.is_joined_too_often() {
            return None;
        }
        let mut next = u32_at(page, at + local)?;
        while payload.len() < wanted && next != 0 {
            let page = self.page(next)?;
            let count = (wanted - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(page.get(4..4 + count)?);
            next = u32_at(page, 0)?;
        }
        Some(payload)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_names_of_their_statement() {
        let statement =
            "CREATE TABLE \"t\" (id integer primary key, \"api key\" text, [pass] varchar(10, 2), `x` , CHECK (a, b))";
        assert_eq!(columns(statement), ["id", "api key", "pass", "x", "CHECK"]);
        assert_eq!(columns("CREATE VIRTUAL TABLE x"), [""; 0]);
    }
}
