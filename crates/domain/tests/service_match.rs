//! What callers say, against catalogues of trades for which nothing was tuned:
//! the expectations were written down before the matcher.

use askpro_domain::service_match::{Catalogue, Match, Service};
use proptest::prelude::*;

fn service(line: &str) -> Service<String> {
    let mut parts = line.split('|').map(str::trim);
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let (id, name, minutes) = (next(), next(), next());
    let synonyms = next();
    Service {
        id,
        name,
        duration_minutes: minutes.parse().expect("minutes"),
        synonyms: synonyms.split(';').filter(|synonym| !synonym.is_empty()).map(str::to_owned).collect(),
    }
}

fn catalogue(lines: &str) -> Catalogue<String> {
    let services: Vec<_> = lines.trim().lines().map(service).collect();
    Catalogue::new(&services)
}

const BEAUTY: &str = "
manikuere | Maniküre | 45 | manicure
manikuere_lack | Maniküre mit Lack | 60 | manicure with polish
shellac | Shellac Hände | 50 | gel polish hands
modellage_neu | Nagelmodellage Neuanlage | 120 | new set;full set of gel nails
modellage_auf | Nagelmodellage Auffüllen | 90 | refill;infill
entfernen | Gelnägel entfernen | 30 | gel removal
pedikuere | Pediküre | 45 | pedicure;kosmetische Fußpflege
fuss_med | Medizinische Fußpflege | 50 | Podologie
gesicht | Gesichtsbehandlung klassisch | 60 | classic facial
gesicht_aa | Gesichtsbehandlung Anti-Aging | 90 | anti-ageing facial
wimpern_neu | Wimpernverlängerung Neuset | 120 | lash extensions new set
wimpern_auf | Wimpernverlängerung Auffüllen | 60 | lash refill
lifting | Wimpernlifting | 60 | lash lift
brauen | Augenbrauen zupfen | 15 | eyebrow shaping
wachs_bein_halb | Waxing halbe Beine | 30 | half leg wax
wachs_bein_ganz | Waxing ganze Beine | 45 | full leg wax
wachs_achsel | Waxing Achseln | 15 | underarm wax
wachs_ober | Waxing Oberlippe | 10 | upper lip wax
makeup | Tages-Make-up | 45 | day make-up
makeup_braut | Braut-Make-up mit Probe | 120 | bridal make-up
";

const GARAGE: &str = "
inspektion_klein | Kleine Inspektion | 60 | interim service
inspektion_gross | Große Inspektion | 120 | full service
oel | Ölwechsel | 30 | oil change
oel_filter | Ölwechsel mit Filter | 45 | oil and filter change
tuev | Hauptuntersuchung (TÜV) mit AU | 60 | HU;TÜV;MOT
reifen | Reifenwechsel | 30 | Räderwechsel;tyre change
reifen_ein | Reifenwechsel mit Einlagerung | 40 | tyre change with storage
bremse_vorn | Bremsbeläge vorne wechseln | 90 | front brake pads
bremse_hinten | Bremsbeläge hinten wechseln | 90 | rear brake pads
klima | Klimaanlage warten | 60 | Klimaservice;air conditioning service
batterie | Batterie tauschen | 30 | battery replacement
achse | Achsvermessung | 60 | wheel alignment
scheibe | Windschutzscheibe ersetzen | 180 | windscreen replacement
steinschlag | Steinschlagreparatur | 45 | chip repair
zahnriemen | Zahnriemen wechseln | 240 | timing belt
diagnose | Fehlerspeicher auslesen | 30 | diagnostics
aufbereitung | Fahrzeugaufbereitung innen | 180 | interior valet
";

const GROOMER: &str = "
baden_klein | Baden und Föhnen kleiner Hund | 45 | bath small dog
baden_gross | Baden und Föhnen großer Hund | 75 | bath large dog
schur_klein | Scheren kleiner Hund | 60 | clip small dog
schur_gross | Scheren großer Hund | 90 | clip large dog
trimmen | Trimmen Rauhaar | 90 | hand stripping
krallen | Krallenpflege | 15 | nail trim
ohren | Ohrenreinigung | 10 | ear cleaning
entfilzen | Entfilzen | 60 | dematting
katze | Katzenpflege | 60 | cat grooming
welpe | Welpengewöhnung | 30 | puppy introduction
";

