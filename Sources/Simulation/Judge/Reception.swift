/// How a write was received.
enum Reception: Sendable {
  case acknowledged
  case refused
  /// The app may have done it or not.
  case unclear
  /// It never got there.
  case unsent

  init(_ reading: Reading) {
    if let failure = reading.exchange.failure {
      self = failure.isUnreached ? .unsent : .unclear
      return
    }
    switch reading.status {
    // Prose in a 200 to a dead token may be a refusal.
    case (200..<300)?: self = reading.isDead && !reading.isServed ? .unclear : .acknowledged
    case 408?, (500...)?: self = reading.isSound ? .unclear : .unsent
    case (300..<500)?: self = .refused
    default: self = .unclear
    }
  }
}
