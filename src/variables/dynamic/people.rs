//! Names of people, their work, their telephones.

use std::fmt::Write;

use super::{DIGITS, Dynamic};

#[rustfmt::skip]
pub(super) const GIVEN_NAMES: &[&str] = &[
    "Ada", "Agnes", "Albert", "Alice", "Amina", "Amir", "Andrea", "Andrew", "Anita", "Anna", "Anton", "Arne",
    "Arthur", "Astrid", "Aurora", "Axel", "Beatrice", "Ben", "Bianca", "Birgit", "Boris", "Carla", "Carlos",
    "Caroline", "Cecilia", "Charles", "Chloe", "Clara", "Daniel", "David", "Diana", "Dora", "Edgar", "Edith", "Einar",
    "Elena", "Eli", "Elias", "Elsa", "Emil", "Emma", "Eric", "Erika", "Esther", "Eva", "Fatima", "Felix", "Filip",
    "Finn", "Fiona", "Frank", "Frida", "George", "Gina", "Grace", "Greta", "Gunnar", "Hanna", "Hannah", "Hassan",
    "Hector", "Hedda", "Helen", "Henry", "Hugo", "Ida", "Ines", "Ingrid", "Irene", "Iris", "Isaac", "Ivan", "Ivar",
    "Jacob", "Jan", "Jane", "Jasmine", "Joel", "Johan", "Johanna", "John", "Jonas", "Joseph", "Julia", "Julian",
    "Kai", "Karen", "Karl", "Kate", "Kenji", "Kirsten", "Knut", "Lars", "Laura", "Leah", "Leif", "Lena", "Leo",
    "Liam", "Lily", "Linda", "Lisa", "Liv", "Louis", "Lucas", "Lucy", "Luis", "Magnus", "Maja", "Marco", "Maria",
    "Marit", "Mark", "Martha", "Martin", "Mary", "Mateo", "Mathilde", "Max", "Mei", "Mia", "Michael", "Mina",
    "Miriam", "Mona", "Nadia", "Nathan", "Nina", "Noah", "Nora", "Odin", "Olav", "Olga", "Oliver", "Oscar", "Otto",
    "Pablo", "Paul", "Paula", "Per", "Peter", "Petra", "Philip", "Pia", "Rachel", "Ragnhild", "Raj", "Ravi",
    "Rebecca", "Rita", "Robert", "Rosa", "Ruth", "Samira", "Samuel", "Sandra", "Sara", "Selma", "Signe", "Sigrid",
    "Silje", "Simon", "Sofia", "Solveig", "Stella", "Sven", "Tara", "Thea", "Theodor", "Thomas", "Tim", "Tina", "Tor",
    "Tuva", "Ulrik", "Unni", "Vera", "Victor", "Vilde", "Walter", "Wanda", "William", "Yara", "Yusuf", "Zara", "Zoe",
];

#[rustfmt::skip]
pub(super) const FAMILY_NAMES: &[&str] = &[
    "Abbott", "Ahmed", "Aker", "Andersen", "Baker", "Bakken", "Barnes", "Becker", "Bell", "Berg", "Bishop", "Black",
    "Bloom", "Brandt", "Brooks", "Brown", "Butler", "Carter", "Chen", "Clark", "Cohen", "Cole", "Cook", "Cooper",
    "Costa", "Cruz", "Dahl", "Davis", "Dean", "Diaz", "Dixon", "Duncan", "Eide", "Eliassen", "Ellis", "Evans", "Falk",
    "Fisher", "Fjeld", "Fletcher", "Ford", "Forsberg", "Foss", "Foster", "Fox", "Garcia", "Gibson", "Gomez", "Grant",
    "Gray", "Green", "Hagen", "Hall", "Hansen", "Harper", "Haugen", "Hayes", "Hill", "Hoffman", "Holm", "Holt",
    "Hughes", "Hunter", "Iversen", "Jackson", "Jacobsen", "Jensen", "Johnson", "Jones", "Karlsen", "Keller", "Kelly",
    "Khan", "Kim", "King", "Klein", "Knight", "Kovac", "Kumar", "Lam", "Lang", "Larsen", "Lee", "Lewis", "Lie",
    "Lind", "Lopez", "Lund", "Martin", "Mason", "Meyer", "Miller", "Moen", "Moore", "Morgan", "Murphy", "Murray",
    "Myhre", "Nagy", "Nelson", "Ness", "Nguyen", "Nilsen", "Nord", "Novak", "O'Brien", "O'Neill", "Olsen", "Owen",
    "Palmer", "Park", "Parker", "Patel", "Pedersen", "Perez", "Peters", "Porter", "Price", "Quinn", "Ramirez", "Reed",
    "Reyes", "Rice", "Richter", "Roberts", "Romano", "Rose", "Ross", "Rossi", "Russell", "Sand", "Santos", "Schmidt",
    "Scott", "Shah", "Shaw", "Silva", "Simmons", "Singh", "Skog", "Smith", "Solberg", "Stone", "Strand", "Sullivan",
    "Sund", "Svensson", "Tanaka", "Taylor", "Thomsen", "Turner", "Vang", "Vega", "Viken", "Vogel", "Wagner", "Walker",
    "Wang", "Ward", "Watson", "Weber", "West", "White", "Wilson", "Wolf", "Wood", "Wright", "Yilmaz", "Young",
];

