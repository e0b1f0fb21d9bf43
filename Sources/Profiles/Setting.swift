import JSON

/// One `--set PATH=VALUE` of the command line: a value of the profile, replaced by its path.
package struct Setting: Sendable, Equatable {
  /// The keys from the root: `scim.baseURL`; in a list, the place counted from 0.
  package let path: String
  /// What stands behind the equals sign, as it was written.
  package let text: String
  /// The text as JSON where it is a number, a boolean, an object or an array, else as a string.
  package let value: JSONValue

  /// - Parameter argument: `PATH=VALUE`; nil where it has not this form.
  package init?(argument: String) {
    guard let equals = argument.firstIndex(of: "=") else { return nil }
    path = String(argument[..<equals])
    text = String(argument[argument.index(after: equals)...])
    let steps = path.split(separator: ".", omittingEmptySubsequences: false)
    // No profile is that deep; the bound keeps the walk down the tree shallow.
    guard steps.count <= 32, !steps.contains(where: \.isEmpty) else { return nil }
    switch try? JSONReader.read(Array(text.utf8), duplicateKeys: .refuse) {
    case .some(.number(let number)): value = .number(number)
    case .some(.boolean(let boolean)): value = .boolean(boolean)
    case .some(.object(let object)): value = .object(object)
    case .some(.array(let array)): value = .array(array)
    default: value = .string(text)
    }
  }

  package static func family(_ family: AppFamily) -> Setting {
    formed("family=\(family.rawValue)")
  }

  package static func version(_ version: SCIMSettings.Version) -> Setting {
    formed("scim.version=\(version.rawValue)")
  }

  private static func formed(_ argument: String) -> Setting {
    guard let setting = Setting(argument: argument) else {
      preconditionFailure("it has the form of a setting")
    }
    return setting
  }

  /// How a message names it.
  ///
  /// Without the value, which may be a secret that should not have stood there.
  var name: String { "--set \(path)" }
  var steps: [String] { path.split(separator: ".").map(String.init) }
}

extension Setting {
  /// Lays the setting's value over `root` and says where it now stands.
  func apply(to root: inout JSONValue) throws(SourceError) -> JSONPointer {
    var pointer = JSONPointer.root
    root = try replaced(root, below: steps[...], pointer: &pointer)
    return pointer
  }

  private func replaced(
    _ old: JSONValue?,
    below steps: ArraySlice<String>,
    pointer: inout JSONPointer
  ) throws(SourceError) -> JSONValue {
    guard let step = steps.first else { return value }
    switch old ?? .object(JSONObject()) {
    case .object(var object):
      pointer = pointer.appending(step)
      object[step] = try replaced(object[step], below: steps.dropFirst(), pointer: &pointer)
      return .object(object)
    case .array(var array):
      guard let index = Int(step), index >= 0, index <= array.count else {
        throw SourceError(
          problem: "'\(step)' is no place in the list '\(parent(of: steps))'",
          file: name,
          help: "places are counted from 0; \(array.count) adds one"
        )
      }
      pointer = pointer.appending(index)
      let present = index < array.count ? array[index] : nil
      let new = try replaced(present, below: steps.dropFirst(), pointer: &pointer)
      if index < array.count { array[index] = new } else { array.append(new) }
      return .array(array)
    case let leaf:
      throw SourceError(
        problem: "'\(parent(of: steps))' is \(leaf.kindInWords), so there is no '\(step)' in it",
        file: name
      )
    }
  }

  private func parent(of steps: ArraySlice<String>) -> String {
    self.steps.prefix(steps.startIndex).joined(separator: ".")
  }
}
