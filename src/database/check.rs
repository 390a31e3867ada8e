//! What is looked at before anything is deleted, whatever the database.

use super::{DatabaseError, Replacement, Scope, StoredRow};
use std::collections::HashSet;

/// What the table takes.
pub(super) struct Takes<'t> {
    /// `is_org_shared` exists.
    pub(super) shared: bool,
    /// A unique index forbids one name twice in a personal set.
    pub(super) each_name_once: bool,
    /// A column that an insert of ours would leave without a value.
    pub(super) unfillable: Option<&'t str>,
    /// `keycloak_user_id` takes no NULL.
    pub(super) needs_user: bool,
    /// The most characters of a name, a value and a description.
    pub(super) lengths: [Option<usize>; 3],
}

impl Takes<'_> {
    /// Finds what cannot succeed.
    ///
    /// # Errors
    /// [`DatabaseError::NoOrg`], [`DatabaseError::Uninsertable`] and [`DatabaseError::Driver`], which says what.
    pub(super) fn check(
        &self,
        scope: &Scope,
        before: &[StoredRow],
        replacement: &Replacement,
    ) -> Result<(), DatabaseError> {
        let shared = match scope {
            Scope::NoOrg { .. } => return Err(DatabaseError::NoOrg),
            Scope::Personal { .. } => false,
            Scope::Shared { .. } => true,
        };
        if replacement.insert.is_empty() {
            return Ok(());
        }
        if let Some(column) = self.unfillable {
            return Err(DatabaseError::Uninsertable(column.to_owned()));
        }
        if shared && self.needs_user {
            return Err(DatabaseError::Uninsertable("keycloak_user_id".to_owned()));
        }
        if shared && !self.shared {
            return Err(DatabaseError::Driver("custom_secrets has no column is_org_shared".to_owned()));
        }
        if !shared && self.each_name_once {
            let kept = before.iter().filter(|row| !replacement.delete.contains(&row.id)).map(|row| &row.name);
            let mut names = HashSet::new();
            if !kept.chain(replacement.insert.iter().map(|row| &row.name)).all(|name| names.insert(name)) {
                return Err(DatabaseError::Driver("the set would hold one name twice".to_owned()));
            }
        }
        self.check_lengths(replacement)
    }

    fn check_lengths(&self, replacement: &Replacement) -> Result<(), DatabaseError> {
        let columns = ["secret_name", "secret_value", "description"];
        for row in &replacement.insert {
            let texts = [row.name.as_str(), row.value.as_str(), row.description.as_str()];
            for ((column, text), most) in columns.iter().zip(texts).zip(self.lengths) {
                if let Some(most) = most.filter(|most| text.chars().count() > *most) {
                    let name = crate::secret::escape::line(&row.name);
                    return Err(DatabaseError::Driver(format!("{name}: the column {column} takes {most} characters")));
                }
            }
        }
        Ok(())
    }
}
