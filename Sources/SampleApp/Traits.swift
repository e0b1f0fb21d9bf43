import HTTP

/// How the sample app is built, where that shows under load only: none of it is wrong, and each has its price.
package struct SampleAppTraits: Sendable, Equatable {
  /// Requests to the SCIM API in a second, beyond which it answers 429.
  package var rateLimit: Int?
  /// What a refresh takes more than other requests.
  package var slowRefresh: Duration?
  /// What a page takes for each user before it.
  package var linearPaging: Duration?
  /// How long each request holds the one lock that there is.
  package var globalLock: Duration?
  /// Whether refreshes that have to wait make each other slow: what was too much once stays too much.
  package var isMetastable = false

  package init() {}

  package enum Problem: Error, Equatable {
    case unknown(String)
    case value(String)
  }

  package static let names = [
    "rate-limit", "slow-refresh", "linear-paging", "global-lock", "metastable",
  ]

  /// `rate-limit=50/s,slow-refresh=200ms,linear-paging,global-lock,metastable`.
  ///
  /// - Parameter duration: Reads `200ms`.
  package init(_ text: String, duration: (String) -> Duration?) throws(Problem) {
    for part in text.split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      let value = sides.count > 1 ? sides[1] : nil
      func time(_ standard: Duration) throws(Problem) -> Duration {
        guard let value else { return standard }
        guard let time = duration(value), time > .zero else { throw .value(String(part)) }
        return time
      }
      switch sides.first {
      case "rate-limit":
        let count = (value ?? "50/s").split(separator: "/", omittingEmptySubsequences: false)
        guard count.count == 2, count[1] == "s", let limit = Int(count[0]), limit > 0 else {
          throw .value(String(part))
        }
        rateLimit = limit
      case "slow-refresh": slowRefresh = try time(.milliseconds(200))
      case "linear-paging": linearPaging = try time(.microseconds(20))
      case "global-lock": globalLock = try time(.milliseconds(10))
      case "metastable" where value == nil: isMetastable = true
      default: throw .unknown(sides.first ?? String(part))
      }
    }
  }

  /// Whether what one org does changes what another meets.
  package var areShared: Bool { rateLimit != nil || globalLock != nil || isMetastable }
}

/// What the traits remember.
struct TraitState: Sendable {
  fileprivate var second: Int64 = -1
  fileprivate var inSecond = 0
  fileprivate var lockFree = Duration.zero
  fileprivate var refreshFree = Duration.zero
  fileprivate var isThrashing = false
}

extension SampleAppTraits {
  private static let refreshWork = Duration.milliseconds(20)
  /// What waits longer than this makes each refresh take `thrashingWork`.
  private static let mostWait = Duration.seconds(1)
  private static let thrashingWork = Duration.seconds(3)

  /// 429 where a request is one too many for its second (RFC 6585 section 4).
  func refusal(_ request: HTTPRequest, _ state: inout TraitState, at now: Duration) -> HTTPResponse?
  {
    guard let rateLimit, request.isOfSCIM else { return nil }
    if state.second != now.components.seconds {
      state.second = now.components.seconds
      state.inSecond = 0
    }
    state.inSecond += 1
    guard state.inSecond > rateLimit else { return nil }
    var answer = SCIMRefusal(429, "more than \(rateLimit) requests in a second").answer
    answer.fields.append("Retry-After", "1")
    return answer
  }

  /// How late the answer to a request is.
  func delay(_ request: HTTPRequest, _ state: inout TraitState, at now: Duration) -> Duration {
    var delay = Duration.zero
    if let linearPaging, request.method == "GET", request.isOfSCIM,
      let start = request.url.queryFields["startIndex"].flatMap({ Int($0) })
    {
      delay += linearPaging * max(0, start - 1)
    }
    if request.isRefresh {
      delay += slowRefresh ?? .zero
      if isMetastable {
        if state.refreshFree <= now { state.isThrashing = false }
        if state.refreshFree - now > SampleAppTraits.mostWait { state.isThrashing = true }
        state.refreshFree =
          max(now, state.refreshFree)
          + (state.isThrashing ? SampleAppTraits.thrashingWork : SampleAppTraits.refreshWork)
        delay = max(delay, state.refreshFree - now)
      }
    }
    if let globalLock {
      state.lockFree = max(now, state.lockFree) + globalLock
      delay = max(delay, state.lockFree - now)
    }
    return delay
  }
}

extension HTTPRequest {
  fileprivate var isOfSCIM: Bool { url.path.hasPrefix("/scim/") }

  fileprivate var isRefresh: Bool {
    url.path == "/oauth/token"
      && String(decoding: body, as: UTF8.self).contains("grant_type=refresh_token")
  }
}
