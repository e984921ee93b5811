//! Taking the text of a migration apart into statements, and reading from a
//! statement what it is about. Knows quotes, comments, PostgreSQL's dollar
//! quotes and the bodies of SQLite's triggers; no more SQL than that.

use crate::{
    engine::Engine,
    error::{Error, Result},
};

/// One statement of a migration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement<'t> {
    /// Its text, without the semicolon and the comments before it.
    pub text: &'t str,
    /// Its words and quoted names in order; nothing from literals, bodies and comments.
    words: Vec<&'t str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    /// Blanks and comments.
    Nothing,
    Word(&'t str),
    Semicolon,
    /// Literals, bodies, operators.
    Other,
}

/// Takes a text apart. What is left open at its end is an error.
pub fn split(engine: Engine, text: &str) -> Result<Vec<Statement<'_>>> {
    let mut statements = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    let (mut at, mut start) = (0, None);
    // How much of the `; END` was seen that ends a trigger's body.
    let mut seen_of_end = 0;
    while at < text.len() {
        let (token, end) = token(engine, text, at)?;
        if token == Token::Semicolon && is_trigger(engine, &words) && seen_of_end < 2 {
            seen_of_end = 1;
        } else if token == Token::Semicolon {
            if let Some(start) = start.take() {
                statements.push(Statement { text: &text[start..at], words: std::mem::take(&mut words) });
            }
            seen_of_end = 0;
        } else if token != Token::Nothing {
            start.get_or_insert(at);
            match token {
                Token::Word(word) if seen_of_end == 1 && word.eq_ignore_ascii_case("end") => seen_of_end = 2,
                _ => seen_of_end = 0,
            }
            if let Token::Word(word) = token {
                words.push(word);
            }
        }
        at = end;
    }
    if let Some(start) = start {
        if is_trigger(engine, &words) {
            return Err(Error::Statement("a trigger has no END".into()));
        }
        statements.push(Statement { text: text[start..].trim_end(), words });
    }
    Ok(statements)
}

fn is_trigger(engine: Engine, words: &[&str]) -> bool {
    let is = |at: usize, word: &str| words.get(at).is_some_and(|found| found.eq_ignore_ascii_case(word));
    engine == Engine::Sqlite
        && is(0, "create")
        && (is(1, "trigger") || ((is(1, "temp") || is(1, "temporary")) && is(2, "trigger")))
}

/// The token that begins at `at`, and where it ends.
fn token(engine: Engine, text: &str, at: usize) -> Result<(Token<'_>, usize)> {
    let rest = &text[at..];
    let postgres = engine == Engine::Postgres;
    let first = rest.chars().next().unwrap_or(' ');
    if first.is_whitespace() {
        return Ok((Token::Nothing, at + first.len_utf8()));
    }
    if rest.starts_with("--") {
        return Ok((Token::Nothing, rest.find('\n').map_or(text.len(), |end| at + end + 1)));
    }
    if rest.starts_with("/*") {
        return Ok((Token::Nothing, at + comment(rest, postgres)?));
    }
    match first {
        ';' => Ok((Token::Semicolon, at + 1)),
        '\'' => Ok((Token::Other, at + quoted(rest, '\'', false)?)),
        'e' | 'E' if postgres && rest[1..].starts_with('\'') => {
            Ok((Token::Other, at + 1 + quoted(&rest[1..], '\'', true)?))
        }
        '"' => name(text, at, quoted(rest, '"', false)?),
        '`' if !postgres => name(text, at, quoted(rest, '`', false)?),
        '[' if !postgres => name(text, at, rest.find(']').ok_or_else(|| left_open("["))? + 1),
        '$' if postgres => Ok((Token::Other, at + dollar(rest)?)),
        first if first.is_alphanumeric() || first == '_' => {
            let length =
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
            Ok((Token::Word(&rest[..length]), at + length))
        }
        other => Ok((Token::Other, at + other.len_utf8())),
    }
}

fn name(text: &str, at: usize, length: usize) -> Result<(Token<'_>, usize)> {
    Ok((Token::Word(&text[at + 1..at + length - 1]), at + length))
}

/// The length of a quoted text, quotes included. A doubled quote stands for one.
fn quoted(text: &str, quote: char, with_backslashes: bool) -> Result<usize> {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if with_backslashes && character == '\\' {
            characters.next();
        } else if character == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return Ok(at + 1);
        }
    }
    Err(left_open(&quote.to_string()))
}

