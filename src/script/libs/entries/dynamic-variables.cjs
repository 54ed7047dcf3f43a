// Stands in for the SDK's generator of random data: postbud has its own, and the SDK's would triple the bundle.

const NAMES = `guid timestamp isoTimestamp randomUUID ${`AbstractImage Abbreviation Adjective AlphaNumeric AnimalsImage
AvatarImage BankAccount BankAccountBic BankAccountIban BankAccountName Bitcoin Boolean Bs BsAdjective BsBuzz BsNoun
BusinessImage CatchPhrase CatchPhraseAdjective CatchPhraseDescriptor CatchPhraseNoun CatsImage City CityImage Color
CommonFileExt CommonFileName CommonFileType CompanyName CompanySuffix Country CountryCode CreditCardMask CurrencyCode
CurrencyName CurrencySymbol DatabaseCollation DatabaseColumn DatabaseEngine DatabaseType DateFuture DatePast DateRecent
Department DirectoryPath DomainName DomainSuffix DomainWord Email ExampleEmail FashionImage FileExt FileName FilePath
FileType FirstName FoodImage FullName HexColor IP IPV6 ImageDataUri ImageUrl Ingverb Int JobArea JobDescriptor JobTitle
JobType LastName Latitude Locale Longitude LoremLines LoremParagraph LoremParagraphs LoremSentence LoremSentences
LoremSlug LoremText LoremWord LoremWords MACAddress MimeType Month NamePrefix NameSuffix NatureImage NightlifeImage Noun
Password PeopleImage PhoneNumber PhoneNumberExt Phrase Price Product ProductAdjective ProductMaterial ProductName
Protocol Semver SportsImage StreetAddress StreetName TransactionType TransportImage Url UserAgent UserName Verb Weekday
Word Words`.split(/\s+/).map((name) => `random${name}`).join(' ')}`.split(' ');

for (const name of NAMES) {
  exports[`$${name}`] = { description: '', generator: () => __env.dynamic(`$${name}`) };
}
