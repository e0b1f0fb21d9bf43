import HTTP
import JSON
import Profiles
import SCIM
import TestSupport
import Testing

@testable import Okta

/// Okta, SCIM 2.0 reference, Retrieve Users: pages of 100 until `totalResults` is reached.
@Suite struct ListImportTests {
  /// An app that has so many users, and a page of which holds at most so many.
  private static func app(
    _ total: Int,
    most: Int = 200,
    active: @escaping @Sendable (Int) -> Bool = { _ in true }
  ) -> @Sendable (HTTPRequest, Int) -> Result<HTTPResponse, TransportFailure> {
    { request, _ in
      let query = request.url.queryFields
      let start = query["startIndex"].flatMap { Int($0) } ?? 1
      let count = min(query["count"].flatMap { Int($0) } ?? most, most)
      let numbers = start <= total ? Array(start...min(total, start + count - 1)) : []
      let resources = numbers.map {
        #"{"id":"\#($0)","userName":"u\#($0)","active":\#(active($0))}"#
      }
      return .success(page(resources, total: "\(total)"))
    }
  }

  private static func page(
    _ resources: [String],
    total: String,
    startIndex: String = "1"
  ) -> HTTPResponse {
    .scim(
      #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":\#(total),"#
        + #""startIndex":\#(startIndex),"Resources":[\#(resources.joined(separator: ","))]}"#
    )
  }

  private static let importing = IntegrationProfile.make(
    capabilities: [.createUsers, .updateUsers, .deactivateUsers, .importUsers, .importGroups]
  )

  private func okta(
    _ profile: IntegrationProfile = importing,
    _ answer: @escaping ScriptedTransport.Answer,
    _ body: @escaping @Sendable (OktaSide) async throws -> Void
  ) async throws {
    try await onLoop { loop in
      let app = ScriptedTransport(loop: loop, latency: .milliseconds(1), answer: answer)
      try await body(OktaSide(loop: loop, profile: profile, app: app))
    }
  }

  private static func starts(_ okta: OktaSide) -> [String] {
    okta.app.received.map { String($0.line.dropFirst("GET /t1/scim".count)) }
  }

  // MARK: What is sent

  @Test(arguments: [
    (0, [1]), (1, [1]), (99, [1]), (100, [1]), (101, [1, 101]), (200, [1, 101]),
    (201, [1, 101, 201]),
  ])
  func `an import asks for 100 at a time until totalResults is reached`(
    total: Int,
    starts: [Int]
  ) async throws {
    try await okta(Self.importing, Self.app(total)) { okta in
      #expect(await okta.perform(.importUsers) == "success")
      #expect(Self.starts(okta) == starts.map { "/Users?startIndex=\($0)&count=100" })
      #expect(okta.provisioner.directory.lastImport(of: .user)?.scanned == total)
    }
  }

  @Test func `users come first, then groups, and what is off sends nothing`() async throws {
    let lines: [(Set<Capability>, LifecycleEvent, [String])] = [
      ([.importUsers, .importGroups], .importAll, ["/Users", "/Groups"]),
      ([.importUsers], .importAll, ["/Users"]), ([.importGroups], .importAll, ["/Groups"]),
      ([], .importAll, []), ([.importGroups], .importUsers, []),
      ([.importUsers], .importGroups, []),
      ([.importGroups], .importGroups, ["/Groups"]),
    ]
    for (capabilities, event, sent) in lines {
      try await okta(.make(capabilities: capabilities), Self.app(3)) { okta in
        #expect(await okta.perform(event) == "success")
        #expect(Self.starts(okta) == sent.map { $0 + "?startIndex=1&count=100" }, "\(event)")
      }
    }
  }

  /// What Okta asks for after a page of fewer than 100 is not published.
  @Test(arguments: [("received", [1, 41, 81]), ("asked", [1, 101])])
  func `after a short page the switch says where the next begins`(
    next: String,
    starts: [Int]
  ) async throws {
    let profile = IntegrationProfile.make(
      capabilities: [.importUsers],
      switches: ["importNextPage": next]
    )
    try await okta(profile, Self.app(120, most: 40)) { okta in
      #expect(await okta.perform(.importUsers) == "success")
      #expect(Self.starts(okta) == starts.map { "/Users?startIndex=\($0)&count=100" })
    }
  }

