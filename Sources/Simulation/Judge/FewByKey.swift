/// What there are few of, by their keys, in the order of first sight.
///
/// Most have one: a dictionary makes room for two, and hashes what is as soon compared.
struct FewByKey<Key: Equatable, Value> {
  private(set) var all: [(key: Key, value: Value)] = []

  var count: Int { all.count }
  var isEmpty: Bool { all.isEmpty }
  var keys: [Key] { all.map(\.key) }
  var values: [Value] { all.map(\.value) }

  /// nil for what there is none of.
  subscript(key: Key) -> Value? {
    get { place(of: key).map { all[$0].value } }
    set {
      switch (place(of: key), newValue) {
      case (let place?, let value?): all[place].value = value
      case (let place?, nil): all.remove(at: place)
      case (nil, let value?): all.append((key, value))
      case (nil, nil): break
      }
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

  /// Reads a value, if there is one, without a copy of it.
  func read<Result>(_ key: Key, _ body: (borrowing Value) -> Result?) -> Result? {
    place(of: key).flatMap { body(all[$0].value) }
  }

  /// Changes a value, if there is one, in its place.
  mutating func change(_ key: Key, _ body: (inout Value) -> Void) {
    if let place = place(of: key) { body(&all[place].value) }
  }

  /// What is new is asked for most.
  private func place(of key: Key) -> Int? { all.lastIndex { $0.key == key } }
}

extension FewByKey: Sendable where Key: Sendable, Value: Sendable {}
