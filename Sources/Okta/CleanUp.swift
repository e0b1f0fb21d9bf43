import HTTP
import Profiles
import SCIM

extension Provisioner {
  /// Deactivates the users that this org made and that are still active, with its grant or a new
  /// one.
  ///
  /// - Returns: What could not be cleaned, in words for a person.
  package func cleanUp() async -> [String] {
    let live = await directory.all.filter {
      $0.wasCreated && $0.isActive || $0.mayExist && $0.id == nil
    }
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
    for (index, appUser) in live.enumerated() {
      var failure = await deactivateIfThere(appUser, cause)
      // The grant may be alive and its token refused: the profile can forbid a refresh.
      if mayAuthorize, failure?.isRefusedToken == true {
        mayAuthorize = false
        if await reauthorize(cause) == nil {
          failure = await deactivateIfThere(appUser, cause)
        }
      }
      guard let failure else { continue }
      let reason = failure.task(app: profile.name).message
      left.append("\(words(appUser)): \(reason)")
      if failure.isSilence {
        // Each of the others could take as long.
        left += live[(index + 1)...].map { "\(words($0)): not tried after that" }
        break
      }
    }
    return left
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

  private func deactivateIfThere(
    _ appUser: AppUser,
    _ cause: Cause
  ) async -> StepFailure? {
    do throws(StepFailure) {
      if appUser.id == nil {
        guard let found = try await lookUp(appUser.user, cause)?.resource,
          let id = found[ignoringCase: "id"]?.textForComparison,
          found[ignoringCase: "active"] != false,
          // Nobody else's.
          [nil, .string(appUser.user.id)].contains(found[ignoringCase: "externalId"])
        else { return nil }
        await directory.change(appUser.user.name) { $0.id = id }
      }
      try await setActive(false, appUser.user.name, cause)
      return nil
    } catch {
      return error
    }
  }

  private func words(_ appUser: AppUser) -> String {
    let login = appUser.user["login"] ?? ""
    guard let id = appUser.id else {
      return "\(appUser.user.name) (\(login)) may have been left in the app"
    }
    return "\(appUser.user.name) (\(login), id \(id)) was left active"
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
