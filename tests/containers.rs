//! Archives, compressed files and documents: what is in them is found, with the path inside; what cannot be opened is named.

use crate::binary::{run_with_input, stanch, token};
use crate::containers_support::{Zipped, deflated, gzip, piped, scan_bytes, scan_dir, tar, zip};
use crate::git_support::Repo;
use std::fs;
use std::process::Command;

fn env(seed: u64) -> Vec<u8> {
    format!("first line\nGH_TOKEN=\"{}\"\n", token(seed)).into_bytes()
}

#[test]
fn members_are_read_in_every_nesting() {
    let text = env(1);
    let inner = gzip(&tar(&[("etc/app.env", &text)]));
    for (name, bytes, place) in [
        ("a.tar", tar(&[("empty", b""), ("x/a.env", &text)]), "a.tar!x/a.env"),
        ("a.tar.gz", inner.clone(), "a.tar.gz!etc/app.env"),
        ("b.tgz", inner.clone(), "b.tgz!etc/app.env"),
        ("f.env.gz", gzip(&text), "f.env.gz!f.env"),
        ("a.zip", zip(&[deflated("p/a.env", &text)]), "a.zip!p/a.env"),
        ("s.jar", zip(&[Zipped { name: "a.env", data: &text, flags: 0, method: 0 }]), "s.jar!a.env"),
        ("n.zip", zip(&[deflated("n/in.tar.gz", &inner)]), "n.zip!n/in.tar.gz!etc/app.env"),
        ("z.zip", zip(&[deflated("one.zip", &zip(&[deflated("two.env", &text)]))]), "z.zip!one.zip!two.env"),
    ] {
        scan_bytes(name, &bytes).exits(1).finds(&token(1), place).names(&[]);
    }
}

#[test]
fn members_that_follow_one_another_are_all_read() {
    let twice = [gzip(b"nothing here\n"), gzip(&env(2))].concat();
    scan_bytes("a.log.gz", &twice).exits(1).finds(&token(2), "a.log.gz!a.log");
    // What stands behind the last member, too.
    let behind = [gzip(b"nothing here\n"), env(3)].concat();
    scan_bytes("b.log.gz", &behind).exits(1).finds(&token(3), "b.log.gz!b.log");
    let appended = [tar(&[("a", b"nothing")]), vec![0; 1024], tar(&[("b", &env(4))]), vec![0; 1024]].concat();
    scan_bytes("c.tar", &appended).exits(1).finds(&token(4), "c.tar!b");
}

#[test]
fn what_programs_compress_is_read() {
    // Long and mixed, so that neither the token nor its prefix stands in the compressed bytes.
    let filler: String = (0..4000).map(|number| format!("server ghp_ token {} value\n", number * 7919 % 997)).collect();
    let text = [filler.as_bytes(), &env(5), filler.as_bytes()].concat();
    let mut tried = 0;
    for (program, args, ending) in [
        ("gzip", &["-9c"][..], "gz"),
        ("bzip2", &["-c"], "bz2"),
        ("xz", &["-c"], "xz"),
        ("xz", &["--format=lzma", "-c"], "lzma"),
        ("zstd", &["-19", "-c"], "zst"),
        ("lz4", &["-9", "-c"], "lz4"),
        ("lzip", &["-c"], "lz"),
    ] {
        let Some(packed) = piped(program, args, &text) else { continue };
        tried += 1;
        let name = format!("long.env.{ending}");
        scan_bytes(&name, &packed).exits(1).finds(&token(5), &format!("{name}!long.env"));
        let cut = &packed[..packed.len() / 2];
        let cut = scan_bytes(&name, cut).exits(3);
        assert_eq!(cut.problems(), [("corrupt".to_owned(), format!("{name}!long.env"))], "{program}");
    }
    assert!(tried > 2, "no programs to compress with");
}

#[test]
fn names_of_every_length_are_shown() {
    let dir = tempfile::tempdir().expect("a directory");
    let long = format!("{}/{}/key.env", "d".repeat(90), "e".repeat(140));
    let file = dir.path().join("in").join(&long);
    fs::create_dir_all(file.parent().expect("a parent")).expect("directories");
    fs::write(&file, env(6)).expect("a file");
    for format in ["gnu", "pax", "posix"] {
        let name = format!("{format}.tar");
        let mut tar = Command::new("tar");
        tar.current_dir(dir.path()).args(["-C", "in", &format!("--format={format}"), "-cf", &name, &long]);
        if tar.status().is_ok_and(|status| status.success()) {
            scan_dir(dir.path(), &[&name]).exits(1).finds(&token(6), &format!("{name}!{long}"));
        }
    }
}

