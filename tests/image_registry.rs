//! `stanch image --pull`: what a registry has is found; nothing is asked without that flag, and no password goes where it should not.

use crate::binary::{Ran, run, stanch, token};
use crate::image_support::{Layer, MANIFEST, Made, Store};
use crate::registry_support::{Manners, Registry};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;

fn env(seed: u64) -> Vec<u8> {
    // Long and mixed, so that a layer does not fit in one read.
    let filler: String =
        (0..20_000_u64).map(|number| format!("{:x}\n", number.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
    format!("GH_TOKEN=\"{}\"\n{filler}", token(seed)).into_bytes()
}

fn sample(store: &mut Store, seed: u64) -> Made {
    let layers: [Layer<'_>; 2] =
        [("COPY a", &[("srv/a.env", &env(seed))]), ("RUN rm", &[("srv/.wh.a.env", b""), ("b.env", &env(seed + 1))])];
    store.image(&layers, json!({"Env": [format!("API_TOKEN={}", token(seed + 2))]}))
}

fn descriptor(made: &Made) -> String {
    made.descriptor["digest"].as_str().expect("a digest").to_owned()
}

fn pull(dir: &Path, reference: &str, args: &[&str]) -> Ran {
    run(stanch(dir, ["image", "--show-secrets", "--pull", reference]).args(args))
}

#[track_caller]
fn finds_all(ran: &Ran, name: &str, seed: u64) {
    for (seed, place) in [
        (seed, format!("{name}!layer 1 (removed in layer 2, still in the image)!srv/a.env")),
        (seed + 1, format!("{name}!layer 2!b.env")),
        (seed + 2, format!("{name}!env[API_TOKEN]")),
    ] {
        let is_there = ran.out.lines().any(|line| line == place) && ran.out.contains(&token(seed));
        assert!(is_there, "no {} at {place}: {ran:#?}", token(seed));
    }
    assert!(!ran.out.contains("Not read"), "{ran:#?}");
}

#[test]
fn an_image_is_pulled_whatever_the_registry_does() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store, 40);
    let elsewhere = Registry::start(&store, &[], Manners::default());
    for manners in [
        Manners::default(),
        Manners { token: Some(None), ..Manners::default() },
        Manners { breaks: 3, ..Manners::default() },
        Manners { busy: 2, ..Manners::default() },
        Manners { elsewhere: Some(format!("http://{}", elsewhere.host)), token: Some(None), ..Manners::default() },
    ] {
        let registry = Registry::start(&store, &[("1", &descriptor(&made))], manners.clone());
        let name = format!("{}/team/app:1", registry.host);
        finds_all(&pull(dir.path(), &name, &[]).exits(1), &name, 40);
        let by_digest = format!("{}/team/app@{}", registry.host, descriptor(&made));
        finds_all(&pull(dir.path(), &by_digest, &["--threads", "1"]).exits(1), &by_digest, 40);
        for request in registry.requests() {
            assert!(!request.contains("Basic"), "a login that nobody asked for: {request}");
        }
    }
    assert!(elsewhere.requests().iter().all(|request| request.ends_with(" -")), "{:?}", elsewhere.requests());
    assert!(!elsewhere.requests().is_empty());
}

#[test]
fn nothing_is_asked_without_the_flag() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store, 50);
    let registry = Registry::start(&store, &[("1", &descriptor(&made))], Manners::default());
    let name = format!("{}/team/app:1", registry.host);
    run(&mut stanch(dir.path(), ["image", &name])).exits(2).complains(&["add --pull"]);
    assert_eq!(registry.requests(), Vec::<String>::new());
    pull(dir.path(), "./nowhere", &[]).exits(2).complains(&["no such file or folder"]);
    pull(dir.path(), "no such//name", &[]).exits(2).complains(&["no reference to an image"]);
    pull(dir.path(), &format!("{}/team/app:other", registry.host), &[]).exits(2).complains(&["has no such image"]);
    pull(dir.path(), "127.0.0.1:1/app", &[]).exits(2);
}

