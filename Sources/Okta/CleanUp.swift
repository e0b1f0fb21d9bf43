import HTTP
import Profiles
import SCIM

extension Provisioner {
  /// Deactivates the users that this org made and that are still active, with its grant or a new
  /// one.
  ///
  /// - Returns: What could not be cleaned, in words for a person.
  package func cleanUp() async -> [String] {
    let live = await leftovers()
    guard !live.isEmpty else { return [] }
    let cause = Cause(occasion: .cleanUp)
    var mayAuthorize = session != nil
    if let session, await !session.isAlive {
      mayAuthorize = false
      if let reason = await reauthorize(cause) {
        return live.map { "\(words($0)): no grant (\(reason))" }
      }
    }
    var left: [String] = []
    for (index, leftover) in live.enumerated() {
      var failure = await deactivateIfThere(leftover, cause)
      // The grant may be alive and its token refused: the profile can forbid a refresh.
      if mayAuthorize, failure?.isRefusedToken == true {
        mayAuthorize = false
        if await reauthorize(cause) == nil {
          failure = await deactivateIfThere(leftover, cause)
        }
      }
      guard let failure else {
        if isShownActive() {
          left.append(
            "\(words(leftover)): the app acknowledged the deactivation and shows active true"
          )
        }
        continue
      }
      let reason = failure.task(app: profile.name).message
      left.append("\(words(leftover)): \(reason)")
      if failure.isSilence {
        // Each of the others could take as long.
        left += live[(index + 1)...].map { "\(words($0)): not tried after that" }
        break
      }
    }
    return left
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
  private func leftovers() async -> [Leftover] {
    var leftovers = await directory.all.filter {
      $0.wasCreated && $0.isActive || $0.mayExist && $0.id == nil
    }.map { Leftover(user: $0.user, id: $0.id) }
    var known = Set(leftovers.map(\.key))
    for trace in traces.all {
      guard let leftover = await leftover(of: trace), known.insert(leftover.key).inserted else {
        continue
      }
      leftovers.append(leftover)
    }
    return leftovers
  }

  private func leftover(of trace: Traces.Trace) async -> Leftover? {
    guard let known = await directory[trace.user.name], let id = known.id else {
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

  private func deactivateIfThere(
    _ leftover: Leftover,
    _ cause: Cause
  ) async -> StepFailure? {
    do throws(StepFailure) {
      var id = leftover.id
      if id == nil {
        guard let found = try await lookUp(leftover.user, cause)?.resource,
          found[ignoringCase: "active"] != false,
          // Nobody else's.
          [nil, .string(leftover.user.id)].contains(found[ignoringCase: "externalId"])
        else { return nil }
        id = found.resourceID
      }
      guard let id, id != leftover.linked else { return nil }
      _ = try await sendActive(false, leftover.user, id, cause)
      return nil
    } catch {
      return error
    }
  }

  private func words(_ leftover: Leftover) -> String {
    let login = leftover.user["login"] ?? ""
    guard let id = leftover.id else {
      return "\(leftover.user.name) (\(login)) may have been left in the app"
    }
    return "\(leftover.user.name) (\(login), id \(id)) was left active"
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
