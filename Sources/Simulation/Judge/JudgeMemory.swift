import HTTP
import JSON

/// How much the judge holds: what grows with users and tokens, counted by its parts.
///
/// Not what the allocator gives out, but what would show a judge that keeps exchanges.
extension Judge {
  var bytes: Int { grants.bytes + directory.bytes + lists.bytes + pace.bytes + observations.bytes }
}

extension GrantModel {
  var bytes: Int {
    let uses = heldTokens * (MemoryLayout<AccessUse>.stride + 128)
    let states = grants.values.reduce(0) { sum, grant in
      sum + MemoryLayout<GrantState>.stride
        + grant.refreshTokens.values.reduce(0) { $0 + $1.spends.count * MemoryLayout<Spend>.stride }
    }
    return uses + states + heldDigests * MemoryLayout<UInt64>.stride
      + heldRefusals * (MemoryLayout<RefreshRefusal>.stride + MemoryLayout<EarlyRefusal>.stride)
  }
}

extension DirectoryModel {
  var bytes: Int {
    heldUsers.reduce(0) { sum, user in
      sum + MemoryLayout<UserState>.stride
        + user.keysInOrder.reduce(0) { $0 + (user[$1]?.bytes ?? 0) }
    }
  }
}

extension AttributeState {
  fileprivate var bytes: Int {
    func size(_ value: JSONValue?) -> Int {
      MemoryLayout<Version>.stride + (value?.textForMemory ?? 0)
    }
    return MemoryLayout<AttributeState>.stride + possible.reduce(0) { $0 + size($1.value) }
      + past.reduce(0) { $0 + size($1.version.value) }
      + refused.reduce(0) { $0 + size($1.version.value) }
  }
}

extension JSONValue {
  fileprivate var textForMemory: Int { string?.utf8.count ?? 16 }
}

extension Observations {
  var bytes: Int {
    all.reduce(0) { sum, observation in
      sum + MemoryLayout<Observation>.stride + observation.message.utf8.count
        + observation.exchanges.count * MemoryLayout<Int>.stride
    }
  }
}
