import HTTP
import Profiles
import SCIM

/// What becomes of the users that a run has made.
package enum CleanUpMode: String, Sendable, CaseIterable {
  /// As Okta leaves them: it never deletes.
  case deactivate
  /// Ours, not Okta's: where the app can.
  case delete
  case none
}

/// What a clean-up came to.
package struct CleanUpReport: Sendable, Equatable {
  /// A user or a group that is still there as nobody wanted it.
  package struct Left: Sendable, Equatable {
    package var isGroup = false
    /// By which Okta's side knows it.
    package var name: String
    /// The app's; nil where it is not known.
    package var id: String?
    /// Name, login and id.
    package var who: String
    /// `was left active`.
    package var state: String
    package var reason: String

    package var words: String { "\(who) \(state): \(reason)" }
  }

  /// How many users of the run the app holds inactive.
  package var inactive = 0
  package var deleted = 0
  /// Groups that are no more.
  package var deletedGroups = 0
  package var left: [Left] = []
  /// Why users were not deleted where that was asked for.
  package var noDelete: String?

  package init() {}

  /// Takes that of another org.
  package mutating func add(_ other: CleanUpReport) {
    inactive += other.inactive
    deleted += other.deleted
    deletedGroups += other.deletedGroups
    left += other.left
    noDelete = noDelete ?? other.noDelete
  }
}

extension Provisioner {
  /// Whom, and which groups, a clean-up is about.
  package func toCleanUp(_ mode: CleanUpMode) -> [CleanUpReport.Left] {
    guard mode != .none else { return [] }
    let reason = "not cleaned up yet"
    return leftovers().map { left($0, reason) } + groupsToEnd.map { left($0, reason) }
  }

  private var groupsToEnd: [AppGroup] {
    directory.allGroups.filter { $0.wasCreated || $0.mayExist }
  }

  /// Deactivates, or deletes, the users that this org made, with its grant or a new one.
  package func cleanUp(_ mode: CleanUpMode = .deactivate) async -> CleanUpReport {
    var report = CleanUpReport()
    guard mode != .none else { return report }
    let live = leftovers()
    let settled = directory.all.filter { $0.wasCreated && !$0.isActive && $0.id != nil }
      .map { Leftover(user: $0.user, id: $0.rightID ?? $0.id) }
    let all = mode == .delete ? live + settled : live
    let groups = groupsToEnd
    report.inactive = mode == .delete ? 0 : settled.count
    guard !all.isEmpty || !groups.isEmpty else { return report }
    let cause = self.cause(nil, .cleanUp)
    var mayAuthorize = session != nil
    if let session, await !session.isAlive {
      mayAuthorize = false
      if let reason = await reauthorize(cause) {
        report.left =
          live.map { left($0, "no grant (\(reason))") }
          + groups.map { left($0, "no grant (\(reason))") }
        return report
      }
    }
    for group in groups {
      do throws(StepFailure) {
        if try await end(group, cause) { report.deletedGroups += 1 }
      } catch {
        report.left.append(left(group, error.inShort))
        if error.isSilence {
          report.left += live.map { left($0, "not tried after that") }
          return report
        }
      }
    }
    for (index, leftover) in all.enumerated() {
      let isSettled = index >= live.count
      var ending = await end(leftover, isSettled, mode, cause, &report)
      // The grant may be alive and its token refused: the profile can forbid a refresh.
      if mayAuthorize, case .failed(let failure) = ending, failure.isRefusedToken {
        mayAuthorize = false
        if await reauthorize(cause) == nil {
          ending = await end(leftover, isSettled, mode, cause, &report)
        }
      }
      switch ending {
      case .gone: break
      case .deleted: report.deleted += 1
      case .inactive: report.inactive += 1
      case .shownActive:
        report.left.append(
          left(leftover, "the app acknowledged the deactivation and shows active true")
        )
      case .failed(let failure):
        report.left.append(left(leftover, failure.inShort))
        if failure.isSilence {
          // Each of the others could take as long.
          report.left += all[(index + 1)...].map { left($0, "not tried after that") }
          return report
        }
      }
    }
    return report
  }

  /// Deletes a group; gives whether there was one.
  private func end(_ group: AppGroup, _ cause: Cause) async throws(StepFailure) -> Bool {
    var group = group
    if group.wasCreated { group.id = group.knownID }
    if group.id == nil { group.id = try await lookUp(group, cause) }
    guard group.id != nil else { return false }
    do throws(StepFailure) {
      try await delete(group, cause)
      return true
    } catch {
      if case .answer(let response, _) = error.reason, response.status == 404 { return false }
      throw error
    }
  }

  private func left(_ group: AppGroup, _ reason: String) -> CleanUpReport.Left {
    CleanUpReport.Left(
      isGroup: true,
      name: group.name,
      id: group.id,
      who: "the group \(group.displayName)" + (group.id.map { " (id \($0))" } ?? ""),
      state: group.id == nil ? "may have been left in the app" : "was left in the app",
      reason: reason
    )
  }

