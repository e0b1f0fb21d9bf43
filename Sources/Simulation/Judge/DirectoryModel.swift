import HTTP
import JSON
import SCIM
import World

/// What the app may hold for each user, and every answer held against it.
///
/// The simulator is the only writer in its namespace. After an acknowledged write there is one state,
/// after a lost or unclear answer there are two, after a refused one it is what was before. An answer
/// that fits none of them contradicts: the finding names the exchange that was acknowledged and the
/// one that shows otherwise.
struct DirectoryModel: Sendable {
  /// Whether a person chose the namespace: the app may know its users from an earlier run.
  let isNamespaceGiven: Bool

  /// In the order of first sight, so that nothing depends on hashing.
  private var users: [UserState] = []
  private let noAttributes: AttributeShape
  private let nobody: UserState
  /// Of the users, by their places.
  private var names: [String] = []
  private var places: [String: Int] = [:]
  /// The place of the user whose id it is.
  private var holders: [String: Int] = [:]
  private var refusedReplaces: [RefusedReplace] = []
  private var acceptedReplaces = 0
  private var ambiguous: [Ambiguous] = []
  private var suspensions = Suspensions()

  /// The scenario's name of the user with that id.
  func name(ofUser id: String) -> String? { holders[id].map { names[$0] } }

  /// Whom an org had made, and left active, before a list was read, and whom it does not have.
  func missing(
    from list: Walk,
    org: String,
    type: Intent.ResourceType
  ) -> [(name: String, exchange: Int)] {
    guard type == .user, let first = list.exchanges.first else { return [] }
    return users.compactMap { user in
      guard user.existence.isPresent, user.org == org, let id = user.id,
        user.isTakenForActive, user.goneAs == nil, let madeBy = user.createdBy, madeBy < first,
        let madeAt = user.madeAt, madeAt <= list.sent, (user.lastWrite?.exchange ?? 0) < first,
        !list.contains(id)
      else { return nil }
      return (user.name, madeBy)
    }
  }

  var heldUsers: [UserState] { users }

  init(isNamespaceGiven: Bool, _ noAttributes: AttributeShape = AttributeShape()) {
    self.isNamespaceGiven = isNamespaceGiven
    self.noAttributes = noAttributes
    nobody = UserState(name: "", noAttributes)
  }

  /// A PUT that was refused; why shows when the run is over.
  private struct RefusedReplace: Sendable {
    var exchange: Int
    var status: Int
    var detail: String
    var saying: String
    var subject: String
    /// The members that the app itself had shown and a client may not change.
    var echoed: [String]
    var isUserNameUnchanged: Bool
    /// It set to inactive whoever was inactive.
    var isOfInactive: Bool
  }

  /// An answer that shows what had been refused, and what had been before an acknowledged write as
  /// well: either may be why.
  private struct Ambiguous: Sendable {
    var ifDone: Observation
    var ifIgnored: Observation
  }

  // MARK: Taking exchanges

  mutating func take(_ reading: Reading, _ observations: inout Observations) {
    if reading.intent.act == .page { return list(reading, &observations) }
    guard reading.intent.resource == .user, let named = reading.intent.subject else { return }
    if reading.intent.deviation == .staleID { return stale(reading, named, &observations) }
    let judge: (inout DirectoryModel, Reading, inout UserState, inout Observations) -> Void
    switch reading.intent.act {
    case .find: judge = { $0.find($1, &$2, &$3) }
    case .create: judge = { $0.create($1, &$2, &$3) }
    case .read: judge = { $0.read($1, &$2, &$3) }
    case .replace: judge = { $0.replace($1, &$2, &$3) }
    case .patch: judge = { $0.patch($1, &$2, &$3) }
    case .page, .delete, .openPage, .discover, .exchangeCode, .requestToken, .refresh, .revoke,
      .hook:
      return
    }
    // Two of the scenario's people may be linked to one user of the app: it is one state.
    let place =
      reading.intent.id.flatMap { holders[$0] } ?? places[named]
      ?? add(UserState(name: named, noAttributes))
    // Not in the table meanwhile, so that it is not copied.
    var user = nobody
    swap(&user, &users[place])
    judge(&self, reading, &user, &observations)
    swap(&user, &users[place])
  }

  private mutating func add(_ user: UserState) -> Int {
    users.append(user)
    names.append(user.name)
    places[user.name] = users.count - 1
    return users.count - 1
  }

  /// A user whom the app has lost: 404 with a SCIM error is right (RFC 7644 section 3.12).
  private func stale(_ reading: Reading, _ subject: String, _ observations: inout Observations) {
    guard let status = reading.status, !reading.isDead, reading.isSound, reading.intent.id != nil,
      ![401, 404, 410, 429].contains(status)
    else { return }
    observations.add(
      Observation(
        .staleUser,
        "the app answered \(reading.request), of a user whom it does not have, with HTTP \(status)"
          + reading.saying,
        [reading.number],
        level: (400..<500).contains(status) && Internals.line(in: reading.words) == nil
          ? .should : .must,
        about: subject
      )
    )
  }

