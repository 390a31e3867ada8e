//! The worker's part of a walk through a rotation: one request a step, and one a batch.

use crate::audit::Event;
use crate::console::effect::Ask;
use crate::console::message::{Answer, KeyLine, Ring};
use crate::console::words::rotate as words;
use crate::database::Database;
use crate::error::Error;
use crate::keyring::{self, KeyChange, KeyId, KeyRing};
use crate::rotation::{Aim, Inventory, Keeper, Options, Plan, Rotation, RotationError, Step, may_remove, record};
use crate::secret::Secret;
use crate::store::StoreConfig;
use std::any::Any;

/// How many rows a batch has at most: small enough for a pause to come soon.
const BATCH: usize = 1_000;

/// What the worker keeps between two requests of a walk.
pub(super) struct Walk {
    keeper: Keeper,
    under_way: Option<UnderWay>,
    /// The ids of the keys that the lock has dropped.
    forgotten: Option<Vec<KeyId>>,
}

struct UnderWay {
    rotation: Rotation,
    is_dry: bool,
    /// Keeps other rotations away.
    guard: Option<Box<dyn Any + Send>>,
}

impl Walk {
    pub(super) fn new(keeper: Keeper) -> Self {
        Self { keeper, under_way: None, forgotten: None }
    }

    /// The same store without a key. What unlocks it later must bring the same ones. A rotation that has stopped holds
    /// the keys, too: it goes, and begins anew.
    pub(super) fn forget(&mut self, config: &StoreConfig) -> StoreConfig {
        self.under_way = None;
        self.forgotten = Some(config.ring().keys().iter().map(|key| key.id.clone()).collect());
        config.with_ring(KeyRing::new(Vec::new(), config.ring().origin().clone(), Vec::new()))
    }

    /// Takes the keys again.
    pub(super) fn unlock(&mut self, config: &mut StoreConfig, secret: Secret) -> Result<(), Error> {
        let ring = keyring::unlock(&self.keeper.source, &self.keeper.options, secret)?;
        // Where a rotation went on behind the lock nothing was forgotten: the same keys must be there all the same.
        let known =
            self.forgotten.clone().unwrap_or_else(|| config.ring().keys().iter().map(|key| key.id.clone()).collect());
        let is_known = |id: &KeyId| ring.keys().iter().any(|key| key.id == *id);
        if !known.iter().all(is_known) {
            return Err(words::other_keys());
        }
        if self.forgotten.take().is_some() {
            *config = config.with_ring(ring);
        }
        Ok(())
    }

    /// Does what the walk asks for. `config` is another one afterwards where the ring is.
    pub(super) fn answer(
        &mut self,
        ask: Ask,
        database: &mut dyn Database,
        config: &mut StoreConfig,
    ) -> Result<Answer, Error> {
        match ask {
            Ask::Inventory => {
                let plan = Plan::find(database, &self.keeper.setting)?;
                let inventory = Inventory::take(database, config.cipher(), &plan)?;
                Ok(Answer::Inventory(Box::new(inventory), self.ring(config)))
            }
            Ask::Add(new) => {
                let (added, ring) = self.keeper.add(config.ring(), new)?;
                *config = config.with_ring(ring);
                Ok(Answer::Added(added, self.ring(config)))
            }
            Ask::Backup(path) => {
                let plan = Plan::find(database, &self.keeper.setting)?;
                database.backup(&path, &plan.backup())?;
                Ok(Answer::BackedUp(path))
            }
            Ask::Begin { aim, is_dry: true } => {
                self.under_way = None;
                self.begin(aim, true, database, config)?;
                self.step(database, config)
            }
            Ask::Begin { aim, is_dry: false } => {
                if !self.resume(&aim, database)? {
                    self.begin(aim, false, database, config)?;
                }
                self.step(database, config)
            }
            Ask::Step => self.step(database, config),
            Ask::End => {
                if let Some(ended) = self.under_way.take().filter(|ended| !ended.is_dry) {
                    let key = &ended.rotation.aim().key;
                    keep(database, config, &record::stopped(key, words::BY_THE_OPERATOR))?;
                }
                Ok(Answer::Ended)
            }
            Ask::Retire(to) => {
                let ring = self.keeper.retire(config.ring(), &to)?;
                *config = config.with_ring(ring);
                Ok(Answer::Retired(self.ring(config)))
            }
            Ask::Remove { id, with_halves } => {
                let plan = Plan::find(database, &self.keeper.setting)?;
                let inventory = Inventory::take(database, config.cipher(), &plan)?;
                may_remove(&inventory, &id)?;
                let halves = inventory.need(&id).1;
                if halves > 0 && !with_halves {
                    return Ok(Answer::OpensHalves(halves));
                }
                let ring = self.keeper.change(config.ring(), &[KeyChange::Remove(&id)])?;
                *config = config.with_ring(ring);
                Ok(Answer::Removed(self.ring(config)))
            }
            Ask::DeleteCopies => Ok(Answer::CopiesDeleted(Keeper::delete_copies(&self.keeper.file(config.ring())?)?)),
        }
    }

