import HTTP
import OAuth
import Profiles

extension TokenRefresh: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let session = okta.session else { return }
    do throws(TokenSessionError) {
      guard let times else {
        _ = try await session.refresh(for: cause)
        return
      }
      try await refresh(session, times, cause)
    } catch {
      throw StepFailure(
        step: "Error refreshing the access token",
        exchange: error.exchange,
        reason: .token(error)
      )
    }
  }

  /// What the app makes of it is for the judge: all may be answered, or one alone.
  private func refresh(
    _ session: TokenSession,
    _ times: Int,
    _ cause: Cause
  ) async throws(TokenSessionError) {
    guard let token = await session.presentRefreshToken else { throw .noRefreshToken }
    let trial = TokenSession.Trial(token: token, deviation: .atOnce)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<times {
        group.addTask { _ = try? await session.attempt(trial, for: cause) }
      }
    }
  }
}
