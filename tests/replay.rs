//! Three operators with random edits and a writer that knows nothing of Strongroom: what was kept and what was recorded
//! tell the whole story of a set. The long form has a thousand commits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking, and a campaign tells what it did"
)]

mod common;

use common::{TestEnv, fixture};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use strongroom::cipher::Format;
use strongroom::database::sqlite::{self, Sqlite};
use strongroom::database::{Database, OrgId, Scope, UserId, postgres};
use strongroom::keyring::{self, KeySource, LoadOptions};
use strongroom::store::{LoadedSet, SaasSecretsStore, StoreConfig};

type Set = BTreeMap<String, String>;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

struct Desk {
    env: TestEnv,
    org: String,
    user: String,
}

impl Desk {
    fn on_set(&self, words: &[&str]) -> Vec<String> {
        ["--config", "config.toml"]
            .iter()
            .chain(words)
            .chain(&["--org", &self.org, "--user", &self.user])
            .map(|&it| it.to_owned())
            .collect()
    }

    fn read(&self) -> Set {
        let set = self.env.run(self.on_set(&["secret", "export"])).json();
        set.as_object()
            .unwrap()
            .iter()
            .map(|(name, it)| (name.clone(), it["secret"].as_str().unwrap().to_owned()))
            .collect()
    }

    fn revision(&self) -> String {
        self.env.run(self.on_set(&["secret", "revision"])).ok().trim().to_owned()
    }

    fn database(&self) -> Box<dyn Database> {
        if self.env.has_server() {
            let url = self.env.variables().into_iter().find(|(name, _)| name == "STRONGROOM_DATABASE_URL").unwrap().1;
            return Box::new(postgres::Postgres::open(&url, postgres::OpenOptions::default()).unwrap());
        }
        Box::new(Sqlite::open(&self.env.path("tenant.db"), sqlite::OpenOptions { read_only: false }).unwrap())
    }
}

fn plain(set: &LoadedSet) -> Set {
    set.open_rows().map(|row| (row.name.as_str().to_owned(), row.value.expose().to_owned())).collect()
}

/// One random change: a secret added, changed or removed.
fn edit(set: &mut Set, dice: &mut Dice, word: &str) {
    let name = format!("NAME_{}", dice.roll(8));
    if dice.roll(4) == 0 {
        set.remove(&name);
    } else {
        set.insert(name, word.to_owned());
    }
}

#[test]
fn what_was_kept_and_recorded_replays_to_the_last_state() {
    let full = std::env::var("STRONGROOM_CAMPAIGN").is_ok_and(|form| form == "full");
    let commits = if full { 1_000 } else { 40 };
    let env = TestEnv::tenant();
    env.run(["db", "init"]).ok();
    env.write_private("config.toml", "default_profile = \"p\"\n[profiles.p]\nhistory_versions = 100000\n");
    let sets = fixture::tenant_sets();
    let (org, user, _) = sets.iter().find(|(_, _, set)| set.is_empty()).unwrap();
    let desk = Desk { org: org.clone(), user: user.clone(), env };

    let mut dice = Dice(0x5eed);
    let first = desk.read();
    let mut views: Vec<(Set, String)> = (0..3).map(|_| (first.clone(), desk.revision())).collect();
    // What stood before each commit, and what each commit stored, as we know it.
    let (mut stood, mut stored) = (Vec::new(), Vec::new());
    let (mut now, mut conflicts, mut foreign, mut is_touched) = (first.clone(), 0, 0, false);
    while stored.len() < commits {
        if dice.roll(6) == 0 && !now.is_empty() {
            // Somebody who keeps no trail removes a secret.
            let name = now.keys().nth(dice.roll(now.len())).unwrap().clone();
            desk.env.sql(&format!(
                "DELETE FROM custom_secrets WHERE keycloak_user_id = '{user}' AND org_id = '{org}' AND secret_name = '{name}'"
            ));
            now.remove(&name);
            is_touched = true;
            continue;
        }
        let operator = dice.roll(3);
        let (mut set, revision) = views[operator].clone();
        edit(&mut set, &mut dice, &format!("{operator} {}", stored.len()));
        let json: Map<String, Value> = set.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let words = desk.on_set(&["secret", "import", "--if-revision", &revision, "-"]);
        let output = desk.env.run_with_input(words, Value::Object(json).to_string());
        match output.code() {
            Some(0) if set == views[operator].0 => drop(output.ok()),
            Some(0) => {
                drop(output.ok());
                foreign += usize::from(std::mem::take(&mut is_touched) && !stored.is_empty());
                stood.push(now.clone());
                stored.push(set.clone());
                now = set;
            }
            Some(3) => {
                drop(output.fails(3));
                conflicts += 1;
            }
            other => panic!("{other:?}: {}", output.stderr()),
        }
        views[operator] = (desk.read(), desk.revision());
        assert_eq!(views[operator].0, now, "no commit was lost");
    }

    let ring = keyring::load(&KeySource::File(desk.env.path("keys.json")), &LoadOptions::default()).unwrap();
    let mut database = desk.database();
    let scope = Scope::Personal { org: OrgId::new(org), user: UserId::new(user) };
    let mut store = SaasSecretsStore::of(&mut *database, &scope, StoreConfig::new(ring, Format::Fernet, None));
    let mut kept: Vec<i64> = store.versions(&scope).unwrap().iter().map(|kept| kept.id).collect();
    kept.reverse();
    assert_eq!(kept.len(), commits);
    let kept: Vec<Set> = kept.iter().map(|id| plain(&store.version(*id).unwrap().unwrap())).collect();
    assert_eq!(kept, stood, "each kept set is the one that stood");
    // The replay: the first state, then commit by commit; where the next commit replaced another set, somebody wrote.
    let mut state = kept[0].clone();
    let mut gaps = 0;
    for (at, set) in kept.iter().enumerate() {
        gaps += usize::from(at > 0 && *set != state);
        state.clone_from(&stored[at]);
    }
    assert_eq!(gaps, foreign);
    assert_eq!(plain(&store.load(user).unwrap()), if is_touched { now.clone() } else { state });
    let rows = desk.env.run(["--json", "audit", "list", "--action", "commit"]).json();
    let rows = rows.as_array().unwrap();
    let shown = rows.iter().filter(|row| row["foreign_write_before"] == true).count();
    assert_eq!((rows.len(), shown), (commits, foreign), "the trail shows each foreign write as a gap");
    desk.env.run(["audit", "verify"]).ok();
    eprintln!(
        "{commits} commits of three operators, {conflicts} conflicts, {foreign} foreign writes, each shown as a gap"
    );
}