pub(super) const PREFIXES: &[&str] = &["Mr.", "Mrs.", "Ms.", "Miss", "Dr."];
pub(super) const SUFFIXES: &[&str] = &["Jr.", "Sr.", "I", "II", "III", "IV", "V", "MD", "DDS", "PhD", "DVM"];

#[rustfmt::skip]
pub(super) const JOB_DESCRIPTORS: &[&str] = &[
    "Acting", "Associate", "Certified", "Chief", "Civic", "Contract", "Deputy", "Duty", "External", "General", "Head",
    "Independent", "Interim", "Joint", "Junior", "Lead", "Managing", "Municipal", "Night", "Northern", "Regional",
    "Resident", "Senior", "Southern", "Temporary", "Travelling", "Visiting", "Western",
];

#[rustfmt::skip]
pub(super) const JOB_AREAS: &[&str] = &[
    "Agriculture", "Airport", "Archive", "Bakery", "Bridge", "Building", "Catering", "Ceramics", "Climate",
    "Compliance", "Costume", "Culture", "Dairy", "Education", "Elevator", "Energy", "Event", "Export", "Ferry",
    "Finance", "Fisheries", "Forestry", "Garden", "Harbor", "Health", "Heritage", "Hotel", "Housing", "Insurance",
    "Irrigation", "Laboratory", "Language", "Legal", "Library", "Lighting", "Logistics", "Maintenance", "Mining",
    "Museum", "Music", "Nursery", "Pension", "Postal", "Procurement", "Publishing", "Railway", "Recycling", "Safety",
    "Sales", "Theatre", "Tourism", "Training", "Transport", "Treasury", "Warehouse", "Weather",
];

#[rustfmt::skip]
pub(super) const JOB_TYPES: &[&str] = &[
    "Accountant", "Advisor", "Archivist", "Auditor", "Bookkeeper", "Captain", "Carpenter", "Caretaker", "Cashier",
    "Clerk", "Conductor", "Controller", "Cook", "Curator", "Dispatcher", "Driver", "Editor", "Electrician", "Foreman",
    "Gardener", "Guide", "Inspector", "Instructor", "Interpreter", "Investigator", "Lecturer", "Librarian",
    "Mechanic", "Mediator", "Negotiator", "Operator", "Painter", "Photographer", "Plumber", "Porter", "Programmer",
    "Receptionist", "Registrar", "Researcher", "Secretary", "Steward", "Surveyor", "Teacher", "Tester", "Trainer",
    "Translator", "Writer",
];

pub(super) fn full_name(dynamic: &mut Dynamic, out: &mut String) {
    // Every fifth name has a title before it or a degree after it, never both.
    let form = dynamic.below(10);
    if form == 0 {
        dynamic.push_words(&[PREFIXES, GIVEN_NAMES, FAMILY_NAMES], out);
    } else if form == 1 {
        dynamic.push_words(&[GIVEN_NAMES, FAMILY_NAMES, SUFFIXES], out);
    } else {
        dynamic.push_words(&[GIVEN_NAMES, FAMILY_NAMES], out);
    }
}

pub(super) fn job_title(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_words(&[JOB_DESCRIPTORS, JOB_AREAS, JOB_TYPES], out);
}

pub(super) fn phone_number(dynamic: &mut Dynamic, out: &mut String) {
    let (area, exchange) = (dynamic.between(200, 999), dynamic.between(200, 999));
    let _ = write!(out, "{area}-{exchange}-");
    dynamic.push_chars(DIGITS, 4, out);
}

pub(super) fn phone_number_ext(dynamic: &mut Dynamic, out: &mut String) {
    let _ = write!(out, "{}-", dynamic.between(1, 99));
    phone_number(dynamic, out);
}