    /// Lets the key write, where the ring is in a file that can be rewritten and the key does not yet.
    fn activate(&self, key: &crate::keyring::KeyId, config: &mut StoreConfig) -> Result<(), Error> {
        let is_active = |ring: &KeyRing| ring.keys().iter().any(|known| known.id == *key && known.active);
        if is_active(config.ring()) || self.keeper.file(config.ring()).is_err() {
            return Ok(());
        }
        let ring = self.keeper.change(config.ring(), &[KeyChange::Activate(key)])?;
        *config = config.with_ring(ring);
        Ok(())
    }

    /// Begins a rotation, or the rehearsal of one.
    fn begin(
        &mut self,
        aim: Aim,
        is_dry: bool,
        database: &mut dyn Database,
        config: &mut StoreConfig,
    ) -> Result<(), Error> {
        if !is_dry {
            self.activate(&aim.key, config)?;
        }
        let plan = Plan::find(database, &self.keeper.setting)?;
        let key = aim.key.clone();
        let rotation = Rotation::new(database, &plan, config.clone(), Options { aim, batch: BATCH, is_dry })?;
        let guard = if is_dry { None } else { Some(database.guard_rotation(&self.keeper.folder)?) };
        if !is_dry {
            keep(database, config, &record::begun(&key))?;
        }
        self.under_way = Some(UnderWay { rotation, is_dry, guard });
        Ok(())
    }

    /// Takes up the rotation that the database has stopped, if there is one to the same key: what it has done counts.
    fn resume(&mut self, aim: &Aim, database: &mut dyn Database) -> Result<bool, Error> {
        let Some(stopped) = self.under_way.as_mut().filter(|stopped| !stopped.is_dry) else { return Ok(false) };
        if stopped.rotation.aim().key != aim.key {
            return Ok(false);
        }
        // What kept other rotations away may have gone with a connection.
        stopped.guard = None;
        stopped.guard = Some(database.guard_rotation(&self.keeper.folder)?);
        Ok(true)
    }

    fn step(&mut self, database: &mut dyn Database, config: &StoreConfig) -> Result<Answer, Error> {
        let Some(UnderWay { rotation, is_dry, .. }) = &mut self.under_way else {
            return Err(words::not_under_way());
        };
        let (is_dry, key) = (*is_dry, rotation.aim().key.clone());
        match rotation.step(database) {
            Ok(Step::More(progress)) => Ok(Answer::Progress(progress, self.ring(config))),
            Ok(Step::Done(summary)) => {
                self.under_way = None;
                if !is_dry {
                    keep(database, config, &record::done(&key, &summary))?;
                }
                Ok(Answer::Done(Box::new(summary)))
            }
            Err(error @ RotationError::Database(_)) => Err(error.into()),
            // Another step would end in the same: it has to begin anew.
            Err(error) => {
                self.under_way = None;
                if !is_dry {
                    keep(database, config, &record::stopped(&key, &error))?;
                }
                Err(error.into())
            }
        }
    }

    fn ring(&self, config: &StoreConfig) -> Ring {
        let ring = config.ring();
        let writer = ring.writer().map(|key| key.id.clone());
        let line = |key: &crate::keyring::Key| KeyLine {
            id: key.id.clone(),
            is_active: key.active,
            writes: writer.as_ref() == Some(&key.id),
            created_at: key.created_at,
        };
        Ring {
            keys: ring.keys().iter().map(line).collect(),
            origin: ring.origin().in_words(),
            file: self.keeper.file(ring).ok(),
            is_protected: ring.passphrase().is_some(),
        }
    }
}

fn keep(database: &mut dyn Database, config: &StoreConfig, event: &Event) -> Result<(), Error> {
    config.must_be_audited()?;
    match config.trail() {
        None => Ok(()),
        Some(trail) => Ok(trail.record(database, event)?),
    }
}
