//! Names of every kind.

use askpro_domain::identity::names_agree;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_names_make_the_comparison_panic(one in any::<String>(), other in any::<String>()) {
        prop_assert_eq!(names_agree(&one, &other) , names_agree(&one, &other));
        let _ = names_agree(&format!("{one},{other}"), &format!("{other} {one}"));
    }

    #[test]
    fn a_name_agrees_with_itself_however_it_is_addressed(first in "[A-ZÄÖÜ][a-zäöüß]{2,8}", family in "(Schneider|Weiß|Öztürk|Nguyen|Lüdenscheid|Wójcik)") {
        let stored = format!("{first} {family}");
        for said in [stored.clone(), format!("Frau {family}"), format!("{family}, {first}"), stored.to_uppercase(), format!("{family} {first}")] {
            prop_assert!(names_agree(&said, &stored), "{} / {}", said, stored);
        }
    }
}