  private enum Ending {
    case inactive, shownActive, deleted
    /// The app does not have the user, or not any more.
    case gone
    case failed(StepFailure)
  }

  private func end(
    _ leftover: Leftover,
    _ isSettled: Bool,
    _ mode: CleanUpMode,
    _ cause: Cause,
    _ report: inout CleanUpReport
  ) async -> Ending {
    do throws(StepFailure) {
      guard let id = try await id(of: leftover, cause), id != leftover.linked else { return .gone }
      if mode == .delete, report.noDelete == nil {
        do throws(StepFailure) {
          let exchange = try await step(
            "Error while deleting user \(leftover.user["displayName"] ?? leftover.user.name)",
            of: leftover.user,
            .delete(.user, id: id),
            accepting: [404],
            cause
          )
          return exchange.status == 404 ? .gone : .deleted
        } catch {
          if error.isRefusedToken || error.isSilence { throw error }
          report.noDelete = error.inShort
        }
      }
      if isSettled { return .inactive }
      _ = try await sendActive(false, leftover.user, id, cause)
      return isShownActive() ? .shownActive : .inactive
    } catch {
      // A user whom the app has deleted has no access left.
      if case .answer(let response, _) = error.reason, response.status == 404 { return .gone }
      return .failed(error)
    }
  }

  /// Whether the answer to the last deactivation says that the user is active all the same.
  private func isShownActive() -> Bool {
    guard let last = log[log.count], last.intent.occasion == .cleanUp, last.intent.act.isWrite
    else { return false }
    return last.document.object?[ignoringCase: "active"] == true
  }

  /// Makes a new grant; gives why there is none.
  private func reauthorize(_ cause: Cause) async -> String? {
    do {
      try await authorize(cause)
      return nil
    } catch {
      return (error as? GrantFailure)?.message ?? "\(error)"
    }
  }

  /// A user that the app may hold because of this run.
  private struct Leftover {
    var user: OktaUser
    /// nil where it has to be looked for.
    var id: String?
    /// A user that Okta has linked to and did not make: not to be touched.
    var linked: String?

    /// What tells two apart: the id, or the login where there is none.
    var key: [String?] { id.map { [$0] } ?? [nil, user["login"]] }
  }

  /// First whom Okta knows, then what only traces tell of.
  private func leftovers() -> [Leftover] {
    var leftovers = directory.all.filter {
      $0.wasCreated && $0.isActive || $0.mayExist && $0.id == nil
    }.map { Leftover(user: $0.user, id: $0.rightID ?? $0.id) }
    var known = Set(leftovers.map(\.key))
    for trace in traces.all {
      guard let leftover = leftover(of: trace), known.insert(leftover.key).inserted else {
        continue
      }
      leftovers.append(leftover)
    }
    return leftovers
  }

  private func leftover(of trace: Traces.Trace) -> Leftover? {
    guard let known = directory[trace.user.name], let id = known.id else {
      return trace.isTaken ? Leftover(user: trace.user, id: trace.id) : nil
    }
    let isSame = trace.id.map { $0 == id } ?? (known.user["login"] == trace.user["login"])
    guard isSame else {
      let linked = known.wasCreated ? nil : id
      return trace.isTaken ? Leftover(user: trace.user, id: trace.id, linked: linked) : nil
    }
    // The look-up found what the create had made, taken or, wrongly, refused.
    guard known.isActive, known.wasCreated || known.wasFoundAsOurs || trace.id != nil else {
      return nil
    }
    return Leftover(user: known.user, id: id)
  }

  /// nil where the app has no such user, or one that is nobody's business.
  private func id(of leftover: Leftover, _ cause: Cause) async throws(StepFailure) -> String? {
    if let id = leftover.id { return id }
    guard let found = try await lookUp(leftover.user, cause)?.resource,
      found[ignoringCase: "active"] != false,
      // Nobody else's.
      [nil, .string(leftover.user.id)].contains(found[ignoringCase: "externalId"])
    else { return nil }
    return found.resourceID
  }

  private func left(_ leftover: Leftover, _ reason: String) -> CleanUpReport.Left {
    let login = leftover.user["login"] ?? ""
    guard let id = leftover.id else {
      return CleanUpReport.Left(
        name: leftover.user.name,
        who: "\(leftover.user.name) (\(login))",
        state: "may have been left in the app",
        reason: reason
      )
    }
    return CleanUpReport.Left(
      name: leftover.user.name,
      id: id,
      who: "\(leftover.user.name) (\(login), id \(id))",
      state: "was left active",
      reason: reason
    )
  }
}

extension StepFailure {
  /// Whether a token was the trouble.
  fileprivate var isRefusedToken: Bool {
    switch reason {
    case .token: true
    case .answer(let response, _): response.status == 401
    default: false
    }
  }

  /// Whether no answer came.
  fileprivate var isSilence: Bool {
    switch reason {
    case .transport, .token(.transport): true
    default: false
    }
  }
}
