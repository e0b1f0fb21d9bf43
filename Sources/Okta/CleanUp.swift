import HTTP
import OAuth
import Profiles

extension Provisioner {
  /// Deactivates the users that this org made and that are still active, with its grant or a new
  /// one.
  ///
  /// - Returns: What could not be cleaned, in words for a person.
  package func cleanUp() async -> [String] {
    let live = await directory.all.filter { $0.wasCreated && $0.isActive }
    guard !live.isEmpty else { return [] }
    let context = ExchangeContext(occasion: .cleanUp)
    if let session, await !session.isAlive {
      do {
        try await authorize(context)
      } catch {
        let reason = (error as? GrantFailure)?.message ?? "\(error)"
        return live.map { "\(words($0)) was left active: no grant (\(reason))" }
      }
    }
    var left: [String] = []
    for appUser in live {
      do throws(StepFailure) {
        try await setActive(false, appUser.user.name, context)
      } catch {
        left.append("\(words(appUser)) was left active: \(error.task(app: profile.name).message)")
      }
    }
    return left
  }

  private func words(_ appUser: AppUser) -> String {
    "\(appUser.user.name) (\(appUser.user["login"] ?? ""), id \(appUser.id ?? "unknown"))"
  }
}