/// `text => id`, `=> a + b` for two wishes, `=> a / b` for a question back, with
/// ids that may be named as well in brackets, `=> -` for none.
const BEAUTY_CASES: &str = "
eine Maniküre bitte => manikuere
Maniküre mit Lack hätte ich gern => manikuere_lack
Maniküre aber ohne Lack => manikuere
die Hände bitte mit Shellac => shellac
Schelllack => shellac
neue Gelnägel machen lassen, so richtig modelliert => modellage_neu [modellage_auf]
Nagelmodellage => modellage_neu / modellage_auf
meine Nägel müssen aufgefüllt werden => modellage_auf
Nagel Modellage auffüllen => modellage_auf
die Gelnägel sollen runter, also entfernen => entfernen
Pediküre => pedikuere
Pedi Küre bitte => pedikuere
medizinische Fusspflege => fuss_med
ich brauche Podologie => fuss_med
Fußpflege => pedikuere / fuss_med
eine Gesichtsbehandlung => gesicht / gesicht_aa
Gesichtsbehandlung, die gegen Falten, Anti Aging => gesicht_aa
die klassische Gesichtsbehandlung => gesicht
Wimpern auffüllen => wimpern_auf
Wimpernverlängerung => wimpern_neu / wimpern_auf
ein Wimpern Lifting => lifting
Augenbrauen zupfen und Oberlippe wachsen => brauen + wachs_ober
Beine wachsen => wachs_bein_halb / wachs_bein_ganz
die Beine ganz wachsen => wachs_bein_ganz
nur die halben Beine, also Waxing => wachs_bein_halb
Achseln und Oberlippe mit Wachs => wachs_achsel + wachs_ober
ich heirate und brauche ein Make-up => makeup_braut
keine Maniküre, nur Pediküre => pedikuere
Massage => -
Haare färben => -
was kostet bei Ihnen das Parken => -
I'd like a manicure and a pedicure => manikuere + pedikuere
a full leg wax please => wachs_bein_ganz
can you remove my gel nails => entfernen
lash lift => lifting
could I get my eyebrows done => brauen
Wimpern Verlängerung neu => wimpern_neu
";

const GARAGE_CASES: &str = "
Ölwechsel => oel
einmal Öl wechseln bitte => oel
Ölwechsel mit Filter => oel_filter
Öl und Filter wechseln => oel_filter
ich bräuchte neuen TÜV => tuev
Hauptuntersuchung => tuev
Winterreifen aufziehen => reifen [reifen_ein]
Reifen wechseln und einlagern => reifen_ein
Räderwechsel => reifen
Bremsbeläge => bremse_vorn / bremse_hinten
die Bremsen hinten müssen gemacht werden => bremse_hinten
Brems Beläge vorne => bremse_vorn
Inspektion => inspektion_klein / inspektion_gross
die große Inspektion => inspektion_gross
Klimaanlage geht nicht, bitte warten => klima
meine Batterie ist leer, ich brauche eine neue => batterie
Achs Vermessung => achse
ich hab einen Steinschlag in der Scheibe => steinschlag [scheibe]
Windschutzscheibe tauschen => scheibe
Zahn Riemen wechseln => zahnriemen
Fehlerspeicher auslesen => diagnose
Reifenwechsel und Ölwechsel => reifen + oel
TÜV, aber keine Inspektion => tuev
haben Sie heute geöffnet => -
ich hab eine Frage zu meiner Rechnung => -
Haare schneiden => -
oil change and new tyres please => oel + reifen
my front brake pads are worn => bremse_vorn
MOT => tuev
Innenreinigung, also die Aufbereitung innen => aufbereitung
";

const GROOMER_CASES: &str = "
mein kleiner Hund muss geschoren werden => schur_klein
Hund scheren => schur_klein / schur_gross
baden und föhnen für einen großen Hund => baden_gross
Krallen schneiden => krallen
Krallen und Ohren => krallen + ohren
meine Katze müsste mal gepflegt werden => katze
der ist total verfilzt, bitte entfilzen => entfilzen
Ohren sauber machen => ohren
Impfung => -
clip for a large dog => schur_gross
";

