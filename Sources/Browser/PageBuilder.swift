import HTTP

/// Puts tags and text together to a page.
struct PageBuilder {
  /// A control and the form that it names or stands in.
  private enum Owner {
    case index(Int)
    case id(String)
    case none
  }

  private struct Fieldset {
    var isDisabled: Bool
    var hasLegend = false
    var isInLegend = false
  }

  private enum Control {
    case field(HTMLForm.Field)
    case button(HTMLForm.Button)
  }

  /// Text that is being gathered, up to a bound.
  private struct Gathering {
    var text = ""
    let limit: Int

    mutating func add(_ more: String) {
      guard text.utf8.count < limit else { return }
      // The spaces that tags leave between words must not fill the room of the words.
      if more == " ", text.isEmpty || text.utf8.last == 0x20 { return }
      text += more
    }
  }

  private struct Message {
    var element: String
    var depth = 1
    var gathering = Gathering(limit: 300)
  }

  /// An element that is not shown, and how many of its name are open within it.
  private struct Concealment {
    var element: String
    var depth = 1
  }

  let limits: HTMLPage.Limits
  var page = HTMLPage()
  private var controls: [(control: Control, owner: Owner)] = []
  private var optionCount = 0
  private var openForm: Int?
  private var formsByID: [String: Int] = [:]
  private var fieldsets: [Fieldset] = []
  /// Disabled fieldsets around this place whose first legend it is not in.
  private var disabledDepth = 0
  private var templateDepth = 0

  private var openSelect: Int?
  private var selectIsMultiple = false
  private var optionGroupIsDisabled = false
  private var openOption: (option: HTMLForm.Option, hasValue: Bool, gathering: Gathering)?
  private var openButton: (index: Int, gathering: Gathering)?
  private var openLabel: (target: String?, controls: [Int], gathering: Gathering)?
  private var labelsByID: [String: String] = [:]
  private var openLink: (reference: String, label: String, gathering: Gathering)?
  private var openHeading: (element: String, gathering: Gathering)?
  private var openMessage: Message?
  private var concealment: Concealment?
  private var body = Gathering(limit: 600)

  init(limits: HTMLPage.Limits) {
    self.limits = limits
  }

  mutating func take(_ token: HTMLTokenizer.Token, from bytes: [UInt8]) {
    switch token {
    case .start(let tag):
      if tag.name == "template" { templateDepth += 1 }
      if templateDepth == 0 { open(tag) }
    case .end(let name):
      if name == "template" {
        templateDepth = max(0, templateDepth - 1)
      } else if templateDepth == 0 {
        close(name)
      }
    case .text(let range):
      if templateDepth == 0 { addText(bytes[range]) }
    case .raw(let element, let range):
      if templateDepth == 0 { addRawText(bytes[range], of: element) }
    }
  }

  // MARK: Tags

  private mutating func open(_ tag: HTMLTokenizer.Tag) {
    if !PageBuilder.inlineElements.contains(tag.name) { addToOpenTexts(" ") }
    followConcealment(tag)
    switch tag.name {
    case "form": openForm(tag)
    case "input": addInput(tag)
    case "button": openButton(tag)
    case "select": openSelect(tag)
    case "optgroup":
      closeOption()
      optionGroupIsDisabled = tag.has("disabled")
    case "option": openOption(tag)
    case "textarea":
      closeSelect()
      var field = HTMLForm.Field(name: tag["name"] ?? "", kind: .textArea)
      describe(&field, tag)
      add(.field(field), tag)
    case "fieldset":
      fieldsets.append(Fieldset(isDisabled: tag.has("disabled")))
      if tag.has("disabled") { disabledDepth += 1 }
    case "legend": enterLegend()
    case "label":
      closeLabel()
      openLabel = (tag["for"], [], Gathering(limit: 200))
    case "a": openLink(tag)
    case "base":
      if page.baseReference == nil { page.baseReference = tag["href"] }
    case "meta": readMeta(tag)
    case "script":
      // Data blocks are not run.
      let type = tag["type"]?.lowercased() ?? ""
      if type.isEmpty || type == "module" || type.hasSuffix("javascript") { page.hasScripts = true }
    case "body":
      if tag["onload"]?.contains("submit(") == true {
        page.hasScripts = true
        page.submitsItself = true
      }
    case "h1", "h2", "h3", "h4", "h5", "h6":
      closeHeading()
      openHeading = (tag.name, Gathering(limit: 200))
    default: break
    }
    followMessage(tag)
  }

