import HTTP
import Profiles

extension TaskRetry: OktaSteps {
  /// Does again what has failed, deactivations first; what fails again stays, and the event ends as
  /// the first of them.
  ///
  /// Okta, support articles: after a repair, Tasks, "Retry Selected"; nothing is tried again by itself.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let number = cause.event else { return }
    var first: ProvisioningTask?
    for task in okta.tasks.open {
      guard await okta.isWanted(task.job) else {
        okta.tasks.drop(task.job)
        continue
      }
      do {
        try await task.event.steps.retry(by: okta, cause)
        okta.tasks.resolve(task.job, by: number)
      } catch let failure as StepFailure {
        if case .notMade(let failure) = failure.reason { throw failure }
        var again = task
        again.task = failure.task(of: task.event, app: okta.profile.name)
        again.triedAt = okta.loop.now
        okta.tasks.add(again)
        first = first ?? again.task
      }
    }
    if let first { throw TaskLeft(task: first) }
  }
}

/// What an event of several jobs ends with.
struct TaskLeft: Error {
  var task: ProvisioningTask
}

extension Provisioner {
  /// Whether what a task is about is still to be.
  ///
  /// Assumed: a task of somebody who is no longer assigned does not give access again, and one that
  /// takes access does not of somebody who is assigned again.
  func isWanted(_ job: ProvisioningJob) async -> Bool {
    guard let user = await directory[job.subject] else { return true }
    return user.isAssigned == (job.kind != .deactivation)
  }
}
