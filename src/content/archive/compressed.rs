//! Compressed streams. Members that follow one another are read to the last, as each format's own program does.

use super::lzip::Lzip;
use super::xz::Xz;
use crate::content::budget::Budget;
use crate::content::fault::Fault;
use crate::content::guard::Guarded;
use crate::content::input::{Input, skip};
use crate::content::parts::{Flow, Parts, stream};
use crate::content::recognise::Container;
use crate::model::ProblemKind;
use std::io::{self, BufRead, BufReader, Read};

const BUFFER: usize = 64 << 10;
/// Endings that say that a file is compressed, and what the name is without them.
const ENDINGS: [(&str, &str); 20] = [
    (".tgz", ".tar"),
    (".taz", ".tar"),
    (".tbz2", ".tar"),
    (".tbz", ".tar"),
    (".txz", ".tar"),
    (".tzst", ".tar"),
    (".tlz", ".tar"),
    (".svgz", ".svg"),
    (".gz", ""),
    (".bz2", ""),
    (".bz", ""),
    (".xz", ""),
    (".lzma", ""),
    (".lz", ""),
    (".zst", ""),
    (".zstd", ""),
    (".lz4", ""),
    (".zz", ""),
    (".zlib", ""),
    (".z", ""),
];

/// Passes on what a stream unpacks to.
pub(in crate::content) fn expand(container: Container, name: &str, input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let budget = parts.budget;
    let input = BufReader::with_capacity(BUFFER, input.into_reader()?);
    let mut output = BufReader::with_capacity(BUFFER, budget.metered(decoder(container, input, budget)?));
    Ok(parts.member(inner_name(name).as_bytes(), stream(&mut output)))
}

/// What the content of a compressed file is called.
fn inner_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    for (ending, instead) in ENDINGS {
        let at = name.len().saturating_sub(ending.len());
        if at > 0 && name.is_char_boundary(at) && name[at..].eq_ignore_ascii_case(ending) {
            return format!("{}{instead}", &name[..at]);
        }
    }
    name.to_owned()
}

/// A reader of what a stream unpacks to.
pub(in crate::content) fn decoder<'a>(
    container: Container,
    mut input: impl BufRead + 'a,
    budget: &Budget,
) -> Result<Box<dyn Read + 'a>, Fault> {
    let most = budget.dictionary();
    Ok(match container {
        Container::Gzip => {
            let open = flate2::bufread::GzDecoder::new as fn(_) -> _;
            let (state, magic, close) =
                (State::Within(open(input)), b"\x1F\x8B".as_slice(), flate2::bufread::GzDecoder::into_inner);
            Box::new(Guarded::new(Members { state, magic, open, close }))
        }
        Container::Bzip2 => {
            let open = bzip2::bufread::BzDecoder::new as fn(_) -> _;
            let (state, magic, close) =
                (State::Within(open(input)), b"BZh".as_slice(), bzip2::bufread::BzDecoder::into_inner);
            Box::new(Guarded::new(Members { state, magic, open, close }))
        }
        Container::Zlib => Box::new(Guarded::new(flate2::bufread::ZlibDecoder::new(input))),
        Container::Xz => Box::new(Guarded::new(Xz::new(input, most))),
        Container::Lzma => {
            let most = u32::try_from(most / 1024).unwrap_or(u32::MAX);
            let reader = lzma_rust2::LzmaReader::new_mem_limit(input, most, None);
            Box::new(Guarded::new(
                reader.map_err(|_| Fault::new(ProblemKind::TooLarge, "its dictionary is too large"))?,
            ))
        }
        Container::Lzip => Box::new(Guarded::new(Lzip::new(input, most))),
        Container::Zstd => Box::new(Guarded::new(Zstd { input, decoder: None, most })),
        Container::Lz4 => {
            if input.fill_buf()?.starts_with(b"\x02\x21\x4C\x18") {
                return Err(Fault::unsupported("the old format of lz4 is not read: pack it again with `lz4`"));
            }
            Box::new(Guarded::new(Lz4 { decoder: lz4_flex::frame::FrameDecoder::new(input) }))
        }
        _ => return Err(Fault::unsupported("not a compressed stream")),
    })
}

/// Members of one format that follow one another. What follows the last one is no member, and passed on as it is.
struct Members<R, D> {
    state: State<R, D>,
    magic: &'static [u8],
    open: fn(R) -> D,
    close: fn(D) -> R,
}

enum State<R, D> {
    Within(D),
    After(R),
    Ended,
}

impl<R: BufRead, D: Read> Read for Members<R, D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.state {
                State::Within(decoder) => {
                    let count = decoder.read(buffer)?;
                    if count > 0 || buffer.is_empty() {
                        return Ok(count);
                    }
                }
                State::After(rest) => return rest.read(buffer),
                State::Ended => return Ok(0),
            }
            let State::Within(decoder) = std::mem::replace(&mut self.state, State::Ended) else { return Ok(0) };
            let mut rest = (self.close)(decoder);
            self.state = match rest.fill_buf()? {
                next if next.starts_with(self.magic) => State::Within((self.open)(rest)),
                _ => State::After(rest),
            };
        }
    }
}

/// Frames of Zstandard that follow one another; those that programs are to skip are skipped.
struct Zstd<R> {
    input: R,
    decoder: Option<Box<ruzstd::decoding::FrameDecoder>>,
    /// The largest window, bytes.
    most: u64,
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let damaged = |error: &dyn std::fmt::Display| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
        loop {
            if let Some(decoder) = &mut self.decoder {
                while decoder.can_collect() == 0 && !decoder.is_finished() {
                    let strategy = ruzstd::decoding::BlockDecodingStrategy::UptoBlocks(1);
                    decoder.decode_blocks(&mut self.input, strategy).map_err(|error| damaged(&error))?;
                }
                let count = decoder.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
                let sums = (decoder.get_checksum_from_data(), decoder.get_calculated_checksum());
                if let (Some(stated), Some(found)) = sums
                    && stated != found
                {
                    self.decoder = None;
                    return Err(damaged(&"its checksum is wrong"));
                }
            }
            let next = self.input.fill_buf()?;
            if next.is_empty() {
                return Ok(0);
            }
            if let [0x50..=0x5F, 0x2A, 0x4D, 0x18] = next.get(..4).unwrap_or_default() {
                let mut header = [0; 8];
                self.input.read_exact(&mut header)?;
                skip(&mut self.input, u64::from(u32::from_le_bytes([header[4], header[5], header[6], header[7]])))?;
                continue;
            }
            let decoder = self.decoder.get_or_insert_default();
            decoder.set_max_window_size(self.most);
            decoder.reset(&mut self.input).map_err(|error| damaged(&error))?;
        }
    }
}

/// Frames of LZ4 that follow one another.
struct Lz4<R: BufRead> {
    decoder: lz4_flex::frame::FrameDecoder<R>,
}

impl<R: BufRead> Read for Lz4<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.decoder.read(buffer)?;
            // The end of a frame reads as an end.
            if count > 0 || buffer.is_empty() || self.decoder.get_mut().fill_buf()?.is_empty() {
                return Ok(count);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_has_the_name_without_the_ending() {
        for (outer, inner) in [
            ("a.tar.gz", "a.tar"),
            ("dir/a.TGZ", "a.tar"),
            ("f.env.xz", "f.env"),
            ("data", "data"),
            (".gz", ".gz"),
            ("drawing.svgz", "drawing.svg"),
        ] {
            assert_eq!(inner_name(outer), inner);
        }
    }
}
