//! What a password and a key are called in the most written languages, in their own scripts and as people transliterate them.
//!
//! One table serves both sides of an assignment: a name with such a word is a secret's name (`names_of` in a rule file), and a value that
//! consists of one is a label or a translation and no secret. Words that English code spells alike for something else (`parole`, `lock`)
//! are left out, and so are words that hold one of the English keywords already (`passwort`). All are in lower case, of at least three bytes.
//!
//! The build script includes this file too: it imports nothing.

/// The word for password, passphrase or passcode, by language (ISO 639-1).
const PASSWORDS: [(&str, &str); 118] = [
    ("af", "wagwoord"),
    ("am", "የይለፍ ቃል"),
    ("ar", "كلمة السر"),
    ("ar", "كلمة المرور"),
    ("ar", "كلمةالمرور"),
    ("ar", "kalimat_sirr"),
    ("az", "şifrə"),
    ("az", "parol"),
    ("be", "пароль"),
    ("bg", "парола"),
    ("bn", "পাসওয়ার্ড"),
    ("bn", "গোপন সংকেত"),
    ("bs", "lozinka"),
    ("ca", "contrasenya"),
    ("cs", "heslo"),
    ("cy", "cyfrinair"),
    ("da", "adgangskode"),
    ("da", "kodeord"),
    ("de", "kennwort"),
    ("de", "passwort"),
    ("de", "losungswort"),
    ("el", "κωδικός πρόσβασης"),
    ("el", "κωδικος"),
    ("el", "συνθηματικό"),
    ("eo", "pasvorto"),
    ("es", "contraseña"),
    ("es", "contrasena"),
    ("es", "contrasenia"),
    ("es", "clave_acceso"),
    ("es", "palabra de paso"),
    ("et", "salasõna"),
    ("et", "parool"),
    ("eu", "pasahitza"),
    ("fa", "رمز عبور"),
    ("fa", "گذرواژه"),
    ("fa", "کلمه عبور"),
    ("fi", "salasana"),
    ("fil", "kontrasenyas"),
    ("fr", "mot de passe"),
    ("fr", "mot_de_passe"),
    ("fr", "mot-de-passe"),
    ("fr", "motdepasse"),
    ("fr", "mdp="),
    ("fr", "mdp:"),
    ("fr", "mdp "),
    ("fr", "mdp\""),
    ("fr", "mdp'"),
    ("ga", "pasfhocal"),
    ("gl", "contrasinal"),
    ("gu", "પાસવર્ડ"),
    ("ha", "kalmar sirri"),
    ("he", "סיסמה"),
    ("he", "סיסמא"),
    ("he", "sisma="),
    ("hi", "पासवर्ड"),
    ("hi", "कूटशब्द"),
    ("hr", "zaporka"),
    ("hu", "jelszó"),
    ("hu", "jelszo"),
    ("hy", "գաղտնաբառ"),
    ("id", "kata sandi"),
    ("id", "kata_sandi"),
    ("id", "katasandi"),
    ("is", "lykilorð"),
    ("it", "parola d'ordine"),
    ("it", "parola_ordine"),
    ("it", "parola_chiave"),
    ("ja", "パスワード"),
    ("ja", "暗証番号"),
    ("ja", "合言葉"),
    ("ja", "pasuwado"),
    ("jv", "tembung sandi"),
    ("ka", "პაროლი"),
    ("kk", "құпиясөз"),
    ("kk", "құпия сөз"),
    ("km", "ពាក្យសម្ងាត់"),
    ("kn", "ಗುಪ್ತಪದ"),
    ("ko", "비밀번호"),
    ("ko", "패스워드"),
    ("ko", "암호"),
    ("ko", "bimilbeonho"),
    ("lt", "slaptažodis"),
    ("lt", "slaptazodis"),
    ("lv", "parole:"),
    ("mk", "лозинка"),
    ("ml", "പാസ്‌വേഡ്"),
    ("mn", "нууц үг"),
    ("mr", "संकेतशब्द"),
    ("ms", "kata laluan"),
    ("my", "စကားဝှက်"),
    ("nb", "passord"),
    ("ne", "पासवर्ड"),
    ("nl", "wachtwoord"),
    ("pa", "ਪਾਸਵਰਡ"),
    ("pl", "hasło"),
    ("pl", "haslo"),
    ("pt", "senha"),
    ("pt", "palavra-passe"),
    ("pt", "palavra_passe"),
    ("ro", "parolă"),
    ("ro", "parola"),
    ("ru", "parol="),
    ("si", "මුරපදය"),
    ("sq", "fjalëkalim"),
    ("sv", "lösenord"),
    ("sv", "losenord"),
    ("sw", "nenosiri"),
    ("ta", "கடவுச்சொல்"),
    ("te", "సంకేతపదం"),
    ("th", "รหัสผ่าน"),
    ("tr", "şifre"),
    ("tr", "sifre"),
    ("ur", "پاس ورڈ"),
    ("uz", "maxfiy so'z"),
    ("vi", "mật khẩu"),
    ("vi", "mat_khau"),
    ("vi", "matkhau"),
    ("yo", "ọrọ aṣínà"),
];

