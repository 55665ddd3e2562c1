//! What 64 bytes are: token characters, those of them that are in words, digits.

use crate::rules::run::in_run;

/// So many bytes at once: bit `n` of a mask is byte `n`.
pub(super) const BLOCK: usize = 64;

/// One bit a byte.
#[derive(Clone, Copy, Default)]
pub(super) struct Masks {
    /// Letters, digits, `_` and `-`.
    pub(super) tokens: u64,
    /// The same without `-`.
    pub(super) words: u64,
    /// Digits.
    pub(super) digits: u64,
}

impl Masks {
    /// The naive twin of the others.
    pub(super) fn scalar(block: &[u8; BLOCK]) -> Masks {
        let mut masks = Masks::default();
        for (at, byte) in block.iter().enumerate() {
            let is_token = in_run(*byte);
            masks.tokens |= u64::from(is_token) << at;
            masks.words |= u64::from(is_token && *byte != b'-') << at;
            masks.digits |= u64::from(byte.is_ascii_digit()) << at;
        }
        masks
    }

    /// Each byte is classified by its two halves: a class is a bit that both have.
    ///
    /// # Safety
    /// The processor must have AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) unsafe fn avx2(block: &[u8; BLOCK]) -> Masks {
        use std::arch::x86_64::*;
        /// `0`–`9`; `-`; the letters of the columns `4` and `6` of ASCII; those of `5` and `7`; `_`.
        const DIGIT: u8 = 1;
        const DASH: u8 = 2;
        const FIRST: u8 = 4;
        const SECOND: u8 = 8;
        const UNDERSCORE: u8 = 16;
        const LETTER: u8 = FIRST | SECOND;
        const ALL: u8 = DIGIT | LETTER;
        #[rustfmt::skip]
        const LOW: [u8; 16] = [
            DIGIT | SECOND, ALL, ALL, ALL, ALL, ALL, ALL, ALL,
            ALL, ALL, LETTER, FIRST, FIRST, FIRST | DASH, FIRST, FIRST | UNDERSCORE,
        ];
        const HIGH: [u8; 16] = [0, 0, DASH, DIGIT, FIRST, SECOND | UNDERSCORE, FIRST, SECOND, 0, 0, 0, 0, 0, 0, 0, 0];
        // SAFETY: both tables have 16 bytes.
        let [low, high] =
            [&LOW, &HIGH].map(|table| unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast())) });
        let half = _mm256_set1_epi8(15);
        let mut masks = Masks::default();
        for side in 0..2 {
            // SAFETY: the block has twice 32 bytes.
            let bytes = unsafe { _mm256_loadu_si256(block.as_ptr().add(side * 32).cast()) };
            let class = _mm256_and_si256(
                _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, half)),
                _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)),
            );
            let bits = |mask: __m256i| u64::from(_mm256_movemask_epi8(mask).cast_unsigned()) << (side * 32);
            let none = bits(_mm256_cmpeq_epi8(class, _mm256_setzero_si256()));
            // A class's bit is moved to the top of its byte, where the mask is taken from.
            let dash = bits(_mm256_slli_epi16(class, 6));
            let tokens = !none & (0xFFFF_FFFF << (side * 32));
            masks.tokens |= tokens;
            masks.words |= tokens & !dash;
            masks.digits |= bits(_mm256_slli_epi16(class, 7));
        }
        masks
    }

    /// Each byte is looked up in a table of 128.
    ///
    /// # Safety
    /// The processor must have AVX-512 BW and VBMI.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    #[inline]
    pub(super) unsafe fn vbmi(block: &[u8; BLOCK]) -> Masks {
        use std::arch::x86_64::*;
        const TOKEN: u8 = 1;
        const WORD: u8 = 2;
        const DIGIT: u8 = 4;
        const CLASSES: [u8; 128] = {
            let mut classes = [0; 128];
            let mut byte = 0;
            while byte < 128 {
                let is_token = if in_run(byte) { TOKEN } else { 0 };
                let is_word = if in_run(byte) && byte != b'-' { WORD } else { 0 };
                let is_digit = if byte.is_ascii_digit() { DIGIT } else { 0 };
                classes[byte as usize] = is_token | is_word | is_digit;
                byte += 1;
            }
            classes
        };
        // SAFETY: the table has twice 64 bytes, and the block has 64.
        let [first, second, bytes] = unsafe {
            [CLASSES.as_ptr(), CLASSES.as_ptr().add(64), block.as_ptr()].map(|at| _mm512_loadu_si512(at.cast()))
        };
        // The look-up goes by the lower seven bits.
        let ascii = !_mm512_movepi8_mask(bytes);
        let classes = _mm512_permutex2var_epi8(first, bytes, second);
        let of = |class: u8| ascii & _mm512_test_epi8_mask(classes, _mm512_set1_epi8(class.cast_signed()));
        Masks { tokens: of(TOKEN), words: of(WORD), digits: of(DIGIT) }
    }
}