  private mutating func close(_ name: String) {
    if !PageBuilder.inlineElements.contains(name) { addToOpenTexts(" ") }
    switch name {
    case "form":
      closeButton()
      openForm = nil
    case "button": closeButton()
    case "select": closeSelect()
    case "optgroup":
      closeOption()
      optionGroupIsDisabled = false
    case "option": closeOption()
    case "fieldset":
      if let fieldset = fieldsets.popLast(), fieldset.isDisabled, !fieldset.isInLegend {
        disabledDepth -= 1
      }
    case "legend": leaveLegend()
    case "label": closeLabel()
    case "a": closeLink()
    case "h1", "h2", "h3", "h4", "h5", "h6": closeHeading()
    default: break
    }
    if concealment?.element == name {
      concealment?.depth -= 1
      if concealment?.depth == 0 { concealment = nil }
    }
    if var message = openMessage, message.element == name {
      message.depth -= 1
      openMessage = message
      if message.depth == 0 { closeMessage() }
    }
  }

  private mutating func openForm(_ tag: HTMLTokenizer.Tag) {
    // Browsers ignore a form inside a form.
    guard openForm == nil else { return }
    guard page.forms.count < limits.forms else {
      page.exceededLimit = "more than \(limits.forms) forms"
      return
    }
    var form = HTMLForm(
      action: tag["action"],
      method: HTMLForm.Method(tag["method"]),
      encoding: PageBuilder.encoding(tag["enctype"]) ?? FormURLEncoding.mediaType
    )
    form.id = tag["id"]
    form.name = tag["name"]
    openForm = page.forms.count
    if let id = form.id, formsByID[id] == nil { formsByID[id] = page.forms.count }
    page.forms.append(form)
  }

  /// The encoding that an attribute means: anything unknown is the default.
  private static func encoding(_ text: String?) -> String? {
    guard let text else { return nil }
    let known = ["multipart/form-data", "text/plain"]
    return known.first { $0 == text.lowercased() } ?? FormURLEncoding.mediaType
  }

  private mutating func addInput(_ tag: HTMLTokenizer.Tag) {
    closeSelect()
    let type = tag["type"]?.lowercased() ?? "text"
    if let kind = HTMLForm.Button.Kind(rawValue: type) {
      var button = HTMLForm.Button(name: tag["name"] ?? "", value: tag["value"] ?? "", kind: kind)
      button.text = tag["value"] ?? tag["alt"] ?? tag["title"] ?? (kind == .submit ? "Submit" : "")
      describe(&button, tag)
      add(.button(button), tag)
      return
    }
    // "select" and "textArea" are names of ours; as types they are unknown, which means text.
    let known = HTMLForm.Field.Kind(rawValue: type).flatMap { $0 == .select ? nil : $0 }
    let kind = known ?? (type.hasPrefix("date") ? .date : .text)
    var field = HTMLForm.Field(name: tag["name"] ?? "", kind: kind, value: tag["value"] ?? "")
    if kind == .checkbox || kind == .radio {
      field.value = tag["value"] ?? "on"
      field.isChecked = tag.has("checked")
    }
    // A file cannot be given by the page.
    if kind == .file { field.value = "" }
    describe(&field, tag)
    add(.field(field), tag)
  }

  private mutating func openButton(_ tag: HTMLTokenizer.Tag) {
    closeButton()
    let kind = tag["type"].flatMap { HTMLForm.Button.Kind(rawValue: $0.lowercased()) } ?? .submit
    var button = HTMLForm.Button(
      name: tag["name"] ?? "",
      value: tag["value"] ?? "",
      kind: kind == .image ? .submit : kind
    )
    describe(&button, tag)
    button.text = tag["aria-label"] ?? tag["title"] ?? ""
    guard add(.button(button), tag) else { return }
    openButton = (controls.count - 1, Gathering(limit: 200))
  }

  private mutating func closeButton() {
    guard let (index, gathering) = openButton else { return }
    openButton = nil
    let text = gathering.text.collapsingSpace
    guard !text.isEmpty, case .button(var button) = controls[index].control else { return }
    button.text = text
    controls[index].control = .button(button)
  }