  @Test(arguments: [
    (7, 3, [(1, 1), (1, 3), (4, 3), (7, 3)]), (2, 3, [(1, 1), (1, 1), (2, 1)]),
    (0, 3, [(1, 1), (1, 1)]),
    (450, 2, [(1, 1), (1, 100), (101, 100), (201, 100), (301, 100), (401, 100)]),
  ])
  func `an import in pages first asks how many there are, as a probe`(
    total: Int,
    pages: Int,
    asked: [(Int, Int)]
  ) async throws {
    try await okta(Self.importing, Self.app(total)) { okta in
      #expect(await okta.perform(.importUsers(inPages: pages)) == "success")
      #expect(Self.starts(okta) == asked.map { "/Users?startIndex=\($0.0)&count=\($0.1)" })
      #expect(Set(okta.log.exchanges.map(\.intent.occasion)) == [.probe])
      #expect(Set(okta.log.exchanges.map(\.intent.deviation)) == [.smallPages])
    }
  }

  /// One that was inactive in a capture of nine: eight were imported.
  @Test func `who is inactive is read, and not imported`() async throws {
    try await okta(Self.importing, Self.app(9, active: { $0 != 4 })) { okta in
      await okta.perform(.importUsers)
      let list = okta.provisioner.directory.lastImport(of: .user)
      #expect(list?.scanned == 9)
      #expect(list?.imported == 8)
    }
  }

  // MARK: What ends it