#[test]
fn what_stays_closed_is_named() {
    let closed = zip(&[
        Zipped { name: "a.txt", data: b"x", flags: 1, method: 8 },
        Zipped { name: "b.txt", data: b"y", flags: 1, method: 8 },
        Zipped { name: "c.txt", data: b"z", flags: 0, method: 9 },
        deflated("d.env", &env(7)),
    ]);
    scan_bytes("c.zip", &closed)
        .exits(1)
        .finds(&token(7), "c.zip!d.env")
        .names(&[("encrypted", "c.zip!a.txt"), ("unsupported", "c.zip!c.txt")]);
    scan_bytes("a.rar", b"Rar!\x1A\x07\x01\0 and so on").exits(3).names(&[("unsupported", "a.rar")]);
    scan_bytes("in.tar", &tar(&[("k.jks", b"\xFE\xED\xFE\xED\0\0\0\x02\0\0\0\x01")]))
        .exits(3)
        .names(&[("encrypted", "in.tar!k.jks")]);
}

#[test]
fn a_policy_can_leave_kinds_closed() {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("a.rar"), b"Rar!\x1A\x07\x01\0 and so on").expect("a file");
    scan_dir(dir.path(), &["."]).exits(3);
    scan_dir(dir.path(), &[".", "--allow-incomplete"]).exits(0);
    fs::write(dir.path().join("stanch.toml"), "[content]\nskip = [\"rar\"]\n").expect("a file");
    let skipped = scan_dir(dir.path(), &["."]).exits(0);
    assert_eq!(skipped.programs.json()["skipped"].as_array().map(Vec::len), Some(1));
    fs::write(dir.path().join("stanch.toml"), "[content]\nskip = [\"rra\"]\n").expect("a file");
    let refused = crate::binary::scan(dir.path(), &["."]).exits(2);
    assert!(
        refused.err.contains("stanch.toml:2") && refused.err.contains("`rra` is no kind of container"),
        "{refused:#?}"
    );
}

#[test]
fn standard_input_is_opened_too() {
    let dir = tempfile::tempdir().expect("a directory");
    let input = gzip(&tar(&[("config.py", &env(8))]));
    run_with_input(&mut stanch(dir.path(), ["scan", "-"]), &input).exits(1).says(&["<stdin>!config.py"]);
    let packed = zip(&[deflated("config.py", &env(8))]);
    run_with_input(&mut stanch(dir.path(), ["scan", "-"]), &packed).exits(1).says(&["<stdin>!config.py"]);
}

#[test]
fn what_is_staged_is_opened_too() {
    let repo = Repo::init(&[]);
    fs::write(repo.path.join("a.zip"), zip(&[deflated("k.env", &env(9))])).expect("a file");
    repo.git(&["add", "a.zip"]);
    let ran = crate::binary::run(&mut stanch(&repo.path, ["git", "--staged"]));
    ran.exits(1).says(&["a.zip"]);
}

#[test]
fn blobs_of_a_history_are_opened() {
    let repo = Repo::init(&[]);
    repo.write("a.txt", "nothing\n");
    repo.write("deep/a.tar.gz", gzip(&tar(&[("etc/app.env", &env(20))])));
    repo.commit("one");
    repo.write("deep/a.tar.gz", gzip(&tar(&[("etc/app.env", b"gone")])));
    repo.write("closed.rar", b"Rar!\x1A\x07\x01\0 and so on");
    repo.commit("two");
    for packed in [false, true] {
        if packed {
            repo.git(&["repack", "-adfq"]);
        }
        let people = crate::binary::run(&mut stanch(&repo.path, ["git", "--show-secrets"])).exits(1);
        people.says(&[&token(20), "deep/a.tar.gz", "!etc/app.env", "closed.rar in "]);
    }
    fs::write(repo.path.join("stanch.toml"), "[content]\nskip = [\"rar\", \"gzip\"]\n").expect("a file");
    crate::binary::run(&mut stanch(&repo.path, ["git"])).exits(0);
}

#[test]
fn documents_show_their_text() {
    let secret = token(21);
    let (first, last) = secret.split_at(17);
    let runs = format!("<w:p><w:r><w:t>token = {first}</w:t></w:r><w:r><w:t>{last}</w:t></w:r></w:p>");
    scan_bytes("w.docx", &zip(&[deflated("word/header1.xml", runs.as_bytes())]))
        .exits(1)
        .finds(&secret, "w.docx!word/header1.xml!text");
    let notebook = serde_json::json!({"cells": [
        {"cell_type": "markdown", "source": ["nothing"]},
        {"cell_type": "code", "source": ["x = 1\n", format!("token = \"{secret}\"\n")], "outputs": []},
    ], "nbformat": 4});
    scan_bytes("n.ipynb", notebook.to_string().as_bytes()).exits(1).finds(&secret, "n.ipynb!cell 2").names(&[]);
    let strings =
        [b"\xCB\x0D\r\n\0\0\0\0\0\0\0\0\0\0\0\0\xE3\xDA\x28".as_slice(), secret.as_bytes(), b"N)\x01"].concat();
    scan_bytes("m.pyc", &strings).exits(1).finds(&secret, "m.pyc!strings");
}

