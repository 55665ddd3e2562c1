//! Small valid inputs for each fuzz target.

use crate::containers_support::piped;
use crate::git_support::pack::{Op, delta};
use crate::git_support::tables::{Record, table};
use crate::git_support::{Random, busy_repo};
use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

type Seeds = BTreeMap<String, Vec<Vec<u8>>>;

/// A name of an object.
const NAME: &str = "0123456789abcdef0123456789abcdef01234567";

/// The valid inputs of a target; at least one.
pub(crate) fn seeds(target: &str) -> Vec<Vec<u8>> {
    static ALL: OnceLock<Seeds> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let mut all = Seeds::new();
        containers(&mut all);
        compressed(&mut all);
        repositories(&mut all);
        tables(&mut all);
        for (target, text) in TEXTS {
            all.entry((*target).to_owned()).or_default().push(text.as_bytes().to_vec());
        }
        let every: Vec<Vec<u8>> = all.values().flatten().filter(|bytes| bytes.len() < 600).cloned().collect();
        for target in ["recognised", "engine", "text_view"] {
            all.entry(target.to_owned()).or_default().extend(every.iter().cloned());
        }
        all
    });
    // Without the program that makes them, whatever the bytes.
    all.get(target).cloned().unwrap_or_else(|| vec![Random::new(1).bytes(200)])
}

fn add(all: &mut Seeds, target: &str, bytes: Vec<u8>) {
    all.entry(target.to_owned()).or_default().push(bytes);
}

/// Those that Python makes, if there is one.
fn containers(all: &mut Seeds) {
    let folder = tempfile::tempdir().expect("a folder");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz_seeds/containers.py");
    let made = std::process::Command::new("python3").arg(script).arg(folder.path()).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    for file in fs::read_dir(folder.path()).expect("a folder").flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let target = name.split('.').next().unwrap_or_default();
        add(all, target, fs::read(file.path()).expect("a file"));
    }
}

/// Those of programs that not every machine has.
fn compressed(all: &mut Seeds) {
    let text = b"name = \"value of some words\"\n".repeat(20);
    for (target, program, args) in [
        ("zstd", "zstd", &["-c", "--check"][..]),
        ("zstd", "zstd", &["-c", "-19", "--long=24", "--no-check"]),
        ("lz4", "lz4", &["-c", "-BD", "--content-size"]),
        ("lz4", "lz4", &["-c", "-l"]),
        ("xz", "xz", &["-c", "--block-size=100"]),
    ] {
        let made = piped(program, args, &text);
        made.into_iter().for_each(|bytes| add(all, target, bytes));
    }
}

/// Those that git makes.
fn repositories(all: &mut Seeds) {
    let repo = busy_repo(&[], 6);
    repo.git(&["tag", "-a", "-m", "a tag", "v2"]);
    for (kind, bytes) in repo.cat_all().into_values().filter(|(_, bytes)| bytes.len() < 1000) {
        let target = if kind == stanch::git::oid::Kind::Tree { "tree_entries" } else { "commit_headers" };
        add(all, target, bytes);
    }
    for version in ["2", "4"] {
        repo.git(&["update-index", "--index-version", version]);
        let index = fs::read(repo.path.join(".git/index")).expect("an index");
        add(all, "git_index", [&[0xfe][..], &index].concat());
    }
    repo.git(&["update-index", "--untracked-cache", "--split-index"]);
    let index = fs::read(repo.path.join(".git/index")).expect("an index");
    let shared = fs::read_dir(repo.path.join(".git")).expect("a folder").flatten();
    let shared = shared.filter(|file| file.file_name().to_string_lossy().starts_with("sharedindex"));
    for file in shared {
        let shared = fs::read(file.path()).expect("an index");
        // The first byte says where the two are cut.
        let cut = (index.len() * 256 / (index.len() + shared.len())).min(254) as u8 & 0xfe;
        add(all, "git_index", [&[cut][..], &index, &shared].concat());
    }
    let loose = fs::read_dir(repo.objects()).expect("a folder").flatten().filter(|dir| dir.file_name().len() == 2);
    for file in loose.flat_map(|dir| fs::read_dir(dir.path()).expect("a folder").flatten()).take(12) {
        add(all, "loose", fs::read(file.path()).expect("an object"));
    }
    repo.git(&["repack", "-adfq"]);
    let pack = repo.packs().remove(0);
    add(all, "pack_index", fs::read(pack.with_extension("idx")).expect("an index"));
    repo.git(&["-c", "pack.indexVersion=1", "repack", "-adfq"]);
    add(all, "pack_index", fs::read(repo.packs().remove(0).with_extension("idx")).expect("an index"));
    repo.git(&["pack-refs", "--all"]);
    add(all, "packed_refs", fs::read(repo.path.join(".git/packed-refs")).expect("references"));
    add(all, "git_config", fs::read(repo.path.join(".git/config")).expect("a configuration"));
    let pack = fs::read(repo.packs().remove(0)).expect("a pack");
    let listed = repo.git(&["verify-pack", "-v", repo.packs().remove(0).to_str().expect("text")]);
    let mut offsets: Vec<u16> =
        listed.lines().filter_map(|line| line.split_whitespace().nth(4)?.parse().ok()).take(15).collect();
    offsets.sort_unstable();
    let places = offsets.iter().flat_map(|at| (at - 12).to_be_bytes());
    let body = &pack[12..pack.len().min(12 + 4000)];
    add(all, "pack", [offsets.len() as u8].into_iter().chain(places).chain(body.iter().copied()).collect());
}

