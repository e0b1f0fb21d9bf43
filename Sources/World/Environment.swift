import Foundation

/// Where the values come from that a profile leaves to the environment.
package struct Environment: Sendable {
  private let look: @Sendable (String) -> String?

  package init(_ look: @escaping @Sendable (String) -> String?) {
    self.look = look
  }

  package init(_ values: [String: String]) {
    self.init { values[$0] }
  }

  /// The environment of this process.
  package static var process: Environment {
    Environment { ProcessInfo.processInfo.environment[$0] }
  }

  package subscript(name: String) -> String? { look(name) }
}
