//! The store itself: delete-and-replace of one encrypted set.

use super::plan::Plan;
use super::record::{base_of, done, keep, names_of, outcome};
use super::{Base, LoadedSet, NewSecret, NewSet, OpenRow, Revision, Row, SealedRow, StoreConfig, StoreError};
use crate::audit::{Action, Event, Trail};
use crate::cipher::{Cipher, CipherError, Opened};
use crate::database::{
    Database, Decision, KeptSet, NewRow, OrgId, Replaced, Replacement, Scope, StoredRow, TrailState, UserId, Witness,
    in_turns,
};
use crate::secret::{Secret, SecretName, same_description};
use std::collections::HashMap;
use std::sync::Arc;

/// How many of a database's newest rows are tried before a ring that opened none of a set's own rows may write.
const SAMPLE: usize = 100;

/// The sets of one org in one database, compatible with the server's store of the same name.
///
/// **Scope.** A set belongs to one (user, org). Rows of another org, of another user, or shared by an org are never
/// read into a personal set and never deleted by storing one. An empty user id is an error, never "everybody".
///
/// **Atomicity.** [`store`](Self::store) replaces the set in one transaction that holds off every other writer: no
/// reader, and no crash at any instant, sees a part of either set. A row that the new set holds unchanged stays with
/// its id, its stored text and the columns that Strongroom does not know; all else is deleted and inserted.
///
/// **No lost update.** A store names what it is [based](Base) on and ends in [`StoreError::Conflict`], with nothing
/// changed, if something else stands.
///
/// **Sealed rows.** A row that no known key opens is kept byte for byte until the operator names it.
pub struct SaasSecretsStore<'s> {
    session: &'s mut dyn Database,
    org: OrgId,
    config: StoreConfig,
    note: Option<String>,
}

/// What a store did.
#[derive(Debug)]
pub struct Stored {
    /// The revision that was replaced.
    pub before: Revision,
    /// The names of the secrets that were added, changed or removed.
    pub touched: Vec<String>,
    /// The set that stands now.
    pub set: LoadedSet,
}

impl<'s> SaasSecretsStore<'s> {
    /// A store for the sets of `org_id`, over the connection `session`.
    pub fn new(session: &'s mut dyn Database, org_id: OrgId, config: StoreConfig) -> Self {
        Self { session, org: org_id, config, note: None }
    }

    /// The same with a note on why: it stands beside the set that the next store replaces.
    #[must_use]
    pub fn noted(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }

    /// A store for the set of `scope` and its org.
    pub fn of(session: &'s mut dyn Database, scope: &Scope, config: StoreConfig) -> Self {
        let org = match scope {
            Scope::Personal { org, .. } | Scope::Shared { org } => org.clone(),
            Scope::NoOrg { .. } => OrgId::new(""),
        };
        Self::new(session, org, config)
    }

    /// The cipher over every key of the ring: built once and kept.
    pub fn fernet(&self) -> &Cipher {
        self.config.cipher()
    }

    /// Loads the personal set of `user_id` in this org, decrypted. A user without rows has an empty set with a
    /// revision of its own.
    ///
    /// # Errors
    /// [`StoreError::NoUser`] for an empty id; [`StoreError::Database`]. A row that does not open is no error but
    /// [`Row::Sealed`].
    pub fn load(&mut self, user_id: &str) -> Result<LoadedSet, StoreError> {
        let scope = self.personal(user_id);
        self.load_scope(&scope)
    }

    /// Replaces the personal set of `user_id` in this org, and returns what stands then.
    ///
    /// # Errors
    /// Every variant of [`StoreError`]; whichever it is, the old set stands whole.
    pub fn store(&mut self, user_id: &str, secrets: &NewSet) -> Result<Stored, StoreError> {
        let scope = self.personal(user_id);
        self.store_scope(&scope, secrets)
    }

    fn personal(&self, user_id: &str) -> Scope {
        Scope::Personal { org: self.org.clone(), user: UserId::new(user_id) }
    }

    /// Loads the set of any scope, as [`load`](Self::load) does; a personal or shared scope names its own org.
    pub fn load_scope(&mut self, scope: &Scope) -> Result<LoadedSet, StoreError> {
        refuse_nobody(scope)?;
        let rows = self.session.rows(scope)?;
        Ok(self.decrypted(scope, rows))
    }

    /// Replaces the set of any scope, as [`store`](Self::store) does; a personal or shared scope names its own org.
    pub fn store_scope(&mut self, scope: &Scope, secrets: &NewSet) -> Result<Stored, StoreError> {
        refuse_nobody(scope)?;
        self.config.must_be_audited().map_err(StoreError::NoTrail)?;
        self.prove_key(scope, &secrets.base)?;
        let trail = self.config.trail().cloned();
        let note = self.note.clone();
        if let Some(trail) = trail.as_ref().filter(|trail| !trail.is_in_database()) {
            self.settle(scope, trail)?;
            let before = Some(base_of(secrets).to_string());
            trail.record(self.session, &Event { before, detail: note.clone(), ..Event::of(Action::Intent, scope) })?;
        }
        let done = self.replace(scope, secrets, trail.as_ref());
        if let Some(trail) = &trail {
            let event = outcome(scope, secrets, &done, note);
            // A commit whose record is part of it needs no other.
            if !(trail.is_in_database() && done.is_ok()) {
                trail.record(self.session, &event)?;
            }
        }
        done
    }

