//! PDF: the text that its pages show, and the strings of compressed objects.
//!
//! Objects are found by how they begin and not by the table at the end, so that earlier revisions and damaged files are read too.
//! Format: ISO 32000-1:2008, sections 7.3 to 7.5 and 9.4 (<https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf>, read
//! 2026-11-30).

use super::pdf_text::{self, Fonts};
use super::pdf_token::hex;
use crate::content::fault::Fault;
use crate::content::guard::Guarded;
use crate::content::input::Input;
use crate::content::parts::{Flow, Parts};
use crate::model::ProblemKind;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::ControlFlow;

/// A stream that unpacks to more is not read, bytes.
const LONGEST_STREAM: u64 = 32 << 20;
/// Texts of streams that hold objects are kept, because others refer to them: so many bytes of them.
const MOST_KEPT: usize = 32 << 20;

/// Passes on the text of every content stream.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let flow = texts(&held, parts);
    held.release(parts.budget);
    flow
}

fn texts(bytes: &[u8], parts: &mut Parts<'_>) -> Flow {
    // The dictionary at the end says how the others are encrypted.
    if let Some(at) = memchr::memmem::rfind(bytes, b"/Encrypt")
        && matches!(bytes.get(at + 8), Some(b' ' | b'\r' | b'\n' | b'<' | b'0'..=b'9'))
    {
        return Err(Fault::new(ProblemKind::Encrypted, "it is encrypted"));
    }
    let objects = objects(bytes);
    let mut inner: Vec<Vec<u8>> = Vec::new();
    let mut kept = 0;
    for object in objects.values().filter(|object| has_name(object.dictionary, b"ObjStm")) {
        let unpacked = object.unpacked(parts)?;
        kept += unpacked.len();
        if kept > MOST_KEPT {
            return Err(Fault::new(ProblemKind::TooLarge, "its compressed objects take too much memory"));
        }
        inner.push(unpacked);
    }
    let mut dictionaries: BTreeMap<u32, &[u8]> =
        objects.iter().map(|(number, object)| (*number, object.dictionary)).collect();
    for list in &inner {
        dictionaries.extend(inner_objects(list));
    }
    let cmap = |number: u32| {
        let object = objects.get(&number)?;
        object.unpacked(parts).ok()
    };
    let fonts = Fonts::of(&dictionaries, &cmap);
    for (object, list) in inner.iter().enumerate() {
        let strings = pdf_text::strings(list);
        if parts.view(&format!("compressed objects {}", object + 1), &strings).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    for (number, object) in &objects {
        let Some(data) = object.data else { continue };
        let is_other = [
            &b"ObjStm"[..],
            b"XRef",
            b"Image",
            b"Length1",
            b"Length2",
            b"FontFile3",
            b"Metadata",
            b"CIDFontType0C",
            b"Type1C",
        ];
        if data.is_empty() || is_other.iter().any(|name| has_name(object.dictionary, name)) {
            continue;
        }
        let unpacked = match object.unpacked(parts) {
            Ok(unpacked) => unpacked,
            Err(Fault { kind, detail }) => {
                parts.refuse(format!("object {number}").as_bytes(), kind, detail);
                continue;
            }
        };
        // Attached files are members.
        let flow = if has_name(object.dictionary, b"EmbeddedFile") {
            parts
                .member(format!("attachment {number}").as_bytes(), Input::Whole(crate::model::Whole::Memory(&unpacked)))
        } else {
            let text = if pdf_text::is_content(&unpacked) { pdf_text::shown(&unpacked, &fonts) } else { unpacked };
            parts.view(&format!("object {number}"), &text)
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    if memchr::memmem::rfind(bytes, b"%%EOF").is_none() {
        return Err(Fault::corrupt("it is damaged: it has no end, and what followed is missing"));
    }
    Ok(ControlFlow::Continue(()))
}

/// An object: its dictionary, or whatever it is, and its stream.
struct Object<'a> {
    dictionary: &'a [u8],
    data: Option<&'a [u8]>,
}

impl Object<'_> {
    /// The stream without its filters; of those that are for pictures it is left as it is.
    fn unpacked(&self, parts: &Parts<'_>) -> Result<Vec<u8>, Fault> {
        let mut data = self.data.unwrap_or_default().to_vec();
        for filter in filters(self.dictionary) {
            data = match filter {
                b"FlateDecode" | b"Fl" => inflate(&data, parts)?,
                b"ASCIIHexDecode" | b"AHx" => hex(&data),
                b"ASCII85Decode" | b"A85" => ascii85(&data),
                b"DCTDecode" | b"DCT" | b"JPXDecode" | b"CCITTFaxDecode" | b"CCF" | b"JBIG2Decode" => {
                    return Ok(Vec::new());
                }
                other => {
                    let name = String::from_utf8_lossy(other).into_owned();
                    return Err(Fault::unsupported(format!("the filter {name} is not read")));
                }
            };
        }
        Ok(data)
    }
}

fn inflate(data: &[u8], parts: &Parts<'_>) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    let reader = parts.budget.metered(Guarded::new(flate2::read::ZlibDecoder::new(data)));
    match reader.take(LONGEST_STREAM + 1).read_to_end(&mut out) {
        // Streams are cut off often enough: what there is counts.
        Err(error) if out.is_empty() || error.kind() == io::ErrorKind::Other => return Err(error.into()),
        _ => {}
    }
    if out.len() as u64 > LONGEST_STREAM {
        return Err(Fault::new(ProblemKind::TooLarge, format!("it unpacks to more than {LONGEST_STREAM} bytes")));
    }
    Ok(out)
}

/// The objects of a file by their numbers; of several with the same number the last.
fn objects(bytes: &[u8]) -> BTreeMap<u32, Object<'_>> {
    let mut objects = BTreeMap::new();
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&bytes[at..], b" obj").map(|found| at + found) {
        let begin = found + 4;
        at = begin;
        let Some(number) = number_before(&bytes[..found]) else { continue };
        let rest = &bytes[begin..];
        let end = memchr::memmem::find(rest, b"endobj").unwrap_or(rest.len());
        let stream = memchr::memmem::find(&rest[..end], b"stream").filter(|at| !rest[..*at].ends_with(b"end"));
        let object = match stream {
            None => Object { dictionary: &rest[..end], data: None },
            Some(place) => {
                let dictionary = &rest[..place];
                let data = &rest[place + 6..];
                let data = data.strip_prefix(b"\r").unwrap_or(data);
                let data = data.strip_prefix(b"\n").unwrap_or(data);
                let stated = length(dictionary).filter(|length| {
                    data.get(*length..).is_some_and(|after| after.trim_ascii_start().starts_with(b"endstream"))
                });
                let length = stated.or_else(|| memchr::memmem::find(data, b"endstream")).unwrap_or(data.len());
                at = bytes.len() - data.len() + length;
                Object { dictionary, data: Some(&data[..length]) }
            }
        };
        objects.insert(number, object);
    }
    objects
}