/// Those that are written here byte by byte.
fn tables(all: &mut Seeds) {
    let names: Vec<String> = (0..20).map(|n| format!("refs/heads/branch{n}")).collect();
    let refs: Vec<(&str, Record<'_>)> = names.iter().map(|name| (name.as_str(), Record::Direct(NAME))).collect();
    let odd = [
        ("HEAD", Record::Symbolic("refs/heads/main")),
        ("refs/a", Record::Deleted),
        ("refs/t", Record::Peeled(NAME, NAME)),
    ];
    add(all, "reftable", table(&refs, 4, &[NAME, NAME], false));
    add(all, "reftable", table(&refs, 4, &[], true));
    add(all, "reftable", table(&odd, 9, &[NAME], false));
    let base: Vec<u8> = (0..100_u8).collect();
    let ops = [Op::Copy(0, 50), Op::Insert(b"new and different".to_vec()), Op::Copy(40, 60)];
    let bytes = delta(100, 127, &ops);
    let cut = ((100_usize * 256).div_ceil(100 + bytes.len())) as u8;
    add(all, "delta", [&[cut][..], &base, &bytes].concat());
    for entry in [&[0xb5, 0x0a, 0x78][..], &[0xe5, 0x81, 0x02], &[0x7f; 40]] {
        add(all, "pack_entry", entry.to_vec());
    }
    for encoding in ["utf-16-le", "utf-16-be"] {
        let text: Vec<u16> = "\u{feff}name = value\n\u{1f511}".encode_utf16().collect();
        let bytes = text.iter().flat_map(|unit| match encoding {
            "utf-16-le" => unit.to_le_bytes(),
            _ => unit.to_be_bytes(),
        });
        add(all, "text_view", [3].into_iter().chain(bytes).chain(*b"and ascii").collect());
    }
}

/// Texts, by target.
const TEXTS: &[(&str, &str)] = &[
    (
        "packed_refs",
        "# pack-refs with: peeled fully-peeled sorted \n0123456789abcdef0123456789abcdef01234567 refs/tags/a\n^1111111111111111111111111111111111111111\n",
    ),
    ("reference", "ref: refs/heads/other\n"),
    ("reference", "0123456789abcdef0123456789abcdef01234567\n"),
    ("reference", "ref: ../../../HEAD\n"),
    (
        "stash_log",
        "0000000000000000000000000000000000000000 1111111111111111111111111111111111111111 A B <a@b> 1 +0000\tWIP on main: x\n1111111111111111111111111111111111111111 0123456789abcdef0123456789abcdef01234567 A B <a@b> 2 +0000\tOn main: y\n",
    ),
    (
        "git_config",
        "[core]\n\tbare = false\n[extensions]\n\tobjectFormat = sha256\n\trefStorage = reftable\n[remote \"or\\\"igin\"]\n\turl = \"https://example.org/\" ; x\n\tpromisor\n[include]\n\tpath = /etc/x\n",
    ),
    (
        "alternates",
        "# comment\n../../../other/objects\n\"quo\\ted\"\n/absolute\n0123456789abcdef0123456789abcdef01234567\n",
    ),
    ("revision", "main~3^2^{commit}"),
    ("revision", "v1.0-4-g0123456"),
    ("revision", "@{upstream}~1"),
    ("revision", "1111@{3}"),
    ("revision", "HEAD^{}^0~0"),
    (
        "configuration",
        "extends = [\"a.toml\"]\nexclude = [\"a/**\"]\nmin-confidence = \"medium\"\n[[allow]]\npaths = [\"x\"]\nreason = \"y\"\nuntil = 2027-01-01\n[rules.x]\nenabled = false\n",
    ),
    (
        "rules",
        "[[rules]]\nid = \"a-key\"\nfamily = \"a\"\ntitle = \"A key\"\nkeywords = [\"ab_\"]\npattern = 'ab_[0-9a-f]{8,20}'\nconfidence = \"high\"\nseverity = \"high\"\nexamples = [\"ab_{hex:8}\"]\n[[rules.near]]\nwords = [\"x\"]\n",
    ),
    ("globs", "\u{7f}a/**/*.{js,ts}[!x]?a/b/c.js"),
    (
        "gitleaks_config",
        "title = \"x\"\n[extend]\nuseDefault = false\ndisabledRules = [\"a\"]\n[[rules]]\nid = \"token\"\nregex = '''(?i)token\\s*=\\s*\"([0-9a-f]{16})\"'''\nsecretGroup = 1\nentropy = 2.5\nkeywords = [\"token\"]\npath = '''\\.env$'''\n[[rules.allowlists]]\ncondition = \"AND\"\nregexTarget = \"line\"\nregexes = ['''x''']\nstopwords = [\"y\"]\n[[rules.required]]\nid = \"b\"\nwithinLines = 3\n[[rules]]\nid = \"b\"\nregex = \"word\"\n[allowlist]\npaths = ['''a''']\ncommits = [\"0123\"]\n",
    ),
    ("go_regex", "(?i)(?P<name>a|b)[[:alpha:]\\pL\\x{41}]{2,5}?\\b(?s:.)\\Q*\\E$"),
    (
        "trufflehog_config",
        "detectors:\n  - name: custom\n    keywords:\n      - word\n    regex:\n      id: '\\b[0-9a-f]{16}\\b'\n      other: 'x(y)'\n    verify:\n      - endpoint: http://localhost\n    exclude_words: [a]\n",
    ),
    ("trufflehog_config", "a: &x [1, *x]\n<<: {b: c}\n? complex\n: |\n  text\n"),
    (
        "other_baselines",
        "[{\"RuleID\": \"a\", \"File\": \"b\", \"StartLine\": 1, \"Commit\": \"\", \"Secret\": \"word\", \"Fingerprint\": \"b:a:1\"}]",
    ),
    (
        "other_baselines",
        "{\"version\": \"1.4.0\", \"results\": {\"a.py\": [{\"type\": \"x\", \"filename\": \"a.py\", \"hashed_secret\": \"0123456789abcdef0123456789abcdef01234567\", \"line_number\": 3, \"is_secret\": false}]}}",
    ),
    (
        "other_baselines",
        "ExactFindings:\n  matches:\n    - filepath: a\n      fingerprint: '0123'\n      linenum: 3\n      lastupdated: Tue\n",
    ),
    (
        "gitleaks_ignore",
        "# comment\n0123456789abcdef0123456789abcdef01234567:a/b.txt:rule:12\na/b.txt:rule:3 # x\nC:\\a:rule:4\n",
    ),
    (
        "baseline",
        "\u{7f}stanch-baseline 2\ncovers history low low\nsalt 0011\n000\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  family\n",
    ),
    (
        "ignore_file",
        "stanch-ignore 1\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  family  until 2027-01-01  path a/b  # reason\n",
    ),
    ("sweeps", "stanch sweeps 1 0011\n01 02 world 5 rule\n03 04 owner -1 other rule\n"),
    ("url", "\u{7f}https://example.org:5000/v2/a?b=c//other/x"),
    ("link_header", "</v2/a/tags/list?last=x&n=100>; rel=\"next\", <b>; rel=last"),
    ("challenge", "Bearer realm=\"https://a/token\",service=\"a\",scope=\"repository:b:pull\""),
    ("challenge", "Basic realm=x"),
    (
        "credentials",
        "{\"auths\": {\"a\": {\"auth\": \"dXNlcjp3b3Jk\"}, \"https://a/v1/\": {\"username\": \"u\", \"password\": \"p\"}, \"docker.io/team\": {\"identitytoken\": \"t\"}}}",
    ),
    (
        "image_reference",
        "docker://a.example:5000/team/app:1.2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ),
    ("host_glob", "\u{7f}~/.{a,b{c,d}}/**/x*.[yz]/home/u/.bc/1/x1.y"),
    (
        "host_accounts",
        "root:x:0:0:root:/root:/bin/sh\nu:x:1000:1000:U,,,:/home/u:/bin/sh\ng:x:1000:u,v\nUID_MIN 1000\n",
    ),
    (
        "host_shares",
        "/srv *(rw) 10.0.0.0/8(ro)\n\"/with blank\" a\n[share]\npath = /srv/x\nserver { root /var/www; }\nDocumentRoot \"/srv/y\"\n",
    ),
    (
        "host_shares",
        "{\"Name\": \"/c\", \"MountPoints\": {\"/a\": {\"Type\": \"bind\", \"Source\": \"/srv\"}}, \"mounts\": [{\"type\": \"bind\", \"source\": \"/x\"}], \"hostname\": \"h\"}",
    ),
    ("host_processes", "\u{7f}mysql\0-pword\0--password=x\0-u\0root\0PATH=/bin\0TOKEN=abc\0=\0Uid:\t1000\t0\t0\t0\n"),
    (
        "host_files",
        "host:5432:db:user:word\nmachine a login b password c\n[client]\npassword=x\nhttps://u:p@a\nroot:$6$salt$hash:1:0:9:7:::\n", // stanch:allow
    ),
    (
        "host_files",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMIIB\n-----END RSA PRIVATE KEY-----\n",
    ),
    ("run", "a bmFtZSA9ICJ2YWx1ZSBvZiBzb21lIHdvcmRzIg== and 6e616d65203d20227661 NNXGYYLUMVUXIZLON5XGK==="),
    ("run", "value: |\n  bmFtZSA9ICJ2YWx1ZSBvZiBz\n  b21lIHdvcmRzIg==\n"),
    ("percent", "https://a/?x=%7B%22name%22%3A%22value+of+words%22%7D"),
    ("escapes", "\"{\\\"name\\\": \\\"v\\u0061lue\\\\n \\x41\\101 \\ud83d\\udd11\\\"}\""),
    ("entities", "&#110;&#x61;me = &quot;value&quot; &amp;#38;"),
    ("quoted_printable", "Content-Transfer-Encoding: quoted-printable\n\nname=3D=22value of=\n words=22\n=C3=A9\n"),
    ("gzip_in_base64", "H4sIAAAAAAAAA8tIzcnJVyjPL8pJAQCFEUoNCwAAAA=="),
    (
        "kubernetes_secret",
        "kind: Secret\nmetadata:\n  name: a\ndata:\n  key: bmFtZSA9IHZhbHVl\n  other: |\n    d29yZHM=\nstringData: {a: b}\n---\n{\"kind\": \"Secret\", \"data\": {\"x\": \"eA==\"}}", // stanch:allow
    ),
    ("proofs", "\u{5}eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.0123456789abcdef"),
    (
        "proofs",
        "\u{c}-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQ\n-----END OPENSSH PRIVATE KEY-----", // stanch:allow
    ),
    ("proofs", "\u{10}MIIEpAIBAAKCAQEAMDEwMTAxMDEwMTAxMDEwMTAxMDEwMTAxMDE"),
    ("engine", "password = \"correct-horse-9\"\n\"aws_secret\": 'x', url = postgres://u:w0rds@h/db\n"), // stanch:allow
];