  @Test(arguments: [
    (#""3""#, "1", "a string for totalResults"), ("3", #""1""#, "a string for startIndex"),
    ("3", "null", ""), ("true", "1", "for totalResults"),
  ])
  func `a list whose number is none ends the import, and the create after a look-up`(
    total: String,
    startIndex: String,
    problem: String
  ) async throws {
    let answer: ScriptedTransport.Answer = { request, _ in
      request.method == "POST"
        ? .success(.scim(#"{"id":"7"}"#, status: 201))
        : .success(Self.page([], total: total, startIndex: startIndex))
    }
    for event in [LifecycleEvent.importUsers, .assignAda] {
      try await okta(Self.importing, answer) { okta in
        let ending = await okta.perform(event)
        let isStopped = !problem.isEmpty
        #expect(ending.contains("null (Okta names no reason; the app's list gives") == isStopped)
        #expect(ending.contains(problem) || !isStopped)
        #expect(
          okta.app.received.contains { $0.method == "POST" } == (!isStopped && event == .assignAda)
        )
      }
    }
  }

  @Test func `a refused page, and one that is no list, end it as a task`() async throws {
    let answers: [(HTTPResponse, String)] = [
      (.scimError(500, "down"), "Error while importing users: Internal Server Error"),
      (.scim("[]"), "Error while importing users: the body is an array, not a JSON object"),
    ]
    for (answer, words) in answers {
      try await okta(Self.importing, { _, _ in .success(answer) }) { okta in
        #expect(await okta.perform(.importUsers).hasPrefix(words))
        #expect(okta.app.received.count == 1)
      }
    }
  }

  @Test func `a page of nothing ends it though there should be more`() async throws {
    try await okta(Self.importing, { _, _ in .success(Self.page([], total: "5000")) }) { okta in
      #expect(await okta.perform(.importUsers) == "success")
      #expect(okta.app.received.count == 1)
    }
  }

  @Test func `totals that grow for ever end it, with new ids and with old ones`() async throws {
    // One resource a page, and always a hundred more to come.
    for (isNew, requests) in [(true, ListWalk.mostPages), (false, ListWalk.mostIdlePages + 1)] {
      let answer: ScriptedTransport.Answer = { _, number in
        .success(
          Self.page([#"{"id":"\#(isNew ? number : 1)"}"#], total: "\(100 + number)")
        )
      }
      try await okta(Self.importing, answer) { okta in
        let ending = await okta.perform(.importUsers)
        #expect(ending.contains(isNew ? "totalResults was 101 and is 2100" : "list nothing new"))
        #expect(okta.app.received.count == requests)
      }
    }
  }

  @Test(arguments: [(200_000, false), (200_001, true)])
  func `what is larger than is read says nothing of the app`(total: Int, isLeft: Bool) async throws
  {
    // The second page is empty, so that the smaller one ends there.
    let answer: ScriptedTransport.Answer = { _, number in
      .success(Self.page(number == 1 ? [#"{"id":"1"}"#] : [], total: "\(total)"))
    }
    try await okta(Self.importing, answer) { okta in
      let outcome = await okta.provisioner.perform(.importUsers, number: 0)
      if case .notMade(let failure) = outcome.ending {
        #expect(failure.reason.contains("it lists \(total)"))
        #expect(isLeft)
      } else {
        #expect(!isLeft)
      }
      #expect(okta.app.received.count == (isLeft ? 1 : 2))
    }
  }

  @Test func `pages of more than 256 MiB end it`() throws {
    var walk = ListWalk(.user, count: 100, step: .received)
    let list = try ListResponse.make([#"{"id":"1"}"#], total: 1000)
    let more = try ListResponse.make([#"{"id":"2"}"#], total: 1000)
    #expect(walk.take(list, bytes: 200 << 20) == .page)
    #expect(walk.take(more, bytes: 57 << 20) == .tooLarge("its pages come to more than 256 MiB"))
  }

  // MARK: The safeguard

  /// Okta, guide scim-provisioning-integration-connect: more than 20 % stops the job.
  @Test(arguments: [(4, true), (5, false), (6, false)])
  func `an import stops if more than 20 % of the app users would be unassigned`(
    people: Int,
    isStopped: Bool
  ) async throws {
    let names = (1...people).map { "p\($0)" }
    let answer: ScriptedTransport.Answer = { request, number in
      if request.method == "POST" {
        return .success(.scim(#"{"id":"\#(number)"}"#, status: 201))
      }
      if request.url.queryFields["filter"] != nil { return .success(.nobody) }
      // Ids are the numbers of the creates; the first is missing.
      let ids = (2...people).map { #"{"id":"\#(2 * $0)"}"# }
      return .success(Self.page(ids, total: "\(people - 1)"))
    }
    try await okta(Self.importing, answer) { okta in
      for name in names { await okta.perform(.assign(name, [])) }
      let ending = await okta.perform(.importUsers)
      #expect(
        ending
          == (isStopped
            ? "Error while importing users: the import stopped: 1 of \(people) app users would be "
              + "unassigned, more than 20 % (not listed: p1)" : "success")
      )
      #expect(okta.provisioner.directory["p1"]?.isAssigned == isStopped)
      #expect(okta.provisioner.directory["p2"]?.isAssigned == true)
      // What is pushed to somebody who is unassigned is nothing.
      let sent = okta.app.received.count
      await okta.perform(.update("p1", [AttributeChange(name: "title", value: "x")]))
      #expect((okta.app.received.count == sent) == !isStopped)
    }
  }

  // MARK: Looks

  @Test func `a look asks what an import does not ask, once for each list`() async throws {
    try await okta(Self.importing, Self.app(3)) { okta in
      await okta.perform(.importUsers)
      await okta.provisioner.lookAtLists(after: 0)
      await okta.perform(.importUsers)
      await okta.provisioner.lookAtLists(after: 1)

      let looks = okta.log.exchanges.filter { $0.intent.occasion == .look }
      #expect(
        looks.map { String($0.request.line.dropFirst("GET /t1/scim".count)) } == [
          "/Users?startIndex=101&count=100", "/Users?startIndex=1&count=200",
          "/Users?startIndex=0&count=1", "/Users?count=100", "/Users?startIndex=1", "/Users",
        ]
      )
    }
  }

  @Test func `a list that does not add up is read twice more`() async throws {
    let answer: ScriptedTransport.Answer = { _, _ in
      .success(Self.page([#"{"id":"1"}"#, #"{"id":"1"}"#], total: "2"))
    }
    try await okta(Self.importing, answer) { okta in
      await okta.perform(.importUsers)
      await okta.provisioner.lookAtLists(after: 0)
      let again = okta.log.exchanges.filter {
        $0.intent.occasion == .look && $0.intent.deviation == nil
      }
      #expect(again.count == 2)
    }
  }
}

extension ListResponse {
  fileprivate static func make(_ resources: [String], total: Int) throws -> ListResponse {
    try ListResponse.read(
      .value(
        [
          "totalResults": .number(JSONNumber(total)),
          "Resources": .array(try resources.map { try JSONReader.read(Array($0.utf8)) }),
        ]
      )
    )
  }
}