/// The number of an object whose generation ends here: `12 0`.
fn number_before(bytes: &[u8]) -> Option<u32> {
    let tail = &bytes[bytes.len().saturating_sub(24)..];
    let mut words = tail.rsplit(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let digits = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<u32>().ok();
    digits(words.next()?)?;
    let number = words.next()?;
    // What stands before may touch it.
    let start = number.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
    digits(&number[start..])
}

/// A length that stands in the dictionary itself.
fn length(dictionary: &[u8]) -> Option<usize> {
    let at = memchr::memmem::find(dictionary, b"/Length ")?;
    let mut words = dictionary[at + 8..].split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    let number = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
    let is_reference = words.next() == Some(b"0") && words.next() == Some(b"R");
    (!is_reference).then_some(number)
}

/// The filters of a stream, in the order in which they are taken off.
fn filters(dictionary: &[u8]) -> Vec<&[u8]> {
    let Some(at) = memchr::memmem::find(dictionary, b"/Filter") else { return Vec::new() };
    let rest = dictionary[at + 7..].trim_ascii_start();
    let list = match rest.strip_prefix(b"[") {
        Some(list) => &list[..memchr::memchr(b']', list).unwrap_or(list.len())],
        None => {
            let end = rest.iter().skip(1).position(|byte| matches!(byte, b'/' | b'>') || byte.is_ascii_whitespace());
            &rest[..end.map_or(rest.len(), |end| end + 1)]
        }
    };
    list.split(|byte| *byte == b'/').map(<[u8]>::trim_ascii).filter(|name| !name.is_empty()).collect()
}

/// Whether a name stands in a dictionary.
fn has_name(dictionary: &[u8], name: &[u8]) -> bool {
    let is_end = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    memchr::memmem::find_iter(dictionary, name)
        .any(|at| at > 0 && dictionary[at - 1] == b'/' && is_end(dictionary.get(at + name.len())))
}

/// The objects within an unpacked object stream, which begins with pairs of numbers and places.
fn inner_objects(list: &[u8]) -> Vec<(u32, &[u8])> {
    let mut numbers = Vec::new();
    for word in list.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
        match std::str::from_utf8(word).ok().and_then(|word| word.parse::<u32>().ok()) {
            Some(number) => numbers.push(number),
            None => break,
        }
    }
    let first = memchr::memchr2(b'<', b'[', list).unwrap_or(0);
    let pairs: Vec<(u32, usize)> = numbers.chunks_exact(2).map(|pair| (pair[0], first + pair[1] as usize)).collect();
    let ends = pairs.iter().skip(1).map(|(_, at)| *at).chain([list.len()]);
    pairs.iter().zip(ends).filter_map(|((number, at), end)| Some((*number, list.get(*at..end)?))).collect()
}

