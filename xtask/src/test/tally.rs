//! Counts tests by reading what the test runners print.

use std::ops::Add;

/// How many tests passed, failed and were skipped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that passed; a step that counts nothing is one test.
    pub(crate) passed: usize,
    /// Tests that failed or never came to an end.
    pub(crate) failed: usize,
    /// Tests that did not run.
    pub(crate) skipped: usize,
}

impl Tally {
    /// A step that went well.
    pub(crate) fn one_passed() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// A step that did not.
    pub(crate) fn one_failed() -> Self {
        Self { failed: 1, ..Self::default() }
    }

    /// Adds what a line of output tells, if it tells anything.
    pub(crate) fn read(&mut self, line: &str) {
        let line = without_colours(line);
        let words: Vec<&str> =
            line.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            // cargo test: `test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; …`
            // (indented, it is nextest showing the output of one failed test)
            ["test", "result", _, counts @ ..] if line.starts_with("test") => self.add_counts(counts),
            // vitest: `Tests  1 failed | 11 passed (12)`
            ["Tests", counts @ ..] => self.add_counts(counts),
            // node --test: `ℹ pass 12` or `# pass 12`
            ["pass", number] if begins_as_summary(&line) => self.passed += parse(number),
            ["fail" | "cancelled", number] if begins_as_summary(&line) => self.failed += parse(number),
            ["skipped" | "todo", number] if begins_as_summary(&line) => self.skipped += parse(number),
            // Playwright: `  30 passed (1.2m)`, one line per kind
            // (behind a sign, it is schemathesis saying the operations of one phase)
            [number, "passed" | "failed" | "skipped" | "flaky" | "interrupted", ..]
                if line.starts_with("  ") && line.trim_start().starts_with(number) && words.len() <= 4 =>
            {
                self.add_counts(&[*number, words[1]]);
            }
            [number, "did", "not", "run"] => self.failed += parse(number),
            // nextest: `Summary [ 0.5s] 12 tests run: 11 passed, 1 failed, 0 skipped`
            _ if words.first() == Some(&"Summary") && line.contains(" run: ") => self.add_counts(&words),
            _ => {}
        }
    }

    /// The count of a step that has ended: one test if none was counted, never all well if the program said otherwise.
    pub(crate) fn settled(self, success: bool) -> Self {
        let Self { passed, failed, skipped } = self;
        if !success && failed == 0 {
            return Self { passed, failed: 1 + skipped, skipped };
        }
        if success && passed == 0 && failed + skipped == 0 {
            return Self::one_passed();
        }
        Self { passed, failed: failed + skipped, skipped }
    }

    /// Reads `12 passed 1 failed …`: a number, then the word that says what it counts.
    fn add_counts(&mut self, words: &[&str]) {
        for pair in words.windows(2) {
            let count = parse(pair[0]);
            match pair[1] {
                "passed" => self.passed += count,
                // A test that passes only at the second try is not proven.
                "failed" | "flaky" | "interrupted" => self.failed += count,
                "timed" if words.contains(&"out") => self.failed += count,
                "ignored" | "skipped" | "todo" => self.skipped += count,
                _ => {}
            }
        }
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

fn begins_as_summary(line: &str) -> bool {
    line.starts_with('#') || line.starts_with('ℹ')
}

/// A count; what is not a number counts nothing.
fn parse(word: &str) -> usize {
    word.parse().unwrap_or(0)
}

/// Removes terminal colour sequences: ESC `[` … letter.
fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for escaped in characters.by_ref() {
                if escaped.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn check(lines: &[&str], passed: usize, failed: usize, skipped: usize) {
        let mut tally = Tally::default();
        for line in lines {
            tally.read(line);
        }
        assert_eq!(tally, Tally { passed, failed, skipped }, "{lines:?}");
    }

    #[test]
    fn cargo_test_is_read() {
        check(
            &[
                "running 3 tests",
                "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.1s",
                "test result: FAILED. 1 passed; 2 failed; 0 ignored;",
            ],
            6,
            2,
            1,
        );
    }

    #[test]
    fn nextest_is_read_once() {
        check(
            &[
                "        PASS [   0.005s] (1/2) waybill-model it::passed",
                "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out",
                "     Summary [   0.5s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 0 skipped",
            ],
            10,
            2,
            0,
        );
        check(
            &[
                "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m3\u{1b}[0m tests run: \u{1b}[1m3\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m2\u{1b}[0m skipped",
            ],
            3,
            0,
            2,
        );
    }

    #[test]
    fn script_runners_are_read() {
        check(&["ℹ tests 12", "ℹ pass 11", "ℹ fail 1", "ℹ skipped 0", "ℹ todo 0"], 11, 1, 0);
        check(&["# pass 4", "# fail 0", "# cancelled 1"], 4, 1, 0);
        check(&[" Test Files  3 passed (3)", "      Tests  1 failed | 11 passed | 2 skipped (14)"], 11, 1, 2);
        check(
            &[
                "  1 failed",
                "    [chromium] › a.spec.ts:1:1 › start2 twice",
                "  1 flaky",
                "  2 skipped",
                "  1 did not run",
                "  30 passed (1.2m)",
            ],
            30,
            3,
            2,
        );
    }

    #[test]
    fn contract_scripts_are_read_once() {
        check(
            &[
                "     ✅  96 passed  ⏭   54 skipped",
                "     ✅  160 passed",
                "  Tested: 160",
                "test result: ok. 160 passed; 0 failed;",
            ],
            160,
            0,
            0,
        );
    }

    #[test]
    fn prose_counts_nothing() {
        check(&["the test passed", "5 passed the door", "warning: 3 failed attempts", "pass 3"], 0, 0, 0);
    }

    #[test]
    fn a_step_never_ends_better_than_its_program() {
        let counted = Tally { passed: 3, failed: 0, skipped: 0 };
        assert_eq!(counted.settled(true), counted);
        assert_eq!(counted.settled(false), Tally { passed: 3, failed: 1, skipped: 0 });
        assert_eq!(Tally::default().settled(true), Tally::one_passed());
        assert_eq!(Tally::default().settled(false), Tally::one_failed());
        assert_eq!(Tally { passed: 3, failed: 0, skipped: 2 }.settled(true).failed, 2);
    }
}
