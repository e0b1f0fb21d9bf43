import HTTP
import Loop
import OAuth
import Profiles

extension HookCall: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let hook = okta.profile.hooks[name] else {
      throw NotMade("the profile has no hook '\(name)'")
    }
    if seconds != nil, !hook.takesSeconds {
      throw NotMade("hook \(name) has no {seconds}, so that no time can be given to it")
    }
    let whole = seconds.map { Int($0.components.seconds) } ?? 0
    switch hook.filled(seconds: whole) {
    case .command(let words): try await run(words, okta)
    case .url(let url): try await post(url, okta, cause)
    }
    if let seconds { okta.clock.skip(seconds) }
  }

  /// Each has 30 s.
  private static let limit = Duration.seconds(30)

  private func run(_ words: [String], _ okta: Provisioner) async throws(NotMade) {
    let end: ProgramRun.End
    do {
      end = try await ProgramRun.perform(
        words,
        folder: okta.profile.folder,
        timeLimit: HookCall.limit,
        on: okta.loop
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
      throw NotMade("hook \(name) did not end within \(HookCall.limit.inSeconds)\(words)")
    case .stopped: throw NotMade("hook \(name) was given up, since the run was interrupted")
    }
  }

  private func post(_ url: String, _ okta: Provisioner, _ cause: Cause) async throws(NotMade) {
    guard let target = HTTPURL(url) else {
      throw NotMade("hook \(name) is no URL: \(url)")
    }
    var cause = cause
    cause.occasion = .probe
    let request = HTTPRequest(
      method: "POST",
      url: target,
      fields: ["Content-Length": "0", "Host": target.origin.hostField],
      body: []
    )
    let intent = Intent(.hook, cause: cause)
    let exchange = await withTaskGroup(of: Exchange?.self) { [loop = okta.loop] group in
      group.addTask { await okta.transport.send(request, due: nil, intent: intent) }
      group.addTask {
        try? await loop.sleep(for: HookCall.limit)
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
    case nil: throw NotMade("hook \(name) gave no answer within \(HookCall.limit.inSeconds)")
    }
  }
}