  /// A page of all users may list one whom the app had refused to make.
  private mutating func list(_ reading: Reading, _ observations: inout Observations) {
    guard case .success(let page) = reading.list, !isNamespaceGiven else { return }
    for place in users.indices where users[place].existence.isAbsent {
      guard let made = users[place].refusedCreate, let id = made.externalID,
        page.resources.contains(where: { $0.object?[ignoringCase: "externalId"] == id })
      else { continue }
      observations.add(doneAndListed(made, reading, names[place]))
      users[place].existence = .present(by: reading.number)
      users[place].refusedCreate = nil
    }
  }

  // MARK: Look-ups

  private mutating func find(
    _ reading: Reading,
    _ user: inout UserState,
    _ observations: inout Observations
  ) {
    user.miss = nil
    guard let filter = reading.intent.query?.filter, !reading.isDead || reading.isServed else {
      return
    }
    let isNobody = reading.status == 404
    if isNobody, !reading.isDead, reading.isSound {
      observations.add(
        Observation(
          .nobody404,
          "the app answers a look-up that matches nobody with 404",
          [reading.number],
          about: user.name
        )
      )
    }
    guard isNobody || reading.list != nil else { return }
    var list: [JSONValue] = []
    if case .success(let answer) = reading.list { list = answer.resources }
    if case .failure = reading.list { return }
    let path = SCIMPath(filter.attribute)
    let matches = list.filter { resource in
      path.flatMap { resource[$0] }?.textForComparison.lowercased() == filter.value.lowercased()
    }
    strangers(reading, filter, list, matches, &observations)
    madeAllTheSame(reading, list, matches, user, &observations)
    guard let match = matches.first?.object else {
      if list.isEmpty || !matches.isEmpty { missed(reading, filter, &user, &observations) }
      return
    }
    let id = match[ignoringCase: "id"]?.textForComparison
    guard user.id == nil || user.id == id, user.existence.isPresent || isNotAnothers(match, user)
    else { return }
    user.existence = .present(by: reading.number)
    if user.isActive == true { user.wasFoundActive = true }
    if let id {
      user.id = id
      if holders[id] == nil { holders[id] = places[user.name] }
    }
    show(match, by: reading, &user, isPartial: true, &observations)
  }

  /// Okta's own id of the person tells of whom it is not.
  private func isNotAnothers(_ match: JSONObject, _ user: UserState) -> Bool {
    guard let sent = user.externalID, let found = match[ignoringCase: "externalId"] else {
      return true
    }
    return sent == found
  }

  /// Whom the app had refused to make is listed: by Okta's own id, which no other run gives.
  private func madeAllTheSame(
    _ reading: Reading,
    _ list: [JSONValue],
    _ matches: [JSONValue],
    _ user: UserState,
    _ observations: inout Observations
  ) {
    guard user.existence.isAbsent, let made = user.refusedCreate, !isNamespaceGiven,
      list.contains(where: { resource in
        made.externalID != nil && resource.object?[ignoringCase: "externalId"] == made.externalID
      })
        // An app without externalId: nobody of that name was found before the create.
        || made.wasMissed
          && matches.contains(where: { $0.object?[ignoringCase: "externalId"] == nil })
    else { return }
    observations.add(doneAndListed(made, reading, user.name))
  }

  private func doneAndListed(
    _ made: UserState.RefusedCreate,
    _ reading: Reading,
    _ subject: String
  ) -> Observation {
    done(
      made.exchange,
      made.status,
      request: "POST",
      "in exchange \(reading.number) the user is listed",
      reading,
      subject
    )
  }

  private func strangers(
    _ reading: Reading,
    _ filter: Intent.Query.Filter,
    _ list: [JSONValue],
    _ matches: [JSONValue],
    _ observations: inout Observations
  ) {
    guard let path = SCIMPath(filter.attribute) else { return }
    let isUserName = filter.attribute.lowercased() == "username"
    let words = "\(filter.attribute) eq \"\(filter.value)\""
    // A user without a userName has a finding of its own; whose id is known is no stranger to us.
    let strangers = list.filter { resource in
      if let shown = resource[path] {
        return shown.textForComparison.lowercased() != filter.value.lowercased()
      }
      let holder = resource.object?.listID.flatMap(name(ofUser:))
      return !isUserName || holder != nil && holder != reading.intent.subject
    }
    if !strangers.isEmpty {
      observations.add(
        Observation(
          .filterIgnored,
          "the app lists \(list.count) users for \(words), \(strangers.count) of them with another "
            + "\(filter.attribute)",
          [reading.number],
          about: reading.intent.subject
        )
      )
    } else if isUserName, list.count > 1 {
      observations.add(
        Observation(
          .userTwice,
          "the app lists \(list.count) users for \(words)",
          [reading.number],
          about: reading.intent.subject
        )
      )
    } else if isUserName, case .success(let answer) = reading.list, let total = answer.totalResults,
      total > list.count
    {
      observations.add(
        Observation(
          .findsTooMany,
          "the app lists \(list.isEmpty ? "nobody" : "one user") for \(words) and says totalResults "
            + "\(total)",
          [reading.number],
          about: reading.intent.subject
        )
      )
    }
  }

