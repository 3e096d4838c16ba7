//! Certificates made on the spot.

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, date_time_ymd,
};

/// A CA and the means to issue with it.
pub struct Authority {
    params: CertificateParams,
    key: KeyPair,
    pub certificate: Certificate,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = params(&[], 2040);
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            params,
            key,
            certificate,
        }
    }

    /// A leaf for these names until the first day of a year.
    pub fn issue(&self, names: &[&str], until: i32) -> Certificate {
        self.sign(&params(names, until))
    }

    /// What issues in its name.
    pub fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }

    pub fn sign(&self, params: &CertificateParams) -> Certificate {
        let issuer = self.issuer();
        let key = KeyPair::generate().unwrap();
        params.signed_by(&key, &issuer).unwrap()
    }
}

/// A certificate signed by its own key.
pub fn self_signed(params: &CertificateParams) -> Certificate {
    params.self_signed(&KeyPair::generate().unwrap()).unwrap()
}

/// Without a subject, as current CAs issue them.
pub fn params(names: &[&str], until: i32) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    params
}

pub fn key_pem() -> String {
    KeyPair::generate().unwrap().serialize_pem()
}
