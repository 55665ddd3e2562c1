//! Arbitrary bytes as text: however they are cut, they are the same text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stanch::content::TextView;

fuzz_target!(|input: (u16, Vec<u8>)| {
    let (capacity, bytes) = input;
    let (whole, offsets) = TextView::of(&bytes);
    let mut rest = &bytes[..];
    let (mut view, mut buffer, mut filled, mut seen) = (TextView::new(), Vec::new(), 0, 0);
    loop {
        let (ended, result) = view.fill(&mut rest, &mut buffer, &mut filled, 1 + usize::from(capacity));
        result.expect("a slice can be read");
        assert_eq!(whole[seen..seen + filled], buffer[..filled]);
        (seen..seen + filled).for_each(|at| assert_eq!(view.outer(at), offsets.outer(at)));
        seen += filled;
        filled = 0;
        view.forget_before(seen);
        if ended {
            break;
        }
    }
    assert_eq!(seen, whole.len());
});
