//! What the console remembers from one start to the next: where the browser stood, and where the search led. Ids and
//! names, never a value; in a file of this user's for each database.
//!
//! It is a courtesy. Whatever is wrong with the file, the console starts as if there were none.

use super::message::{Goal, Hit, What};
use super::state::RECENT;
use super::words;
use crate::cipher::mac::digest_name;
use crate::database::{OrgId, Scope, UserId};
use crate::secret::escape;
use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// The longest file that is read: far more than the few places take.
const MOST_BYTES: u64 = 64 * 1024;

/// How the file is laid out.
const VERSION: u32 = 1;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Where the browser stood.
    pub place: Option<Goal>,
    /// The places that the search led to, the last one at the end.
    pub recent: Vec<Hit>,
}

/// Where it is kept.
#[derive(Debug)]
pub struct Memory {
    path: PathBuf,
}

impl Memory {
    /// The memory in the state directory `folder`, for the database at `location` under that profile.
    pub fn new(folder: &Path, profile: Option<&str>, location: &str) -> Self {
        let name = digest_name(&format!("{}\n{location}", profile.unwrap_or_default()));
        Self { path: folder.join("places").join(format!("{name}.json")) }
    }

    /// What is remembered; nothing where there is no file, or one that is not this user's alone or makes no sense.
    pub fn recall(&self) -> Remembered {
        let read = self.read().and_then(|text| Ok(serde_json::from_slice::<Kept>(&text)?));
        match read {
            Ok(kept) if kept.version == VERSION => kept.into(),
            Ok(_) => Remembered::default(),
            Err(error) => {
                tracing::debug!(%error, "not recalled");
                Remembered::default()
            }
        }
    }

    fn read(&self) -> io::Result<Vec<u8>> {
        let no_link = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
        let file = OpenOptions::new().read(true).custom_flags(no_link).open(&self.path)?;
        let metadata = file.metadata()?;
        let is_ours = metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0;
        if !metadata.is_file() || !is_ours || metadata.len() > MOST_BYTES {
            return Err(io::Error::other(words::NOT_OUR_FILE));
        }
        let mut text = Vec::new();
        file.take(MOST_BYTES).read_to_end(&mut text)?;
        Ok(text)
    }

    /// Remembers it from here on. The file is whole at every instant, and nobody else can read it.
    pub fn keep(&self, remembered: &Remembered) {
        if let Err(error) = self.write(remembered) {
            tracing::debug!(%error, "not remembered");
        }
    }

    fn write(&self, remembered: &Remembered) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut file = tempfile::Builder::new().prefix(".strongroom-").tempfile_in(folder)?;
        file.write_all(&serde_json::to_vec(&Kept::from(remembered))?)?;
        file.persist(&self.path).map(drop).map_err(|error| error.error)
    }
}