const DENTIST: &str = "
kontrolle | Kontrolluntersuchung | 20 | Vorsorge;check-up
pzr | Professionelle Zahnreinigung (PZR) | 60 | Prophylaxe;teeth cleaning
pzr_kind | Zahnreinigung Kinder bis 14 Jahre | 30 | children's teeth cleaning
fuellung | Füllung | 45 | filling
wurzel | Wurzelkanalbehandlung | 90 | root canal
bleaching | Bleaching | 90 | Zahnaufhellung;teeth whitening
krone | Krone präparieren | 90 | crown
schiene | Knirscherschiene anpassen | 30 | night guard
implantat | Implantatberatung | 45 | implant consultation
weisheit | Weisheitszahn ziehen | 60 | wisdom tooth extraction
ziehen | Zahn ziehen | 30 | tooth extraction
schmerz | Schmerzbehandlung | 30 | emergency;Notfall
prothese | Prothese reparieren | 30 | denture repair
";

const BIKES: &str = "
insp_rad | Inspektion Fahrrad | 60 | bike service
insp_ebike | Inspektion E-Bike | 90 | e-bike service
schlauch_vorn | Schlauch wechseln Vorderrad | 20 | front inner tube
schlauch_hinten | Schlauch wechseln Hinterrad | 30 | rear inner tube
bremsen | Bremsen einstellen | 20 | brake adjustment
bremsbelag | Bremsbeläge tauschen | 30 | brake pads
schaltung | Schaltung einstellen | 25 | gear adjustment
kette | Kette und Ritzel wechseln | 45 | chain and cassette
licht | Lichtanlage reparieren | 30 | lights
software | Software-Update E-Bike | 30 | software update
zentrieren | Laufrad zentrieren | 40 | wheel truing
beratung | Kaufberatung | 45 | buying advice
";

const SALON: &str = "
wsf | Waschen, Schneiden, Föhnen Damen | 60 | ladies' wash cut and blow-dry
herren | Haarschnitt Herren | 30 | men's cut
kinder | Kinderhaarschnitt bis 10 Jahre | 20 | kid's cut
bart | Bartrasur nass | 30 | wet shave
ansatz | Ansatz färben | 90 | root colour
farbe | Farbe komplett | 120 | all-over colour
straehnen | Strähnen | 120 | highlights
olaplex | Olaplex Behandlung | 30 | Haarkur
dauerwelle | Dauerwelle | 120 | perm
glaettung | Dauerhafte Glättung | 180 | permanent straightening
brauen | Augenbrauen färben | 15 | brow tint
wimpern | Wimpern färben | 15 | lash tint
brauen_wimpern | Augenbrauen und Wimpern färben | 25 | brow and lash tint
";

const SPA: &str = "
klassisch30 | Klassische Massage 30 Minuten | 30 | classic massage 30 minutes
klassisch60 | Klassische Massage 60 Minuten | 60 | classic massage 60 minutes
thai | Thai-Massage | 60 | thai massage
aroma | Aromaölmassage | 60 | aromatherapy massage
schwangere | Schwangerenmassage | 45 | pregnancy massage
fussreflex | Fußreflexzonenmassage | 40 | foot reflexology
kopf | Kopfmassage | 20 | head massage
paar | Paarmassage | 60 | couples massage
sauna | Private Sauna | 120 | private sauna
schoko | Schokoladenpackung | 45 | chocolate wrap
fango | Fango | 20 | mud pack
";

const OPTICIAN: &str = "
sehtest | Sehtest | 20 | Augenprüfung;eye test
sehtest_fuehrer | Sehtest für den Führerschein | 15 | driving licence eye test
brille | Brillenberatung | 45 | glasses consultation
anpassung | Brille anpassen | 15 | glasses adjustment
linsen | Kontaktlinsenanpassung | 60 | contact lens fitting
linsen_kontrolle | Kontaktlinsen Nachkontrolle | 20 | contact lens check
kinder | Kinderoptometrie bis 12 Jahre | 40 | children's eye exam
hoertest | Hörtest | 30 | hearing test
reparatur | Brillenreparatur | 20 | glasses repair
abholung | Abholung | 10 | collection
";

