//! Names of the offline checks that a rule can use.
//!
//! A check is code in `proof`; a rule file names it. The names are defined here, below both, so that the parser of rule files can reject
//! unknown names and every name has a check. The build script also includes this file, so it imports nothing of this crate.

/// An offline check of a secret. `docs/proofs.md` describes each check and its sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is described in docs/proofs.md under its name, which is the variant's")]
pub enum ProofKind {
    AtlassianDataCenterToken,
    AwsKeyId,
    AzureSas,
    Base64Credentials,
    Base64Json,
    Base64Uuid,
    Bech32,
    Crc32Base62,
    Crc32Hex,
    Der,
    DiscordBotToken,
    FlyMacaroon,
    GitlabRoutableToken,
    GoogleServiceAccount,
    GrafanaServiceAccountToken,
    Jwt,
    JwtBase64,
    NatsNkey,
    Pem,
    PemBase64,
    PgpKeyBlock,
    PuttyKey,
    PypiMacaroon,
    TotpSeed,
    ZuploKey,
}

impl ProofKind {
    /// All checks with their names, sorted.
    pub const ALL: [(ProofKind, &'static str); 25] = [
        (ProofKind::AtlassianDataCenterToken, "atlassian-data-center-token"),
        (ProofKind::AwsKeyId, "aws-key-id"),
        (ProofKind::AzureSas, "azure-sas"),
        (ProofKind::Base64Credentials, "base64-credentials"),
        (ProofKind::Base64Json, "base64-json"),
        (ProofKind::Base64Uuid, "base64-uuid"),
        (ProofKind::Bech32, "bech32"),
        (ProofKind::Crc32Base62, "crc32-base62"),
        (ProofKind::Crc32Hex, "crc32-hex"),
        (ProofKind::Der, "der"),
        (ProofKind::DiscordBotToken, "discord-bot-token"),
        (ProofKind::FlyMacaroon, "fly-macaroon"),
        (ProofKind::GitlabRoutableToken, "gitlab-routable-token"),
        (ProofKind::GoogleServiceAccount, "google-service-account"),
        (ProofKind::GrafanaServiceAccountToken, "grafana-service-account-token"),
        (ProofKind::Jwt, "jwt"),
        (ProofKind::JwtBase64, "jwt-base64"),
        (ProofKind::NatsNkey, "nats-nkey"),
        (ProofKind::Pem, "pem"),
        (ProofKind::PemBase64, "pem-base64"),
        (ProofKind::PgpKeyBlock, "pgp-key-block"),
        (ProofKind::PuttyKey, "putty-key"),
        (ProofKind::PypiMacaroon, "pypi-macaroon"),
        (ProofKind::TotpSeed, "totp-seed"),
        (ProofKind::ZuploKey, "zuplo-key"),
    ];

    /// The check with that name.
    #[must_use]
    pub fn of(name: &str) -> Option<ProofKind> {
        ProofKind::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// The name used in rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        ProofKind::ALL[self as usize].1
    }
}

#[cfg(test)]
mod tests {
    use super::ProofKind;

    #[test]
    fn the_table_is_in_the_order_of_the_variants_and_sorted() {
        for (at, (kind, name)) in ProofKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, at, "{name}");
            assert_eq!(ProofKind::of(name), Some(kind));
        }
        assert!(ProofKind::ALL.windows(2).all(|pair| pair[0].1 < pair[1].1));
    }
}
