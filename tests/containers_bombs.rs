//! Bombs: each is read in bounded time and memory, is named in the report, and leaves nothing on disk. Those that take long without
//! optimization are in `benches/bombs.py`.

use crate::binary::{stanch, token};
use crate::containers_support::{deflated, gzip, piped, scan_bytes, zip};
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// The program is not optimized here; a release takes a tenth.
const SOON: Duration = Duration::from_secs(60);
/// The most memory that one of them may take, KiB.
const MOST: u64 = 150 << 10;

/// Scans a file and asserts that it is named with this kind, soon and in little memory.
#[track_caller]
fn defused(name: &str, bytes: &[u8], kind: &str) {
    let dir = tempfile::tempdir().expect("a directory");
    fs::create_dir(dir.path().join("in")).expect("a directory");
    fs::create_dir(dir.path().join("tmp")).expect("a directory");
    fs::write(dir.path().join("in").join(name), bytes).expect("a file");
    let begin = Instant::now();
    let mut command = stanch(dir.path(), ["scan", "--format", "json", "-o", "report.json", "in"]);
    let child = command.env("TMPDIR", dir.path().join("tmp")).stderr(Stdio::null()).spawn().expect("it starts");
    let (code, memory) = ended(child);
    let took = begin.elapsed();
    let report = fs::read_to_string(dir.path().join("report.json")).unwrap_or_default();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap_or_default();
    let problems = report["problems"].as_array().cloned().unwrap_or_default();
    assert!(problems.iter().any(|problem| problem["kind"] == kind), "{name}: {code:?}: {problems:#?}");
    assert!(matches!(code, Some(1 | 3)), "{name}: {code:?}");
    assert!(took < SOON, "{name} took {took:?}");
    assert!(0 < memory && memory < MOST, "{name} took {} MiB", memory >> 10);
    let left = |folder: &str| fs::read_dir(dir.path().join(folder)).expect("a directory").count();
    assert_eq!((left("in"), left("tmp"), left("")), (1, 0, 3), "{name} left something behind");
}

/// Waits for a process: its exit code, and the most memory that it had, KiB. It is asked for while the process runs: what is told at its end
/// counts the memory of the process that started it, too.
fn ended(mut child: std::process::Child) -> (Option<i32>, u64) {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let peak =
            text.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|rest| rest.split_whitespace().next());
        // Before it runs our program it is a copy of the test.
        if text.starts_with("Name:\tstanch\n") {
            most = most.max(peak.and_then(|kib| kib.parse().ok()).unwrap_or(0));
        }
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return (status.code(), most);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn bombs_of_nesting() {
    let mut nested = b"nothing\n".to_vec();
    for _ in 0..1000 {
        nested = gzip(&nested);
    }
    defused("nested.gz", &nested, "too-large");
}

#[test]
fn bombs_of_members() {
    // One kernel that the directory names 60,000 times.
    let one = zip(&[deflated("a.bin", &vec![7; 1 << 20])]);
    let start = one.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a directory");
    let end = one.windows(4).position(|bytes| bytes == b"PK\x05\x06").expect("an end");
    let (mut last, count) = (one[end..].to_vec(), 60_000_u16);
    last[8..10].copy_from_slice(&count.to_le_bytes());
    last[10..12].copy_from_slice(&count.to_le_bytes());
    last[12..16].copy_from_slice(&((end - start) as u32 * u32::from(count)).to_le_bytes());
    let overlapping = [&one[..start], &one[start..end].repeat(count.into()), &last].concat();
    defused("overlapping.zip", &overlapping, "corrupt");
}

/// A 7z file of one member, stored in LZMA2 with this dictionary.
fn seven_zip(dictionary: u8, data: &[u8]) -> Vec<u8> {
    seven_zip_of(&[dictionary], &[1], data)
}

