//! What the content streams of a PDF show: the strings of a line joined, whatever pieces they are set in.

use super::pdf_token::{Token, tokens};
use std::collections::{BTreeMap, HashMap};

/// A gap between two pieces of a line that is a blank, in thousandths of the font's size.
const BLANK: f64 = 180.0;
/// A range of codes in a font's table is no longer.
const LONGEST_RANGE: u32 = 1 << 16;

/// What characters the codes of fonts stand for, by the names that pages have for the fonts.
#[derive(Default)]
pub(super) struct Fonts {
    by_name: HashMap<Vec<u8>, HashMap<u32, String>>,
}

impl Fonts {
    /// Reads the tables that fonts refer to. A name that several pages have for different fonts stands for the first.
    pub(super) fn of(dictionaries: &BTreeMap<u32, &[u8]>, cmap: &dyn Fn(u32) -> Option<Vec<u8>>) -> Fonts {
        let mut fonts = Fonts::default();
        for dictionary in dictionaries.values() {
            let tokens: Vec<Token> = tokens(dictionary).collect();
            for window in tokens.windows(4) {
                let [Token::Name(name), Token::Number(number), Token::Number(_), Token::Word(b"R")] = window else {
                    continue;
                };
                if fonts.by_name.contains_key(*name) {
                    continue;
                }
                let font = dictionaries.get(&(*number as u32)).copied().unwrap_or_default();
                let Some(table) = reference(font, b"ToUnicode").and_then(cmap) else { continue };
                fonts.by_name.insert(name.to_vec(), read_cmap(&table));
            }
        }
        fonts
    }
}

/// The object that an entry of a dictionary refers to.
fn reference(dictionary: &[u8], key: &[u8]) -> Option<u32> {
    let tokens: Vec<Token> = tokens(dictionary).collect();
    tokens.windows(2).find_map(|pair| match pair {
        [Token::Name(name), Token::Number(number)] if *name == key => Some(*number as u32),
        _ => None,
    })
}

