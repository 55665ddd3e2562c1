//! Whether a private key is closed by a passphrase, by its form and without opening it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Most of a file that is looked at, bytes.
const MAX_BYTES: u64 = 64 << 10;
/// What an OpenSSH key begins with (`PROTOCOL.key` of OpenSSH 9.6, read 2026-12-01).
const OPENSSH: &[u8] = b"openssh-key-v1\0";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// A private key that anybody who reads the file can use.
    Open,
    /// A private key under a passphrase.
    Closed,
    /// A stub for a key on a card or a token.
    OnCard,
}

/// The state of a key file; `None` for a file that is no private key.
///
/// # Errors
/// Fails when reading does.
pub(super) fn state(mut file: &File) -> io::Result<Option<KeyState>> {
    file.seek(SeekFrom::Start(0))?;
    let mut text = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut text)?;
    Ok(of(&String::from_utf8_lossy(&text)))
}

fn of(text: &str) -> Option<KeyState> {
    // GnuPG: `agent/keyformat.txt` of GnuPG 2.4, read 2026-12-01.
    if text.contains("shadowed-private-key") {
        return Some(KeyState::OnCard);
    }
    if text.contains("protected-private-key") {
        return Some(KeyState::Closed);
    }
    if text.contains("(private-key") || text.contains("(11:private-key") {
        return Some(KeyState::Open);
    }
    let (_, begin) = text.split_once("-----BEGIN ")?;
    let (kind, body) = begin.split_once("-----")?;
    if !kind.ends_with("PRIVATE KEY") {
        return None;
    }
    if kind.starts_with("ENCRYPTED") || body.contains("Proc-Type: 4,ENCRYPTED") {
        return Some(KeyState::Closed);
    }
    if !kind.starts_with("OPENSSH") {
        return Some(KeyState::Open);
    }
    let body: String = body.split("-----").next()?.split_whitespace().collect();
    // The first bytes are enough: the magic, then the cipher's name behind its length.
    let head = STANDARD.decode(body.get(..64)?).ok()?;
    let cipher = head.strip_prefix(OPENSSH)?;
    Some(if cipher.starts_with(b"\0\0\0\x04none") { KeyState::Open } else { KeyState::Closed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn openssh(cipher: &str) -> String {
        let mut bytes = OPENSSH.to_vec();
        bytes.extend([0, 0, 0, u8::try_from(cipher.len()).expect("short")]);
        bytes.extend(cipher.bytes());
        bytes.extend([7; 60]);
        let kind = "OPENSSH PRIVATE KEY";
        format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", STANDARD.encode(bytes))
    }

    #[test]
    fn passphrases_are_told_from_the_form() {
        let pem = |kind: &str, head: &str| format!("-----BEGIN {kind}-----\n{head}AAAA\n-----END {kind}-----\n");
        assert_eq!(of(&openssh("none")), Some(KeyState::Open));
        assert_eq!(of(&openssh("aes256-ctr")), Some(KeyState::Closed));
        assert_eq!(of(&pem("RSA PRIVATE KEY", "")), Some(KeyState::Open));
        assert_eq!(of(&pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\n\n")), Some(KeyState::Closed));
        assert_eq!(of(&pem("ENCRYPTED PRIVATE KEY", "")), Some(KeyState::Closed));
        assert_eq!(of(&pem("PUBLIC KEY", "")), None);
        assert_eq!(of("Created: 1\nKey: (protected-private-key (rsa"), Some(KeyState::Closed));
        assert_eq!(of("Key: (private-key (rsa"), Some(KeyState::Open));
        assert_eq!(of("ssh-ed25519 AAAA"), None);
    }
}
