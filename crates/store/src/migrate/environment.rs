/// What a new database is for; written into it once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Environment {
    /// Real companies, real callers.
    Production,
    /// Like production, with anonymised data.
    Staging,
    /// `askpro demo`.
    Demo,
    /// Tests and drills; may be emptied.
    Scratch,
}

impl Environment {
    /// Every environment.
    pub const ALL: &[Self] = &[Self::Production, Self::Staging, Self::Demo, Self::Scratch];

    /// The word in the database and in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Demo => "demo",
            Self::Scratch => "scratch",
        }
    }

    /// The environment of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|environment| environment.word() == word)
    }

    /// Whether everything in it may be thrown away.
    pub fn may_be_emptied(self) -> bool {
        matches!(self, Self::Demo | Self::Scratch)
    }
}
