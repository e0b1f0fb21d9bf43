import HTTP

/// What a person needs of a page to get through it: its forms, and what it says.
package struct HTMLPage: Sendable, Equatable {
  package struct Limits: Sendable, Equatable {
    package var pageBytes = 2 << 20
    package var forms = 100
    /// Fields and buttons.
    package var fields = 1000
    package var options = 10_000
    package var attributeBytes = 64 << 10

    package init() {}
  }

  /// An instruction to go on by itself.
  package struct Refresh: Sendable, Equatable {
    package var delaySeconds: Double
    /// Empty for the page itself.
    package var reference: String

    package init(delaySeconds: Double, reference: String) {
      self.delaySeconds = delaySeconds
      self.reference = reference
    }
  }

  /// A reference that a person can follow.
  package struct Link: Sendable, Equatable {
    package var text: String
    package var reference: String
  }

  package var title: String?
  /// Those that are shown, in order, at most 200.
  package var links: [Link] = []
  package var forms: [HTMLForm] = []
  /// Fields that belong to no form: only a script can send them.
  package var looseFields: [HTMLForm.Field] = []
  package var baseReference: String?
  package var refresh: Refresh?
  /// Headings in order, at most 10.
  package var headings: [String] = []
  /// What elements that are marked as errors or alerts say, in order, at most 10.
  package var messages: [String] = []
  /// How the visible text begins.
  package var text = ""
  package var hasScripts = false
  /// Whether a script or the body's `onload` sends a form.
  package var submitsItself = false
  /// What was larger than is read; the rest of the page is unread then.
  package var exceededLimit: String?

  /// Whether nothing can be done with the page but run its scripts.
  package var needsJavaScript: Bool { hasScripts && forms.isEmpty }

  package init() {}

  /// Reads a page; any bytes give one.
  ///
  /// - Parameter contentType: The Content-Type field; its charset counts before the page's own.
  package static func read(
    _ body: [UInt8],
    contentType: String? = nil,
    limits: Limits = Limits()
  ) -> HTMLPage {
    let isTooLong = body.count > limits.pageBytes
    let read = isTooLong ? Array(body[..<limits.pageBytes]) : body
    var tokenizer = HTMLTokenizer(
      PageText.decode(read, contentType: contentType),
      attributeLimit: limits.attributeBytes
    )
    var builder = PageBuilder(limits: limits)
    while let token = tokenizer.next() {
      builder.take(token, from: tokenizer.bytes)
      if builder.page.exceededLimit != nil { break }
    }
    var page = builder.finish()
    if isTooLong {
      page.exceededLimit = "a page of more than \(limits.pageBytes) bytes"
    } else if tokenizer.hasLongAttribute {
      page.exceededLimit = "an attribute of more than \(limits.attributeBytes) bytes"
    }
    return page
  }
}

/// A form as it stands in a page.
package struct HTMLForm: Sendable, Equatable {
  package enum Method: String, Sendable {
    case get
    case post
    /// Closes a dialogue; nothing is sent.
    case dialog

    init(_ text: String?) {
      self = text.flatMap { Method(rawValue: $0.lowercased()) } ?? .get
    }
  }

  package struct Option: Sendable, Equatable {
    package var value: String
    package var text: String
    package var isSelected: Bool
    package var isDisabled: Bool
  }

  package struct Field: Sendable, Equatable {
    package enum Kind: String, Sendable {
      case text, email, password, search, tel, url, number, date, hidden, checkbox, radio, file
      case select, textArea
    }

    package var name: String
    package var kind: Kind
    /// For a checkbox or radio button what is sent if it is checked.
    package var value: String
    package var isChecked = false
    package var isDisabled = false
    package var isReadOnly = false
    package var options: [Option] = []
    package var id: String?
    package var autocomplete: String?
    package var placeholder: String?
    package var label: String?
    /// Whether a person sees it only after a script has shown it.
    package var isConcealed = false
    /// Its place among the fields and buttons of the page.
    package var position = 0

    package init(name: String, kind: Kind, value: String = "") {
      self.name = name
      self.kind = kind
      self.value = value
    }

    /// Whether a person can see it and type or choose.
    package var isOpen: Bool { kind != .hidden && !isDisabled && !isReadOnly }

    /// Whether text is typed into it that everyone may see.
    package var isTextual: Bool {
      switch kind {
      case .text, .email, .tel, .url, .number, .textArea, .search: true
      default: false
      }
    }
  }

  package struct Button: Sendable, Equatable {
    package enum Kind: String, Sendable {
      case submit
      case image
      /// Does nothing without a script.
      case button
      case reset
    }

    package var name: String
    package var value: String
    package var kind: Kind
    /// What a person reads on it.
    package var text: String
    package var id: String?
    package var isDisabled = false
    /// Whether a person sees it only after a script has shown it.
    package var isConcealed = false
    package var action: String?
    package var method: Method?
    package var encoding: String?
    package var position = 0

    package init(name: String, value: String = "", kind: Kind = .submit, text: String = "") {
      self.name = name
      self.value = value
      self.kind = kind
      self.text = text
    }

    package var sendsForm: Bool { (kind == .submit || kind == .image) && !isDisabled }
  }

  /// The reference as written; nil or empty for the page itself.
  package var action: String?
  package var method: Method
  /// The media type of what is sent, in lower case.
  package var encoding: String
  package var id: String?
  package var name: String?
  package var fields: [Field] = []
  package var buttons: [Button] = []

  package init(action: String?, method: Method, encoding: String = FormURLEncoding.mediaType) {
    self.action = action
    self.method = method
    self.encoding = encoding
  }

  /// What is sent, in the order of the page (WHATWG HTML, "constructing the entry list").
  ///
  /// - Parameter button: The button that is pressed; its name and value go along.
  package func entries(pressing button: Button?) -> [FormField] {
    var placed: [(position: Int, entries: [FormField])] = []
    for field in fields where !field.isDisabled && !field.name.isEmpty {
      placed.append((field.position, entries(of: field)))
    }
    if let button { placed.append((button.position, entries(of: button))) }
    placed.sort { $0.position < $1.position }
    return placed.flatMap(\.entries).map {
      FormField(HTMLForm.wireLines($0.name), HTMLForm.wireLines($0.value))
    }
  }

  private func entries(of field: Field) -> [FormField] {
    switch field.kind {
    case .checkbox, .radio:
      field.isChecked ? [FormField(field.name, field.value)] : []
    case .select:
      field.options.filter { $0.isSelected && !$0.isDisabled }
        .map { FormField(field.name, $0.value) }
    case .hidden where field.name == "_charset_":
      [FormField(field.name, "UTF-8")]
    default:
      [FormField(field.name, field.value)]
    }
  }

  private func entries(of button: Button) -> [FormField] {
    if button.kind == .image {
      let prefix = button.name.isEmpty ? "" : button.name + "."
      return [FormField(prefix + "x", "0"), FormField(prefix + "y", "0")]
    }
    return button.name.isEmpty ? [] : [FormField(button.name, button.value)]
  }

  /// Line ends as forms send them.
  private static func wireLines(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return text }
    var lines: [UInt8] = []
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte == 0x0A, previous == 0x0D {
        previous = byte
        continue
      }
      lines += byte == 0x0A || byte == 0x0D ? [0x0D, 0x0A] : [byte]
      previous = byte
    }
    return String(decoding: lines, as: UTF8.self)
  }
}