/// The same as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    version: u32,
    place: Option<KeptPlace>,
    recent: Vec<KeptHit>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptHit {
    title: String,
    what: What,
    place: KeptPlace,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum KeptPlace {
    Org(String),
    Person(String),
    Personal { org: String, user: String, name: Option<String> },
    Shared { org: String, name: Option<String> },
    NoOrg { user: Option<String>, name: Option<String> },
}

impl From<&Remembered> for Kept {
    fn from(remembered: &Remembered) -> Self {
        let hit = |hit: &Hit| KeptHit { title: hit.title.clone(), what: hit.what, place: KeptPlace::from(&hit.goal) };
        Self {
            version: VERSION,
            place: remembered.place.as_ref().map(KeptPlace::from),
            recent: remembered.recent.iter().map(hit).collect(),
        }
    }
}

impl From<Kept> for Remembered {
    fn from(kept: Kept) -> Self {
        // Escaped once more: the file may have been written by something else.
        let hit =
            |hit: KeptHit| Hit { title: escape::line(&hit.title).into_owned(), what: hit.what, goal: hit.place.into() };
        Self { place: kept.place.map(Goal::from), recent: kept.recent.into_iter().take(RECENT).map(hit).collect() }
    }
}

impl From<&Goal> for KeptPlace {
    fn from(goal: &Goal) -> Self {
        match goal {
            Goal::Org(org) => Self::Org(org.as_str().to_owned()),
            Goal::Person(user) => Self::Person(user.as_str().to_owned()),
            Goal::Set { scope, name } => {
                let name = name.clone();
                match scope {
                    Scope::Personal { org, user } => {
                        Self::Personal { org: org.as_str().to_owned(), user: user.as_str().to_owned(), name }
                    }
                    Scope::Shared { org } => Self::Shared { org: org.as_str().to_owned(), name },
                    Scope::NoOrg { user } => {
                        Self::NoOrg { user: user.as_ref().map(|user| user.as_str().to_owned()), name }
                    }
                }
            }
        }
    }
}

impl From<KeptPlace> for Goal {
    fn from(place: KeptPlace) -> Self {
        let set = |scope, name| Self::Set { scope, name };
        match place {
            KeptPlace::Org(org) => Self::Org(OrgId::new(&org)),
            KeptPlace::Person(user) => Self::Person(UserId::new(&user)),
            KeptPlace::Personal { org, user, name } => {
                set(Scope::Personal { org: OrgId::new(&org), user: UserId::new(&user) }, name)
            }
            KeptPlace::Shared { org, name } => set(Scope::Shared { org: OrgId::new(&org) }, name),
            KeptPlace::NoOrg { user, name } => set(Scope::NoOrg { user: user.as_deref().map(UserId::new) }, name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn some() -> Remembered {
        let scope = Scope::Personal { org: OrgId::new("acme"), user: UserId::new("ada") };
        let goal = Goal::Set { scope, name: Some("TOKEN".to_owned()) };
        let hit = Hit { title: "TOKEN  acme ▸ ada".to_owned(), what: What::Secret, goal: goal.clone() };
        Remembered { place: Some(goal), recent: vec![hit] }
    }

    #[test]
    fn what_is_kept_is_remembered_and_only_there() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::new(folder.path(), None, "here");
        assert_eq!(memory.recall(), Remembered::default());
        memory.keep(&some());
        assert_eq!(memory.recall(), some());
        assert_eq!(std::fs::metadata(&memory.path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Memory::new(folder.path(), Some("prod"), "here").recall(), Remembered::default());
        assert_eq!(Memory::new(folder.path(), None, "there").recall(), Remembered::default());
    }

    #[test]
    fn a_file_that_is_damaged_too_long_or_not_only_ours_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::new(folder.path(), None, "here");
        memory.keep(&some());
        let whole = std::fs::read(&memory.path).unwrap();
        let nothing = Remembered::default();
        std::fs::set_permissions(&memory.path, std::fs::Permissions::from_mode(0o620)).unwrap();
        assert_eq!(memory.recall(), nothing, "others can write to it");
        std::fs::set_permissions(&memory.path, std::fs::Permissions::from_mode(0o600)).unwrap();
        for damaged in [&whole[..whole.len() / 2], b"", b"null", b"{\"version\":2,\"place\":null,\"recent\":[]}"] {
            std::fs::write(&memory.path, damaged).unwrap();
            assert_eq!(memory.recall(), nothing);
        }
        std::fs::write(&memory.path, [&whole[..], &vec![b' '; 64 * 1024][..]].concat()).unwrap();
        assert_eq!(memory.recall(), nothing, "too long");
        let elsewhere = folder.path().join("elsewhere.json");
        std::fs::write(&elsewhere, &whole).unwrap();
        std::fs::remove_file(&memory.path).unwrap();
        symlink(&elsewhere, &memory.path).unwrap();
        assert_eq!(memory.recall(), nothing, "a link");
    }

    proptest! {
        #[test]
        fn any_file_is_survived(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let folder = tempfile::tempdir().unwrap();
            let memory = Memory::new(folder.path(), None, "here");
            memory.keep(&some());
            std::fs::write(&memory.path, text).unwrap();
            prop_assert_eq!(memory.recall(), Remembered::default());
        }
    }
}
