//! How sets are stored: the keys, the limits, who commits, and what is kept and recorded of it.

use crate::audit::Trail;
use crate::cipher::{Cipher, Format};
use crate::error::Error;
use crate::keyring::KeyRing;
use std::sync::{Arc, OnceLock};

/// How sets are encrypted: the keys, the format and the limit of the profile. Clones share one cipher.
#[derive(Clone)]
pub struct StoreConfig {
    ring: Arc<KeyRing>,
    format: Format,
    limit: Option<usize>,
    cipher: Arc<OnceLock<Cipher>>,
    operator: Arc<str>,
    /// How many sets that commits replaced are kept of one scope, and for how many days.
    keeps: (usize, u32),
    trail: Option<Trail>,
    no_trail: Option<Error>,
}

impl StoreConfig {
    /// New texts are written with the newest active key of `ring`, in `format`, and refused over `limit` bytes of
    /// ciphertext (`None`: no limit).
    pub fn new(ring: KeyRing, format: Format, limit: Option<usize>) -> Self {
        Self {
            ring: Arc::new(ring),
            format,
            limit,
            cipher: Arc::default(),
            operator: "unknown".into(),
            keeps: (20, 90),
            trail: None,
            no_trail: None,
        }
    }

    /// The same over another ring.
    #[must_use]
    pub fn with_ring(&self, ring: KeyRing) -> Self {
        Self { ring: Arc::new(ring), cipher: Arc::default(), ..self.clone() }
    }

    /// The same with a name for whoever commits: it stands beside the sets that are kept.
    #[must_use]
    pub fn by(self, operator: &str) -> Self {
        Self { operator: operator.into(), ..self }
    }

    /// The same with other limits on the sets that commits replaced: so many of one scope, for so many days.
    #[must_use]
    pub fn keeping(self, versions: usize, days: u32) -> Self {
        Self { keeps: (versions, days), ..self }
    }

    /// How many sets that commits replaced are kept of one scope, and for how many days.
    pub(super) fn keeps(&self) -> (usize, u32) {
        self.keeps
    }

    /// The same with an audit trail: nothing is stored without a record of it.
    #[must_use]
    pub fn audited(self, trail: Trail) -> Self {
        Self { trail: Some(trail), ..self }
    }

    /// The same where the audit trail cannot be opened: nothing is stored, because of `reason`.
    #[must_use]
    pub fn unaudited(self, reason: Error) -> Self {
        Self { no_trail: Some(reason), ..self }
    }

    /// Why nothing may be revealed or stored, if so.
    ///
    /// # Errors
    /// The audit trail cannot be opened.
    pub fn must_be_audited(&self) -> Result<(), Error> {
        self.no_trail.clone().map_or(Ok(()), Err)
    }

    /// The audit trail, if there is one.
    pub fn trail(&self) -> Option<&Trail> {
        self.trail.as_ref()
    }

    /// Who commits.
    pub fn operator(&self) -> &str {
        &self.operator
    }

    /// The keys.
    pub fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// The cipher over these keys, built at the first call and kept.
    pub fn cipher(&self) -> &Cipher {
        self.cipher.get_or_init(|| Cipher::new(&self.ring, self.format, self.limit))
    }
}
