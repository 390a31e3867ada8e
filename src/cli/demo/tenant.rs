//! The tenant: who keeps what, and how it is stored.

use super::dice::Dice;
use super::keys::{Keys, Lock};
use super::people::{self, Company, Person};
use super::secrets::{self, Plain};
use super::unusual;
use crate::database::sqlite::{Role, Seed, SeedMember, SeedOrg, SeedUser};
use crate::database::{OrgId, RowId, StoredRow};
use crate::error::Error;

/// Where the fixed chance begins: another number makes another tenant.
const SEED: u64 = 0x0005_7207_6600;

/// Whose row it is.
#[derive(Clone, Copy)]
enum Place<'a> {
    /// Somebody's own, in this org.
    Personal(&'a OrgId, &'a Person),
    /// Shared by a company; its owner put it there.
    Shared(&'a Company),
    /// Somebody's from before there were orgs.
    NoOrg(&'a Person),
}

/// Writes the tenant down, a row at a time.
struct Tenant<'k> {
    keys: &'k Keys,
    dice: Dice,
    seed: Seed,
}

/// Everything that the database of the demo holds, encrypted with `keys`.
pub(super) fn tenant(keys: &Keys) -> Result<Seed, Error> {
    let mut tenant = Tenant { keys, dice: Dice::new(SEED), seed: Seed::default() };
    let companies = people::companies(&mut tenant.dice);
    for company in &companies {
        tenant.company(company)?;
    }
    tenant.oddities(&companies)?;
    Ok(tenant.seed)
}

impl Tenant<'_> {
    /// A company with its people and what they keep there.
    fn company(&mut self, company: &Company) -> Result<(), Error> {
        self.seed.orgs.push(SeedOrg { id: company.id.clone(), name: company.name.to_owned() });
        for (rank, person) in company.people.iter().enumerate() {
            self.person(company, person);
            let role = match rank {
                0 => Role::Owner,
                1 | 2 => Role::Admin,
                _ => Role::Member,
            };
            self.join(&company.id, person, role);
            self.common(&company.id, company.domain, person)?;
            if self.dice.chance(40) {
                self.private(person)?;
            }
        }
        self.shared(company)
    }

    /// Somebody, with the org of their own that the server makes for everybody.
    fn person(&mut self, company: &Company, person: &Person) {
        let own = OrgId::new(person.id.as_str());
        self.seed.orgs.push(SeedOrg { id: own.clone(), name: format!("user_{}_org", person.id.as_str()) });
        let email = Some(person.email.clone());
        self.seed.users.push(SeedUser { id: person.id.clone(), current: company.id.clone(), email });
        self.join(&own, person, Role::Owner);
    }

    fn join(&mut self, org: &OrgId, person: &Person, role: Role) {
        self.seed.members.push(SeedMember { org: org.clone(), user: person.id.clone(), role });
    }

    /// Some of the secrets that anybody may have, side by side in the list as they belong together.
    fn common(&mut self, org: &OrgId, domain: &str, person: &Person) -> Result<(), Error> {
        let count = 2 + self.dice.below(7);
        let first = self.dice.below(24);
        let patterns = secrets::COMMON.iter().cycle().skip(first.into()).take(count.into());
        for pattern in patterns {
            let mut plain = pattern.fill(domain, &mut self.dice);
            let lock = self.lock();
            // The first servers knew no descriptions.
            if lock == Lock::Oldest && self.dice.chance(50) {
                plain.description = None;
            }
            self.add(Place::Personal(org, person), &plain, lock)?;
        }
        Ok(())
    }

    /// What somebody keeps in the org of their own.
    fn private(&mut self, person: &Person) -> Result<(), Error> {
        let own = OrgId::new(person.id.as_str());
        let count = 1 + self.dice.below(3);
        for pattern in secrets::PRIVATE.iter().take(count.into()) {
            let plain = pattern.fill("home.example", &mut self.dice);
            let lock = self.lock();
            self.add(Place::Personal(&own, person), &plain, lock)?;
        }
        Ok(())
    }

    /// What a company shares.
    fn shared(&mut self, company: &Company) -> Result<(), Error> {
        for pattern in &secrets::SHARED {
            let plain = pattern.fill(company.domain, &mut self.dice);
            let lock = self.lock();
            self.add(Place::Shared(company), &plain, lock)?;
        }
        Ok(())
    }

    /// What every grown database has somewhere.
    fn oddities(&mut self, companies: &[Company]) -> Result<(), Error> {
        let [acme, globex, initech, ..] = companies else { return Ok(()) };
        if let [owner, _, _, consultant, leaver, locked_out, ..] = &acme.people[..] {
            for plain in unusual::all(&mut self.dice) {
                let lock = self.lock();
                self.add(Place::Personal(&acme.id, owner), &plain, lock)?;
            }
            self.consultant(&[globex, initech], consultant)?;
            self.seed.members.retain(|member| member.org != acme.id || member.user != leaver.id);
            self.sealed(acme, locked_out, &["OLD_DEPLOY_KEY", "OLD_SIGNING_KEY"])?;
            let plain = secrets::plain("BEFORE_ORGS", "demo-before-there-were-orgs", "Older than the orgs");
            self.add(Place::NoOrg(leaver), &plain, Lock::Oldest)?;
        }
        if let Some(nameless) = initech.people.last() {
            for user in self.seed.users.iter_mut().filter(|user| user.id == nameless.id) {
                user.email = None;
            }
        }
        for company in [globex, initech] {
            if let Some(person) = company.people.get(1) {
                self.sealed(company, person, &["RECOVERY_CODE"])?;
            }
        }
        Ok(())
    }

    /// Somebody who works for other companies, too.
    fn consultant(&mut self, others: &[&Company], person: &Person) -> Result<(), Error> {
        for other in others {
            self.join(&other.id, person, Role::Member);
            self.common(&other.id, other.domain, person)?;
        }
        Ok(())
    }

    /// Rows that no known key opens.
    fn sealed(&mut self, company: &Company, person: &Person, names: &[&'static str]) -> Result<(), Error> {
        for name in names {
            let plain = secrets::plain(name, "demo-nobody-reads-this", "Its key is lost");
            self.add(Place::Personal(&company.id, person), &plain, Lock::Lost)?;
        }
        Ok(())
    }

    /// How a row is stored: most of them as the servers of this year do it.
    fn lock(&mut self) -> Lock {
        match self.dice.below(100) {
            0..60 => Lock::Current,
            60..78 => Lock::Jwe,
            78..92 => Lock::LastYear,
            _ => Lock::Oldest,
        }
    }

    fn add(&mut self, place: Place<'_>, plain: &Plain, lock: Lock) -> Result<(), Error> {
        let (org, user, shared) = match place {
            Place::Personal(org, person) => (Some(org.clone()), Some(person.id.clone()), false),
            Place::Shared(company) => {
                (Some(company.id.clone()), company.people.first().map(|owner| owner.id.clone()), true)
            }
            Place::NoOrg(person) => (None, Some(person.id.clone()), false),
        };
        let id = RowId(self.seed.rows.last().map_or(1, |last| last.id.0 + 1));
        let value = self.keys.seal(lock, &plain.value)?;
        let description = plain.description.as_ref().map(|text| self.keys.seal(lock, text)).transpose()?;
        self.seed.rows.push(StoredRow { id, user, org, name: plain.name.to_owned(), value, description, shared });
        Ok(())
    }
}