const SPA_CASES: &str = "
eine klassische Massage, eine Stunde => klassisch60
klassische Massage => klassisch30 / klassisch60
halbe Stunde klassische Massage => klassisch30
Thai Massage => thai
Tai Massage => thai
ich bin schwanger und hätte gern eine Massage => schwangere
Fußreflexzonen => fussreflex
eine Fuß Reflex Zonen Massage => fussreflex
wir wollen zu zweit, eine Paarmassage => paar
eine Kopfmassage, keine Rückenmassage => kopf
Schokoladen Packung => schoko
Sauna => sauna
Fango und Thaimassage => fango + thai
erst Kopfmassage dann Fango => kopf + fango
Massage mit Aromaöl => aroma
Aroma Öl => aroma
nein keine Sauna, eine Thai Massage => thai
a couples massage => paar
foot reflexology please => fussreflex
Krankengymnastik => -
haben Sie einen Parkplatz => -
";

const OPTICIAN_CASES: &str = "
einen Sehtest => sehtest
ich brauche einen Sehtest für den Führerschein => sehtest_fuehrer
Seh Test => sehtest
ich möchte Kontaktlinsen ausprobieren => linsen / linsen_kontrolle
Nachkontrolle für die Kontaktlinsen => linsen_kontrolle
Kontaktlinsen anpassen => linsen
meine Brille ist kaputt und muss repariert werden => reparatur
Brille reparieren => reparatur
die Brille sitzt schief, bitte anpassen => anpassung
ich will eine neue Brille und brauche Beratung => brille
meine Tochter ist acht und soll zur Optometrie => kinder
Hörtest => hoertest
einen Hörtest und einen Sehtest => hoertest + sehtest
ich will was abholen => abholung
my glasses need repairing => reparatur
hearing test => hoertest
Zahnreinigung => -
";

const DENTIST_CASES: &str = "
ich möchte zur Kontrolle kommen => kontrolle
einmal Zahnreinigung bitte => pzr [pzr_kind]
Zahnreinigung für meine Tochter, die ist neun => pzr_kind
die professionelle Zahnreinigung => pzr
PZR => pzr
P Z R => pzr
Prophilaxe => pzr
mir ist eine Füllung rausgefallen => fuellung
ich brauche eine Wurzelbehandlung => wurzel
Wurzel Kanal Behandlung => wurzel
Zähne aufhellen lassen => bleaching
ich will weißere Zähne, also Bleaching => bleaching
ich knirsche nachts und brauche eine Schiene => schiene
der Weisheitszahn muss raus => weisheit
Weisheitszähne ziehen => weisheit
ein Zahn muss gezogen werden => ziehen [weisheit]
ich habe starke Zahnschmerzen => schmerz
Beratung wegen Implantat => implantat
Implantate => implantat
meine Prothese ist gebrochen => prothese
Zahnreinigung und Bleaching => pzr + bleaching
keine Zahnreinigung, nur Kontrolle => kontrolle
a check-up please => kontrolle
I need a filling and my teeth cleaned => fuellung + pzr
Haare schneiden => -
wann haben Sie geöffnet => -
";

const BIKES_CASES: &str = "
mein Fahrrad müsste zur Inspektion => insp_rad
Inspektion => insp_rad / insp_ebike
Inspektion fürs E-Bike => insp_ebike
I Bike Inspektion => insp_ebike
ich hab hinten einen Platten, Schlauch wechseln => schlauch_hinten
neuer Schlauch => schlauch_vorn / schlauch_hinten
Bremsen einstellen => bremsen
die Bremsbeläge sind runter => bremsbelag
die Gangschaltung springt, bitte einstellen => schaltung
Kette wechseln => kette
das Licht geht nicht => licht
Software Update => software
Laufrad zentrieren => zentrieren
die Schaltung und die Bremsen einstellen => schaltung + bremsen
Bremsen einstellen, aber nicht die Schaltung => bremsen
brake pads and a new chain => bremsbelag + kette
Ölwechsel => -
";