  /// Nobody was found.
  private func missed(
    _ reading: Reading,
    _ filter: Intent.Query.Filter,
    _ user: inout UserState,
    _ observations: inout Observations
  ) {
    user.miss = UserState.Miss(exchange: reading.number, event: reading.intent.event)
    switch user.existence {
    case .absent, .unknown, .unclear: return
    case .present(let exchange):
      // Who was renamed meanwhile is looked for by another name.
      let login = user[.userName]
      let isSure = login.map { state in
        state.possible.count == 1
          && state.possible[0].value?.string?.canonical == filter.value.canonical
      }
      guard filter.attribute.lowercased() == "username", isSure ?? false else { return }
      observations.add(
        Observation(
          .lookUpMisses,
          "the app has \(user.name) (exchange \(exchange)) and finds nobody for "
            + "\(filter.attribute) eq \"\(filter.value)\"" + why(filter, user, reading),
          [reading.number, exchange],
          about: user.name
        )
      )
    }
  }

  /// What is special about the one who was not found.
  ///
  /// Facts only: which of them is the reason the app's owner knows.
  private func why(
    _ filter: Intent.Query.Filter,
    _ user: UserState,
    _ reading: Reading
  ) -> String {
    var facts: [String] = []
    let known = user[.userName]?.possible.first?.value?.string
    if let known, known != filter.value { facts.append("the app has it as \"\(known)\"") }
    if filter.value.contains("+") { facts.append("there is a '+' in it") }
    if user.isActive == false {
      facts.append(
        "\(user.name) is inactive" + (user.wasFoundActive ? ", and was found while active" : "")
      )
    }
    if !user.wasFoundActive, let made = user.madeAt,
      case let age = reading.exchange.sent - made, age < .seconds(60)
    {
      facts.append("\(user.name) was made \(age.inSeconds) before")
    }
    return facts.isEmpty ? "" : "; " + facts.joined(separator: ", ")
  }

  // MARK: Creates

  private mutating func create(
    _ reading: Reading,
    _ user: inout UserState,
    _ observations: inout Observations
  ) {
    user.externalID = reading.sent?["externalId"] ?? user.externalID
    let miss = user.miss.flatMap { $0.event == reading.intent.event ? $0 : nil }
    user.miss = nil
    switch Reception(reading) {
    case .unsent: return
    case .unclear:
      if case .absent = user.existence { user.existence = .unclear }
      if case .unknown = user.existence { user.existence = .unclear }
      if let sent = reading.sent { user.doubt(sent, reading) }
      if reading.intent.deviation?.isRepeatedCreate == true, let status = reading.status,
        status >= 500,
        reading.isSound
      {
        observations.add(duplicate(reading, user, status))
      }
    case .refused: refusedCreate(reading, miss, &user, &observations)
    case .acknowledged: created(reading, &user, &observations)
    }
  }

  private func refusedCreate(
    _ reading: Reading,
    _ miss: UserState.Miss?,
    _ user: inout UserState,
    _ observations: inout Observations
  ) {
    guard let status = reading.status else { return }
    if let sent = reading.sent { user.refuse(sent, reading) }
    if status == 409 {
      // The request before was the same one, and nothing came between.
      if let made = user.refusedCreate, [401, 429].contains(made.status), user.existence.isAbsent,
        reading.intent.repetition != nil
      {
        return observations.add(
          done(
            made.exchange,
            made.status,
            request: "POST",
            "in exchange \(reading.number) the same create is answered 409",
            reading,
            user.name
          )
        )
      }
      if let miss {
        switch user.existence {
        case .present where !observations.add([reading.number], to: .lookUpMisses):
          fallthrough
        case .unclear where user.existence.isUnclear:
          observations.add(
            Observation(
              .lookUpMisses,
              "the app refuses the create of \(user.name) as a duplicate (409), and its look-up "
                + "before found nobody",
              [miss.exchange, reading.number],
              about: user.name
            )
          )
        default: break
        }
      }
      return
    }
    if reading.intent.deviation?.isRepeatedCreate == true, !reading.isDead,
      // A token that may do no more says nothing of duplicates.
      ![401, 403, 429].contains(status)
    {
      return observations.add(duplicate(reading, user, status))
    }
    if let observation = why(refused: reading, status, user) { observations.add(observation) }
    guard [nil, .specCreate].contains(reading.intent.deviation) || reading.isDead else { return }
    if case .unknown = user.existence { user.existence = .absent }
    user.refusedCreate = UserState.RefusedCreate(
      exchange: reading.number,
      status: status,
      externalID: reading.sent?["externalId"],
      wasMissed: miss != nil
    )
  }

  private func duplicate(_ reading: Reading, _ user: UserState, _ status: Int) -> Observation {
    Observation(
      .duplicateStatus,
      "the app answered the create of \(user.name), who exists, with HTTP \(status), not 409"
        + reading.saying,
      [reading.number],
      level: status >= 500 ? .must : .should,
      about: user.name
    )
  }

