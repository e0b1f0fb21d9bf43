/// `multipart/form-data` as browsers send it (RFC 7578), for fields that are texts.
package enum MultipartForm {
  package static let mediaType = "multipart/form-data"

  /// - Parameter boundary: What no value has in it.
  package static func encode(_ fields: [FormField], boundary: String) -> [UInt8] {
    var body = ""
    for field in fields {
      body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(escaped(field.name))\""
      body += "\r\n\r\n\(field.value)\r\n"
    }
    return Array((body + "--\(boundary)--\r\n").utf8)
  }

  /// HTML section 4.10.21.8: what would end the name is percent-encoded.
  private static func escaped(_ name: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      switch scalar {
      case "\"": escaped.append(contentsOf: "%22".unicodeScalars)
      case "\r": escaped.append(contentsOf: "%0D".unicodeScalars)
      case "\n": escaped.append(contentsOf: "%0A".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }

  /// A boundary that stands in no value: the dashes and a number that is tried.
  package static func boundary(for fields: [FormField]) -> String {
    var number = 0
    while true {
      let boundary = "----oktasim-form-\(number)"
      if !fields.contains(where: { $0.value.contains(boundary) }) { return boundary }
      number += 1
    }
  }

  /// The fields of what `encode` has written; nil where it is something else.
  package static func decode(_ body: [UInt8], contentType: String) -> [FormField]? {
    guard MediaType(contentType).essence == mediaType,
      let start = contentType.firstRange(of: "boundary=")?.upperBound
    else { return nil }
    let boundary = contentType[start...].prefix { $0 != ";" }
    let text = String(decoding: body, as: UTF8.self)
    var fields: [FormField] = []
    for part in text.split(separator: "--\(boundary)\r\n") {
      guard let start = part.firstRange(of: "name=\""),
        let end = part[start.upperBound...].firstIndex(of: "\""),
        let head = part.firstRange(of: "\r\n\r\n")
      else { continue }
      var value = part[head.upperBound...]
      if let last = value.firstRange(of: "\r\n--\(boundary)--") {
        value = value[..<last.lowerBound]
      } else if value.hasSuffix("\r\n") {
        value = value.dropLast()
      }
      fields.append(FormField(String(part[start.upperBound..<end]), String(value)))
    }
    return fields
  }
}
