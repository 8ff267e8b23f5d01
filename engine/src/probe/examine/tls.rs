//! The certificate of a TLS server: taken whatever it is, then judged.

use domain::{risk::TlsFact, time::Timestamp};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, ProtocolVersion,
    SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{
        CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use rustls_platform_verifier::Verifier;
use std::{net::IpAddr, sync::Arc, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// How long a handshake may take.
const LONGEST: Duration = Duration::from_secs(5);
/// Names of a certificate that are shown.
const NAMES: usize = 5;

/// Shakes hands with anybody, and judges their certificates afterwards.
#[derive(Debug)]
pub(super) struct Handshakes {
    config: Arc<ClientConfig>,
    judge: Verifier,
}

/// A server that shook hands.
pub(super) struct Met {
    pub(super) stream: TlsStream<TcpStream>,
    pub(super) fact: TlsFact,
    /// In words: `TLSv1.3, example.org until 2027-01-01, self-signed`.
    pub(super) words: String,
}

/// A server that did not.
pub(super) struct Failed {
    /// Why, in words.
    pub(super) words: String,
    /// It speaks TLS, but no version that is in use.
    pub(super) is_outdated: bool,
}

impl Handshakes {
    /// Reads the certificates that this machine trusts.
    pub(super) fn new() -> anyhow::Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let judge = Verifier::new(Arc::clone(&provider))?;
        let anybody = Arc::new(Anybody(provider.signature_verification_algorithms));
        let config = ClientConfig::builder_with_provider(provider as Arc<CryptoProvider>)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(anybody)
            .with_no_client_auth();
        Ok(Self {
            config: Arc::new(config),
            judge,
        })
    }

    /// Shakes hands over a connection. The name is the one that was asked for, if any.
    pub(super) async fn meet(
        &self,
        stream: TcpStream,
        ip: IpAddr,
        port: u16,
        name: Option<&str>,
    ) -> Result<Met, Failed> {
        let server = match name {
            Some(name) => ServerName::try_from(name.to_owned()).ok(),
            None => None,
        };
        let server = server.unwrap_or_else(|| ServerName::from(ip));
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let shaken = timeout(LONGEST, connector.connect(server.clone(), stream)).await;
        let stream = match shaken {
            Err(_) => return Err(failed("no handshake within 5 s")),
            Ok(Err(error)) => return Err(judged_failure(&error)),
            Ok(Ok(stream)) => stream,
        };
        let (_, session) = stream.get_ref();
        let chain = session.peer_certificates().unwrap_or_default();
        let Some((own, above)) = chain.split_first() else {
            return Err(failed("it showed no certificate"));
        };
        let Ok((_, certificate)) = X509Certificate::from_der(own) else {
            return Err(failed("its certificate can't be read"));
        };
        let verdict = self
            .judge
            .verify_server_cert(own, above, &server, &[], UnixTime::now());
        let is_self_signed = certificate.subject() == certificate.issuer();
        let is_for_another_name = name.is_some() && names_another(&verdict);
        let validity = certificate.validity();
        let moment = |seconds: i64| Timestamp(seconds.saturating_mul(1000));
        let fact = TlsFact {
            port,
            outdated_version: None,
            not_before: moment(validity.not_before.timestamp()),
            not_after: moment(validity.not_after.timestamp()),
            is_self_signed,
            is_for_another_name,
        };
        let version = match session.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => "TLSv1.3",
            _ => "TLSv1.2",
        };
        let mut words = vec![
            version.to_owned(),
            names(&certificate),
            format!("until {}", fact.not_after),
        ];
        words.extend(trouble(&verdict, is_self_signed, name.is_some()));
        Ok(Met {
            words: words.join(", "),
            fact,
            stream,
        })
    }
}

fn failed(words: &str) -> Failed {
    Failed {
        words: words.to_owned(),
        is_outdated: false,
    }
}

fn judged_failure(error: &std::io::Error) -> Failed {
    let inner = error.get_ref().and_then(|it| it.downcast_ref::<TlsError>());
    let is_outdated = matches!(
        inner,
        Some(
            TlsError::PeerIncompatible(_)
                | TlsError::AlertReceived(rustls::AlertDescription::ProtocolVersion)
        )
    );
    let words = inner.map_or_else(|| error.to_string(), ToString::to_string);
    Failed {
        words: domain::text::line(&words).unwrap_or_default(),
        is_outdated,
    }
}

fn names_another(verdict: &Result<ServerCertVerified, TlsError>) -> bool {
    matches!(
        verdict,
        Err(TlsError::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
        ))
    )
}

/// What a browser would complain of, besides the dates, which are shown.
fn trouble(
    verdict: &Result<ServerCertVerified, TlsError>,
    is_self_signed: bool,
    has_name: bool,
) -> Option<String> {
    match verdict {
        _ if is_self_signed => Some("self-signed".into()),
        Ok(_) => None,
        error if names_another(error) => has_name.then(|| "for another name".into()),
        Err(TlsError::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            Some("by an unknown authority".into())
        }
        Err(_) => None,
    }
}

/// The names that a certificate is for, else its subject's.
fn names(certificate: &X509Certificate<'_>) -> String {
    use x509_parser::extensions::GeneralName;
    let listed = certificate.subject_alternative_name().ok().flatten();
    let names: Vec<String> = listed
        .iter()
        .flat_map(|listed| &listed.value.general_names)
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => domain::text::line(name).ok(),
            GeneralName::IPAddress(bytes) => address(bytes).map(|ip| ip.to_string()),
            _ => None,
        })
        .collect();
    if names.is_empty() {
        let subject = certificate.subject().to_string();
        let short: String = subject.chars().take(120).collect();
        return domain::text::line(&short).unwrap_or_default();
    }
    let more = names.len().saturating_sub(NAMES);
    let shown = names[..names.len().min(NAMES)].join(" ");
    if more == 0 {
        shown
    } else {
        format!("{shown} and {more} more")
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

/// Takes every certificate, but only from whoever has its key.
#[derive(Debug)]
struct Anybody(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