  private mutating func created(
    _ reading: Reading,
    _ user: inout UserState,
    _ observations: inout Observations
  ) {
    let resource = reading.resource
    let id = resource?[ignoringCase: "id"].flatMap { $0 == .null ? nil : $0.textForComparison }
    let status = reading.status ?? 0
    if let id, let holder = holders[id], names[holder] != user.name || user.existence.isPresent {
      let isOwn = names[holder] == user.name
      var observation = Observation(
        .overwritten,
        "the app answered the create of \(user.name) with HTTP \(status) and the id \(Quotation(id, upTo: 80)), "
          + "which \(isOwn ? "that user" : names[holder]) had before",
        [reading.number, (isOwn ? user : users[holder]).createdBy].compactMap(\.self),
        about: user.name
      )
      observation.event = reading.intent.event
      observations.add(observation)
      if let sent = reading.sent { user.overwrite(sent, reading) }
      return
    }
    if user.existence.isPresent, let first = user.createdBy {
      var observation = Observation(
        .secondResource,
        "the app answered a second create of \(user.name) with HTTP \(status)"
          + (id.map { " and another id, \(Quotation($0, upTo: 80))" } ?? ""),
        // What is wrong, then what it is wrong beside.
        [reading.number, first],
        about: user.name
      )
      observation.event = reading.intent.event
      observations.add(observation)
      // A probe's user is nobody's; Okta's own create is linked to.
      if reading.intent.deviation?.isRepeatedCreate == true {
        guard let id else { return }
        holders[id] = add(UserState(name: "\(user.name), a second time", noAttributes))
        return
      }
      user = UserState(name: user.name, noAttributes)
    }
    user.existence = .present(by: reading.number)
    user.createdBy = reading.number
    user.madeAt = reading.exchange.received
    user.org = reading.intent.cause.org
    user.id = id
    user.refusedCreate = nil
    if let id { holders[id] = places[user.name] }
    for (key, value) in ResourceValues.entries(of: reading.sent ?? [:]) {
      var state = user[key] ?? user.fresh(reading)
      state.acknowledge(value, reading)
      state.isOurs = true
      user.set(key, state)
    }
    guard let resource else { return }
    show(resource, by: reading, &user, isPartial: false, &observations)
  }

  // MARK: Reads

  private mutating func read(
    _ reading: Reading,
    _ user: inout UserState,
    _ observations: inout Observations
  ) {
    if reading.status == 404, !reading.isDead {
      gone(reading, &user, &observations)
      return
    }
    if !user.takesAsShown(reading) {
      guard let resource = reading.resource, isTheirs(resource, reading, user) else { return }
      show(resource, by: reading, &user, isPartial: false, &observations)
    }
    if !user.existence.isPresent { user.existence = .present(by: reading.number) }
    user.lastSeen = UserState.Sight(exchange: reading.number, token: reading.intent.token)
  }

  private func isTheirs(_ resource: JSONObject, _ reading: Reading, _ user: UserState) -> Bool {
    guard let known = reading.intent.id ?? user.id,
      let id = resource[ignoringCase: "id"]?.textForComparison
    else {
      return true
    }
    return known == id
  }

  /// A user by its id, answered 404.
  private func gone(
    _ reading: Reading,
    _ user: inout UserState,
    _ observations: inout Observations
  ) {
    if let kind = user.goneAs, user.existence.isUnclear {
      observations.add([reading.number], to: kind)
      return
    }
    guard case .present(let exchange) = user.existence else { return }
    user.existence = .unclear
    if user.lastTold == false {
      user.goneAs = .goneAfterDeactivation
      observations.add(
        Observation(
          .goneAfterDeactivation,
          "the app answered \(reading.request) with 404 after \(user.name) had been deactivated"
            + (user.deactivatedBy.map { " (exchange \($0))" } ?? ""),
          [user.deactivatedBy, reading.number].compactMap(\.self),
          about: user.name
        )
      )
      return
    }
    let seen = user.lastSeen ?? UserState.Sight(exchange: exchange, token: nil)
    if let life = reading.life, life.isRefreshed, seen.exchange < life.exchange {
      user.goneAs = .userGone
      observations.add(
        Observation(
          .userGone,
          "the app answered \(reading.request) with 404 to \(life.alias), which a refresh gave; "
            + "with \(seen.token ?? "the token before") it had the user",
          [reading.number, life.exchange, seen.exchange],
          about: user.name
        )
      )
      return
    }
    user.goneAs = .acknowledgedNotDone
    observations.add(
      Observation(
        .acknowledgedNotDone,
        "the app acknowledged \(user.name) in exchange \(exchange) and answered \(reading.request) "
          + "with 404",
        [exchange, reading.number],
        about: user.name
      )
    )
  }

  // MARK: Writes

  private mutating func replace(
    _ reading: Reading,
    _ user: inout UserState,
    _ observations: inout Observations
  ) {
    guard let sent = reading.sent else { return }
    switch Reception(reading) {
    case .unsent: return
    case .unclear:
      user.doubt(sent, reading)
      explain(by: reading, user)
    case .refused:
      let wasActive = user.isActive
      user.refuse(sent, reading)
      refusedWrite(
        reading,
        told: sent[ignoringCase: "active"]?.boolean,
        wasActive,
        &user,
        &observations
      )
      note(refusedReplace: reading, sent, wasActive, user)
    case .acknowledged:
      acceptedReplaces += 1
      user.acknowledge(sent, reading, told: sent[ignoringCase: "active"]?.boolean)
      explain(by: reading, user)
      answer(reading, &user, &observations)
      if let doubled = doubledEmail(reading) { observations.add(doubled) }
    }
  }

  private mutating func patch(
    _ reading: Reading,
    _ user: inout UserState,
    _ observations: inout Observations
  ) {
    let named = DirectoryModel.named(in: reading.sent)
    let told = named[ignoringCase: "active"]?.boolean
    switch Reception(reading) {
    case .unsent: return
    case .unclear:
      user.doubt(named, reading)
      explain(by: reading, user)
    case .refused:
      let wasActive = user.isActive
      user.refuse(named, reading)
      refusedWrite(reading, told: told, wasActive, &user, &observations)
    case .acknowledged:
      user.acknowledge(named, reading, told: told)
      explain(by: reading, user)
      answer(reading, &user, &observations)
    }
  }

