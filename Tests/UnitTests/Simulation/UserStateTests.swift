import HTTP
import JSON
import TestSupport
import Testing
import World

@testable import Simulation

/// What is known of a user's attributes by answers and writes that change nothing.
@Suite struct UserStateTests {
  private static let body = #"{"id":"1","userName":"ada@x","title":"a"}"#

  private func reading(_ method: String, _ number: Int) -> Reading {
    let answer = HTTPResponse.scim(Self.body)
    var exchange =
      method == "GET"
      ? Exchange.scim(method, "/Users/1", answer)
      : Exchange.scim(method, "/Users/1", answer, sent: Self.body)
    exchange.number = number
    return Reading(exchange, life: nil, leeway: .standard)
  }

  /// Takes an answer that shows the user whole.
  private func show(_ reading: Reading, _ user: inout UserState) throws {
    let showing = user.begin(try #require(reading.exchange.document.object), by: reading)
    for (key, value) in ResourceValues.entries(of: showing.news) where !user.knows(key) {
      var state = user.fresh(reading)
      state.adopt(value, reading, isSent: false)
      user.set(key, state)
    }
    user.end(showing)
  }

  @Test func `what a write and its answer have as it was counts as written and shown`() throws {
    var user = UserState(name: "ada", AttributeShape())
    try show(reading("GET", 1), &user)
    let shown = try #require(user[.userName])
    #expect(shown.lastWrite == nil)

    let write = reading("PUT", 2)
    user.acknowledge(try #require(write.sent), write, told: nil)
    let written = try #require(user[.userName])
    #expect(written.lastWrite?.exchange == 2)
    #expect(!written.isKept)

    try show(write, &user)
    let kept = try #require(user[.userName])
    #expect(kept.isKept)
    #expect(!kept.isConfirmed)

    try show(reading("GET", 3), &user)
    #expect(user[.userName]?.isConfirmed == true)
  }
}
