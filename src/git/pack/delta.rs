//! Delta instructions: how a stored version is made from another one.
//!
//! The encoding is described under "Deltified representation" in <https://git-scm.com/docs/gitformat-pack>, read
//! 2026-11-23. Git writes copies of at most 64 KiB, so a long unchanged stretch is several instructions; `apply`
//! reports it as one [`Copied`], for whoever looks only at what changed should find no seam where there is none.

use super::buffer::Buffer;
use crate::git::gap::Fault;

/// A declared size over this, bytes, is compared with the instructions before memory is reserved for it.
const CHECK_OVER: usize = 1 << 20;

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op<'d> {
    /// Append this part of the base.
    Copy {
        /// Where it begins in the base, bytes.
        from: u32,
        /// How long it is, bytes; never zero.
        len: u32,
    },
    /// Append these bytes; never none.
    Insert(&'d [u8]),
}

/// A stretch of a version that came unchanged from its base. Everything between such stretches is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Where it begins in the base, bytes.
    pub from: u32,
    /// Where it begins in the version, bytes.
    pub to: u32,
    /// How long it is, bytes; never zero.
    pub len: u32,
}

/// A delta with its two sizes read.
#[derive(Clone, Copy, Debug)]
pub struct Delta<'d> {
    /// The size that the base must have, bytes.
    pub base_size: u64,
    /// The size that the version will have, bytes.
    pub size: u64,
    instructions: &'d [u8],
}

impl<'d> Delta<'d> {
    /// Reads the sizes at the start of `bytes`.
    pub fn parse(bytes: &'d [u8]) -> Result<Delta<'d>, Fault> {
        let (base_size, rest) = parse_size(bytes)?;
        let (size, instructions) = parse_size(rest)?;
        Ok(Delta { base_size, size, instructions })
    }

    /// The instructions in order. After an error the iterator is at its end.
    pub fn ops(&self) -> Ops<'d> {
        Ops { rest: self.instructions }
    }
}

/// A little-endian size in groups of seven bits, and what follows it.
fn parse_size(bytes: &[u8]) -> Result<(u64, &[u8]), Fault> {
    let mut value = 0;
    for (i, byte) in bytes.iter().enumerate() {
        let part = u64::from(byte & 0x7f);
        let shift = 7 * i as u32;
        if shift >= 64 || part << shift >> shift != part {
            return Err(Fault::Corrupt("a delta's size does not fit in 64 bits"));
        }
        value |= part << shift;
        if byte & 0x80 == 0 {
            return Ok((value, &bytes[i + 1..]));
        }
    }
    Err(Fault::Truncated("a delta's sizes"))
}

/// Iterator over instructions, see [`Delta::ops`].
#[derive(Clone, Debug)]
pub struct Ops<'d> {
    rest: &'d [u8],
}

impl<'d> Ops<'d> {
    /// Reads the instruction that begins with `code`, which has been taken off.
    fn decode(&mut self, code: u8) -> Result<Op<'d>, Fault> {
        if code == 0 {
            return Err(Fault::Corrupt("a delta instruction that is reserved"));
        }
        if code & 0x80 == 0 {
            let (bytes, rest) =
                self.rest.split_at_checked(usize::from(code)).ok_or(Fault::Truncated("a delta instruction"))?;
            self.rest = rest;
            return Ok(Op::Insert(bytes));
        }
        // The low seven bits say which bytes of a four-byte position and a three-byte length are present.
        let (field, rest) = match self.rest.first_chunk::<7>() {
            Some(field) => (*field, self.rest),
            None => (self.last_bytes(code)?, self.rest),
        };
        let (mut at, mut value) = (0, 0u64);
        for bit in 0..7 {
            if code >> bit & 1 != 0 {
                value |= u64::from(field[at]) << (8 * bit);
                at += 1;
            }
        }
        self.rest = &rest[at..];
        let len = match (value >> 32) as u32 {
            0 => 0x10000,
            len => len,
        };
        Ok(Op::Copy { from: value as u32, len })
    }

    /// The bytes that are left, when there are fewer than a whole copy instruction may have.
    fn last_bytes(&self, code: u8) -> Result<[u8; 7], Fault> {
        let wanted = (code & 0x7f).count_ones() as usize;
        let mut field = [0; 7];
        let bytes = self.rest.get(..wanted).ok_or(Fault::Truncated("a delta instruction"))?;
        field[..wanted].copy_from_slice(bytes);
        Ok(field)
    }
}

