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
      let left = try await okta.tryAgain(task, by: number, cause)
      first = first ?? left
    }
    if let first { throw TaskLeft(task: first) }
  }
}

/// What an event of several jobs ends with.
struct TaskLeft: Error {
  var task: ProvisioningTask
}

extension Provisioner {
  /// Does again what has failed.
  ///
  /// - Parameter number: The event that does it.
  /// - Returns: The task that is left; nil where it is done, or nobody wants it any more.
  func tryAgain(
    _ task: OpenTask,
    by number: Int,
    _ cause: Cause
  ) async throws(NotMade) -> ProvisioningTask? {
    guard isWanted(task.job) else {
      tasks.drop(task.job)
      return nil
    }
    do {
      try await task.event.steps.retry(by: self, cause)
      tasks.resolve(task.job, by: number)
      return nil
    } catch let failure as StepFailure {
      if case .notMade(let failure) = failure.reason { throw failure }
      var again = task
      again.task = failure.task(of: task.event, app: profile.name)
      again.triedAt = loop.now
      tasks.add(again)
      return again.task
    } catch let failure as NotMade {
      throw failure
    } catch {
      preconditionFailure("what was tried again fails by a step or a wait, not by \(error)")
    }
  }

  /// Whether what a task is about is still to be.
  ///
  /// Assumed: a task of somebody who is no longer assigned does not give access again, and one that
  /// takes access does not of somebody who is assigned again.
  private func isWanted(_ job: ProvisioningJob) -> Bool {
    guard let user = directory[job.subject] else { return true }
    return user.isAssigned == (job.kind != .deactivation)
  }
}
