use super::{
    lexicon::{Animal, LEXICON, Sex, Size, Who},
    read::Concept,
};

/// Whom something is for. Empty fields say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct For {
    pub(super) gender: Option<Sex>,
    /// Years of age, both ends included.
    pub(super) ages: Option<(u32, u32)>,
    pub(super) child: bool,
    /// Grown-up people, said so.
    pub(super) adult: bool,
    /// Kilograms, both ends included.
    pub(super) weights: Option<(u32, u32)>,
    pub(super) animals: Vec<Animal>,
    pub(super) sex: Option<Sex>,
    /// Boys and girls, each once; of animals that is their sex.
    pub(super) young: Vec<Sex>,
}

impl For {
    pub(super) fn add(&mut self, who: Who) {
        match who {
            Who::Woman => self.gender = Some(Sex::Female),
            Who::Man => self.gender = Some(Sex::Male),
            Who::Son => self.add(Who::Young(Sex::Male)),
            Who::Daughter => self.add(Who::Young(Sex::Female)),
            Who::Child | Who::Youth => self.child = true,
            Who::Adult => self.adult = true,
            Who::Breed(size) => {
                self.add(Who::Animal(Animal::Dog, None));
                self.weights = self.weights.or(Some(size.kilograms()));
            }
            Who::Young(sex) => {
                self.child = true;
                if !self.young.contains(&sex) {
                    self.young.push(sex);
                }
            }
            Who::Animal(animal, sex) => {
                if !self.animals.contains(&animal) {
                    self.animals.push(animal);
                }
                self.sex = sex.or(self.sex);
            }
            Who::Sex(sex) => {
                self.sex = Some(sex);
                self.gender = Some(sex);
            }
        }
    }

    /// What it says of the size, where a catalogue has "small" and "big" and no weights.
    pub(super) fn size(&self) -> Option<Concept> {
        let [small, big] = LEXICON.sizes?;
        let (from, to) = self.weights?;
        let is = |size: Size| {
            let (least, most) = size.kilograms();
            least <= from && to <= most
        };
        let size = if is(Size::Small) { small } else { Some(big).filter(|_| is(Size::Big))? };
        Some(Concept::from(size))
    }

    /// What is meant by it where animals are treated: none is a child, and who says
    /// boy and girl leaves open which.
    pub(super) fn of_animals(&self) -> Self {
        let sex = match self.young[..] {
            [one] => self.sex.or(Some(one)),
            _ => self.sex,
        };
        Self {
            child: false,
            ages: None,
            gender: self.gender.filter(|_| self.sex.is_some()),
            sex,
            ..self.clone()
        }
    }

    /// Somebody young for whom nothing is meant that is for children only.
    pub(super) fn grown(&self) -> Self {
        let gender = match self.young[..] {
            [one] => self.gender.or(Some(one)),
            _ => self.gender,
        };
        Self { child: false, ages: None, gender, ..self.clone() }
    }

    /// Whether it says so of people, not of animals.
    pub(super) fn is_for_people(&self) -> bool {
        self.is_for_children() || (self.gender.is_some() && self.sex.is_none())
    }

    /// Whether it is for nobody else.
    pub(super) fn is_for_children(&self) -> bool {
        self.child || self.ages.is_some_and(|(_, to)| to < 18)
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether an entry can be for whom the wish is.
pub(super) fn suits(wish: &For, entry: &For, ages_matter: bool) -> bool {
    let for_children = entry.is_for_children();
    if wish.child && ages_matter && !for_children && entry.gender.is_some() {
        return false;
    }
    if let (Some((age, _)), Some((from, to))) = (wish.ages, entry.ages)
        && !(from <= age && age <= to)
    {
        return false;
    }
    if !wish.child && for_children && wish.gender.is_some() {
        return false;
    }
    if !wish.child && wish.gender.is_some() && entry.gender.is_some() && wish.gender != entry.gender {
        return false;
    }
    if (wish.child && entry.adult) || (wish.adult && for_children) {
        return false;
    }
    if let (Some((from, to)), Some((least, most))) = (wish.weights, entry.weights)
        && (to < least || most < from)
    {
        return false;
    }
    if wish.sex.is_some() && entry.sex.is_some() && wish.sex != entry.sex {
        return false;
    }
    wish.animals.is_empty() || entry.animals.is_empty() || shares_animal(wish, entry)
}

fn shares_animal(wish: &For, entry: &For) -> bool {
    let small = |animal: &Animal| {
        matches!(animal, Animal::Small | Animal::Rabbit | Animal::GuineaPig | Animal::Hamster)
    };
    wish.animals.iter().any(|animal| {
        entry.animals.contains(animal)
            || (small(animal) && entry.animals.contains(&Animal::Small))
            || (*animal == Animal::Small && entry.animals.iter().any(small))
    })
}

/// In how many ways both say the same of whom it is for.
pub(super) fn agreements(wish: &For, entry: &For) -> f32 {
    let both = [
        !wish.child && wish.gender.is_some() && wish.gender == entry.gender,
        wish.child && (entry.child || entry.ages.is_some()),
        wish.adult && entry.adult,
        wish.sex.is_some() && wish.sex == entry.sex,
        !wish.animals.is_empty() && shares_animal(wish, entry),
    ];
    both.into_iter().filter(|agrees| *agrees).count() as f32
}