    /// Where the trail is a file, a crash may have left an intent without an outcome: what stands now says which it was.
    fn settle(&mut self, scope: &Scope, trail: &Trail) -> Result<(), StoreError> {
        let Some(before) = trail.unsettled(self.session, scope)? else { return Ok(()) };
        let current = Revision::of(scope, &self.session.rows(scope)?).to_string();
        let event = if current == before {
            let detail = Some("cut off before it was done".to_owned());
            Event { before: Some(before), detail, ..Event::of(Action::Failure, scope) }
        } else {
            let detail = Some("cut off before it was recorded".to_owned());
            Event { before: Some(before), after: Some(current), detail, ..Event::of(Action::Commit, scope) }
        };
        Ok(trail.record(self.session, &event)?)
    }

    fn replace(&mut self, scope: &Scope, secrets: &NewSet, trail: Option<&Trail>) -> Result<Stored, StoreError> {
        let mut refusal = None;
        let mut before = None;
        let touched = std::cell::RefCell::new(done(scope, secrets, self.note.clone()));
        let codec = Codec(self.config.cipher());
        let mut decide = |rows: &[StoredRow]| match codec.replacement(scope, rows, secrets) {
            Ok(replacement) => {
                let revision = Revision::of(scope, rows);
                before = Some(revision);
                *touched.borrow_mut() = Event {
                    names: names_of(rows, &replacement),
                    before: Some(revision.to_string()),
                    ..done(scope, secrets, self.note.clone())
                };
                let keep = Some(keep(&self.config, secrets, self.note.as_ref(), revision));
                Decision::Write(Replacement { keep, ..replacement })
            }
            Err(error) => {
                refusal = Some(error);
                Decision::Abandon
            }
        };
        let trail = trail.filter(|trail| trail.is_in_database());
        let head = std::cell::RefCell::new(None);
        let mut record = trail.map(|trail| {
            |state: &TrailState, after: &[StoredRow]| {
                let after = Some(Revision::of(scope, after).to_string());
                let sealed = trail.seal(state, &Event { after, ..touched.borrow().clone() });
                *head.borrow_mut() = Some(sealed.1.clone());
                sealed
            }
        });
        let witness = record.as_mut().map(|record| record as &mut Witness<'_>);
        let replaced = self.session.replace(scope, &mut decide, witness)?;
        match (replaced, before, refusal) {
            (Replaced::Written(rows), Some(before), _) => {
                if let (Some(trail), Some(head)) = (trail, head.into_inner()) {
                    trail.saw(&head);
                }
                Ok(Stored { before, touched: touched.into_inner().names, set: self.decrypted(scope, rows) })
            }
            (_, _, Some(refusal)) => Err(refusal),
            (Replaced::Written(_) | Replaced::Abandoned, _, None) => Err(StoreError::Undecided),
        }
    }

    /// The sets of `scope` that commits replaced, newest first; none where the database keeps none.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn versions(&mut self, scope: &Scope) -> Result<Vec<KeptSet>, StoreError> {
        Ok(self.session.history(scope)?)
    }

    /// A set that a commit replaced, decrypted; `None` if there is none of that number.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn version(&mut self, id: i64) -> Result<Option<LoadedSet>, StoreError> {
        Ok(self.session.kept(id)?.map(|kept| self.decrypted(&kept.scope, kept.rows)))
    }

    /// Encrypts a whole set: from plaintext to what the columns hold, in the profile's format, with the newest active
    /// key. A missing description becomes the encrypted empty text.
    ///
    /// # Errors
    /// [`StoreError::NoWriter`] and [`StoreError::Unencryptable`].
    pub fn encrypt_kwargs(&self, secrets: &[NewSecret]) -> Result<Vec<NewRow>, StoreError> {
        let codec = Codec(self.fernet());
        secrets.iter().map(|secret| codec.encrypt(secret)).collect()
    }

    /// Decrypts a whole set: from what the columns hold to plaintext. A row of which the value or the description
    /// does not open is sealed.
    pub fn decrypt_kwargs(&self, rows: Vec<StoredRow>) -> Vec<Row> {
        let codec = Codec(self.fernet());
        in_turns(rows).map(|row| codec.decrypt(row)).collect()
    }

    fn decrypted(&self, scope: &Scope, rows: Vec<StoredRow>) -> LoadedSet {
        let revision = Revision::of(scope, &rows);
        LoadedSet { scope: scope.clone(), revision, rows: self.decrypt_kwargs(rows) }
    }

    /// A ring that opens nothing of what it should open must not write: a stray key would become production's.
    fn prove_key(&mut self, scope: &Scope, base: &Base) -> Result<(), StoreError> {
        if matches!(base, Base::Loaded(set) if set.scope == *scope && set.open_rows().next().is_some()) {
            return Ok(());
        }
        let opens = |rows: &[StoredRow]| rows.iter().any(|row| self.config.cipher().open(&row.value).is_some());
        // The newest rows first: they are few, and nearly always enough.
        let newest = self.session.newest_rows(SAMPLE)?;
        if newest.is_empty() || opens(&newest) || opens(&self.session.rows(scope)?) {
            return Ok(());
        }
        Err(StoreError::WrongKey { tried: newest.len() })
    }
}