/// The length of a comment in `/* */`; PostgreSQL's may hold others.
fn comment(text: &str, nests: bool) -> Result<usize> {
    let (mut depth, mut at) = (1, 2);
    while depth > 0 {
        let rest = &text[at..];
        let close = rest.find("*/").ok_or_else(|| left_open("/*"))?;
        match rest.find("/*") {
            Some(open) if nests && open < close => (depth, at) = (depth + 1, at + open + 2),
            _ => (depth, at) = (depth - 1, at + close + 2),
        }
    }
    Ok(at)
}

/// The length of a body between `$tag$` and `$tag$`; 1 where a dollar is only a dollar.
fn dollar(text: &str) -> Result<usize> {
    let Some(end) = text[1..].find('$') else { return Ok(1) };
    let tag = &text[1..=end];
    let is_tag = tag.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !tag.starts_with(|c: char| c.is_ascii_digit());
    if !is_tag {
        return Ok(1);
    }
    let fence = &text[..end + 2];
    let close = text[fence.len()..].find(fence).ok_or_else(|| left_open(fence))?;
    Ok(close + 2 * fence.len())
}

fn left_open(what: &str) -> Error {
    Error::Statement(format!("{what} is left open in a migration"))
}

/// What a statement does, as far as locks and losses are concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// A new table; nothing that exists is touched.
    CreateTable,
    /// An index is built while everybody else stands still.
    CreateIndex,
    /// An index is built beside the work of others.
    CreateIndexConcurrently,
    /// An index goes.
    DropIndex,
    /// An index goes beside the work of others.
    DropIndexConcurrently,
    /// A table goes with its rows.
    DropTable,
    /// A column comes; existing rows stay as they are.
    AddColumn,
    /// A column goes with its values.
    DropColumn,
    /// Some other change of a table, which may rewrite it.
    AlterTable,
    /// Rows go.
    DeleteRows,
    /// Rows change or come.
    WriteRows,
    /// A trigger, a function, a role, an extension.
    Other,
}

