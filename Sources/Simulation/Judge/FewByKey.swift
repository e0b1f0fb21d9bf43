/// What there are few of, by their keys, in the order of first sight.
///
/// Most have one: a dictionary makes room for two, and hashes what is as soon compared.
struct FewByKey<Key: Equatable, Value> {
  private(set) var all: [(key: Key, value: Value)] = []

  var count: Int { all.count }
  var isEmpty: Bool { all.isEmpty }
  var keys: [Key] { all.map(\.key) }
  var values: [Value] { all.map(\.value) }

  /// nil for what there is none of; what is changed is changed in its place.
  subscript(key: Key) -> Value? {
    get { place(of: key).map { all[$0].value } }
    _modify {
      let place = place(of: key)
      var value = place.map { all.remove(at: $0).value }
      defer { if let value { all.insert((key, value), at: place ?? all.count) } }
      yield &value
    }
  }

  subscript(key: Key, default make: @autoclosure () -> Value) -> Value {
    get { self[key] ?? make() }
    _modify {
      let place = place(of: key) ?? all.count
      if place == all.count { all.append((key, make())) }
      yield &all[place].value
    }
  }

  /// What is new is asked for most.
  private func place(of key: Key) -> Int? { all.lastIndex { $0.key == key } }
}

extension FewByKey: Sendable where Key: Sendable, Value: Sendable {}
