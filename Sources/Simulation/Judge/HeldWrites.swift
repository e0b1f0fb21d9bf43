import HTTP

/// Updates of people that wait until a change of a group is done (S-20).
///
/// A single slow answer says nothing, since a busy machine makes one. So the changes of groups have to be
/// slow twice, and each time whatever was written meanwhile has to end with them, far later than what is
/// written alone.
struct HeldWrites: Sendable {
  /// To wait less is no trouble to anybody.
  ///
  /// Assumed: no Okta document names a time.
  static let notable = Duration.milliseconds(200)
  private static let mostRemembered = 256

  private struct Write: Sendable {
    var sent: Duration
    var received: Duration
    var exchange: Int

    var took: Duration { received - sent }
  }

  private var changes: [Write] = []
  private var updates: [Write] = []

  var count: Int { changes.count + updates.count }

  /// Takes an answer that came in time, and is no refusal.
  mutating func take(_ reading: Reading) {
    guard [.replace, .patch].contains(reading.intent.act) else { return }
    let write = Write(
      sent: reading.exchange.sent,
      received: reading.exchange.received,
      exchange: reading.number
    )
    switch reading.intent.resource {
    case .group: HeldWrites.add(write, to: &changes)
    case .user: HeldWrites.add(write, to: &updates)
    default: break
    }
  }

  private static func add(_ write: Write, to writes: inout [Write]) {
    writes.append(write)
    if writes.count > mostRemembered { writes.removeFirst() }
  }

  var observation: Observation? {
    let slow = changes.filter { $0.took >= HeldWrites.notable }
    let alone = updates.filter { update in
      !slow.contains { $0.sent < update.received && update.sent < $0.received }
    }
    guard slow.count >= 2, alone.count >= 2 else { return nil }
    let usual = alone.map(\.took).sorted()[alone.count / 2]
    var held: [(change: Write, updates: [Write])] = []
    for change in slow {
      let beside = updates.filter { change.sent <= $0.sent && $0.sent < change.received }
      let waited = beside.filter { update in
        // The lock may go before the answer does.
        update.received >= change.received - change.took / 10
          && update.took >= HeldWrites.notable && update.took >= usual * 10
      }
      // One that went through shows that nothing is locked, if it cannot have been there first.
      guard
        beside.allSatisfy({ update in
          update.sent < change.sent + change.took / 10
            || update.received >= change.received - change.took / 10
        })
      else { return nil }
      if !waited.isEmpty { held.append((change, waited)) }
    }
    guard held.count >= 2, let first = held.first, let update = first.updates.first else {
      return nil
    }
    let count = held.reduce(0) { $0 + $1.updates.count }
    return Observation(
      .writesWait,
      "\(count) updates of users waited until a change of a group was done (\(held.count) changes): "
        + "\(update.took.inSeconds) (exchange \(update.exchange)) beside one that took "
        + "\(first.change.took.inSeconds) (exchange \(first.change.exchange)); alone they take "
        + "\(usual.inSeconds)",
      held.flatMap { [$0.change.exchange] + $0.updates.map(\.exchange) }
    )
  }
}