  private mutating func explain(by reading: Reading, _ user: UserState) {
    suspensions.explain(by: reading, user.name) { key, shown in
      user[key]?.possible.contains { version in
        version.heardAt == CompactInstant(reading.exchange.received)
          && ResourceValues.isSame(key, version.value, shown)
      } ?? false
    }
  }

  /// What the answer to a write shows of the user.
  private mutating func answer(
    _ reading: Reading,
    _ user: inout UserState,
    _ observations: inout Observations
  ) {
    user.lastSeen = UserState.Sight(exchange: reading.number, token: reading.intent.token)
    if let resource = reading.resource {
      guard isTheirs(resource, reading, user) else { return }
      show(resource, by: reading, &user, isPartial: false, &observations)
    } else if let object = reading.object, object[ignoringCase: "active"] != nil {
      // No user, but a word about the one thing that matters.
      show(object, by: reading, &user, isPartial: true, &observations)
    }
  }

  /// The same address may be there for work and for home (RFC 7643 section 2.4), not twice for one.
  private func doubledEmail(_ reading: Reading) -> Observation? {
    let emails = reading.resource?[ignoringCase: "emails"]
    if emails == reading.sent?[ignoringCase: "emails"] { return nil }
    func addresses(_ emails: JSONValue?) -> [String] {
      (emails?.array ?? []).compactMap(\.object).compactMap { email in
        email[ignoringCase: "value"]?.string.map { value in
          value.canonical + " " + (email[ignoringCase: "type"]?.string?.lowercased() ?? "")
        }
      }
    }
    let sent = addresses(reading.sent?[ignoringCase: "emails"])
    let answered = addresses(emails)
    func counts(_ addresses: [String]) -> [String: Int] {
      addresses.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    let (asked, came) = (counts(sent), counts(answered))
    let doubled = answered.first { came[$0, default: 0] > max(1, asked[$0, default: 0]) }
    return doubled.map { address in
      Observation(
        .replaceOtherValue,
        "the app answers with the e-mail address '\(Quotation(String(address.prefix { $0 != " " }), upTo: 80))' "
          + "more than once",
        [reading.number],
        about: reading.intent.subject
      )
    }
  }

  /// The attributes that a PATCH replaces, as a resource.
  static func named(in document: JSONObject?) -> JSONObject {
    guard document?["Operations"] != nil else {
      // SCIM 1.1: a part of the resource; of its head the model takes no notice.
      return document ?? [:]
    }
    var named = JSONObject()
    for operation in document?["Operations"]?.array ?? [] {
      if let path = operation["path"]?.string.flatMap({ SCIMPath($0) }) {
        named.set(path, operation["value"])
      } else {
        for member in operation["value"]?.object?.members ?? [] { named[member.key] = member.value }
      }
    }
    return named
  }

  private func refusedWrite(
    _ reading: Reading,
    told active: Bool?,
    _ wasActive: Bool?,
    _ user: inout UserState,
    _ observations: inout Observations
  ) {
    guard let status = reading.status, !reading.isDead, status != 401, status != 429 else { return }
    if status == 404 { return gone(reading, &user, &observations) }
    if active == false, wasActive == false, [400, 409, 422].contains(status),
      reading.intent.act == .patch
    {
      return observations.add(DirectoryModel.refusedDeactivation(reading.number, status, user.name))
    }
    if let observation = why(refused: reading, status, user) { observations.add(observation) }
  }

  private static func refusedDeactivation(
    _ exchange: Int,
    _ status: Int,
    _ subject: String
  ) -> Observation {
    Observation(
      .deactivationRefused,
      "the app refused with HTTP \(status) to have \(subject) inactive, who is inactive already",
      [exchange],
      about: subject
    )
  }

  /// Causes of a refusal that can be seen in it.
  private func why(refused reading: Reading, _ status: Int, _ user: UserState) -> Observation? {
    func observation(_ kind: FindingKind, _ words: String) -> Observation {
      Observation(
        kind,
        "the app answered \(reading.request) with HTTP \(status)" + words + reading.saying,
        [reading.number],
        about: user.name
      )
    }
    if reading.isDead { return nil }
    // Okta's SPEC test sends plain JSON.
    if status == 415, reading.intent.deviation?.specName == nil {
      return observation(.mediaTypeRefused, ": it does not take \(reading.version.mediaType)")
    }
    guard [400, 422].contains(status) else { return nil }
    let detail = reading.detail
    let sent = reading.sent ?? [:]
    if detail.contains("password"), sent["password"] != nil {
      return observation(
        .passwordRefused,
        ": it refuses the password that Okta sends along with a create"
      )
    }
    let isMissing = ["required", "missing", "must"].contains { detail.contains($0) }
    if detail.contains("username"), isMissing, sent["userName"]?.string?.isEmpty == false {
      return observation(.bodyNotRead, ": it says that userName is missing, which was sent")
    }
    return nil
  }

  private mutating func note(
    refusedReplace reading: Reading,
    _ sent: JSONObject,
    _ wasActive: Bool?,
    _ user: UserState
  ) {
    guard let status = reading.status, [400, 409, 422].contains(status), !reading.isDead,
      refusedReplaces.count < Observations.mostExchanges
    else { return }
    let echoed = sent.keys.filter { key in
      ["id", "meta", "groups", "schemas"].contains(key.lowercased())
        || !user.keysInOrder.contains { $0.name == key.lowercased() && user[$0]?.isOurs == true }
    }
    let login = user[.userName]?.possible.first?.value
    refusedReplaces.append(
      RefusedReplace(
        exchange: reading.number,
        status: status,
        detail: reading.detail,
        saying: reading.saying,
        subject: user.name,
        echoed: echoed,
        isUserNameUnchanged: ResourceValues.isSame(
          .userName,
          login,
          ResourceValues.content(sent[ignoringCase: "userName"])
        ),
        isOfInactive: wasActive == false && sent[ignoringCase: "active"]?.boolean == false
      )
    )
  }

  /// A refused write that was done all the same.
  private func done(
    _ exchange: Int,
    _ status: Int,
    request: String,
    _ sign: String,
    _ reading: Reading,
    _ subject: String
  ) -> Observation {
    Observation(
      status == 401 ? .refusedWriteApplied : .refusedYetDone,
      "the app answered a \(request) for \(subject) with \(status) and did it all the same: \(sign)",
      [exchange, reading.number],
      about: subject
    )
  }

  // MARK: What an answer shows

  /// Holds a representation of the user against what may be there.
  ///
  /// - Parameter isPartial: Whether attributes may be left out, as in a list.
  private mutating func show(
    _ resource: JSONObject,
    by reading: Reading,
    _ user: inout UserState,
    isPartial: Bool,
    _ observations: inout Observations
  ) {
    let modified = resource[ignoringCase: "meta"]?.object?[ignoringCase: "lastModified"]?.string
    let unmodifiedSince = user.lastModified.flatMap { $0.text == modified ? $0.shownAt : nil }
    let showing = isPartial ? nil : user.begin(resource, by: reading)
    for place in showing?.places ?? Array(user.keysInOrder.indices) {
      let key = user.keysInOrder[place]
      var state = user.take(at: place)
      defer { user.giveBack(state, at: place) }
      let wanted = state.possible.map(\.value) + state.refused.map(\.version.value)
      let value = ResourceValues.value(of: key, in: resource, wanted: wanted)
      if value == nil, isPartial { continue }
      judge(key, value, &state, reading, user, unmodifiedSince: unmodifiedSince, &observations)
    }
    if isPartial { user.noteShownPart() }
    // What the app has of its own, to see whether a PUT keeps it.
    if let showing {
      for (key, value) in showing.news where !user.knows(key) {
        var state = user.fresh(reading)
        state.adopt(value, reading, isSent: false)
        user.set(key, state)
      }
      user.end(showing)
      if user.lastModified?.text != modified {
        user.lastModified = modified.map { ($0, reading.exchange.received) }
      }
      user.note(resource, by: reading)
    }
  }

  private mutating func judge(
    _ key: AttributeKey,
    _ value: JSONValue?,
    _ state: inout AttributeState,
    _ reading: Reading,
    _ user: UserState,
    unmodifiedSince: Duration?,
    _ observations: inout Observations
  ) {
    if let fitting = state.possible.first(where: { ResourceValues.isSame(key, $0.value, value) }) {
      return state.adopt(value, reading, isSent: fitting.value != nil)
    }
    // Of a write that is still on its way, or just over, either may be seen.
    let overlaps = state.past.contains { past in
      past.replacedBy != reading.number && past.until > CompactInstant(reading.exchange.sent)
        && ResourceValues.isSame(key, past.version.value, value)
    }
    if overlaps { return }
    if state.isUnclear { return state.adopt(value, reading, isSent: false) }
    let normal = state.possible.first { ResourceValues.isNormalForm(value, of: $0.value) }
    if normal != nil { return state.adopt(value, reading, isSent: true) }
    let isOwnAnswer = state.lastWrite?.exchange == reading.number
    let observation =
      isOwnAnswer
      ? inOwnAnswer(key, value, state, reading, user)
      : later(key, value, state, reading, user, unmodifiedSince: unmodifiedSince)
    if let observation { suspensions.add(observation, user.name, key, value, by: reading) }
    if observation != nil, isOwnAnswer {
      state.distrust(value, reading)
    } else {
      state.adopt(value, reading, isSent: false)
    }
  }

  /// The answer to the write itself shows something else than was written.
  private func inOwnAnswer(
    _ key: AttributeKey,
    _ value: JSONValue?,
    _ state: AttributeState,
    _ reading: Reading,
    _ user: UserState
  ) -> Observation? {
    let sent = state.possible.last?.value
    let isOld = state.past.contains { past in
      past.replacedBy == reading.number && ResourceValues.isSame(key, past.version.value, value)
    }
    func observation(_ kind: FindingKind, _ words: String) -> Observation {
      Observation(kind, "the app " + words, [reading.number], about: user.name)
    }
    if reading.intent.act == .create {
      guard key.isRequired || key.isActive, !DirectoryModel.isOfAnotherKind(value, key) else {
        return nil
      }
      return Observation(
        .createLostAttribute,
        "the app's answer to a create does not have \(key) as sent",
        [reading.number],
        about: user.name
      )
    }
    let status = reading.status ?? 0
    if key.isActive {
      if DirectoryModel.isOfAnotherKind(value, key) { return nil }
      guard let value else {
        guard state.isShown else { return nil }
        let shown = DirectoryModel.isNull(key, in: reading) ? "with active null" : "without active"
        if sent == .boolean(false) {
          return observation(
            .activeMissing,
            "was told active false and answered HTTP \(status) \(shown)"
          )
        }
        return observation(
          .activeIgnored,
          "was told active true and answered HTTP \(status) \(shown)"
        )
      }
      return observation(
        .activeIgnored,
        "was told active \(DirectoryModel.text(sent)) and answered HTTP \(status) with active "
          + "\(value.textForComparison)"
      )
    }
    guard let value else {
      // What the app never had it may be unable to keep.
      guard state.isShown, sent != nil else { return nil }
      if reading.intent.act == .patch {
        return observation(.patchOtherValue, "answered a PATCH of \(key) without it")
      }
      var lost = observation(
        key.isWritable || state.isOurs ? .replaceLostAttribute : .replaceDroppedAttribute,
        "had \(key) before the PUT, was sent it, and has it no more"
      )
      lost.attribute = "\(key)"
      lost.exchanges +=
        state.past.last { $0.replacedBy == reading.number }
        .map { [$0.version.exchange] } ?? []
      return lost
    }
    if key.isRequired {
      return observation(
        .replaceOtherValue,
        "was sent \(key) '\(DirectoryModel.text(sent))' and answers '\(DirectoryModel.text(value))'"
      )
    }
    guard isOld, state.isKept, state.isOurs else { return nil }
    return observation(
      .writeIgnored,
      "acknowledged \(key) '\(DirectoryModel.text(sent))' and answered HTTP \(status) with the old "
        + "'\(DirectoryModel.text(value))'"
    )
  }

  /// A later answer shows something else than was acknowledged.
  private mutating func later(
    _ key: AttributeKey,
    _ value: JSONValue?,
    _ state: AttributeState,
    _ reading: Reading,
    _ user: UserState,
    unmodifiedSince: Duration?
  ) -> Observation? {
    let ignored = contradiction(key, value, state, reading, user)
    guard let value,
      let refused = state.refused.last(where: {
        ResourceValues.isSame(key, $0.version.value, value)
      })
    else { return ignored }
    // What has not been modified was not written, by an app whose clock may count whole seconds.
    if let unmodifiedSince, refused.sent >= CompactInstant(unmodifiedSince + .seconds(1)) {
      return ignored
    }
    let done = done(
      refused.version.exchange,
      refused.status,
      request: "write",
      "in exchange \(reading.number) \(key) is '\(DirectoryModel.text(value))'",
      reading,
      user.name
    )
    let isOld = state.past.contains { ResourceValues.isSame(key, $0.version.value, value) }
    guard isOld, !state.isConfirmed, let ignored else { return done }
    if ambiguous.count < AttributeState.most {
      ambiguous.append(Ambiguous(ifDone: done, ifIgnored: ignored))
    }
    return nil
  }

  /// What was acknowledged, and what is shown instead.
  private func contradiction(
    _ key: AttributeKey,
    _ value: JSONValue?,
    _ state: AttributeState,
    _ reading: Reading,
    _ user: UserState
  ) -> Observation? {
    guard state.isOurs || key.isRequired || key.isActive, let expected = state.possible.last else {
      return nil
    }
    let write = state.lastWrite?.exchange ?? expected.exchange
    func observation(_ kind: FindingKind, _ words: String) -> Observation {
      Observation(kind, "the app " + words, [write, reading.number], about: user.name)
    }
    if key.isActive {
      if DirectoryModel.isOfAnotherKind(value, key) { return nil }
      guard let value else {
        guard state.isShown, state.possible.contains(where: { $0.value == .boolean(false) }) else {
          return nil
        }
        return observation(
          .activeMissing,
          "deactivated \(user.name) in exchange \(write) and shows "
            + (DirectoryModel.isNull(key, in: reading) ? "active null" : "no active")
            + " in exchange \(reading.number)"
        )
      }
      return observation(
        .activeIgnored,
        "acknowledged active \(DirectoryModel.text(expected.value)) in exchange \(write) and shows "
          + "\(value.textForComparison) in exchange \(reading.number)"
      )
    }
    let wasPatched = user.lastWrite.map { $0.act == .patch && $0.exchange > write } ?? false
    let isOld = state.past.contains { ResourceValues.isSame(key, $0.version.value, value) }
    // What no later answer had confirmed may never have been stored.
    let wasStored = state.isConfirmed || !isOld
    // A PUT that only answered with it may have lost it as well as the PATCH after it.
    if wasPatched, value == nil, state.isKept, !state.isConfirmed, state.lastWrite?.act == .replace
    {
      return observation(
        .acknowledgedNotDone,
        "acknowledged \(key) '\(DirectoryModel.text(expected.value))' in the PUT of exchange \(write) "
          + "and has it no more in exchange \(reading.number): that PUT or a PATCH since lost it"
      )
    }
    if wasPatched, wasStored, state.isShown, key.isRequired || value == nil && state.isKept {
      return observation(
        .patchOtherValue,
        "was told active alone and shows \(key) '\(DirectoryModel.text(value))' instead of "
          + "'\(DirectoryModel.text(expected.value))'"
      )
    }
    guard let value else {
      guard state.isKept else { return nil }
      if state.lastWrite?.act == .replace, wasStored {
        var lost = observation(
          key.isWritable ? .replaceLostAttribute : .replaceDroppedAttribute,
          "acknowledged \(key) in the PUT of exchange \(write) and has it no more in exchange "
            + "\(reading.number)"
        )
        lost.attribute = "\(key)"
        return lost
      }
      return observation(
        .acknowledgedNotDone,
        "acknowledged \(key) '\(DirectoryModel.text(expected.value))' in exchange \(write) and has "
          + "it no more in exchange \(reading.number)"
      )
    }
    guard isOld && state.isShown || key.isRequired else { return nil }
    return observation(
      .acknowledgedNotDone,
      "acknowledged \(key) '\(DirectoryModel.text(expected.value))' in exchange \(write) and shows "
        + "'\(DirectoryModel.text(value))' in exchange \(reading.number)"
    )
  }

  /// Whether an attribute is there, and null.
  private static func isNull(_ key: AttributeKey, in reading: Reading) -> Bool {
    reading.object?[ignoringCase: key.description] == .null
  }

  /// A value of the wrong kind has a finding of its own.
  private static func isOfAnotherKind(_ value: JSONValue?, _ key: AttributeKey) -> Bool {
    key.isActive && value.map { $0.boolean == nil } ?? false
  }

  private static func text(_ value: JSONValue?) -> String {
    value.map { "\(Quotation($0.textForComparison, upTo: 80))" } ?? "nothing"
  }

  // MARK: The end

  /// Attributes of which too many values were possible to judge them before the next read.
  var overfull: [(subject: String, attribute: String)] {
    users.flatMap { user in
      user.keysInOrder.filter { user[$0]?.wasOverfull == true }.map { (user.name, "\($0)") }
    }
  }

  mutating func finish(_ observations: inout Observations) {
    suspensions.tell(&observations)
    for pair in ambiguous {
      // What is certain elsewhere is the likelier here.
      observations.add(observations[pair.ifDone.kind] == nil ? pair.ifIgnored : pair.ifDone)
    }
    for refused in refusedReplaces {
      if let observation = judge(refused) { observations.add(observation) }
    }
    neverShown(&observations)
    lacking(&observations)
  }

  /// What Okta needs of a user whom it finds, and no answer has: `active`, `meta` (Okta, support article
  /// "SCIM configuration FAQ"; it is known to work without meta).
  private func lacking(_ observations: inout Observations) {
    func add(_ kind: FindingKind, _ attribute: String, _ isShown: (UserState) -> Bool) {
      let without = users.filter { $0.reads != nil && !isShown($0) }
      guard let reads = without.first?.reads else { return }
      var observation = Observation(
        kind,
        "the app shows users without \(attribute)",
        reads.lowerBound == reads.upperBound
          ? [reads.lowerBound] : [reads.lowerBound, reads.upperBound]
      )
      observation.subjects = Set(without.map(\.name))
      observations.add(observation)
    }
    add(.resourceActive, "active") { $0.hasShownActive }
    add(.resourceMeta, "meta") { $0.hasShownMeta }
  }

  private func judge(_ refused: RefusedReplace) -> Observation? {
    if refused.status == 409 {
      guard refused.isUserNameUnchanged else { return nil }
      return Observation(
        .conflictWithItself,
        "the app refused a PUT of \(refused.subject) with 409, though its userName did not change"
          + refused.saying,
        [refused.exchange],
        about: refused.subject
      )
    }
    let named = refused.echoed.filter { refused.detail.contains($0.lowercased()) }
    if named.isEmpty, refused.isOfInactive, acceptedReplaces > 0 {
      return DirectoryModel.refusedDeactivation(refused.exchange, refused.status, refused.subject)
    }
    guard !named.isEmpty || acceptedReplaces == 0, !refused.echoed.isEmpty else { return nil }
    if refused.detail.contains("username"), refused.detail.contains("required") { return nil }
    if named.isEmpty, refused.isOfInactive { return nil }
    return Observation(
      .echoRefused,
      "the app refused with HTTP \(refused.status) a PUT of what it had itself shown of "
        + "\(refused.subject), " + (named.isEmpty ? refused.echoed : named).joined(separator: ", ")
        + " among it" + refused.saying,
      [refused.exchange],
      about: refused.subject
    )
  }

  /// Attributes that were acknowledged and that no representation has ever shown.
  private func neverShown(_ observations: inout Observations) {
    var missing: [String] = []
    var exchanges: [Int] = []
    var subjects: Set<String> = []
    for user in users {
      guard let represented = user.represented else { continue }
      for key in user.keysInOrder {
        guard let state = user[key], state.isOurs, !state.isShown,
          !key.isRequired, !key.isActive, state.wasGiven
        else { continue }
        if !missing.contains("\(key)") { missing.append("\(key)") }
        if exchanges.isEmpty { exchanges = [state.firstSent, max(represented, state.firstSent)] }
        subjects.insert(user.name)
      }
    }
    guard !missing.isEmpty else { return }
    var observation = Observation(
      .neverShown,
      "the app acknowledges \(missing.joined(separator: ", ")) and never shows it",
      exchanges[0] == exchanges[1] ? [exchanges[0]] : exchanges
    )
    observation.subjects = subjects
    observations.add(observation)
  }
}