#[test]
fn the_text_of_a_pdf_is_read() {
    let secret = token(22);
    let (first, last) = secret.split_at(9);
    let content = format!("BT /F1 12 Tf 72 720 Td [(token = {first}) -20 ({last})] TJ ET");
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, content.as_bytes()).expect("memory takes it");
    let packed = encoder.finish().expect("memory takes it");
    let head = format!("%PDF-1.4\n4 0 obj\n<< /Length {} /Filter /FlateDecode >>\nstream\n", packed.len());
    let file = [head.as_bytes(), &packed, b"\nendstream\nendobj\ntrailer << /Size 5 >>\n%%EOF"].concat();
    scan_bytes("c.pdf", &file).exits(1).finds(&secret, "c.pdf!object 4").names(&[]);
    let closed = [&file[..file.len() - 6], b"<< /Encrypt 9 0 R >>\n%%EOF"].concat();
    scan_bytes("c.pdf", &closed).exits(3).names(&[("encrypted", "c.pdf")]);
}

#[test]
fn rows_of_a_database_are_joined() {
    let dir = tempfile::tempdir().expect("a directory");
    // Long enough that the value goes on to other pages; and many rows, so that there are inner pages.
    let script = format!(
        "import sqlite3\nd = sqlite3.connect('d.db')\nd.execute('create table \"keys\" (id integer primary key, [api token] text)')\n\
         for i in range(3000): d.execute('insert into keys values (?, ?)', (i, 'value %d' % i))\n\
         d.execute('insert into keys values (?, ?)', (9999, 'x' * 4041 + ' {}'))\nd.commit()\n",
        token(23)
    );
    let python = Command::new("python3").current_dir(dir.path()).args(["-c", &script]).status();
    if python.is_ok_and(|status| status.success()) {
        scan_dir(dir.path(), &["d.db"]).exits(1).finds(&token(23), "d.db!table keys").names(&[]);
    }
}

#[test]
fn an_image_tells_its_layers() {
    let lower = tar(&[("app/secret.env", &env(24)), ("app/keep.env", &env(25)), ("gone/a.env", &env(26))]);
    let upper = gzip(&tar(&[("app/.wh.secret.env", b""), ("gone/.wh..wh..opq", b""), ("app/new.env", &env(27))]));
    let config = serde_json::json!({
        "config": {"Env": [format!("GH_TOKEN={}", token(28))], "Labels": {"build.token": token(29)}},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:aa", "sha256:bb"]},
        "history": [{"created_by": format!("RUN |1 TOKEN={} /bin/sh -c build", token(30))}, {"created_by": "RUN rm"}],
    });
    let config = config.to_string().into_bytes();
    let name = format!("{}.json", "ab".repeat(32));
    let manifest =
        serde_json::json!([{"Config": name, "RepoTags": ["t:1"], "Layers": ["l1/layer.tar", "l2/layer.tar"]}]);
    let manifest = manifest.to_string().into_bytes();
    let docker =
        tar(&[(&name, &config), ("l1/layer.tar", &lower), ("l2/layer.tar", &upper), ("manifest.json", &manifest)]);
    let blob = |digit: &str| format!("blobs/sha256/{}", digit.repeat(64));
    let digest = |digit: &str| format!("sha256:{}", digit.repeat(64));
    let oci = serde_json::json!({"config": {"digest": digest("c")}, "layers": [{"digest": digest("1")}, {"digest": digest("2")}]});
    let index = serde_json::json!({"manifests": [{"digest": digest("d")}]}).to_string().into_bytes();
    let oci = oci.to_string().into_bytes();
    let layout = tar(&[
        (&blob("1"), &lower),
        (&blob("2"), &upper),
        (&blob("c"), &config),
        (&blob("d"), &oci),
        ("index.json", &index),
        ("oci-layout", b"{}"),
    ]);
    for image in [docker, layout] {
        let removed = "image.tar!layer 1 (removed in layer 2, still in the image)";
        scan_bytes("image.tar", &image)
            .exits(1)
            .finds(&token(24), &format!("{removed}!app/secret.env"))
            .finds(&token(25), "image.tar!layer 1!app/keep.env")
            .finds(&token(26), &format!("{removed}!gone/a.env"))
            .finds(&token(27), "image.tar!layer 2!app/new.env")
            .finds(&token(28), "image.tar!env[GH_TOKEN]")
            .finds(&token(29), "image.tar!label[build.token]")
            .finds(&token(30), "image.tar!history 1")
            .names(&[]);
    }
}
