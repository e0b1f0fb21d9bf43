/// What there are few of, by their keys, in the order of first sight.
///
/// Most have one: a dictionary makes room for two, and hashes what is as soon compared.
struct FewByKey<Key: Equatable, Value> {
  /// Each has a value, but for one that is being changed.
  private var slots: [(key: Key, value: Value?)] = []

  var count: Int { slots.count }
  var isEmpty: Bool { slots.isEmpty }
  var keys: [Key] { slots.map(\.key) }
  var values: [Value] { slots.compactMap(\.value) }
  var all: [(key: Key, value: Value)] { Array(zip(keys, values)) }

  /// nil for what there is none of; what is read or changed is not copied.
  subscript(key: Key) -> Value? {
    _read {
      if let place = place(of: key) { yield slots[place].value } else { yield nil }
    }
    _modify {
      let place = place(of: key) ?? slots.count
      if place == slots.count { slots.append((key, nil)) }
      defer { if slots[place].value == nil { slots.remove(at: place) } }
      yield &slots[place].value
    }
  }

  subscript(key: Key, default make: @autoclosure () -> Value) -> Value {
    get { self[key] ?? make() }
    _modify {
      let place = place(of: key) ?? slots.count
      if place == slots.count { slots.append((key, make())) }
      yield &slots[place].value!
    }
  }

  /// What is new is asked for most.
  private func place(of key: Key) -> Int? { slots.lastIndex { $0.key == key } }
}

extension FewByKey: Sendable where Key: Sendable, Value: Sendable {}