  private func describe(_ field: inout HTMLForm.Field, _ tag: HTMLTokenizer.Tag) {
    field.isReadOnly = tag.has("readonly")
    field.isDisabled = tag.has("disabled") || disabledDepth > 0
    field.isConcealed = concealment != nil || PageBuilder.isConcealed(tag)
    field.id = tag["id"]
    field.autocomplete = tag["autocomplete"]
    field.placeholder = tag["placeholder"]
    field.label = tag["aria-label"]
  }

  private func describe(_ button: inout HTMLForm.Button, _ tag: HTMLTokenizer.Tag) {
    button.isDisabled = tag.has("disabled") || disabledDepth > 0
    button.isConcealed = concealment != nil || PageBuilder.isConcealed(tag)
    button.id = tag["id"]
    button.action = tag["formaction"]
    button.method = tag["formmethod"].map { HTMLForm.Method($0) }
    button.encoding = PageBuilder.encoding(tag["formenctype"])
  }

  /// Adds a control; false where there are too many.
  @discardableResult
  private mutating func add(_ control: Control, _ tag: HTMLTokenizer.Tag) -> Bool {
    guard controls.count < limits.fields else {
      page.exceededLimit = "more than \(limits.fields) fields"
      return false
    }
    let owner = tag["form"].map { Owner.id($0) } ?? openForm.map { .index($0) } ?? .none
    openLabel?.controls.append(controls.count)
    controls.append((control, owner))
    return true
  }

  // MARK: Selects

  private mutating func openSelect(_ tag: HTMLTokenizer.Tag) {
    closeSelect()
    var field = HTMLForm.Field(name: tag["name"] ?? "", kind: .select)
    describe(&field, tag)
    guard add(.field(field), tag) else { return }
    openSelect = controls.count - 1
    selectIsMultiple = tag.has("multiple")
    optionGroupIsDisabled = false
  }

  private mutating func openOption(_ tag: HTMLTokenizer.Tag) {
    closeOption()
    guard openSelect != nil else { return }
    optionCount += 1
    guard optionCount <= limits.options else {
      page.exceededLimit = "more than \(limits.options) options"
      return
    }
    let option = HTMLForm.Option(
      value: tag["value"] ?? "",
      text: tag["label"] ?? "",
      isSelected: tag.has("selected"),
      isDisabled: tag.has("disabled") || optionGroupIsDisabled
    )
    openOption = (option, tag.has("value"), Gathering(limit: 4096))
  }

  private mutating func closeOption() {
    guard let open = openOption, let openSelect else { return }
    openOption = nil
    var option = open.option
    let text = open.gathering.text.collapsingSpace
    if !open.hasValue { option.value = text }
    if option.text.isEmpty { option.text = text }
    guard case .field(var field) = controls[openSelect].control else { return }
    // Without a copy, else a long list costs its square.
    controls[openSelect].control = .field(HTMLForm.Field(name: "", kind: .select))
    field.options.append(option)
    controls[openSelect].control = .field(field)
  }

  private mutating func closeSelect() {
    closeOption()
    guard let index = openSelect else { return }
    openSelect = nil
    guard case .field(var field) = controls[index].control else { return }
    if !selectIsMultiple {
      // Of several the last counts; without any the first that can be chosen.
      let chosen =
        field.options.lastIndex { $0.isSelected } ?? field.options.firstIndex { !$0.isDisabled }
      for option in field.options.indices { field.options[option].isSelected = option == chosen }
    }
    field.value = field.options.first { $0.isSelected }?.value ?? ""
    controls[index].control = .field(field)
  }

  // MARK: Fieldsets, labels, headings, messages

  private mutating func enterLegend() {
    guard var fieldset = fieldsets.last, !fieldset.hasLegend else { return }
    fieldset.hasLegend = true
    fieldset.isInLegend = true
    // What stands in the first legend of a disabled fieldset is not disabled.
    if fieldset.isDisabled { disabledDepth -= 1 }
    fieldsets[fieldsets.count - 1] = fieldset
  }

