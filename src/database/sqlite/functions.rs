//! Functions that our statements call: ids in any spelling, and literal search.
//!
//! They are `DIRECTONLY`: nothing that is stored in a schema can call them.

use super::raw::text;
use crate::database::id;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};
use std::borrow::Cow;

/// How many spellings an id may have; `strongroom_spelling(x, 0 …)` gives them.
pub(super) const SPELLINGS: usize = 4;

/// Makes the functions known to `connection`:
///
/// - `strongroom_id(x)`: the canonical spelling of an id;
/// - `strongroom_spelling(x, n)`: its n-th spelling, of [`SPELLINGS`];
/// - `strongroom_owner(name)`: the id in `user_<id>_org`, canonical, or NULL;
/// - `strongroom_has(x, needle)`, `strongroom_id_has(x, needle)`: whether `x` contains the needle, see [`contains`] and
///   [`id_contains`].
pub(super) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("strongroom_id", 1, flags, |context| {
        Ok(argument(context, 0).map(|id| id::canonical(&id)))
    })?;
    connection.create_scalar_function("strongroom_spelling", 2, flags, |context| {
        let which = context.get::<i64>(1)?;
        Ok(argument(context, 0).map(|id| spelling(&id, which)))
    })?;
    connection.create_scalar_function("strongroom_owner", 1, flags, |context| {
        Ok(argument(context, 0).and_then(|name| owner(&name).map(id::canonical)))
    })?;
    connection.create_scalar_function("strongroom_has", 2, flags, |context| {
        Ok(contains(bytes(context, 0), bytes(context, 1)))
    })?;
    connection.create_scalar_function("strongroom_id_has", 2, flags, |context| {
        Ok(id_contains(bytes(context, 0), bytes(context, 1)))
    })
}

fn argument<'c>(context: &'c Context<'_>, at: usize) -> Option<Cow<'c, str>> {
    text(context.get_raw(at))
}

fn bytes<'c>(context: &'c Context<'_>, at: usize) -> &'c [u8] {
    match context.get_raw(at) {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => &[],
    }
}

fn spelling(id: &str, which: i64) -> String {
    let canonical = id::canonical(id);
    let plain = id::plain(&canonical);
    if plain == canonical {
        return canonical;
    }
    match which {
        1 => plain,
        2 => canonical.to_ascii_uppercase(),
        3 => plain.to_ascii_uppercase(),
        _ => canonical,
    }
}

/// The id in the name of a personal org, `user_<id>_org`.
pub(super) fn owner(name: &str) -> Option<&str> {
    name.strip_prefix("user_")?.strip_suffix("_org")
}

/// Whether `text` contains `needle`, ignoring the case of ASCII letters. The needle must be in lower case already.
pub(super) fn contains(text: &[u8], needle: &[u8]) -> bool {
    let Some((&first, rest)) = needle.split_first() else { return true };
    let mut left = text;
    while left.len() > rest.len() {
        let Some(at) = left.iter().position(|byte| byte.to_ascii_lowercase() == first) else { return false };
        let Some(after) = left.get(at + 1..) else { return false };
        if after.get(..rest.len()).is_some_and(|start| start.eq_ignore_ascii_case(rest)) {
            return true;
        }
        left = after;
    }
    false
}

/// Whether an id contains `needle` in any spelling: a UUID is searched with its hyphens and without them, however
/// the column holds it. The needle must be in lower case already.
pub(super) fn id_contains(id: &[u8], needle: &[u8]) -> bool {
    if contains(id, needle) {
        return true;
    }
    // What is no part of a UUID need not be looked for in its other spelling.
    let hyphens = needle.contains(&b'-');
    if !matches!((id.len(), hyphens), (32, true) | (36, false))
        || !needle.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
    {
        return false;
    }
    std::str::from_utf8(id).is_ok_and(|id| {
        let other = if hyphens { id::canonical(id) } else { id::plain(id) };
        contains(other.as_bytes(), needle)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_uuid_is_found_by_a_part_of_either_spelling() {
        let plain = b"f841d41996ba400db34cd7547568bbd4";
        let hyphens = b"F841D419-96BA-400D-B34C-D7547568BBD4";
        for needle in ["d419-96ba", "d41996ba", "f841d419-96ba-400d-b34c-d7547568bbd4", "", "-"] {
            assert!(id_contains(plain, needle.as_bytes()), "{needle}");
            assert!(id_contains(hyphens, needle.as_bytes()), "{needle}");
        }
        for needle in ["d4-1996ba", "f841d42", "x"] {
            assert!(!id_contains(plain, needle.as_bytes()), "{needle}");
        }
    }

    #[test]
    fn only_the_whole_shape_names_an_owner() {
        assert_eq!(owner("user_dana_org"), Some("dana"));
        for name in ["user_group", "user_org", "User_x_org", "org_user_x_org", ""] {
            assert_eq!(owner(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn searching_is_what_lower_case_and_contains_would_find(text in "[aAbB%_\u{e9}]{0,12}", needle in "[ab%_]{0,3}") {
            prop_assert_eq!(
                contains(text.as_bytes(), needle.as_bytes()),
                text.to_ascii_lowercase().contains(&needle)
            );
        }
    }
}
