/// How long after its end an access token is taken to be dead at the app, too.
package enum Leeway: Sendable {
  /// The larger of 1 s and 10 % of the lifetime.
  case standard
  case fixed(Duration)

  package func duration(for lifetime: Duration) -> Duration {
    switch self {
    case .standard: max(.seconds(1), lifetime / 10)
    case .fixed(let duration): duration
    }
  }
}
