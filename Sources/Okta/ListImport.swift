import HTTP
import JSON
import Profiles
import SCIM
import World

/// What Okta has learned of an import.
package struct ImportedList: Sendable {
  /// The event that made it.
  package var event: Int?
  /// How many resources the app has listed, each once.
  package var scanned: Int
  /// Those of them that Okta imports: inactive ones are read and left (lab capture, 2026-10; Okta,
  /// manual test plan C9303).
  package var imported: Int
  /// How many there are, by what the app has said and shown.
  package var total: Int
  /// Whether its pages repeat or lose something, by what they say of themselves.
  package var isOdd: Bool
}

extension Provisioner {
  /// Okta's safeguard: an import stops if more of the app's users would be unassigned (Okta, guide
  /// scim-provisioning-integration-connect).
  static let mostUnassignedPercent = 20

  /// Reads all of a type by pages of 100.
  ///
  /// Okta, SCIM 2.0 reference, Retrieve Users: no filter, no order, no choice of attributes.
  ///
  /// - Parameter pages: In about how many, where not as Okta has it; nothing is learned of it then.
  func importAll(_ type: Intent.ResourceType, inPages pages: Int?, _ cause: Cause) async throws {
    if let pages {
      var cause = cause
      cause.occasion = .probe
      let first = try await page(
        .list(type, startIndex: 1, count: 1),
        Provisioner.importStep(type),
        cause,
        deviation: .smallPages
      )
      let total = first.list.totalResults ?? 1
      let count = min(max(1, (total + pages - 1) / pages), ListWalk.pageSize)
      let walk = ListWalk(type, count: count, step: nextPage)
      let (read, _) = try await read(walk, cause, deviation: .smallPages)
      note(read, cause)
      return
    }
    let begun = appClock.now
    let links = type == .user ? links() : [:]
    let walk = ListWalk(
      type,
      count: ListWalk.pageSize,
      step: nextPage,
      wanted: Set(links.values)
    )
    let (read, last) = try await read(walk, cause)
    note(read, cause)
    if type == .user {
      try unassign(links, notIn: read.found, last)
      directory.noteImport(begunAt: begun)
    }
  }

  /// Reads the users that have changed since the last import; all of them where there was none.
  ///
  /// The example of Okta's connector SDK expects `meta.lastModified gt` the date of the last import, in
  /// ISO 8601 to the second; the rest of the query is taken to be a full import's behind a look-up's
  /// filter. Assumed: the import's beginning counts, so that nothing falls between two; who is not
  /// listed has not changed.
  func importChanges(_ cause: Cause) async throws {
    guard profile.switches[.incrementalImports] == "filter",
      let last = directory.lastImportBegun
    else { return try await importAll(.user, inPages: nil, cause) }
    let begun = appClock.now
    let since = calendarSecond(at: last)
    let space = profile.switches[.filterSpace]
    let walk = ListWalk(.user, count: ListWalk.pageSize, step: nextPage) { startIndex, count in
      .changed(.user, since: since, space: space, startIndex: startIndex, count: count)
    }
    _ = try await read(walk, cause)
    directory.noteImport(begunAt: begun)
  }

  /// `2026-01-01T00:00:00Z`.
  private func calendarSecond(at instant: Duration) -> String {
    let seconds = Int64(startedAt) + instant.components.seconds
    return String(Timestamp.text(seconds * 1000).prefix(19)) + "Z"
  }

  /// Where the next page of a list begins.
  var nextPage: ListWalk.Step {
    profile.switches[.importNextPage] == "asked" ? .asked : .received
  }

  private func note(_ walk: ListWalk, _ cause: Cause) {
    let list = ImportedList(
      event: cause.event,
      scanned: walk.distinct,
      imported: walk.active,
      total: max(walk.firstTotal ?? 0, walk.total ?? 0, walk.distinct),
      isOdd: walk.isOdd
    )
    directory.note(list, of: walk.type)
  }

  // MARK: Pages

  /// - Returns: The walk at its end, and the number of its last exchange.
  private func read(
    _ walk: ListWalk,
    _ cause: Cause,
    deviation: Intent.Deviation? = nil
  ) async throws -> (ListWalk, Int) {
    var walk = walk
    while true {
      let (list, exchange) = try await page(
        walk.request,
        Provisioner.importStep(walk.type),
        cause,
        deviation: deviation
      )
      switch walk.take(list, bytes: exchange.response?.body.count ?? 0) {
      case .page: continue
      case .end: return (walk, exchange.number)
      case .endless(let reason):
        throw StepFailure(
          step: Provisioner.importStep(walk.type),
          exchange: exchange.number,
          reason: .unusable(reason)
        )
      case .tooLarge(let reason):
        throw NotMade("an import of \(walk.type.endpoint) is too much for oktasim: \(reason)")
      }
    }
  }