/// Five characters for four bytes.
fn ascii85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut group: Vec<u8> = Vec::new();
    let mut write = |group: &[u8]| {
        let filled = group.iter().chain(std::iter::repeat_n(&84, 5 - group.len()));
        let value = filled.fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add(u32::from(*digit)));
        out.extend_from_slice(&value.to_be_bytes()[..group.len().saturating_sub(1)]);
    };
    for byte in data {
        match byte {
            b'z' if group.is_empty() => write(&[0; 5]),
            b'!'..=b'u' => group.push(byte - b'!'),
            b'~' => break,
            _ => {}
        }
        if group.len() == 5 {
            write(&group);
            group.clear();
        }
    }
    if !group.is_empty() {
        write(&group);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_found_without_a_table() {
        let file = b"%PDF-1.4\n1 0 obj\n<< /Length 5 >>\nstream\nabcde\nendstream\nendobj\r12 0 obj<</Filter[/ASCIIHexDecode/FlateDecode]/Length 3 0 R>>stream\r\nxyz\r\nendstream endobj\n3 0 obj 3 endobj";
        let objects = objects(file);
        assert_eq!(objects.keys().copied().collect::<Vec<_>>(), [1, 3, 12]);
        assert_eq!(objects[&1].data, Some(&b"abcde"[..]));
        assert_eq!(objects[&12].data.map(<[u8]>::trim_ascii), Some(&b"xyz"[..]));
        assert_eq!(filters(objects[&12].dictionary), [&b"ASCIIHexDecode"[..], b"FlateDecode"]);
        assert_eq!(filters(b"<</Filter/FlateDecode/Length 3>>"), [&b"FlateDecode"[..]]);
    }

    #[test]
    fn bytes_come_back_from_eighty_five_characters() {
        assert_eq!(ascii85(b"87cURD]i,\"Ebo80~>"), b"Hello World!");
        assert_eq!(ascii85(b"z87cUR~>"), b"\0\0\0\0Hell");
    }
}
