//! Private keys made of random numbers: correctly formed and valid nowhere.

use super::super::encoding::to_padded_base64;
use super::super::{der, openssh, pgp as open_pgp, public_key};
use super::{Random, bytes};

/// A random number with its highest bit set, in DER.
fn number(length: usize, random: &mut Random<'_>) -> Vec<u8> {
    let mut number = bytes(length, random);
    number[0] |= 0x80;
    [vec![0], number].concat()
}

/// A random RSA key of 1024 bits.
fn rsa(random: &mut Random<'_>) -> Vec<u8> {
    let (modulus, private) = (number(128, random), number(127, random));
    let parts: Vec<Vec<u8>> = (0..5).map(|_| number(64, random)).collect();
    let [p, q, dp, dq, inverse] = [0, 1, 2, 3, 4].map(|at| parts[at].as_slice());
    der::pkcs1([&modulus, &[1, 0, 1], &private, p, q, dp, dq, inverse])
}

/// Base64 in lines of 64 characters, separated by `end`.
fn lines(data: &[u8], end: &str) -> String {
    let text = to_padded_base64(data);
    let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..(at + 64).min(text.len())]).collect();
    lines.join(end)
}

fn block(label: &str, body: &str, end: &str) -> Vec<u8> {
    format!("-----BEGIN {label}-----{end}{body}{end}-----END {label}-----").into_bytes()
}

/// A key with the label of the draft.
pub(super) fn pem(draft: &[u8], random: &mut Random<'_>) -> Vec<u8> {
    let text = String::from_utf8_lossy(draft);
    let label = text.trim_start().strip_prefix("-----BEGIN ").and_then(|rest| rest.split("-----").next());
    let label = label.unwrap_or("PRIVATE KEY");
    if text.contains("DEK-Info") {
        let vector: String = bytes(16, random).iter().map(|byte| format!("{byte:02X}")).collect();
        let head = format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{vector}\n\n");
        return block(label, &format!("{head}{}", lines(&bytes(640, random), "\n")), "\n");
    }
    let data = match label {
        "OPENSSH PRIVATE KEY" => open_ssh(random),
        "ENCRYPTED PRIVATE KEY" => der::pkcs8_encrypted(&bytes(8, random), &bytes(16, random), &bytes(640, random)),
        "PRIVATE KEY" => der::pkcs8_rsa(&rsa(random)),
        _ => rsa(random),
    };
    block(label, &lines(&data, "\n"), "\n")
}

/// A random unencrypted Ed25519 key.
fn open_ssh(random: &mut Random<'_>) -> Vec<u8> {
    let string = public_key::string;
    let point = bytes(32, random);
    let public = [string(b"ssh-ed25519"), string(&point)].concat();
    let check = bytes(4, random);
    let private = [string(&[&bytes(32, random)[..], &point].concat()), string(b"shop"), vec![1, 2, 3]].concat();
    let inner = [check.clone(), check, public.clone(), private].concat();
    [
        openssh::MAGIC.to_vec(),
        string(b"none"),
        string(b"none"),
        string(b""),
        1_u32.to_be_bytes().to_vec(),
        string(&public),
        string(&inner),
    ]
    .concat()
}

/// A key in one line with escaped line ends, as in JSON.
pub(super) fn escaped(random: &mut Random<'_>) -> Vec<u8> {
    block("PRIVATE KEY", &lines(&der::pkcs8_rsa(&rsa(random)), "\\n"), "\\n")
}

pub(super) fn pem_in_base64(random: &mut Random<'_>) -> Vec<u8> {
    to_padded_base64(&pem(b"-----BEGIN RSA PRIVATE KEY-----", random)).into_bytes()
}

pub(super) fn der_in_base64(random: &mut Random<'_>) -> Vec<u8> {
    to_padded_base64(&rsa(random)).into_bytes()
}

/// An RSA key in an old-format packet, followed by a checksum.
pub(super) fn pgp(random: &mut Random<'_>) -> Vec<u8> {
    let number = |count: usize, random: &mut Random<'_>| {
        let mut number = bytes(count, random);
        number[0] |= 0x80;
        [&((count * 8) as u16).to_be_bytes()[..], &number].concat()
    };
    let public = [vec![4, 0x5F, 0, 0, 0, 1], number(128, random), vec![0, 17, 1, 0, 1], vec![0]].concat();
    let secret: Vec<u8> = [128, 64, 64, 64].into_iter().flat_map(|count| number(count, random)).collect();
    let body = [public, secret, vec![0, 0]].concat();
    let packet = [&[0x95][..], &(body.len() as u16).to_be_bytes(), &body].concat();
    let sum = to_padded_base64(&open_pgp::crc24(&packet).to_be_bytes()[1..]);
    block("PGP PRIVATE KEY BLOCK", &format!("\n{}\n={sum}", lines(&packet, "\n")), "\n")
}
