import JSON
import Profiles

/// What `body` gives; its first mistake where it has some.
package func firstMistake<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let mistakes as Mistakes {
    guard let first = mistakes.all.first else { throw mistakes }
    throw first
  }
}