const SALON_CASES: &str = "
waschen schneiden föhnen bitte => wsf
einen Haarschnitt für Herren => herren
mein Sohn ist sieben und braucht einen Haarschnitt => kinder
nass rasieren => bart
Haare färben => ansatz / farbe
nur der Ansatz => ansatz
komplett färben => farbe
Augenbrauen und Wimpern färben => brauen_wimpern
nur die Wimpern färben, nicht die Augenbrauen => wimpern
Haar Kur => olaplex
eine Haarkur und Strähnen => olaplex + straehnen
Dauer Welle => dauerwelle
Haare dauerhaft glätten => glaettung
Strähnen mit Dauerwelle und Glättung => straehnen + dauerwelle + glaettung
my roots need colouring => ansatz
a cut for my son, he's six => kinder
Fußpflege => -
";

const ANIMAL_CLINIC: &str = "
impf | Impfung Hund/Katze | 15 | vaccination
check | Gesundheitscheck Senior | 30 | senior check-up
kastr_m | Kastration männlich (Rüde, Kater) | 60 | 
kastr_w | Kastration weiblich (Hündin, Katze) | 90 | 
zahn | Zahnbehandlung Kaninchen | 30 | 
roentgen | Röntgen | 30 | x-ray
labor | Blutuntersuchung | 15 | blood test
notfall | Notfallsprechstunde | 30 | emergency
wurm | Entwurmung | 10 | worming
chip | Chip und Heimtierausweis | 20 | microchip and pet passport
verhalten | Verhaltensberatung | 60 | behaviour consultation
";

const ANIMAL_CLINIC_CASES: &str = "
mein Hund muss geimpft werden => impf
Impfung für die Katze => impf
der Kater soll kastriert werden => kastr_m
unsere Hündin kastrieren => kastr_w
das Katzenmädchen soll kastriert werden => kastr_w
kastrieren, ob Mädchen oder Junge wissen wir noch nicht => kastr_m / kastr_w
Kastration => kastr_m / kastr_w
mein Kaninchen hat was an den Zähnen => zahn
Röntgenbild machen => roentgen
Blut abnehmen => labor
es ist ein Notfall => notfall
Wurmkur => wurm
Entwurmung und Impfung => impf + wurm
chippen lassen => chip
mein Hund beißt, ich brauche eine Beratung zum Verhalten => verhalten
Senioren Check für meinen alten Hund => check
nicht impfen, nur entwurmen => wurm
an x-ray please => roentgen
Haare schneiden => -
I want to change my appointment => -
Rönntgen => roentgen
";

const TATTOO: &str = "
klein | Tattoo klein | 60 | small tattoo
gross | Tattoo groß (Tagessitzung) | 360 | full-day session
cover | Cover-up | 180 | 
nach | Nachstechen | 45 | touch-up
berat | Beratungsgespräch | 30 | consultation
piercing_ohr | Piercing Ohr | 20 | ear piercing
piercing_nase | Piercing Nase | 20 | nose piercing
piercing_bauch | Bauchnabelpiercing | 25 | navel piercing
wechsel | Schmuckwechsel | 10 | jewellery change
laser | Laserentfernung | 30 | laser removal
";

const TATTOO_CASES: &str = "
ein kleines Tattoo => klein
Tattoo => gross / klein
ein großes Tätowierung über den ganzen Tag => gross
Cover Up => cover
Kaver Ap => cover
mein Tattoo muss nachgestochen werden => nach
Beratung => berat
Ohrloch stechen => piercing_ohr
Piercing => piercing_bauch / piercing_nase / piercing_ohr
Bauchnabel Piercing => piercing_bauch
ein Piercing in der Nase => piercing_nase
Schmuck wechseln => wechsel
Tattoo lasern lassen => laser
nose piercing and ear piercing => piercing_nase + piercing_ohr
kein Tattoo, ein Piercing am Ohr => piercing_ohr
Maniküre => -
wie lange haben Sie offen => -
";

