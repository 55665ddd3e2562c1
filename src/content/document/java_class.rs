//! Compiled Java classes: the strings of the constant pool, one a line, and constants of the class with their names.
//! Format: chapter 4 of <https://docs.oracle.com/javase/specs/jvms/se21/html/jvms-4.html> (read 2026-11-30).

use crate::content::fault::Fault;
use crate::content::input::Input;
use crate::content::parts::{Flow, Parts};

/// Passes on all strings.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let strings = strings(&held);
    held.release(parts.budget);
    let strings = strings.ok_or_else(|| Fault::corrupt("it is damaged: it ends too early"))?;
    Ok(parts.view("strings", &strings))
}

/// Constants by their numbers: those that are strings, and those that stand for one.
enum Constant<'a> {
    Text(&'a [u8]),
    String(usize),
    Other,
}

fn strings(class: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Bytes(class.get(8..)?);
    let count = usize::from(rest.u16()?);
    let mut pool = vec![Constant::Other];
    while pool.len() < count {
        let tag = rest.take(1)?[0];
        match tag {
            1 => {
                let length = usize::from(rest.u16()?);
                pool.push(Constant::Text(rest.take(length)?));
            }
            8 => pool.push(Constant::String(usize::from(rest.u16()?))),
            7 | 16 | 19 | 20 => {
                rest.take(2)?;
                pool.push(Constant::Other);
            }
            15 => {
                rest.take(3)?;
                pool.push(Constant::Other);
            }
            3 | 4 | 9 | 10 | 11 | 12 | 17 | 18 => {
                rest.take(4)?;
                pool.push(Constant::Other);
            }
            // Numbers of eight bytes count twice.
            5 | 6 => {
                rest.take(8)?;
                pool.extend([Constant::Other, Constant::Other]);
            }
            _ => return None,
        }
    }
    let text = |number: usize| match pool.get(number) {
        Some(Constant::Text(text)) => Some(*text),
        _ => None,
    };
    let mut found = Vec::new();
    for constant in &pool {
        if let Constant::String(number) = constant {
            found.extend_from_slice(text(*number).unwrap_or_default());
            found.push(b'\n');
        }
    }
    // What follows is for names only: of a class that is cut off there, all strings are known already.
    let _ = named(&mut rest, &pool, &mut found);
    Some(found)
}

/// Adds the constants of the class as `NAME = "value"`.
fn named(rest: &mut Bytes<'_>, pool: &[Constant<'_>], found: &mut Vec<u8>) -> Option<()> {
    let text = |number: usize| match pool.get(number) {
        Some(Constant::Text(text)) => Some(*text),
        _ => None,
    };
    rest.take(6)?;
    let interfaces = usize::from(rest.u16()?);
    rest.take(interfaces * 2)?;
    for _ in 0..rest.u16()? {
        rest.take(2)?;
        let name = text(usize::from(rest.u16()?)).unwrap_or_default();
        rest.take(2)?;
        for _ in 0..rest.u16()? {
            let attribute = text(usize::from(rest.u16()?)).unwrap_or_default();
            let length = rest.take(4)?;
            let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
            let mut value = Bytes(rest.take(length)?);
            if attribute == b"ConstantValue"
                && let Some(Constant::String(number)) = pool.get(usize::from(value.u16()?))
            {
                found.extend_from_slice(&[name, b" = \"", text(*number).unwrap_or_default(), b"\"\n"].concat());
            }
        }
    }
    Some(())
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }
}