/// A table of codes and characters.
fn read_cmap(table: &[u8]) -> HashMap<u32, String> {
    let mut map = HashMap::new();
    let mut strings: Vec<Vec<u8>> = Vec::new();
    let mut list: Option<Vec<Vec<u8>>> = None;
    let code = |bytes: &[u8]| bytes.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
    for token in tokens(table) {
        match token {
            Token::String(string) => match &mut list {
                Some(list) => list.push(string),
                None => strings.push(string),
            },
            Token::Word(b"beginbfchar" | b"beginbfrange" | b"begincodespacerange") => strings.clear(),
            Token::Word(b"[") => list = Some(Vec::new()),
            Token::Word(b"]") => {
                // The two codes right before the list are its range; those before them are ranges without one.
                let range = strings.split_off(strings.len().saturating_sub(2));
                let first = range.first().map_or(0, |first| code(first));
                for (at, one) in list.take().unwrap_or_default().iter().enumerate() {
                    map.insert(first.wrapping_add(at as u32), utf16(one));
                }
            }
            Token::Word(b"endbfchar") => {
                map.extend(strings.chunks_exact(2).map(|pair| (code(&pair[0]), utf16(&pair[1]))));
                strings.clear();
            }
            Token::Word(b"endbfrange") => {
                for range in strings.chunks_exact(3) {
                    let (first, last) = (code(&range[0]), code(&range[1]));
                    let mut value = range[2].clone();
                    for number in first..=last.min(first.saturating_add(LONGEST_RANGE)) {
                        map.insert(number, utf16(&value));
                        if let Some(byte) = value.last_mut() {
                            *byte = byte.wrapping_add(1);
                        }
                    }
                }
                strings.clear();
            }
            _ => {}
        }
    }
    map
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Whether a stream shows text.
pub(super) fn is_content(stream: &[u8]) -> bool {
    memchr::memmem::find(stream, b"BT").is_some() && memchr::memmem::find(stream, b"ET").is_some()
}

/// The text that a content stream shows.
pub(super) fn shown(stream: &[u8], fonts: &Fonts) -> Vec<u8> {
    let mut out = Vec::new();
    let mut operands: Vec<Token> = Vec::new();
    let mut font = None;
    for token in tokens(stream) {
        let Token::Word(operator) = token else {
            operands.push(token);
            continue;
        };
        let number = |at: usize| match operands.len().checked_sub(at).and_then(|at| operands.get(at)) {
            Some(Token::Number(number)) => *number,
            _ => 0.0,
        };
        match operator {
            b"[" | b"]" => continue,
            b"Tf" => {
                font = operands.iter().find_map(|operand| match operand {
                    Token::Name(name) => fonts.by_name.get(*name),
                    _ => None,
                });
            }
            b"Td" | b"TD" if number(1) != 0.0 => end_line(&mut out),
            b"Td" | b"TD" if number(2) != 0.0 && out.last().is_some_and(|last| !last.is_ascii_whitespace()) => {
                out.push(b' ')
            }
            b"T*" | b"ET" => end_line(&mut out),
            // The last number is the height at which a line is set anew.
            b"Tm" if operands.len() >= 6 => end_line(&mut out),
            b"Tj" | b"TJ" => show(&operands, font, &mut out),
            b"'" | b"\"" => {
                end_line(&mut out);
                show(&operands, font, &mut out);
            }
            _ => {}
        }
        operands.clear();
    }
    out
}

fn end_line(out: &mut Vec<u8>) {
    if out.last().is_some_and(|last| *last != b'\n') {
        out.push(b'\n');
    }
}

fn show(operands: &[Token<'_>], font: Option<&HashMap<u32, String>>, out: &mut Vec<u8>) {
    for operand in operands {
        match operand {
            Token::String(string) => match font {
                None => out.extend_from_slice(string),
                Some(font) => characters(string, font, out),
            },
            Token::Number(gap) if *gap < -BLANK => out.push(b' '),
            _ => {}
        }
    }
}

/// Codes have two bytes where the table has more than 256 or knows no others.
fn characters(string: &[u8], font: &HashMap<u32, String>, out: &mut Vec<u8>) {
    let is_known = |bytes: &[u8]| font.get(&bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)));
    let is_wide = string.len().is_multiple_of(2) && string.chunks_exact(2).all(|pair| is_known(pair).is_some());
    for code in string.chunks(if is_wide { 2 } else { 1 }) {
        match is_known(code) {
            Some(text) => out.extend_from_slice(text.as_bytes()),
            None => out.extend_from_slice(code),
        }
    }
}

/// The strings among objects, one a line; those of UTF-16 as UTF-8.
pub(super) fn strings(objects: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for token in tokens(objects) {
        if let Token::String(string) = token {
            match string.strip_prefix(b"\xFE\xFF") {
                Some(wide) => out.extend_from_slice(utf16(wide).as_bytes()),
                None => out.extend_from_slice(&string),
            }
            out.push(b'\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_line_are_joined() {
        let stream =
            b"BT /F1 12 Tf 72 720 Td [(to) 20 (ken = ) -50 <6162>] TJ 0 -14 Td (se\\)cond \\101) Tj T* (x) ' ET";
        assert_eq!(shown(stream, &Fonts::default()), b"token = ab\nse)cond A\nx\n");
    }

    #[test]
    fn codes_are_what_the_font_says() {
        let table = b"1 beginbfchar <0003> <0020> endbfchar 2 beginbfrange <0010> <0012> <0061> <0020> <0021> [<0078> <0079>] endbfrange";
        let mut fonts = Fonts::default();
        fonts.by_name.insert(b"F1".to_vec(), read_cmap(table));
        assert_eq!(shown(b"BT /F1 9 Tf <001000110012000300200021> Tj ET", &fonts), b"abc xy\n");
    }
}