/// The same with a decoder for each dictionary, one behind the other, and this count of files, as the format writes it.
fn seven_zip_of(dictionaries: &[u8], files: &[u8], data: &[u8]) -> Vec<u8> {
    assert!(data.len() < 128, "short numbers");
    let size = data.len() as u8;
    // A chunk that is not compressed, and the end.
    let packed = [&[1, 0, size - 1], data, &[0]].concat();
    let name: Vec<u8> = "a.env\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let coders: Vec<u8> = dictionaries.iter().flat_map(|dictionary| [0x21, 0x21, 1, *dictionary]).collect();
    let count = dictionaries.len() as u8;
    // What comes out of each goes into the one before.
    let bound: Vec<u8> = (1..count).flat_map(|number| [number - 1, number]).collect();
    let header = [
        &[1, 4, 6, 0, 1, 9, packed.len() as u8, 0, 7, 11, 1, 0, count][..],
        &coders,
        &bound,
        &[12],
        &vec![size; dictionaries.len()],
        &[0, 8, 0, 0, 5],
        files,
        &[0x11, name.len() as u8 + 1, 0],
        &name,
        &[0, 0],
    ]
    .concat();
    let start = [(packed.len() as u64).to_le_bytes(), (header.len() as u64).to_le_bytes()].concat();
    let start = [&start[..], &crc32fast::hash(&header).to_le_bytes()].concat();
    [&b"7z\xBC\xAF\x27\x1C\0\x04"[..], &crc32fast::hash(&start).to_le_bytes(), &start, &packed, &header].concat()
}

/// Blocks of xz, each with its dictionary, one stream without checks.
fn xz(blocks: &[(u8, &[u8])]) -> Vec<u8> {
    let mut out = b"\xFD7zXZ\0\0\0".to_vec();
    out.extend(crc32fast::hash(&[0, 0]).to_le_bytes());
    let mut records = vec![0, blocks.len() as u8];
    for (dictionary, data) in blocks {
        let header = [2, 0, 0x21, 1, *dictionary, 0, 0, 0];
        let packed = [&[1, 0, data.len() as u8 - 1], *data, &[0]].concat();
        let size = header.len() + 4 + packed.len();
        out.extend([&header[..], &crc32fast::hash(&header).to_le_bytes(), &packed].concat());
        out.resize(out.len().next_multiple_of(4), 0);
        assert!(size < 128 && data.len() < 128, "short numbers");
        records.extend([size as u8, data.len() as u8]);
    }
    records.resize(records.len().next_multiple_of(4), 0);
    let footer = [&((records.len() / 4) as u32).to_le_bytes()[..], &[0, 0]].concat();
    out.extend([&records[..], &crc32fast::hash(&records).to_le_bytes()].concat());
    out.extend([&crc32fast::hash(&footer).to_le_bytes(), &footer[..], b"YZ"].concat());
    out
}

#[test]
fn bombs_of_dictionaries() {
    let text = format!("GH_TOKEN=\"{}\"\n", token(1));
    // The forms are right: with a small dictionary what they hold is found.
    scan_bytes("a.7z", &seven_zip(16, text.as_bytes())).exits(1).finds(&token(1), "a.7z!a.env").names(&[]);
    defused("a.7z", &seven_zip(40, text.as_bytes()), "too-large");
    // Eight decoders of one block, each of which asks for 96 MiB: all of them are open at once.
    defused("a.7z", &seven_zip_of(&[29; 8], &[1], text.as_bytes()), "too-large");
    // Two hundred million files in a list of some forty bytes.
    defused("a.7z", &seven_zip_of(&[16], &[0xF0, 0, 0, 0, 12], text.as_bytes()), "corrupt");
    let two = |second| xz(&[(16, b"nothing\n"), (second, text.as_bytes())]);
    scan_bytes("a.env.xz", &two(16)).exits(1).finds(&token(1), "a.env.xz!a.env").names(&[]);
    defused("a.env.xz", &two(40), "too-large");
    let lzma = |dictionary: u32| [&[0x5D][..], &dictionary.to_le_bytes(), &[0xFF; 8], &[0; 9]].concat();
    defused("a.lzma", &lzma(3 << 30), "too-large");
    // A window of two gigabytes that the frame's header asks for.
    defused("a.zst", &[&b"\x28\xB5\x2F\xFD\0\xA8"[..], &[0; 16]].concat(), "corrupt");
}