  private mutating func leaveLegend() {
    guard var fieldset = fieldsets.last, fieldset.isInLegend else { return }
    fieldset.isInLegend = false
    if fieldset.isDisabled { disabledDepth += 1 }
    fieldsets[fieldsets.count - 1] = fieldset
  }

  private mutating func closeLabel() {
    guard let (target, inside, gathering) = openLabel else { return }
    openLabel = nil
    let text = gathering.text.collapsingSpace
    guard !text.isEmpty else { return }
    if let target {
      if labelsByID[target] == nil { labelsByID[target] = text }
    } else if let index = inside.first, case .field(var field) = controls[index].control {
      if field.label == nil { field.label = text }
      controls[index].control = .field(field)
    }
  }

  private mutating func openLink(_ tag: HTMLTokenizer.Tag) {
    closeLink()
    guard let reference = tag["href"], concealment == nil, !PageBuilder.isConcealed(tag) else {
      return
    }
    openLink = (reference, tag["aria-label"] ?? tag["title"] ?? "", Gathering(limit: 200))
  }

  private mutating func closeLink() {
    guard let (reference, label, gathering) = openLink else { return }
    openLink = nil
    let text = gathering.text.collapsingSpace
    // Beyond that it is a list of contents.
    guard page.links.count < 200 else { return }
    page.links.append(HTMLPage.Link(text: text.isEmpty ? label : text, reference: reference))
  }

  private mutating func closeHeading() {
    guard let (_, gathering) = openHeading else { return }
    openHeading = nil
    let text = gathering.text.collapsingSpace
    if !text.isEmpty, page.headings.count < 10 { page.headings.append(text) }
  }

  private mutating func followConcealment(_ tag: HTMLTokenizer.Tag) {
    guard !PageBuilder.emptyElements.contains(tag.name) else { return }
    if let open = concealment {
      if open.element == tag.name { concealment?.depth += 1 }
    } else if PageBuilder.isConcealed(tag) {
      concealment = Concealment(element: tag.name)
    }
  }

  /// Whether a browser shows nothing of an element: the attribute `hidden`, a closed dialogue, a
  /// style of its own.
  private static func isConcealed(_ tag: HTMLTokenizer.Tag) -> Bool {
    if tag.has("hidden") || tag.name == "dialog" && !tag.has("open") { return true }
    guard let style = tag["style"]?.lowercased().filter({ $0 != " " }) else { return false }
    return style.contains("display:none") || style.contains("visibility:hidden")
  }

  private mutating func followMessage(_ tag: HTMLTokenizer.Tag) {
    if let message = openMessage {
      if message.element == tag.name, !PageBuilder.emptyElements.contains(tag.name) {
        openMessage?.depth += 1
      }
      return
    }
    guard page.messages.count < 10, !PageBuilder.emptyElements.contains(tag.name),
      tag.name != "body", tag.name != "html", tag.name != "form", !PageBuilder.isConcealed(tag)
    else { return }
    let marks = [tag["class"], tag["role"], tag["id"]].compactMap { $0?.lowercased() }
    let isMarked = marks.contains { mark in
      ["error", "alert", "danger", "invalid", "feedback", "warning"].contains { mark.contains($0) }
    }
    if isMarked { openMessage = Message(element: tag.name) }
  }

  private mutating func closeMessage() {
    guard let message = openMessage else { return }
    openMessage = nil
    let text = message.gathering.text.collapsingSpace
    if !text.isEmpty { page.messages.append(text) }
  }

  private mutating func readMeta(_ tag: HTMLTokenizer.Tag) {
    guard tag["http-equiv"]?.lowercased() == "refresh", page.refresh == nil,
      let content = tag["content"]
    else { return }
    page.refresh = HTMLPage.Refresh(content)
  }

  // MARK: Text

  /// Elements that do not part words.
  private static let inlineElements: Set<String> = [
    "a", "abbr", "b", "code", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup",
    "u",
  ]

