//! Apple's binary property lists: keys and values as `key = "value"`, one a line.
//! Format: `CFBinaryPList.c` (<https://opensource.apple.com/source/CF/CF-1153.18/CFBinaryPList.c>, read 2026-11-30).

use crate::content::fault::Fault;
use crate::content::input::Input;
use crate::content::parts::{Flow, Parts};

/// A list that unfolds to more objects than this, because some stand in many places, is not read on.
const MOST_OBJECTS: usize = 1 << 20;
/// Nor one whose text is longer, bytes.
const LONGEST_TEXT: usize = 32 << 20;
/// Objects that lie deeper are not read.
const DEEPEST: usize = 64;

/// Passes on all values.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let mut list = match List::open(&held) {
        Some(list) => list,
        None => return Err(Fault::corrupt("it is damaged: its table of objects is wrong")),
    };
    let top = list.top;
    let is_whole = list.write(top, "", 0).is_some();
    let text = std::mem::take(&mut list.text);
    held.release(parts.budget);
    let flow = parts.view("properties", text.as_bytes());
    if is_whole || flow.is_break() {
        Ok(flow)
    } else {
        Err(Fault::corrupt("it is damaged: an object is not where it should be"))
    }
}

struct List<'a> {
    bytes: &'a [u8],
    /// Where the table of offsets begins, and how many bytes an offset and a reference take.
    table: usize,
    offset_width: usize,
    reference_width: usize,
    count: usize,
    top: usize,
    seen: usize,
    text: String,
}

impl<'a> List<'a> {
    fn open(bytes: &'a [u8]) -> Option<List<'a>> {
        let trailer = bytes.len().checked_sub(32).and_then(|at| bytes.get(at..))?;
        let (offset_width, reference_width) = (usize::from(trailer[6]), usize::from(trailer[7]));
        let number = |at: usize| usize::try_from(number(&trailer[at..at + 8])).ok();
        let (count, top, table) = (number(8)?, number(16)?, number(24)?);
        let is_sound = (1..=8).contains(&offset_width) && (1..=8).contains(&reference_width);
        let end = count.checked_mul(offset_width)?.checked_add(table)?;
        let (seen, text) = Default::default();
        (is_sound && end <= bytes.len()).then_some(List {
            bytes,
            table,
            offset_width,
            reference_width,
            count,
            top,
            seen,
            text,
        })
    }

    /// Writes an object, and what it holds; `None` when something is not there.
    fn write(&mut self, object: usize, key: &str, depth: usize) -> Option<()> {
        self.seen += 1;
        if object >= self.count || depth > DEEPEST || self.seen > MOST_OBJECTS || self.text.len() > LONGEST_TEXT {
            return None;
        }
        let at = self.table + object * self.offset_width;
        let at = usize::try_from(number(self.bytes.get(at..at + self.offset_width)?)).ok()?;
        let mark = *self.bytes.get(at)?;
        match mark >> 4 {
            0x4..=0x6 => {
                let (count, at) = self.length(at)?;
                let width = if mark >> 4 == 6 { 2 } else { 1 };
                let bytes = self.bytes.get(at..at.checked_add(count.checked_mul(width)?)?)?;
                let value = if width == 2 {
                    let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
                } else {
                    String::from_utf8_lossy(bytes).into_owned()
                };
                self.line(key, &value);
            }
            0xA | 0xC => {
                let (count, at) = self.length(at)?;
                for place in 0..count {
                    let inner = self.reference(at, place)?;
                    self.write(inner, key, depth + 1)?;
                }
            }
            0xD => {
                let (count, at) = self.length(at)?;
                for place in 0..count {
                    let name = self.reference(at, place)?;
                    let value = self.reference(at, count.checked_add(place)?)?;
                    let name = self.name(name).unwrap_or_default();
                    self.write(value, &name, depth + 1)?;
                }
            }
            _ => {}
        }
        Some(())
    }

    fn line(&mut self, key: &str, value: &str) {
        match key {
            "" => self.text.push_str(value),
            key => self.text.push_str(&format!("{key} = \"{value}\"")),
        }
        self.text.push('\n');
    }

    /// A key's text.
    fn name(&self, object: usize) -> Option<String> {
        let at = self.table + object.checked_mul(self.offset_width).filter(|_| object < self.count)?;
        let at = usize::try_from(number(self.bytes.get(at..at + self.offset_width)?)).ok()?;
        let is_ascii = *self.bytes.get(at)? >> 4 == 5;
        let (count, at) = self.length(at)?;
        let bytes = self.bytes.get(at..at.checked_add(count)?).filter(|_| is_ascii)?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    fn reference(&self, at: usize, place: usize) -> Option<usize> {
        let at = at.checked_add(place.checked_mul(self.reference_width)?)?;
        usize::try_from(number(self.bytes.get(at..at.checked_add(self.reference_width)?)?)).ok()
    }

    /// How many items an object has, and where they begin.
    fn length(&self, at: usize) -> Option<(usize, usize)> {
        let short = self.bytes.get(at)? & 0x0F;
        if short < 0x0F {
            return Some((usize::from(short), at + 1));
        }
        let width = 1 << (self.bytes.get(at + 1)? & 0x03);
        let count = number(self.bytes.get(at + 2..at + 2 + width)?);
        Some((usize::try_from(count).ok()?, at + 2 + width))
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}
