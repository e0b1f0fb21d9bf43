import HTTP
import Loop
import OAuth
import SCIM

/// Who sends a request, which decides what a 429 means to it.
enum Patience {
  /// One of Okta's jobs, which pauses (Okta, SCIM concept page: create, update, deactivation, profile
  /// sync, group push, import).
  case job
  /// An admin who waits for an answer on a page of Okta's: the concept page does not name the test of
  /// a connection.
  case page
}

extension Provisioner {
  /// What somebody who is no client of the app's waits for, where the app says how long: a look, or a
  /// clean-up, which has 30 s.
  static let courtesy = Duration.seconds(5)

  /// Sends a request, and again as Okta does where the app answers 429.
  ///
  /// - Returns: The last try.
  func sendAsLimited(
    _ request: SCIMRequest,
    about subject: String?,
    _ patience: Patience,
    _ cause: Cause,
    deviation: Intent.Deviation? = nil
  ) async throws -> Exchange {
    var schedule = app.rateLimits
    var attempt = 1
    var repetition: Intent.Repetition?
    while true {
      let exchange = try await sender.send(
        request,
        about: subject,
        cause,
        attempt: attempt,
        repetition: repetition,
        deviation: deviation
      )
      guard let response = exchange.response, response.status == 429,
        let pause = try await pause(response, exchange, &schedule, patience, cause)
      else { return exchange }
      attempt = exchange.intent.attempt + 1
      repetition = .rateLimit(after: pause)
    }
  }

  /// Waits as long as is to be waited; gives how long that was, nil where there is no further try.
  private func pause(
    _ response: HTTPResponse,
    _ exchange: Exchange,
    _ schedule: inout RateLimitSchedule,
    _ patience: Patience,
    _ cause: Cause
  ) async throws(NotMade) -> Duration? {
    let retryAfter = RetryAfter(response)
    switch (cause.occasion, patience) {
    case (.okta, .job):
      guard let wait = schedule.wait(after: retryAfter) else { return nil }
      let pause = scaled(wait)
      // Jobs of one moment pause beside each other.
      let now = loop.now
      if !budget.admits(budget.excess(of: pause, at: now)),
        try await advance(insteadOf: pause, cause)
      {
        return pause
      }
      guard budget.overrun(by: pause, besideOthersAt: now) == nil else {
        throw .rateLimited(exchange, retryAfter, wait: wait, pause: pause, budget)
      }
      // Cut short where the run is: the next request fails by itself then.
      try? await loop.sleep(for: pause)
      return pause
    case (.cleanUp, _):
      guard let wait = courteousWait(retryAfter, attempt: exchange.intent.attempt) else {
        return nil
      }
      try? await loop.sleep(for: wait)
      return wait
    case (.okta, .page), (.look, _), (.probe, _): return nil
    }
  }

  /// Looks as `AuthorizedSender.look` does, once more where the app says that it is soon to be asked
  /// again.
  func lookAsLimited(
    _ request: SCIMRequest,
    about subject: String?,
    _ cause: Cause
  ) async -> Exchange? {
    var attempt = 1
    var repetition: Intent.Repetition?
    while true {
      let exchange = await sender.look(
        request,
        about: subject,
        cause,
        attempt: attempt,
        repetition: repetition
      )
      guard let exchange, let response = exchange.response, response.status == 429,
        let wait = courteousWait(RetryAfter(response), attempt: attempt)
      else { return exchange }
      try? await loop.sleep(for: wait)
      attempt += 1
      repetition = .rateLimit(after: wait)
    }
  }

  private func courteousWait(_ retryAfter: RetryAfter, attempt: Int) -> Duration? {
    guard attempt < RateLimitSchedule.mostAttempts, case .seconds(let wait) = retryAfter,
      wait <= Self.courtesy
    else { return nil }
    return wait
  }

  /// A wait of Okta's as this run makes it (switch `rateLimitScale`).
  private func scaled(_ wait: Duration) -> Duration {
    guard let scale = Double(profile.switches[.rateLimitScale]) else {
      preconditionFailure("the profile's reader lets no scale pass that is no number")
    }
    let seconds = Double(wait.components.seconds) * scale
    let longest = Double(RateLimitSchedule.longest.components.seconds)
    return .milliseconds(Int64((min(seconds, longest) * 1000).rounded(.up)))
  }
}

extension NotMade {
  /// - Parameters:
  ///   - wait: Okta's.
  ///   - pause: What of it this run would wait.
  fileprivate static func rateLimited(
    _ exchange: Exchange,
    _ retryAfter: RetryAfter,
    wait: Duration,
    pause: Duration,
    _ budget: WaitBudget
  ) -> NotMade {
    let shortened = wait == pause ? "" : " (by okta.rateLimitScale \(pause.inSeconds) here)"
    return NotMade(
      "the app answered \(exchange.request.method) \(exchange.request.url.path) with 429 "
        + "\(retryAfter.inWords): Okta would wait \(wait.inSeconds)\(shortened) and try again, which "
        + "is more than is left of the budget of \((budget.limit ?? pause).inSeconds): raise the "
        + "app's limit for the test, run with --jobs 1, raise --budget, or shorten the wait with "
        + "--set okta.rateLimitScale=0.01",
      .rateLimited
    )
  }
}

extension RetryAfter {
  /// `and no Retry-After`, `and Retry-After: 7`.
  package var inWords: String {
    switch self {
    case .seconds(let seconds): "and Retry-After: \(seconds.components.seconds)"
    case .date(let text), .other(let text): "and Retry-After: \(text)"
    case .missing: "and no Retry-After"
    }
  }
}
