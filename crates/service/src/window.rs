//! Pages between two neighbours: a list goes on after one of its members, or back before one.

use crate::ServiceError;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Window {
    /// What comes before this member.
    pub before: Option<String>,
    /// What comes after this member.
    pub after: Option<String>,
    /// At most so many.
    pub page_size: u32,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Windowed<T> {
    /// The members of this part.
    pub items: Vec<T>,
    /// How many the list has in all.
    pub total: usize,
    /// The name of the first member, where others come before it.
    pub before: Option<String>,
    /// The name of the last member, where others come after it.
    pub after: Option<String>,
}

impl<T> Windowed<T> {
    /// Cuts a part out of the whole list.
    ///
    /// # Errors
    /// `Invalid` when both neighbours are named, or one that is not there.
    pub(crate) fn of(all: Vec<T>, name: impl Fn(&T) -> String, window: &Window) -> Result<Self, ServiceError> {
        let total = all.len();
        let size = window.page_size.max(1) as usize;
        let position = |field: &'static str, wanted: &str| {
            all.iter().position(|one| name(one) == wanted).ok_or_else(|| ServiceError::Invalid {
                field,
                rule: "names nothing in this list".to_owned(),
                remedy: "follow `nextUri` and `previousUri`, or begin again without it".to_owned(),
            })
        };
        let (begin, end) = match (&window.before, &window.after) {
            (None, None) => (0, size.min(total)),
            (None, Some(after)) => {
                let begin = position("after", after)? + 1;
                (begin, (begin + size).min(total))
            }
            (Some(before), None) => {
                let end = position("before", before)?;
                (end.saturating_sub(size), end)
            }
            (Some(_), Some(_)) => {
                return Err(ServiceError::Invalid {
                    field: "before",
                    rule: "stands beside `after`".to_owned(),
                    remedy: "use one of them".to_owned(),
                });
            }
        };
        let items: Vec<T> = all.into_iter().skip(begin).take(end - begin).collect();
        let before = items.first().filter(|_| begin > 0).map(&name);
        let after = items.last().filter(|_| end < total).map(&name);
        Ok(Self { items, total, before, after })
    }

    /// The same part with other members.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Windowed<U> {
        let Self { items, total, before, after } = self;
        Windowed { items: items.into_iter().map(change).collect(), total, before, after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: Option<&str>, after: Option<&str>, expected: &[u8], neighbours: (Option<&str>, Option<&str>)) {
        let window = Window { before: before.map(str::to_owned), after: after.map(str::to_owned), page_size: 2 };
        let found = Windowed::of(vec![1, 2, 3, 4, 5], u8::to_string, &window).unwrap();
        assert_eq!((found.items.as_slice(), found.total), (expected, 5));
        assert_eq!((found.before.as_deref(), found.after.as_deref()), neighbours);
    }

    #[test]
    fn dep1_pages_join_in_both_directions() {
        check(None, None, &[1, 2], (None, Some("2")));
        check(None, Some("2"), &[3, 4], (Some("3"), Some("4")));
        check(None, Some("4"), &[5], (Some("5"), None));
        check(None, Some("5"), &[], (None, None));
        check(Some("5"), None, &[3, 4], (Some("3"), Some("4")));
        check(Some("3"), None, &[1, 2], (None, Some("2")));
        let nowhere = Window { after: Some("9".to_owned()), ..Window::default() };
        assert!(Windowed::of(vec![1_u8], u8::to_string, &nowhere).is_err());
    }
}
