import Browser
import HTTP
import Loop
import OAuth
import Profiles

extension HookCall: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    var cause = cause
    cause.occasion = .probe
    if name == Hook.endAdminSession, okta.profile.hooks[name] == nil {
      return try await okta.signOut(cause)
    }
    try await okta.call(name, seconds: seconds, cause)
    if let seconds { okta.appClock.move(by: seconds) }
  }
}

extension Provisioner {
  /// Moves the app's clock on where nobody else uses the app, and the profile has the hook for it.
  ///
  /// - Returns: Whether it did.
  func advance(insteadOf duration: Duration, _ cause: Cause) async throws(NotMade) -> Bool {
    guard mayAdvance else { return false }
    let whole = Duration.seconds(duration.seconds.rounded(.up))
    var cause = cause
    cause.occasion = .look
    try await call(Hook.advanceClock, seconds: whole, cause)
    appClock.move(by: whole, insteadOfWaiting: true)
    return true
  }

  /// The admin who authorized signs out by the app's own page.
  fileprivate func signOut(_ cause: Cause) async throws(NotMade) {
    let name = Hook.endAdminSession
    do throws(BrowserError) {
      if try await authorization?.signOut(cause) ?? false { return }
    } catch {
      throw NotMade("\(error)")
    }
    throw NotMade(
      "the profile has no hook '\(name)', and no page of the app's offered to sign out",
      .pointless
    )
  }

  /// Has the app changed from outside.
  fileprivate func call(
    _ name: String,
    seconds: Duration?,
    _ cause: Cause
  ) async throws(NotMade) {
    guard let hook = profile.hooks[name] else {
      throw NotMade("the profile has no hook '\(name)'")
    }
    if seconds != nil, !hook.takesSeconds {
      throw NotMade("hook \(name) has no {seconds}, so that no time can be given to it")
    }
    let whole = seconds.map { Int($0.components.seconds) } ?? 0
    switch hook.filled(seconds: whole) {
    case .command(let words): try await run(name, words)
    case .url(let url): try await post(name, url, cause)
    }
  }

  /// Each has 30 s.
  private static let hookLimit = Duration.seconds(30)

  private func run(_ name: String, _ words: [String]) async throws(NotMade) {
    let end: ProgramRun.End
    do {
      end = try await ProgramRun.perform(
        words,
        folder: profile.folder,
        timeLimit: Provisioner.hookLimit,
        on: loop
      )
    } catch {
      throw NotMade("hook \(name) could not be started: \(error)")
    }
    let last = ProgramRun.End.lastLine(of: end.standardError)
    let words = last.map { "; its last words: \($0)" } ?? ""
    switch end.reason {
    case .ended(.exited(0)): return
    case .ended(.exited(let code)):
      throw NotMade("hook \(name) ended with exit code \(code)\(words)")
    case .ended(.killed(let signal)):
      throw NotMade("hook \(name) was ended by signal \(signal)\(words)")
    case .timedOut:
      throw NotMade("hook \(name) did not end within \(Provisioner.hookLimit.inSeconds)\(words)")
    case .stopped: throw NotMade("hook \(name) was given up, since the run was interrupted")
    }
  }

  private func post(_ name: String, _ url: String, _ cause: Cause) async throws(NotMade) {
    guard let target = HTTPURL(url) else {
      throw NotMade("hook \(name) is no URL: \(url)")
    }
    let request = HTTPRequest(
      method: "POST",
      url: target,
      fields: ["Content-Length": "0", "Host": target.origin.hostField],
      body: []
    )
    let intent = Intent(.hook, cause: cause)
    let exchange = await withTaskGroup(of: Exchange?.self) { [loop, transport] group in
      group.addTask { await transport.send(request, due: nil, intent: intent) }
      group.addTask {
        try? await loop.sleep(for: Provisioner.hookLimit)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
    switch exchange?.result {
    case .success(let response):
      if response.isSuccess { return }
      throw NotMade("hook \(name) was answered with HTTP \(response.status)")
    case .failure(let failure): throw NotMade("hook \(name) was not answered: \(failure)")
    case nil: throw NotMade("hook \(name) gave no answer within \(Provisioner.hookLimit.inSeconds)")
    }
  }
}
