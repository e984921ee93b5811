//! What words can mean, and how the tables call it.

/// What a word can mean apart from any catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service_match) enum Sense {
    /// The concept with this number in [`Lexicon::tiers`].
    Concept(u16),
    Who(Who),
    Role(Role),
}

/// How much a concept says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::service_match) enum Tier {
    /// Says that something is wished, not what.
    Nothing,
    /// Said of nearly everything: never decides.
    Generic,
    /// Never enough for a service.
    Weak,
    /// Enough only where nothing else is said.
    Kind,
    /// Tells entries apart, but is never enough for a service.
    Quality,
    Strong,
    /// A thing or part of the body: what something is done to.
    Object,
}

/// Whom a wish is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service_match) enum Who {
    Woman,
    Man,
    Child,
    Son,
    Daughter,
    Youth,
    /// A child, or an animal of that sex.
    Young(Sex),
    Animal(Animal, Option<Sex>),
    /// A breed of dogs, which are all small or all big.
    Breed(Size),
    Adult,
    /// Said of people and animals alike.
    Sex(Sex),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service_match) enum Size {
    Small,
    Big,
}

impl Size {
    /// What dogs of such a breed weigh, in kilograms.
    pub(in crate::service_match) fn kilograms(self) -> (u32, u32) {
        match self {
            Self::Small => (1, 10),
            Self::Big => (25, 60),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service_match) enum Sex {
    Female,
    Male,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service_match) enum Animal {
    Dog,
    Cat,
    Rabbit,
    GuineaPig,
    Hamster,
    /// Any of those kept in small cages.
    Small,
    Bird,
    Horse,
}

/// What a word does in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service_match) enum Role {
    Not,
    /// After a negation it softens something else, otherwise it begins anew.
    Soft,
    Only,
    But,
    And,
    Or,
    With,
    Correct,
    /// "Statt": denies what comes next, and no more.
    Instead,
    /// "Mach ich selber": denies what goes before.
    Leave,
    /// Said of what is over: no wish, and no refusal either.
    Past,
    Other,
    /// About something else, unless its owner says what it is for.
    Voucher,
    /// Said of what one has or was given.
    Having,
    /// The speaker.
    Me,
    /// Said of what does not work: its denial is no refusal.
    Fault,
    /// Who comes along: a reason that is somebody else's.
    Guest,
    /// "Es geht um": says what it is about, not yet what is to be done.
    Topic,
    Filler,
}

/// A piece of a compound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service_match) enum Piece<'a> {
    Known(Sense),
    Unknown(&'a str),
}

pub(super) fn role(name: &str) -> Option<Role> {
    Some(match name {
        "not" => Role::Not,
        "soft" => Role::Soft,
        "only" => Role::Only,
        "but" => Role::But,
        "and" => Role::And,
        "or" => Role::Or,
        "with" => Role::With,
        "correct" => Role::Correct,
        "instead" => Role::Instead,
        "leave" => Role::Leave,
        "past" => Role::Past,
        "other" => Role::Other,
        "voucher" => Role::Voucher,
        "having" => Role::Having,
        "me" => Role::Me,
        "fault" => Role::Fault,
        "topic" => Role::Topic,
        "guest" => Role::Guest,
        "filler" => Role::Filler,
        _ => return None,
    })
}

pub(super) fn who(name: &str) -> Option<Who> {
    Some(match name {
        "woman" => Who::Woman,
        "man" => Who::Man,
        "child" => Who::Child,
        "son" => Who::Son,
        "daughter" => Who::Daughter,
        "youth" => Who::Youth,
        "boy" => Who::Young(Sex::Male),
        "girl" => Who::Young(Sex::Female),
        "male" => Who::Sex(Sex::Male),
        "female" => Who::Sex(Sex::Female),
        "adult" => Who::Adult,
        "dog_small" => Who::Breed(Size::Small),
        "dog_big" => Who::Breed(Size::Big),
        "dog" => Who::Animal(Animal::Dog, None),
        "cat" => Who::Animal(Animal::Cat, None),
        "rabbit" => Who::Animal(Animal::Rabbit, None),
        "guinea_pig" => Who::Animal(Animal::GuineaPig, None),
        "hamster" => Who::Animal(Animal::Hamster, None),
        "small_animal" => Who::Animal(Animal::Small, None),
        "bird" => Who::Animal(Animal::Bird, None),
        "horse" => Who::Animal(Animal::Horse, None),
        "tomcat" => Who::Animal(Animal::Cat, Some(Sex::Male)),
        "queen" => Who::Animal(Animal::Cat, Some(Sex::Female)),
        "dog_male" => Who::Animal(Animal::Dog, Some(Sex::Male)),
        "dog_female" => Who::Animal(Animal::Dog, Some(Sex::Female)),
        _ => return None,
    })
}
