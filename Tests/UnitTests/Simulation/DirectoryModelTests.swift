import HTTP
import JSON
import Okta
import Profiles
import TestSupport
import Testing
import World

@testable import Simulation

/// What the app may hold after each sort of answer, and which answers contradict that.
@Suite struct DirectoryModelTests {
  /// A user as the app shows it; values that are nil are left out.
  private func user(
    _ title: String?,
    active: String? = "true",
    name: String = "ada@x"
  ) -> String {
    var members = [
      #""id":"1""#, #""userName":"\#(name)""#, #""meta":{"resourceType":"User"}"#,
    ]
    if let title { members.append(#""title":"\#(title)""#) }
    if let active { members.append(#""active":\#(active)"#) }
    return "{" + members.joined(separator: ",") + "}"
  }

  private func post(_ status: Int, _ answer: String? = nil) -> Exchange {
    .scim("POST", "/Users", .scim(answer ?? user("a"), status: status), sent: user("a"))
  }

  private func put(_ title: String, _ status: Int, _ answer: String? = nil) -> Exchange {
    .scim("PUT", "/Users/1", .scim(answer ?? user(title), status: status), sent: user(title))
  }

  private func get(_ answer: String) -> Exchange { .scim("GET", "/Users/1", .scim(answer)) }

  /// What the model alone says; `lost` are the numbers of exchanges whose answers were lost.
  ///
  /// - Parameter overlapping: The numbers of those that were sent before the one ahead was answered.
  private func observed(
    _ exchanges: [Exchange],
    lost: [Int] = [],
    overlapping: Set<Int> = []
  ) -> [Observation] {
    var model = DirectoryModel(isNamespaceGiven: false)
    var observations = Observations()
    for (index, exchange) in exchanges.enumerated() {
      var exchange = exchange
      exchange.number = index + 1
      if !overlapping.isEmpty {
        exchange.sent = .seconds(index)
        exchange.received = exchange.sent + .milliseconds(5)
      }
      if overlapping.contains(exchange.number) { exchange.sent -= .seconds(1) }
      if lost.contains(exchange.number) {
        exchange.result = .failure(.closedBeforeAnswer)
        exchange.document = .empty
      }
      model.take(Reading(exchange, life: nil, leeway: .standard), &observations)
    }
    model.finish(&observations)
    return observations.all
  }

  // MARK: Long and short ways

  /// An app's members, with what an answer or a write may do to them.
  private static func members(_ values: [String: String], turned: Bool) -> String {
    let all = values.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
    return "{" + (turned ? all.reversed() : all).joined(separator: ",") + "}"
  }

  /// Exchanges of one user by chance: what is written and read changes little, as Okta's does, and the app
  /// loses, keeps, doubles and forms anew what it likes.
  private func history(_ seed: UInt64, turning: Bool) -> [Exchange] {
    var random = SeededRandom(seed: seed)
    var app = [
      "id": #""1""#, "userName": #""ada""#, "active": "true", "title": #""t0""#,
      "name": #"{"givenName":"Ada","familyName":"Byron"}"#,
      "emails": #"[{"value":"a@x","type":"work"},{"value":"b@x","type":"work"}]"#,
      "nickName": "null", "meta": #"{"resourceType":"User"}"#,
    ]
    var before = app
    var exchanges: [Exchange] = []
    for number in 0..<40 {
      // Every other answer has its members in another order, which no short way goes along with.
      let turned = turning && number % 2 == 1
      func body(_ values: [String: String]) -> String { Self.members(values, turned: turned) }
      var shown = app
      switch Int.random(in: 0..<12, using: &random) {
      case 0: shown = before
      case 1: shown["title"] = nil
      case 2: shown["locale"] = #""en""#
      case 3: shown["title"] = shown["title"]?.uppercased()
      default: break
      }
      if number == 0, seed % 3 == 0 {
        // The app had the user before, and so the values.
        exchanges.append(.scim("GET", "/Users?filter=x", .list(body(app))))
        exchanges.append(.scim("GET", "/Users/1", .scim(body(app))))
        continue
      }
      if number == 0 {
        exchanges.append(.scim("POST", "/Users", .scim(body(shown), status: 201), sent: body(app)))
        continue
      }
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<4:
        exchanges.append(.scim("GET", "/Users/1", .scim(body(shown))))
        continue
      case 4:
        // What a list leaves out nobody misses.
        if Bool.random(using: &random) { shown["active"] = nil }
        exchanges.append(.scim("GET", "/Users?filter=x", .list(body(shown))))
        continue
      case 5:
        let active = Bool.random(using: &random)
        (before, app["active"]) = (app, "\(active)")
        if shown["active"] == before["active"], Bool.random(using: &random) {
          shown["active"] = app["active"]
        }
        let answers: [HTTPResponse] = [
          HTTPResponse(status: 204), .scim(body(shown)), .scim(#"{"active":\#(active)}"#),
        ]
        exchanges.append(
          .scim(
            "PATCH",
            "/Users/1",
            answers.randomElement(using: &random) ?? answers[0],
            sent: #"{"Operations":[{"op":"replace","value":{"active":\#(active)}}]}"#
          )
        )
        continue
      default: break
      }
      var written = app
      switch Int.random(in: 0..<8, using: &random) {
      case 0: written["active"] = written["active"] == "true" ? "false" : "true"
      case 1: written["name"] = #"{"givenName":"Ada \#(number)","familyName":"Byron"}"#
      case 2: written["emails"] = #"[{"value":"c\#(number)@x","type":"work"}]"#
      case 3: written["nickName"] = #""n\#(number)""#
      case 4: written["title"] = nil
      default: written["title"] = #""t\#(number)""#
      }
      let status = [200, 200, 200, 200, 400, 503].randomElement(using: &random) ?? 200
      let isDone = status == 200 || status == 503 && Bool.random(using: &random)
      if isDone { (before, app) = (app, written) }
      if status == 200, shown["title"] == before["title"] { shown = written }
      exchanges.append(
        .scim("PUT", "/Users/1", .scim(body(shown), status: status), sent: body(written))
      )
    }
    return exchanges
  }

  /// What is as it was before is taken for what it is in one step, and carried over later.
  @Test(arguments: 1...400)
  func `members in another order are judged as those in the same one are`(seed: UInt64) {
    let overlapping = seed % 2 == 0 ? Set((2...40).filter { ($0 + Int(seed)) % 7 < 2 }) : []
    func words(_ turning: Bool) -> [String] {
      observed(history(seed, turning: turning), overlapping: overlapping).map {
        "\($0.kind.id) \($0.exchanges) \($0.message)"
      }
    }
    let (short, long) = (words(false), words(true))
    #expect(short == long)
    if seed == 1 { #expect(!short.isEmpty) }
  }

  // MARK: Side by side

  private struct Person {
    var title: String? = "a"
    var isActive = true
  }

  @Test(arguments: 1...400)
  func `requests side by side may be done in any order`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var sideBySide = SideBySide(Person())
    func body(_ person: Person) -> String { user(person.title, active: "\(person.isActive)") }
    for _ in 0..<24 {
      let new = Person(
        title: ["a", "b", "c"].randomElement(using: &random),
        isActive: Bool.random(using: &random)
      )
      switch Int.random(in: 0..<3, using: &random) {
      case 0:
        let put = Exchange.scim("PUT", "/Users/1", .scim(""), sent: body(new))
        sideBySide.add(put, &random) { $0 = new }
      case 1:
        let active = #"{"Operations":[{"op":"replace","value":{"active":\#(new.isActive)}}]}"#
        let patch = Exchange.scim("PATCH", "/Users/1", .scim(""), sent: active)
        sideBySide.add(patch, &random) { $0.isActive = new.isActive }
      default: sideBySide.add(get(""), &random)
      }
    }
    let played = sideBySide.played(&random, body)
    var model = DirectoryModel(isNamespaceGiven: false)
    var observations = Observations()
    for exchange in SideBySide<Person>.numbered([post(201)] + played) {
      model.take(Reading(exchange, life: nil, leeway: .standard), &observations)
    }
    model.finish(&observations)
    #expect(observations.all.isEmpty, "\(observations.all.map(\.message))\(played.listing)")
  }

  // MARK: One state, two states, the state before

  @Test(arguments: [("b", []), ("a", ["S-01.acknowledged-not-done"])])
  func `after an acknowledged write there is one state`(shown: String, ids: [String]) {
    let found = observed([post(201), put("b", 200), get(user(shown))])
    #expect(found.map(\.kind.id) == ids)
    #expect(found.map(\.exchanges) == ids.map { _ in [2, 3] })
  }

  /// RFC 9110 section 9.2.2: nobody knows what came of it.
  @Test(arguments: ["a", "b"], [[2], []])
  func `after a lost or failed answer either state is right`(shown: String, lost: [Int]) {
    let status = lost.isEmpty ? 503 : 200
    let found = observed([post(201), put("b", status), get(user(shown))], lost: lost)
    #expect(found.map(\.kind.id) == [])
  }

  /// RFC 7644 section 3.5.1: what a PUT leaves out may be cleared, by one whose answer was lost as well.
  @Test(arguments: ["a", nil] as [String?])
  func `what a lost PUT leaves out may be there or not`(shown: String?) {
    let bare = #"{"id":"1","userName":"ada@example.com"}"#
    let lost = Exchange.scim("PUT", "/Users/1", .scim(bare), sent: bare)
    let found = observed(
      [post(201), put("a", 200), lost, get(shown.map { user($0) } ?? bare)],
      lost: [3]
    )
    #expect(found.map(\.kind.id).filter { $0.hasPrefix("S-01.ack") } == [])
  }

  /// RFC 9110 section 9.2.2: nobody knows what came of them.
  @Test(arguments: [(60, []), (70, ["title of ada"])])
  func `beyond 64 possible values an attribute is unclear, and the report says so`(
    writes: Int,
    unclear: [String]
  ) {
    var model = DirectoryModel(isNamespaceGiven: false)
    var observations = Observations()
    for number in 0...writes {
      var exchange = number == 0 ? post(201) : put("t\(number)", 503)
      exchange.number = number + 1
      model.take(Reading(exchange, life: nil, leeway: .standard), &observations)
    }
    #expect(model.overfull.map { "\($0.attribute) of \($0.subject)" } == unclear)
    #expect(observations.all.map(\.kind.id) == [])
  }

  @Test func `a read after an unclear write decides which it was`() {
    let found = observed(
      [post(201), put("b", 200), get(user("a")), get(user("b"))],
      lost: [2]
    )
    #expect(found.map(\.kind.id) == ["S-01.acknowledged-not-done"])
  }

  @Test(arguments: [
    (400, "a", []), (400, "b", ["S-04.refused-yet-done"]),
    (401, "b", ["F-45.refused-write-applied"]), (409, "b", ["S-04.refused-yet-done"]),
  ])
  func `after a refused write it is as before`(status: Int, shown: String, ids: [String]) {
    let error = #"{"status":"\#(status)","detail":"no"}"#
    let found = observed([post(201), put("b", status, error), get(user(shown))])
      .filter { !$0.kind.id.hasPrefix("S-06.") }
    #expect(found.map(\.kind.id) == ids)
  }

  // MARK: What the app keeps

  /// Two PUTs at once: the first's answer shows what the second, which is answered later, has put.
  @Test(arguments: [([3], true), ([1], false)] as [(Set<Int>, Bool)])
  func `a write that is on its way explains what an answer shows`(
    overlapping: Set<Int>,
    isRight: Bool
  ) {
    let inactive = user("b", active: "false")
    let deactivation = Exchange.scim("PUT", "/Users/1", .scim(inactive), sent: inactive)
    let found = observed(
      [post(201), put("b", 200, inactive), deactivation],
      overlapping: overlapping
    )
    #expect(found.isEmpty == isRight, "\(found)")
  }

  /// Okta, SCIM configuration FAQ: what a user whom Okta finds has to have.
  @Test(arguments: [
    (#""active":true,"meta":{"location":"/1"}"#, []), (#""active":null"#, ["S-16.no-meta"]),
    (#""meta":{"location":"/1"}"#, ["S-16.no-active"]),
    (#""meta":{}"#, ["S-16.no-active", "S-16.no-meta"]),
  ])
  func `active and meta are shown by some answer`(shown: String, ids: [String]) {
    let lean = #"{"id":"1","userName":"ada","title":"a"}"#
    let whole = #"{"id":"1","userName":"ada","title":"a",\#(shown)}"#
    let found = Exchange.scim("GET", "/Users?filter=x", .list(lean))
    #expect(observed([found, get(whole)]).map(\.kind.id) == ids)
    // Before a read nothing is known of it.
    #expect(observed([found]).isEmpty)
  }

  @Test func `what was never shown is observed, and no more`() {
    let bare = user(nil)
    let found = observed([post(201, bare), put("b", 200, bare), get(bare)])
    #expect(found.map(\.kind.id) == ["S-01.never-shown"])
    #expect(found.map(\.level) == [.may])
  }

  @Test(arguments: [("PUT", "SCIM.put-lost-attribute"), ("GET", "SCIM.put-lost-attribute")])
  func `what was shown and is gone after a PUT is lost`(method: String, id: String) {
    let answer = method == "PUT" ? user(nil) : user("b")
    let found = observed([post(201), put("b", 200, answer), get(user(nil))])
    #expect(found.map(\.kind.id) == [id])
  }

  @Test func `a write whose own answer shows the old value was ignored`() {
    let found = observed([post(201), put("b", 200, user("a"))])
    #expect(found.map(\.kind.id) == ["S-01.write-ignored"])
  }

  /// RFC 7643 section 7: caseExact false but for the few that say otherwise.
  @Test(arguments: ["B", " b ", "b"])
  func `letters and outer spaces are the app's own`(shown: String) {
    #expect(observed([post(201), put("b", 200, user(shown)), get(user(shown))]).isEmpty)
  }

  @Test func `a form of its own that the app shows at once is the value from then on`() {
    let common = #""active":true,"meta":{"resourceType":"User"}"#
    func phone(_ value: String) -> String {
      #"{"id":"1","userName":"a",\#(common),"phoneNumbers":[{"value":"\#(value)","type":"mobile"}]}"#
    }
    let exchanges = [
      Exchange.scim("POST", "/Users", .scim(phone("+44207"), status: 201), sent: phone("+44-207")),
      get(phone("+44207")),
    ]
    #expect(observed(exchanges).isEmpty)
    #expect(
      observed(exchanges + [get(#"{"id":"1","userName":"a",\#(common)}"#)]).map(\.kind.id)
        == ["S-01.acknowledged-not-done"]
    )
  }

  @Test func `a list may leave attributes out`() {
    let find = Exchange.scim("GET", "/Users?filter=x", .list(#"{"id":"1","userName":"ada"}"#))
    let ada = user("a", name: "ada")
    let create = Exchange.scim("POST", "/Users", .scim(ada, status: 201), sent: ada)
    #expect(observed([create, find]).isEmpty)
  }

  // MARK: active

  @Test(arguments: [
    ("false", []), ("true", ["F-49.active-ignored"]), ("null", ["S-05.active-missing"]),
    (nil, ["S-05.active-missing"]),
  ])
  func `a deactivation shows`(shown: String?, ids: [String]) {
    let off = Exchange.scim(
      "PATCH",
      "/Users/1",
      HTTPResponse(status: 204),
      sent: #"{"Operations":[{"op":"replace","value":{"active":false}}]}"#
    )
    let found = observed([post(201), off, get(user("a", active: shown))])
    #expect(found.map(\.kind.id) == ids)
  }

  @Test func `whoever is deactivated does not vanish`() {
    let off = Exchange.scim(
      "PUT",
      "/Users/1",
      .scim(user("a", active: "false")),
      sent: user("a", active: "false")
    )
    let gone = Exchange.scim("GET", "/Users/1", .scimError(404, "no"))
    let found = observed([post(201), off, gone, gone])
    #expect(found.map(\.kind.id) == ["S-05.gone-after-deactivation"])
    #expect(found.map(\.exchanges) == [[2, 3, 4]])
  }

  // MARK: Look-ups and creates

  private let look = Exchange.scim("GET", "/Users?filter=x", .nobody)

  @Test func `a look-up that misses whom the app has is told, with the create that proves it`() {
    let ada = user("a", name: "ada")
    let create = Exchange.scim("POST", "/Users", .scim(ada, status: 201), sent: ada)
    let again = Exchange.scim("POST", "/Users", .scimError(409, "taken"), sent: ada)
    let found = observed([create, look, again])
    #expect(found.map(\.kind.id) == ["S-02.look-up-misses"])
    #expect(found.map(\.exchanges) == [[2, 1, 3]])
  }

  @Test func `a look-up may find nobody before the first create`() {
    #expect(observed([look, post(201)]).isEmpty)
  }

  @Test func `after a lost create a look-up may find somebody or nobody`() {
    let ada = user("a", name: "ada")
    let create = Exchange.scim("POST", "/Users", .scim(ada, status: 201), sent: ada)
    let found = Exchange.scim("GET", "/Users?filter=x", .list(ada))
    #expect(observed([create, look, create], lost: [1]).isEmpty)
    #expect(observed([create, found, get(ada)], lost: [1]).isEmpty)
  }

  @Test(arguments: [
    (409, "1", []), (201, "1", ["S-08.overwritten"]), (201, "2", ["S-08.second-resource"]),
    (400, "1", ["F-46.duplicate-status"]), (500, "1", ["F-46.duplicate-status"]),
  ])
  func `a repeated create is refused as a duplicate`(status: Int, id: String, ids: [String]) {
    var again = post(status, user("a").replacing(#""id":"1""#, with: #""id":"\#(id)""#))
    again.intent.deviation = .repeatedCreate
    let found = observed([post(201), again])
    #expect(found.map(\.kind.id) == ids)
    #expect(found.map(\.level) == ids.map { _ in status == 400 ? .should : .must })
  }

  // MARK: Refused echoes

  @Test(arguments: [
    (400, "meta is read-only", "S-06.echo-refused"), (409, "taken", "S-06.conflict-with-itself"),
    (415, "media type", "S-13.media-type-refused"),
    (400, "userName is required", "S-13.body-not-read"),
  ])
  func `a PUT that is refused for what the app itself had shown names that`(
    status: Int,
    detail: String,
    id: String
  ) {
    let sent = user("a").replacing("{", with: #"{"meta":{"v":1},"#)
    let refused = Exchange.scim("PUT", "/Users/1", .scimError(status, detail), sent: sent)
    #expect(observed([post(201), get(sent), refused]).map(\.kind.id) == [id])
  }

  @Test func `two people of the scenario may be one user of the app`() {
    func named(_ subject: String, _ exchange: Exchange) -> Exchange {
      var exchange = exchange
      exchange.intent.subject = subject
      return exchange
    }
    let found = observed([
      named("ada", post(201)), named("bob", put("b", 200)), named("ada", get(user("b"))),
    ])
    #expect(found.isEmpty)
  }

  // MARK: Bounds

  @Test func `what is kept does not grow with the exchanges`() {
    var state = AttributeState(.init(value: nil, exchange: 0))
    let key = AttributeKey(path: ["title"], element: nil, part: nil, description: "title")
    for number in 1...200 {
      var exchange = put("t\(number)", 503)
      exchange.number = number
      let reading = Reading(exchange, life: nil, leeway: .standard)
      if number == 1 { state.acknowledge("t0", reading) }
      state.doubt(.string("t\(number)"), reading, key)
    }
    #expect(state.isUnclear)
    #expect(state.possible.count <= AttributeState.most + 1)
  }
}
