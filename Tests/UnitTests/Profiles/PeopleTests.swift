import Profiles
import Testing
import World

@Suite struct PeopleTests {
  private let people = People(seed: 7, namespace: "k3f9", domain: "example.com", locale: "en-US")

  @Test func `a person is made from the name, the namespace and the domain`() {
    let ada = people.make("ada", changes: [AttributeChange(name: "lastName", value: "Lovelace")])
    #expect(ada.name == "ada")
    #expect(
      ada.attributes == [
        OktaUser.Attribute(name: "login", value: "ada.k3f9@example.com"),
        OktaUser.Attribute(name: "email", value: "ada.k3f9@example.com"),
        OktaUser.Attribute(name: "firstName", value: "Ada"),
        OktaUser.Attribute(name: "lastName", value: "Lovelace"),
        OktaUser.Attribute(name: "displayName", value: "Ada Lovelace"),
        OktaUser.Attribute(name: "locale", value: "en-US"),
      ]
    )
  }

  @Test func `an id is 00u and seventeen letters and digits, another in another namespace`() {
    let id = people.make("ada").id
    #expect(id.hasPrefix("00u"))
    #expect(id.count == 20)
    #expect(id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
    #expect(id == people.make("ada").id)
    #expect(id != people.make("bob").id)
    let others = People(seed: 7, namespace: "zzzz", domain: "example.com", locale: "en-US")
    #expect(id != others.make("ada").id)
    #expect(people.make("ada")["lastName"] == others.make("ada")["lastName"])
  }

  @Test(arguments: [
    ("boss@acme.test", nil, "boss@acme.test"),
    ("boss", nil, "ada.k3f9@example.com"),
    ("boss@acme.test", "other@acme.test", "other@acme.test"),
  ])
  func `a login that is an address is the e-mail too`(
    login: String,
    email: String?,
    expected: String
  ) {
    var changes = [AttributeChange(name: "login", value: login)]
    if let email { changes.append(AttributeChange(name: "email", value: email)) }
    let ada = people.make("ada", changes: changes)
    #expect(ada["login"] == login)
    #expect(ada["email"] == expected)
  }

  @Test func `the display name follows the names until a line gives it`() {
    var ada = people.make("ada", changes: [AttributeChange(name: "lastName", value: "Lovelace")])
    ada.apply([AttributeChange(name: "lastName", value: "King")])
    #expect(ada["displayName"] == "Ada King")
    ada.apply([AttributeChange(name: "firstName", value: nil)])
    #expect(ada["displayName"] == "King")
    ada.apply([AttributeChange(name: "displayName", value: "Countess")])
    ada.apply([AttributeChange(name: "lastName", value: "Noel")])
    #expect(ada["displayName"] == "Countess")
  }

  @Test(arguments: [
    ("a", true), ("0123456789abcdef", true), ("0123456789abcdefg", false), ("", false),
    ("a-b", false), ("ä", false),
  ])
  func `a namespace is at most 16 letters and digits`(text: String, isValid: Bool) {
    #expect(Namespace.isValid(text) == isValid)
  }

  @Test func `a drawn namespace is 4 to 6 lower-case letters and digits`() {
    var random = SeededRandom(seed: 1)
    for _ in 0..<100 {
      let namespace = Namespace.random(using: &random)
      #expect((4...6).contains(namespace.count))
      #expect(namespace == namespace.lowercased())
      #expect(Namespace.isValid(namespace))
    }
  }
}

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("udpate", "update"), ("assing", "assign"), ("UPDATE", "update"), ("unasign", "unassign"),
    ("xyz", nil), ("", nil), ("a", nil),
  ])
  func `the nearest word is suggested if it is near enough`(word: String, expected: String?) {
    let candidates = ["assign", "update", "unassign", "deactivate", "a b"]
    #expect(Suggestion.nearest(to: word, among: candidates) == expected)
  }
}

@Suite struct DurationTextTests {
  @Test(arguments: [
    ("2s", Duration.seconds(2)), ("500ms", .milliseconds(500)), ("5m", .seconds(300)),
    ("1h", .seconds(3600)), ("1d", .seconds(86400)), ("1.5s", .milliseconds(1500)),
    ("0s", .zero),
  ])
  func `a duration is read and written again`(text: String, duration: Duration) {
    #expect(DurationText.parse(text) == duration)
    #expect(DurationText.parse(DurationText.format(duration)) == duration)
  }

  @Test(arguments: [
    "", "s", "2", "2 s", "-2s", "2S", ".5s", "5.s", "1..2s", "nans", "infs", "1e3s", "99999999d",
    "99999999999999999999999999s", "٣s",
  ])
  func `anything else is no duration`(text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  @Test(arguments: [(90, "90s"), (120, "2m"), (7200, "2h"), (172_800, "2d"), (0, "0s")])
  func `the largest whole unit is written`(seconds: Int, text: String) {
    #expect(DurationText.format(.seconds(seconds)) == text)
  }
}