fn failures(catalogue: &Catalogue<String>, cases: &str) -> Vec<String> {
    let sorted = |ids: Vec<String>| {
        let mut ids = ids;
        ids.sort();
        ids
    };
    let ids = |text: &str, sign: char| sorted(text.split(sign).map(|id| id.trim().to_owned()).collect());
    let mut failures = Vec::new();
    for case in cases.trim().lines() {
        let (text, expected) = case.split_once("=>").expect("an arrow");
        let (expected, may) = expected.split_once('[').unwrap_or((expected, ""));
        let may = ids(may.trim_end_matches([']', ' ']), ',');
        let got = catalogue.find(text.trim());
        let passed = match &got {
            Match::None => expected.trim() == "-",
            Match::One(id) => id == expected.trim(),
            Match::Several(found) => expected.contains('+') && sorted(found.clone()) == ids(expected, '+'),
            Match::Ambiguous(found) => {
                let needed = ids(expected, '/');
                (expected.contains('/') || !may[0].is_empty())
                    && needed.iter().all(|id| found.contains(id))
                    && found.iter().all(|id| needed.contains(id) || may.contains(id))
            }
        };
        if !passed {
            failures.push(format!("{case}\n    got {got:?}\n"));
        }
    }
    failures
}

fn assert_most(catalogue: &str, cases: &str, at_least: usize) {
    let failures = failures(&self::catalogue(catalogue), cases);
    let all = cases.trim().lines().count();
    assert!(all - failures.len() >= at_least, "{} of {all}:\n{}", all - failures.len(), failures.concat());
}

#[test]
fn a_beauty_salon_is_understood() {
    assert_most(BEAUTY, BEAUTY_CASES, 37);
}

#[test]
fn a_garage_is_understood() {
    assert_most(GARAGE, GARAGE_CASES, 30);
}

#[test]
fn a_dog_groomer_is_understood() {
    assert_most(GROOMER, GROOMER_CASES, 10);
}

#[test]
fn a_dentist_is_understood() {
    assert_most(DENTIST, DENTIST_CASES, 26);
}

#[test]
fn a_massage_studio_is_understood() {
    assert_most(SPA, SPA_CASES, 21);
}

#[test]
fn an_optician_is_understood() {
    assert_most(OPTICIAN, OPTICIAN_CASES, 17);
}

#[test]
fn an_animal_clinic_is_understood() {
    assert_most(ANIMAL_CLINIC, ANIMAL_CLINIC_CASES, 21);
}

#[test]
fn a_tattoo_studio_is_understood() {
    assert_most(TATTOO, TATTOO_CASES, 16);
}

#[test]
fn a_bicycle_shop_is_understood() {
    assert_most(BIKES, BIKES_CASES, 16);
}

#[test]
fn another_hairdresser_is_understood() {
    assert_most(SALON, SALON_CASES, 17);
}

const WAYS: &str = "
damen | Damenhaarschnitt | 45 |
herren | Herrenhaarschnitt | 30 |
bart | Bart konturieren | 20 |
herren_bart | Haarschnitt Herren mit Bartpflege | 50 |
farbe | Farbe komplett | 90 |
balayage | Balayage mit Schnitt | 200 |
strähnen | Strähnen | 120 |
maniküre | Maniküre | 40 |
maniküre_lack | Maniküre mit Gellack | 60 |
impf_hund | Impfung Hund | 15 |
impf_katze | Impfung Katze | 15 |
massage30 | Massage 30 Minuten | 30 |
massage90 | Massage 90 Minuten | 90 |
paar | Paarmassage | 60 |
beratung | Farbberatung | 20 |
";