  /// What an import is called where it fails.
  static func importStep(_ type: Intent.ResourceType) -> String {
    "Error while importing \(type.endpoint.lowercased())"
  }

  /// - Parameter stepName: What Okta calls it.
  func page(
    _ request: SCIMRequest,
    _ stepName: String,
    patience: Patience = .job,
    _ cause: Cause,
    deviation: Intent.Deviation? = nil
  ) async throws(StepFailure) -> (list: ListResponse, exchange: Exchange) {
    let exchange = try await step(
      stepName,
      of: nil,
      request,
      patience: patience,
      cause,
      deviation: deviation
    )
    func failure(_ reason: StepFailure.Reason) -> StepFailure {
      StepFailure(step: stepName, exchange: exchange.number, reason: reason)
    }
    let list: ListResponse
    do throws(ResourceError) {
      list = try ListResponse.read(exchange.document, version)
    } catch {
      throw failure(.unusable("\(error)"))
    }
    // Assumed: as at the look-up, which reads the same message.
    if let wrong = list.wrongNumber {
      throw failure(.wrongNumber(key: wrong.key, kind: wrong.kind))
    }
    return (list, exchange)
  }

  // MARK: What Okta makes of it

  /// The ids of the users whom Okta has assigned and linked, by name.
  private func links() -> [String: String] {
    directory.all.reduce(into: [:]) { links, user in
      if user.isAssigned, let id = user.id { links[user.user.name] = id }
    }
  }

  /// Takes the assignment from those whom the app no longer lists, unless they are too many.
  ///
  /// Assumed: who is listed as inactive is still there.
  private func unassign(
    _ linked: [String: String],
    notIn listed: Set<String>,
    _ exchange: Int
  ) throws(StepFailure) {
    let assigned = links()
    // Who was unassigned meanwhile is not counted.
    let before = linked.filter { assigned[$0.key] == $0.value }
    let missing = before.filter { !listed.contains($0.value) }.keys.sorted()
    guard missing.count * 100 <= before.count * Provisioner.mostUnassignedPercent else {
      throw StepFailure(
        step: Provisioner.importStep(.user),
        exchange: exchange,
        reason: .unusable(
          "the import stopped: \(missing.count) of \(before.count) app users would be unassigned, "
            + "more than \(Provisioner.mostUnassignedPercent) % (not listed: "
            + "\(missing.prefix(8).joined(separator: ", ")))"
        )
      )
    }
    for name in missing { directory.change(name) { $0.isAssigned = false } }
  }

  // MARK: Looks

  /// How often a list is read again that seemed to repeat or lose something.
  private static let rereads = 2

  /// Asks what Okta's import has not asked of a list, after one.
  package func lookAtLists(after event: Int?) async {
    for type in [Intent.ResourceType.user, .group] {
      guard let list = directory.lastImport(of: type), list.event == event else { continue }
      if list.isOdd {
        for _ in 0..<Provisioner.rereads { await lookAgain(at: type, event) }
      }
      guard !directory.isLookedAt(type) else { continue }
      let looks: [(SCIMRequest, Intent.Deviation)] = [
        // Okta's review asks for one: startIndex=101&count=100 of two users (ory/polis#4054).
        (
          .list(type, startIndex: ListWalk.start(beyond: list.total), count: ListWalk.pageSize),
          .pastEnd
        ),
        // RFC 7644 section 3.4.2.4: count is what is wanted at most, and less than 1 is 1.
        (.list(type, startIndex: 1, count: 2 * ListWalk.pageSize), .largeCount),
        (.list(type, startIndex: 0, count: 1), .startIndexZero),
        (.list(type, onlyCount: ListWalk.pageSize), .withoutPaging),
        (.list(type, onlyStartIndex: 1), .withoutPaging),
        (.list(type), .withoutPaging),
      ]
      for (request, deviation) in looks {
        let cause = cause(event, .look)
        // Without a living token the next import is the time for it.
        guard await sender.look(request, about: nil, cause, deviation: deviation) != nil else {
          return
        }
      }
      directory.noteLook(at: type)
    }
  }

  private func lookAgain(at type: Intent.ResourceType, _ event: Int?) async {
    var walk = ListWalk(type, count: ListWalk.pageSize, step: nextPage)
    while true {
      guard let exchange = await sender.look(walk.request, about: nil, cause(event, .look)),
        exchange.status == 200, let list = try? ListResponse.read(exchange.document, version),
        walk.take(list, bytes: exchange.response?.body.count ?? 0) == .page
      else { return }
    }
  }
}