#[test]
fn a_login_is_used_only_when_asked_for_and_only_where_it_belongs() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store, 60);
    let login = STANDARD.encode(format!("robot:{}", token(63)));
    let elsewhere = Registry::start(&store, &[], Manners::default());
    for manners in [
        Manners {
            basic: Some(login.clone()),
            elsewhere: Some(format!("http://{}", elsewhere.host)),
            ..Manners::default()
        },
        Manners { token: Some(Some(login.clone())), ..Manners::default() },
    ] {
        let registry = Registry::start(&store, &[("1", &descriptor(&made))], manners);
        let name = format!("{}/team/app:1", registry.host);
        let config =
            json!({"auths": {registry.host.clone(): {"auth": login}, "other.example": {"auth": "b3RoZXI6eA=="}}});
        fs::create_dir_all(dir.path().join("config")).expect("a directory");
        fs::write(dir.path().join("config/config.json"), config.to_string()).expect("a file");
        let with = |args: &[&str]| {
            let mut command = stanch(dir.path(), ["image", "--show-secrets", "--pull", &name]);
            run(command.args(args).env("DOCKER_CONFIG", dir.path().join("config")))
        };
        let refused = with(&[]).exits(2).complains(&["log in with `docker login` and add --registry-credentials"]);
        assert!(
            !refused.err.contains(&token(63)) && !registry.requests().iter().any(|request| request.contains("Basic"))
        );
        finds_all(&with(&["--registry-credentials"]).exits(1), &name, 60);
        let wrong = json!({"auths": {registry.host.clone(): {"auth": STANDARD.encode("robot:wrong")}}});
        fs::write(dir.path().join("config/config.json"), wrong.to_string()).expect("a file");
        with(&["--registry-credentials"]).exits(2);
    }
    assert!(elsewhere.requests().iter().all(|request| request.ends_with(" -")), "{:?}", elsewhere.requests());
}

#[cfg(unix)]
#[test]
fn a_helper_is_asked() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store, 70);
    let login = STANDARD.encode(format!("robot:{}", token(73)));
    let registry =
        Registry::start(&store, &[("1", &descriptor(&made))], Manners { basic: Some(login), ..Manners::default() });
    let script = format!(
        "#!/bin/sh\nread host\n[ \"$1 $host\" = \"get {}\" ] || exit 1\nprintf '{{\"Username\":\"robot\",\"Secret\":\"{}\"}}'\n",
        registry.host,
        token(73)
    );
    let helper = dir.path().join("docker-credential-test");
    fs::write(&helper, script).expect("a file");
    fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).expect("a mode");
    fs::write(dir.path().join("config.json"), json!({"credsStore": "test"}).to_string()).expect("a file");
    let name = format!("{}/team/app:1", registry.host);
    let mut command = stanch(dir.path(), ["image", "--show-secrets", "--pull", &name, "--registry-credentials"]);
    command.env("DOCKER_CONFIG", dir.path()).env("PATH", format!("{}:/usr/bin:/bin", dir.path().display()));
    finds_all(&run(&mut command).exits(1), &name, 70);
}

#[test]
fn a_token_that_stands_for_a_login_is_not_sent_on() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store, 76);
    let thief = Registry::start(&store, &[], Manners::default());
    let manners =
        Manners { token: Some(None), token_elsewhere: Some(format!("http://{}", thief.host)), ..Manners::default() };
    let registry = Registry::start(&store, &[("1", &descriptor(&made))], manners);
    let config = json!({"auths": {registry.host.clone(): {"identitytoken": token(79)}}});
    fs::write(dir.path().join("config.json"), config.to_string()).expect("a file");
    let name = format!("{}/team/app:1", registry.host);
    let mut command = stanch(dir.path(), ["image", "--pull", &name, "--registry-credentials"]);
    let ran = run(command.env("DOCKER_CONFIG", dir.path())).exits(2);
    assert!(ran.err.contains("is not followed") && !ran.err.contains(&token(79)), "{ran:#?}");
    assert_eq!(thief.requests(), Vec::<String>::new());
}