  /// Elements that have no end tag.
  private static let emptyElements: Set<String> = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
  ]

  /// More of one text is kept nowhere; far more than is ever shown, so that no secret is cut where it
  /// could be seen.
  private static let longestText = 1 << 14

  /// Without what stands last where it is cut: spaces fall together, and what is cut in two may come
  /// to stand where it is shown.
  private static func beginning(of bytes: ArraySlice<UInt8>) -> String {
    let text = HTMLEntities.decode(bytes.prefix(longestText), within: .text)
    return bytes.count <= longestText
      ? text : String(text.collapsingSpace.dropLast(longestText / 2))
  }

  private mutating func addText(_ bytes: ArraySlice<UInt8>) {
    guard let start = bytes.firstIndex(where: { !$0.isHTMLSpace }) else {
      return addToOpenTexts(" ")
    }
    let lead = start > bytes.startIndex ? " " : ""
    addToOpenTexts(lead + PageBuilder.beginning(of: bytes[start...]))
  }

  private mutating func addToOpenTexts(_ text: String) {
    if openOption != nil {
      openOption?.gathering.add(text)
      return
    }
    openButton?.gathering.add(text)
    openLabel?.gathering.add(text)
    openHeading?.gathering.add(text)
    openLink?.gathering.add(text)
    openMessage?.gathering.add(text)
    body.add(text)
  }

  private mutating func addRawText(_ bytes: ArraySlice<UInt8>, of element: String) {
    switch element {
    case "title":
      if page.title == nil {
        let title = PageBuilder.beginning(of: bytes).collapsingSpace
        if !title.isEmpty { page.title = title }
      }
    case "textarea":
      guard let last = controls.last, case .field(var field) = last.control,
        field.kind == .textArea
      else { return }
      // The first line end belongs to the tag.
      let content = bytes.first == 0x0A ? bytes.dropFirst() : bytes
      field.value = HTMLEntities.decode(content, within: .text)
      controls[controls.count - 1].control = .field(field)
    case "script":
      if !page.submitsItself, bytes.containsSubmitCall { page.submitsItself = true }
    default: break
    }
  }

  // MARK: The end

  mutating func finish() -> HTMLPage {
    closeSelect()
    closeButton()
    closeLabel()
    closeHeading()
    closeLink()
    closeMessage()
    page.text = body.text.collapsingSpace
    for (position, entry) in controls.enumerated() {
      let form: Int? =
        switch entry.owner {
        case .index(let index): index
        case .id(let id): formsByID[id]
        case .none: nil
        }
      switch entry.control {
      case .field(var field):
        field.position = position
        if let id = field.id, let label = labelsByID[id] { field.label = label }
        if let form {
          page.forms[form].fields.append(field)
        } else {
          page.looseFields.append(field)
        }
      case .button(var button):
        button.position = position
        if let form { page.forms[form].buttons.append(button) }
      }
    }
    for form in page.forms.indices { keepLastChecked(&page.forms[form]) }
    return page
  }

  /// Of a group of radio buttons at most one is checked, the last that says so.
  private func keepLastChecked(_ form: inout HTMLForm) {
    var seen: Set<String> = []
    for index in form.fields.indices.reversed()
    where form.fields[index].kind == .radio && form.fields[index].isChecked {
      if !seen.insert(form.fields[index].name).inserted { form.fields[index].isChecked = false }
    }
  }
}

extension HTMLPage.Refresh {
  /// Reads `5; url=/next`, from a meta element or a Refresh field.
  init?(_ content: String) {
    let parts = content.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    let delay = parts.first.flatMap { Double($0.filter { !$0.isWhitespace }) }
    guard let delay, delay >= 0, delay.isFinite else { return nil }
    var reference = parts.count > 1 ? parts[1].drop { $0.isWhitespace } : ""
    if reference.lowercased().hasPrefix("url") {
      let rest = reference.dropFirst(3).drop { $0.isWhitespace }
      if rest.first == "=" { reference = rest.dropFirst().drop { $0.isWhitespace } }
    }
    if let quote = reference.first, quote == "\"" || quote == "'" {
      reference = reference.dropFirst().prefix { $0 != quote }
    }
    while let last = reference.last, last.isWhitespace { reference.removeLast() }
    self.init(delaySeconds: delay, reference: String(reference))
  }
}

extension ArraySlice<UInt8> {
  /// Whether a script seems to send a form.
  fileprivate var containsSubmitCall: Bool {
    let wanted = Array(".submit(".utf8)
    guard count >= wanted.count else { return false }
    for start in startIndex...(endIndex - wanted.count)
    where self[start] == wanted[0] && self[start..<start + wanted.count].elementsEqual(wanted) {
      return true
    }
    return false
  }
}