/// The same in Chinese, which needs more words than others: password, pass code, login pass code.
const CHINESE: [(&str, &str); 8] = [
    ("zh", "密码"),
    ("zh", "密碼"),
    ("zh", "口令"),
    ("zh", "通行码"),
    ("zh", "通行碼"),
    ("zh", "mima="),
    ("zh", "mima:"),
    ("zh", "mi_ma"),
];

/// The word for key, secret or access token.
const KEYS: [(&str, &str); 46] = [
    ("ar", "مفتاح سري"),
    ("ar", "الرمز السري"),
    ("cs", "tajný klíč"),
    ("cs", "tajny_klic"),
    ("da", "adgangsnøgle"),
    ("de", "schlüssel"),
    ("de", "schluessel"),
    ("de", "geheimnis"),
    ("el", "μυστικό κλειδί"),
    ("es", "clave_api"),
    ("es", "clave api"),
    ("es", "clave secreta"),
    ("es", "clave_secreta"),
    ("es", "clavesecreta"),
    ("fa", "کلید مخفی"),
    ("fi", "salainen avain"),
    ("fr", "clé api"),
    ("fr", "cle_api"),
    ("fr", "clé secrète"),
    ("fr", "cle_secrete"),
    ("fr", "jeton"),
    ("he", "מפתח סודי"),
    ("hi", "गुप्त कुंजी"),
    ("hu", "titkos kulcs"),
    ("id", "kunci rahasia"),
    ("id", "kunci_rahasia"),
    ("it", "chiave_segreta"),
    ("it", "chiave segreta"),
    ("it", "chiave_api"),
    ("ja", "秘密鍵"),
    ("ja", "シークレット"),
    ("ja", "トークン"),
    ("ko", "비밀키"),
    ("ko", "토큰"),
    ("nl", "geheime sleutel"),
    ("pl", "tajny klucz"),
    ("pl", "klucz_api"),
    ("pl", "żeton"),
    ("pt", "chave_secreta"),
    ("pt", "chave secreta"),
    ("pt", "chave_api"),
    ("ru", "секретный ключ"),
    ("ru", "токен"),
    ("tr", "gizli anahtar"),
    ("zh", "密钥"),
    ("zh", "密鑰"),
];

/// Other spellings for a key in Chinese.
const CHINESE_KEYS: [(&str, &str); 4] = [("zh", "秘钥"), ("zh", "令牌"), ("zh", "私钥"), ("zh", "金鑰")];

/// The words of a kind, `password` or `key`.
#[must_use]
pub fn words(kind: &str) -> Option<impl Iterator<Item = &'static str>> {
    let (first, second) = match kind {
        "password" => (&PASSWORDS[..], &CHINESE[..]),
        "key" => (&KEYS[..], &CHINESE_KEYS[..]),
        _ => return None,
    };
    let mut all: Vec<&'static str> = first.iter().chain(second).map(|(_, word)| *word).collect();
    all.sort_unstable();
    all.dedup();
    Some(all.into_iter())
}

/// Whether a text holds the word of some language for a password or a key; without the sign that a name's keyword ends with. The text
/// must be in lower case.
#[must_use]
pub fn holds_word(lower: &str) -> bool {
    let all = [&PASSWORDS[..], &CHINESE, &KEYS, &CHINESE_KEYS];
    let is_sign = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric();
    all.into_iter()
        .flatten()
        .map(|(_, word)| word.trim_end_matches(is_sign))
        .any(|word| word.len() > 4 && lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_keywords_as_the_prefilter_wants_them() {
        for kind in ["password", "key"] {
            for word in words(kind).expect("a kind") {
                assert!(word.len() >= 3 && word.bytes().all(|byte| !byte.is_ascii_uppercase()), "{word}");
            }
        }
        assert!(words("other").is_none());
    }

    #[test]
    fn labels_hold_the_word() {
        for label in ["passwortwiederholung", "powtórzhasło", "パスワードを確認", "忘记密码"] {
            assert!(holds_word(label), "{label}");
        }
        for value in ["hunter2", "sommer", "mdp", "correct horse"] {
            assert!(!holds_word(value), "{value}");
        }
    }
}
