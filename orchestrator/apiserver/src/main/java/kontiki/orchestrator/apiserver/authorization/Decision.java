package kontiki.orchestrator.apiserver.authorization;

/** What an authorizer says; the reason is for people. */
public sealed interface Decision {
  String reason();

  record Allow(String reason) implements Decision {}

  /** Refused, whatever other authorizers say. */
  record Deny(String reason) implements Decision {}

  /** Another authorizer may decide; when none allows it, it is refused. */
  record NoOpinion(String reason) implements Decision {}
}
