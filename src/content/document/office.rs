//! The XML of Office and OpenDocument files: the runs of a paragraph joined, the cells of a row on one line.
//!
//! A word processor cuts a text into runs wherever somebody went on typing later. Elements are told by their names without prefixes, which the
//! formats share: WordprocessingML, DrawingML, SpreadsheetML (ECMA-376) and OpenDocument 1.3.

use crate::content::input::Input;
use crate::content::parts::{Flow, Parts};

/// Passes on the text of a part.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let text = text(&held);
    held.release(parts.budget);
    Ok(parts.view("text", &text))
}

/// The text of some XML. It is read leniently: what is not well-formed is text.
pub(in crate::content) fn text(xml: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = xml;
    while !rest.is_empty() {
        let (before, tag) = match memchr::memchr(b'<', rest) {
            Some(at) => rest.split_at(at),
            None => (rest, &[][..]),
        };
        // Between elements that are indented nothing stands.
        if !(before.contains(&b'\n') && before.iter().all(u8::is_ascii_whitespace)) {
            unescape(before, &mut out);
        }
        rest = element(tag, &mut out);
    }
    out
}

/// Reads a tag, and says what its element means for the text; returns what follows.
fn element<'x>(xml: &'x [u8], out: &mut Vec<u8>) -> &'x [u8] {
    if let Some(data) = xml.strip_prefix(b"<![CDATA[") {
        let end = memchr::memmem::find(data, b"]]>").unwrap_or(data.len());
        out.extend_from_slice(&data[..end]);
        return data.get(end + 3..).unwrap_or_default();
    }
    if let Some(comment) = xml.strip_prefix(b"<!--") {
        let end = memchr::memmem::find(comment, b"-->").unwrap_or(comment.len());
        return comment.get(end + 3..).unwrap_or_default();
    }
    let end = memchr::memchr(b'>', xml).unwrap_or(xml.len());
    let tag = xml.get(1..end).unwrap_or_default();
    let (is_end, tag) = tag.strip_prefix(b"/").map_or((false, tag), |tag| (true, tag));
    let is_empty = tag.ends_with(b"/");
    let name = tag.split(|byte| byte.is_ascii_whitespace() || *byte == b'/').next().unwrap_or_default();
    let name = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
    match name {
        b"p" | b"h" | b"row" | b"table-row" | b"si" | b"comment" | b"property" | b"user-defined"
            if is_end || is_empty =>
        {
            end_line(out);
        }
        b"br" | b"cr" | b"line-break" => end_line(out),
        b"tab" => out.push(b'\t'),
        b"c" | b"tc" | b"table-cell" if is_end || is_empty => end_cell(out),
        b"s" => out.push(b' '),
        b"property" | b"user-defined" => {
            if let Some(key) = attribute(tag, b"name") {
                unescape(key, out);
                out.extend_from_slice(b" = ");
            }
        }
        _ => {}
    }
    xml.get(end + 1..).unwrap_or_default()
}

/// A paragraph in a cell ends its line; the row goes on all the same.
fn end_cell(out: &mut Vec<u8>) {
    if out.last() == Some(&b'\n') {
        out.pop();
    }
    if !out.is_empty() {
        out.push(b'\t');
    }
}

fn end_line(out: &mut Vec<u8>) {
    while out.last() == Some(&b'\t') {
        out.pop();
    }
    if !out.is_empty() {
        out.push(b'\n');
    }
}

/// The value of an attribute with this local name.
fn attribute<'t>(tag: &'t [u8], wanted: &[u8]) -> Option<&'t [u8]> {
    let mut rest = tag;
    loop {
        let equals = memchr::memchr(b'=', rest)?;
        let name = rest[..equals].trim_ascii_end();
        let name = name.rsplit(|byte| byte.is_ascii_whitespace() || *byte == b':').next()?;
        let quoted = rest[equals + 1..].trim_ascii_start();
        let (quote, value) = quoted.split_first()?;
        let end = memchr::memchr(*quote, value)?;
        if name == wanted {
            return Some(&value[..end]);
        }
        rest = &value[end + 1..];
    }
}

fn unescape(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let end = rest.iter().take(12).position(|byte| *byte == b';');
        let decoded = end.and_then(|end| Some((entity(&rest[1..end])?, end + 1)));
        let (c, length) = decoded.unwrap_or(('&', 1));
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        rest = &rest[length..];
    }
    out.extend_from_slice(rest);
}

fn entity(name: &[u8]) -> Option<char> {
    match name {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        [b'#', b'x' | b'X', digits @ ..] => {
            char::from_u32(u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?)
        }
        [b'#', digits @ ..] => char::from_u32(std::str::from_utf8(digits).ok()?.parse().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_joined_and_rows_are_lines() {
        for (xml, wanted) in [
            ("<w:p><w:r><w:t>to</w:t></w:r><w:r><w:t>ken</w:t></w:r></w:p><w:p><w:t>b</w:t></w:p>", "token\nb\n"),
            ("<row><c><v>key</v></c><c><is><t>a &amp; b</t></is></c></row><row><c/></row>", "key\ta & b\n"),
            (
                "<table:table-row><table:table-cell><text:p>k</text:p></table:table-cell><table:table-cell><text:p>v</text:p></table:table-cell></table:table-row>",
                "k\tv\n",
            ),
            ("<property fmtid=\"{0}\" name=\"Key\"><vt:lpwstr>v&#x3d;</vt:lpwstr></property>", "Key = v=\n"),
            ("<si>\n  <t>x</t>\n</si><![CDATA[<raw>]]>", "x\n<raw>"),
            ("a < b &nosuch; c", "a "),
        ] {
            assert_eq!(String::from_utf8_lossy(&text(xml.as_bytes())), wanted);
        }
    }

    #[test]
    fn anything_is_read_to_its_end() {
        for cut in 0..80 {
            let xml = b"<a b='c'>&amp;<![CDATA[x]]><!-- y --><p name=\"z\"/></a>&#xFFFFFFFF;&#99999999999;";
            text(&xml[..cut.min(xml.len())]);
        }
    }
}