/// The rules of wishing, whatever the trade.
const WAYS_CASES: &str = "
Damenhaarschnitt => damen
nur den Bart => bart
eine Maniküre, den Lack mach ich mir selber drauf => maniküre
Maniküre ohne Lack => maniküre
statt der Massage hätte ich gern Strähnen => strähnen
die Strähnen lassen wir heute, nur die Farbe => farbe
geimpft ist er schon, nur eine Farbberatung => beratung
Strähnen oder Farbe => farbe / strähnen
Strähnen und Farbe => farbe + strähnen
Impfung für Hund und Katze => impf_hund + impf_katze
an hour and a half of massage => massage90
eine halbstündige Massage => massage30
Massage => massage30 / massage90
eine Massage für uns beide als Paar => paar
ich brauche Beratung zur Farbe => beratung
Rechnung für die Massage => -
bitte Massage 90 Minuten für mich => massage90
Massage brauch ich keine die Strähnen sollen nachgemacht werden => strähnen
nur schneiden für meinen Mann den Bart lass ich stehen => herren
ich hab eine Überweisung für eine Massage von 30 Minuten => massage30
ein Mädchen, die Katze, muss geimpft werden => impf_katze
";

#[test]
fn ways_of_wishing_are_the_same_in_every_trade() {
    assert_most(WAYS, WAYS_CASES, 21);
}

/// A cut is not what is done in passing with another service.
#[test]
fn an_addition_is_no_service_of_its_own() {
    let found = catalogue("\nfarbe | Komplettfarbe mit Schnitt | 150 |\nkur | Haarkur | 20 |\n")
        .find("Damenhaarschnitt");
    assert_eq!(found, Match::None);
}

const FAMILIES: &str = "
kind_6 | Kinderschnitt bis 6 | 20 |
kind_14 | Kinderschnitt 7-14 | 25 |
lesebrille | Lesebrille | 30 |
richten | Brille richten | 10 |
brauen | Augenbrauen zupfen | 10 |
brauen_farbe | Augenbrauen färben | 15 |
wimpern_farbe | Wimpern färben | 15 |
rasur | Nassrasur | 30 | straight razor shave
kopfrasur | Kopfrasur | 30 | head shave
";

/// What tells the entries of one family apart.
const FAMILIES_CASES: &str = "
Haare schneiden für meinen Sohn, der ist fünf => kind_6
Haare schneiden, meine Tochter ist neun => kind_14
eine Lesebrille => lesebrille
Brille richten lassen => richten
Wimpern und Augenbrauen färben => wimpern_farbe + brauen_farbe
Augenbrauen zupfen und färben => brauen + brauen_farbe
a straight razor shave => rasur
";

#[test]
fn entries_of_one_family_are_told_apart() {
    assert_most(FAMILIES, FAMILIES_CASES, 7);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_name_said_as_it_stands_is_that_entry(pick in any::<prop::sample::Index>(), which in 0usize..8) {
        let lines = [BEAUTY, GARAGE, GROOMER, DENTIST, BIKES, SALON, SPA, OPTICIAN][which];
        let all: Vec<_> = lines.trim().lines().map(service).collect();
        let one = &all[pick.index(all.len())];
        let found = catalogue(lines);
        prop_assert_eq!(found.find(&one.name), Match::One(one.id.clone()), "{}", one.name);
        for synonym in &one.synonyms {
            prop_assert_eq!(found.find(&format!("{synonym} bitte")), Match::One(one.id.clone()), "{}", synonym);
        }
    }

    #[test]
    fn no_text_makes_the_matcher_panic(text in any::<String>(), words in prop::collection::vec("\\PC{1,12}|nicht|und|ohne|[a-zäöüß]{1,30}|[0-9]{1,30}", 0..30)) {
        let garage = catalogue(GARAGE);
        let _ = garage.find(&text);
        let _ = garage.find(&words.join(" "));
        let strange = Service { id: 1, name: text.clone(), duration_minutes: 0, synonyms: words };
        let _ = Catalogue::new(&[strange]).find(&text);
    }
}

#[test]
fn a_megabyte_is_read_to_its_bound_only() {
    let garage = catalogue(GARAGE);
    let begun = std::time::Instant::now();
    for piece in ["a", "öl ", "nicht ", ", ", "\u{0}", "ß", "wechsel", "12"] {
        let text = piece.repeat(1_000_000 / piece.len());
        let _ = garage.find(&text);
        let _ = Catalogue::new(&[Service { id: 1, name: text, duration_minutes: 0, synonyms: Vec::new() }]);
    }
    // Generous: unoptimised, on a busy machine.
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}