impl<'d> Iterator for Ops<'d> {
    type Item = Result<Op<'d>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let (code, rest) = self.rest.split_first()?;
        self.rest = rest;
        let op = self.decode(*code);
        if op.is_err() {
            self.rest = &[];
        }
        Some(op)
    }
}

/// Makes the version out of its base: its bytes into `out`, what it kept of the base into `copied`, in the version's
/// order and with adjoining copies joined.
///
/// Errs when the base has not the size the delta expects, when an instruction reaches outside the base, or when the
/// result has not the declared size, which may be at most `limit` bytes (and under 4 GiB).
pub(crate) fn apply(
    delta: &Delta<'_>,
    base: &[u8],
    limit: u64,
    out: &mut Buffer,
    copied: &mut Vec<Copied>,
) -> Result<(), Fault> {
    const WRONG_SIZE: Fault = Fault::Corrupt("a delta does not make an object of the size it declares");
    copied.clear();
    if delta.base_size != base.len() as u64 {
        return Err(Fault::Corrupt("a delta was made for a base of another size"));
    }
    let limit = limit.min(u64::from(u32::MAX));
    let size = match usize::try_from(delta.size) {
        Ok(size) if delta.size <= limit => size,
        _ => return Err(Fault::TooLarge { size: delta.size, limit }),
    };
    if size > CHECK_OVER && !makes(delta, delta.size)? {
        return Err(WRONG_SIZE);
    }
    let out = out.resize_stale(size);
    let mut at = 0;
    for op in delta.ops() {
        let bytes = match op? {
            Op::Insert(bytes) => bytes,
            Op::Copy { from, len } => {
                let bytes = base
                    .get(from as usize..)
                    .and_then(|tail| tail.get(..len as usize))
                    .ok_or(Fault::Corrupt("a delta copies from outside its base"))?;
                push(copied, Copied { from, to: at as u32, len });
                bytes
            }
        };
        out.get_mut(at..at + bytes.len()).ok_or(WRONG_SIZE)?.copy_from_slice(bytes);
        at += bytes.len();
    }
    if at == size { Ok(()) } else { Err(WRONG_SIZE) }
}

/// Like [`apply`], with newly allocated memory, for tests.
#[doc(hidden)]
pub fn make(delta: &[u8], base: &[u8], limit: u64) -> Result<(Vec<u8>, Vec<Copied>), Fault> {
    let (mut out, mut copied) = (Buffer::default(), Vec::new());
    apply(&Delta::parse(delta)?, base, limit, &mut out, &mut copied)?;
    Ok((out.to_vec(), copied))
}

/// Whether the instructions make `size` bytes.
fn makes(delta: &Delta<'_>, size: u64) -> Result<bool, Fault> {
    let mut sum = 0;
    for op in delta.ops() {
        sum += match op? {
            Op::Insert(bytes) => bytes.len() as u64,
            Op::Copy { len, .. } => u64::from(len),
        };
    }
    Ok(sum == size)
}

/// Appends a stretch, joining it to the last one when it continues that one in the base and in the version.
fn push(copied: &mut Vec<Copied>, next: Copied) {
    if let Some(last) = copied.last_mut()
        && u64::from(last.from) + u64::from(last.len) == u64::from(next.from)
        && last.to + last.len == next.to
    {
        last.len += next.len;
        return;
    }
    copied.push(next);
}
