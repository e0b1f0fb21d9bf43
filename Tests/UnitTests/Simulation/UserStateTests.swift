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
    for (key, value) in showing.news where !user.knows(key) {
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

  /// Each exchange taken by itself, by a state that nothing else is done to.
  private func take(_ reading: Reading, isWrite: Bool, isShown: Bool, _ state: inout AttributeState)
  {
    if isWrite { state.take([.acknowledged(by: reading)]) }
    if isShown { state.take([.shown(by: reading)]) }
  }

  @Test(arguments: 1...50)
  func `what stays as it was is known as if each exchange had been taken by itself`(
    seed: UInt64
  ) throws {
    var random = SeededRandom(seed: seed)
    var user = UserState(name: "ada", AttributeShape())
    try show(reading("GET", 1), &user)
    var apart = try #require(user[.userName])
    for number in 2...60 {
      let isWrite = Bool.random(using: &random)
      let isShown = !isWrite || Bool.random(using: &random)
      let reading = reading(isWrite ? "PUT" : "GET", number)
      if isWrite { user.acknowledge(try #require(reading.sent), reading, told: nil) }
      if isShown, isWrite || !user.takesAsShown(reading) { try show(reading, &user) }
      take(reading, isWrite: isWrite, isShown: isShown, &apart)
      // Looked at now and then: a state takes what others have taken before.
      if Int.random(in: 0..<5, using: &random) == 0 {
        user.giveBack(user.take(at: 1), at: 1)
        let state = try #require(user[.userName])
        #expect("\(state)" == "\(apart)", "after exchange \(number)")
      }
    }
    #expect("\(try #require(user[.userName]))" == "\(apart)")
  }
}
