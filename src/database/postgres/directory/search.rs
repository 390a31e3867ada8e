//! What an operator types into a filter, as conditions. `%`, `_` and `\` are themselves.

/// A search that is not empty.
pub(super) struct Needle {
    /// `%…%` for LIKE, in lower case.
    pub(super) pattern: String,
    /// Whether it may be a part of a UUID.
    is_hex: bool,
    /// Whether it is a whole UUID, in its canonical spelling.
    pub(super) whole: Option<String>,
}

impl Needle {
    /// `None` for an empty search, which finds everything.
    pub(super) fn new(search: &str) -> Option<Self> {
        if search.is_empty() {
            return None;
        }
        let canonical = crate::database::id::canonical(search);
        let whole = uuid::Uuid::try_parse(&canonical).is_ok().then_some(canonical);
        let mut pattern = String::from("%");
        for character in search.to_lowercase().chars() {
            if matches!(character, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        pattern.push('%');
        let is_hex = search.chars().all(|character| character.is_ascii_hexdigit() || character == '-');
        Some(Self { pattern, is_hex, whole })
    }

    /// The condition that `text` or `id` contains what is searched for, which is the parameter `$n`. An id is looked
    /// into only where the search can be a part of one; a whole one is compared, so that its index is used.
    pub(super) fn condition(&self, text: &str, id: &str, is_uuid: bool, n: usize) -> String {
        if self.whole.is_some() && is_uuid {
            return format!("{id} = ${n}::uuid");
        }
        let in_text = format!("lower({text}) LIKE ${n}");
        if is_uuid && !self.is_hex {
            return in_text;
        }
        format!("({in_text} OR lower({id}::text) LIKE ${n})")
    }

    /// What `$n` is bound to.
    pub(super) fn bound(&self, is_uuid: bool) -> &str {
        match &self.whole {
            Some(whole) if is_uuid => whole,
            Some(_) | None => &self.pattern,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_like_would_take_for_a_pattern_is_literal() {
        assert_eq!(Needle::new("A%b_\\").unwrap().pattern, "%a\\%b\\_\\\\%");
        assert!(Needle::new("").is_none());
    }

    #[test]
    fn an_id_is_looked_into_only_where_it_can_be_one() {
        let condition = |search: &str| Needle::new(search).unwrap().condition("t", "i", true, 1);
        assert!(!condition("dana@").contains("i::text"));
        assert!(condition("dead-beef").contains("i::text"));
        assert_eq!(condition("f841d41996ba400db34cd7547568bbd4"), "i = $1::uuid");
    }
}