#[test]
fn a_proxy_is_not_asked_for_a_registry_of_this_machine() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store, 96);
    let registry = Registry::start(&store, &[("1", &descriptor(&made))], Manners::default());
    let proxy = Registry::start(&store, &[], Manners::default());
    let name = format!("{}/team/app:1", registry.host);
    let mut command = stanch(dir.path(), ["image", "--show-secrets", "--pull", &name]);
    for variable in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(variable, format!("http://{}", proxy.host));
    }
    finds_all(&run(&mut command).exits(1), &name, 96);
    assert_eq!(proxy.requests(), Vec::<String>::new());
}

#[test]
fn what_was_attached_later_is_read() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store, 80);
    let empty = store.describe("application/vnd.oci.empty.v1+json", b"{}".to_vec());
    let mut attach = |seed: u64| {
        let text = json!({"packages": [{"downloadLocation": format!("https://x:{}@example.com/", token(seed))}]});
        let sbom = store.describe("application/spdx+json", text.to_string().into_bytes());
        let manifest = json!({"schemaVersion": 2, "config": empty, "layers": [sbom], "subject": made.descriptor});
        store.describe(MANIFEST, manifest.to_string().into_bytes())
    };
    let (listed, tagged) = (attach(83), attach(84));
    let index = store.describe("index", json!({"manifests": [listed]}).to_string().into_bytes());
    let text = |value: &serde_json::Value| value["digest"].as_str().expect("a digest").to_owned();
    let digest = descriptor(&made);
    let (referrers, cosign) = (format!("referrers-{digest}"), format!("{}.sbom", digest.replace(':', "-")));
    let fallback = digest.replace(':', "-");
    for (has_referrers, list) in [(true, &referrers), (false, &fallback)] {
        let tags = [("1", digest.as_str()), (list.as_str(), &text(&index)), (cosign.as_str(), &text(&tagged))];
        let registry = Registry::start(&store, &tags, Manners { has_referrers, ..Manners::default() });
        let name = format!("{}/team/app:1", registry.host);
        let ran = pull(dir.path(), &name, &[]).exits(1);
        finds_all(&ran, &name, 80);
        assert!(ran.out.contains(&token(83)) && ran.out.contains(&token(84)), "{ran:#?}");
    }
}

#[test]
fn a_registry_that_sends_something_else_is_named() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store, 90);
    let registry = Registry::start(&store, &[("1", &descriptor(&made))], Manners { lies: true, ..Manners::default() });
    let ran = pull(dir.path(), &format!("{}/team/app:1", registry.host), &[]);
    assert!(ran.out.contains("Not read") && ran.out.contains("others than its digest names"), "{ran:#?}");
    let registry = Registry::start(&store, &[("1", &descriptor(&made))], Manners { breaks: 100, ..Manners::default() });
    let ran = pull(dir.path(), &format!("{}/team/app:1", registry.host), &[]);
    assert!(ran.out.contains("Not read"), "{ran:#?}");
}

/// Debian's `docker-registry` and `skopeo`, where they are installed: a registry that is not ours.
#[test]
fn a_real_registry_is_read() {
    let has =
        |program: &str| Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if !has("docker-registry") || !has("skopeo") {
        return;
    }
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store, 100);
    crate::image_support::lay(&dir.path().join("oci"), &store.layout(std::slice::from_ref(&made.descriptor)));
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a port").port();
    let config = format!(
        "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: 127.0.0.1:{port}}}\n",
        dir.path().join("registry").display()
    );
    fs::write(dir.path().join("config.yml"), config).expect("a file");
    let mut server = Command::new("docker-registry")
        .args(["serve", "config.yml"])
        .current_dir(dir.path())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("it starts");
    let name = format!("127.0.0.1:{port}/team/app:1");
    let copy = || {
        let mut copy = Command::new("skopeo");
        copy.args([
            "copy",
            "--quiet",
            "--insecure-policy",
            "--dest-tls-verify=false",
            "oci:oci",
            &format!("docker://{name}"),
        ]);
        copy.current_dir(dir.path()).output().expect("it runs")
    };
    let mut copied = copy();
    for _ in 0..50 {
        if copied.status.success() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        copied = copy();
    }
    let ran = pull(dir.path(), &name, &[]);
    server.kill().expect("it ends");
    server.wait().expect("it ends");
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    finds_all(&ran.exits(1), &name, 100);
}
