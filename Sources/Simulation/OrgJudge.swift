import HTTP
import Okta
import Profiles
import Synchronization
import Recordings
import World

/// Something that an app did wrong under load: whose bug it is, how often it was seen, and how it looked.
package struct LoadFinding: Sendable, Equatable {
  /// That of a run's finding: `F-14.rotated-token-refused`.
  package var id: String
  package var verdict: Verdict
  package var party: Finding.Party
  /// One sentence of the first, lower case, no final stop.
  package var message: String
  package var advice: String
  package var source: String
  /// How many exchanges show it.
  package var count: Int
  /// The orgs in which it was seen, in order.
  package var orgs: [String]
  /// The last exchanges of its subject up to it, of the first org: at most 20.
  package var evidence: [String]

  package init(
    id: String,
    verdict: Verdict,
    party: Finding.Party,
    message: String,
    advice: String,
    source: String,
    count: Int,
    orgs: [String],
    evidence: [String]
  ) {
    self.id = id
    self.verdict = verdict
    self.party = party
    self.message = message
    self.advice = advice
    self.source = source
    self.count = count
    self.orgs = orgs
    self.evidence = evidence
  }

  /// Adds the same of other orgs; the first org's speaks for all, in whichever order they come.
  package mutating func add(_ other: LoadFinding) {
    var sum = LoadFinding.number(other.orgs) < LoadFinding.number(orgs) ? other : self
    sum.verdict = max(verdict, other.verdict)
    sum.count = count + other.count
    sum.orgs = Set(orgs + other.orgs).sorted { LoadFinding.number([$0]) < LoadFinding.number([$1]) }
    self = sum
  }

  /// Of the first of some orgs: `o12`.
  private static func number(_ orgs: [String]) -> Int {
    orgs.first.flatMap { Int($0.drop { !$0.isNumber }) } ?? 0
  }
}

/// The models of a run over one org of a load: what the app may do with each token and each user.
///
/// It holds what grows with tokens that live and with users; of exchanges it keeps a line each of the last.
package final class OrgJudge: ExchangeSink {
  fileprivate struct Note {
    var number: Int
    var sent: Duration
    var subject: String?
    var act: Intent.Act
    var status: Int?
    var took: Duration
  }

  fileprivate struct State {
    var judge: Judge
    /// A ring.
    var notes: [Note] = []
    var next = 0
    /// By kind, when it was first said.
    var evidence: [FindingKind: [String]] = [:]
    var kinds = 0
  }

  fileprivate static let mostNotes = 40
  fileprivate static let mostEvidence = 20

  private let org: String
  private let aliases: SecretAliases
  private let queue: JudgeQueue
  private let state: Mutex<State>

  /// - Parameters:
  ///   - queue: That of all orgs of one loop.
  ///   - noAttributes: That of all orgs, whose users the app shows alike.
  package init(
    _ profile: IntegrationProfile,
    org: String,
    aliases: SecretAliases,
    _ queue: JudgeQueue,
    _ noAttributes: AttributeShape
  ) {
    self.org = org
    self.aliases = aliases
    self.queue = queue
    state = Mutex(
      State(
        judge: Judge(
          profile: profile,
          leeway: .standard,
          aliases: aliases,
          watches: .state,
          noAttributes: noAttributes
        )
      )
    )
  }

  package func take(_ exchange: Exchange) { queue.add(exchange, for: self) }

  fileprivate func read(_ exchange: Exchange) {
    state.withLock { state in
      state.note(exchange)
      state.judge.take(exchange)
      let all = state.judge.observations.all
      guard all.count > state.kinds else { return }
      // What is told of it may quote what the app has answered.
      Redaction(aliases: aliases).learn(from: exchange)
      for new in all[state.kinds...] { state.evidence[new.kind] = state.lines(about: exchange) }
      state.kinds = all.count
    }
  }

  /// What was found, all in all; nothing is taken after it.
  package func findings() -> [LoadFinding] {
    queue.empty()
    let shown = ShownText(aliases)
    return state.withLock { state in
      state.judge.finish([]).all.filter { $0.verdict >= .warning }.map { one in
        LoadFinding(
          id: one.kind.id,
          verdict: one.verdict,
          party: one.party,
          message: shown(one.message),
          advice: shown(one.advice ?? one.kind.row.advice),
          source: one.kind.row.source,
          count: one.exchanges.count,
          orgs: [org],
          evidence: state.evidence[one.kind] ?? state.lines(about: one.subjects)
        )
      }
    }
  }
}

/// What the judges of a loop's orgs have not read yet.
///
/// A judge that reads one exchange between two that are sent finds little of its own in the processor's
/// caches: some at a time are read in half the time (measured), and no answer waits for it.
package final class JudgeQueue: Sendable {
  /// So few that nothing which is due meanwhile begins late.
  private static let most = 16

  private let waiting = Mutex<[(judge: OrgJudge, exchange: Exchange)]>([])

  package init() {}

  fileprivate func add(_ exchange: Exchange, for judge: OrgJudge) {
    waiting.withLock { waiting in
      waiting.append((judge, exchange))
      if waiting.count >= JudgeQueue.most { JudgeQueue.read(&waiting) }
    }
  }

  /// Has all read that are waiting.
  fileprivate func empty() { waiting.withLock { JudgeQueue.read(&$0) } }

  private static func read(_ waiting: inout [(judge: OrgJudge, exchange: Exchange)]) {
    for (judge, exchange) in waiting { judge.read(exchange) }
    waiting.removeAll(keepingCapacity: true)
  }
}

extension OrgJudge.State {
  /// Notes what was sent for an event of the load: when the rest was depends on the other orgs.
  fileprivate mutating func note(_ exchange: Exchange) {
    let intent = exchange.intent
    guard let event = intent.event, event >= 0 else { return }
    let note = OrgJudge.Note(
      number: exchange.number,
      sent: exchange.sent,
      subject: intent.subject,
      act: intent.act,
      status: exchange.status,
      took: exchange.received - exchange.sent
    )
    if notes.count < OrgJudge.mostNotes {
      notes.append(note)
    } else {
      notes[next] = note
      next = (next + 1) % OrgJudge.mostNotes
    }
  }

  private var inOrder: [OrgJudge.Note] { Array(notes[next...]) + notes[..<next] }

  /// The last exchanges of an exchange's subject; of its grant, where it is about a token.
  fileprivate func lines(about exchange: Exchange) -> [String] {
    let subject = exchange.intent.subject
    return lines { note in note.act == .refresh || subject == nil || note.subject == subject }
  }

  fileprivate func lines(about subjects: Set<String>) -> [String] {
    lines { note in subjects.isEmpty || note.subject.map(subjects.contains) ?? false }
  }

  private func lines(_ isMeant: (OrgJudge.Note) -> Bool) -> [String] {
    inOrder.filter(isMeant).suffix(OrgJudge.mostEvidence).map { note in
      "\(note.number)  \(note.sent.inSeconds)  \(note.act.rawValue)"
        + (note.subject.map { " \($0)" } ?? "") + "  \(note.status.map(String.init) ?? "no answer")"
        + "  in \(note.took.inSeconds)"
    }
  }
}
