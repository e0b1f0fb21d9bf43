/// The way to one place in a JSON document (RFC 6901), as keys and indexes.
package struct JSONPointer: Sendable, Hashable {
  package enum Step: Sendable, Hashable {
    case key(String)
    case index(Int)
  }

  package var steps: [Step]

  package init(_ steps: [Step] = []) {
    self.steps = steps
  }

  package static let root = JSONPointer()

  package func appending(_ key: String) -> JSONPointer { JSONPointer(steps + [.key(key)]) }
  package func appending(_ index: Int) -> JSONPointer { JSONPointer(steps + [.index(index)]) }
}

extension JSONPointer: CustomStringConvertible {
  /// The pointer as RFC 6901 section 3 writes it.
  package var description: String {
    var text = ""
    for step in steps {
      text += "/"
      switch step {
      case .key(let key):
        for scalar in key.unicodeScalars {
          switch scalar {
          case "~": text += "~0"
          case "/": text += "~1"
          default: text.unicodeScalars.append(scalar)
          }
        }
      case .index(let index): text += String(index)
      }
    }
    return text
  }
}

extension JSONValue {
  package subscript(pointer: JSONPointer) -> JSONValue? {
    var value = self
    for step in pointer.steps {
      switch (step, value) {
      case (.key(let key), .object(let object)):
        guard let next = object[key] else { return nil }
        value = next
      case (.index(let index), .array(let array)):
        guard array.indices.contains(index) else { return nil }
        value = array[index]
      default:
        return nil
      }
    }
    return value
  }
}