/// An empty user id is nobody, and must never come to mean everybody.
fn refuse_nobody(scope: &Scope) -> Result<(), StoreError> {
    match scope {
        Scope::Personal { user, .. } if user.as_str().is_empty() => Err(StoreError::NoUser),
        Scope::Personal { .. } | Scope::Shared { .. } | Scope::NoOrg { .. } => Ok(()),
    }
}

/// Whole rows through a cipher.
struct Codec<'c>(&'c Cipher);

impl Codec<'_> {
    fn decrypt(&self, row: StoredRow) -> Row {
        let value = self.0.open(&row.value);
        let description = match &row.description {
            None => Some(None),
            Some(stored) => self.0.open(stored).map(|opened| Some(Arc::new(opened.plaintext))),
        };
        let (id, name) = (row.id, SecretName::from_stored(row.name));
        match (value, description) {
            (Some(Opened { plaintext, format, key }), Some(description)) => {
                Row::Open(OpenRow { id, name, value: Arc::new(plaintext), description, format, key })
            }
            (None, _) | (_, None) => {
                Row::Sealed(SealedRow { id, name, value: row.value, description: row.description })
            }
        }
    }

    fn encrypt(&self, secret: &NewSecret) -> Result<NewRow, StoreError> {
        let seal = |text: &Secret| {
            self.0.seal(text).map_err(|reason| match reason {
                CipherError::NoWriter => StoreError::NoWriter,
                CipherError::TooLong { .. } | CipherError::UnusableKeyId | CipherError::NoRandomness => {
                    StoreError::Unencryptable { name: secret.name.clone(), reason }
                }
            })
        };
        let description = match &secret.description {
            Some(text) => seal(text)?,
            None => seal(&Secret::new(""))?,
        };
        Ok(NewRow { name: secret.name.as_str().to_owned(), value: seal(&secret.value)?, description })
    }

    /// How the rows that stand become the new set, all of it encrypted: after this nothing can be refused any more.
    fn replacement(&self, scope: &Scope, rows: &[StoredRow], new: &NewSet) -> Result<Replacement, StoreError> {
        let standing: Vec<Row> = rows.iter().map(|row| self.decrypt(row.clone())).collect();
        let checked = check_base(&new.base, &standing, Revision::of(scope, rows));
        let plan = Plan::new(&standing, &new.secrets, &new.drop_sealed);
        let plan = match (checked, plan) {
            // What is wanted stands already: a commit that was done and not heard of, or somebody of the same mind.
            (Err(_), Ok(plan)) if plan.is_empty() && matches!(new.base, Base::Loaded(_)) => plan,
            (Err(conflict), _) => return Err(conflict),
            (Ok(()), plan) => plan?,
        };
        let empty = Secret::new("");
        let blank = || self.0.seal(&empty).map_err(|_| StoreError::NoWriter);
        Ok(Replacement {
            delete: plan.delete,
            describe: plan.describe.into_iter().map(|id| Ok((id, blank()?))).collect::<Result<_, StoreError>>()?,
            insert: plan.insert.into_iter().map(|secret| self.encrypt(secret)).collect::<Result<_, _>>()?,
            keep: None,
        })
    }
}

/// Whether what stands is what the change was based on.
fn check_base(base: &Base, standing: &[Row], current: Revision) -> Result<(), StoreError> {
    let holds = match base {
        Base::Strict(revision) => *revision == current,
        Base::Loaded(set) => set.revision == current || same_content(&set.rows, standing),
    };
    if holds { Ok(()) } else { Err(StoreError::Conflict { current }) }
}

/// Whether two states of a set say the same, however they are encrypted: the same secrets in any order, and the same
/// sealed rows byte for byte.
fn same_content(one: &[Row], other: &[Row]) -> bool {
    let mut unmatched: HashMap<&SecretName, Vec<&Row>> = HashMap::new();
    for row in other {
        unmatched.entry(row.name()).or_default().push(row);
    }
    one.len() == other.len()
        && one.iter().all(|row| {
            let Some(candidates) = unmatched.get_mut(row.name()) else { return false };
            let found = candidates.iter().position(|candidate| same_row(row, candidate));
            found.map(|at| candidates.swap_remove(at)).is_some()
        })
}

/// Whether two rows of one name say the same.
fn same_row(one: &Row, other: &Row) -> bool {
    match (one, other) {
        (Row::Open(one), Row::Open(other)) => {
            one.value == other.value && same_description(one.description.as_deref(), other.description.as_deref())
        }
        (Row::Sealed(one), Row::Sealed(other)) => one.value == other.value && one.description == other.description,
        (Row::Open(_), Row::Sealed(_)) | (Row::Sealed(_), Row::Open(_)) => false,
    }
}
