/// What came of a look at the app.
package enum Look: Sendable {
  /// The number of its exchange.
  case made(Int)
  /// It was left out, for a reason that says nothing about the app.
  case notMade(because: String)
  /// There is nothing to look at, and that is the app's doing.
  case impossible(because: String)
}
