import Loop
import Profiles

extension Provisioner {
  /// When the next assignment that has failed is tried again by itself, on the run's clock; nil for
  /// never.
  ///
  /// One app saw the same create again about every 30 minutes (lightdash 22402), probably as often as
  /// a group's assignment was evaluated.
  package var nextRepetition: Duration? {
    guard let every else { return nil }
    return failedAssignments.map { $0.triedAt + every }.min()
  }

  /// Tries again the failed assignments that are due, each as a part of its own event.
  package func repeatFailedAssignments() async throws(NotMade) {
    guard let every else { return }
    for task in failedAssignments where task.triedAt + every <= loop.now {
      _ = try await tryAgain(task, by: task.number, cause(task.number, .okta))
    }
  }

  private var failedAssignments: [OpenTask] { tasks.open.filter { $0.job.kind == .assignment } }

  private var every: Duration? {
    profile.switches[.repeatFailedAssignments] == "30m" ? .seconds(30 * 60) : nil
  }
}
