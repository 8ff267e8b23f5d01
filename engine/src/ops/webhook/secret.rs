//! Signing secrets and signatures by the Standard Webhooks rules.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::time::Timestamp;
use rand::{Rng as _, distr::Alphanumeric};
use ring::hmac;

/// What every secret begins with.
const PREFIX: &str = "whsec_";
/// Random bytes of a secret.
const BYTES: usize = 32;
/// Letters and digits of a message's name: 24 of 62 are 142 bits.
const NAME: usize = 24;

/// A new secret's bytes.
pub(super) fn new() -> [u8; BYTES] {
    rand::random()
}

/// A secret as receivers are configured with it.
pub(super) fn text(secret: &[u8]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(secret))
}

/// The name of a new message.
pub(super) fn message_id() -> String {
    let letters = rand::rng().sample_iter(Alphanumeric).take(NAME);
    std::iter::once("msg_".to_owned())
        .chain(letters.map(|letter| char::from(letter).to_string()))
        .collect()
}

/// The three headers that prove who sent a body and when; one signature for each secret.
pub(super) fn headers<'a>(
    message_id: &str,
    now: Timestamp,
    body: &str,
    secrets: impl Iterator<Item = &'a [u8]>,
) -> [(&'static str, String); 3] {
    let seconds = now.0.div_euclid(1000);
    let signed = format!("{message_id}.{seconds}.{body}");
    let signature = |secret: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        format!(
            "v1,{}",
            STANDARD.encode(hmac::sign(&key, signed.as_bytes()))
        )
    };
    let signatures: Vec<String> = secrets.map(signature).collect();
    [
        ("webhook-id", message_id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_signed_like_this() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let [_, _, (_, signature)] = headers(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            Timestamp(1_614_265_330_000),
            r#"{"test": 2432232314}"#,
            [&secret[..]].into_iter(),
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_and_names_have_their_shape() {
        let secret = text(&new());
        assert_eq!(secret.len(), PREFIX.len() + 44);
        let name = message_id();
        assert!(name.starts_with("msg_") && name.len() == 28, "{name}");
        assert_ne!(name, message_id());
    }
}