#[test]
fn xz_is_read_in_all_its_forms() {
    let filler: String =
        (0..60_000_u64).map(|number| format!("{:x}\n", number.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
    let text = format!("{filler}GH_TOKEN=\"{}\"\n{filler}", token(2));
    for args in [
        &["-c"][..],
        &["-c", "--check=none"],
        &["-c", "--check=crc32"],
        &["-c", "--check=sha256"],
        &["-c", "-T2", "--block-size=100000"],
        &["-c", "--x86", "--lzma2=preset=6"],
        &["-c", "--delta=dist=3", "--arm", "--lzma2"],
    ] {
        let Some(packed) = piped("xz", args, text.as_bytes()) else { return };
        scan_bytes("a.env.xz", &packed).exits(1).finds(&token(2), "a.env.xz!a.env").names(&[]);
        // Streams that follow one another, with padding between them and behind.
        let Some(first) = piped("xz", args, b"nothing\n") else { return };
        let all = [&first[..], &[0; 8], &packed, &[0; 4]].concat();
        scan_bytes("a.env.xz", &all).exits(1).finds(&token(2), "a.env.xz!a.env").names(&[]);
        // A damaged check, or a cut end.
        let cut = scan_bytes("a.env.xz", &packed[..packed.len() - 20]);
        assert_eq!(cut.problems().len(), 1, "{args:?}");
        if args.len() < 3 && !args.contains(&"--check=none") {
            let mut damaged = packed.clone();
            let middle = damaged.len() / 2;
            damaged[middle] ^= 1;
            assert_eq!(scan_bytes("a.env.xz", &damaged).problems().len(), 1, "{args:?}");
        }
    }
}

/// Rows of SQLite that share the pages they go on to: each is joined out of all of them.
#[test]
fn bombs_of_shared_pages() {
    const PAGE: usize = 65_536;
    let mut file = vec![0; 4 * PAGE];
    file[..16].copy_from_slice(b"SQLite format 3\0");
    file[16..18].copy_from_slice(&1_u16.to_be_bytes());
    file[56..60].copy_from_slice(&1_u32.to_be_bytes());
    // The schema is empty; what lies on the second page belongs to no table.
    file[100] = 13;
    // One row of sixteen megabytes, which 28,000 cells are: so many bytes of it stand on the page.
    let (page, cells) = (PAGE, 28_000_usize);
    let local = (PAGE - 12) * 32 / 255 - 23;
    let length = local + 255 * (PAGE - 4);
    file[page] = 13;
    file[page + 3..page + 5].copy_from_slice(&(cells as u16).to_be_bytes());
    let row = 8 + 2 * cells;
    for cell in 0..cells {
        file[page + 8 + 2 * cell..][..2].copy_from_slice(&(row as u16).to_be_bytes());
    }
    let varint = [21, 14, 7, 0].map(|bits| (length >> bits & 127) as u8 | if bits > 0 { 128 } else { 0 });
    file[page + row..][..4].copy_from_slice(&varint);
    // The number of the row, and a record of one text that takes the rest.
    file[page + row + 4] = 1;
    let text = (length - 5) * 2 + 13;
    let header = [28, 21, 14, 7, 0].map(|bits| (text >> bits & 127) as u8 | if bits > 0 { 128 } else { 0 });
    file[page + row + 5] = 6;
    file[page + row + 6..][..5].copy_from_slice(&header);
    // Two pages follow one another without end.
    let next = page + row + 5 + local;
    file[next..next + 4].copy_from_slice(&3_u32.to_be_bytes());
    for (at, next) in [(2, 4_u32), (3, 3)] {
        file[at * PAGE..at * PAGE + 4].copy_from_slice(&next.to_be_bytes());
        file[at * PAGE + 4..(at + 1) * PAGE].fill(b'a');
    }
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("a.db"), &file).expect("a file");
    let begin = Instant::now();
    let mut command = stanch(dir.path(), ["scan", "-q", "a.db"]);
    let (_, memory) = ended(command.stdout(Stdio::null()).spawn().expect("it starts"));
    assert!(begin.elapsed() < SOON && 0 < memory && memory < MOST, "{memory} KiB");
}
