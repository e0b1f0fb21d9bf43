import Profiles
import Synchronization

/// What Okta does for one of its users or groups with one of its jobs.
package struct ProvisioningJob: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case assignment, profileUpdate, deactivation, reactivation, passwordPush, groupPush
    case groupRename, groupDeletion
  }

  package var kind: Kind
  /// The scenario's person or group.
  package var subject: String
}

/// A task that is open: which event left it, and what the admin reads.
package struct OpenTask: Sendable {
  package var job: ProvisioningJob
  /// What failed and is done again by `retry tasks`.
  package var event: LifecycleEvent
  /// Its number in the scenario, from 0.
  package var number: Int
  package var task: ProvisioningTask
  /// When it was last tried, on the run's clock.
  package var triedAt: Duration
}

/// The tasks of one org's dashboard (Okta, Dashboard, Tasks): what failed and waits for an admin.
///
/// One for each job of each person: what fails again has the words of the last time.
package final class TaskBoard: Sendable {
  private struct State {
    var open: [OpenTask] = []
    /// What resolved the task of an event: both by their numbers.
    var resolved: [(event: Int, by: Int)] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// Those that are open: deactivations first, since somebody has access meanwhile, and as they were
  /// left.
  package var open: [OpenTask] {
    state.withLock { state in
      state.open.filter { $0.job.kind == .deactivation }
        + state.open.filter { $0.job.kind != .deactivation }
    }
  }

  package var count: Int { state.withLock { $0.open.count } }

  func add(_ task: OpenTask) {
    state.withLock { state in
      if let place = state.open.firstIndex(where: { $0.job == task.job }) {
        state.open[place] = task
      } else {
        state.open.append(task)
      }
    }
  }

  /// The job is done: by which event.
  func resolve(_ job: ProvisioningJob, by number: Int) {
    state.withLock { state in
      guard let place = state.open.firstIndex(where: { $0.job == job }) else { return }
      state.resolved.append((state.open.remove(at: place).number, number))
    }
  }

  /// Nobody wants it any more.
  func drop(_ job: ProvisioningJob) {
    state.withLock { $0.open.removeAll { $0.job == job } }
  }

  /// The events whose tasks an event has resolved.
  func resolved(by number: Int) -> [Int] {
    state.withLock { $0.resolved.filter { $0.by == number }.map(\.event) }
  }
}
