import Foundation
import Testing
import World

@Suite struct EnvironmentTests {
  @Test func `a value is found by its name`() {
    let environment = Environment(["CLIENT_SECRET": "abc", "EMPTY": ""])
    #expect(environment["CLIENT_SECRET"] == "abc")
    #expect(environment["EMPTY"] == "")
    #expect(environment["client_secret"] == nil)
  }

  @Test func `the process's environment is the system's`() {
    #expect(Environment.process["PATH"] == ProcessInfo.processInfo.environment["PATH"])
    #expect(Environment.process["OKTASIM_IS_NOT_SET"] == nil)
  }
}