impl Statement<'_> {
    fn is(&self, at: usize, word: &str) -> bool {
        self.words.get(at).is_some_and(|found| found.eq_ignore_ascii_case(word))
    }

    fn position(&self, word: &str) -> Option<usize> {
        self.words.iter().position(|found| found.eq_ignore_ascii_case(word))
    }

    /// What it does.
    pub fn effect(&self) -> Effect {
        let concurrently = self.position("concurrently").is_some();
        let is_index = self.is(1, "index") || (self.is(1, "unique") && self.is(2, "index"));
        if self.is(0, "create") && is_index {
            if concurrently { Effect::CreateIndexConcurrently } else { Effect::CreateIndex }
        } else if self.is(0, "create") && self.is(1, "table") {
            Effect::CreateTable
        } else if self.is(0, "drop") && self.is(1, "index") {
            if concurrently { Effect::DropIndexConcurrently } else { Effect::DropIndex }
        } else if self.is(0, "drop") && self.is(1, "table") {
            Effect::DropTable
        } else if self.is(0, "alter") && self.is(1, "table") {
            // ALTER TABLE name ADD [COLUMN] …, ALTER TABLE name DROP [COLUMN] …
            if self.is(3, "drop") && !self.is(4, "constraint") {
                Effect::DropColumn
            } else if self.is(3, "add") && self.is(4, "column") && self.position("default").is_none() {
                Effect::AddColumn
            } else {
                Effect::AlterTable
            }
        } else if self.is(0, "delete") || self.is(0, "truncate") {
            Effect::DeleteRows
        } else if self.is(0, "insert") || self.is(0, "update") || self.is(0, "replace") {
            Effect::WriteRows
        } else {
            Effect::Other
        }
    }

    /// Whether it takes away what somebody may have written.
    pub fn is_destructive(&self) -> bool {
        matches!(self.effect(), Effect::DropTable | Effect::DropColumn | Effect::DeleteRows)
    }

    /// Whether it ends or begins a transaction, or can only run outside of one.
    pub(super) fn meddles_with_transactions(&self) -> bool {
        const WORDS: &[&str] = &[
            "begin",
            "start",
            "commit",
            "end",
            "rollback",
            "abort",
            "savepoint",
            "release",
            "prepare",
            "vacuum",
            "pragma",
            "attach",
            "detach",
        ];
        self.words.first().is_some_and(|first| WORDS.iter().any(|word| first.eq_ignore_ascii_case(word)))
    }

    /// The table it works on, where it names one.
    pub fn table(&self) -> Option<&str> {
        let after = |word: &str| self.position(word).map(|at| at + 1);
        let at = match self.effect() {
            Effect::CreateTable | Effect::DropTable => self.skip_condition(2),
            Effect::CreateIndex | Effect::CreateIndexConcurrently => after("on")?,
            Effect::AddColumn | Effect::DropColumn | Effect::AlterTable => 2,
            Effect::DeleteRows => after("from").unwrap_or(if self.is(1, "table") { 2 } else { 1 }),
            Effect::WriteRows => after("into").unwrap_or(1),
            Effect::DropIndex | Effect::DropIndexConcurrently | Effect::Other => return None,
        };
        self.words.get(at).copied()
    }

    /// The index that it makes or drops.
    pub fn index(&self) -> Option<&str> {
        let mut at = self.position("index")? + 1;
        if self.is(at, "concurrently") {
            at += 1;
        }
        self.words.get(self.skip_condition(at)).copied()
    }

    /// Past `IF EXISTS` or `IF NOT EXISTS`.
    fn skip_condition(&self, at: usize) -> usize {
        match (self.is(at, "if"), self.is(at + 1, "not")) {
            (true, true) => at + 3,
            (true, false) => at + 2,
            _ => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(engine: Engine, text: &str) -> Vec<&str> {
        split(engine, text).unwrap().iter().map(|statement| statement.text).collect()
    }

    #[test]
    fn semicolons_inside_quotes_comments_and_bodies_end_nothing() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let text = "-- a; b\nSELECT 'it''s; fine' /* ; */ , \"od;d\";\n;SELECT 2 -- the end;";
            assert_eq!(texts(engine, text)[0], "SELECT 'it''s; fine' /* ; */ , \"od;d\"");
            assert_eq!(texts(engine, text).len(), 2);
        }
        let body = "DO $$ BEGIN a; END $$; CREATE FUNCTION f() AS $x$ $$;$$ ; $x$; SELECT E'\\';', $1;";
        assert_eq!(texts(Engine::Postgres, body).len(), 3);
        assert_eq!(texts(Engine::Postgres, "/* a /* b; */ c; */ SELECT 1;").len(), 1);
        assert_eq!(texts(Engine::Sqlite, "/* a /* b; */ SELECT 1; SELECT [a;b], `c;d`").len(), 2);
    }

    #[test]
    fn a_trigger_ends_with_its_own_end() {
        let text = "CREATE TRIGGER t BEFORE INSERT ON a WHEN new.x = CASE 1 WHEN 1 THEN 2 END
            BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END;
            CREATE INDEX i ON a (x);";
        let found = split(Engine::Sqlite, text).unwrap();
        assert_eq!(found.len(), 2);
        assert!(found[0].text.ends_with("END"));
        assert_eq!(found[1].table(), Some("a"));
        assert!(split(Engine::Sqlite, "CREATE TRIGGER t BEFORE INSERT ON a BEGIN SELECT 1;").is_err());
    }

    #[test]
    fn what_is_left_open_is_an_error() {
        for text in ["SELECT 'a", "/* a", "SELECT \"a", "DO $$ a", "SELECT E'a\\'"] {
            assert!(split(Engine::Postgres, text).is_err(), "{text}");
        }
    }

    #[test]
    fn effects_tables_and_indexes_are_read() {
        let cases = [
            ("CREATE TABLE IF NOT EXISTS a (x int)", Effect::CreateTable, Some("a"), false),
            ("CREATE UNIQUE INDEX i ON a (x)", Effect::CreateIndex, Some("a"), false),
            (
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (x)",
                Effect::CreateIndexConcurrently,
                Some("a"),
                false,
            ),
            ("DROP INDEX CONCURRENTLY IF EXISTS i", Effect::DropIndexConcurrently, None, false),
            ("DROP TABLE a, b", Effect::DropTable, Some("a"), true),
            ("ALTER TABLE a ADD COLUMN b text", Effect::AddColumn, Some("a"), false),
            ("ALTER TABLE a ADD COLUMN b text DEFAULT 'x'", Effect::AlterTable, Some("a"), false),
            ("ALTER TABLE a DROP COLUMN b", Effect::DropColumn, Some("a"), true),
            ("ALTER TABLE a DROP CONSTRAINT b", Effect::AlterTable, Some("a"), false),
            ("DELETE FROM a WHERE x", Effect::DeleteRows, Some("a"), true),
            ("TRUNCATE a", Effect::DeleteRows, Some("a"), true),
            ("UPDATE a SET x = 1", Effect::WriteRows, Some("a"), false),
            ("DO $$ DROP TABLE a $$", Effect::Other, None, false),
        ];
        for (text, effect, table, is_destructive) in cases {
            let [found] = &split(Engine::Postgres, text).unwrap()[..] else { panic!("{text}") };
            assert_eq!((found.effect(), found.table()), (effect, table), "{text}");
            assert_eq!(found.is_destructive(), is_destructive, "{text}");
            if effect == Effect::CreateIndexConcurrently || effect == Effect::DropIndexConcurrently {
                assert_eq!(found.index(), Some("i"), "{text}");
            }
        }
    }
}
